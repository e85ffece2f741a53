#include "output/trend_view.h"

#include <criterion/criterion.h>
#include <string.h>

#include "output/report_file.h"
#include "output/report_page.h"
#include "report_scene.h"

/* Two rounds of the same answers; what differs between them is set before the view is made. */
static struct report_scene scenes[2];
static struct trend trend;

static void end(void) {
  report_scene_clear(&scenes[0]);
  report_scene_clear(&scenes[1]);
}

TestSuite(trend_view, .fini = end);

static void begin(enum report_profile profile) {
  for (int i = 0; i < 2; i++) {
    report_scene_init(&scenes[i], profile);
    scenes[i].report.round = i == 0 ? 3 : 7;
    scenes[i].report.round_title = i == 0 ? "Forår" : "Efterår";
    if (profile == REPORT_PUBLISHED) {
      scenes[i].report.published.number = 11 + i;
      scenes[i].report.published.made_at = "2026-11-22T08:00:00+01:00";
    }
  }
}

/* The first round asked question 7 in other words. */
static void ask_otherwise(void) {
  struct complaints complaints = {0};
  struct arena *arena = scenes[0].arena;
  char *json = questionnaire_read("templates/questionnaires/bilag8.json", arena);
  char *at = strstr(json, "bidraget til bedre rammer");
  memcpy(at, "medvirke", strlen("bidraget"));
  scenes[0].report.questionnaire = questionnaire_load(json, arena, &complaints);
  cr_assert_not_null(scenes[0].report.questionnaire);
}

static const struct report_view *view_of(const char *language) {
  static const struct translation *const none[2] = {NULL, NULL};
  static const struct report *both[2];
  both[0] = &scenes[0].report;
  both[1] = &scenes[1].report;
  cr_assert_eq(trend_make(both, 2, scenes[1].arena, &trend), TREND_OK);
  const struct report_view *view =
      trend_view_new(&trend, none, words_of(scenes[1].words, language), scenes[1].arena);
  cr_assert_not_null(view);
  return view;
}

static const struct view_cell *cell(const struct view_figure *figure, size_t row, size_t column) {
  return &figure->table.cells[row * figure->table.columns + column];
}

static bool notes(const struct view_figure *figure, const char *words) {
  bool found = false;
  for (size_t i = 0; i < figure->notes_count; i++) {
    found = found || strstr(figure->notes[i], words) != NULL;
  }
  return found;
}

Test(trend_view, has_a_column_for_each_round_with_its_weeks_and_a_row_for_each_answer) {
  begin(REPORT_INTERNAL);
  const struct view_figure *figure = report_scene_figure(view_of("da"), "q7");
  cr_assert_eq(figure->table.columns, 3);
  cr_assert_eq(figure->table.rows, 7, "six answers and all of them");
  cr_expect_str_eq(figure->table.heads[1].name, "Forår, uge 40 2026 – uge 47 2026");
  cr_expect_str_eq(cell(figure, 0, 0)->text, "meget enig");
  cr_expect_str_eq(cell(figure, 0, 1)->text, cell(figure, 0, 2)->text);
  cr_expect_str_eq(cell(figure, 6, 2)->text, "100\u00a0% (71)");
  cr_expect_str_eq(figure->base, "Forår: N = 71 forældre; Efterår: N = 71 forældre");
  cr_assert_not_null(figure->chart);
  cr_expect_eq(figure->chart->kind, CHART_STACKED);
  cr_expect_eq(figure->chart->rows_count, 2, "a bar for each round");
  figure = report_scene_figure(view_of("en"), "q9");
  cr_expect_eq(figure->chart->kind, CHART_PANELS, "a small picture for each round");
  cr_expect_str_eq(figure->table.heads[1].name, "Forår, week 40 2026 – week 47 2026");
}

