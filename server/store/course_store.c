#include "store/course_store.h"

#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "base/text.h"
#include "store/copy.h"

static const char begin_reading[] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/* ---- the round */

static enum store_result read_municipalities(const PGresult *result, struct arena *arena,
                                             const struct course_municipality **rows, size_t *count,
                                             int *today) {
  size_t found = (size_t)PQntuples(result);
  struct course_municipality *list = arena_array(arena, found + 1, sizeof *list);
  bool good = list != NULL;
  for (size_t i = 0; good && i < found; i++) {
    list[i].code = pg_number(result, (int)i, 0);
    list[i].name = pg_text(result, (int)i, 1, arena, &good);
    *today = pg_number(result, (int)i, 2);
  }
  *rows = list;
  *count = found;
  return !good ? STORE_FAULT : found == 0 ? STORE_NONE : STORE_OK;
}

enum store_result course_municipalities(struct store *store, int round, struct arena *arena,
                                        const struct course_municipality **rows, size_t *count,
                                        int *today) {
  char number[PG_DECIMAL_MAX];
  PGresult *found = NULL;
  pg_decimal(round, number);
  enum store_result result = pg_query(store, &found, STATEMENT_COURSE_MUNICIPALITIES, 1, number);
  if (result == STORE_OK) {
    result = read_municipalities(found, arena, rows, count, today);
  }
  PQclear(found);
  return result;
}

/* ---- in */

struct course_import {
  struct store *store; /* borrowed */
  const struct course_import_work *work;
  struct course_counts *counts;
  char round[PG_DECIMAL_MAX];
  struct copy copy;
  bool undone; /* no failure, but nothing is to stay */
};

/* Runs a statement, with the round as its parameter if it takes one. */
static enum store_result run(struct course_import *import, enum statement statement,
                             int parameters) {
  PGresult *rows = NULL;
  enum store_result result = pg_query(import->store, &rows, statement, parameters, import->round);
  PQclear(rows);
  return result;
}

static void add_day(struct copy *copy, int day) {
  char date[CALENDAR_DATE_BYTES];
  if (day < 0) {
    copy_string(copy, NULL);
  } else {
    calendar_write(day, date);
    copy_string(copy, date);
  }
}

static void add_hours(struct copy *copy, int hundredths) {
  if (hundredths < 0) {
    copy_string(copy, NULL);
  } else {
    copy_printf(copy, "%d.%02d", hundredths / 100, hundredths % 100);
  }
}

static void add_count(struct copy *copy, int number) {
  if (number < 0) {
    copy_string(copy, NULL);
  } else {
    copy_printf(copy, "%d", number);
  }
}

enum store_result course_import_add(struct course_import *import, long row,
                                    const struct course *course) {
  struct copy *copy = &import->copy;
  copy_printf(copy, "%ld", row);
  copy_printf(copy, "%d", course->municipality);
  copy_string(copy, course->id);
  copy_string(copy, course->referred_by);
  add_day(copy, course->visitation_on);
  add_day(copy, course->started_on);
  add_day(copy, course->closed_on);
  copy_string(copy, course->outcome);
  copy_string(copy, course->interrupted_reason);
  add_count(copy, course->visits);
  add_hours(copy, course->hours_hundredths);
  copy_string(copy, course->goal_agreement);
  copy_string(copy, course->development_agreement);
  return copy_end_row(copy);
}

static enum store_result tell_twice(struct course_import *import) {
  PGresult *rows = NULL;
  enum store_result result = pg_query(import->store, &rows, STATEMENT_COURSE_TWICE, 0);
  for (int i = 0; result == STORE_OK && i < PQntuples(rows); i++) {
    import->work->twice(import->work->context, strtol(PQgetvalue(rows, i, 0), NULL, 10),
                        strtol(PQgetvalue(rows, i, 1), NULL, 10));
  }
  if (result == STORE_OK && PQntuples(rows) > 0) {
    result = STORE_CONFLICT;
  }
  PQclear(rows);
  return result;
}

static enum store_result count(struct course_import *import) {
  struct course_counts *counts = import->counts;
  PGresult *rows = NULL;
  enum store_result result =
      pg_query(import->store, &rows, STATEMENT_COURSE_COMPARE, 1, import->round);
  if (result == STORE_OK && PQntuples(rows) != 1) {
    result = STORE_FAULT;
  }
  if (result == STORE_OK) {
    counts->fresh = strtoll(PQgetvalue(rows, 0, 0), NULL, 10);
    counts->changed = strtoll(PQgetvalue(rows, 0, 1), NULL, 10);
    counts->unchanged = strtoll(PQgetvalue(rows, 0, 2), NULL, 10);
  }
  PQclear(rows);
  return result;
}

static enum store_result compare(struct course_import *import) {
  enum store_result result = copy_end(&import->copy);
  if (result == STORE_OK) {
    result = run(import, STATEMENT_COURSE_ANALYZE, 0);
  }
  if (result == STORE_OK) {
    result = run(import, STATEMENT_COURSE_LOCK, 1);
  }
  if (result == STORE_OK) {
    result = tell_twice(import);
  }
  return result == STORE_OK ? count(import) : result;
}

