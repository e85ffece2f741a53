#include "survey/registration.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/calendar.h"

static const struct course_municipality helsingoer = {217, "Helsingør"};
static struct arena *arena;

static void begin(void) {
  arena = arena_new(0);
}

static void end(void) {
  arena_free(arena);
}

TestSuite(registration, .init = begin, .fini = end);

struct typed {
  const char *fields[COURSE_COLUMNS];
};

/* What is not named is left empty. */
static struct registration read_typed(struct typed typed) {
  struct registration out;
  for (enum course_column column = 0; column < COURSE_COLUMNS; column++) {
    typed.fields[column] = typed.fields[column] == NULL ? "" : typed.fields[column];
  }
  cr_assert(registration_read(typed.fields, &helsingoer, calendar_day(2026, 11, 22), arena, &out));
  return out;
}

/* "column:fault …" */
static const char *told(const struct registration *read) {
  const char *text = "";
  for (size_t i = 0; i < read->problems_count; i++) {
    text = arena_printf(arena, "%s%s%s:%s", text, i == 0 ? "" : " ",
                        course_column_name(read->problems[i].column),
                        course_fault_name(read->problems[i].fault));
  }
  return text;
}

#define TYPED(...) ((struct typed){.fields = {__VA_ARGS__}})

Test(registration, reads_a_course_as_a_sheet_would) {
  struct registration out =
      read_typed(TYPED([COURSE_ID] = " F-1 ", [COURSE_REFERRED_BY] = "daycare",
                       [COURSE_VISITATION_ON] = "2026-01-10", [COURSE_STARTED_ON] = "17/1 2026",
                       [COURSE_CLOSED_ON] = "2026-06-30", [COURSE_OUTCOME] = "interrupted",
                       [COURSE_INTERRUPTED_REASON] = "moved_away", [COURSE_VISITS] = "14",
                       [COURSE_HOURS_TOTAL] = "21,5", [COURSE_GOAL_AGREEMENT] = "1",
                       [COURSE_DEVELOPMENT_AGREEMENT] = "8"));
  cr_assert(out.good, "%s", told(&out));
  cr_expect_str_eq(told(&out), "");
  cr_expect_eq(out.course.municipality, 217);
  cr_expect_str_eq(out.course.id, "F-1");
  cr_expect_str_eq(out.course.referred_by, "daycare");
  cr_expect_eq(out.course.started_on, calendar_day(2026, 1, 17));
  cr_expect_str_eq(out.course.interrupted_reason, "moved_away");
  cr_expect(out.course.visits == 14 && out.course.hours_hundredths == 2150);
  cr_expect_str_eq(out.course.development_agreement, "8");
}

Test(registration, asks_about_what_real_courses_hold_and_takes_it) {
  struct {
    struct typed typed;
    const char *told;
  } cases[] = {
      {TYPED([COURSE_ID] = "1", [COURSE_STARTED_ON] = "2026-03-01",
             [COURSE_CLOSED_ON] = "2026-03-01"),
       "closed_on:no_days"},
      {TYPED([COURSE_ID] = "1", [COURSE_STARTED_ON] = "2025-03-01",
             [COURSE_CLOSED_ON] = "2026-03-20"), /* 384 days */
       "closed_on:long"},
      {TYPED([COURSE_ID] = "1", [COURSE_VISITS] = "2", [COURSE_HOURS_TOTAL] = "10"),
       "hours_total:many_hours"},
      {TYPED([COURSE_ID] = "1", [COURSE_CLOSED_ON] = "2026-11-23"), "closed_on:future"},
      {TYPED([COURSE_ID] = "1", [COURSE_OUTCOME] = "completed"), "outcome:not_closed"},
      {TYPED([COURSE_ID] = "blå"), "course_id:id_letters"},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    struct registration out = read_typed(cases[i].typed);
    cr_expect(out.good, "case %zu", i);
    cr_expect_str_eq(told(&out), cases[i].told);
  }
}

Test(registration, refuses_what_no_sheet_may_hold) {
  struct {
    struct typed typed;
    const char *told;
  } cases[] = {
      {TYPED([COURSE_ID] = ""), "course_id:empty"},
      {TYPED([COURSE_VISITS] = "3"), "course_id:empty"},
      {TYPED([COURSE_ID] = "311222-1234"), "course_id:id_cpr"},
      {TYPED([COURSE_ID] = "Anna Holm"), "course_id:id_name"},
      {TYPED([COURSE_ID] = "1", [COURSE_STARTED_ON] = "0026-03-01", [COURSE_VISITS] = "mange",
             [COURSE_OUTCOME] = "slut"),
       "started_on:no_date outcome:no_choice visits:no_number"},
      {TYPED([COURSE_ID] = "1", [COURSE_HOURS_TOTAL] = "311222-1234"), "hours_total:cpr"},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    struct registration out = read_typed(cases[i].typed);
    cr_expect_not(out.good, "case %zu", i);
    cr_expect_str_eq(told(&out), cases[i].told);
  }
}
