#include "output/report_pdf.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report_scene.h"

static struct report_scene scene;
static struct text pdf;

static void begin(void) {
  text_init(&pdf);
}

static void end(void) {
  text_clear(&pdf);
  report_scene_clear(&scene);
}

TestSuite(report_pdf, .init = begin, .fini = end);

static bool keep(void *context, const char *bytes, size_t size) {
  text_add_bytes(context, bytes, size);
  return !((struct text *)context)->failed;
}

static void draw(enum report_profile profile, const char *language) {
  struct letter_trouble trouble = {.what = ""};
  report_scene_init(&scene, profile);
  const struct report_view *view = report_scene_view(&scene, language);
  cr_assert_eq(report_pdf(view, scene.arena, keep, &pdf, &trouble), LETTER_OK, "%s", trouble.what);
}

/* What a tool says of it; of the arena. */
static char *said(const char *program, const char *rest) {
  char path[] = "/tmp/report_XXXXXX", command[96];
  size_t size = (size_t)16 * 1024 * 1024;
  char *words = arena_alloc(scene.arena, size);
  FILE *file = fdopen(mkstemp(path), "w");
  cr_assert_eq(fwrite(pdf.data, 1, pdf.length, file), pdf.length);
  cr_assert_eq(fclose(file), 0);
  (void)snprintf(command, sizeof command, "%s %s %s", program, path, rest);
  FILE *pipe = popen(command, "r");
  words[fread(words, 1, size - 1, pipe)] = '\0';
  (void)pclose(pipe);
  (void)remove(path);
  return words;
}

Test(report_pdf, can_be_searched_for_title_questions_figures_and_n) {
  draw(REPORT_INTERNAL, "da");
  const char *words = said("pdftotext -layout", "-");
  static const char *const wanted[] = {
      "Rapport: Forældre <2026>",
      "Figur 1",
      "6. Hvor enig er du i, at tilknytningen af en hjemmepædagog har styrket relationen",
      "54 % (38)",
      "N = 79 børn, som 71 forældre har svaret for",
      "Kilde: Kommunernes registreringsark",
      "Svar modtaget fra uge 40 i 2026 til uge 47 i 2026; forløb afsluttet fra 15.1.2026 til "
      "15.9.2026."};
  for (size_t i = 0; i < array_length(wanted); i++) {
    cr_assert_not_null(strstr(words, wanted[i]), "%s", wanted[i]);
  }
}

Test(report_pdf, holds_every_figure_of_its_page) {
  draw(REPORT_INTERNAL, "da");
  const struct report_view *view = report_scene_view(&scene, "da");
  const char *words = said("pdftotext -layout", "-");
  for (size_t i = 0; i < view->sections_count; i++) {
    for (size_t j = 0; j < view->sections[i].figures_count; j++) {
      const char *number = view->sections[i].figures[j].number;
      const char *line = arena_printf(scene.arena, "%s\n", number);
      cr_assert_not_null(strstr(words, line), "%s", number);
    }
  }
}

Test(report_pdf, is_a4_and_tells_a_reading_program_what_is_what) {
  draw(REPORT_PUBLISHED, "en");
  const char *info = said("pdfinfo", ""), *structure = said("pdfinfo -struct", "");
  cr_assert_not_null(strstr(info, "A4"));
  cr_assert(strstr(info, "Tagged:          yes") != NULL, "%s", info);
  cr_assert_not_null(strstr(info, "Report: Forældre <2026>"));
  cr_assert(strstr(structure, "H1") != NULL && strstr(structure, "Table") != NULL &&
            strstr(structure, "Figure") != NULL);
}

/* How often a word stands on the paper, within its edges. */
static int times(const char *words, const char *what) {
  int count = 0;
  for (const char *at = strstr(words, what); at != NULL; at = strstr(at + 1, what)) {
    double left, top, right, bottom;
    const char *line = at;
    for (; line > words && line[-1] != '\n'; line--) {
    }
    bool read = sscanf(line, " <word xMin=\"%lf\" yMin=\"%lf\" xMax=\"%lf\" yMax=\"%lf\">", &left,
                       &top, &right, &bottom) == 4;
    count += read && left >= 0 && top >= 0 && right <= 596 && bottom <= 842;
  }
  return count;
}

static const struct view_section *section(const struct report_view *view, const char *id) {
  for (size_t i = 0; i < view->sections_count; i++) {
    if (strcmp(view->sections[i].id, id) == 0) {
      return &view->sections[i];
    }
  }
  cr_assert_fail("no section %s", id);
  return NULL;
}

