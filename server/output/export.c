#include "output/export.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/words.h"
#include "output/export_package.h"
#include "survey/comment.h"

enum { COPY_BYTES = 64 * 1024 };

static const char *const format_names[EXPORT_FORMATS] = {
    [EXPORT_CSV] = "csv", [EXPORT_JSONL] = "jsonl", [EXPORT_SAV] = "sav",
    [EXPORT_DTA] = "dta", [EXPORT_XLSX] = "xlsx",   [EXPORT_ZIP] = "zip",
};

bool export_format_parse(const char *name, enum export_format *format) {
  for (*format = 0; *format < EXPORT_FORMATS; (*format)++) {
    if (strcmp(format_names[*format], name) == 0) {
      return true;
    }
  }
  return false;
}

const char *export_format_name(enum export_format format) {
  return format_names[format];
}

/* ---- beginning */

static bool is_text(enum export_format format) {
  return format == EXPORT_CSV || format == EXPORT_JSONL;
}

static bool has_shape(const struct export *export, enum variable_shape shape) {
  return (export->shapes & (shape == VARIABLE_WIDE ? EXPORT_WIDE : EXPORT_LONG)) != 0;
}

static bool make_tables(struct export *export) {
  const struct export_options *options = &export->options;
  const struct variable_options words = {.questionnaire = options->questionnaire,
                                         .words = options->words,
                                         .municipalities = options->municipalities,
                                         .municipalities_count = options->municipalities_count,
                                         .no_free_text = options->no_comments,
                                         .anonymised = options->anonymised};
  for (enum variable_shape shape = VARIABLE_WIDE; shape <= VARIABLE_LONG; shape++) {
    if (has_shape(export, shape) &&
        !export_table_init(&export->tables[shape], &words, shape, export->arena)) {
      return false;
    }
  }
  return true;
}

static bool prepare(struct export *export) {
  export->arena = arena_new(0);
  if (export->arena == NULL) {
    return false;
  }
  export->finder = export->options.no_comments ? NULL : personal_new();
  return (export->options.no_comments || export->finder != NULL) && make_tables(export);
}

static enum export_result begin_files(struct export *export);

enum export_result export_new(const struct export_options *options, export_sink *sink,
                              void *context, struct export **export_out) {
  *export_out = NULL;
  enum export_shapes shapes = options->shapes;
  if (options->anonymised != NULL) {
    shapes = EXPORT_WIDE;
  } else if (!variable_has_long(options->questionnaire)) {
    if (shapes == EXPORT_LONG) {
      return EXPORT_NO_LONG;
    }
    shapes = EXPORT_WIDE;
  }
  struct export *export = calloc(1, sizeof *export);
  if (export == NULL) {
    return EXPORT_MEMORY;
  }
  export->options = *options;
  export->shapes = shapes;
  export->out = (struct export_out){.sink = sink, .context = context};
  export->writing = is_text(options->format);
  enum export_result result = prepare(export) ? EXPORT_OK : EXPORT_MEMORY;
  if (result == EXPORT_OK && export->writing) {
    result = begin_files(export);
  }
  if (result != EXPORT_OK) {
    export_free(export);
    return result;
  }
  *export_out = export;
  return EXPORT_OK;
}

/* ---- the files of the second reading, or of the only one */

static const struct export_kind *kind_of(enum export_format format) {
  static const struct export_kind *const kinds[EXPORT_ZIP] = {[EXPORT_CSV] = &export_csv_kind,
                                                              [EXPORT_JSONL] = &export_jsonl_kind,
                                                              [EXPORT_SAV] = &export_sav_kind,
                                                              [EXPORT_DTA] = &export_dta_kind,
                                                              [EXPORT_XLSX] = &export_xlsx_kind};
  return kinds[format];
}

static enum export_result begin_file(struct export *export, const struct export_kind *kind,
                                     enum variable_shape shape) {
  struct export_file *file = &export->files[export->files_count];
  *file = (struct export_file){.kind = kind,
                               .options = &export->options,
                               .table = &export->tables[shape],
                               .out = export->out,
                               .day = export->day};
  bool direct = is_text(export->options.format);
  if (!direct) {
    file->file = export_scratch(export->options.scratch);
    file->out = (struct export_out){.sink = export_to_file, .context = file->file};
  }
  if (!direct && file->file == NULL) {
    return EXPORT_SCRATCH;
  }
  export->files_count++;
  export_sum_begin(&file->sum);
  return file->kind->begin(file);
}

