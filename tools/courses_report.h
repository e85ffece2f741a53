/* courses_report: what is wrong with a registration sheet, in words.
 *
 * FILE:Sheet1!D7: started_on: what; hint: how to mend it. For CSV FILE:7. The first
 * thousand are told, the rest counted. What stands in a cell is never in a message. */
#ifndef HJEMSVAR_TOOLS_COURSES_REPORT_H
#define HJEMSVAR_TOOLS_COURSES_REPORT_H

#include "cli.h"
#include "progress.h"
#include "store/course_file.h"

enum { COURSES_REPORT_MAX = 1000 };

struct courses_report {
  const struct cli *cli;
  const char *file;
  struct progress progress;
  long long told;
  json_t *problems; /* with --json; else NULL: told on stderr */
};

/* Takes a problem: a course_tell. */
void courses_report_take(void *report, const struct course_problem *problem);

/* Says what is told no more, if anything. */
void courses_report_end(const struct courses_report *report);

/* Says why a file cannot be read at all; gives the exit code. */
must_check int courses_unreadable(const struct courses_report *report, enum sheet_result result,
                                  const struct sheet_end *end);

#endif
