/* Reports of questionnaires that are not Bilag 8: what they do not ask is not in their report. */
#include <criterion/criterion.h>
#include <string.h>

#include "output/trend_view.h"
#include "report_scene.h"

static struct report_scene scene;

static void end(void) {
  words_set_free(scene.words);
  arena_free(scene.arena);
}

TestSuite(report_foreign, .fini = end);

/* Two questions with the same answers, one with others, a comment; nothing about who answers. */
static const char visit[] =
    "{\"id\": \"visit\", \"version\": 1, \"language\": \"da\", \"title\": {\"ours\": \"Besøget\"},"
    " \"choices\": {\"yes_no\": [{\"code\": 1, \"text\": {\"ours\": \"ja\"}},"
    "  {\"code\": 2, \"text\": {\"ours\": \"nej\"}}]},"
    " \"sections\": [{\"id\": \"all\", \"questions\": ["
    "  {\"id\": \"useful\", \"kind\": \"choice\", \"text\": {\"ours\": \"Var det nyttigt?\"},"
    "   \"choices\": \"yes_no\"},"
    "  {\"id\": \"nice\", \"kind\": \"choice\", \"text\": {\"ours\": \"Var det rart?\"},"
    "   \"choices\": \"yes_no\"},"
    "  {\"id\": \"where\", \"kind\": \"choice\", \"text\": {\"ours\": \"Hvor var det?\"},"
    "   \"choices\": [{\"code\": 3, \"text\": {\"ours\": \"hjemme\"}},"
    "    {\"code\": 4, \"text\": {\"ours\": \"ude\"}}, {\"code\": 5, \"text\": {\"ours\": \"andet\"}}]},"
    "  {\"id\": \"more\", \"kind\": \"text\", \"text\": {\"ours\": \"Mere?\"}, \"max\": 100}]}]}";

static void add(struct report_making *making, const char *given) {
  struct answer *answer = answer_new(scene.questionnaire, scene.arena);
  char *rest = arena_string(scene.arena, given);
  for (char *pair = strsep(&rest, " "); pair != NULL; pair = strsep(&rest, " ")) {
    const char *name = strsep(&pair, "=");
    int field = questionnaire_field(scene.questionnaire, name);
    cr_assert_eq(answer_set(answer, field, pair, strlen(pair)), ANSWER_OK, "%s", name);
  }
  const struct response response = {.id = "00000000-0000-0000-0000-000000000000",
                                    .municipality = 183,
                                    .municipality_name = "Ishøj",
                                    .language = "da",
                                    .week = "2026-W40",
                                    .answer = answer,
                                    .weight = 1};
  cr_assert_eq(report_add(making, &response), REPORT_OK);
}

static const struct report_view *view_of(const char *json, const char *const *answers,
                                         size_t count) {
  static const struct report_label municipalities[] = {{.code = "183", .name = "Ishøj"},
                                                       {.code = "187", .name = "Vallensbæk"}};
  struct complaints complaints = {0};
  const char *message = NULL;
  scene.words = words_set_load("templates/report_words", scene.arena, &message);
  cr_assert_not_null(scene.words, "%s", message);
  scene.questionnaire = questionnaire_load(json, scene.arena, &complaints);
  cr_assert_not_null(scene.questionnaire);
  const char *norms = scene.questionnaire->norms.file;
  const struct report_options options = {
      .questionnaire = scene.questionnaire,
      .norms = norms == NULL ? NULL : norms_find(".", norms, scene.arena, &complaints),
      .municipalities = municipalities,
      .municipalities_count = 2,
      .closed_from = -1,
      .closed_to = -1};
  struct report_making *making = report_new(scene.arena, &options);
  cr_assert_not_null(making);
  for (size_t i = 0; i < count; i++) {
    add(making, answers[i]);
  }
  cr_assert_eq(report_finish(making, &scene.report), REPORT_OK);
  report_free(making);
  scene.report.all_municipalities = true;
  scene.report.round_title = "Efterår";
  scene.report.round_state = "closed";
  return report_scene_view(&scene, "da");
}

static const struct report_view *visit_view(void) {
  static const char *const answers[] = {"useful=1 nice=1 where=3", "useful=2 nice=1",
                                        "useful=1 where=5"};
  scene = (struct report_scene){.arena = arena_new(0)};
  return view_of(visit, answers, array_length(answers));
}

