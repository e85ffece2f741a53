#include "base/sheet.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zip.h>

#include "base/clock.h"
#include "base/sheet_book.h"
#include "base/text.h"
#include "folder.h"

static struct folder folder;

static void begin(void) {
  folder_init(&folder);
}

static void end(void) {
  folder_clear(&folder);
}

TestSuite(sheet, .init = begin, .fini = end);

static int open_fixture(const char *name) {
  char path[512];
  (void)snprintf(path, sizeof path, "tests/fixtures/courses/%s", name);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  cr_assert(fd >= 0, "%s: %s", path, strerror(errno));
  return fd;
}

/* "2: A=n217 B=t17 …": one letter a kind. */
static bool note_row(void *context, const struct sheet_row *row) {
  static const char kinds[] = "-tndhbe";
  struct text *text = context;
  char place[SHEET_PLACE_BYTES];
  text_addf(text, "%ld:", row->number);
  for (size_t i = 0; i < row->count; i++) {
    if (row->cells[i].kind != SHEET_BLANK) {
      sheet_place(row->number, (int)i, place);
      place[strcspn(place, "0123456789")] = '\0';
      text_addf(text, " %s=%c%s", place, kinds[row->cells[i].kind], row->cells[i].text);
    }
  }
  text_add(text, "\n");
  return true;
}

static enum sheet_result read_all(int fd, const char *name, struct text *text,
                                  struct sheet_end *end_of_it) {
  text_init(text);
  return sheet_read(fd, name, 0, note_row, text, end_of_it);
}

static void expect_rows(int fd, const char *name, const char *expected) {
  struct text text;
  struct sheet_end where;
  enum sheet_result result = read_all(fd, name, &text, &where);
  cr_expect_eq(result, SHEET_DONE, "%s", sheet_result_name(result));
  cr_expect_str_eq(text.data == NULL ? "" : text.data, expected);
  text_clear(&text);
  (void)close(fd);
}

/* A file of our own. */
static int file_of(const void *bytes, size_t size) {
  char path[FOLDER_PATH_BYTES];
  folder_write(&folder, "file", bytes, size, 0600, path);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  cr_assert(fd >= 0);
  return fd;
}

static int text_of(const char *text) {
  return file_of(text, strlen(text));
}

Test(sheet, tells_what_every_file_is) {
  static const struct {
    const char *file;
    enum sheet_result result;
  } cases[] = {
      {"good.csv", SHEET_DONE},
      {"danish.csv", SHEET_DONE},
      {"empty.csv", SHEET_DONE},
      {"libreoffice.xlsx", SHEET_DONE},
      {"excel.xlsx", SHEET_DONE},
      {"old.xls", SHEET_XLS},
      {"password.xlsx", SHEET_ENCRYPTED},
      {"sheet.ods", SHEET_ODS},
      {"no_workbook.xlsx", SHEET_UNKNOWN},
      {"utf16.csv", SHEET_UTF16},
      {"windows1252.csv", SHEET_NOT_UTF8},
      {"open_quote.csv", SHEET_QUOTES},
      {"cut_off.xlsx", SHEET_BROKEN},
      {"bad_string.xlsx", SHEET_BROKEN},
      {"bomb.xlsx", SHEET_BOMB},
      {"entity.xlsx", SHEET_DOCTYPE},
      {"entity_in_texts.xlsx", SHEET_DOCTYPE},
      {"too_many_columns.xlsx", SHEET_COLUMNS},
      {"too_many_columns.csv", SHEET_COLUMNS},
      {"too_many_rows.xlsx", SHEET_ROWS},
      {"long_cell.xlsx", SHEET_CELL},
      {"all_hidden.xlsx", SHEET_NO_SHEET},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    struct text text;
    struct sheet_end where;
    int fd = open_fixture(cases[i].file);
    enum sheet_result result = read_all(fd, NULL, &text, &where);
    cr_expect_eq(result, cases[i].result, "%s: %s", cases[i].file, sheet_result_name(result));
    text_clear(&text);
    (void)close(fd);
  }
}

Test(sheet, reads_what_excel_writes) {
  expect_rows(
      open_fixture("excel.xlsx"), NULL,
      "1: A=tKommunekode B=tForløbs-id C=tHvem fandt familien D=tVisitationsdato E=tStartdato"
      " F=tAfslutningsdato G=tUdfald H=tÅrsag til afbrydelse I=tAntal besøg J=tTimer i alt"
      " K=tMålene er opnået L=tBarnet har\n\nudviklet sig positivt M=tNoter\n"
      "2: A=n217 B=n17 C=tDagtilbud D=d2022-01-10 E=d2022-01-17T12:00 F=d2022-06-30 G=tAfsluttet"
      " I=n14 J=h21.5 K=tMeget enig L=n2 M=tCPR 010222-1234\n"
      "5: A=n217 B=tB-2 C=tFamilien selv E=d2022-02-08 J=n2.1\n");
}

