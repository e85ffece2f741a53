/* registration: one course as a form says it, by the rules of a registration sheet (course.h).
 *
 * A form is a sheet of one row, headings and all, so that a file, the console's form and the
 * sheet on a home educator's phone cannot differ in what they take. Pure. */
#ifndef HJEMSVAR_SURVEY_REGISTRATION_H
#define HJEMSVAR_SURVEY_REGISTRATION_H

#include "survey/course.h"

/* Gives the two rows, headings and fields, to each; false when it ended them. fields: what was
 * typed, by column; none is NULL. */
must_check bool registration_rows(const char *const fields[COURSE_COLUMNS], sheet_each *each,
                                  void *context);

struct registration_problem {
  enum course_fault fault;
  enum course_column column;
};

/* Each column has one error, or few warnings. */
enum { REGISTRATION_PROBLEMS_MAX = 3 * COURSE_COLUMNS };

struct registration {
  bool good;            /* no errors: */
  struct course course; /* may be stored; its codes are constants */
  struct registration_problem problems[REGISTRATION_PROBLEMS_MAX]; /* errors and warnings */
  size_t problems_count;
};

/* Reads the fields of one course of a municipality; today as base/calendar.h, the arena is for
 * the reading. Nothing typed at all is COURSE_EMPTY of the course id. False when memory is out. */
must_check bool registration_read(const char *const fields[COURSE_COLUMNS],
                                  const struct course_municipality *municipality, int today,
                                  struct arena *arena, struct registration *out);

#endif