static const struct report_view *ishoej_view(void) {
  static const char *const answers[] = {"wellbeing=1 before=3 after=5",
                                        "wellbeing=1 before=4 after=6",
                                        "wellbeing=1 before=7 after=3",
                                        "wellbeing=1 before=7 after=2",
                                        "wellbeing=1 before=8 after=4",
                                        "wellbeing=1 before=8 after=5",
                                        "wellbeing=1 before=8 after=1",
                                        "wellbeing=1 before=9 after=4",
                                        "before=10 after=6",
                                        "worry=1 interplay=2 inspired=1"};
  scene = (struct report_scene){.arena = arena_new(0)};
  char *json = questionnaire_read("templates/questionnaires/ishoej.json", scene.arena);
  return view_of(json, answers, array_length(answers));
}

static const struct view_section *section(const struct report_view *view, const char *id) {
  for (size_t i = 0; i < view->sections_count; i++) {
    if (strcmp(view->sections[i].id, id) == 0) {
      return &view->sections[i];
    }
  }
  return NULL;
}

/* The cells of a row, with blanks between. */
static const char *row_of(const struct view_figure *figure, size_t row) {
  const char *line = "";
  for (size_t i = 0; i < figure->table.columns; i++) {
    line = arena_printf(scene.arena, "%s%s%s", line, i == 0 ? "" : " | ",
                        figure->table.cells[row * figure->table.columns + i].text);
  }
  return line;
}

Test(report_foreign, lacks_what_the_questionnaire_does_not_ask) {
  static const char *const absent[] = {"courses", "coverage", "sensitivity", "respondents",
                                       "changes"};
  const struct report_view *view = visit_view();
  for (size_t i = 0; i < array_length(absent); i++) {
    cr_expect_null(section(view, absent[i]), "%s", absent[i]);
  }
  cr_expect_not_null(section(view, "answers"));
  cr_expect_not_null(section(view, "overview"));
}

Test(report_foreign, says_nothing_of_children_or_courses_that_are_not_there) {
  const struct report_view *view = visit_view();
  const struct view_section *method = section(view, "method");
  for (size_t i = 0; i < method->texts_count; i++) {
    cr_expect_null(strstr(method->texts[i], "barn"), "%s", method->texts[i]);
    cr_expect_null(strstr(method->texts[i], "forløb"), "%s", method->texts[i]);
  }
  cr_expect_str_eq(report_scene_figure(view, "useful")->period, "Svar modtaget uge 40 i 2026.");
}

Test(report_foreign, names_no_sign_that_no_answer_can_carry) {
  const struct view_figure *quality = report_scene_figure(visit_view(), "quality");
  for (size_t i = 0; i < quality->table.rows; i++) {
    cr_expect_null(strstr(row_of(quality, i), "Skala"), "%s", row_of(quality, i));
    cr_expect_null(strstr(row_of(quality, i), "hele vejen"), "%s", row_of(quality, i));
  }
}

Test(report_foreign, puts_questions_with_the_same_answers_beside_each_other) {
  const struct view_figure *overview = report_scene_figure(visit_view(), "overview");
  cr_expect_eq(overview->table.rows, 2);
  cr_expect_str_eq(row_of(overview, 0), "1. Var det nyttigt? | 3 | 67\u00a0% (2) | 33\u00a0% (1)");
}

Test(report_foreign, counts_not_answered_as_a_column_of_all_forms) {
  const struct report_view *view = ishoej_view();
  const struct view_figure *figure = report_scene_figure(view, "wellbeing");
  cr_expect_str_eq(row_of(figure, 0), "ja | 8 | 80\u00a0%");
  cr_expect_str_eq(row_of(figure, 2), "Ikke besvaret | 2 | 20\u00a0%");
  cr_expect_str_eq(figure->base, "N = 10 børn");
  cr_expect_eq(figure->notes_count, 0, "nobody is said to be left out");
  cr_expect_str_eq(
      row_of(report_scene_figure(view, "overview"), 0),
      "1. Synes I, at jeres barns trivsel er blevet bedre undervejs i forløbet? | 10 | "
      "80\u00a0% (8) | 0\u00a0% (0) | 20\u00a0% (2)");
}

