#include <readstat.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/calendar.h"
#include "base/words.h"
#include "output/export_file.h"

enum {
  SAV_LABEL_BYTES = 252, /* 256 less what its padding may read beyond */
  SAV_CODE_LABEL_BYTES = 120,
  SAV_FILE_LABEL_BYTES = 64,
  DTA_LABEL_CHARACTERS = 80,
  DTA_LABEL_BYTES = 320,
  LABEL_BYTES = 512,
};

/* A column of the file: a variable, or a part of a long text. */
struct stat_column {
  size_t variable;
  readstat_variable_t *column;
};

struct writing {
  readstat_writer_t *writer;
  struct stat_column *columns;
  size_t count;
  char *part; /* room for a part and its NUL */
  bool dta;
};

static ssize_t write_bytes(const void *bytes, size_t size, void *file) {
  return export_to_file(file, bytes, size) ? (ssize_t)size : -1;
}

/* Cut by us, between characters: ReadStat cuts at a byte. */
static const char *cut(char out[LABEL_BYTES], const char *label, size_t bytes, size_t characters) {
  size_t length = export_cut(label, bytes, characters);
  memcpy(out, label, length);
  out[length] = '\0';
  return out;
}

static struct export_parts parts_of(const struct writing *writing,
                                    const struct export_count *count) {
  return writing->dta ? count->dta : count->sav;
}

static size_t text_parts(const struct writing *writing, const struct export_count *count) {
  return parts_of(writing, count).count;
}

static size_t part_bytes(const struct writing *writing) {
  return writing->dta ? EXPORT_DTA_PART_BYTES : EXPORT_SAV_PART_BYTES;
}

/* ---- what the columns are */

static void add_label(const struct writing *writing, readstat_label_set_t *set, int code,
                      const char *label) {
  char shown[LABEL_BYTES];
  (void)cut(shown, label, SAV_CODE_LABEL_BYTES, SAV_CODE_LABEL_BYTES);
  if (writing->dta) {
    readstat_label_int32_value(set, code, shown);
  } else {
    readstat_label_double_value(set, code, shown);
  }
}

/* A reason why there is no answer, which no code of the question stands for. */
static void add_reason(const struct writing *writing, readstat_label_set_t *set,
                       readstat_variable_t *column, char tag, int code, const char *label) {
  if (writing->dta) {
    readstat_label_tagged_value(set, tag, label);
  } else {
    readstat_label_double_value(set, code, label);
    (void)readstat_variable_add_missing_double_value(column, code);
  }
}

static void add_not_answered(const struct writing *writing, readstat_label_set_t *set,
                             readstat_variable_t *column, const struct variable_code *code) {
  if (writing->dta) {
    readstat_label_tagged_value(set, 'b', code->label);
  } else {
    add_label(writing, set, code->code, code->label);
    (void)readstat_variable_add_missing_double_value(column, code->code);
  }
}

static bool has_labels(const struct variable *variable) {
  bool found = variable->may_be_unasked || variable->may_be_withheld;
  for (size_t i = 0; i < variable->codes_count; i++) {
    found = found || variable->codes[i].label != NULL;
  }
  return found;
}

static bool add_codes(struct writing *writing, const struct export_file *file,
                      const struct variable *variable, readstat_variable_t *column,
                      const char *name) {
  if (!has_labels(variable)) {
    return true;
  }
  readstat_label_set_t *set = readstat_add_label_set(
      writing->writer, writing->dta ? READSTAT_TYPE_INT32 : READSTAT_TYPE_DOUBLE, name);
  if (set == NULL) {
    return false;
  }
  for (size_t i = 0; i < variable->codes_count; i++) {
    const struct variable_code *code = &variable->codes[i];
    if (code->label != NULL && code->valid) {
      add_label(writing, set, code->code, code->label);
    } else if (code->label != NULL) {
      add_not_answered(writing, set, column, code);
    }
  }
  if (variable->may_be_unasked) {
    add_reason(writing, set, column, 'a', export_not_asked(file->table),
               words_get(file->options->words, "not_asked"));
  }
  if (variable->may_be_withheld) {
    add_reason(writing, set, column, 'c', ANONYMISE_WITHHELD,
               words_get(file->options->words, "withheld"));
  }
  readstat_variable_set_label_set(column, set);
  return true;
}

