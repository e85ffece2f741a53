#include "store/retention_store.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/audit_store.h"
#include "store/pg.h"

enum { AUDIT_ID_BYTES = 24 };

/* ---- finalising */

enum store_result finalise_plan_find(struct store *store, int round, struct finalise_plan *plan) {
  char number[PG_DECIMAL_MAX];
  PGresult *rows = NULL;
  int *const members[] = {&plan->answers,      &plan->withdrawn,    &plan->numbers,
                          &plan->receipts,     &plan->external_ids, &plan->traces,
                          &plan->links,        &plan->letters,      &plan->codes,
                          &plan->codes_unused, &plan->pairs,        &plan->decisions};
  pg_decimal(round, number);
  enum store_result result = pg_query(store, &rows, STATEMENT_FINALISE_PLAN, 1, number);
  for (size_t i = 0; result == STORE_OK && i < array_length(members); i++) {
    *members[i] = pg_number(rows, 0, (int)i);
  }
  PQclear(rows);
  return result;
}

/* ---- how long */

struct outcome {
  const char *name;
  enum store_result result;
  const char *message; /* of %s, the round */
};

/* What a function of the database says; a name that is not listed is our fault. */
static enum store_result judge(struct store *store, const PGresult *rows, const char *round,
                               const struct outcome *outcomes) {
  const char *name = PQgetvalue(rows, 0, 0);
  for (const struct outcome *outcome = outcomes; outcome->name != NULL; outcome++) {
    if (strcmp(outcome->name, name) == 0) {
      if (outcome->message != NULL) {
        pg_say(store, "round %s %s", round, outcome->message);
      }
      return outcome->result;
    }
  }
  pg_say(store, "the database said %.40s", name);
  return STORE_FAULT;
}

static const struct outcome setting_outcomes[] = {
    {"set", STORE_OK, NULL},
    {"none", STORE_NONE, "is not there; hint: hjemsvar round list"},
    {"purged", STORE_CLOSED, "was purged: nothing of it is left to keep"},
    {"past", STORE_REFUSED, "cannot be kept until a day that is over; hint: today or later"},
    {NULL, STORE_FAULT, NULL}};

struct keeping {
  const char *round, *until, *months;
};

static enum store_result keep(struct store *store, void *context) {
  const struct keeping *keeping = context;
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_RETENTION_SET, 3, keeping->round,
                                      keeping->until, keeping->months);
  if (result == STORE_OK) {
    result = judge(store, rows, keeping->round, setting_outcomes);
  }
  PQclear(rows);
  return result;
}

enum store_result retention_set(struct store *store, int round, const char *until, int months) {
  char number[PG_DECIMAL_MAX], of_months[PG_DECIMAL_MAX];
  pg_decimal(round, number);
  pg_decimal(months, of_months);
  struct keeping keeping = {number, until, months == 0 ? NULL : of_months};
  return pg_transaction(store, "BEGIN", keep, &keeping);
}

/* ---- what is over */

static bool read_row(const PGresult *rows, int row, struct arena *arena,
                     struct retention_row *read) {
  bool good = true;
  *read = (struct retention_row){.round = pg_number(rows, row, 0),
                                 .title = pg_text(rows, row, 1, arena, &good),
                                 .kept_until = pg_text(rows, row, 2, arena, &good),
                                 .finalised = pg_true(rows, row, 3),
                                 .answers = pg_number(rows, row, 4),
                                 .courses = pg_number(rows, row, 5),
                                 .archive = pg_number(rows, row, 6),
                                 .profile = pg_text(rows, row, 7, arena, &good),
                                 .sha256 = pg_text(rows, row, 8, arena, &good)};
  return good;
}

enum store_result retention_list(struct store *store, struct arena *arena,
                                 struct retention_row **list, size_t *count) {
  PGresult *rows = NULL;
  *count = 0;
  enum store_result result = pg_query(store, &rows, STATEMENT_RETENTION_LIST, 0);
  size_t found = result == STORE_OK ? (size_t)PQntuples(rows) : 0;
  *list = arena_array(arena, found + 1, sizeof **list);
  bool good = *list != NULL;
  for (size_t i = 0; good && i < found; i++) {
    good = read_row(rows, (int)i, arena, &(*list)[i]);
  }
  PQclear(rows);
  *count = good ? found : 0;
  return result != STORE_OK || good ? result : pg_no_memory(store);
}

static const struct outcome purging_outcomes[] = {
    {"deleted", STORE_OK, NULL},
    {"none", STORE_NONE, "is not there; hint: hjemsvar round list"},
    {"purged", STORE_CLOSED, "was purged before"},
    {"kept", STORE_CLOSED, "is not past its retention; hint: hjemsvar round show"},
    {"not_finalised", STORE_CLOSED, "is not finalised; hint: hjemsvar round finalise"},
    {"no_archive", STORE_INCOMPLETE,
     "was not packed for an archive since it was finalised, released or its courses changed; hint: "
     "hjemsvar round archive, or --without-archive with --reason"},
    {NULL, STORE_FAULT, NULL}};

struct purging {
  const char *round, *why;
};

