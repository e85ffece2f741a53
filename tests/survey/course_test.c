#include "survey/course.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/calendar.h"
#include "survey/course_cell.h"
#include "survey/course_word.h"

static struct personal_finder *finder;

static void begin(void) {
  finder = personal_new();
}

static void end(void) {
  personal_free(finder);
}

TestSuite(course, .init = begin, .fini = end);

Test(course, knows_headings_however_they_are_written) {
  static const struct {
    const char *heading;
    enum course_column column;
  } cases[] = {
      {"started_on", COURSE_STARTED_ON},
      {"Startdato", COURSE_STARTED_ON},
      {"  STARTDATO ", COURSE_STARTED_ON},
      {"Start-\ndato", COURSE_STARTED_ON},
      {"Dato for start (dd-mm-åååå)", COURSE_STARTED_ON},
      {"Opstart", COURSE_STARTED_ON},
      {"Forløbs-id", COURSE_ID},
      {"FORLØBSNR.", COURSE_ID},
      {"forloebs id", COURSE_ID},
      {"Forløbs\u00A0id", COURSE_ID},
      {"Kommune", COURSE_MUNICIPALITY_CODE},
      {"Årsag til afbrydelse", COURSE_INTERRUPTED_REASON},
      {"A\u030Arsag", COURSE_INTERRUPTED_REASON}, /* decomposed, as a Mac types it */
      {"Antal besøg/kontakter", COURSE_VISITS},
      {"Timer i alt", COURSE_HOURS_TOTAL},
      {"Hvor enige er I i, at de opstillede mål for den enkelte familie er opnået?",
       COURSE_GOAL_AGREEMENT},
      {"CPR-nummer", COURSE_COLUMNS},
      {"Barnets navn", COURSE_COLUMNS},
      {"Bemærkninger", COURSE_COLUMNS},
      {"", COURSE_COLUMNS},
      {"(Startdato)", COURSE_COLUMNS},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    cr_expect_eq(course_heading_find(cases[i].heading), cases[i].column, "%s", cases[i].heading);
  }
}

Test(course, gives_each_heading_to_one_column) {
  for (enum course_column column = 0; column < COURSE_COLUMNS; column++) {
    cr_expect_eq(course_heading_find(course_column_name(column)), column);
    cr_expect_eq(course_heading_find(course_column_heading(column)), column);
  }
}

Test(course, knows_drop_down_texts_and_their_codes) {
  static const struct {
    enum course_column column;
    const char *text, *code;
  } cases[] = {
      {COURSE_REFERRED_BY, "Dagtilbud", "daycare"},
      {COURSE_REFERRED_BY, "sundhedsplejen ", "health_visitor"},
      {COURSE_REFERRED_BY, "health_visitor", "health_visitor"},
      {COURSE_REFERRED_BY, "Familien selv", "family"},
      {COURSE_REFERRED_BY, "ANDET KOMMUNALT TILBUD", "municipal_offer"},
      {COURSE_REFERRED_BY, "naboen", NULL},
      {COURSE_OUTCOME, "afsluttet", "completed"},
      {COURSE_OUTCOME, "Afbrudt", "interrupted"},
      {COURSE_OUTCOME, "closed", "completed"},
      {COURSE_INTERRUPTED_REASON, "Flyttet til andet tilbud", "other_offer"},
      {COURSE_INTERRUPTED_REASON, "manglende interesse", "no_interest"},
      {COURSE_INTERRUPTED_REASON, "Manglende tid eller ressourcer", "no_time"},
      {COURSE_INTERRUPTED_REASON, "fraflyttet", "moved_away"},
      {COURSE_GOAL_AGREEMENT, "Meget enig", "1"},
      {COURSE_GOAL_AGREEMENT, "meget enige", "1"},
      {COURSE_GOAL_AGREEMENT, "3", "3"},
      {COURSE_GOAL_AGREEMENT, "Hverken enig eller uenig", "3"},
      {COURSE_DEVELOPMENT_AGREEMENT, "Ved ikke", "8"},
      {COURSE_DEVELOPMENT_AGREEMENT, "6", NULL},
      {COURSE_DEVELOPMENT_AGREEMENT, "9", NULL},
      {COURSE_VISITS, "3", NULL},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    const char *code = course_choice_find(cases[i].column, cases[i].text);
    cr_expect_str_eq(code == NULL ? "-" : code, cases[i].code == NULL ? "-" : cases[i].code, "%s",
                     cases[i].text);
  }
}