static readstat_type_t number_type(const struct writing *writing, const struct variable *variable) {
  if (!writing->dta || variable->form == VARIABLE_DECIMAL ||
      variable->role == VARIABLE_RESPONSE_ID) {
    return READSTAT_TYPE_DOUBLE;
  }
  return variable->role == VARIABLE_MUNICIPALITY_CODE ? READSTAT_TYPE_INT16 : READSTAT_TYPE_INT8;
}

static readstat_measure_t measure_of(const struct variable *variable) {
  return variable->form == VARIABLE_CODED || variable->form == VARIABLE_TEXT
             ? READSTAT_MEASURE_NOMINAL
             : READSTAT_MEASURE_SCALE;
}

static void set_look(const struct writing *writing, const struct variable *variable,
                     readstat_variable_t *column, size_t width) {
  char label[LABEL_BYTES];
  readstat_variable_set_label(
      column, writing->dta ? cut(label, variable->label, DTA_LABEL_BYTES, DTA_LABEL_CHARACTERS)
                           : cut(label, variable->label, SAV_LABEL_BYTES, SAV_LABEL_BYTES));
  readstat_variable_set_measure(column, measure_of(variable));
  if (variable->form == VARIABLE_TEXT) {
    (void)snprintf(label, sizeof label, writing->dta ? "%%-%zus" : "A%zu", width);
    readstat_variable_set_format(column, label);
  } else if (!writing->dta) {
    readstat_variable_set_format(column, variable->form == VARIABLE_DECIMAL       ? "F9.6"
                                         : variable->role == VARIABLE_RESPONSE_ID ? "F8.0"
                                                                                  : "F4.0");
  }
}

static bool add_column(struct writing *writing, const struct export_file *file, size_t index,
                       size_t part) {
  char name[EXPORT_NAME_BYTES];
  const struct variable *variable = &file->table->variables.items[index];
  const struct export_count *count = &file->table->counts[index];
  bool text = variable->form == VARIABLE_TEXT;
  struct export_parts parts = parts_of(writing, count);
  size_t width = part + 1 < parts.count ? part_bytes(writing) : parts.last_bytes;
  width = width > 0 ? width : 1;
  (void)export_stat_name(file->table, index, part, name);
  readstat_variable_t *column = readstat_add_variable(
      writing->writer, name, text ? READSTAT_TYPE_STRING : number_type(writing, variable),
      text ? width : 0);
  if (column == NULL) {
    return false;
  }
  writing->columns[writing->count++] = (struct stat_column){.variable = index, .column = column};
  set_look(writing, variable, column, width);
  return text || add_codes(writing, file, variable, column, name);
}

static size_t columns_count(const struct writing *writing, const struct export_table *table) {
  size_t count = 0;
  for (size_t i = 0; i < table->variables.count; i++) {
    count += text_parts(writing, &table->counts[i]);
  }
  return count;
}

static bool add_columns(struct writing *writing, const struct export_file *file) {
  const struct export_table *table = file->table;
  writing->columns = calloc(columns_count(writing, table) + 1, sizeof *writing->columns);
  writing->part = malloc(part_bytes(writing) + 1);
  bool done = writing->columns != NULL && writing->part != NULL;
  for (size_t i = 0; i < table->variables.count && done; i++) {
    for (size_t part = 0; part < text_parts(writing, &table->counts[i]) && done; part++) {
      done = add_column(writing, file, i, part);
    }
  }
  return done;
}

/* ---- the file */

