#include "output/csv.h"

#include <criterion/criterion.h>
#include <csv.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct text out;
static struct csv csv;

static void setup(void) {
  text_init(&out);
}

static void teardown(void) {
  text_clear(&out);
}

TestSuite(csv, .init = setup, .fini = teardown);

static const struct {
  const char *cell, *plain, *excel;
} cells[] = {
    {"Thisted", "Thisted", "Thisted"},
    {"", "\"\"", "\"\""},
    {NULL, "\"\"", "\"\""},
    {"a,b", "\"a,b\"", "a,b"},
    {"a;b", "a;b", "\"a;b\""},
    {"\"", "\"\"\"\"", "\"\"\"\""},
    {"say \"ja\"", "\"say \"\"ja\"\"\"", "\"say \"\"ja\"\"\""},
    {"two\nlines", "\"two\nlines\"", "\"two\nlines\""},
    {"two\r\nlines", "\"two\r\nlines\"", "\"two\r\nlines\""},
    {"\n", "\"\n\"", "\"\n\""},
    {" around ", "\" around \"", "\" around \""},
    {"in the middle", "in the middle", "in the middle"},
    {"end\t", "\"end\t\"", "\"end\t\""},
    {"=1+1", "=1+1", "'=1+1"},
    {"+45 12 34 56 78", "+45 12 34 56 78", "'+45 12 34 56 78"},
    {"-", "-", "'-"},
    {"-5", "-5", "'-5"},
    {"@navn", "@navn", "'@navn"},
    {"\tx", "\"\tx\"", "\"'\tx\""},
    {"\rx", "\"\rx\"", "\"'\rx\""},
    {"=\"a;b\"", "\"=\"\"a;b\"\"\"", "\"'=\"\"a;b\"\"\""},
    {"'", "'", "'"},
    {"'x", "'x", "'x"},
    {"'=x", "'=x", "''=x"},
    {"''", "''", "'''"},
    {"''=x", "''=x", "'''=x"},
    {"a=b", "a=b", "a=b"},
    {"\xD8\xB4\xD9\x83\xD8\xB1\xD8\xA7\xD8\x8C \xD8\xA3\xD9\x87\xD9\x84\xD8\xA7",
     "\xD8\xB4\xD9\x83\xD8\xB1\xD8\xA7\xD8\x8C \xD8\xA3\xD9\x87\xD9\x84\xD8\xA7",
     "\xD8\xB4\xD9\x83\xD8\xB1\xD8\xA7\xD8\x8C \xD8\xA3\xD9\x87\xD9\x84\xD8\xA7"},
    {"\xEF\xBB\xBF", "\"\xEF\xBB\xBF\"", "\"\xEF\xBB\xBF\""},
    {"æøå", "æøå", "æøå"},
};

static void expect_row(enum csv_dialect dialect, const char *cell, const char *expected) {
  csv_begin(&csv, dialect, &out);
  text_reset(&out);
  csv_text(&csv, cell);
  csv_end_row(&csv);
  size_t length = strlen(expected);
  cr_expect(out.length == length + 2 && memcmp(out.data, expected, length) == 0 &&
                strcmp(out.data + length, "\r\n") == 0,
            "%s: %s", cell, out.data);
}

Test(csv, writes_a_cell_as_its_dialect_asks) {
  for (size_t i = 0; i < array_length(cells); i++) {
    expect_row(CSV_PLAIN, cells[i].cell, cells[i].plain);
    expect_row(CSV_EXCEL, cells[i].cell, cells[i].excel);
  }
}

struct reading {
  size_t cells, rows;
  enum csv_dialect dialect;
};

static const char *expected_cell(size_t index) {
  const char *cell = cells[index % array_length(cells)].cell;
  return cell == NULL ? "" : cell;
}

static void read_cell(void *bytes, size_t length, void *context) {
  struct reading *reading = context;
  char *cell = calloc(1, length + 1);
  cr_assert_not_null(cell);
  if (length > 0) {
    memcpy(cell, bytes, length);
  }
  const char *text = reading->dialect == CSV_EXCEL ? csv_excel_unguard(cell) : cell;
  cr_expect_str_eq(text, expected_cell(reading->cells), "cell %zu: \"%s\"", reading->cells, text);
  reading->cells++;
  free(cell);
}

static void read_row(int end, void *context) {
  (void)end;
  ((struct reading *)context)->rows++;
}