Test(course, finds_each_of_its_own_labels_again) {
  for (enum course_column column = 0; column < COURSE_COLUMNS; column++) {
    size_t count;
    const struct course_choice *choices = course_choices(column, &count);
    for (size_t i = 0; i < count; i++) {
      cr_expect_str_eq(course_choice_find(column, choices[i].label), choices[i].code);
      cr_expect_str_eq(course_choice_find(column, choices[i].code), choices[i].code);
      cr_expect_str_eq(course_choice_label(column, choices[i].code), choices[i].label);
    }
  }
}

Test(course, reads_dates_in_danish_and_iso_form) {
  static const struct {
    const char *text, *date; /* NULL: none */
  } cases[] = {
      {"31-12-2022", "2022-12-31"},
      {"31.12.2022", "2022-12-31"},
      {"31/12 2022", "2022-12-31"},
      {"31/12-2022", "2022-12-31"},
      {"31/12-22", "2022-12-31"},
      {"1.2.22", "2022-02-01"},
      {"01-02-99", "2099-02-01"},
      {"31. december 2022", "2022-12-31"},
      {"4. maj 2022", "2022-05-04"},
      {"1 OKT 2022", "2022-10-01"},
      {"2022-12-31", "2022-12-31"},
      {"2022-12-31T00:00", "2022-12-31"},
      {"2022-12-31 12:30:00", "2022-12-31"},
      {"2022/12/31", "2022-12-31"},
      {"29-02-2024", "2024-02-29"},
      {"29-02-2022", NULL},
      {"31-04-2022", NULL},
      {"12/31/2022", NULL},
      {"00-01-2022", NULL},
      {"1999-12-31", NULL},
      {"2100-01-01", NULL},
      {"31-12-122", NULL},
      {"31-12", NULL},
      {"311222", NULL},
      {"44926", NULL},
      {"i går", NULL},
      {"", NULL},
      {"31-12-2022 ca.", NULL},
      {"31-12-20222", NULL},
      {"31--12-2022x", NULL},
      {"5. vinter 2022", NULL},
      {"31-12-2022-1", NULL},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    int day = -1;
    char date[CALENDAR_DATE_BYTES] = "";
    bool good = course_date_parse(cases[i].text, &day);
    cr_expect_eq(good, cases[i].date != NULL, "%s", cases[i].text);
    if (good) {
      calendar_write(day, date);
      cr_expect_str_eq(date, cases[i].date == NULL ? "" : cases[i].date);
    }
  }
}

Test(course, reads_hours_with_comma_or_point) {
  static const struct {
    const char *text;
    int hundredths; /* -1: none */
  } cases[] = {
      {"12", 1200},
      {"12.5", 1250},
      {"12,5", 1250},
      {"12,50", 1250},
      {"0,1", 10},
      {"1.234,5", 123450},
      {"1,234.5", 123450},
      {"12.345", 1235},
      {"2.675", 268},
      {"0.30000000000000004", 30},
      {"12:30", 1250},
      {"0:20", 33},
      {"99999", 9999900},
      {"100000", -1},
      {"-1", -1},
      {"1.2.3", -1},
      {"12,", -1},
      {",5", -1},
      {"", -1},
      {"12 timer", -1},
      {"12:60", -1},
      {"1e3", -1},
      {"12.34,5", -1},
      {"999999999999", -1},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    int hundredths = -1;
    bool good = course_hours_parse(cases[i].text, &hundredths);
    cr_expect_eq(good, cases[i].hundredths >= 0, "%s", cases[i].text);
    cr_expect(!good || hundredths == cases[i].hundredths, "%s: %d", cases[i].text, hundredths);
  }
}

Test(course, reads_visits_as_whole_numbers) {
  static const struct {
    const char *text;
    int number;
  } cases[] = {{"0", 0},      {"14", 14},  {"14.0", 14}, {"14,00", 14},   {"10000", 10000},
               {"10001", -1}, {"2.5", -1}, {"-3", -1},   {"fjorten", -1}, {"", -1}};
  for (size_t i = 0; i < array_length(cases); i++) {
    int number = -1;
    bool good = course_count_parse(cases[i].text, COURSE_VISITS_MAX, &number);
    cr_expect_eq(good, cases[i].number >= 0, "%s", cases[i].text);
    cr_expect(!good || number == cases[i].number, "%s: %d", cases[i].text, number);
  }
}