/* Among the facts each stands once, and in every figure in the chart and in the table. */
Test(report_pdf, cuts_no_chart_of_98_municipalities) {
  enum { MUNICIPALITIES = 98 };
  struct letter_trouble trouble = {.what = ""};
  report_scene_init_many(&scene, REPORT_INTERNAL, MUNICIPALITIES);
  struct report_view view = *report_scene_view(&scene, "da");
  view.sections = section(&view, "coverage");
  view.sections_count = 1;
  cr_assert_eq(report_pdf(&view, scene.arena, keep, &pdf, &trouble), LETTER_OK, "%s", trouble.what);
  const char *words = said("pdftotext -bbox", "-");
  for (int i = 0; i < MUNICIPALITIES; i++) {
    const char *name = arena_printf(scene.arena, ">Kommune%d", 101 + i);
    cr_expect_eq(times(words, name), 3, "%s", name);
  }
  cr_expect_gt(times(words, ">Kommune<"), 1, "the head of the table stands on each of its pages");
}

/* A long text is several blocks, of which each stands on one page. */
Test(report_pdf, cuts_no_long_text_of_a_municipality_and_bears_any_character) {
  enum { WORDS = 900 };
  static const struct documentation_words title[] = {{"da", "Målgruppe"}, {NULL, NULL}};
  static const struct documentation_part part = {
      .id = "target_group", .kind = DOCUMENTATION_TEXT, .title = title};
  struct text text;
  text_init(&text);
  for (int i = 0; i < WORDS; i++) {
    text_addf(&text, "Ord%d%s", i, i % 12 == 11 ? ". " : " ");
  }
  text_add(&text, "\U0001F642\nSlutord");
  const struct documentation_version version = {.municipality = 101,
                                                .name = "Kommune101",
                                                .part = &part,
                                                .number = 1,
                                                .valid_from = "2026-01-31",
                                                .text = text.data,
                                                .hundredths = -1,
                                                .why = "grund"};
  struct letter_trouble trouble = {.what = ""};
  report_scene_init(&scene, REPORT_INTERNAL);
  scene.report.documentation = &version;
  scene.report.documentation_count = 1;
  struct report_view view = *report_scene_view(&scene, "da");
  view.sections = section(&view, "documentation");
  view.sections_count = 1;
  cr_assert_eq(report_pdf(&view, scene.arena, keep, &pdf, &trouble), LETTER_OK, "%s", trouble.what);
  const char *words = said("pdftotext -bbox", "-");
  for (int i = 0; i < WORDS; i++) {
    const char *word = arena_printf(scene.arena, ">Ord%d%s<", i, i % 12 == 11 ? "." : "");
    cr_expect_eq(times(words, word), 1, "%s", word);
  }
  cr_expect_eq(times(words, ">Slutord<"), 1);
  cr_expect_eq(times(words, ">31.1.2026.<"), 1);
  cr_expect_eq(times(words, ">grund<"), 1);
  text_clear(&text);
}

static bool refuse(void *context, const char *bytes, size_t size) {
  (void)context, (void)bytes, (void)size;
  return false;
}

Test(report_pdf, is_no_file_when_nobody_takes_it) {
  struct letter_trouble trouble;
  report_scene_init(&scene, REPORT_PUBLISHED);
  const struct report_view *view = report_scene_view(&scene, "da");
  cr_assert_eq(report_pdf(view, scene.arena, refuse, NULL, &trouble), LETTER_STOPPED);
}

/* Names of scales are long words: half a word below the other is what nobody can read. */
Test(report_pdf, breaks_no_word_of_a_table_that_is_too_wide_for_a_page) {
  static const char *const words[] = {"Dagtilbuddet",     "Hyperaktivitet", "Opmærksomhed",
                                      "Samarbejdsevne",   "Indvirkningen",  "Selvstændighed",
                                      "Vanskelighederne", "Trivselsmålet"};
  enum { COLUMNS = array_length(words) };
  struct view_head heads[COLUMNS];
  struct view_cell cells[COLUMNS];
  for (size_t i = 0; i < COLUMNS; i++) {
    heads[i] = (struct view_head){words[i], VIEW_TEXT};
    cells[i] = (struct view_cell){.text = i == 0 ? "A-17" : words[i], .form = VIEW_TEXT};
  }
  struct view_figure figure = {
      .id = "wide", .number = "Figur 1", .title = "Bred", .base = "", .period = "", .source = ""};
  figure.table = (struct view_table){
      .heads = heads, .columns = COLUMNS, .cells = cells, .rows = 1, .names = 1};
  struct view_section section = {
      .id = "wide", .title = "Bred", .figures = &figure, .figures_count = 1};
  struct letter_trouble trouble = {.what = ""};
  report_scene_init(&scene, REPORT_INTERNAL);
  struct report_view view = *report_scene_view(&scene, "da");
  view.sections = &section;
  view.sections_count = 1;
  cr_assert_eq(report_pdf(&view, scene.arena, keep, &pdf, &trouble), LETTER_OK, "%s", trouble.what);
  const char *text = said("pdftotext -layout", "-");
  for (size_t i = 0; i < COLUMNS; i++) {
    cr_expect_not_null(strstr(text, words[i]), "%s", words[i]);
  }
  const char *first = strstr(text, "A-17");
  cr_assert_not_null(first);
  cr_expect_not_null(strstr(first + 1, "A-17"), "each part names its rows");
}
