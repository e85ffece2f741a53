#include "output/report_view.h"

#include <criterion/criterion.h>
#include <string.h>

#include "report_scene.h"

static struct report_scene scene;

static void end(void) {
  report_scene_clear(&scene);
}

TestSuite(report_view, .fini = end);

static const struct report_view *view_of(enum report_profile profile, const char *language) {
  report_scene_init(&scene, profile);
  return report_scene_view(&scene, language);
}

static const char *fact(const struct report_view *view, const char *name) {
  for (size_t i = 0; i < view->facts_count; i++) {
    if (strcmp(view->facts[i].name, name) == 0) {
      return view->facts[i].value;
    }
  }
  return NULL;
}

static const struct view_cell *cell(const struct view_figure *figure, size_t row, size_t column) {
  return &figure->table.cells[row * figure->table.columns + column];
}

Test(report_view, writes_a_question_letter_for_letter) {
  const struct view_figure *figure = report_scene_figure(view_of(REPORT_INTERNAL, "da"), "q7");
  cr_assert_str_eq(figure->title, "7. Hvor enig er du i, at tilknytningen af en hjemmepædagog har "
                                  "bidraget til bedre rammer i jeres familie?");
  cr_assert_str_eq(cell(figure, 2, 0)->text, "hverken enig eller uenig");
}

Test(report_view, writes_danish_numbers_in_danish) {
  const struct report_view *view = view_of(REPORT_INTERNAL, "da");
  const struct view_figure *figure = report_scene_figure(view, "q9-means");
  cr_assert_str_eq(cell(figure, 0, 2)->text, "7,5");
  figure = report_scene_figure(view, "q7");
  cr_assert_str_eq(cell(figure, 0, 2)->text, "54\u00a0%");
  cr_assert_float_eq(cell(figure, 0, 2)->value, 100.0 * 38 / 71, 1e-9);
}

Test(report_view, writes_english_numbers_in_english) {
  const struct report_view *view = view_of(REPORT_INTERNAL, "en");
  cr_assert_str_eq(cell(report_scene_figure(view, "q9-means"), 0, 2)->text, "7.5");
  cr_assert_str_eq(cell(report_scene_figure(view, "q7"), 0, 2)->text, "54%");
}

Test(report_view, groups_the_digits_of_large_numbers) {
  report_scene_init(&scene, REPORT_INTERNAL);
  scene.report.answers = 1234567;
  cr_assert_str_eq(fact(report_scene_view(&scene, "da"), "Svar talt med"), "1.234.567");
  scene.report.answers = 999;
  cr_assert_str_eq(fact(report_scene_view(&scene, "da"), "Svar talt med"), "999");
}

Test(report_view, names_weeks_and_closing_dates_in_every_caption) {
  report_scene_init(&scene, REPORT_INTERNAL);
  scene.report.period = (struct report_period){.from = "2026-W01", .closed_to = "2026-06-30"};
  const struct report_view *view = report_scene_view(&scene, "da");
  for (size_t i = 0; i < view->sections_count; i++) {
    for (size_t j = 0; j < view->sections[i].figures_count; j++) {
      cr_assert_str_eq(view->sections[i].figures[j].period,
                       "Svar modtaget fra uge 1 i 2026; forløb afsluttet til 30.6.2026.");
    }
  }
}

Test(report_view, names_a_single_week_once) {
  report_scene_init(&scene, REPORT_INTERNAL);
  scene.report.period = (struct report_period){.from = "2026-W47", .to = "2026-W47"};
  const struct report_view *view = report_scene_view(&scene, "da");
  cr_assert_str_eq(fact(view, "Svar modtaget"), "uge 47 i 2026");
}

Test(report_view, says_in_captions_what_was_left_out) {
  report_scene_init(&scene, REPORT_INTERNAL);
  const struct report_label language = {.code = "ar"};
  scene.report.without_flagged = true;
  scene.report.all_municipalities = false;
  scene.report.languages = &language;
  scene.report.languages_count = 1;
  const char *period = report_scene_figure(report_scene_view(&scene, "da"), "q7")->period;
  cr_assert_not_null(strstr(period, "Uden svar, der er mærket."));
  cr_assert_not_null(strstr(period, "Kun København, Helsingør, Svendborg, Thisted."));
  cr_assert_not_null(strstr(period, "Kun svar på arabisk."));
}

Test(report_view, prints_the_reason_of_an_override) {
  report_scene_init(&scene, REPORT_PUBLISHED);
  scene.report.published = (struct report_published){.number = 3,
                                                     .floor = 5,
                                                     .made_at = "2026-11-22T08:00:00+01:00",
                                                     .override_by = "Bo Lind",
                                                     .override_why = "Rettet efter aftale"};
  const struct report_view *view = report_scene_view(&scene, "da");
  cr_assert_str_eq(fact(view, "Udgivelse"), "nr. 3, 22.11.2026");
  cr_assert_str_eq(fact(view, "Udgivet på trods af sammenligningen med tidligere udgivelser"),
                   "Bo Lind: Rettet efter aftale");
}