Test(sheet, reads_a_hidden_sheet_when_it_is_named_in_whatever_capitals) {
  expect_rows(open_fixture("excel.xlsx"), "Lister", "1: A=tlister\n");
  expect_rows(open_fixture("excel.xlsx"), "LISTER", "1: A=tlister\n");
  struct text text;
  struct sheet_end where;
  int fd = open_fixture("excel.xlsx");
  cr_expect_eq(read_all(fd, "Ark1", &text, &where), SHEET_NO_SHEET);
  text_clear(&text);
  (void)close(fd);
}

Test(sheet, says_which_other_sheets_can_be_seen) {
  struct text text;
  struct sheet_end where;
  int fd = open_fixture("excel.xlsx");
  cr_expect_eq(read_all(fd, "Lister", &text, &where), SHEET_DONE);
  cr_expect_str_eq(where.others, "Forløb 2022\n");
  text_clear(&text);
  cr_expect_eq(read_all(fd, NULL, &text, &where), SHEET_DONE);
  cr_expect_str_eq(where.others, "", "a hidden one is not told");
  text_clear(&text);
  (void)close(fd);
}

Test(sheet, reads_what_libreoffice_writes) {
  expect_rows(open_fixture("libreoffice.xlsx"), NULL,
              "1: A=tKommunekode B=tForløbs-id C=tHvem fandt familien D=tVisitationsdato"
              " E=tStartdato F=tAfslutningsdato G=tUdfald H=tÅrsag til afbrydelse I=tAntal besøg"
              " J=tTimer i alt K=tMålene er opnået L=tBarnet har udviklet sig positivt"
              " M=tSagsbehandler\n"
              "2: A=t217 B=t17 C=tDagtilbud D=d2022-01-10 E=d2022-01-17 F=d2022-06-30 G=tAfsluttet"
              " I=n14 J=n21.5 K=tMeget enig L=tEnig M=tBo\n"
              "3: A=t217 B=tB-2 C=tFamilien selv E=d2022-02-09 J=n2.1\n");
}

Test(sheet, counts_days_from_1904_when_the_workbook_says_so) {
  struct text text;
  struct sheet_end where;
  int fd = open_fixture("excel_1904.xlsx");
  cr_assert_eq(read_all(fd, NULL, &text, &where), SHEET_DONE);
  cr_expect_not_null(strstr(text.data, "D=d2022-01-10 E=d2022-01-17"), "%s", text.data);
  cr_expect_str_eq(where.sheet, "Forløb 2022");
  text_clear(&text);
  (void)close(fd);
}

Test(sheet, reads_csv_of_either_dialect) {
  static const struct {
    const char *file, *rows;
  } cases[] = {
      {"a,b\n1,\"x\ny\"\n", "1: A=ta B=tb\n2: A=t1 B=tx\ny\n"},
      {"\xEF\xBB\xBF"
       "a;b\r\n\r\n1;2,5\r\n",
       "1: A=ta B=tb\n3: A=t1 B=t2,5\n"},
      {"sep=;\na;b\n", "2: A=ta B=tb\n"},
      {"a,b,\n,,\n,x,,,\n", "1: A=ta B=tb\n3: B=tx\n"},
      {"\n\n", ""},
      {"æ;ø\r1;2", "1: A=tæ B=tø\n2: A=t1 B=t2\n"},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    expect_rows(text_of(cases[i].file), NULL, cases[i].rows);
  }
}

Test(sheet, tells_row_and_column_of_what_is_no_utf8) {
  struct text text;
  struct sheet_end where;
  int fd = text_of("a;b\n1;2\n3;bes\xF8g\n");
  cr_expect_eq(read_all(fd, NULL, &text, &where), SHEET_NOT_UTF8);
  cr_expect_eq(where.row, 3);
  cr_expect_eq(where.column, 1);
  text_clear(&text);
  (void)close(fd);
}

Test(sheet, reads_a_pipe) {
  int ends[2];
  struct text text;
  struct sheet_end where;
  cr_assert_eq(pipe(ends), 0);
  cr_assert_eq(write(ends[1], "a,b\n1,2\n", 8), 8);
  (void)close(ends[1]);
  cr_expect_eq(read_all(ends[0], NULL, &text, &where), SHEET_DONE);
  cr_expect_str_eq(text.data, "1: A=ta B=tb\n2: A=t1 B=t2\n");
  text_clear(&text);
  (void)close(ends[0]);
}

