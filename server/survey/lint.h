/* lint: what the author of a questionnaire may not have meant.
 *
 * Looks at what was loaded, so that it is no fault: questions that nobody is asked, filters
 * that let nobody or everybody through, scales without words at their ends, texts that fill a
 * phone, languages that are missing. `questionnaire check` and the console call it. */
#ifndef HJEMSVAR_SURVEY_LINT_H
#define HJEMSVAR_SURVEY_LINT_H

#include "survey/translation.h"

/* Most code points before a text is long: of a paragraph, a question or hint, a choice or the
 * end of a scale. On a phone of 360 x 740 they take about two thirds, one third and a
 * sixth of the page. */
enum { LINT_PARAGRAPH = 600, LINT_QUESTION = 300, LINT_CHOICE = 150 };

/* Words a minute that adults read silently, and what most of the slow ones reach: 238 and 175,
 * English non-fiction (Brysbaert, M. (2019). How many words do we read per minute? Journal of
 * Memory and Language, 109, 104047). Other languages need about as long for the same content,
 * in fewer or more words. */
enum { LINT_WORDS_A_MINUTE = 238, LINT_WORDS_A_MINUTE_SLOW = 175 };

/* Reading alone should leave time to answer: national panels end whole web surveys at 15
 * minutes (Pew Research Center, 2022, on its American Trends Panel). */
enum { LINT_READING_S = 600 };

enum lint_kind {
  LINT_UNREACHABLE,    /* a question that nobody is ever asked */
  LINT_NEVER,          /* a code of a filter that never holds */
  LINT_ALWAYS,         /* a filter that holds for every answer */
  LINT_NO_END,         /* a scale without words at an end */
  LINT_LONG,           /* a text above its limit */
  LINT_READING,        /* all of it takes longer than LINT_READING_S to read */
  LINT_NOT_TRANSLATED, /* a language of the pages that the questionnaire has no words in */
  LINT_NO_PAGES        /* a language of the questionnaire that the pages have no words in */
};

struct lint_warning {
  enum lint_kind kind;
  int line;            /* from 1; 0: none */
  const char *path;    /* JSON path in its file, "$" for the whole */
  const char *message; /* for people, with a hint */
};

struct lint {
  struct lint_warning *items; /* of the arena */
  size_t count, capacity;
  bool failed; /* memory was out: what is there is not all */
};

/* "unreachable", "filter_never", …: a stable word, for programs. */
const char *lint_kind_name(enum lint_kind kind);

/* Adds what is to be said of a definition. json is its text, for lines. */
void lint_definition(struct lint *lint, const struct questionnaire *questionnaire, const char *json,
                     struct arena *arena);

/* Adds what is to be said of a translation: long texts. */
void lint_translation(struct lint *lint, const struct questionnaire *questionnaire,
                      const struct translation *translation, struct arena *arena);

/* Compares the languages of a questionnaire, its own first, with those of the pages. */
void lint_languages(struct lint *lint, const char *const *languages, size_t count,
                    const char *const *pages, size_t pages_count, struct arena *arena);

struct lint_reading {
  int words;   /* a parent reads at most: all filters hold, counts are answered so */
  int seconds; /* at LINT_WORDS_A_MINUTE */
  int slow;    /* at LINT_WORDS_A_MINUTE_SLOW */
};

/* The time to read the questionnaire's own words, without thinking and answering; for the
 * largest number of children, or for one child of each count. */
struct lint_reading lint_reading(const struct questionnaire *questionnaire, bool most_children);

#endif
