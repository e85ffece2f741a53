/* questionnaire: a questionnaire as data.
 *
 * The room survey/ holds the rules and is pure: no clock, no files but those a
 * caller names, no network, no database. A questionnaire is loaded from its
 * JSON definition (templates/questionnaires/, documented in
 * docs/questionnaires.md), checked whole, and never changed afterwards, so
 * that threads may share it. Nothing here knows Bilag 8. */
#ifndef HJEMSVAR_SURVEY_QUESTIONNAIRE_H
#define HJEMSVAR_SURVEY_QUESTIONNAIRE_H

#include <jansson.h>

#include "base/arena.h"
#include "base/text.h"

enum {
  QUESTIONNAIRE_FIELDS_MAX = 512,
  QUESTIONNAIRE_CHILDREN_MAX = 12, /* the most a count question may reach */
  QUESTIONNAIRE_TEXT_MAX = 10000,  /* code points a free text may have */
  QUESTIONNAIRE_HASH_BYTES = 32
};

enum question_kind {
  QUESTION_CHOICE, /* one of several codes */
  QUESTION_COUNT,  /* a number min..max that later questions repeat over */
  QUESTION_SCALE,  /* an integer min..max with optional end words */
  QUESTION_TEXT    /* free text up to max_length code points */
};

/* Words that a respondent reads, in the authoritative language. */
struct words {
  const char *id;   /* translation key, unique, e.g. "useful.text", "agreement.5" */
  const char *text; /* NULL where the definition gives none */
  bool ours;        /* not the source's: our addition */
  int index;        /* in questionnaire->words; -1 where text is NULL */
};

struct choice {
  int code;       /* 0-99 */
  bool dont_know; /* "don't know": valid, in the base, set apart on the page */
  struct words words;
  const char *describe_field; /* "other, describe": name of the text field, or NULL */
  struct words describe;      /* what it asks; without text the choice's own words say it */
  int describe_max;           /* its limit in code points */
};

/* Asked only when the answer to an earlier question is one of the codes; when
 * both repeat over the same count, the same child's answer. */
struct filter {
  int question; /* index, or -1: always asked */
  const int *codes;
  size_t codes_count;
};

/* Numbers of a scale that are counted together, both included. */
struct band {
  int from, to;
};

/* How two answers are compared when repeats are looked for (linkage.h). */
enum question_compare {
  COMPARE_NONE,
  COMPARE_RESPONDENT, /* who in the family answers: a choice asked once */
  COMPARE_HOUSEHOLD,  /* a fact that two people of one household share: no text */
  COMPARE_OPINION,    /* what one person thinks: a choice or scale in order */
  COMPARE_WORDS       /* a free text */
};

struct question {
  const char *id; /* [a-z][a-z0-9_]{0,31} */
  enum question_kind kind;
  int section; /* index */
  int number;  /* as printed, from 1 */
  struct words words;
  struct words hint;
  struct words low, high; /* scale: end words */
  const struct choice *choices;
  size_t choices_count;
  int min, max;   /* count and scale */
  int max_length; /* text, in code points */
  int each;       /* index of the count question it repeats over, or -1 */
  struct filter filter;
  bool needed;                /* must be answered to go on */
  bool notice;                /* leaving it gives one gentle notice */
  const int *confirm_against; /* scale: questions it is checked against, or NULL */
  size_t confirm_against_count;
  enum question_compare compare;
  const int *different; /* COMPARE_RESPONDENT: codes, any two of which are two people */
  size_t different_count;
  int before;               /* scale: index of the scale it is compared with in a report, or -1 */
  const struct band *bands; /* scale: in a report its numbers are counted in these, too; from min
                               to max without gaps, or NULL. Those of `before` are the same */
  size_t bands_count;
  size_t first_field; /* its fields stand together, from here, child by child */
  size_t fields_count;
  size_t fields_each; /* those of one child: its FIELD_VALUE comes first */
};

struct section {
  const char *id;
  const struct words *intro; /* paragraphs */
  size_t intro_count;
  size_t first_question;
  size_t questions_count; /* at least 1 */
};

/* What one value of an answer is called in forms and stored JSON: "useful",
 * "useful_why", "glad_3", "overall_first". Order: as asked, each question for all
 * children, describe text right after its question, first right after its
 * scale. */
enum field_kind {
  FIELD_VALUE,    /* the answer itself */
  FIELD_DESCRIBE, /* text of an "other, describe" choice */
  FIELD_FIRST     /* what a confirmed scale was answered at first */
};
struct field {
  const char *name;
  enum field_kind kind;
  int question; /* index */
  int child;    /* from 1; 0: not asked per child */
  int choice;   /* FIELD_DESCRIBE: index of the choice it describes; else -1 */
};

/* Which questions say of whom, when and by whom a personal answer is: each asked once, of
 * everybody, and needed. -1 in an anonymous questionnaire. */
struct pairs {
  int case_question; /* text: the municipality's own number of the case (casenumber.h) */
  int occasion;      /* choice of two: the first is the start, the second the close */
  int informant;     /* choice */
};