Test(report_foreign, shows_before_and_after_in_bands_beside_each_other) {
  const struct view_figure *figure = report_scene_figure(ishoej_view(), "after-bands");
  cr_expect_str_eq(figure->title, "Spørgsmål 3 og 4: før og efter");
  cr_expect_eq(figure->table.rows, 2);
  cr_expect_str_eq(row_of(figure, 0),
                   "3. Hvor meget fyldte det i hverdagen før forløbet? | 10 | 0\u00a0% (0) | "
                   "20\u00a0% (2) | 0\u00a0% (0) | 50\u00a0% (5) | 20\u00a0% (2) | 10\u00a0% (1)");
  cr_expect_str_eq(figure->notes[0], "1 er slet ingenting, 10 er overskygger hverdagen helt");
}

Test(report_foreign, says_how_many_gave_less_and_who_is_not_counted) {
  const struct view_figure *figure = report_scene_figure(ishoej_view(), "after-change");
  cr_expect_str_eq(row_of(figure, 0), "Mindre | 7 | 78\u00a0%");
  cr_expect_str_eq(row_of(figure, 2), "Mere | 2 | 22\u00a0%");
  cr_expect_str_eq(figure->base, "N = 9 børn");
  cr_expect_str_eq(figure->notes[0],
                   "Ikke talt med, fordi et af de to spørgsmål ikke er besvaret: 1.");
}

Test(report_foreign, has_one_mean_of_a_scale_that_nobody_is_asked_back_about) {
  const struct view_figure *figure = report_scene_figure(ishoej_view(), "before-means");
  cr_expect_eq(figure->table.columns, 3);
  cr_expect_str_eq(row_of(figure, 0), "Alle | 9 | 7,1");
  cr_expect_str_eq(figure->base, "N = 9 børn");
  cr_expect_str_eq(figure->title, "Spørgsmål 3: gennemsnit");
}

/* ---- scores of forms that are paired */

/* As it stands, or in an anonymous round. */
static const struct report_view *sdq_view_of(bool personal) {
  static const char *const only[] = {
      "\"kind\": \"personal\",",
      "\"pairs\": {\"case\": \"sag\", \"occasion\": \"tid\", \"informant\": \"udfylder\"},"};
  static const char *const answers[] = {
      "sag=A1 tid=1 udfylder=1 alder=4 d_emotional=5 d_conduct=4 d_hyperactivity=8 d_peer=4 "
      "d_prosocial=4 d_impact=3",
      "sag=A1 tid=2 udfylder=1 alder=4 d_emotional=2 d_conduct=2 d_hyperactivity=5 d_peer=2 "
      "d_prosocial=7 d_impact=1",
      "sag=B2 tid=1 udfylder=2 alder=5 d_emotional=2 d_conduct=3 d_hyperactivity=6 d_peer=1 "
      "d_prosocial=7 d_impact=1",
      "sag=B2 tid=2 udfylder=2 alder=5 d_emotional=3 d_conduct=3 d_hyperactivity=6 d_peer=2 "
      "d_prosocial=7 d_total=16",
      "sag=C3 tid=1 udfylder=1 alder=4 d_emotional=2"};
  scene = (struct report_scene){.arena = arena_new(0)};
  char *json = questionnaire_read("templates/questionnaires/sdq-subscales.json", scene.arena);
  for (size_t i = 0; i < array_length(only) && !personal; i++) {
    memset(strstr(json, only[i]), ' ', strlen(only[i]));
  }
  return view_of(json, answers, array_length(answers));
}

static const struct report_view *sdq_view(void) {
  return sdq_view_of(true);
}

/* The row that begins so. */
static const char *row_called(const struct view_figure *figure, const char *name) {
  for (size_t i = 0; i < figure->table.rows; i++) {
    if (strncmp(row_of(figure, i), name, strlen(name)) == 0) {
      return row_of(figure, i);
    }
  }
  return "";
}

