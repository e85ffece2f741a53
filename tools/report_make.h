/* report_make: a report from the command line's flags and the database. */
#ifndef HJEMSVAR_TOOLS_REPORT_MAKE_H
#define HJEMSVAR_TOOLS_REPORT_MAKE_H

#include "cli.h"
#include "output/documentation_file.h"
#include "progress.h"
#include "store/export_store.h"
#include "store/round_store.h"
#include "survey/report.h"

struct report_work {
  struct cli *cli;
  const char *wanted; /* the round, as it was asked for */
  bool kept;          /* of a release, which is shown for ever: answers need not be there */
  struct report_options options;
  struct export_filter filter;
  const char *closed_from, *closed_to;
  struct round_row round;
  const struct questionnaire *questionnaire;
  struct documentation_set documentation; /* of the municipalities of the filter */
  struct report report;                   /* once report_make gave 0 */

  /* while it is made */
  struct report_making *making;
  struct progress progress;
  long long rows;
  int failed;
};

/* Reads filters and floor from the flags. 0 or an exit code, as all here. */
must_check int report_make_read(struct cli *cli, struct report_work *work);

/* Looks up round and questionnaire, connected as STORE_AS_CONSOLE. */
must_check int report_make_gather(struct report_work *work);

/* Tells the audit log of a report, before the first answer is read: in which format, of a release
 * that is shown again (0: none), beside which rounds (NULL: alone). log is the primary as
 * STORE_AS_CONSOLE. */
must_check int report_make_tell(const struct report_work *work, struct store *log,
                                const char *format, int release, const char *rounds);

/* Makes stale flags anew, reads answers and courses (connected as STORE_AS_EXPORT afterwards) and
 * fills the report. report_make_clear is due either way. */
must_check int report_make(struct report_work *work);
void report_make_clear(struct report_work *work);

#endif
