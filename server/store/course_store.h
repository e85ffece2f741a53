/* course_store: the courses of the municipalities.
 *
 * Asked as STORE_AS_CONSOLE by the command line, and inside store_as (session_store.h) by
 * the console; row-level security then shows and takes the courses of that session alone.
 * An import never deletes: a course that left the sheet stays until course_delete takes
 * it away. Every state of a round will do, since no answer belongs to a course. */
#ifndef HJEMSVAR_STORE_COURSE_STORE_H
#define HJEMSVAR_STORE_COURSE_STORE_H

#include "store/round_store.h"
#include "survey/course.h"
#include "survey/coverage.h"

/* The municipalities of the round that the session sees, by code, and the database's
 * day of today in Copenhagen. STORE_NONE: no such round, or it sees none of it. */
must_check enum store_result course_municipalities(struct store *store, int round,
                                                   struct arena *arena,
                                                   const struct course_municipality **rows,
                                                   size_t *count, int *today);

/* ---- in */

struct course_import;

struct course_counts {
  long long fresh, changed, unchanged;
};

/* Adds a course from that row of the file; nothing of it is kept. Anything but STORE_OK:
 * the source ends, and course_import gives it again. */
must_check enum store_result course_import_add(struct course_import *import, long row,
                                               const struct course *course);

/* Adds all courses of a file, once. */
enum course_source_end {
  COURSE_SOURCE_GOOD,   /* that was all */
  COURSE_SOURCE_FAULTY, /* that was all, and something is wrong: compare, store nothing */
  COURSE_SOURCE_STOPPED /* no more, store nothing */
};
typedef enum course_source_end course_source(void *context, struct course_import *import);

/* A course id that stands in an earlier row, too. */
typedef void course_twice(void *context, long row, long first_row);

struct course_import_work {
  int round;
  bool preview; /* compare and count, store nothing */
  course_source *source;
  course_twice *twice;
  void *context; /* of both */
};

/* Runs the source in one transaction that copies its courses into a temporary table,
 * compares them with what is stored and stores them: all or none. A row that is stored
 * with the same content is not touched. counts are against what was stored before. Large
 * files need a patience of 0 (store_set_patience). STORE_OK, also for a preview and when
 * the source was faulty or stopped; STORE_CONFLICT: ids stand twice, each was told;
 * STORE_DENIED: a course is of a municipality that the session does not see;
 * STORE_REFUSED: of none of the round. */
must_check enum store_result course_import(struct store *store,
                                           const struct course_import_work *work,
                                           struct course_counts *counts);

/* Takes one course away. STORE_NONE: there is none that the session sees. */
must_check enum store_result course_delete(struct store *store, int round, int municipality,
                                           const char *id);

/* ---- out */

struct course_row { /* strings live until the callback returns */
  const char *municipality_name;
  struct course course;
  const char *sheet; /* name of the link by which it came (sheet_link_store.h), or NULL; course_list
                        gives none */
};

/* False ends the list early (the result is then STORE_OK). */
typedef bool course_each(void *context, const struct course_row *row);

/* Calls each for every course of a round by municipality and course id; municipality 0:
 * all that the session sees. A cursor: at most a thousand rows are in memory.
 * STORE_NONE: no such round. */
must_check enum store_result course_list(struct store *store, int round, int municipality,
                                         course_each *each, void *context);

/* A page of a municipality's courses by id: at most limit of those whose id comes after
 * `after` ("": from the first); total counts all. Rows of the arena. STORE_OK, also for
 * none. */
must_check enum store_result course_page(struct store *store, int round, int municipality,
                                         const char *after, int limit, struct arena *arena,
                                         struct course_row **rows, size_t *count, long long *total);

/* One course, of the arena. STORE_NONE: there is none that the session sees. */
must_check enum store_result course_find(struct store *store, int round, int municipality,
                                         const char *id, struct arena *arena,
                                         struct course_row *row);

/* The same of a sheet that waits (sheet_link_store.h), by its number. STORE_NONE. */
must_check enum store_result course_sheet_find(struct store *store, int round, int municipality,
                                               int sheet, struct arena *arena,
                                               struct course_row *row);

/* The courses of one municipality that were closed or interrupted in one quarter. */
struct course_quarter {
  const char *quarter; /* "2022-Q3" of the closing date; NULL: all that have none */
  int closed;          /* with a closing date and not interrupted; running ones when NULL */
  int interrupted;
};

struct course_summary {
  int municipality;
  const char *name;
  int courses, running, closed, interrupted;
  int interrupted_undated;  /* of the interrupted: without a closing date */
  int visitation_late;      /* visitation after the start: left out of waiting times */
  int closed_first;         /* closed before the start: left out of durations */
  const char *first_closed; /* "2022-01-14", or NULL; interrupted ones counted in */
  const char *last_closed;
  int answers_most;                      /* that one course can give (coverage_most) */
  const char *answers;                   /* of last Monday, in steps: "under 5", "5", … */
  const struct course_quarter *quarters; /* ascending, those with a course alone */
  size_t quarters_count;
};

/* A summary for each municipality of the round that the session sees, by code; those
 * without a course, too. from and to ("2022-01-01", either may be NULL) bound the closing
 * date of what is counted in closed, interrupted, quarters and first and last. STORE_NONE:
 * no such round, or none of it is seen. */
must_check enum store_result course_summarise(struct store *store, int round, const char *from,
                                              const char *to, struct arena *arena,
                                              struct course_summary **rows, size_t *count);

/* Coverage as far as a municipality may know it: from the stepped answers of the whole round
 * and the courses that the summary counts. */
struct coverage course_coverage(const struct course_summary *row);

#endif
