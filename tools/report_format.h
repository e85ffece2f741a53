/* report_format: the formats that a report is written in. */
#ifndef HJEMSVAR_TOOLS_REPORT_FORMAT_H
#define HJEMSVAR_TOOLS_REPORT_FORMAT_H

#include "base/text.h"
#include "report_draw.h"

struct report_format {
  const char *name;
  enum report_profile profile; /* when none is asked for */
  bool data;                   /* JSON; else it is drawn as a file */
  enum report_file_format file;
};

/* Reads --format, and --profile or the format's own. 0 or an exit code. */
must_check int report_format_read(const struct cli *cli, const struct report_format **format,
                                  enum report_profile *profile);

/* Writes the JSON, which is borrowed (NULL: memory is out), or draws. 0 or an exit code. */
must_check int report_format_write(const struct report_format *format, const json_t *json,
                                   const struct report_drawn *drawn, struct text *out);

/* Writes a finished text to --out, or to stdout. 0 or an exit code. */
must_check int report_format_deliver(const struct cli *cli, const struct text *content);

#endif
