/* definition: a questionnaire while it is being built from its JSON.
 *
 * Private to survey/. Three steps, each after the one before: _read takes what
 * stands at its own place, _link resolves what points to other questions,
 * _finish names the fields, orders the words and computes the hash. */
#ifndef HJEMSVAR_SURVEY_DEFINITION_H
#define HJEMSVAR_SURVEY_DEFINITION_H

#include "survey/reader.h"

enum {
  DEFINITION_CODE_MAX = 99,
  DEFINITION_UNANSWERED = 9,      /* columns: asked and not answered … */
  DEFINITION_UNANSWERED_LONG = 99 /* … where 9 is a valid answer */
};

/* A list of choices that questions refer to by its name. */
struct choice_list {
  const char *name;
  const char *path;
  struct choice *choices;
  size_t count;
  bool used;
};

struct definition {
  struct reader *reader;
  struct questionnaire *questionnaire;
  struct section *sections;
  struct question *questions;
  struct spot *spots; /* parallel to questions */
  struct choice_list *lists;
  size_t lists_count;
  struct spot invite_unless, identifying, pairs, scores;
};

/* Tells whether a name of a question, field or column is taken by a form's or
 * an export's own. */
bool definition_reserved(const char *name);

/* A list of choices, at least one; words ids are ID.CODE. The words of a question
 * of its own kind are read with it. NULL when memory is out or it is none. */
must_check struct choice *definition_choices(struct definition *definition, struct spot spot,
                                             const char *id, size_t *count);

/* Whether an answer to a question may be that code. */
bool definition_has_code(const struct question *question, int code);

/* Resolves "compare" of a question, whose choices are read. */
void definition_compare(struct definition *definition, struct spot spot, struct question *question);

/* Resolves "report" of a question, after all questions before it. */
void definition_report(struct definition *definition, struct spot spot, struct question *question);

/* Resolves "pairs" of the questionnaire, whose kind is read, after all its questions. */
void definition_pairs(struct definition *definition, struct spot spot);

/* Resolves "scores" of the questionnaire, after "pairs". */
void definition_scores(struct definition *definition, struct spot spot);

/* Complains where a score's column has the name of a field, once fields have names. */
void definition_score_names(struct definition *definition);

/* Resolves {"question": id, "is": [codes]} of a question that is asked once and has codes; what is
 * its key. False with a complaint. */
bool definition_filter(struct definition *definition, struct spot spot, const char *what,
                       struct filter *filter);

/* The question that a spot names, or -1 with a complaint. */
must_check int definition_question(struct definition *definition, struct spot spot);

void definition_read(struct definition *definition, struct spot root);
void definition_link(struct definition *definition);
void definition_finish(struct definition *definition);

/* BLAKE2b-256 of the canonical form, which docs/questionnaires.md describes.
 * False when memory is out. */
must_check bool definition_hash(const struct questionnaire *questionnaire,
                                unsigned char hash[QUESTIONNAIRE_HASH_BYTES]);

/* Adds a string to a canonical form as a netstring (D. J. Bernstein, 1997);
 * NULL as the empty one. */
void canonical_string(struct text *text, const char *string);

/* BLAKE2b-256 of a canonical form. False when the text has failed. */
must_check bool canonical_hash(const struct text *text,
                               unsigned char hash[QUESTIONNAIRE_HASH_BYTES]);

#endif
