/* difference: what changed from one version of a questionnaire to another, and whether figures
 * of both may still stand in one table.
 *
 * A question is the same when its id is; a question that has gone and one that has come with the
 * same words and kind are one under another name. What was asked, of whom, and what could be
 * answered breaks comparability when it changed; what stands around it does not. How much a
 * changed word matters is left to people. */
#ifndef HJEMSVAR_SURVEY_DIFFERENCE_H
#define HJEMSVAR_SURVEY_DIFFERENCE_H

#include "survey/questionnaire.h"

enum difference_kind {
  /* these break comparability */
  DIFFERENCE_LANGUAGE, /* of the authoritative words */
  DIFFERENCE_QUESTION_REMOVED,
  DIFFERENCE_QUESTION_RENAMED, /* the same words under another id: its columns too */
  DIFFERENCE_KIND,             /* a scale became a choice */
  DIFFERENCE_TEXT,             /* the question itself */
  DIFFERENCE_CODE_MEANING,     /* a code stands for other words */
  DIFFERENCE_CHOICE_ADDED,
  DIFFERENCE_CHOICE_REMOVED,
  DIFFERENCE_CHOICE_ORDER,
  DIFFERENCE_DONT_KNOW, /* in or out of the answers that are set apart */
  DIFFERENCE_RANGE,     /* of a scale or count */
  DIFFERENCE_END,       /* words at an end of a scale */
  DIFFERENCE_FILTER,    /* who is asked */
  DIFFERENCE_EACH,      /* once, or for each child */
  DIFFERENCE_UNIT,      /* what an answer is of */
  DIFFERENCE_SCORE,     /* how a score is made of answers, or that there is one */
  DIFFERENCE_PAIRS,     /* of known children, or by which questions answers are paired */
  /* these do not */
  DIFFERENCE_QUESTION_ADDED,
  DIFFERENCE_QUESTION_MOVED,
  DIFFERENCE_HINT,
  DIFFERENCE_LENGTH,   /* of a free text */
  DIFFERENCE_DESCRIBE, /* a choice opens a text field, another, or no more */
  DIFFERENCE_NEEDED,   /* must be answered */
  DIFFERENCE_NOTICE,
  DIFFERENCE_CONFIRM,     /* asked back: what was answered first is kept */
  DIFFERENCE_COMPARE,     /* how repeats are looked for */
  DIFFERENCE_IDENTIFYING, /* what is coarsened in anonymised files */
  DIFFERENCE_INVITE,
  DIFFERENCE_REPORT, /* which tables are made, and by which norms */
  DIFFERENCE_AROUND, /* title, introductions, thanks, a child's name */
  DIFFERENCE_VERSION /* it changed, but its version did not */
};

struct difference {
  enum difference_kind kind;
  const char *question;    /* id (the new one), or NULL: of the whole */
  const char *what;        /* what of it: "choice 3", "low", "title" …; or NULL */
  const char *old, *fresh; /* as text for people; NULL: was not, is not there */
};

struct difference_list {
  struct difference *items; /* of the arena */
  size_t count, capacity;
  bool failed; /* memory was out */
};

/* "text", "choice_added" …: a stable word, for programs; and a sentence for people. */
const char *difference_kind_name(enum difference_kind kind);
const char *difference_kind_text(enum difference_kind kind);

/* Whether such a change keeps figures from being compared. */
bool difference_breaks(enum difference_kind kind);

/* All changes, in the order of the new version; what has gone stands last. False when memory is
 * out. */
must_check bool difference_find(const struct questionnaire *old, const struct questionnaire *fresh,
                                struct arena *arena, struct difference_list *list);

#endif