static enum store_result purge(struct store *store, void *context) {
  const struct purging *purging = context;
  PGresult *rows = NULL;
  enum store_result result =
      pg_query(store, &rows, STATEMENT_RETENTION_PURGE, 2, purging->round, purging->why);
  if (result == STORE_OK) {
    result = judge(store, rows, purging->round, purging_outcomes);
  }
  PQclear(rows);
  return result;
}

enum store_result retention_purge(struct store *store, int round, const char *why) {
  char number[PG_DECIMAL_MAX];
  pg_decimal(round, number);
  struct purging purging = {number, why};
  return pg_transaction(store, "BEGIN", purge, &purging);
}

/* ---- packages */

static enum store_result tell(struct store *store, const struct archive_record *record) {
  char subject[PG_DECIMAL_MAX + sizeof "archive "], details[200];
  (void)snprintf(subject, sizeof subject, "archive %d", record->id);
  (void)snprintf(details, sizeof details, "{\"profile\":\"%s\",\"sha256\":\"%s\"}", record->profile,
                 record->sha256);
  const struct audit_entry entry = {
      .action = "round.archive", .subject = subject, .round = record->round, .details = details};
  return audit_append(store, &entry);
}

static enum store_result insert(struct store *store, void *context) {
  struct archive_record *record = context;
  char round[PG_DECIMAL_MAX], bytes[AUDIT_ID_BYTES];
  PGresult *rows = NULL;
  pg_decimal(record->round, round);
  (void)snprintf(bytes, sizeof bytes, "%" PRId64, record->bytes);
  enum store_result result = pg_query(store, &rows, STATEMENT_ARCHIVE_INSERT, 5, round,
                                      record->profile, record->sha256, bytes, record->made_at);
  if (result == STORE_OK) {
    record->id = pg_number(rows, 0, 0);
    result = tell(store, record);
  }
  PQclear(rows);
  return result;
}

enum store_result archive_begin(struct store *store, struct arena *arena,
                                struct archive_record *record) {
  bool good = true;
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_ARCHIVE_BEGIN, 0);
  if (result == STORE_OK) {
    record->made_at = pg_text(rows, 0, 0, arena, &good);
  }
  PQclear(rows);
  return result != STORE_OK || good ? result : pg_no_memory(store);
}

enum store_result archive_insert(struct store *store, struct archive_record *record) {
  return pg_transaction(store, "BEGIN", insert, record);
}

enum store_result archive_list(struct store *store, int round, struct arena *arena,
                               struct archive_record **records, size_t *count) {
  char number[PG_DECIMAL_MAX];
  PGresult *rows = NULL;
  pg_decimal(round, number);
  *count = 0;
  enum store_result result = pg_query(store, &rows, STATEMENT_ARCHIVE_LIST, 1, number);
  size_t found = result == STORE_OK ? (size_t)PQntuples(rows) : 0;
  *records = arena_array(arena, found + 1, sizeof **records);
  bool good = *records != NULL;
  for (int i = 0; good && i < (int)found; i++) {
    (*records)[i] = (struct archive_record){.id = pg_number(rows, i, 0),
                                            .round = round,
                                            .profile = pg_text(rows, i, 1, arena, &good),
                                            .sha256 = pg_text(rows, i, 2, arena, &good),
                                            .bytes = strtoll(PQgetvalue(rows, i, 3), NULL, 10),
                                            .made_at = pg_text(rows, i, 4, arena, &good),
                                            .holds = pg_true(rows, i, 5)};
  }
  PQclear(rows);
  *count = good ? found : 0;
  return result != STORE_OK || good ? result : pg_no_memory(store);
}

static const char *field(const PGresult *rows, int row, int column) {
  return PQgetisnull(rows, row, column) ? NULL : PQgetvalue(rows, row, column);
}

static bool give(const PGresult *rows, int row, archive_audit_each *each, void *context) {
  const struct archive_audit audit = {.id = field(rows, row, 0),
                                      .at = field(rows, row, 1),
                                      .actor = field(rows, row, 2),
                                      .actor_name = field(rows, row, 3),
                                      .action = field(rows, row, 4),
                                      .subject = field(rows, row, 5),
                                      .municipality = field(rows, row, 6),
                                      .details = field(rows, row, 7),
                                      .previous = field(rows, row, 8),
                                      .hash = field(rows, row, 9)};
  return each(context, &audit);
}

enum store_result archive_audit(struct store *store, int round, archive_audit_each *each,
                                void *context) {
  char number[PG_DECIMAL_MAX], after[AUDIT_ID_BYTES] = "0";
  enum store_result result = STORE_OK;
  bool good = true;
  pg_decimal(round, number);
  for (int found = 1; result == STORE_OK && good && found > 0;) {
    PGresult *rows = NULL;
    result = pg_query(store, &rows, STATEMENT_ARCHIVE_AUDIT, 2, number, after);
    found = result == STORE_OK ? PQntuples(rows) : 0;
    for (int i = 0; good && i < found; i++) {
      (void)snprintf(after, sizeof after, "%s", PQgetvalue(rows, i, 0));
      good = give(rows, i, each, context);
    }
    PQclear(rows);
  }
  return result == STORE_OK && !good ? pg_no_memory(store) : result;
}
