/* report_format: the formats that a report is written in. */
#ifndef HJEMSVAR_TOOLS_REPORT_FORMAT_H
#define HJEMSVAR_TOOLS_REPORT_FORMAT_H

#include "base/text.h"
#include "report_make.h"

/* Writes the report; kept is the JSON of a release as it is stored, NULL: internal. 0 or an exit
 * code. */
typedef int report_render(const struct report_work *work, const char *kept, struct text *out);

struct report_format {
  const char *name;
  enum report_profile profile; /* when none is asked for */
  bool from_kept;              /* drawn from what a release kept alone; else from the report */
  report_render *render;
};

/* NULL: there is none of that name. */
const struct report_format *report_format_find(const char *name);

/* "json, html or pdf", for people. */
const char *report_format_names(const struct cli *cli);

#endif
