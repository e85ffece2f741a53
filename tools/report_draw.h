/* report_draw: a report as a page, a PDF, a workbook or pictures, in the language of --in. */
#ifndef HJEMSVAR_TOOLS_REPORT_DRAW_H
#define HJEMSVAR_TOOLS_REPORT_DRAW_H

#include "cli.h"
#include "output/report_file.h"

/* Puts what is drawn into words; translations: one for each questionnaire, NULL where it stands in
 * its own words. NULL when memory is out. */
typedef const struct report_view *report_draw_view(const void *what,
                                                   const struct translation *const *translations,
                                                   const json_t *words, struct arena *arena);

struct report_drawn {
  struct cli *cli;
  const struct questionnaire *const *questionnaires; /* versions of one */
  size_t questionnaires_count;
  report_draw_view *view;
  const void *what;
};

/* 0 or an exit code. */
must_check int report_draw(const struct report_drawn *drawn, enum report_file_format format,
                           struct text *out);

/* Whether --in names a language that reports have words in, before anything is asked. 0 or an exit
 * code. */
must_check int report_draw_check(const struct cli *cli);

#endif