/* Each cell in a row of its own, and then all in one row. */
static void expect_round_trip(enum csv_dialect dialect) {
  struct reading reading = {.dialect = dialect};
  struct csv_parser parser;
  csv_begin(&csv, dialect, &out);
  for (size_t i = 0; i < array_length(cells); i++) {
    csv_text(&csv, cells[i].cell);
    csv_end_row(&csv);
  }
  for (size_t i = 0; i < array_length(cells); i++) {
    csv_text(&csv, cells[i].cell);
  }
  csv_end_row(&csv);
  size_t mark = dialect == CSV_EXCEL ? 3 : 0;
  cr_assert_eq(csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI), 0);
  csv_set_delim(&parser, dialect == CSV_EXCEL ? ';' : ',');
  cr_expect_eq(
      csv_parse(&parser, out.data + mark, out.length - mark, read_cell, read_row, &reading),
      out.length - mark);
  cr_expect_eq(csv_fini(&parser, read_cell, read_row, &reading), 0);
  csv_free(&parser);
  cr_expect_eq(reading.cells, 2 * array_length(cells));
  cr_expect_eq(reading.rows, array_length(cells) + 1);
}

Test(csv, is_read_back_exactly_in_the_plain_dialect) {
  expect_round_trip(CSV_PLAIN);
}

Test(csv, is_read_back_exactly_in_the_excel_dialect) {
  expect_round_trip(CSV_EXCEL);
}

Test(csv, takes_off_the_guard_of_every_text_that_has_one) {
  /* All texts of up to four of these characters, through a guard and back. */
  static const char alphabet[] = "'=+-@\t\rx";
  enum { LETTERS = sizeof alphabet - 1 };
  for (unsigned number = 0; number < LETTERS * LETTERS * LETTERS * LETTERS; number++) {
    for (size_t length = 0; length <= 4; length++) {
      char text[5] = "";
      unsigned left = number;
      for (size_t i = 0; i < length; i++) {
        text[i] = alphabet[left % LETTERS];
        left /= LETTERS;
      }
      text_reset(&out);
      csv = (struct csv){.dialect = CSV_EXCEL, .out = &out};
      csv_text(&csv, text);
      /* Quotes are the reader's business: these texts hold none inside. */
      bool quoted = out.length > 0 && out.data[0] == '"';
      char cell[8] = "";
      memcpy(cell, out.length == 0 ? "" : out.data + quoted, out.length - 2 * quoted);
      cr_assert_str_eq(csv_excel_unguard(cell), text);
      cr_assert(strchr("=+-@\t\r", cell[0]) == NULL || cell[0] == '\0', "%s", cell);
    }
  }
}

Test(csv, begins_an_excel_file_with_a_byte_order_mark) {
  csv_begin(&csv, CSV_EXCEL, &out);
  csv_text(&csv, "a");
  csv_text(&csv, "b");
  csv_end_row(&csv);
  cr_expect_str_eq(out.data, "\xEF\xBB\xBF"
                             "a;b\r\n");
  text_reset(&out);
  csv_begin(&csv, CSV_PLAIN, &out);
  csv_text(&csv, "a");
  csv_text(&csv, NULL);
  csv_text(&csv, "b");
  csv_end_row(&csv);
  csv_text(&csv, "");
  csv_text(&csv, "");
  csv_end_row(&csv);
  cr_expect_str_eq(out.data, "a,,b\r\n,\r\n");
}

Test(csv, writes_numbers_without_a_guard) {
  csv_begin(&csv, CSV_EXCEL, &out);
  text_reset(&out);
  csv_integer(&csv, -5);
  csv_integer(&csv, 9223372036854775807LL);
  csv_decimal(&csv, -8.5352, 2);
  csv_end_row(&csv);
  cr_expect_str_eq(out.data, "-5;9223372036854775807;-8,54\r\n");
}

Test(csv, writes_decimals_with_the_mark_of_the_dialect) {
  static const struct {
    double number;
    int decimals;
    const char *plain, *excel;
  } cases[] = {
      {0, 0, "0", "0"},
      {0.5, 4, "0.5000", "0,5000"},
      {1234567.25, 2, "1234567.25", "1234567,25"},
      {99.995, 1, "100.0", "100,0"},
      {-0.25, 2, "-0.25", "-0,25"},
      {3, 0, "3", "3"},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    csv_begin(&csv, CSV_PLAIN, &out);
    text_reset(&out);
    csv_decimal(&csv, cases[i].number, cases[i].decimals);
    cr_expect_str_eq(out.data, cases[i].plain);
    csv_begin(&csv, CSV_EXCEL, &out);
    text_reset(&out);
    csv_decimal(&csv, cases[i].number, cases[i].decimals);
    cr_expect_str_eq(out.data, cases[i].excel);
  }
}

Test(csv, leaves_a_number_that_is_none_empty) {
  csv_begin(&csv, CSV_PLAIN, &out);
  csv_integer(&csv, 1);
  csv_decimal(&csv, (double)NAN, 2);
  csv_decimal(&csv, (double)INFINITY, 2);
  csv_end_row(&csv);
  csv_decimal(&csv, 1e308, 17);
  csv_end_row(&csv);
  cr_expect_eq(strncmp(out.data, "1,,\r\n1", 6), 0, "%s", out.data);
  cr_expect_eq(out.length, 5 + 309 + 1 + 17 + 2);
}