/* One score of a form (score.h): of answers, or the sum of other scores. From 0 to max. */
struct score_item {
  int question; /* a choice or scale that is asked once */
  bool reversed;
  int low, high; /* the least and the most that an answer counts for */
};
struct score_value {
  int code, value;
};
struct score {
  const char *id;     /* its column is score_ID */
  struct words words; /* "score.ID" */
  const struct score_item *items;
  size_t items_count;               /* 0: a sum */
  const struct score_value *values; /* what codes count for; none: their own numbers */
  size_t values_count;
  int least;                    /* so many items must be answered; 0: all that are asked */
  const struct filter *zero_if; /* one of them holds: 0, whatever was answered */
  size_t zero_if_count;
  const int *of; /* a sum: indices of scores before this one */
  size_t of_count;
  int entered; /* a sum: scale that holds it as somebody worked it out, or -1 */
  bool higher_is_better;
  int max;
};

/* Where bands come from (norms.h). */
struct score_norms {
  const char *file;          /* templates/norms/FILE.json; NULL: scores have no bands */
  int age;                   /* question whose code or number is the age in years */
  int informant;             /* a choice */
  const char *const *called; /* per choice of it: what the norms call it, or NULL */
};

struct questionnaire {
  const char *id;            /* [a-z][a-z0-9_-]{0,31} */
  int version;               /* from 1 */
  const char *language;      /* of the authoritative words */
  const char *language_name; /* in the language itself; the language when not given */
  const char *source;        /* where the words come from; may be NULL */
  struct words title;
  const struct words *intro;
  size_t intro_count;
  const struct words *thanks;
  size_t thanks_count;
  struct words child; /* names a child, with {n} */
  const struct section *sections;
  size_t sections_count;
  const struct question *questions;
  size_t questions_count;
  const struct field *fields;
  size_t fields_count;
  const int *fields_by_name;   /* indices of fields, sorted by name */
  struct filter invite_unless; /* the other parent is never invited when it holds; a
                                  question that does not repeat, or -1 */
  const bool *identifying;     /* per question: its answer may tell others who answered */
  bool identifying_said;       /* the definition says which, if only that none does */
  bool per_child;              /* an answer is of a child, not of a parent: a course has one */
  bool personal;               /* answers are of a known child and paired over time: a round of
                                  its own kind (docs/decisions/0025); per_child, too */
  struct pairs pairs;
  bool count_unanswered;      /* in a report "not answered" is a category in the base */
  const struct score *scores; /* in the order of the report */
  size_t scores_count;
  struct score_norms norms;
  const struct words *const *words; /* all words, each id once, in page order */
  size_t words_count;
  unsigned char hash[QUESTIONNAIRE_HASH_BYTES]; /* BLAKE2b over ids, codes, routing, limits and the
                                                   authoritative words, scores too; not over layout
                                                   of the file nor what only reports and comparisons
                                                   use */
};

/* One thing wrong with a definition or translation, for people. */
struct complaint {
  int line;            /* from 1; 0 when the source has no lines */
  const char *path;    /* JSON path, "$" for the whole */
  const char *message; /* what, and after "hint: " how to mend it */
};
struct complaints {
  struct complaint *items; /* of the arena */
  size_t count;
  size_t capacity;
};

/* Adds a complaint; message is printed into the arena. */
void complaints_add(struct complaints *complaints, struct arena *arena, int line, const char *path,
                    const char *format, ...) printf_like(5, 6);

/* Loads and checks a definition from JSON text (NUL-ended). Everything lives
 * in the arena. Returns NULL with at least one complaint when anything is
 * wrong; all faults that can be found are found in one go. Faults: syntax (with
 * Jansson's line), unknown or missing keys, wrong types, duplicate ids of
 * questions, sections, fields or codes, a filter or repetition on a question
 * that does not stand in an earlier section, a filter on codes its question does
 * not have, a repetition over a question that is no count, limits out of range,
 * empty words, two words of one id, a comparison that its question has no use for, bands that do
 * not make up their scale, scales that cannot be compared, a personal questionnaire that does not
 * say how its answers are paired or that takes what only anonymous ones have, scores of what has
 * no number. */
must_check const struct questionnaire *questionnaire_load(const char *json, struct arena *arena,
                                                          struct complaints *complaints);

/* Reads a whole file of at most 1 MiB into the arena; NULL and errno when that
 * fails (EFBIG when larger). */
must_check char *questionnaire_read(const char *path, struct arena *arena);

/* Index of a question by id, or -1. */
int questionnaire_question(const struct questionnaire *questionnaire, const char *id);

/* Index of the FIELD_VALUE field of a question for a child; child is not looked
 * at when the question is not asked per child. */
size_t questionnaire_value(const struct questionnaire *questionnaire, int question, int child);

/* Whether answers to a question are counted in children, not in respondents. */
bool questionnaire_in_children(const struct questionnaire *questionnaire, int question);

/* Tells whether a field holds a text; all others hold a code or number. */
bool questionnaire_is_text(const struct questionnaire *questionnaire, int field);

/* Index of a field by name, or -1. Logarithmic or better. */
int questionnaire_field(const struct questionnaire *questionnaire, const char *name);

#endif
