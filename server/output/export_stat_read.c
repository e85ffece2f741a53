#include <readstat.h>
#include <stdlib.h>
#include <string.h>

#include "output/export_file.h"

enum { PATH_BYTES = 64 };

struct reading {
  const struct export_options *options;
  struct export_sum *sum;
  int columns;
};

static int take_metadata(readstat_metadata_t *metadata, void *context) {
  struct reading *reading = context;
  reading->columns = readstat_get_var_count(metadata);
  return READSTAT_HANDLER_OK;
}

/* Without this handler ReadStat 1.1.8 keeps no variables, and its readers follow a null
 * pointer at the first value. */
static int take_variable(int index, readstat_variable_t *variable, const char *labels,
                         void *context) {
  (void)index, (void)variable, (void)labels, (void)context;
  return READSTAT_HANDLER_OK;
}

static double number_of(readstat_value_t value) {
  switch (readstat_value_type(value)) {
  case READSTAT_TYPE_INT8:
    return readstat_int8_value(value);
  case READSTAT_TYPE_INT16:
    return readstat_int16_value(value);
  case READSTAT_TYPE_INT32:
    return readstat_int32_value(value);
  case READSTAT_TYPE_FLOAT:
  case READSTAT_TYPE_DOUBLE:
  case READSTAT_TYPE_STRING:
  case READSTAT_TYPE_STRING_REF:
    break;
  }
  return readstat_double_value(value);
}

static int take_value(int row, readstat_variable_t *variable, readstat_value_t value,
                      void *context) {
  struct reading *reading = context;
  (void)row;
  if (readstat_value_type_class(value) == READSTAT_TYPE_CLASS_STRING) {
    const char *text = readstat_string_value(value);
    export_sum_text(reading->sum, text == NULL ? "" : text, text == NULL ? 0 : strlen(text));
  } else if (readstat_value_is_tagged_missing(value)) {
    export_sum_missing(reading->sum, readstat_value_tag(value));
  } else if (readstat_value_is_system_missing(value)) {
    export_sum_missing(reading->sum, '.');
  } else {
    export_sum_number(reading->sum, number_of(value));
  }
  if (readstat_variable_get_index(variable) == reading->columns - 1) {
    export_sum_row(reading->sum);
    return export_wanted(reading->options) ? READSTAT_HANDLER_OK : READSTAT_HANDLER_ABORT;
  }
  return READSTAT_HANDLER_OK;
}

enum export_result export_stat_sum(const struct export_file *file, bool dta,
                                   struct export_sum *sum) {
  char path[PATH_BYTES];
  struct reading reading = {.options = file->options, .sum = sum};
  readstat_parser_t *parser = readstat_parser_init();
  if (parser == NULL) {
    return EXPORT_MEMORY;
  }
  (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fileno(file->file));
  (void)readstat_set_metadata_handler(parser, take_metadata);
  (void)readstat_set_variable_handler(parser, take_variable);
  (void)readstat_set_value_handler(parser, take_value);
  readstat_error_t error =
      dta ? readstat_parse_dta(parser, path, &reading) : readstat_parse_sav(parser, path, &reading);
  readstat_parser_free(parser);
  if (error == READSTAT_ERROR_MALLOC) {
    return EXPORT_MEMORY;
  }
  if (error == READSTAT_ERROR_USER_ABORT) {
    return EXPORT_STOPPED;
  }
  return error == READSTAT_OK ? EXPORT_OK : EXPORT_DAMAGED;
}
