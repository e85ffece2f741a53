#include "store/report_store.h"

#include "store/pg.h"

struct reading {
  struct store *store;
  int round;
  export_each *each;
  course_each *course;
  void *context;
  bool ended;
  enum store_result result; /* of the courses */
};

static bool each_answer(void *context, const struct export_row *row) {
  struct reading *reading = context;
  reading->ended = !reading->each(reading->context, row);
  return !reading->ended;
}

/* After the last answer its transaction is still open: the courses join it. */
static bool read_courses(void *context) {
  struct reading *reading = context;
  if (!reading->ended) {
    bool within = reading->store->within; /* of store_as_reader already */
    reading->store->within = true;
    reading->result =
        course_list(reading->store, reading->round, 0, reading->course, reading->context);
    reading->store->within = within;
  }
  return false;
}

enum store_result report_rows(struct store *store, const struct export_filter *filter,
                              export_each *each, course_each *course, void *context) {
  struct reading reading = {.store = store,
                            .round = filter->round,
                            .each = each,
                            .course = course,
                            .context = context,
                            .result = STORE_OK};
  enum store_result result = export_rows(store, filter, each_answer, read_courses, &reading);
  return reading.result != STORE_OK ? reading.result : result;
}