/* Whatever stands behind a cell that is not shown. */
Test(report_view, shows_the_same_for_hidden_and_for_none) {
  report_scene_init(&scene, REPORT_PUBLISHED);
  const struct report_view *view = report_scene_view(&scene, "da");
  size_t hidden = 0;
  for (size_t i = 0; i < view->sections_count; i++) {
    for (size_t j = 0; j < view->sections[i].figures_count; j++) {
      const struct view_table *table = &view->sections[i].figures[j].table;
      for (size_t k = 0; k < table->rows * table->columns; k++) {
        if (table->cells[k].hidden) {
          hidden++;
          cr_assert_str_eq(table->cells[k].text, "·");
          cr_assert_eq(table->cells[k].value, 0);
          cr_assert_eq(table->cells[k].share, 0);
        }
      }
    }
  }
  cr_assert_gt(hidden, 0);
}

Test(report_view, draws_nothing_that_the_table_does_not_show) {
  const struct report_view *view = view_of(REPORT_PUBLISHED, "da");
  for (size_t i = 0; i < view->sections_count; i++) {
    for (size_t j = 0; j < view->sections[i].figures_count; j++) {
      const struct chart *chart = view->sections[i].figures[j].chart;
      for (size_t k = 0; chart != NULL && k < chart->rows_count * chart->series_count; k++) {
        cr_assert(!chart->cells[k].hidden || chart->cells[k].value == 0);
      }
    }
  }
}

Test(report_view, says_so_where_there_is_nothing_to_show) {
  report_scene_init(&scene, REPORT_PUBLISHED);
  struct report_figure figures[2] = {scene.report.figures[0], scene.report.figures[1]};
  figures[0].level = REPORT_NOTHING;
  figures[1].level = REPORT_ONE_CATEGORY;
  for (size_t i = 0; i < 2; i++) {
    figures[i].whole.rows_count = figures[i].breakdowns_count = 0;
  }
  scene.report.figures = figures;
  scene.report.figures_count = 2;
  const struct report_view *view = report_scene_view(&scene, "da");
  cr_assert_str_eq(report_scene_figure(view, "q5")->notes[0],
                   report_scene_figure(view, "q6")->notes[0]);
  cr_assert_null(report_scene_figure(view, "q5")->chart);
}

Test(report_view, can_be_of_a_round_without_an_answer) {
  report_scene_init(&scene, REPORT_INTERNAL);
  const struct report empty = {.profile = REPORT_INTERNAL,
                               .round_title = "Tom",
                               .round_state = "open",
                               .controller = "",
                               .made_at = "2026-11-22T08:00:00+01:00",
                               .all_municipalities = true,
                               .questionnaire = scene.questionnaire};
  scene.report = empty;
  const struct report_view *view = report_scene_view(&scene, "da");
  cr_assert_str_eq(fact(view, "Svar modtaget"), "ingen");
}

Test(report_view, counts_numbers_that_were_put_together_from_the_first_on) {
  static const struct report_label many[] = {{.code = "2"}, {.code = "3"}, {.code = "4"}};
  static const struct report_label one = {.code = "1"};
  const struct report_set columns[] = {{"1", &one, 1}, {"2+3+4", many, 3}};
  const struct report_cell cells[] = {{true, 60}, {true, 11}};
  const struct report_row row = {.who = {.code = "all"}, .n = {true, 71}, .cells = cells};
  report_scene_init(&scene, REPORT_PUBLISHED);
  struct report_figure figure = scene.report.respondents[2];
  figure.whole = (struct report_table){.unit = REPORT_RESPONDENT,
                                       .columns = columns,
                                       .columns_count = 2,
                                       .rows = &row,
                                       .rows_count = 1};
  figure.breakdowns_count = 0;
  scene.report.respondents = &figure;
  scene.report.respondents_count = 1;
  const struct view_figure *shown = report_scene_figure(report_scene_view(&scene, "da"), "q3");
  cr_assert_str_eq(cell(shown, 0, 0)->text, "1");
  cr_assert_str_eq(cell(shown, 1, 0)->text, "2 eller flere");
}

Test(report_view, names_opinions_that_were_put_together_in_their_words) {
  report_scene_init_many(&scene, REPORT_PUBLISHED, 12);
  const struct report_view *view = report_scene_view(&scene, "da");
  const struct view_table *table = &report_scene_figure(view, "goal-municipality")->table;
  cr_expect_str_eq(table->heads[2].name, "Meget enig eller Enig");
}