Test(course, refuses_ids_that_name_somebody) {
  static const struct {
    const char *id;
    enum course_fault fault; /* COURSE_FAULTS: none */
  } cases[] = {
      {"17", COURSE_FAULTS},
      {"F-2022/17", COURSE_FAULTS},
      {"Forløb nr 12", COURSE_FAULTS},
      {"20220001", COURSE_FAULTS}, /* eight digits are a phone number, too */
      {"3112229999", COURSE_ID_CPR},
      {"311222-9999", COURSE_ID_CPR},
      {"311222 9999", COURSE_ID_CPR},
      {"F-311222-9999", COURSE_ID_CPR},
      {"102221234", COURSE_ID_CPR}, /* 0102221234 as a number */
      {"٣١١٢٢٢٩٩٩٩", COURSE_ID_CPR},
      {"102221234cprnummer", COURSE_FAULTS}, /* nine digits, and then not the end */
      {"999999999", COURSE_FAULTS},
      {"Anna Hansen", COURSE_ID_NAME},
      {"anna hansen", COURSE_ID_NAME},
      {"Hansen, A", COURSE_ID_NAME},
      {"Ødegård Åse", COURSE_ID_NAME},
      {"Anna Hansen 2", COURSE_ID_NAME},
      {"Hansen", COURSE_ID_LETTERS},
      {"anna@example.dk", COURSE_ID_ADDRESS},
      {"=1+1", COURSE_ID_CHARACTERS},
      {"-17", COURSE_ID_CHARACTERS},
      {"a1\nb2", COURSE_ID_CHARACTERS},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    enum course_fault fault = course_id_check(cases[i].id, strlen(cases[i].id), finder);
    cr_expect_eq(fault, cases[i].fault, "%s: %s", cases[i].id,
                 fault == COURSE_FAULTS ? "none" : course_fault_name(fault));
  }
  cr_expect_eq(course_id_check("1", COURSE_ID_MAX + 1, finder), COURSE_ID_LONG);
}

Test(course, has_a_name_for_every_fault) {
  for (enum course_fault a = 0; a < COURSE_FAULTS; a++) {
    cr_assert_not_null(course_fault_name(a), "fault %d", a);
    for (enum course_fault b = 0; b < a; b++) {
      cr_expect_str_neq(course_fault_name(a), course_fault_name(b));
    }
  }
}

/* ---- whole sheets: rows as words between "|", what was told as names of faults */

struct told {
  char text[400];
};

static void note(void *context, const struct course_problem *problem) {
  struct told *told = context;
  size_t length = strlen(told->text);
  (void)snprintf(told->text + length, sizeof told->text - length, "%s%s", length == 0 ? "" : " ",
                 course_fault_name(problem->fault));
}

static enum course_step step(struct course_reading *reading, long number, const char *line,
                             struct course *out) {
  char copy[512];
  struct sheet_cell cells[16];
  size_t count = 0;
  (void)snprintf(copy, sizeof copy, "%s", line);
  for (char *rest = copy, *cell; (cell = strsep(&rest, "|")) != NULL; count++) {
    cells[count].kind = cell[0] == '\0' ? SHEET_BLANK : SHEET_TEXT;
    cells[count].text = cell;
  }
  const struct sheet_row row = {.number = number, .cells = cells, .count = count};
  return course_step(reading, &row, out);
}

static const struct course_municipality round_of_two[] = {{101, "København"}, {217, "Helsingør"}};

static const char all_columns[] =
    "municipality_code|course_id|referred_by|visitation_on|started_on|closed_on|outcome|"
    "interrupted_reason|visits|hours_total|goal_agreement|development_agreement";

static struct course_rules rules_for(int municipality, struct told *told) {
  return (struct course_rules){.municipalities = round_of_two,
                               .municipalities_count = array_length(round_of_two),
                               .municipality = municipality,
                               .today = calendar_day(2026, 11, 22),
                               .finder = finder,
                               .tell = note,
                               .context = told};
}

