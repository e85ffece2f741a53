#include "survey/lint.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/jsonplace.h"
#include "survey/definition.h"
#include "survey/lint_filter.h"

enum { MESSAGE_BYTES = 512 };

const char *lint_kind_name(enum lint_kind kind) {
  static const char *const names[] = {
      [LINT_UNREACHABLE] = "unreachable",
      [LINT_NEVER] = "filter_never",
      [LINT_ALWAYS] = "filter_always",
      [LINT_NO_END] = "scale_without_end",
      [LINT_LONG] = "long_text",
      [LINT_READING] = "long_reading",
      [LINT_NOT_TRANSLATED] = "not_translated",
      [LINT_NO_PAGES] = "pages_not_translated",
  };
  return names[kind];
}

/* ---- the list */

static bool grow(struct lint *lint, struct arena *arena) {
  if (lint->count < lint->capacity) {
    return true;
  }
  size_t capacity = lint->capacity == 0 ? 16 : lint->capacity * 2;
  struct lint_warning *items = arena_array(arena, capacity, sizeof *items);
  if (items == NULL) {
    return false;
  }
  if (lint->count > 0) {
    memcpy(items, lint->items, lint->count * sizeof *items);
  }
  lint->items = items;
  lint->capacity = capacity;
  return true;
}

struct place {
  struct lint *lint;
  struct arena *arena;
  const char *json; /* NULL: no lines */
};

static void warn(const struct place *place, enum lint_kind kind, const char *path,
                 const char *format, ...) printf_like(4, 5);

static void warn(const struct place *place, enum lint_kind kind, const char *path,
                 const char *format, ...) {
  char message[MESSAGE_BYTES];
  va_list arguments;
  va_start(arguments, format);
  (void)vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  const char *copy = arena_string(place->arena, message);
  if (path == NULL || copy == NULL || !grow(place->lint, place->arena)) {
    place->lint->failed = true;
    return;
  }
  place->lint->items[place->lint->count++] =
      (struct lint_warning){.kind = kind,
                            .line = place->json == NULL ? 0 : jsonplace_line(place->json, path),
                            .path = path,
                            .message = copy};
}

/* ---- filters */

static const char *question_path(const struct place *place,
                                 const struct questionnaire *questionnaire, size_t index) {
  int section = questionnaire->questions[index].section;
  return arena_printf(place->arena, "$.sections[%d].questions[%zu]", section,
                      index - questionnaire->sections[section].first_question);
}

/* An impossible filter is told where it stands, not of each question behind it. */
static void check_filter(const struct place *place, const struct questionnaire *questionnaire,
                         size_t index, struct lint_filter *filters) {
  const struct question *question = &questionnaire->questions[index];
  const char *path = question_path(place, questionnaire, index);
  if (!lint_filter_reached(filters, index)) {
    const char *behind = lint_filter_behind(filters, index);
    warn(place, LINT_UNREACHABLE, path, "question \"%s\" is never asked: %s%s%s", question->id,
         behind == NULL ? "what leads to it cannot all be true" : "question \"",
         behind == NULL ? "; hint: look at its filter, and at the filters before it" : behind,
         behind == NULL ? "" : "\", which leads to it, is never asked");
    return;
  }
  if (question->filter.question < 0 || path == NULL) {
    return;
  }
  const struct question *other = &questionnaire->questions[question->filter.question];
  for (size_t i = 0; i < question->filter.codes_count; i++) {
    if (!lint_filter_reached_by(filters, index, question->filter.codes[i])) {
      warn(place, LINT_NEVER, arena_printf(place->arena, "%s.only_if.is[%zu]", path, i),
           "the answer %d to \"%s\" never leads to \"%s\"; hint: take it out, or look at \"each\"",
           question->filter.codes[i], other->id, question->id);
    }
  }
  if (lint_filter_always(filters, index)) {
    warn(place, LINT_ALWAYS, arena_printf(place->arena, "%s.only_if", path),
         "every answer to \"%s\" leads to \"%s\"; hint: without the filter those are asked too who "
         "did not answer",
         other->id, question->id);
  }
}

static void check_filters(const struct place *place, const struct questionnaire *questionnaire) {
  struct lint_filter filters;
  if (!lint_filter_init(&filters, questionnaire, place->arena)) {
    place->lint->failed = true;
    return;
  }
  for (size_t i = 0; i < questionnaire->questions_count; i++) {
    check_filter(place, questionnaire, i, &filters);
  }
}

/* ---- scales */