/* Inside store_as the transaction goes on, so the table is dropped by hand. */
static enum store_result store_all(struct course_import *import) {
  enum store_result result = run(import, STATEMENT_COURSE_STORE, 1);
  return result == STORE_OK ? pg_command(import->store, "DROP TABLE course_input") : result;
}

static enum store_result take_source(struct course_import *import) {
  const struct course_import_work *work = import->work;
  enum course_source_end end = work->source(work->context, import);
  if (import->copy.result != STORE_OK) {
    return import->copy.result;
  }
  if (end == COURSE_SOURCE_STOPPED) {
    import->undone = true;
    return STORE_CONFLICT;
  }
  enum store_result result = compare(import);
  if (result != STORE_OK) {
    return result;
  }
  if (work->preview || end == COURSE_SOURCE_FAULTY) {
    import->undone = true;
    return STORE_CONFLICT;
  }
  return store_all(import);
}

static enum store_result import_all(struct store *store, void *context) {
  struct course_import *import = context;
  enum store_result result = run(import, STATEMENT_COURSE_TABLE, 0);
  if (result != STORE_OK) {
    return result;
  }
  result = copy_begin(&import->copy, store, STATEMENT_COURSE_COPY);
  if (result == STORE_OK) {
    result = take_source(import);
  }
  return copy_abandon(&import->copy) == STORE_DOWN ? STORE_DOWN : result;
}

enum store_result course_import(struct store *store, const struct course_import_work *work,
                                struct course_counts *counts) {
  struct course_import import = {.store = store, .work = work, .counts = counts};
  *counts = (struct course_counts){0};
  pg_decimal(work->round, import.round);
  enum store_result result = pg_transaction_once(store, "BEGIN", import_all, &import);
  return result == STORE_CONFLICT && import.undone ? STORE_OK : result;
}

enum store_result course_delete(struct store *store, int round, int municipality, const char *id) {
  char numbers[2][PG_DECIMAL_MAX];
  PGresult *rows = NULL;
  pg_decimal(round, numbers[0]);
  pg_decimal(municipality, numbers[1]);
  enum store_result result =
      pg_query(store, &rows, STATEMENT_COURSE_DELETE, 3, numbers[0], numbers[1], id);
  if (result == STORE_OK && PQntuples(rows) == 0) {
    result = STORE_NONE;
  }
  PQclear(rows);
  return result;
}

/* ---- out */

enum column {
  COLUMN_MUNICIPALITY,
  COLUMN_NAME,
  COLUMN_ID,
  COLUMN_REFERRED_BY,
  COLUMN_VISITATION_ON,
  COLUMN_STARTED_ON,
  COLUMN_CLOSED_ON,
  COLUMN_OUTCOME,
  COLUMN_REASON,
  COLUMN_VISITS,
  COLUMN_HOURS,
  COLUMN_GOAL,
  COLUMN_DEVELOPMENT
};

static const char *value_of(const PGresult *rows, int row, enum column column) {
  return PQgetisnull(rows, row, (int)column) ? NULL : PQgetvalue(rows, row, (int)column);
}

static int number_of(const PGresult *rows, int row, enum column column) {
  return PQgetisnull(rows, row, (int)column) ? -1 : pg_number(rows, row, (int)column);
}

static void read_course(const PGresult *rows, int row, struct course_row *out) {
  const char *id = PQgetvalue(rows, row, COLUMN_ID);
  *out = (struct course_row){
      .municipality_name = PQgetvalue(rows, row, COLUMN_NAME),
      .course = {.municipality = pg_number(rows, row, COLUMN_MUNICIPALITY),
                 .referred_by = value_of(rows, row, COLUMN_REFERRED_BY),
                 .visitation_on = number_of(rows, row, COLUMN_VISITATION_ON),
                 .started_on = number_of(rows, row, COLUMN_STARTED_ON),
                 .closed_on = number_of(rows, row, COLUMN_CLOSED_ON),
                 .outcome = value_of(rows, row, COLUMN_OUTCOME),
                 .interrupted_reason = value_of(rows, row, COLUMN_REASON),
                 .visits = number_of(rows, row, COLUMN_VISITS),
                 .hours_hundredths = number_of(rows, row, COLUMN_HOURS),
                 .goal_agreement = value_of(rows, row, COLUMN_GOAL),
                 .development_agreement = value_of(rows, row, COLUMN_DEVELOPMENT)}};
  memcpy(out->course.id, id, strnlen(id, COURSE_ID_BYTES - 1));
}

struct listing {
  int round, municipality;
  course_each *each;
  void *context;
  bool begun; /* rows were handed over */
};

static enum store_result hand_over(struct store *store, struct listing *listing) {
  enum store_result result = STORE_OK;
  bool more = true;
  while (result == STORE_OK && more) {
    PGresult *rows = NULL;
    result = pg_query(store, &rows, STATEMENT_COURSE_FETCH, 0);
    more = PQntuples(rows) > 0;
    for (int i = 0; more && i < PQntuples(rows); i++) {
      struct course_row row;
      read_course(rows, i, &row);
      listing->begun = true;
      more = listing->each(listing->context, &row);
    }
    PQclear(rows);
  }
  return result;
}