Test(course, judges_rows) {
  static const struct {
    const char *row, *told;
    enum course_step result;
  } cases[] = {
      {"217|1||||||||||", "", COURSE_STEP_GOOD},
      {"Helsingør|1||||||||||", "", COURSE_STEP_GOOD},
      {"helsingør kommune|1||||||||||", "", COURSE_STEP_GOOD},
      {"217,0|1||||||||||", "", COURSE_STEP_GOOD},
      {"999|1||||||||||", "not_in_round", COURSE_STEP_BAD},
      {"|1||||||||||", "empty", COURSE_STEP_BAD},
      {"217||daycare|||||||||", "empty", COURSE_STEP_BAD},
      {"217|||||||||||", "", COURSE_STEP_NONE},
      {"|||||||||||", "", COURSE_STEP_NONE},
      {"217| \t||||||||||", "", COURSE_STEP_NONE},
      {"217|1|||2022-01-01|2022-01-01||||||", "no_days", COURSE_STEP_GOOD},
      {"217|1|||2022-01-01|2022-10-08||||||", "", COURSE_STEP_GOOD}, /* 280 days */
      {"217|1|||2022-01-01|2022-10-09||||||", "long", COURSE_STEP_GOOD},
      {"217|1|||2022-01-02|2022-01-01||||||", "closed_first", COURSE_STEP_GOOD},
      {"217|1||2022-01-02|2022-01-01|||||||", "visitation_late", COURSE_STEP_GOOD},
      {"217|1||2022-01-01|2022-01-01|||||||", "", COURSE_STEP_GOOD},
      {"217|1|||||||2|10||", "many_hours", COURSE_STEP_GOOD},
      {"217|1|||||||2|9,99||", "", COURSE_STEP_GOOD},
      {"217|1|||||||0|10||", "", COURSE_STEP_GOOD},
      {"217|1||||2026-11-23||||||", "future", COURSE_STEP_GOOD},
      {"217|1||||2026-11-22||||||", "", COURSE_STEP_GOOD},
      {"217|1|||||afsluttet|||||", "not_closed", COURSE_STEP_GOOD},
      {"217|1||||2022-01-01|afsluttet|fraflyttet||||", "reason_alone", COURSE_STEP_GOOD},
      {"217|1|nabo|x|x|x|x|x|x|x|x|x",
       "no_choice no_date no_date no_date no_choice no_choice no_number no_number no_choice "
       "no_choice",
       COURSE_STEP_BAD},
      {"217|1|mor 010222-1234|||||||||", "cpr", COURSE_STEP_BAD},
      {"999|Anna Hansen||||||||||", "not_in_round id_name", COURSE_STEP_BAD},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    struct told told = {""};
    struct course course;
    struct course_reading reading;
    struct arena *arena = arena_new(0);
    const struct course_rules rules = rules_for(0, &told);
    course_begin(&reading, &rules, arena);
    cr_assert_eq(step(&reading, 1, all_columns, &course), COURSE_STEP_NONE);
    cr_expect_eq(step(&reading, 2, cases[i].row, &course), cases[i].result, "%s", cases[i].row);
    cr_expect_str_eq(told.text, cases[i].told, "%s: %s", cases[i].row, told.text);
    course_end(&reading);
    arena_free(arena);
  }
}

Test(course, keeps_what_a_row_says) {
  struct told told = {""};
  struct course course;
  struct course_reading reading;
  struct arena *arena = arena_new(0);
  const struct course_rules rules = rules_for(217, &told);
  course_begin(&reading, &rules, arena);
  (void)!step(&reading, 1, all_columns, &course);
  cr_assert_eq(step(&reading, 2,
                    "|B-2|dagtilbud|01-02-2022|2022-02-09|4. maj 2022|afbrudt|fraflyttet|5|7,25|"
                    "Uenig|8",
                    &course),
               COURSE_STEP_GOOD);
  cr_expect_eq(course.municipality, 217);
  cr_expect_str_eq(course.id, "B-2");
  cr_expect_str_eq(course.referred_by, "daycare");
  cr_expect_eq(course.visitation_on, calendar_day(2022, 2, 1));
  cr_expect_eq(course.started_on, calendar_day(2022, 2, 9));
  cr_expect_eq(course.closed_on, calendar_day(2022, 5, 4));
  cr_expect_str_eq(course.outcome, "interrupted");
  cr_expect_str_eq(course.interrupted_reason, "moved_away");
  cr_expect_eq(course.visits, 5);
  cr_expect_eq(course.hours_hundredths, 725);
  cr_expect_str_eq(course.goal_agreement, "4");
  cr_expect_str_eq(course.development_agreement, "8");
  cr_assert_eq(step(&reading, 3, "|3", &course), COURSE_STEP_GOOD);
  cr_expect(course.visitation_on == -1 && course.visits == -1 && course.hours_hundredths == -1 &&
            course.outcome == NULL);
  cr_expect_str_eq(told.text, "");
  cr_expect_eq(step(&reading, 4, "101|4", &course), COURSE_STEP_BAD);
  cr_expect_str_eq(told.text, "not_yours");
  arena_free(arena);
}

Test(course, names_columns_that_are_not_stored_without_their_numbers) {
  struct told told = {""};
  struct course course;
  struct course_reading reading;
  struct arena *arena = arena_new(0);
  const struct course_rules rules = rules_for(217, &told);
  course_begin(&reading, &rules, arena);
  cr_assert_eq(step(&reading, 1, "Ark for Helsingør", &course), COURSE_STEP_NONE);
  cr_assert_eq(step(&reading, 3, "Forløbs-id|Startdato|010222-1234|Noter\n2022", &course),
               COURSE_STEP_NONE);
  cr_expect_eq(reading.layout.row, 3);
  cr_assert_eq(reading.layout.ignored_count, 2);
  cr_expect_eq(reading.layout.ignored[0].place, 2);
  cr_expect_str_eq(reading.layout.ignored[0].heading, "######-####");
  cr_expect_str_eq(reading.layout.ignored[1].heading, "Noter 2022");
  arena_free(arena);
}
