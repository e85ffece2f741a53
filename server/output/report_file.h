/* report_file: a report as a file, in each of its formats. */
#ifndef HJEMSVAR_OUTPUT_REPORT_FILE_H
#define HJEMSVAR_OUTPUT_REPORT_FILE_H

#include "base/template.h"
#include "output/letter.h"
#include "output/report_view.h"

enum report_file_format {
  REPORT_HTML, /* one page that needs nothing else */
  REPORT_PDF,  /* A4 */
  REPORT_XLSX, /* the tables */
  REPORT_SVG   /* the charts, a .zip of SVG files */
};

/* By "html", "pdf", "xlsx", "svg"; false for another. */
must_check bool report_file_format_parse(const char *name, enum report_file_format *format);
/* ".html", ".pdf", ".xlsx", "-svg.zip". */
const char *report_file_format_ending(enum report_file_format format);

enum report_file_result {
  REPORT_FILE_OK,
  REPORT_FILE_FONT,    /* a font or a character of it is not there: trouble says which */
  REPORT_FILE_PROGRAM, /* hjemsvar-press cannot be run or broke off: trouble says why */
  REPORT_FILE_STOPPED, /* the sink took no more */
  REPORT_FILE_SCRATCH, /* no room for a temporary file: errno */
  REPORT_FILE_MEMORY
};

struct report_file {
  const struct report_view *view;
  const struct template *page; /* "report" of templates/report */
  const char *scratch;         /* folder for temporary files */
  struct arena *arena;
};

/* Writes the file to the sink. The same view gives the same bytes. */
must_check enum report_file_result report_file(const struct report_file *file,
                                               enum report_file_format format, letter_sink *sink,
                                               void *context, struct letter_trouble *trouble);

#endif
