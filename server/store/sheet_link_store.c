#include "store/sheet_link_store.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "store/door.h"

enum { HASH_HEX = 2 * CRYPTO_DIGEST_BYTES + 1 };

/* ---- for whoever has a link */

void sheet_link_hash(const struct crypto_keys *keys, const char *canonical,
                     struct sheet_hashes *hashes) {
  const struct crypto_part part = {canonical, strlen(canonical)};
  hashes->generations = keys->generations;
  for (int generation = 0; generation < keys->generations; generation++) {
    crypto_digest(keys, generation, CRYPTO_FOR_SHEET_LINK, &part, 1, hashes->hashes[generation],
                  CRYPTO_DIGEST_BYTES);
  }
}

/* The current and the previous one; both are the current when there is no other. */
static void write_hashes(const struct sheet_hashes *hashes, char hex[2][HASH_HEX]) {
  pg_hex(hashes->hashes[0], CRYPTO_DIGEST_BYTES, hex[0]);
  pg_hex(hashes->hashes[hashes->generations - 1], CRYPTO_DIGEST_BYTES, hex[1]);
}

enum store_result sheet_link_find(struct store *store, const struct sheet_hashes *hashes,
                                  struct arena *arena, struct sheet_link_found *found) {
  char hex[2][HASH_HEX];
  bool good = true;
  PGresult *rows = NULL;
  write_hashes(hashes, hex);
  enum store_result result = pg_query(store, &rows, STATEMENT_SHEET_LINK_FIND, 2, hex[0], hex[1]);
  if (result == STORE_OK && PQntuples(rows) == 0) {
    result = STORE_NONE;
  } else if (result == STORE_OK) {
    found->municipality.code = pg_number(rows, 0, 0);
    found->municipality.name = pg_text(rows, 0, 1, arena, &good);
    found->lives = pg_true(rows, 0, 2);
    found->today = pg_number(rows, 0, 3);
  }
  PQclear(rows);
  return good ? result : pg_no_memory(store);
}

static json_t *json_day(int day) {
  char date[CALENDAR_DATE_BYTES];
  if (day < 0) {
    return json_null();
  }
  calendar_write(day, date);
  return json_string(date);
}

static json_t *json_count(int number) {
  return number < 0 ? json_null() : json_integer(number);
}

static json_t *json_hours(int hundredths) {
  return hundredths < 0 ? json_null() : json_sprintf("%d.%02d", hundredths / 100, hundredths % 100);
}

/* With the names of the table's columns. */
static json_t *json_of(const struct course *course) {
  return json_pack("{s:s, s:s?, s:o, s:o, s:o, s:s?, s:s?, s:o, s:o, s:s?, s:s?}", "course_id",
                   course->id, "referred_by", course->referred_by, "visitation_on",
                   json_day(course->visitation_on), "started_on", json_day(course->started_on),
                   "closed_on", json_day(course->closed_on), "outcome", course->outcome,
                   "interrupted_reason", course->interrupted_reason, "visits",
                   json_count(course->visits), "hours_total", json_hours(course->hours_hundredths),
                   "goal_agreement", course->goal_agreement, "development_agreement",
                   course->development_agreement);
}

static enum store_result read_outcome(struct store *store, const char *outcome) {
  if (strcmp(outcome, "none") == 0) {
    pg_say(store, "there is no such link");
    return STORE_NONE;
  }
  if (strcmp(outcome, "over") == 0) {
    pg_say(store, "the link takes no more sheets");
    return STORE_CLOSED;
  }
  return STORE_OK;
}

enum store_result sheet_link_take(struct store *store, const struct sheet_hashes *hashes,
                                  const struct course *course) {
  char hex[2][HASH_HEX];
  PGresult *rows = NULL;
  json_t *value = json_of(course);
  char *json = value == NULL ? NULL : json_dumps(value, JSON_COMPACT);
  json_decref(value);
  if (json == NULL) {
    return pg_no_memory(store);
  }
  write_hashes(hashes, hex);
  enum store_result result = pg_query(store, &rows, STATEMENT_SHEET_STORE, 3, hex[0], hex[1], json);
  if (result == STORE_OK) {
    result = read_outcome(store, PQgetvalue(rows, 0, 0));
  }
  PQclear(rows);
  free(json);
  return result;
}

/* ---- for the municipality */

/* A question of a municipality in a round. */
static enum store_result ask_of(struct store *store, enum statement statement, int round,
                                int municipality, PGresult **rows) {
  char numbers[2][PG_DECIMAL_MAX];
  pg_decimal(round, numbers[0]);
  pg_decimal(municipality, numbers[1]);
  return pg_query(store, rows, statement, 2, numbers[0], numbers[1]);
}