static bool stop(void *context, const struct sheet_row *row) {
  (void)row;
  ++*(int *)context;
  return false;
}

Test(sheet, stops_when_told) {
  static const char *const files[] = {"good.csv", "excel.xlsx"};
  for (size_t i = 0; i < array_length(files); i++) {
    int rows = 0;
    struct sheet_end where;
    int fd = open_fixture(files[i]);
    cr_expect_eq(sheet_read(fd, NULL, 0, stop, &rows, &where), SHEET_STOPPED);
    cr_expect_eq(rows, 1);
    (void)close(fd);
  }
}

/* Every beginning of a file, and every file with one byte turned round: nothing but a
 * result may come of it. The sanitizers watch. */
static char *load(const char *name, size_t *size) {
  int fd = open_fixture(name);
  char *bytes = malloc(1 << 16);
  ssize_t got = read(fd, bytes, 1 << 16);
  cr_assert(bytes != NULL && got > 0 && got < 1 << 16);
  *size = (size_t)got;
  (void)close(fd);
  return bytes;
}

static void expect_an_end(const char *bytes, size_t size) {
  struct text text;
  struct sheet_end where;
  int fd = file_of(bytes, size);
  enum sheet_result result = read_all(fd, NULL, &text, &where);
  cr_expect_neq(result, SHEET_IO, "%s", strerror(errno));
  cr_expect_neq(result, SHEET_MEMORY);
  text_clear(&text);
  (void)close(fd);
}

Test(sheet, survives_files_that_are_cut_or_damaged_anywhere) {
  static const char *const files[] = {"excel.xlsx", "danish.csv", "libreoffice.xlsx"};
  for (size_t i = 0; i < array_length(files); i++) {
    size_t size;
    char *bytes = load(files[i], &size);
    for (size_t cut = 0; cut < size; cut += 7) {
      expect_an_end(bytes, cut);
    }
    for (size_t at = 0; at < size; at += 5) {
      bytes[at] = (char)~bytes[at];
      expect_an_end(bytes, size);
      bytes[at] = (char)~bytes[at];
    }
    free(bytes);
  }
}

Test(sheet, names_places_as_excel_does) {
  static const struct {
    long row;
    int column;
    const char *place;
  } cases[] = {{1, 0, "A1"},    {7, 3, "D7"},    {2, 25, "Z2"},    {2, 26, "AA2"},
               {9, 255, "IV9"}, {1, 701, "ZZ1"}, {1, 702, "AAA1"}, {1048576, 16383, "XFD1048576"}};
  for (size_t i = 0; i < array_length(cases); i++) {
    char place[SHEET_PLACE_BYTES];
    sheet_place(cases[i].row, cases[i].column, place);
    cr_expect_str_eq(place, cases[i].place);
  }
}

Test(sheet, knows_dates_by_their_number_format) {
  static const struct {
    const char *code;
    enum sheet_format format;
  } cases[] = {
      {"General", FORMAT_NUMBER},
      {"0.00", FORMAT_NUMBER},
      {"#,##0\\ \"dage\"", FORMAT_NUMBER},
      {"0.00E+00", FORMAT_NUMBER},
      {"@", FORMAT_NUMBER},
      {"[Red]0", FORMAT_NUMBER},
      {"_-* #,##0.00\\ _k_r_-", FORMAT_NUMBER},
      {"dd\\-mm\\-yyyy;@", FORMAT_DATE},
      {"[$-406]d. mmmm yyyy", FORMAT_DATE},
      {"DD/MM/YY", FORMAT_DATE},
      {"mmm", FORMAT_DATE},
      {"yyyy\\-mm\\-dd hh:mm", FORMAT_DATE},
      {"h:mm", FORMAT_TIME},
      {"[h]:mm:ss", FORMAT_TIME},
      {"mm:ss.0", FORMAT_TIME},
      {"0;dd", FORMAT_NUMBER},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    cr_expect_eq(format_read(cases[i].code), cases[i].format, "%s", cases[i].code);
  }
}

