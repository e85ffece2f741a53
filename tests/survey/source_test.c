/* The Danish words of Bilag 8 against tests/fixtures/bilag8.md: what stands in
 * its lines that begin with '>' is the source, letter for letter.
 *
 * How a line is put together from the definition:
 *   a paragraph of an intro or the thanks: its text
 *   a question: "NUMBER. TEXT (OPTIONS)"
 *     choice: the choices' texts joined by "/"; one that can be described is
 *             followed by " _____ (mulighed for at indtaste selv)"
 *     count:  its numbers joined by "/"
 *     scale:  "Skala fra MIN-MAX"
 *     text:   "åben svarkategori med stort kommentarfelt"
 *   before a question with a filter: "Filter: hvis der er svaret "CHOICE" til, at
 *     barnet gik i dagtilbud ved opstart:", CHOICE being the text of the choice
 *     that the filter names
 *   after a question asked for each child: the source's instruction in [ ], of
 *     which there are two, without and with a filter
 * Words marked as ours do not appear. The whole must be all lines, in order. */
#include <criterion/criterion.h>
#include <string.h>

#include "support.h"

#define INSTRUCTION_EACH                                                                           \
  "[Spørgsmålet stilles specifikt til hvert barn i familien, som er i målgruppen 0-2 år]\n"
#define INSTRUCTION_DAYCARE                                                                         \
  "[Spørgsmålet stilles specifikt til hvert af familiens børn i målgruppen 0-2 år, som gik i " \
  "dagtilbud ved opstart med hjemmepædagog]\n"

static struct arena *arena;

static void setup(void) {
  arena = arena_new(0);
  cr_assert_not_null(arena);
}

static void teardown(void) {
  arena_free(arena);
}

TestSuite(source, .init = setup, .fini = teardown);

static void add_words(struct text *text, const struct words *words) {
  text_add(text, words->ours ? "" : words->text);
}

static void add_paragraphs(struct text *text, const struct words *paragraphs, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (!paragraphs[i].ours) {
      text_addf(text, "%s\n", paragraphs[i].text);
    }
  }
}

static void add_options(struct text *text, const struct question *question) {
  switch (question->kind) {
  case QUESTION_CHOICE:
    for (size_t i = 0; i < question->choices_count; i++) {
      text_add(text, i == 0 ? "" : "/");
      add_words(text, &question->choices[i].words);
      if (question->choices[i].describe_field != NULL) {
        text_add(text, " _____ (mulighed for at indtaste selv)");
      }
    }
    break;
  case QUESTION_COUNT:
    for (int i = question->min; i <= question->max; i++) {
      text_addf(text, "%s%d", i == question->min ? "" : "/", i);
    }
    break;
  case QUESTION_SCALE:
    text_addf(text, "Skala fra %d-%d", question->min, question->max);
    break;
  case QUESTION_TEXT:
    text_add(text, "åben svarkategori med stort kommentarfelt");
    break;
  }
}

static void add_filter(struct text *text, const struct questionnaire *questionnaire,
                       const struct filter *filter) {
  const struct question *other = &questionnaire->questions[filter->question];
  for (size_t i = 0; i < filter->codes_count; i++) {
    for (size_t j = 0; j < other->choices_count; j++) {
      if (other->choices[j].code == filter->codes[i]) {
        text_addf(text,
                  "Filter: hvis der er svaret \"%s\" til, at barnet gik i dagtilbud ved opstart:\n",
                  other->choices[j].words.text);
      }
    }
  }
  /* The line speaks of daycare: so must the question that the filter names. */
  text_add(text, strstr(other->words.text, "dagtilbud") == NULL ? "not about daycare\n" : "");
}

static void add_question(struct text *text, const struct questionnaire *questionnaire,
                         const struct question *question) {
  bool filtered = question->filter.question >= 0;
  if (filtered) {
    add_filter(text, questionnaire, &question->filter);
  }
  text_addf(text, "%d. ", question->number);
  add_words(text, &question->words);
  text_add(text, " (");
  add_options(text, question);
  text_add(text, ")\n");
  if (question->each >= 0) {
    text_add(text, filtered ? INSTRUCTION_DAYCARE : INSTRUCTION_EACH);
  }
}

