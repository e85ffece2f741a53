#include "output/csv.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
  DECIMALS_MAX = 17,
  DECIMAL_BYTES = 400 /* DBL_MAX has 309 digits before the mark */
};

static const char byte_order_mark[] = "\xEF\xBB\xBF";

void csv_begin(struct csv *csv, enum csv_dialect dialect, struct text *out) {
  *csv = (struct csv){.dialect = dialect, .out = out, .empty = true};
  if (dialect == CSV_EXCEL) {
    text_add(out, byte_order_mark);
  }
}

static char separator(const struct csv *csv) {
  return csv->dialect == CSV_EXCEL ? ';' : ',';
}

static void begin_cell(struct csv *csv, bool empty) {
  if (csv->cells > 0) {
    text_add_char(csv->out, separator(csv));
  }
  csv->cells++;
  csv->empty = csv->empty && empty;
}

static bool is_guarded(char byte) {
  return byte != '\0' && strchr("=+-@\t\r", byte) != NULL;
}

static bool needs_guard(const char *cell) {
  return is_guarded(cell[0]) || (cell[0] == '\'' && (is_guarded(cell[1]) || cell[1] == '\''));
}

static bool is_blank(char byte) {
  return byte == ' ' || byte == '\t';
}

/* Besides what RFC 4180 asks for: readers take off white space around a bare
 * cell, and a mark at the start of a file. */
static bool needs_quotes(const struct csv *csv, const char *cell, size_t length) {
  const char special[] = {separator(csv), '"', '\r', '\n', '\0'};
  return length > 0 &&
         (strpbrk(cell, special) != NULL || is_blank(cell[0]) || is_blank(cell[length - 1]) ||
          strncmp(cell, byte_order_mark, sizeof byte_order_mark - 1) == 0);
}

static void add_quoted(struct text *out, const char *cell, const char *guard) {
  text_add_char(out, '"');
  text_add(out, guard);
  for (;;) {
    size_t plain = strcspn(cell, "\"");
    text_add_bytes(out, cell, plain);
    cell += plain;
    if (*cell == '\0') {
      break;
    }
    text_add(out, "\"\"");
    cell++;
  }
  text_add_char(out, '"');
}

void csv_text(struct csv *csv, const char *text) {
  const char *cell = text == NULL ? "" : text;
  const char *guard = csv->dialect == CSV_EXCEL && needs_guard(cell) ? "'" : "";
  size_t length = strlen(cell);
  begin_cell(csv, length == 0);
  if (needs_quotes(csv, cell, length)) {
    add_quoted(csv->out, cell, guard);
  } else {
    text_add(csv->out, guard);
    text_add_bytes(csv->out, cell, length);
  }
}

void csv_integer(struct csv *csv, long long number) {
  begin_cell(csv, false);
  if (number >= 0 && number < 10) { /* nearly all codes; printf would take a fifth of an export */
    text_add_char(csv->out, (char)('0' + number));
  } else {
    text_addf(csv->out, "%lld", number);
  }
}

/* printf's mark depends on the locale and may be several bytes. */
static void add_decimal(struct text *out, const char *printed, char mark) {
  size_t whole = strspn(printed, "-0123456789");
  text_add_bytes(out, printed, whole);
  const char *fraction = printed + whole + strcspn(printed + whole, "0123456789");
  if (*fraction != '\0') {
    text_add_char(out, mark);
    text_add(out, fraction);
  }
}

void csv_decimal(struct csv *csv, double number, int decimals) {
  char printed[DECIMAL_BYTES];
  if (!isfinite(number)) {
    begin_cell(csv, true);
    return;
  }
  int shown = decimals < 0 ? 0 : decimals > DECIMALS_MAX ? DECIMALS_MAX : decimals;
  begin_cell(csv, false);
  (void)snprintf(printed, sizeof printed, "%.*f", shown, number);
  add_decimal(csv->out, printed, csv->dialect == CSV_EXCEL ? ',' : '.');
}

void csv_end_row(struct csv *csv) {
  if (csv->cells == 1 && csv->empty) {
    text_add(csv->out, "\"\"");
  }
  text_add(csv->out, "\r\n");
  csv->cells = 0;
  csv->empty = true;
}

const char *csv_excel_unguard(const char *cell) {
  bool guarded = cell[0] == '\'' && (is_guarded(cell[1]) || cell[1] == '\'');
  return guarded ? cell + 1 : cell;
}
