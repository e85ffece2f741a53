#include "store/import_store.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "store/pg.h"

enum { SEND_BYTES = 1 << 16 };

struct import {
  struct store *store;        /* borrowed */
  char round[PG_DECIMAL_MAX]; /* as a parameter */
  struct text rows;           /* not sent yet, in COPY's text format */
  long long count;            /* of rows added */
  bool copying;               /* the server waits for rows */
  enum store_result result;   /* the first failure stays */
};

enum store_result import_latest(struct store *store, struct arena *arena, const char **latest) {
  PGresult *rows = NULL;
  bool good = true;
  enum store_result result = pg_query(store, &rows, STATEMENT_IMPORT_LATEST, 0);
  if (result == STORE_OK && PQntuples(rows) != 1) {
    result = STORE_FAULT;
  }
  *latest = result == STORE_OK ? pg_text(rows, 0, 0, arena, &good) : NULL;
  PQclear(rows);
  return good ? result : pg_no_memory(store);
}

static void import_free(struct import *import) {
  text_clear(&import->rows);
  free(import);
}

/* Runs a statement, with the round as its parameter if it takes one. */
static enum store_result run(struct import *import, enum statement statement, int parameters) {
  PGresult *rows = NULL;
  enum store_result result = pg_query(import->store, &rows, statement, parameters, import->round);
  PQclear(rows);
  return result;
}

static enum store_result check_round(struct import *import) {
  PGresult *rows = NULL;
  enum store_result result =
      pg_query(import->store, &rows, STATEMENT_IMPORT_ROUND, 1, import->round);
  if (result == STORE_OK && PQntuples(rows) == 0) {
    result = STORE_NONE;
  } else if (result == STORE_OK && pg_true(rows, 0, 0)) {
    result = STORE_CLOSED;
  }
  PQclear(rows);
  return result;
}

static enum store_result begin(struct import *import) {
  enum store_result result = pg_command(import->store, "BEGIN");
  if (result == STORE_OK) {
    result = check_round(import);
  }
  if (result == STORE_OK) {
    result = run(import, STATEMENT_IMPORT_TABLE, 0);
  }
  if (result == STORE_OK) {
    result = run(import, STATEMENT_IMPORT_COPY, 0);
    import->copying = result == STORE_OK;
  }
  return result;
}

enum store_result import_begin(struct import **out, struct store *store, int round) {
  *out = NULL;
  struct import *import = calloc(1, sizeof *import);
  if (import == NULL) {
    return STORE_FAULT;
  }
  import->store = store;
  pg_decimal(round, import->round);
  enum store_result result = begin(import);
  if (result != STORE_OK) {
    result = pg_roll_back(store, result);
    import_free(import);
    return result;
  }
  *out = import;
  return STORE_OK;
}

/* A connection that will not take data waits for room; the server must not be made to
 * hold back what it says meanwhile, so pg_flush reads as well. */
static enum store_result send_rows(struct import *import) {
  struct store *store = import->store;
  pg_begin_question(store);
  int sent = 0;
  while (sent == 0) {
    if (store->connection == NULL || import->rows.failed) {
      return store->connection == NULL ? STORE_DOWN : STORE_FAULT;
    }
    if (import->rows.length == 0) {
      return STORE_OK;
    }
    sent = PQputCopyData(store->connection, import->rows.data, (int)import->rows.length);
    enum store_result result = sent < 0 ? pg_outcome(store, NULL) : pg_flush(store);
    if (result != STORE_OK) {
      return result;
    }
  }
  text_reset(&import->rows);
  return STORE_OK;
}

/* Ends the COPY, with an error of ours when abandoned. */
static enum store_result end_copy(struct import *import, const char *abandoned) {
  struct store *store = import->store;
  import->copying = false;
  pg_begin_question(store);
  int ended = 0;
  while (ended == 0) {
    ended = PQputCopyEnd(store->connection, abandoned);
    enum store_result result = ended < 0 ? pg_outcome(store, NULL) : pg_flush(store);
    if (result != STORE_OK) {
      return result;
    }
  }
  return pg_finish(store, NULL);
}

/* COPY's text format: PostgreSQL's manual, "COPY", "Text Format". */
static void add_string(struct text *rows, const char *string, char separator) {
  if (string == NULL) {
    text_add(rows, "\\N");
    text_add_char(rows, separator);
    return;
  }
  for (;;) {
    size_t plain = strcspn(string, "\\\n\r\t");
    text_add_bytes(rows, string, plain);
    string += plain;
    if (*string == '\0') {
      break;
    }
    text_add_char(rows, '\\');
    text_add_char(rows, *string == '\n'   ? 'n'
                        : *string == '\r' ? 'r'
                        : *string == '\t' ? 't'
                                          : '\\');
    string++;
  }
  text_add_char(rows, separator);
}

