#include "output/anonymised.h"

/* ---- CSV */

static void add_header(struct csv *csv, const struct anonymise_column *columns, size_t count,
                       bool language) {
  csv_text(csv, "response_id");
  csv_text(csv, "municipality_code");
  csv_text(csv, "municipality");
  if (language) {
    csv_text(csv, "language");
  }
  for (size_t i = 0; i < count; i++) {
    csv_text(csv, columns[i].name);
  }
  csv_end_row(csv);
}

static void add_row(struct csv *csv, size_t number, const struct anonymise_row *row, size_t count) {
  csv_integer(csv, (long long)number);
  csv_integer(csv, row->municipality);
  csv_text(csv, row->municipality_name);
  if (row->language != NULL) {
    csv_text(csv, row->language);
  }
  for (size_t i = 0; i < count; i++) {
    if (row->values[i] == ANONYMISE_EMPTY) {
      csv_text(csv, NULL);
    } else {
      csv_integer(csv, row->values[i]);
    }
  }
  csv_end_row(csv);
}

void anonymised_csv(struct anonymise *anonymise, enum csv_dialect dialect, struct text *out) {
  size_t count;
  const struct anonymise_column *columns = anonymise_columns(anonymise, &count);
  struct anonymise_row row = {.language = NULL};
  struct csv csv;
  if (anonymise_rows(anonymise) > 0) {
    anonymise_row(anonymise, 0, &row);
  }
  csv_begin(&csv, dialect, out);
  add_header(&csv, columns, count, row.language != NULL);
  for (size_t i = 0; i < anonymise_rows(anonymise); i++) {
    anonymise_row(anonymise, i, &row);
    add_row(&csv, i + 1, &row, count);
  }
}

static enum export_result write_csv(struct anonymised *anonymised, enum csv_dialect dialect,
                                    export_sink *sink, void *context) {
  struct text other;
  const struct text *csv = &anonymised->csv;
  text_init(&other);
  if (dialect != CSV_PLAIN) {
    anonymised_csv(anonymised->anonymise, dialect, &other);
    csv = &other;
  }
  enum export_result result = EXPORT_OK;
  if (csv->failed) {
    result = EXPORT_MEMORY;
  } else if (!sink(context, csv->data, csv->length)) {
    result = EXPORT_STOPPED;
  }
  text_clear(&other);
  return result;
}

/* ---- the other formats */

/* The rows, as often as they are asked for. */
static void add_rows(struct anonymise *anonymise, struct export *export) {
  enum export_result result = EXPORT_OK;
  do {
    for (size_t i = 0; i < anonymise_rows(anonymise) && result == EXPORT_OK; i++) {
      result = export_add_anonymised(export, anonymise, i);
    }
  } while (result == EXPORT_OK && export_again(export));
}

static enum export_result write_export(struct anonymise *anonymise,
                                       const struct export_options *options, export_sink *sink,
                                       void *context, struct export_trouble *trouble) {
  struct export *export = NULL;
  enum export_result result = export_new(options, sink, context, &export);
  if (result == EXPORT_OK) {
    add_rows(anonymise, export);
    result = export_finish(export, trouble);
  }
  export_free(export);
  return result;
}

/* What a package holds besides: the certificate for people and machines, and the comments. */
struct besides {
  struct text page, document, comments;
  struct export_extra extra[3];
};

static bool gather_besides(const struct anonymised *anonymised, const struct anonymised_file *file,
                           struct besides *besides, struct export_options *options) {
  bool good = certificate_html(file->certificate, file->certificate_words, file->certificate_page,
                               &besides->page) &&
              certificate_document(file->certificate, &besides->document);
  if (anonymised->options.comments) {
    anonymised_comments_csv(anonymised, CSV_PLAIN, &besides->comments);
  }
  besides->extra[0] = (struct export_extra){"certificate.html", "file_certificate",
                                            besides->page.data, besides->page.length};
  besides->extra[1] = (struct export_extra){"certificate.json", "file_certificate",
                                            besides->document.data, besides->document.length};
  besides->extra[2] = (struct export_extra){"comments.csv", "file_comments", besides->comments.data,
                                            besides->comments.length};
  options->extra = besides->extra;
  options->extra_count = anonymised->options.comments ? 3 : 2;
  return good && !besides->comments.failed;
}

enum export_result anonymised_write(struct anonymised *anonymised,
                                    const struct anonymised_file *file, export_sink *sink,
                                    void *context, struct export_trouble *trouble) {
  struct export_options options = *file->options;
  struct besides besides;
  *trouble = (struct export_trouble){.what = ""};
  if (options.format == EXPORT_CSV) {
    return write_csv(anonymised, options.dialect, sink, context);
  }
  text_init(&besides.page);
  text_init(&besides.document);
  text_init(&besides.comments);
  options.anonymised = anonymised->certificate;
  options.release = file->certificate->release;
  options.shapes = EXPORT_WIDE;
  options.no_comments = true;
  bool good = options.format != EXPORT_ZIP || gather_besides(anonymised, file, &besides, &options);
  enum export_result result =
      good ? write_export(anonymised->anonymise, &options, sink, context, trouble) : EXPORT_MEMORY;
  text_clear(&besides.page);
  text_clear(&besides.document);
  text_clear(&besides.comments);
  return result;
}
