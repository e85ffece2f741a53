#include "store/release_store.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "store/audit_store.h"
#include "store/door.h"
#include "store/pg.h"

enum column {
  COLUMN_ID,
  COLUMN_ROUND,
  COLUMN_KIND,
  COLUMN_FLOOR,
  COLUMN_OPTIONS,
  COLUMN_CONTENT,
  COLUMN_CERTIFICATE,
  COLUMN_SEED,
  COLUMN_DIGEST,
  COLUMN_OVERRIDE_BY,
  COLUMN_OVERRIDE_WHY,
  COLUMN_MADE_AT,
  COLUMN_REPORT
};

static bool read_record(const PGresult *rows, int row, struct arena *arena,
                        struct release_record *record) {
  bool good = true;
  *record =
      (struct release_record){.id = pg_number(rows, row, COLUMN_ID),
                              .round = pg_number(rows, row, COLUMN_ROUND),
                              .kind = pg_text(rows, row, COLUMN_KIND, arena, &good),
                              .floor = pg_number(rows, row, COLUMN_FLOOR),
                              .options = pg_text(rows, row, COLUMN_OPTIONS, arena, &good),
                              .content = pg_text(rows, row, COLUMN_CONTENT, arena, &good),
                              .certificate = pg_text(rows, row, COLUMN_CERTIFICATE, arena, &good),
                              .has_seed = !PQgetisnull(rows, row, COLUMN_SEED),
                              .override_by = pg_text(rows, row, COLUMN_OVERRIDE_BY, arena, &good),
                              .override_why = pg_text(rows, row, COLUMN_OVERRIDE_WHY, arena, &good),
                              .made_at = pg_text(rows, row, COLUMN_MADE_AT, arena, &good),
                              .report = pg_text(rows, row, COLUMN_REPORT, arena, &good)};
  return good &&
         pg_unhex(PQgetvalue(rows, row, COLUMN_DIGEST), record->digest, sizeof record->digest) &&
         (!record->has_seed ||
          pg_unhex(PQgetvalue(rows, row, COLUMN_SEED), record->seed, sizeof record->seed));
}

enum store_result release_list(struct store *store, int round, struct arena *arena,
                               struct release_record **records, size_t *count) {
  char number[PG_DECIMAL_MAX];
  PGresult *rows = NULL;
  pg_decimal(round, number);
  *count = 0;
  enum store_result result = pg_query(store, &rows, STATEMENT_RELEASE_LIST, 1, number);
  size_t found = (size_t)PQntuples(rows);
  *records = arena_array(arena, found + 1, sizeof **records);
  for (size_t i = 0; result == STORE_OK && i < found; i++) {
    if (*records == NULL || !read_record(rows, (int)i, arena, &(*records)[i])) {
      result = pg_no_memory(store);
    }
  }
  PQclear(rows);
  *count = result == STORE_OK ? found : 0;
  return result;
}

enum store_result release_find(struct store *store, int id, struct arena *arena,
                               struct release_record *record) {
  char number[PG_DECIMAL_MAX];
  PGresult *rows = NULL;
  pg_decimal(id, number);
  enum store_result result = pg_query(store, &rows, STATEMENT_RELEASE_FIND, 1, number);
  if (result == STORE_OK && PQntuples(rows) == 0) {
    pg_say(store, "there is no release %d", id);
    result = STORE_NONE;
  } else if (result == STORE_OK && !read_record(rows, 0, arena, record)) {
    result = pg_no_memory(store);
  }
  PQclear(rows);
  return result;
}

const struct release *const *release_contents(const struct release_record *records, size_t count,
                                              struct arena *arena, int *odd) {
  const struct release **contents = arena_array(arena, count + 1, sizeof(void *));
  *odd = 0;
  for (size_t i = 0; contents != NULL && i < count; i++) {
    struct release *release = arena_alloc(arena, sizeof *release);
    json_t *json = json_loads(records[i].content, 0, NULL);
    bool good = release != NULL && json != NULL && release_parse(json, arena, release);
    json_decref(json);
    if (!good) {
      *odd = records[i].id;
      return NULL;
    }
    release->number = records[i].id;
    contents[i] = release;
  }
  return contents;
}

/* ---- storing */

struct storing {
  const struct release_record *record;
  int latest;
  int id;
};

static enum store_result check_latest(struct store *store, const char *round, int latest) {
  PGresult *rows = NULL;
  enum store_result result = pg_ask(store, STATEMENT_RELEASE_LOCK, 1, round);
  if (result == STORE_OK) {
    result = pg_query(store, &rows, STATEMENT_RELEASE_LATEST, 1, round);
  }
  if (result == STORE_OK && pg_number(rows, 0, 0) != latest) {
    pg_say(store, "another release was made meanwhile; hint: try again");
    result = STORE_CONFLICT;
  }
  PQclear(rows);
  return result;
}

static enum store_result append(struct store *store, const struct storing *storing,
                                const char *action, json_t *details) {
  char subject[PG_DECIMAL_MAX + sizeof "release "];
  char *string = details == NULL ? NULL : json_dumps(details, JSON_COMPACT);
  json_decref(details);
  (void)snprintf(subject, sizeof subject, "release %d", storing->id);
  const struct audit_entry entry = {
      .action = action, .subject = subject, .round = storing->record->round, .details = string};
  enum store_result result = string == NULL ? pg_no_memory(store) : audit_append(store, &entry);
  free(string);
  return result;
}

/* In the transaction of the release: the one is never there without the other. */
static enum store_result tell(struct store *store, const struct storing *storing) {
  const struct release_record *record = storing->record;
  enum store_result result =
      append(store, storing, "answers.release",
             json_pack("{s:s, s:i}", "kind", record->kind, "floor", record->floor));
  if (result == STORE_OK && record->override_by != NULL) {
    result =
        append(store, storing, "answers.override", json_pack("{s:s}", "by", record->override_by));
  }
  return result;
}

static enum store_result insert(struct store *store, void *context) {
  struct storing *storing = context;
  const struct release_record *record = storing->record;
  char round[PG_DECIMAL_MAX], floor[PG_DECIMAL_MAX];
  char seed[2 * RELEASE_SEED_BYTES + 1], digest[2 * RELEASE_DIGEST_BYTES + 1];
  PGresult *rows = NULL;
  pg_decimal(record->round, round);
  pg_decimal(record->floor, floor);
  pg_hex(record->seed, sizeof record->seed, seed);
  pg_hex(record->digest, sizeof record->digest, digest);
  enum store_result result = check_latest(store, round, storing->latest);
  if (result == STORE_OK) {
    result = pg_query(store, &rows, STATEMENT_RELEASE_INSERT, 11, round, record->kind, floor,
                      record->options, record->content, record->certificate,
                      record->has_seed ? seed : NULL, digest, record->override_by,
                      record->override_why, record->report);
  }
  if (result == STORE_OK) {
    storing->id = pg_number(rows, 0, 0);
    result = tell(store, storing);
  }
  PQclear(rows);
  return result;
}

enum store_result release_insert(struct store *store, const struct release_record *record,
                                 int latest, int *id) {
  struct storing storing = {.record = record, .latest = latest};
  enum store_result result = pg_transaction(store, "BEGIN", insert, &storing);
  *id = storing.id;
  return result;
}
