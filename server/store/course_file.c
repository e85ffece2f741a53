#include "store/course_file.h"

#include "base/clock.h"
#include "survey/registration.h"

struct reading {
  const struct course_file *file;
  struct course_file_result *result;
  struct course_rules rules;
  struct course_reading rows;
  struct course_import *import;
  struct store *store;
  struct arena *arena;
};

static void count_and_tell(void *context, const struct course_problem *problem) {
  struct reading *reading = context;
  if (course_is_warning(problem->fault)) {
    reading->result->warnings++;
  } else {
    reading->result->errors++;
  }
  reading->file->tell(reading->file->context, problem);
}

static void tell_twice(void *context, long row, long first_row) {
  struct reading *reading = context;
  const struct sheet_end *end = &reading->result->end;
  const struct course_problem problem = {
      .fault = COURSE_ID_TWICE,
      .sheet = end->workbook ? end->sheet : NULL,
      .row = row,
      .place = reading->result->layout.places[COURSE_ID],
      .column = COURSE_ID,
      .other_row = first_row,
  };
  count_and_tell(reading, &problem);
}

static bool store_failed(struct reading *reading, enum store_result result) {
  reading->result->state = COURSE_FILE_NO_STORE;
  reading->result->store_result = result;
  return false;
}

static bool add(struct reading *reading, long row, const struct course *course) {
  enum store_result result = course_import_add(reading->import, row, course);
  return result == STORE_OK || store_failed(reading, result);
}

static bool is_long(const struct reading *reading) {
  const struct course_file *file = reading->file;
  return (file->courses_max > 0 && reading->result->courses > file->courses_max) ||
         (file->until_ms > 0 && clock_left_ms(file->until_ms) == 0);
}

static bool take_course(struct reading *reading, long row, const struct course *course) {
  reading->result->courses++;
  if (is_long(reading)) {
    reading->result->state = COURSE_FILE_LONG;
    return false;
  }
  if (course != NULL && reading->file->good != NULL) {
    reading->file->good(reading->file->context, course);
  }
  return course == NULL || add(reading, row, course);
}

static bool each_row(void *context, const struct sheet_row *row) {
  struct reading *reading = context;
  struct course course;
  if (reading->file->progress != NULL) {
    reading->file->progress(reading->file->context, row->done, row->total);
  }
  switch (course_step(&reading->rows, row, &course)) {
  case COURSE_STEP_NONE:
    return true;
  case COURSE_STEP_GOOD:
    return take_course(reading, row->number, &course);
  case COURSE_STEP_BAD:
    return take_course(reading, row->number, NULL);
  case COURSE_STEP_END:
    return false;
  case COURSE_STEP_MEMORY:
    break;
  }
  return store_failed(reading, STORE_FAULT);
}

static enum sheet_result read_fields(struct reading *reading) {
  return registration_rows(reading->file->fields, each_row, reading) ? SHEET_DONE : SHEET_STOPPED;
}

static void read_rows(struct reading *reading) {
  const struct course_file *file = reading->file;
  struct course_file_result *result = reading->result;
  course_begin(&reading->rows, &reading->rules, reading->arena);
  result->sheet_result = file->fields != NULL ? read_fields(reading)
                                              : sheet_read(file->fd, file->sheet, file->until_ms,
                                                           each_row, reading, &result->end);
  if (result->sheet_result == SHEET_DONE) {
    course_end(&reading->rows);
  } else if (result->sheet_result == SHEET_LATE) {
    result->state = COURSE_FILE_LONG;
  } else if (result->sheet_result != SHEET_STOPPED) {
    result->state = COURSE_FILE_NO_READ;
  }
  result->layout = reading->rows.layout;
}

/* Bad files are compared, too, so that all that is wrong is told at once. */
static enum course_source_end source(void *context, struct course_import *import) {
  struct reading *reading = context;
  const struct course_file_result *result = reading->result;
  reading->import = import;
  read_rows(reading);
  if (result->state != COURSE_FILE_GOOD) {
    return COURSE_SOURCE_STOPPED;
  }
  return result->errors > 0 ? COURSE_SOURCE_FAULTY : COURSE_SOURCE_GOOD;
}

static void import(struct reading *reading) {
  struct course_file_result *result = reading->result;
  const struct course_import_work work = {.round = reading->file->round,
                                          .preview = reading->file->preview,
                                          .source = source,
                                          .twice = tell_twice,
                                          .context = reading};
  enum store_result stored = course_import(reading->store, &work, &result->counts);
  if (stored != STORE_OK && stored != STORE_CONFLICT) {
    (void)store_failed(reading, stored);
  } else if (result->state == COURSE_FILE_GOOD && (result->errors > 0 || result->courses == 0)) {
    result->state = COURSE_FILE_FAULTY;
    result->counts = (struct course_counts){0};
  }
}

static enum store_result prepare(struct reading *reading) {
  struct course_rules *rules = &reading->rules;
  const struct course_file *file = reading->file;
  enum store_result result =
      course_municipalities(reading->store, file->round, reading->arena, &rules->municipalities,
                            &rules->municipalities_count, &rules->today);
  if (result != STORE_OK) {
    return result;
  }
  rules->municipality = file->municipality;
  if (rules->municipality == 0 && rules->municipalities_count == 1) {
    rules->municipality = rules->municipalities[0].code;
  }
  rules->tell = count_and_tell;
  rules->context = reading;
  return STORE_OK;
}

void course_file_import(struct store *store, const struct course_file *file, struct arena *arena,
                        struct course_file_result *result) {
  struct reading reading = {.file = file, .result = result, .store = store, .arena = arena};
  *result = (struct course_file_result){.state = COURSE_FILE_GOOD};
  struct personal_finder *finder = personal_new();
  store_set_patience(store, 0);
  enum store_result prepared = finder == NULL ? STORE_FAULT : prepare(&reading);
  reading.rules.finder = finder;
  if (prepared == STORE_OK) {
    import(&reading);
  } else {
    (void)store_failed(&reading, prepared);
  }
  personal_free(finder);
}