static void check_ends(const struct place *place, const struct questionnaire *questionnaire,
                       size_t index) {
  const struct question *question = &questionnaire->questions[index];
  if (question->kind != QUESTION_SCALE ||
      (question->low.text != NULL && question->high.text != NULL)) {
    return;
  }
  const char *which = question->low.text != NULL    ? "its largest number"
                      : question->high.text != NULL ? "its smallest number"
                                                    : "its ends";
  warn(place, LINT_NO_END, question_path(place, questionnaire, index),
       "the scale \"%s\" has no words at %s; hint: \"low\" and \"high\" keep it from being read "
       "upside down",
       question->id, which);
}

/* ---- long texts */

/* Code points; what was loaded is UTF-8. */
static int characters(const char *text) {
  int count = 0;
  for (; *text != '\0'; text++) {
    count += ((unsigned char)*text & 0xC0) != 0x80;
  }
  return count;
}

static const char *last_part(const char *id) {
  const char *dot = strrchr(id, '.');
  return dot == NULL ? id : dot + 1;
}

/* By the id of the words (docs/questionnaires.md, "Translations"). */
static int limit_of(const char *id) {
  const char *last = last_part(id);
  if (strcmp(last, "text") == 0 || strcmp(last, "hint") == 0 || strcmp(last, "describe") == 0 ||
      strcmp(id, "title") == 0) {
    return LINT_QUESTION;
  }
  bool paragraph = strncmp(id, "intro.", strlen("intro.")) == 0 ||
                   strncmp(id, "thanks.", strlen("thanks.")) == 0 ||
                   strncmp(id, "section.", strlen("section.")) == 0;
  return paragraph ? LINT_PARAGRAPH : LINT_CHOICE;
}

static void check_length(const struct place *place, const char *path, const char *id,
                         const char *text) {
  int count = text == NULL ? 0 : characters(text);
  if (text != NULL && count > limit_of(id)) {
    warn(place, LINT_LONG, path,
         "the text \"%s\" has %d characters, more than %d; hint: on a phone it is long: say it "
         "shorter, or in two paragraphs",
         id, count, limit_of(id));
  }
}

static void check_paragraphs(const struct place *place, const char *path,
                             const struct words *paragraphs, size_t count) {
  for (size_t i = 0; i < count; i++) {
    check_length(place, arena_printf(place->arena, "%s[%zu]", path, i), paragraphs[i].id,
                 paragraphs[i].text);
  }
}

static void check_choices(const struct place *place, const struct questionnaire *questionnaire,
                          size_t index, const char *path) {
  const struct question *question = &questionnaire->questions[index];
  bool seen = question->choices == NULL;
  for (size_t i = 0; i < index && !seen; i++) {
    seen = questionnaire->questions[i].choices == question->choices;
  }
  for (size_t i = 0; i < question->choices_count && !seen; i++) {
    const struct words *words = &question->choices[i].words;
    size_t length = (size_t)(last_part(words->id) - words->id) - 1;
    bool own = strlen(question->id) == length && strncmp(words->id, question->id, length) == 0;
    const char *place_of =
        own ? arena_printf(place->arena, "%s.choices[%zu]", path, i)
            : arena_printf(place->arena, "$.choices.%.*s[%zu]", (int)length, words->id, i);
    check_length(place, place_of, words->id, words->text);
    check_length(place, place_of, question->choices[i].describe.id,
                 question->choices[i].describe.text);
  }
}

static void check_question_texts(const struct place *place,
                                 const struct questionnaire *questionnaire, size_t index) {
  const struct question *question = &questionnaire->questions[index];
  const struct words *const words[] = {&question->words, &question->hint, &question->low,
                                       &question->high};
  const char *path = question_path(place, questionnaire, index);
  for (size_t i = 0; i < array_length(words); i++) {
    if (words[i]->text != NULL) {
      check_length(place, arena_printf(place->arena, "%s.%s", path, last_part(words[i]->id)),
                   words[i]->id, words[i]->text);
    }
  }
  check_choices(place, questionnaire, index, path);
}

static void check_texts(const struct place *place, const struct questionnaire *questionnaire) {
  check_length(place, "$.title", "title", questionnaire->title.text);
  check_paragraphs(place, "$.intro", questionnaire->intro, questionnaire->intro_count);
  for (size_t i = 0; i < questionnaire->sections_count; i++) {
    const struct section *section = &questionnaire->sections[i];
    check_paragraphs(place, arena_printf(place->arena, "$.sections[%zu].intro", i), section->intro,
                     section->intro_count);
  }
  for (size_t i = 0; i < questionnaire->questions_count; i++) {
    check_question_texts(place, questionnaire, i);
  }
  check_paragraphs(place, "$.thanks", questionnaire->thanks, questionnaire->thanks_count);
}