/* Headers show local time: noon of the day in whatever zone this is. */
static time_t noon(int day) {
  char date[CALENDAR_DATE_BYTES];
  calendar_write(day, date);
  struct tm local = {.tm_year = (int)strtol(date, NULL, 10) - 1900,
                     .tm_mon = (int)strtol(date + 5, NULL, 10) - 1,
                     .tm_mday = (int)strtol(date + 8, NULL, 10),
                     .tm_hour = 12,
                     .tm_isdst = -1};
  return mktime(&local);
}

static void set_weight(const struct writing *writing, const struct export_file *file) {
  for (size_t i = 0; i < writing->count; i++) {
    const struct variable *variable = &file->table->variables.items[writing->columns[i].variable];
    if (variable->role == VARIABLE_WEIGHT) {
      (void)readstat_writer_set_fweight_variable(writing->writer, writing->columns[i].column);
    }
  }
}

static enum export_result result_of(readstat_error_t error) {
  if (error == READSTAT_OK) {
    return EXPORT_OK;
  }
  if (error == READSTAT_ERROR_MALLOC) {
    return EXPORT_MEMORY;
  }
  return error == READSTAT_ERROR_WRITE ? EXPORT_SCRATCH : EXPORT_DAMAGED;
}

static enum export_result start(struct export_file *file, bool dta) {
  char label[LABEL_BYTES];
  struct writing *writing = calloc(1, sizeof *writing);
  file->state = writing;
  if (writing == NULL || (writing->writer = readstat_writer_init()) == NULL) {
    return EXPORT_MEMORY;
  }
  writing->dta = dta;
  readstat_writer_t *writer = writing->writer;
  (void)readstat_set_data_writer(writer, write_bytes);
  (void)readstat_writer_set_file_label(
      writer, cut(label, file->options->round_title, SAV_FILE_LABEL_BYTES, SAV_FILE_LABEL_BYTES));
  (void)readstat_writer_set_file_timestamp(writer, noon(file->day));
  if (!dta) {
    (void)readstat_writer_set_compression(writer, READSTAT_COMPRESS_ROWS);
  }
  if (!add_columns(writing, file)) {
    return EXPORT_MEMORY;
  }
  if (!dta && file->options->weighted) {
    set_weight(writing, file);
  }
  long rows = (long)file->table->rows;
  return result_of(dta ? readstat_begin_writing_dta(writer, file->file, rows)
                       : readstat_begin_writing_sav(writer, file->file, rows));
}

static enum export_result start_sav(struct export_file *file) {
  return start(file, false);
}

static enum export_result start_dta(struct export_file *file) {
  return start(file, true);
}

/* ---- rows */

static readstat_error_t add_number(struct export_file *file, const readstat_variable_t *column,
                                   double number) {
  struct writing *writing = file->state;
  export_sum_number(&file->sum, number);
  switch (readstat_variable_get_type(column)) {
  case READSTAT_TYPE_INT8:
    return readstat_insert_int8_value(writing->writer, column, (int8_t)number);
  case READSTAT_TYPE_INT16:
    return readstat_insert_int16_value(writing->writer, column, (int16_t)number);
  case READSTAT_TYPE_DOUBLE:
  case READSTAT_TYPE_INT32:
  case READSTAT_TYPE_FLOAT:
  case READSTAT_TYPE_STRING:
  case READSTAT_TYPE_STRING_REF:
    break;
  }
  return readstat_insert_double_value(writing->writer, column, number);
}

static readstat_error_t add_missing(struct export_file *file, const readstat_variable_t *column,
                                    char tag) {
  struct writing *writing = file->state;
  export_sum_missing(&file->sum, tag);
  return tag == '.' ? readstat_insert_missing_value(writing->writer, column)
                    : readstat_insert_tagged_missing_value(writing->writer, column, tag);
}

