/* course_file: a municipality's registration sheet into the database.
 *
 * What the command line and the console's import page call with a file: first as a
 * preview, then to store. Both read the whole file and compare it with what is stored;
 * the preview then takes everything back. Memory does not grow with the file. */
#ifndef HJEMSVAR_STORE_COURSE_FILE_H
#define HJEMSVAR_STORE_COURSE_FILE_H

#include "store/course_store.h"

/* Called after each row of the file, for a progress bar. */
typedef void course_progress(void *context, long long done, long long total);

/* Called with each course that is good. */
typedef void course_good(void *context, const struct course *course);

struct course_file {
  int fd;                    /* at any position; stays the caller's */
  const char *const *fields; /* instead of a file: what a form says of one course, by column;
                                none is NULL. The rules are those of a sheet */
  const char *sheet;         /* of a workbook; NULL: the first visible one */
  int round;
  int municipality;          /* the only one whose courses may be in the file, and those of a file
                                without such a column; 0: any that the session sees */
  bool preview;              /* store nothing */
  course_tell *tell;         /* every problem, in the order of the file; ids that
                                stand twice last */
  course_progress *progress; /* or NULL */
  course_good *good;         /* or NULL */
  long long courses_max;     /* or 0: any number */
  int64_t until_ms;          /* when the reading ends at the latest (base/clock.h), or 0 */
  void *context;             /* of all */
};

enum course_file_state {
  COURSE_FILE_GOOD,    /* stored; a preview: it could be */
  COURSE_FILE_FAULTY,  /* errors were told, or it holds no rows: nothing is stored */
  COURSE_FILE_LONG,    /* more than courses_max, or not read by until_ms: nothing is stored */
  COURSE_FILE_NO_READ, /* it is no sheet, or a broken one: sheet_result says why */
  COURSE_FILE_NO_STORE /* the database said no: store_result; STORE_NONE: no such round */
};

struct course_file_result {
  enum course_file_state state;
  enum sheet_result sheet_result;
  enum store_result store_result;
  struct sheet_end end;
  struct course_layout layout; /* in the arena; row 0: no headings were found */
  long long courses;           /* rows that hold one, good and bad */
  long long errors, warnings;  /* that were told */
  struct course_counts counts; /* good files: against what was stored before */
};

/* Reads the file and stores it, all rows or none. Sets the store's patience to 0. Inside
 * store_as for the console; its work then gives STORE_OK unless the state is
 * COURSE_FILE_NO_STORE. */
void course_file_import(struct store *store, const struct course_file *file, struct arena *arena,
                        struct course_file_result *result);

#endif
