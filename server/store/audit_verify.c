#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "store/audit_store.h"
#include "store/pg.h"

/* Columns of the statement: previous, hash, then the fields that audit_text (migration 4) joins. */
enum { PREVIOUS, HASH, FIRST_FIELD, FIELDS_END = 11 };

struct reading {
  const char *expect; /* NULL: nothing in particular */
  bool expect_seen;
  struct audit_verdict *verdict;
  struct text text; /* of one row; its memory is kept */
  int64_t last;
};

static const char beginning[] = "0000000000000000000000000000000000000000000000000000000000000000";

static int half_byte(char digit) {
  return digit <= '9' ? digit - '0' : digit - 'a' + 10;
}

static void hash_row(struct reading *reading, const PGresult *rows, int row,
                     char hex[AUDIT_HASH_CHARACTERS + 1]) {
  unsigned char hash[CRYPTO_SHA256_BYTES];
  const char *previous = PQgetvalue(rows, row, PREVIOUS);
  text_reset(&reading->text);
  for (size_t i = 0; previous[i] != '\0' && previous[i + 1] != '\0'; i += 2) {
    text_add_char(&reading->text, (char)(half_byte(previous[i]) << 4 | half_byte(previous[i + 1])));
  }
  for (int column = FIRST_FIELD; column < FIELDS_END; column++) {
    text_addf(&reading->text, "%d:", PQgetlength(rows, row, column));
    text_add_bytes(&reading->text, PQgetvalue(rows, row, column),
                   (size_t)PQgetlength(rows, row, column));
  }
  crypto_sha256(reading->text.data, reading->text.length, hash);
  pg_hex(hash, sizeof(hash), hex);
}

static enum audit_flaw judge(struct reading *reading, const PGresult *rows, int row) {
  char hash[AUDIT_HASH_CHARACTERS + 1];
  const char *head = reading->verdict->head;
  if (strcmp(PQgetvalue(rows, row, PREVIOUS), head) != 0) {
    return reading->verdict->rows == 0 ? AUDIT_BEGINNING : AUDIT_MISSING;
  }
  hash_row(reading, rows, row, hash);
  return strcmp(hash, PQgetvalue(rows, row, HASH)) == 0 ? AUDIT_SOUND : AUDIT_CHANGED;
}

static void step(struct reading *reading, const PGresult *rows, int row) {
  struct audit_verdict *verdict = reading->verdict;
  reading->last = strtoll(PQgetvalue(rows, row, FIRST_FIELD), NULL, 10);
  if (verdict->flaw == AUDIT_SOUND) {
    verdict->flaw = judge(reading, rows, row);
    verdict->row = verdict->flaw == AUDIT_SOUND ? 0 : reading->last;
  }
  (void)snprintf(verdict->head, sizeof(verdict->head), "%s", PQgetvalue(rows, row, HASH));
  verdict->rows++;
  if (reading->expect != NULL && strcmp(verdict->head, reading->expect) == 0) {
    reading->expect_seen = true;
  }
}

static enum store_result read_all(struct store *store, struct reading *reading) {
  for (;;) {
    char after[24];
    PGresult *rows = NULL;
    (void)snprintf(after, sizeof(after), "%lld", (long long)reading->last);
    enum store_result result = pg_query(store, &rows, STATEMENT_AUDIT_CHAIN, 1, after);
    int count = PQntuples(rows);
    for (int row = 0; row < count && !reading->text.failed; row++) {
      step(reading, rows, row);
    }
    PQclear(rows);
    if (result != STORE_OK || count == 0) {
      return result;
    }
    if (reading->text.failed) {
      return pg_no_memory(store);
    }
  }
}

static enum store_result read(struct store *store, void *context) {
  struct reading *reading = context;
  *reading->verdict = (struct audit_verdict){.flaw = AUDIT_SOUND};
  memcpy(reading->verdict->head, beginning, sizeof(beginning));
  reading->last = 0;
  reading->expect_seen = reading->expect == NULL || strcmp(reading->expect, beginning) == 0;
  enum store_result result = read_all(store, reading);
  if (result == STORE_OK && reading->verdict->flaw == AUDIT_SOUND && !reading->expect_seen) {
    reading->verdict->flaw = AUDIT_HEAD;
  }
  return result;
}

enum store_result audit_verify(struct store *store, const char *expect,
                               struct audit_verdict *verdict) {
  struct reading reading = {.expect = expect, .verdict = verdict};
  text_init(&reading.text);
  enum store_result result =
      pg_transaction(store, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", read, &reading);
  text_clear(&reading.text);
  return result;
}