/* What the definition says in words of the source, one line each. */
static const char *compose(const struct questionnaire *questionnaire) {
  struct text text;
  text_init(&text);
  add_paragraphs(&text, questionnaire->intro, questionnaire->intro_count);
  for (size_t i = 0; i < questionnaire->sections_count; i++) {
    const struct section *section = &questionnaire->sections[i];
    add_paragraphs(&text, section->intro, section->intro_count);
    for (size_t j = 0; j < section->questions_count; j++) {
      add_question(&text, questionnaire, &questionnaire->questions[section->first_question + j]);
    }
  }
  add_paragraphs(&text, questionnaire->thanks, questionnaire->thanks_count);
  cr_assert_not(text.failed);
  const char *composed = arena_copy(arena, text.data, text.length);
  text_clear(&text);
  cr_assert_not_null(composed);
  return composed;
}

/* The lines of the source, without "> " and the empty ones between. */
static const char *quoted_lines(const char *markdown) {
  struct text text;
  text_init(&text);
  for (const char *line = markdown; *line != '\0';) {
    size_t length = strcspn(line, "\n");
    if (length > 2 && strncmp(line, "> ", 2) == 0) {
      text_add_bytes(&text, line + 2, length - 2);
      text_add_char(&text, '\n');
    } else {
      cr_assert(*line != '>' || length == 1, "a quoted line of another form: %.*s", (int)length,
                line);
    }
    line += length + (line[length] == '\n' ? 1 : 0);
  }
  const char *quoted = arena_copy(arena, text.data, text.length);
  text_clear(&text);
  cr_assert_not_null(quoted);
  return quoted;
}

Test(source, bilag_8_is_served_letter_for_letter) {
  const char *composed = compose(support_load(arena, BILAG8));
  const char *quoted = quoted_lines(support_read(arena, "tests/fixtures/bilag8.md"));
  cr_assert_str_eq(composed, quoted, "composed:\n%s\nsource:\n%s", composed, quoted);
}

/* Tells whether the definition says something else, or is none, when one byte of
 * it is another. */
static bool change_is_noticed(const char *json, size_t at, const char *composed) {
  struct arena *outer = arena;
  struct complaints complaints = {.count = 0};
  setup();
  char *changed = arena_string(arena, json);
  cr_assert_not_null(changed);
  changed[at] = changed[at] == 'e' ? 'a' : 'e';
  const struct questionnaire *questionnaire = questionnaire_load(changed, arena, &complaints);
  bool noticed = questionnaire == NULL || strcmp(compose(questionnaire), composed) != 0;
  teardown();
  arena = outer;
  return noticed;
}

Test(source, one_changed_letter_of_the_source_is_noticed) {
  const char *json = support_read(arena, BILAG8);
  const char *composed = compose(support_load(arena, BILAG8));
  static const char mark[] = "{\"source\": \"";
  size_t letters = 0;
  for (const char *at = strstr(json, mark); at != NULL; at = strstr(at, mark)) {
    for (at += sizeof(mark) - 1; *at != '"'; at++) {
      if (letters++ % 5 != 0) {
        continue; /* every letter costs a load: a fifth of them will do */
      }
      cr_assert(change_is_noticed(json, (size_t)(at - json), composed), "not noticed: %.40s", at);
    }
  }
  cr_assert_gt(letters, 1500, "only %zu letters were found", letters);
}

Test(source, a_line_of_the_source_that_is_not_served_is_noticed) {
  const char *markdown = support_read(arena, "tests/fixtures/bilag8.md");
  const char *more = arena_printf(arena, "%s\n> 11. Og?\n", markdown);
  cr_assert_not_null(more);
  cr_assert_str_neq(compose(support_load(arena, BILAG8)), quoted_lines(more));
}
