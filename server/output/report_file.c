#include "output/report_file.h"

#include <string.h>
#include <unistd.h>

#include "output/export_file.h"
#include "output/report_charts.h"
#include "output/report_page.h"
#include "output/report_pdf.h"
#include "output/report_tables.h"

enum { PIECE_BYTES = 64 * 1024 };

static const struct {
  const char *name, *ending;
} formats[] = {[REPORT_HTML] = {"html", ".html"},
               [REPORT_PDF] = {"pdf", ".pdf"},
               [REPORT_XLSX] = {"xlsx", ".xlsx"},
               [REPORT_SVG] = {"svg", "-svg.zip"}};

bool report_file_format_parse(const char *name, enum report_file_format *format) {
  for (size_t i = 0; i < array_length(formats); i++) {
    if (strcmp(name, formats[i].name) == 0) {
      *format = (enum report_file_format)i;
      return true;
    }
  }
  return false;
}

const char *report_file_format_ending(enum report_file_format format) {
  return formats[format].ending;
}

/* ---- what is made in memory */

static enum report_file_result deliver(bool made, struct text *text, letter_sink *sink,
                                       void *context) {
  enum report_file_result result = !made || text->data == NULL               ? REPORT_FILE_MEMORY
                                   : sink(context, text->data, text->length) ? REPORT_FILE_OK
                                                                             : REPORT_FILE_STOPPED;
  text_clear(text);
  return result;
}

static enum report_file_result write_page(const struct report_file *file, letter_sink *sink,
                                          void *context) {
  struct text text;
  text_init(&text);
  bool made = report_page(file->view, file->page, &text);
  return deliver(made, &text, sink, context);
}

static enum report_file_result write_charts(const struct report_file *file, letter_sink *sink,
                                            void *context) {
  struct text text;
  text_init(&text);
  bool made = report_charts(file->view, &text);
  return deliver(made, &text, sink, context);
}

/* ---- the others */

static enum report_file_result write_pdf(const struct report_file *file, letter_sink *sink,
                                         void *context, struct letter_trouble *trouble) {
  enum letter_result result = report_pdf(file->view, file->arena, sink, context, trouble);
  if (result == LETTER_FONT || result == LETTER_GLYPH) {
    return REPORT_FILE_FONT;
  }
  if (result == LETTER_PROGRAM) {
    return REPORT_FILE_PROGRAM;
  }
  return result == LETTER_OK        ? REPORT_FILE_OK
         : result == LETTER_STOPPED ? REPORT_FILE_STOPPED
                                    : REPORT_FILE_MEMORY;
}

static enum report_file_result copy(int fd, letter_sink *sink, void *context) {
  char piece[PIECE_BYTES];
  ssize_t got = lseek(fd, 0, SEEK_SET) == 0 ? 1 : -1;
  while (got > 0 && (got = read(fd, piece, sizeof piece)) > 0) {
    if (!sink(context, piece, (size_t)got)) {
      return REPORT_FILE_STOPPED;
    }
  }
  return got == 0 ? REPORT_FILE_OK : REPORT_FILE_SCRATCH;
}

/* The library writes to a descriptor that can be sought in. */
static enum report_file_result write_tables(const struct report_file *file, letter_sink *sink,
                                            void *context) {
  FILE *tables = export_scratch(file->scratch);
  if (tables == NULL) {
    return REPORT_FILE_SCRATCH;
  }
  int fd = fileno(tables);
  enum report_file_result result =
      report_tables(file->view, fd, file->scratch) ? copy(fd, sink, context) : REPORT_FILE_SCRATCH;
  (void)fclose(tables);
  return result;
}

enum report_file_result report_file(const struct report_file *file, enum report_file_format format,
                                    letter_sink *sink, void *context,
                                    struct letter_trouble *trouble) {
  *trouble = (struct letter_trouble){.what = ""};
  switch (format) {
  case REPORT_HTML:
    return write_page(file, sink, context);
  case REPORT_PDF:
    return write_pdf(file, sink, context, trouble);
  case REPORT_XLSX:
    return write_tables(file, sink, context);
  case REPORT_SVG:
    return write_charts(file, sink, context);
  }
  return REPORT_FILE_MEMORY;
}