Test(report_foreign, shows_the_bands_of_a_score_at_start_and_close) {
  const struct report_view *view = sdq_view();
  const struct view_figure *figure = report_scene_figure(view, "score_bands");
  cr_expect_str_eq(
      row_called(figure, "Vanskeligheder i alt: start"),
      "Vanskeligheder i alt: start | 2 | 0\u00a0% (0) | 50\u00a0% (1) | 0\u00a0% (0) | "
      "50\u00a0% (1) | 0\u00a0% (0)");
  cr_expect_str_eq(
      row_called(figure, "Vanskeligheder i alt: slut"),
      "Vanskeligheder i alt: slut | 2 | 50\u00a0% (1) | 0\u00a0% (0) | 50\u00a0% (1) | "
      "0\u00a0% (0) | 0\u00a0% (0)");
  cr_expect_str_eq(figure->table.heads[5].name, "Meget høj");
  const struct view_figure *higher = report_scene_figure(view, "score_bands_higher");
  cr_expect_str_eq(row_called(figure, "Sociale"), "", "more is better");
  cr_expect_str_eq(higher->table.heads[5].name, "Meget lav");
  cr_expect_str_eq(row_called(higher, "Sociale styrker: start"),
                   "Sociale styrker: start | 2 | 50\u00a0% (1) | 0\u00a0% (0) | 0\u00a0% (0) | "
                   "50\u00a0% (1) | 0\u00a0% (0)");
  cr_expect_str_eq(report_scene_figure(view, "score_bands-2")->title,
                   "Bånd ved start og slut, udfyldt af dagtilbuddet");
}

Test(report_foreign, marks_a_change_by_arrow_sign_and_word) {
  const struct report_view *view = sdq_view();
  const struct view_figure *changes = report_scene_figure(view, "score_changes");
  cr_expect_str_eq(changes->table.heads[2].name, "↑ bedre (+)");
  cr_expect_str_eq(changes->table.heads[4].name, "↓ værre (−)");
  const struct view_figure *cases = report_scene_figure(view, "score_cases");
  const struct view_figure *bands = report_scene_figure(view, "score_cases_bands");
  cr_expect_str_eq(bands->table.cells[2].text, "Meget lav → Let nedsat");
  cr_expect_str_eq(row_called(cases, "Ishøj, A1"), "Ishøj, A1 | en forælder | ↑ +3 | ↑ +3 | ↑ +2 | "
                                                   "↑ +3 | ↑ +2 | ↑ +10 | ↑ +2");
  cr_expect_str_eq(row_called(cases, "Ishøj, B2"), "Ishøj, B2 | dagtilbuddet | = 0 | ↓ \u22121 | "
                                                   "= 0 | = 0 | ↓ \u22121 | ↓ \u22124 | mangler");
  cr_expect_str_eq(
      row_called(report_scene_figure(view, "score_cases_values"), "Ishøj, C3"),
      "Ishøj, C3 (kun start) | en forælder | mangler → mangler | 2 → mangler | "
      "mangler → mangler | mangler → mangler | mangler → mangler | mangler → mangler | "
      "mangler → mangler");
}

Test(report_foreign, says_what_is_raw_what_does_not_add_up_and_what_has_no_pair) {
  const struct report_view *view = sdq_view();
  const struct view_figure *raw = report_scene_figure(view, "score_raw");
  cr_expect_str_eq(row_called(raw, "Vanskeligheder i alt"),
                   "Vanskeligheder i alt | 2 | 16,5 | 13,5 | +3,0");
  cr_expect_not_null(strstr(raw->notes[0], "ikke en virkning"));
  cr_expect_str_eq(row_of(report_scene_figure(view, "score_differing"), 0),
                   "Ishøj, B2 | dagtilbuddet | Vanskeligheder i alt: slut | 16 | 14");
  const struct view_section *scores = section(view, "scores");
  bool told = false, sourced = false;
  for (size_t i = 0; i < scores->texts_count; i++) {
    told = told || strstr(scores->texts[i], "Uden skema ved slut") != NULL;
    sourced = sourced || strstr(scores->texts[i], "sdqinfo.org") != NULL;
  }
  cr_expect(told);
  cr_expect(sourced, "where the limits are from");
}

static bool says(const char *const *texts, size_t count, const char *words) {
  bool found = false;
  for (size_t i = 0; i < count; i++) {
    found = found || strstr(texts[i], words) != NULL;
  }
  return found;
}

Test(report_foreign, shows_bands_and_means_of_all_forms_where_none_are_paired) {
  const struct report_view *view = sdq_view_of(false);
  cr_expect_str_eq(section(view, "scores")->title, "Point");
  cr_expect_str_eq(row_called(report_scene_figure(view, "score_bands_all"), "Vanskeligheder i alt"),
                   "Vanskeligheder i alt | 5 | 20\u00a0% (1) | 20\u00a0% (1) | 20\u00a0% (1) | "
                   "20\u00a0% (1) | 20\u00a0% (1)");
  cr_expect_str_eq(row_called(report_scene_figure(view, "score_means"), "Vanskeligheder i alt"),
                   "Vanskeligheder i alt | 4 | 15,0");
  cr_expect_str_eq(view->sections[0].figures[0].number, "Figur 1");
}

