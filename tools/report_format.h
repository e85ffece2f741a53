/* report_format: the formats that a report is written in. */
#ifndef HJEMSVAR_TOOLS_REPORT_FORMAT_H
#define HJEMSVAR_TOOLS_REPORT_FORMAT_H

#include "base/text.h"
#include "report_make.h"

/* Writes the report; kept is the JSON of its release, NULL: internal. 0 or an exit code. */
typedef int report_render(const struct report_work *work, const json_t *kept, struct text *out);

struct report_format {
  const char *name;
  enum report_profile profile; /* when none is asked for */
  report_render *render;
};

/* NULL: there is none of that name. */
const struct report_format *report_format_find(const char *name);

/* "json, html or pdf", for people. */
const char *report_format_names(const struct cli *cli);

#endif