void lint_translation(struct lint *lint, const struct questionnaire *questionnaire,
                      const struct translation *translation, struct arena *arena) {
  const struct place place = {.lint = lint, .arena = arena};
  for (size_t i = 0; i < questionnaire->words_count; i++) {
    check_length(&place, "$.texts", questionnaire->words[i]->id, translation->texts[i]);
  }
}

/* ---- reading */

static int words_in(const struct words *words) {
  static const char blanks[] = " \t";
  int count = 0;
  for (const char *text = words->text; text != NULL && *text != '\0';) {
    text += strspn(text, blanks);
    count += *text != '\0';
    text += strcspn(text, blanks);
  }
  return count;
}

static int words_in_all(const struct words *words, size_t count) {
  int sum = 0;
  for (size_t i = 0; i < count; i++) {
    sum += words_in(&words[i]);
  }
  return sum;
}

static int words_of_question(const struct questionnaire *questionnaire,
                             const struct question *question, bool most_children) {
  int sum = words_in(&question->words) + words_in(&question->hint) + words_in(&question->low) +
            words_in(&question->high);
  for (size_t i = 0; i < question->choices_count; i++) {
    sum += words_in(&question->choices[i].words) + words_in(&question->choices[i].describe);
  }
  if (question->each < 0) {
    return sum;
  }
  sum += words_in(&questionnaire->child);
  return most_children ? sum * questionnaire->questions[question->each].max : sum;
}

struct lint_reading lint_reading(const struct questionnaire *questionnaire, bool most_children) {
  struct lint_reading reading = {0};
  reading.words = words_in(&questionnaire->title) +
                  words_in_all(questionnaire->intro, questionnaire->intro_count) +
                  words_in_all(questionnaire->thanks, questionnaire->thanks_count);
  for (size_t i = 0; i < questionnaire->sections_count; i++) {
    reading.words +=
        words_in_all(questionnaire->sections[i].intro, questionnaire->sections[i].intro_count);
  }
  for (size_t i = 0; i < questionnaire->questions_count; i++) {
    reading.words += words_of_question(questionnaire, &questionnaire->questions[i], most_children);
  }
  reading.seconds = (reading.words * 60 + LINT_WORDS_A_MINUTE - 1) / LINT_WORDS_A_MINUTE;
  reading.slow = (reading.words * 60 + LINT_WORDS_A_MINUTE_SLOW - 1) / LINT_WORDS_A_MINUTE_SLOW;
  return reading;
}

static void check_reading(const struct place *place, const struct questionnaire *questionnaire) {
  struct lint_reading reading = lint_reading(questionnaire, false);
  if (reading.seconds > LINT_READING_S) {
    warn(place, LINT_READING, "$",
         "%d words take %d minutes to read, before anything is answered; hint: ask less",
         reading.words, reading.seconds / 60);
  }
}

/* ---- languages */

static bool among(const char *language, const char *const *list, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (strcmp(list[i], language) == 0) {
      return true;
    }
  }
  return false;
}

void lint_languages(struct lint *lint, const char *const *languages, size_t count,
                    const char *const *pages, size_t pages_count, struct arena *arena) {
  const struct place place = {.lint = lint, .arena = arena};
  for (size_t i = 0; i < pages_count; i++) {
    if (!among(pages[i], languages, count)) {
      warn(&place, LINT_NOT_TRANSLATED, "$",
           "pages and letters speak \"%s\", the questionnaire does not; hint: a translation file, "
           "or a round without that language",
           pages[i]);
    }
  }
  for (size_t i = 0; i < count; i++) {
    if (!among(languages[i], pages, pages_count)) {
      warn(&place, LINT_NO_PAGES, "$",
           "the questionnaire speaks \"%s\", pages and letters do not: buttons and messages will "
           "be Danish; hint: templates/words",
           languages[i]);
    }
  }
}

/* ---- all of it */

void lint_definition(struct lint *lint, const struct questionnaire *questionnaire, const char *json,
                     struct arena *arena) {
  const struct place place = {.lint = lint, .arena = arena, .json = json};
  check_filters(&place, questionnaire);
  for (size_t i = 0; i < questionnaire->questions_count; i++) {
    check_ends(&place, questionnaire, i);
  }
  check_texts(&place, questionnaire);
  check_reading(&place, questionnaire);
}
