#include "store/course_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "base/text.h"
#include "store/audit_store.h"
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

/* The operator's own; who joined the transaction tells of it as they know it. */
static enum store_result note(const struct course_import *import) {
  const struct course_counts *counts = import->counts;
  char details[128];
  (void)snprintf(details, sizeof details, "{\"new\":%lld,\"changed\":%lld,\"unchanged\":%lld}",
                 counts->fresh, counts->changed, counts->unchanged);
  const struct audit_entry entry = {
      .action = "course.import", .round = import->work->round, .details = details};
  return import->store->within ? STORE_OK : audit_append(import->store, &entry);
}

/* Inside store_as the transaction goes on, so the table is dropped by hand. */
static enum store_result store_all(struct course_import *import) {
  enum store_result result = run(import, STATEMENT_COURSE_STORE, 1);
  if (result == STORE_OK) {
    result = pg_command(import->store, "DROP TABLE course_input");
  }
  return result == STORE_OK ? note(import) : result;
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
  COLUMN_DEVELOPMENT,
  COLUMN_SHEET
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
      .sheet = value_of(rows, row, COLUMN_SHEET),
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
  keep(arena, &row->sheet, &good);
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

/* key: the id of a course, or the number of a sheet. */
static enum store_result find(struct store *store, enum statement statement, int round,
                              int municipality, const char *key, struct arena *arena,
                              struct course_row *row) {
  char numbers[2][PG_DECIMAL_MAX];
  PGresult *found = NULL;
  pg_decimal(round, numbers[0]);
  pg_decimal(municipality, numbers[1]);
  enum store_result result = pg_query(store, &found, statement, 3, numbers[0], numbers[1], key);
  if (result == STORE_OK && PQntuples(found) == 0) {
    result = STORE_NONE;
  } else if (result == STORE_OK) {
    read_course(found, 0, row);
    result = keep_row(arena, row) ? STORE_OK : pg_no_memory(store);
  }
  PQclear(found);
  return result;
}

enum store_result course_find(struct store *store, int round, int municipality, const char *id,
                              struct arena *arena, struct course_row *row) {
  return find(store, STATEMENT_COURSE_FIND, round, municipality, id, arena, row);
}

enum store_result course_sheet_find(struct store *store, int round, int municipality, int sheet,
                                    struct arena *arena, struct course_row *row) {
  char number[PG_DECIMAL_MAX];
  pg_decimal(sheet, number);
  return find(store, STATEMENT_COURSE_SHEET_FIND, round, municipality, number, arena, row);
}