/* A workbook that cannot hold all rows is left out of a package, which says so. */
static bool is_wanted(const struct export *export, enum export_format format,
                      enum variable_shape shape) {
  if (!has_shape(export, shape)) {
    return false;
  }
  if (export->options.format != EXPORT_ZIP) {
    return format == export->options.format;
  }
  return format != EXPORT_XLSX || export->tables[shape].rows <= EXPORT_XLSX_ROWS;
}

static enum export_result begin_files(struct export *export) {
  enum export_result result = EXPORT_OK;
  for (enum variable_shape shape = VARIABLE_WIDE; shape <= VARIABLE_LONG; shape++) {
    for (enum export_format format = 0; format < EXPORT_ZIP && result == EXPORT_OK; format++) {
      if (is_wanted(export, format, shape)) {
        result = begin_file(export, kind_of(format), shape);
      }
    }
    if (export->options.format == EXPORT_ZIP && result == EXPORT_OK && has_shape(export, shape)) {
      result = begin_file(export, &export_lines_kind, shape);
    }
  }
  return result;
}

/* ---- rows */

static enum export_result write_row(struct export *export, const struct export_table *table) {
  enum export_result result = EXPORT_OK;
  for (size_t i = 0; i < export->files_count && result == EXPORT_OK; i++) {
    struct export_file *file = &export->files[i];
    result = file->table == table ? file->kind->row(file) : EXPORT_OK;
  }
  return result;
}

static enum export_result add_rows(struct export *export, const struct response *response,
                                   struct export_table *table, int rows) {
  enum export_result result = EXPORT_OK;
  for (int row = 1; row <= rows && result == EXPORT_OK; row++) {
    export_table_row(table, response, row);
    if (export->writing) {
      result = write_row(export, table);
    }
    if (export->again == 0) {
      export_table_count(table);
    }
  }
  return result;
}

/* Weeks and quarters sort as text. */
static void see_week(struct export *export, const char *week) {
  if (export->first_week[0] == '\0' || strcmp(week, export->first_week) < 0) {
    (void)snprintf(export->first_week, sizeof export->first_week, "%s", week);
  }
  if (strcmp(week, export->last_week) > 0) {
    (void)snprintf(export->last_week, sizeof export->last_week, "%s", week);
  }
}

static void count(struct export *export, const struct response *response) {
  export->counts.answers++;
  export->counts.children += variable_rows(response->answer);
  see_week(export, response->week);
}

static bool mask(struct export *export, struct response *response) {
  const json_t *words = export->options.words;
  const struct mask_words in_place = {.cpr = words_get(words, "mask_cpr"),
                                      .phone = words_get(words, "mask_phone"),
                                      .email = words_get(words, "mask_email"),
                                      .marked = words_get(words, "mask_marked"),
                                      .apart = words_get(words, "mask_apart")};
  struct export_counts found = {.masked = 0};
  bool done = export->finder == NULL || response->reviewed == NULL ||
              comment_mask_answer(export->finder, &in_place, response->reviewed, response->answer,
                                  &found.marked, &found.apart);
  done = done && (export->finder == NULL ||
                  mask_answer(export->finder, &in_place, response->answer, &found.masked));
  if (export->again == 0) {
    export->counts.masked += found.masked;
    export->counts.marked += found.marked;
    export->counts.apart += found.apart;
  }
  return done;
}

static enum export_result keep(struct export *export, enum export_result result) {
  if (export->result == EXPORT_OK) {
    export->result = result;
    export->error = errno;
  }
  return export->result;
}