static enum store_result declare(struct store *store, const struct listing *listing) {
  char numbers[2][PG_DECIMAL_MAX];
  PGresult *rows = NULL;
  pg_decimal(listing->round, numbers[0]);
  pg_decimal(listing->municipality, numbers[1]);
  enum store_result result = pg_query(store, &rows, STATEMENT_COURSE_ROUND, 1, numbers[0]);
  if (result == STORE_OK && PQntuples(rows) == 0) {
    result = STORE_NONE;
  }
  PQclear(rows);
  if (result != STORE_OK) {
    return result;
  }
  result = pg_query(store, &rows, STATEMENT_COURSE_DECLARE, 2, numbers[0],
                    listing->municipality == 0 ? NULL : numbers[1]);
  PQclear(rows);
  return result;
}

/* The cursor would outlive a transaction that was joined. Rows that went out cannot be
 * taken back, so a question that was cancelled is not asked again. */
static enum store_result list(struct store *store, void *context) {
  struct listing *listing = context;
  enum store_result result = declare(store, listing);
  if (result == STORE_OK) {
    result = hand_over(store, listing);
  }
  if (result == STORE_OK) {
    result = pg_command(store, "CLOSE courses");
  }
  return result == STORE_BUSY && listing->begun ? STORE_FAULT : result;
}

enum store_result course_list(struct store *store, int round, int municipality, course_each *each,
                              void *context) {
  struct listing listing = {
      .round = round, .municipality = municipality, .each = each, .context = context};
  return pg_transaction(store, begin_reading, list, &listing);
}

/* ---- a page of them */

static void keep(struct arena *arena, const char **string, bool *good) {
  if (*string != NULL) {
    *string = arena_string(arena, *string);
    *good = *good && *string != NULL;
  }
}

static bool keep_row(struct arena *arena, struct course_row *row) {
  struct course *course = &row->course;
  bool good = true;
  keep(arena, &row->municipality_name, &good);
  keep(arena, &course->referred_by, &good);
  keep(arena, &course->outcome, &good);
  keep(arena, &course->interrupted_reason, &good);
  keep(arena, &course->goal_agreement, &good);
  keep(arena, &course->development_agreement, &good);
  return good;
}

static enum store_result count_all(struct store *store, const char *round, const char *municipality,
                                   long long *total) {
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_COURSE_COUNT, 2, round, municipality);
  if (result == STORE_OK) {
    *total = strtoll(PQgetvalue(rows, 0, 0), NULL, 10);
  }
  PQclear(rows);
  return result;
}

enum store_result course_page(struct store *store, int round, int municipality, const char *after,
                              int limit, struct arena *arena, struct course_row **rows,
                              size_t *count, long long *total) {
  char numbers[3][PG_DECIMAL_MAX];
  PGresult *found = NULL;
  pg_decimal(round, numbers[0]);
  pg_decimal(municipality, numbers[1]);
  pg_decimal(limit, numbers[2]);
  enum store_result result = count_all(store, numbers[0], numbers[1], total);
  if (result == STORE_OK) {
    result = pg_query(store, &found, STATEMENT_COURSE_PAGE, 4, numbers[0], numbers[1], after,
                      numbers[2]);
  }
  if (result != STORE_OK) {
    return result;
  }
  *count = (size_t)PQntuples(found);
  *rows = arena_array(arena, *count + 1, sizeof **rows);
  bool good = *rows != NULL;
  for (int i = 0; good && i < PQntuples(found); i++) {
    read_course(found, i, &(*rows)[i]);
    good = keep_row(arena, &(*rows)[i]);
  }
  PQclear(found);
  return good ? STORE_OK : pg_no_memory(store);
}

enum store_result course_find(struct store *store, int round, int municipality, const char *id,
                              struct arena *arena, struct course_row *row) {
  char numbers[2][PG_DECIMAL_MAX];
  PGresult *found = NULL;
  pg_decimal(round, numbers[0]);
  pg_decimal(municipality, numbers[1]);
  enum store_result result =
      pg_query(store, &found, STATEMENT_COURSE_FIND, 3, numbers[0], numbers[1], id);
  if (result == STORE_OK && PQntuples(found) == 0) {
    result = STORE_NONE;
  } else if (result == STORE_OK) {
    read_course(found, 0, row);
    result = keep_row(arena, row) ? STORE_OK : pg_no_memory(store);
  }
  PQclear(found);
  return result;
}

/* ---- the summary */

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
  enum store_result result = pg_transaction(store, begin_reading, summarise, &summing);
  *rows = summing.rows;
  *count = result == STORE_OK ? summing.count : 0;
  return result;
}

/* An interrupted course without a day lies in no period. */
struct coverage course_coverage(const struct course_summary *row) {
  struct coverage_answers answers = {0};
  (void)!coverage_answers_parse(row->answers, &answers);
  return coverage_of(answers, row->closed, row->interrupted - row->interrupted_undated);
}