_Static_assert(CRYPTO_NUMBER_BYTES == 16 && CRYPTO_DIGEST_BYTES == 16, "add_bytes writes both");
static void add_bytes(struct text *rows, const char *prefix, const unsigned char bytes[16]) {
  char digits[2 * 16 + 1];
  pg_hex(bytes, 16, digits);
  text_add(rows, prefix);
  text_add(rows, digits);
  text_add_char(rows, '\t');
}

static void add_known(struct text *rows, int value, char separator) {
  if (value < 0) {
    text_add(rows, "\\N");
  } else {
    text_addf(rows, "%d", value);
  }
  text_add_char(rows, separator);
}

enum store_result import_add(struct import *import, const struct import_row *row) {
  if (import->result != STORE_OK) {
    return import->result;
  }
  struct text *rows = &import->rows;
  text_addf(rows, "%ld\t", row->line);
  add_bytes(rows, "", row->id);
  add_bytes(rows, "\\\\x", row->digest);
  text_addf(rows, "%d\t", row->municipality);
  add_string(rows, row->language, '\t');
  add_string(rows, row->answers, '\t');
  add_string(rows, row->external_id, '\t');
  add_string(rows, row->submitted_at, '\t');
  add_string(rows, row->received_week, '\t');
  add_known(rows, row->network_tag, '\t');
  add_known(rows, row->device_tag, '\t');
  add_known(rows, row->seconds, '\n');
  import->count++;
  if (rows->failed || rows->length >= SEND_BYTES) {
    import->result = send_rows(import);
  }
  return import->result;
}

/* Tells every row whose external_id is taken by another content. */
static enum store_result compare(struct import *import, import_conflict *conflict, void *context) {
  PGresult *rows = NULL;
  enum store_result result =
      pg_query(import->store, &rows, STATEMENT_IMPORT_CONFLICTS, 1, import->round);
  if (result == STORE_OK && PQntuples(rows) > 0) {
    result = STORE_CONFLICT;
  }
  for (int i = 0; i < PQntuples(rows); i++) {
    conflict(context, strtol(PQgetvalue(rows, i, 0), NULL, 10), PQgetvalue(rows, i, 1));
  }
  PQclear(rows);
  return result;
}

static enum store_result insert(struct import *import, long long *inserted) {
  PGresult *rows = NULL;
  enum store_result result =
      pg_query(import->store, &rows, STATEMENT_IMPORT_INSERT, 1, import->round);
  if (result == STORE_OK && PQntuples(rows) != 1) {
    result = STORE_FAULT;
  }
  if (result == STORE_OK) {
    *inserted = strtoll(PQgetvalue(rows, 0, 0), NULL, 10);
    result = pg_true(rows, 0, 1) ? STORE_CLOSED : STORE_OK;
  }
  PQclear(rows);
  return result;
}

static enum store_result compare_all(struct import *import, import_conflict *conflict,
                                     void *context) {
  enum store_result result = import->result;
  if (result == STORE_OK) {
    result = send_rows(import);
  }
  if (result == STORE_OK) {
    result = end_copy(import, NULL);
  }
  if (result == STORE_OK) {
    result = run(import, STATEMENT_IMPORT_ANALYZE, 0);
  }
  if (result == STORE_OK) {
    result = run(import, STATEMENT_IMPORT_LOCK, 1);
  }
  return result == STORE_OK ? compare(import, conflict, context) : result;
}

static enum store_result finish(struct import *import, import_conflict *conflict, void *context,
                                long long *inserted) {
  enum store_result result = compare_all(import, conflict, context);
  if (result == STORE_OK) {
    result = insert(import, inserted);
  }
  return result == STORE_OK ? pg_command(import->store, "COMMIT") : result;
}

/* Out of COPY, if it is still under way, and out of the transaction. */
static enum store_result leave(struct import *import, enum store_result outcome) {
  if (import->copying && import->store->connection != NULL &&
      end_copy(import, "abandoned") == STORE_DOWN) {
    return STORE_DOWN;
  }
  return pg_roll_back(import->store, outcome);
}

enum store_result import_finish(struct import *import, import_conflict *conflict, void *context,
                                long long *inserted, long long *skipped) {
  *inserted = *skipped = 0;
  long long count = 0;
  enum store_result result = finish(import, conflict, context, &count);
  if (result == STORE_OK) {
    *inserted = count;
    *skipped = import->count - count;
  } else {
    result = leave(import, result);
  }
  import_free(import);
  return result;
}

enum store_result import_compare(struct import *import, import_conflict *conflict, void *context) {
  enum store_result result = leave(import, compare_all(import, conflict, context));
  import_free(import);
  return result;
}

void import_abandon(struct import *import) {
  if (import == NULL) {
    return;
  }
  (void)!leave(import, STORE_OK);
  import_free(import);
}