enum export_result export_add(struct export *export, struct response *response) {
  if (export->options.without_flagged && response_flagged(response)) {
    export->counts.flagged += export->again == 0 ? 1 : 0;
    return export->result;
  }
  if (!mask(export, response)) {
    return keep(export, EXPORT_MEMORY);
  }
  if (export->again == 0) {
    count(export, response);
  }
  enum export_result result = EXPORT_OK;
  if (has_shape(export, VARIABLE_WIDE)) {
    result = add_rows(export, response, &export->tables[VARIABLE_WIDE], 1);
  }
  if (result == EXPORT_OK && has_shape(export, VARIABLE_LONG)) {
    result =
        add_rows(export, response, &export->tables[VARIABLE_LONG], variable_rows(response->answer));
  }
  return keep(export, result);
}

enum export_result export_add_anonymised(struct export *export, struct anonymise *anonymise,
                                         size_t index) {
  struct export_table *table = &export->tables[VARIABLE_WIDE];
  enum export_result result = EXPORT_OK;
  variable_values_anonymised(&table->variables, anonymise, index, table->values);
  if (export->writing) {
    result = write_row(export, table);
  }
  if (export->again == 0) {
    export->counts.answers++;
    export_table_count(table);
  }
  return keep(export, result);
}

bool export_again(struct export *export) {
  if (export->writing || export->result != EXPORT_OK) {
    return false;
  }
  export->again++;
  export->writing = true;
  export->day = export_day(export->last_week);
  return keep(export, begin_files(export)) == EXPORT_OK;
}

/* ---- the end */

static enum export_result copy_out(struct export *export, FILE *file) {
  static const size_t copy_bytes = COPY_BYTES;
  char *piece = malloc(copy_bytes);
  enum export_result result = piece == NULL ? EXPORT_MEMORY : EXPORT_OK;
  rewind(file);
  for (size_t got = 1; result == EXPORT_OK && got > 0;) {
    got = fread(piece, 1, copy_bytes, file);
    if (!export_wanted(&export->options) || !export_write(&export->out, piece, got)) {
      result = EXPORT_STOPPED;
    }
  }
  if (result == EXPORT_OK && ferror(file)) {
    result = EXPORT_SCRATCH;
  }
  free(piece);
  return result;
}

static void end_files(struct export *export, bool drop) {
  for (size_t i = 0; i < export->files_count; i++) {
    struct export_file *file = &export->files[i];
    if (file->state != NULL) {
      file->dropped = drop || export->result != EXPORT_OK || !export_wanted(&export->options);
      (void)keep(export, file->kind->end(file));
    }
  }
}

void export_tell(const struct export *export, double part) {
  if (export->options.progress != NULL) {
    export->options.progress(export->options.progress_context, part);
  }
}

static void check_files(struct export *export) {
  double share = export->options.format == EXPORT_ZIP ? EXPORT_CHECK_SHARE : 1;
  for (size_t i = 0; i < export->files_count && export->result == EXPORT_OK; i++) {
    struct export_file *file = &export->files[i];
    enum export_result result = file->kind->check == NULL ? EXPORT_OK : file->kind->check(file);
    if (result != EXPORT_OK && result != EXPORT_STOPPED) {
      (void)snprintf(export->trouble.what, sizeof export->trouble.what, "%s",
                     file->kind->extension);
    }
    (void)keep(export, result);
    export_tell(export, share * (double)(i + 1) / (double)export->files_count);
  }
}

enum export_result export_finish(struct export *export, struct export_trouble *trouble) {
  end_files(export, false);
  check_files(export);
  if (export->result == EXPORT_OK && export->options.format == EXPORT_ZIP) {
    FILE *package = NULL;
    (void)keep(export, export_package(export, &package));
    if (export->result == EXPORT_OK) {
      (void)keep(export, copy_out(export, package));
    }
    if (package != NULL) {
      (void)fclose(package);
    }
  } else if (export->result == EXPORT_OK && export->files[0].file != NULL) {
    (void)keep(export, copy_out(export, export->files[0].file));
  }
  *trouble = export->trouble;
  errno = export->error;
  return export->result;
}

struct export_counts export_counts(const struct export *export) {
  return export->counts;
}

void export_free(struct export *export) {
  if (export == NULL) {
    return;
  }
  end_files(export, true);
  for (size_t i = 0; i < export->files_count; i++) {
    if (export->files[i].file != NULL) {
      (void)fclose(export->files[i].file);
    }
  }
  personal_free(export->finder);
  arena_free(export->arena);
  free(export);
}