/* Of one thing of it, which there is or is not. */
static enum store_result ask_one_of(struct store *store, enum statement statement, int round,
                                    int municipality, int id) {
  char numbers[3][PG_DECIMAL_MAX];
  pg_decimal(round, numbers[0]);
  pg_decimal(municipality, numbers[1]);
  pg_decimal(id, numbers[2]);
  return pg_ask_one(store, statement, 3, numbers[0], numbers[1], numbers[2]);
}

static bool read_link(const PGresult *rows, int row, struct arena *arena,
                      struct sheet_link_row *out) {
  bool good = true;
  *out = (struct sheet_link_row){.id = pg_number(rows, row, 0),
                                 .name = pg_text(rows, row, 1, arena, &good),
                                 .made_on = pg_text(rows, row, 2, arena, &good),
                                 .ends_on = pg_text(rows, row, 3, arena, &good),
                                 .lives = pg_true(rows, row, 4),
                                 .revoked = pg_true(rows, row, 5),
                                 .sheets = pg_number(rows, row, 6)};
  return good;
}

enum store_result sheet_link_add(struct store *store, const struct sheet_link_new *link,
                                 const unsigned char hash[CRYPTO_DIGEST_BYTES], struct arena *arena,
                                 struct sheet_link_row *row) {
  char numbers[3][PG_DECIMAL_MAX], hex[HASH_HEX];
  PGresult *rows = NULL;
  if (link->days < 1 || link->days > SHEET_LINK_DAYS_MAX) {
    pg_say(store, "a link is valid for 1 to %d days", SHEET_LINK_DAYS_MAX);
    return STORE_REFUSED;
  }
  pg_decimal(link->round, numbers[0]);
  pg_decimal(link->municipality, numbers[1]);
  pg_decimal(link->days, numbers[2]);
  pg_hex(hash, CRYPTO_DIGEST_BYTES, hex);
  enum store_result result = pg_query(store, &rows, STATEMENT_SHEET_LINK_INSERT, 5, numbers[0],
                                      numbers[1], hex, link->name, numbers[2]);
  bool good = result != STORE_OK || read_link(rows, 0, arena, row);
  PQclear(rows);
  return good ? result : pg_no_memory(store);
}

enum store_result sheet_link_list(struct store *store, int round, int municipality,
                                  struct arena *arena, struct sheet_link_row **rows,
                                  size_t *count) {
  PGresult *found = NULL;
  enum store_result result = ask_of(store, STATEMENT_SHEET_LINK_LIST, round, municipality, &found);
  if (result != STORE_OK) {
    return result;
  }
  *count = (size_t)PQntuples(found);
  *rows = arena_array(arena, *count + 1, sizeof **rows);
  bool good = *rows != NULL;
  for (int i = 0; good && i < PQntuples(found); i++) {
    good = read_link(found, i, arena, &(*rows)[i]);
  }
  PQclear(found);
  return good ? STORE_OK : pg_no_memory(store);
}

enum store_result sheet_link_revoke(struct store *store, int round, int municipality, int id) {
  return ask_one_of(store, STATEMENT_SHEET_LINK_REVOKE, round, municipality, id);
}

/* ---- what waits */

enum store_result course_sheet_list(struct store *store, int round, int municipality,
                                    struct arena *arena, struct course_sheet_row **rows,
                                    size_t *count) {
  PGresult *found = NULL;
  enum store_result result =
      ask_of(store, STATEMENT_COURSE_SHEET_LIST, round, municipality, &found);
  if (result != STORE_OK) {
    return result;
  }
  *count = (size_t)PQntuples(found);
  *rows = arena_array(arena, *count + 1, sizeof **rows);
  bool good = *rows != NULL;
  for (int i = 0; good && i < PQntuples(found); i++) {
    (*rows)[i] = (struct course_sheet_row){.id = pg_number(found, i, 0),
                                           .course_id = pg_text(found, i, 1, arena, &good),
                                           .link = pg_text(found, i, 2, arena, &good),
                                           .received_at = pg_text(found, i, 3, arena, &good)};
  }
  PQclear(found);
  return good ? STORE_OK : pg_no_memory(store);
}

enum store_result course_sheet_count(struct store *store, int round, int *count) {
  char number[PG_DECIMAL_MAX];
  PGresult *rows = NULL;
  pg_decimal(round, number);
  enum store_result result = pg_query(store, &rows, STATEMENT_COURSE_SHEET_COUNT, 1, number);
  *count = result == STORE_OK ? pg_number(rows, 0, 0) : 0;
  PQclear(rows);
  return result;
}

enum store_result course_sheet_drop(struct store *store, int round, int municipality, int id) {
  return ask_one_of(store, STATEMENT_COURSE_SHEET_DROP, round, municipality, id);
}
