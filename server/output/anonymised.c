#include "output/anonymised.h"

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
