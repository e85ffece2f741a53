#include "store/quality_store.h"

#include <stdlib.h>

#include "store/quality_row.h"

static double real(const PGresult *rows, int row, int column) {
  return strtod(PQgetvalue(rows, row, column), NULL);
}

static long long whole(const PGresult *rows, int row, int column) {
  return strtoll(PQgetvalue(rows, row, column), NULL, 10);
}

static int mark(const PGresult *rows, int row, int column) {
  return PQgetisnull(rows, row, column) ? -1 : pg_number(rows, row, column);
}

struct quality_flags quality_read_flags(const PGresult *rows, int row, int column) {
  return (struct quality_flags){
      .duplicate = mark(rows, row, column),
      .scale = mark(rows, row, column + 1),
      .speed = mark(rows, row, column + 2),
      .straightline = mark(rows, row, column + 3),
      .empty = mark(rows, row, column + 4),
      .burst = mark(rows, row, column + 5),
      .weight = PQgetisnull(rows, row, column + 6) ? -1 : real(rows, row, column + 6),
  };
}

/* ---- the last refresh */

static bool read_run(const PGresult *rows, struct arena *arena, struct quality_run *run) {
  bool good = true;
  run->refreshed_at = pg_text(rows, 0, 0, arena, &good);
  run->answers = whole(rows, 0, 1);
  run->traced = whole(rows, 0, 2);
  run->finalised = pg_true(rows, 0, 3);
  run->standby = pg_true(rows, 0, 4);
  run->stale = pg_true(rows, 0, 5);
  run->method = pg_number(rows, 0, 6);
  return good;
}

enum store_result quality_run_find(struct store *store, int round, struct arena *arena,
                                   struct quality_run *run) {
  char number[PG_DECIMAL_MAX], method[PG_DECIMAL_MAX];
  pg_decimal(round, number);
  pg_decimal(QUALITY_METHOD, method);
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_QUALITY_RUN, 2, number, method);
  if (result == STORE_OK && PQntuples(rows) == 0) {
    pg_say(store, "there is no round %d; hint: hjemsvar round list", round);
    result = STORE_NONE;
  } else if (result == STORE_OK && !read_run(rows, arena, run)) {
    result = pg_no_memory(store);
  }
  PQclear(rows);
  return result;
}

enum store_result quality_count(struct store *store, int round, struct quality_counts *counts) {
  char number[PG_DECIMAL_MAX];
  pg_decimal(round, number);
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_QUALITY_COUNT, 1, number);
  if (result == STORE_OK) {
    *counts = (struct quality_counts){
        .answers = whole(rows, 0, 0),
        .duplicate = whole(rows, 0, 1),
        .reversed = whole(rows, 0, 2),
        .mirrored = whole(rows, 0, 3),
        .speed = whole(rows, 0, 4),
        .straightline = whole(rows, 0, 5),
        .empty = whole(rows, 0, 6),
        .burst = whole(rows, 0, 7),
        .timed = whole(rows, 0, 8),
        .placed = whole(rows, 0, 9),
        .judged = whole(rows, 0, 10),
        .weight = real(rows, 0, 11),
    };
  }
  PQclear(rows);
  return result;
}

enum store_result quality_figures(struct store *store, int round, int municipality,
                                  struct arena *arena, const char **figures) {
  char number[PG_DECIMAL_MAX], code[PG_DECIMAL_MAX];
  pg_decimal(round, number);
  pg_decimal(municipality, code);
  PGresult *rows = NULL;
  bool good = true;
  enum store_result result = pg_query(store, &rows, STATEMENT_QUALITY_FIGURE_FIND, 2, number,
                                      municipality == 0 ? NULL : code);
  if (result == STORE_OK && PQntuples(rows) == 0) {
    pg_say(store, "there are no figures of round %d", round);
    result = STORE_NONE;
  } else if (result == STORE_OK) {
    *figures = pg_text(rows, 0, 0, arena, &good);
  }
  PQclear(rows);
  return good ? result : pg_no_memory(store);
}

/* ---- flags */

static bool read_flag(const PGresult *rows, int row, struct arena *arena, struct flag_row *flag) {
  bool good = true;
  flag->response_id = pg_text(rows, row, 0, arena, &good);
  flag->municipality = pg_number(rows, row, 1);
  flag->municipality_name = pg_text(rows, row, 2, arena, &good);
  flag->received_week = pg_text(rows, row, 3, arena, &good);
  flag->flags = quality_read_flags(rows, row, 4);
  return good;
}

enum store_result flag_list(struct store *store, int round, int after_municipality,
                            const char *after, int limit, struct arena *arena,
                            struct flag_row **list, size_t *count) {
  static const char first_id[] = "00000000-0000-0000-0000-000000000000";
  char number[PG_DECIMAL_MAX], code[PG_DECIMAL_MAX], most[PG_DECIMAL_MAX];
  pg_decimal(round, number);
  pg_decimal(after_municipality, code);
  pg_decimal(limit, most);
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_FLAG_LIST, 4, number, code,
                                      after == NULL ? first_id : after, most);
  if (result != STORE_OK) {
    return result;
  }
  *count = (size_t)PQntuples(rows);
  *list = arena_array(arena, *count + 1, sizeof **list);
  bool good = *list != NULL;
  for (int i = 0; i < PQntuples(rows) && good; i++) {
    good = read_flag(rows, i, arena, &(*list)[i]);
  }
  PQclear(rows);
  return good ? STORE_OK : pg_no_memory(store);
}

/* ---- coverage */

static bool read_coverage(const PGresult *rows, int row, struct arena *arena,
                          struct coverage_row *coverage) {
  bool good = true;
  coverage->municipality = pg_number(rows, row, 0);
  coverage->name = pg_text(rows, row, 1, arena, &good);
  coverage->answers = pg_number(rows, row, 2);
  coverage->coverage =
      coverage_of(coverage_answers_exact(coverage->answers), pg_number(rows, row, 3),
                  pg_number(rows, row, 4), coverage_most(pg_true(rows, row, 5)));
  return good;
}

enum store_result coverage_list(struct store *store, int round, const char *from, const char *to,
                                struct arena *arena, struct coverage_row **list, size_t *count) {
  char number[PG_DECIMAL_MAX];
  pg_decimal(round, number);
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_COVERAGE_LIST, 3, number, from, to);
  if (result != STORE_OK) {
    return result;
  }
  *count = (size_t)PQntuples(rows);
  *list = arena_array(arena, *count + 1, sizeof **list);
  bool good = *list != NULL;
  for (int i = 0; i < PQntuples(rows) && good; i++) {
    good = read_coverage(rows, i, arena, &(*list)[i]);
  }
  PQclear(rows);
  return good ? STORE_OK : pg_no_memory(store);
}
