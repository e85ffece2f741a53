/* comment: a parent's own words, piece by piece, for the evaluator who decides what of them may be
 * published.
 *
 * A comment is words and what stands between them. What personal.h finds is a piece of its own that
 * is never shown; a reviewer marks words, which are then left out of whatever shows the comment.
 * A word is what stands between blanks, without the signs before and after it: "Mette," is the word
 * "Mette", "Anne-Mette/Bo" is one word. Marks are kept as bytes of the comment, not as its words'
 * numbers, so that they cover the same letters whatever counts as a word one day. */
#ifndef HJEMSVAR_SURVEY_COMMENT_H
#define HJEMSVAR_SURVEY_COMMENT_H

#include "survey/mask.h"

enum {
  /* Raise it with every change of what personal.h finds or of what is a word: decisions of before
   * wait to be looked at again. */
  COMMENT_RULES = 1
};

enum comment_piece_kind {
  COMMENT_BETWEEN, /* blanks and signs */
  COMMENT_WORD,
  COMMENT_FOUND /* a number or an address */
};

struct comment_piece {
  enum comment_piece_kind kind;
  size_t start, length; /* bytes of the comment */
  enum personal_kind found;
  bool marked; /* a word that a reviewer marked */
};

struct comment {
  const char *text;             /* borrowed */
  struct comment_piece *pieces; /* of the arena; together the whole text, none is empty */
  size_t count;
};

/* One that a reviewer found publishable, as the store has it. */
struct comment_reviewed {
  const char *number; /* tells neither the answer nor its time */
  const char *field;  /* of the questionnaire */
  const char *text;   /* as it was written */
  const char *marks;
  bool masked; /* words are to be left out */
};

/* Takes a comment apart; UTF-8 without a NUL. False when memory is out. */
must_check bool comment_split(const struct personal_finder *finder, struct arena *arena,
                              const char *text, struct comment *comment);

/* Marks the words that stored marks touch. False when they cannot be read, or reach beyond the
 * comment: nothing of it may be shown then. */
must_check bool comment_mark(struct comment *comment, const char *marks);

/* Marks a word by its number, from 1. False: there are not so many. */
must_check bool comment_mark_word(struct comment *comment, size_t number);

/* The marks as they are stored: [[start, length], …] in bytes, "[]" without any. A string of the
 * arena, or NULL when memory is out. */
must_check const char *comment_marks(const struct comment *comment, struct arena *arena);

/* The comment as it may be shown: words->marked in the place of marked words (once for those that
 * stand side by side) and the other words of words for what was found. The comment's own text where
 * there is neither; NULL when memory is out. */
must_check const char *comment_shown(const struct comment *comment, const struct mask_words *words,
                                     struct arena *arena);

/* Replaces the texts of an answer of which a reviewer decided something: without what was found
 * and marked; words->apart for those that are kept apart, and for marks that cannot be read.
 * reviewed as in response.h. Adds to *marked and *apart how many texts there were of each. False
 * when memory is out: the answer must not be shown then. */
must_check bool comment_mask_answer(const struct personal_finder *finder,
                                    const struct mask_words *words, const char *reviewed,
                                    struct answer *answer, long long *marked, long long *apart);

#endif
