#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "output/export_file.h"

enum { FLUSH_BYTES = 64 * 1024, DECIMALS_MAX = 6 };

struct writing {
  struct text buffer;
  struct text line; /* a text on one line */
  struct csv csv;
};

static enum export_result flush(struct export_file *file) {
  struct writing *writing = file->state;
  if (writing->buffer.failed) {
    return EXPORT_MEMORY;
  }
  bool written = export_write(&file->out, writing->buffer.data, writing->buffer.length);
  text_reset(&writing->buffer);
  if (written) {
    return EXPORT_OK;
  }
  return file->file == NULL ? EXPORT_STOPPED : EXPORT_SCRATCH;
}

static enum export_result flush_full(struct export_file *file) {
  const struct writing *writing = file->state;
  return writing->buffer.length < FLUSH_BYTES && !writing->buffer.failed ? EXPORT_OK : flush(file);
}

static struct writing *begin(struct export_file *file) {
  struct writing *writing = calloc(1, sizeof *writing);
  if (writing != NULL) {
    text_init(&writing->buffer);
    text_init(&writing->line);
  }
  file->state = writing;
  return writing;
}

static enum export_result end(struct export_file *file) {
  struct writing *writing = file->state;
  if (writing == NULL) {
    return EXPORT_MEMORY;
  }
  enum export_result result = file->dropped ? EXPORT_STOPPED : flush(file);
  text_clear(&writing->buffer);
  text_clear(&writing->line);
  free(writing);
  file->state = NULL;
  return result == EXPORT_OK && file->file != NULL && fflush(file->file) != 0 ? EXPORT_SCRATCH
                                                                              : result;
}

/* ---- CSV */

static enum export_result csv_start(struct export_file *file) {
  struct writing *writing = begin(file);
  if (writing == NULL) {
    return EXPORT_MEMORY;
  }
  const struct variable_list *variables = &file->table->variables;
  csv_begin(&writing->csv, file->options->dialect, &writing->buffer);
  for (size_t i = 0; i < variables->count; i++) {
    csv_text(&writing->csv, variables->items[i].name);
  }
  csv_end_row(&writing->csv);
  return EXPORT_OK;
}

/* As few decimals as say the same. */
static int decimals_of(double number) {
  int decimals = 0;
  for (double scaled = number; decimals < DECIMALS_MAX && fabs(scaled - nearbyint(scaled)) > 1e-7;
       decimals++) {
    scaled *= 10;
  }
  return decimals;
}

static void add_number(struct csv *csv, double number) {
  int decimals = decimals_of(number);
  if (decimals == 0) {
    csv_integer(csv, (long long)number);
  } else {
    csv_decimal(csv, number, decimals);
  }
}

static void csv_value(struct csv *csv, const struct value *value) {
  switch (value->kind) {
  case VALUE_NONE:
  case VALUE_NOT_ASKED:
    csv_text(csv, NULL);
    return;
  case VALUE_NOT_ANSWERED:
  case VALUE_WITHHELD:
  case VALUE_NUMBER:
    add_number(csv, value->number);
    return;
  case VALUE_TEXT:
    csv_text(csv, value->text);
    return;
  }
}

static enum export_result csv_row(struct export_file *file) {
  struct writing *writing = file->state;
  for (size_t i = 0; i < file->table->variables.count; i++) {
    csv_value(&writing->csv, &file->table->values[i]);
  }
  csv_end_row(&writing->csv);
  return flush_full(file);
}

static const char *on_one_line(struct text *line, const char *text) {
  if (strpbrk(text, "\r\n") == NULL) {
    return text;
  }
  text_reset(line);
  for (; *text != '\0'; text++) {
    text_add_char(line, *text == '\n' || *text == '\r' ? ' ' : *text);
  }
  return line->failed ? NULL : line->data;
}

static enum export_result lines_row(struct export_file *file) {
  struct writing *writing = file->state;
  for (size_t i = 0; i < file->table->variables.count; i++) {
    struct value value = file->table->values[i];
    if (value.kind == VALUE_TEXT) {
      value.text = on_one_line(&writing->line, value.text);
    }
    csv_value(&writing->csv, &value);
  }
  csv_end_row(&writing->csv);
  return writing->line.failed ? EXPORT_MEMORY : flush_full(file);
}

/* ---- JSON lines */

static enum export_result jsonl_start(struct export_file *file) {
  return begin(file) == NULL ? EXPORT_MEMORY : EXPORT_OK;
}

static int add_to_text(const char *bytes, size_t size, void *text) {
  text_add_bytes(text, bytes, size);
  return 0;
}

static bool json_text(struct text *out, const char *string) {
  json_t *value = json_string(string);
  bool done = value != NULL && json_dump_callback(value, add_to_text, out, JSON_ENCODE_ANY) == 0;
  json_decref(value);
  return done;
}

static bool json_value(struct text *out, const struct value *value) {
  switch (value->kind) {
  case VALUE_NONE:
  case VALUE_NOT_ASKED:
    text_add(out, "null");
    return true;
  case VALUE_NOT_ANSWERED:
  case VALUE_WITHHELD:
  case VALUE_NUMBER: {
    struct csv plain = {.dialect = CSV_PLAIN, .out = out};
    add_number(&plain, value->number);
    return true;
  }
  case VALUE_TEXT:
    return json_text(out, value->text);
  }
  return false;
}

static enum export_result jsonl_row(struct export_file *file) {
  struct writing *writing = file->state;
  bool done = true;
  for (size_t i = 0; i < file->table->variables.count && done; i++) {
    text_add(&writing->buffer, i == 0 ? "{\"" : ",\"");
    text_add(&writing->buffer, file->table->variables.items[i].name);
    text_add(&writing->buffer, "\":");
    done = json_value(&writing->buffer, &file->table->values[i]);
  }
  text_add(&writing->buffer, "}\n");
  return done ? flush_full(file) : EXPORT_MEMORY;
}

const struct export_kind export_csv_kind = {.extension = "csv",
                                            .ending = "",
                                            .about = "file_csv",
                                            .begin = csv_start,
                                            .row = csv_row,
                                            .end = end};
const struct export_kind export_lines_kind = {.extension = "csv",
                                              .ending = "_lines",
                                              .about = "file_spss_csv",
                                              .begin = csv_start,
                                              .row = lines_row,
                                              .end = end};
const struct export_kind export_jsonl_kind = {.extension = "jsonl",
                                              .ending = "",
                                              .about = "file_jsonl",
                                              .begin = jsonl_start,
                                              .row = jsonl_row,
                                              .end = end};
