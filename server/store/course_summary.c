#include "store/course_store.h"
#include "store/pg.h"

static bool read_summaries(const PGresult *rows, struct arena *arena, struct course_summary *list) {
  bool good = true;
  for (int i = 0; i < PQntuples(rows); i++) {
    list[i] = (struct course_summary){
        .municipality = pg_number(rows, i, 0),
        .name = pg_text(rows, i, 1, arena, &good),
        .answers = pg_text(rows, i, 2, arena, &good),
        .courses = pg_number(rows, i, 3),
        .running = pg_number(rows, i, 4),
        .closed = pg_number(rows, i, 5),
        .interrupted = pg_number(rows, i, 6) + pg_number(rows, i, 7),
        .interrupted_undated = pg_number(rows, i, 7),
        .visitation_late = pg_number(rows, i, 8),
        .closed_first = pg_number(rows, i, 9),
        .first_closed = pg_text(rows, i, 10, arena, &good),
        .last_closed = pg_text(rows, i, 11, arena, &good),
        .answers_most = coverage_most(pg_true(rows, i, 12)),
    };
  }
  return good;
}

static bool read_quarters(const PGresult *rows, struct arena *arena, struct course_summary *list,
                          size_t count) {
  struct course_quarter *quarters =
      arena_array(arena, (size_t)PQntuples(rows) + 1, sizeof *quarters);
  bool good = quarters != NULL;
  size_t at = 0;
  for (int i = 0; good && i < PQntuples(rows); i++) {
    int municipality = pg_number(rows, i, 0);
    while (at < count && list[at].municipality < municipality) {
      at++;
    }
    quarters[i] = (struct course_quarter){.quarter = pg_text(rows, i, 1, arena, &good),
                                          .closed = pg_number(rows, i, 2),
                                          .interrupted = pg_number(rows, i, 3)};
    if (at < count) {
      list[at].quarters = list[at].quarters_count == 0 ? &quarters[i] : list[at].quarters;
      list[at].quarters_count++;
    }
  }
  return good;
}

struct summing {
  const char *parameters[3]; /* round, from, to */
  struct arena *arena;
  struct course_summary *rows;
  size_t count;
};

static enum store_result summarise(struct store *store, void *context) {
  struct summing *summing = context;
  const char *const *parameters = summing->parameters;
  PGresult *found = NULL;
  enum store_result result = pg_query(store, &found, STATEMENT_COURSE_SUMMARY, 3, parameters[0],
                                      parameters[1], parameters[2]);
  summing->count = (size_t)PQntuples(found);
  summing->rows = arena_array(summing->arena, summing->count + 1, sizeof *summing->rows);
  bool good = summing->rows != NULL && read_summaries(found, summing->arena, summing->rows);
  PQclear(found);
  if (result == STORE_OK && good) {
    result = pg_query(store, &found, STATEMENT_COURSE_QUARTERS, 3, parameters[0], parameters[1],
                      parameters[2]);
    good = read_quarters(found, summing->arena, summing->rows, summing->count);
    PQclear(found);
  }
  if (result != STORE_OK) {
    return result;
  }
  return !good ? pg_no_memory(store) : summing->count == 0 ? STORE_NONE : STORE_OK;
}

enum store_result course_summarise(struct store *store, int round, const char *from, const char *to,
                                   struct arena *arena, struct course_summary **rows,
                                   size_t *count) {
  char number[PG_DECIMAL_MAX];
  struct summing summing = {.parameters = {number, from, to}, .arena = arena};
  pg_decimal(round, number);
  enum store_result result =
      pg_transaction(store, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", summarise, &summing);
  *rows = summing.rows;
  *count = result == STORE_OK ? summing.count : 0;
  return result;
}

/* An interrupted course without a day lies in no period. */
struct coverage course_coverage(const struct course_summary *row) {
  struct coverage_answers answers = {0};
  (void)!coverage_answers_parse(row->answers, &answers);
  return coverage_of(answers, row->closed, row->interrupted - row->interrupted_undated,
                     row->answers_most);
}
