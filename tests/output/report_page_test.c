#include "output/report_page.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report_scene.h"

static struct report_scene scene;
static struct text page;

static void end(void) {
  text_clear(&page);
  report_scene_clear(&scene);
}

static void begin(void) {
  text_init(&page);
}

TestSuite(report_page, .init = begin, .fini = end);

static const char *draw(enum report_profile profile, const char *language) {
  report_scene_init(&scene, profile);
  const struct report_view *view = report_scene_view(&scene, language);
  cr_assert(report_page(view, template_find(scene.templates, "report"), &page));
  return page.data;
}

Test(report_page, has_a_hole_for_everything_it_is_given) {
  report_scene_init(&scene, REPORT_INTERNAL);
  json_t *sample = report_page_sample(words_of(scene.words, "da"));
  const char *message =
      template_check(template_find(scene.templates, "report"), sample, scene.arena);
  cr_assert_null(message, "%s", message);
  json_decref(sample);
}

Test(report_page, holds_all_it_shows_and_runs_nothing) {
  const char *html = draw(REPORT_INTERNAL, "da");
  static const char *const fetched[] = {
      "<script", "<link rel=\"stylesheet", "http:", "https:", "url(", "@import", "src="};
  for (size_t i = 0; i < array_length(fetched); i++) {
    cr_assert_null(strstr(html, fetched[i]), "%s", fetched[i]);
  }
}

Test(report_page, takes_no_title_for_markup) {
  const char *html = draw(REPORT_INTERNAL, "da");
  cr_assert_not_null(strstr(html, "<title>Rapport: Forældre &lt;2026&gt;</title>"));
  cr_assert_null(strstr(html, "<2026>"));
}

/* How often a picture's id is given. */
static int times(const char *text, const char *what) {
  int count = 0;
  for (const char *at = strstr(text, what); at != NULL; at = strstr(at + 1, what)) {
    count++;
  }
  return count;
}

Test(report_page, shows_each_figure_with_its_table_its_n_its_period_and_its_source) {
  const char *html = draw(REPORT_INTERNAL, "da");
  const struct report_view *view = report_scene_view(&scene, "da");
  int sources =
      times(html, "<p class=\"source\">Svar modtaget fra uge 40 i 2026 til uge 47 i 2026; "
                  "forløb afsluttet fra 15.1.2026 til 15.9.2026.");
  cr_assert_eq(sources, (int)view->figures_count);
  cr_assert_eq(times(html, "<table>"), (int)view->figures_count);
  cr_assert_not_null(strstr(html, "N = 79 børn, som 71 forældre har svaret for"));
}

Test(report_page, gives_no_two_things_one_name) {
  const char *html = draw(REPORT_INTERNAL, "da");
  for (const char *at = strstr(html, " id=\""); at != NULL; at = strstr(at + 1, " id=\"")) {
    const char *end = strchr(at + 5, '"');
    char *id = strndup(at, (size_t)(end - at) + 1);
    cr_assert_eq(times(html, id), 1, "%s", id);
    free(id);
  }
}

Test(report_page, is_in_english_for_who_asks_for_it_with_the_questions_as_they_were_asked) {
  const char *html = draw(REPORT_INTERNAL, "en");
  cr_assert_not_null(strstr(html, "<html lang=\"en\">"));
  cr_assert_not_null(strstr(html, "What the parents answer"));
  cr_assert_not_null(strstr(html, "Hvor enig er du i, at tilknytningen af en hjemmepædagog har "
                                  "bidraget til en positiv udvikling for dit barn?"));
}

/* ---- from what a release kept */

static struct report kept_again(void) {
  struct report again;
  json_t *json = report_json(&scene.report);
  char *kept = json_dumps(json, JSON_COMPACT);
  json_decref(json);
  json = report_json_kept(kept, 4, "2026-11-22T06:00:00+01:00");
  cr_assert(report_parse(json, scene.questionnaire, scene.arena, &again));
  json_decref(json);
  free(kept);
  return again;
}

Test(report_page, is_the_same_from_what_a_release_kept) {
  static const char *const languages[] = {"da", "en"};
  report_scene_init(&scene, REPORT_PUBLISHED);
  const struct report again = kept_again();
  scene.report.published.number = 4;
  scene.report.made_at = scene.report.published.made_at = again.made_at;
  const struct report made = scene.report;
  for (size_t i = 0; i < array_length(languages); i++) {
    struct text shown;
    text_init(&shown);
    text_reset(&page);
    scene.report = made;
    const struct report_view *view = report_scene_view(&scene, languages[i]);
    cr_assert(report_page(view, template_find(scene.templates, "report"), &page));
    scene.report = again;
    view = report_scene_view(&scene, languages[i]);
    cr_assert(report_page(view, template_find(scene.templates, "report"), &shown));
    cr_expect_str_eq(shown.data, page.data, "%s", languages[i]);
    text_clear(&shown);
  }
}
