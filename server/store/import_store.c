#include "store/import_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/copy.h"

struct import {
  struct store *store;        /* borrowed */
  char round[PG_DECIMAL_MAX]; /* as a parameter */
  struct copy copy;
  long long count; /* of rows added */
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
    result = copy_begin(&import->copy, import->store, STATEMENT_IMPORT_COPY);
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
    free(import);
    return result;
  }
  *out = import;
  return STORE_OK;
}

_Static_assert(CRYPTO_NUMBER_BYTES == 16 && CRYPTO_DIGEST_BYTES == 16, "add_bytes writes both");
static void add_bytes(struct copy *copy, const char *prefix, const unsigned char bytes[16]) {
  char digits[2 * 16 + 1];
  pg_hex(bytes, 16, digits);
  copy_printf(copy, "%s%s", prefix, digits);
}

static void add_known(struct copy *copy, int value) {
  if (value < 0) {
    copy_string(copy, NULL);
  } else {
    copy_printf(copy, "%d", value);
  }
}

enum store_result import_add(struct import *import, const struct import_row *row) {
  struct copy *copy = &import->copy;
  copy_printf(copy, "%ld", row->line);
  add_bytes(copy, "", row->id);
  add_bytes(copy, "\\\\x", row->digest);
  copy_printf(copy, "%d", row->municipality);
  copy_string(copy, row->language);
  copy_string(copy, row->answers);
  copy_string(copy, row->external_id);
  copy_string(copy, row->submitted_at);
  copy_string(copy, row->received_week);
  add_known(copy, row->network_tag);
  add_known(copy, row->device_tag);
  add_known(copy, row->seconds);
  import->count++;
  return copy_end_row(copy);
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
  enum store_result result = copy_end(&import->copy);
  if (result == STORE_OK) {
    result = run(import, STATEMENT_IMPORT_ANALYZE, 0);
  }
  if (result == STORE_OK) {
    result = run(import, STATEMENT_IMPORT_LOCK, 1);
  }
  return result == STORE_OK ? compare(import, conflict, context) : result;
}

/* Last of all: the lock of the audit log is held from here on. */
static enum store_result note(const struct import *import, long long inserted) {
  char numbers[2][24];
  PGresult *rows = NULL;
  (void)snprintf(numbers[0], sizeof numbers[0], "%lld", inserted);
  (void)snprintf(numbers[1], sizeof numbers[1], "%lld", import->count - inserted);
  enum store_result result = pg_query(import->store, &rows, STATEMENT_AUDIT_IMPORT, 3,
                                      import->round, numbers[0], numbers[1]);
  PQclear(rows);
  return result;
}

static enum store_result finish(struct import *import, import_conflict *conflict, void *context,
                                long long *inserted) {
  enum store_result result = compare_all(import, conflict, context);
  if (result == STORE_OK) {
    result = insert(import, inserted);
  }
  if (result == STORE_OK) {
    result = note(import, *inserted);
  }
  return result == STORE_OK ? pg_command(import->store, "COMMIT") : result;
}

/* Out of COPY, if it is still under way, and out of the transaction. */
static enum store_result leave(struct import *import, enum store_result outcome) {
  if (copy_abandon(&import->copy) == STORE_DOWN) {
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
    (void)!copy_abandon(&import->copy);
  } else {
    result = leave(import, result);
  }
  free(import);
  return result;
}

enum store_result import_compare(struct import *import, import_conflict *conflict, void *context) {
  enum store_result result = leave(import, compare_all(import, conflict, context));
  free(import);
  return result;
}

void import_abandon(struct import *import) {
  if (import == NULL) {
    return;
  }
  (void)!leave(import, STORE_OK);
  free(import);
}
