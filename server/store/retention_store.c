#include "store/retention_store.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
    {"soon", STORE_INCOMPLETE, "would end sooner than now, and within thirty days"},
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
  enum store_result result =
      pg_query(store, &rows, STATEMENT_ARCHIVE_INSERT, 6, round, record->profile, record->sha256,
               bytes, record->made_at, record->receipt);
  if (result == STORE_OK) {
    record->id = pg_number(rows, 0, 0);
    result = tell(store, record);
  }
  PQclear(rows);
  return result;
}

struct beginning {
  struct archive_record *record;
  struct arena *arena;
};

static enum store_result begin(struct store *store, void *context) {
  const struct beginning *beginning = context;
  char round[PG_DECIMAL_MAX];
  bool good = true;
  PGresult *rows = NULL;
  pg_decimal(beginning->record->round, round);
  enum store_result result = pg_query(store, &rows, STATEMENT_ARCHIVE_BEGIN, 1, round);
  if (result == STORE_OK) {
    beginning->record->made_at = pg_text(rows, 0, 0, beginning->arena, &good);
  }
  PQclear(rows);
  return result != STORE_OK || good ? result : pg_no_memory(store);
}

enum store_result archive_begin(struct store *store, struct arena *arena,
                                struct archive_record *record) {
  struct beginning beginning = {record, arena};
  return pg_transaction(store, "BEGIN", begin, &beginning);
}

enum store_result archive_insert(struct store *store, struct archive_record *record) {
  return pg_transaction(store, "BEGIN", insert, record);
}

struct receiving {
  int round;
  const char *receipt;
};

static enum store_result tell_received(struct store *store, int round, int archive) {
  char subject[PG_DECIMAL_MAX + sizeof "archive "];
  (void)snprintf(subject, sizeof subject, "archive %d", archive);
  const struct audit_entry entry = {
      .action = "round.archive_received", .subject = subject, .round = round};
  return audit_append(store, &entry);
}

static enum store_result receive(struct store *store, void *context) {
  const struct receiving *receiving = context;
  char round[PG_DECIMAL_MAX];
  PGresult *rows = NULL;
  pg_decimal(receiving->round, round);
  enum store_result result =
      pg_query(store, &rows, STATEMENT_ARCHIVE_RECEIVE, 2, round, receiving->receipt);
  if (result == STORE_OK) {
    result = PQntuples(rows) == 0 ? STORE_NONE
                                  : tell_received(store, receiving->round, pg_number(rows, 0, 0));
  }
  PQclear(rows);
  return result;
}

enum store_result archive_receive(struct store *store, int round, const char *receipt) {
  struct receiving receiving = {round, receipt};
  return pg_transaction(store, "BEGIN", receive, &receiving);
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
                                            .received = pg_true(rows, i, 5),
                                            .holds = pg_true(rows, i, 6)};
  }
  PQclear(rows);
  *count = good ? found : 0;
  return result != STORE_OK || good ? result : pg_no_memory(store);
}

/* ---- the audit log */

static const char *field(const PGresult *rows, int row, int column) {
  return PQgetisnull(rows, row, column) ? NULL : PQgetvalue(rows, row, column);
}

static bool write_event(const PGresult *rows, int row, bool named, FILE *file) {
  json_t *event =
      json_pack("{s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:o?, s:s?, s:s?}", "id", field(rows, row, 0),
                "at", field(rows, row, 1), "actor", field(rows, row, 2), "action",
                field(rows, row, 4), "subject", field(rows, row, 5), "municipality",
                field(rows, row, 6), "details", json_loads(PQgetvalue(rows, row, 7), 0, NULL),
                "previous", field(rows, row, 8), "hash", field(rows, row, 9));
  if (event != NULL && named) {
    (void)json_object_set_new(event, "actor_name", json_string(PQgetvalue(rows, row, 3)));
  }
  bool good = event != NULL && json_dumpf(event, file, JSON_COMPACT) == 0 && fputc('\n', file) > 0;
  json_decref(event);
  return good;
}

static bool empty(FILE *file) {
  return fflush(file) == 0 && ftruncate(fileno(file), 0) == 0 && fseek(file, 0, SEEK_SET) == 0;
}

static enum store_result unwritten(struct store *store) {
  pg_say(store, "the file could not be written; hint: see whether the disk is full");
  return STORE_FAULT;
}

enum store_result archive_audit(struct store *store, int round, bool named, FILE *file) {
  char number[PG_DECIMAL_MAX], after[AUDIT_ID_BYTES] = "0";
  enum store_result result = STORE_OK;
  bool good = empty(file);
  pg_decimal(round, number);
  for (int found = 1; result == STORE_OK && good && found > 0;) {
    PGresult *rows = NULL;
    result = pg_query(store, &rows, STATEMENT_ARCHIVE_AUDIT, 2, number, after);
    found = result == STORE_OK ? PQntuples(rows) : 0;
    for (int i = 0; good && i < found; i++) {
      (void)snprintf(after, sizeof after, "%s", PQgetvalue(rows, i, 0));
      good = write_event(rows, i, named, file);
    }
    PQclear(rows);
  }
  good = good && fflush(file) == 0;
  return result == STORE_OK && !good ? unwritten(store) : result;
}