Test(sheet, writes_numbers_as_excel_shows_them) {
  static const struct {
    double number;
    enum sheet_format format;
    bool date1904;
    enum sheet_kind kind;
    const char *text;
  } cases[] = {
      {0.1 + 0.2, FORMAT_NUMBER, false, SHEET_NUMBER, "0.3"},
      {17, FORMAT_NUMBER, false, SHEET_NUMBER, "17"},
      {102221234, FORMAT_NUMBER, false, SHEET_NUMBER, "102221234"},
      {1, FORMAT_DATE, false, SHEET_DATE, "1900-01-01"},
      {59, FORMAT_DATE, false, SHEET_DATE, "1900-02-28"},
      {60, FORMAT_DATE, false, SHEET_NUMBER, "60"}, /* 29 February 1900 */
      {61, FORMAT_DATE, false, SHEET_DATE, "1900-03-01"},
      {44926, FORMAT_DATE, false, SHEET_DATE, "2022-12-31"},
      {44926.75, FORMAT_DATE, false, SHEET_DATE, "2022-12-31T18:00"},
      {0, FORMAT_DATE, true, SHEET_DATE, "1904-01-01"},
      {6.6e49, FORMAT_DATE, false, SHEET_NUMBER, "6.6e+49"},
      {43464, FORMAT_DATE, true, SHEET_DATE, "2022-12-31"},
      {-1, FORMAT_DATE, false, SHEET_NUMBER, "-1"},
      {2958466, FORMAT_DATE, false, SHEET_NUMBER, "2958466"},
      {0.0625, FORMAT_TIME, false, SHEET_TIME, "1.5"},
      {1.5, FORMAT_TIME, false, SHEET_TIME, "36"},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    char text[FORMAT_TEXT_BYTES];
    enum sheet_kind kind = format_write(cases[i].number, cases[i].format, cases[i].date1904, text);
    cr_expect_eq(kind, cases[i].kind, "case %zu", i);
    cr_expect_str_eq(text, cases[i].text);
  }
}

/* ---- a workbook whose texts are huge, within every limit */

static void pack(zip_t *zip, const char *name, const char *bytes, size_t size) {
  zip_source_t *source = zip_source_buffer(zip, bytes, size, 0);
  zip_int64_t index = source == NULL ? -1 : zip_file_add(zip, name, source, 0);
  cr_assert_geq(index, 0, "%s", name);
  cr_assert_eq(zip_set_file_compression(zip, (zip_uint64_t)index, ZIP_CM_DEFLATE, 1), 0);
}

#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define MAIN   "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define RELS   "http://schemas.openxmlformats.org/package/2006/relationships"

static int huge_workbook(void) {
  enum { TEXTS = 700000 };
  static const char *const parts[][2] = {
      {"_rels/.rels", "<Relationships xmlns='" RELS "'><Relationship Id='r1' Type='" OFFICE
                      "/officeDocument' Target='xl/workbook.xml'/></Relationships>"},
      {"xl/workbook.xml",
       "<workbook xmlns='" MAIN "' xmlns:r='" OFFICE
       "'><sheets><sheet name='Ark' sheetId='1' r:id='r1'/></sheets></workbook>"},
      {"xl/_rels/workbook.xml.rels",
       "<Relationships xmlns='" RELS "'><Relationship Id='r1' Type='" OFFICE
       "/worksheet' Target='sheet.xml'/><Relationship Id='r2' Type='" OFFICE
       "/sharedStrings' Target='texts.xml'/></Relationships>"},
      {"xl/sheet.xml", "<worksheet xmlns='" MAIN "'><sheetData><row r='1'><c r='A1' t='s'><v>0</v>"
                       "</c></row></sheetData></worksheet>"},
  };
  char path[FOLDER_PATH_BYTES];
  struct text texts;
  folder_write(&folder, "huge.xlsx", "", 0, 0600, path);
  zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, NULL);
  cr_assert_not_null(zip);
  text_init(&texts);
  text_add(&texts, "<sst xmlns='" MAIN "'>");
  for (int i = 0; i < TEXTS; i++) {
    text_addf(&texts, "<si><t>%d</t></si>", i);
  }
  text_add(&texts, "</sst>");
  for (size_t i = 0; i < array_length(parts); i++) {
    pack(zip, parts[i][0], parts[i][1], strlen(parts[i][1]));
  }
  pack(zip, "xl/texts.xml", texts.data, texts.length);
  cr_assert_eq(zip_close(zip), 0);
  text_clear(&texts);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  cr_assert_geq(fd, 0);
  return fd;
}

/* 20 ms are enough for no machine: it is 14 MB of XML. */
Test(sheet, of_huge_texts_is_cut_before_its_first_row_when_the_time_is_up) {
  struct text rows;
  struct sheet_end where;
  int fd = huge_workbook();
  cr_expect_eq(read_all(fd, NULL, &rows, &where), SHEET_DONE, "within the limits");
  cr_expect_str_eq(rows.data, "1: A=t0\n");
  text_clear(&rows);
  text_init(&rows);
  enum sheet_result result = sheet_read(fd, NULL, clock_now_ms() + 20, note_row, &rows, &where);
  cr_expect_eq(result, SHEET_LATE, "%s", sheet_result_name(result));
  cr_expect_eq(rows.length, 0);
  text_clear(&rows);
  (void)close(fd);
}