Test(trend_view, shows_both_wordings_beneath_a_question_whose_words_changed) {
  begin(REPORT_INTERNAL);
  ask_otherwise();
  const struct report_view *view = view_of("da");
  const struct view_figure *figure = report_scene_figure(view, "q7");
  cr_expect_not_null(strstr(figure->title, "bidraget til bedre rammer"), "%s", figure->title);
  cr_expect_not_null(strstr(figure->title, "(ændret ordlyd)"), "it is marked in words");
  cr_expect(notes(figure, "Forår: “"));
  cr_expect(notes(figure, "medvirke til bedre rammer"));
  cr_expect(notes(figure, "Efterår: “"));
  cr_expect_null(strstr(report_scene_figure(view, "q5")->title, "(ændret ordlyd)"));
}

Test(trend_view, says_where_few_answered_and_where_municipalities_differ) {
  begin(REPORT_INTERNAL);
  scenes[0].report.municipalities_count = 3;
  const struct report_view *view = view_of("da");
  cr_expect(notes(report_scene_figure(view, "rounds"), "ikke de samme kommuner"));
  cr_expect_not(notes(report_scene_figure(view, "q7"), "Under 30 svar"));
  struct report_figure *figures = (struct report_figure *)scenes[0].report.figures;
  for (size_t i = 0; i < scenes[0].report.figures_count; i++) {
    figures[i].n = 29;
  }
  cr_expect(notes(report_scene_figure(view_of("da"), "q7"), "Under 30 svar: Forår."));
}

Test(trend_view, shows_a_hidden_cell_as_hidden) {
  begin(REPORT_PUBLISHED);
  const struct report_figure *figures = scenes[0].report.figures;
  struct report_row *row = NULL;
  for (size_t i = 0; i < scenes[0].report.figures_count; i++) {
    const char *id = scenes[0].questionnaire->questions[figures[i].question].id;
    row = strcmp(id, "q7") == 0 ? (struct report_row *)figures[i].whole.rows : row;
  }
  ((struct report_cell *)row->cells)[1] = (struct report_cell){.shown = false};
  const struct report_view *view = view_of("da");
  const struct view_figure *figure = report_scene_figure(view, "q7");
  cr_expect_str_eq(cell(figure, 1, 1)->text, "·");
  cr_expect(cell(figure, 1, 1)->hidden);
  cr_expect_not(cell(figure, 1, 2)->hidden);
  cr_expect(notes(figure, "rundens egen udgivelse"));
  cr_expect_str_eq(cell(report_scene_figure(view, "rounds"), 1, 6)->text,
                   "nr. 12, 22.11.2026; mindste tal 5");
}

static bool keep(void *context, const char *bytes, size_t size) {
  struct text *out = context;
  text_add_bytes(out, bytes, size);
  return !out->failed;
}

Test(trend_view, comes_in_every_format_and_both_languages_without_a_word_missing) {
  static const char *const begins[] = {"<!DOCTYPE html>", "%PDF-1.", "PK", "PK"};
  static const char *const languages[] = {"da", "en"};
  begin(REPORT_PUBLISHED);
  ask_otherwise();
  for (size_t i = 0; i < array_length(languages); i++) {
    for (int format = REPORT_HTML; format <= REPORT_SVG; format++) {
      const struct report_file file = {.view = view_of(languages[i]),
                                       .page = template_find(scenes[1].templates, "report"),
                                       .scratch = "/tmp",
                                       .arena = scenes[1].arena};
      struct letter_trouble trouble;
      struct text out;
      text_init(&out);
      cr_assert_eq(report_file(&file, (enum report_file_format)format, keep, &out, &trouble),
                   REPORT_FILE_OK);
      cr_assert_eq(strncmp(out.data, begins[format], strlen(begins[format])), 0, "%d", format);
      cr_assert(format != REPORT_HTML || strstr(out.data, "trend_") == NULL,
                "a word is missing: %.60s", strstr(out.data, "trend_"));
      text_clear(&out);
    }
  }
}