/* The round beside itself, with other limits where they are given. */
static const struct report_view *sdq_rounds(bool personal, const char *norms,
                                            const char *language) {
  static const struct translation *const none[2] = {NULL, NULL};
  static struct report earlier;
  static const struct report *both[2] = {&earlier, &scene.report};
  static struct trend trend;
  (void)sdq_view_of(personal);
  earlier = scene.report;
  earlier.round = 3;
  earlier.round_title = "Forår";
  earlier.scores.norms_title = norms == NULL ? earlier.scores.norms_title : norms;
  scene.report.round = 7;
  cr_assert_eq(trend_make(both, 2, scene.arena, &trend), TREND_OK);
  const struct report_view *view =
      trend_view_new(&trend, none, words_of(scene.words, language), scene.arena);
  cr_assert_not_null(view);
  return view;
}

Test(report_foreign, shows_scores_of_rounds_with_a_column_for_each) {
  const struct report_view *view = sdq_rounds(true, NULL, "da");
  const struct view_figure *change = report_scene_figure(view, "score-total-change");
  cr_expect_str_eq(change->title, "Vanskeligheder i alt: bedre, uændret og værre");
  cr_expect_str_eq(change->base, "Forår: N = 2 børn; Efterår: N = 2 børn");
  cr_expect_str_eq(row_of(change, 0), "↑ bedre (+) | 50\u00a0% (1) | 50\u00a0% (1)");
  cr_expect_str_eq(row_of(report_scene_figure(view, "score-total-start"), 3),
                   "Meget høj | 50\u00a0% (1) | 50\u00a0% (1)");
  cr_expect_str_eq(
      row_called(report_scene_figure(view, "score_raw"), "Vanskeligheder i alt | Forår"),
      "Vanskeligheder i alt | Forår | 2 | 16,5 | 13,5 | +3,0");
  const struct view_section *scores = section(view, "scores");
  cr_expect(says(scores->texts, scores->texts_count, "Forår, Efterår: Båndene er fra “SDQ"));
  size_t sources = 0;
  for (size_t i = 0; i < scores->texts_count; i++) {
    sources += strncmp(scores->texts[i], "Scoringsarket", strlen("Scoringsarket")) == 0;
  }
  cr_expect_eq(sources, 2, "each table's source stands once");
  cr_expect_null(section(view, "left-out"));
}

Test(report_foreign, says_which_round_has_bands_of_other_limits) {
  static const char *const languages[] = {"da", "en"};
  for (size_t i = 0; i < array_length(languages); i++) {
    const struct report_view *view = sdq_rounds(true, "SDQ, Danmark", languages[i]);
    const struct view_section *left_out = section(view, "left-out");
    cr_assert_not_null(left_out);
    cr_expect_str_eq(
        row_called(&left_out->figures[0], "Andre børn: start"),
        i == 0 ? "Andre børn: start | Forår | Båndene følger andre grænser. | SDQ, Danmark | "
                 "Efterår: SDQ, Storbritannien, den nyere inddeling i fire bånd"
               : "Andre børn: start | Forår | The bands are of other limits. | SDQ, Danmark | "
                 "Efterår: SDQ, Storbritannien, den nyere inddeling i fire bånd");
    const struct view_section *scores = section(view, "scores");
    cr_expect_str_eq(scores->figures[0].id, "score-prosocial-change", "changes are compared");
    if (i == 0) {
      end();
    }
  }
}

Test(report_foreign, shows_scores_of_anonymous_rounds) {
  const struct report_view *view = sdq_rounds(false, NULL, "da");
  cr_expect_str_eq(row_of(report_scene_figure(view, "score-total-all"), 3),
                   "Meget høj | 20\u00a0% (1) | 20\u00a0% (1)");
  cr_expect_str_eq(
      row_called(report_scene_figure(view, "score_means"), "Vanskeligheder i alt | Forår"),
      "Vanskeligheder i alt | Forår | 4 | 15,0");
}