static readstat_error_t add_value(struct export_file *file, const readstat_variable_t *column,
                                  const struct value *value) {
  const struct writing *writing = file->state;
  switch (value->kind) {
  case VALUE_NONE:
  case VALUE_TEXT:
    break;
  case VALUE_NOT_ASKED:
    return writing->dta ? add_missing(file, column, 'a')
                        : add_number(file, column, export_not_asked(file->table));
  case VALUE_WITHHELD:
    return writing->dta ? add_missing(file, column, 'c') : add_number(file, column, value->number);
  case VALUE_NOT_ANSWERED:
    return writing->dta ? add_missing(file, column, 'b') : add_number(file, column, value->number);
  case VALUE_NUMBER:
    return add_number(file, column, value->number);
  }
  return add_missing(file, column, '.');
}

/* Blanks at the end are padding to a reader of .sav. */
static size_t trimmed(const struct writing *writing, const char *text, size_t size) {
  while (!writing->dta && size > 0 && text[size - 1] == ' ') {
    size--;
  }
  return size;
}

static readstat_error_t add_part(struct export_file *file, const readstat_variable_t *column,
                                 const char *text, size_t size) {
  struct writing *writing = file->state;
  memcpy(writing->part, text, size);
  writing->part[size] = '\0';
  export_sum_text(&file->sum, text, trimmed(writing, text, size));
  return readstat_insert_string_value(writing->writer, column, writing->part);
}

/* All parts of one variable; gives the place of the next column. */
static size_t add_text(struct export_file *file, size_t place, const struct value *value,
                       readstat_error_t *error) {
  const struct writing *writing = file->state;
  size_t variable = writing->columns[place].variable;
  const char *rest = value->kind == VALUE_TEXT ? value->text : "";
  while (place < writing->count && writing->columns[place].variable == variable) {
    size_t size = export_part(rest, part_bytes(writing));
    if (*error == READSTAT_OK) {
      *error = add_part(file, writing->columns[place].column, rest, size);
    }
    rest += size;
    place++;
  }
  return place;
}

static enum export_result row(struct export_file *file) {
  const struct writing *writing = file->state;
  readstat_error_t error = readstat_begin_row(writing->writer);
  for (size_t place = 0; place < writing->count && error == READSTAT_OK;) {
    size_t variable = writing->columns[place].variable;
    const struct value *value = &file->table->values[variable];
    if (file->table->variables.items[variable].form == VARIABLE_TEXT) {
      place = add_text(file, place, value, &error);
    } else {
      error = add_value(file, writing->columns[place].column, value);
      place++;
    }
  }
  export_sum_row(&file->sum);
  return result_of(error == READSTAT_OK ? readstat_end_row(writing->writer) : error);
}

static enum export_result end(struct export_file *file) {
  struct writing *writing = file->state;
  if (writing == NULL) {
    return EXPORT_MEMORY;
  }
  readstat_error_t error =
      writing->writer == NULL ? READSTAT_ERROR_MALLOC : readstat_end_writing(writing->writer);
  if (writing->writer != NULL) {
    readstat_writer_free(writing->writer);
  }
  free(writing->columns);
  free(writing->part);
  free(writing);
  file->state = NULL;
  enum export_result result = file->dropped ? EXPORT_STOPPED : result_of(error);
  return result == EXPORT_OK && fflush(file->file) != 0 ? EXPORT_SCRATCH : result;
}

static enum export_result check(struct export_file *file) {
  struct export_sum read;
  export_sum_begin(&read);
  enum export_result result = export_stat_sum(file, file->kind == &export_dta_kind, &read);
  bool equal = export_sum_equal(&file->sum, &read);
  return result == EXPORT_OK && !equal ? EXPORT_DAMAGED : result;
}

const struct export_kind export_sav_kind = {.extension = "sav",
                                            .ending = "",
                                            .about = "file_sav",
                                            .begin = start_sav,
                                            .row = row,
                                            .end = end,
                                            .check = check};
const struct export_kind export_dta_kind = {.extension = "dta",
                                            .ending = "",
                                            .about = "file_dta",
                                            .begin = start_dta,
                                            .row = row,
                                            .end = end,
                                            .check = check};
