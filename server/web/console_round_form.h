/* console_round_form: the form of a round, to make one and to change one: what may be chosen, what
 * was typed, and what is wrong with it. */
#ifndef HJEMSVAR_WEB_CONSOLE_ROUND_FORM_H
#define HJEMSVAR_WEB_CONSOLE_ROUND_FORM_H

#include "store/questionnaire_store.h"
#include "store/round_store.h"
#include "web/console.h"

enum { ROUND_FORM_PROBLEMS_MAX = 12, ROUND_FORM_TITLE_MAX = 200 };

/* A questionnaire that may be chosen. */
struct round_offer {
  const char *id;
  int version;
  const char *title;    /* in its own language */
  bool personal;        /* of known children */
  bool confirms;        /* has a scale that may be asked back */
  const char *language; /* of the authoritative words; always one of the round's */
  struct translation_row *translations;
  size_t translations_count;
};

/* A day and a time of day, as typed and as the store takes it. */
struct round_form_time {
  const char *day, *clock; /* as typed: "2026-11-20", "08:00"; "" when nothing was */
  const char *iso;         /* "2026-11-20T08:00", "2026-11-20"; "" when nothing was typed */
  int minutes;             /* since day 0 of calendar.h; a day alone ends with its last */
};

struct round_form {
  struct work *work;
  /* what may be chosen */
  struct round_offer *offers;
  size_t offers_count;
  struct municipality_row *municipalities; /* none when the round is there */
  size_t municipalities_count;
  const struct round_row *row; /* the round that is changed; NULL: one is made */
  int personal_of;             /* the municipality whose known children it is of; 0: anonymous */

  /* what was chosen */
  const char *title;
  size_t offer; /* which of them */
  struct round_form_time opens, closes;
  const char *const *languages; /* the first is the one that opens */
  size_t languages_count;
  const int *chosen; /* municipalities */
  size_t chosen_count;
  bool single;
  const char *uses_typed;
  int uses;
  bool allow_drafts, traces, confirm, invite;

  struct console_problem problems[ROUND_FORM_PROBLEMS_MAX];
  size_t problems_count;
};

/* A form of the session's own: of a new round (row NULL), which is personal where the session is
 * confined to a municipality, or of one that is there. */
struct round_form round_form_of(struct work *work, const struct round_row *row);

/* Finds what may be chosen: of each questionnaire of the round's kind its newest version, and for
 * an anonymous round all municipalities that are not merged; for a round that is there its own
 * questionnaire alone. A store_work for console_ask; the context is the form. */
must_check enum store_result round_form_load(struct store *store, void *form);

/* The form before anything was typed: the usual choices, with the questionnaire that
 * ?questionnaire= names, or the round as it is. */
void round_form_fill(struct round_form *form);

/* The form that was sent, each field judged. */
void round_form_read(struct round_form *form);

/* Whether something that may be chosen has a scale that may be asked back. */
bool round_form_confirms(const struct round_form *form);

/* Notes a problem at a field: `word` says it, of the console's words. Beyond the room for problems
 * it is passed over. */
void round_form_add(struct round_form *form, const char *target, const char *word);

/* Replies with the form as it is, and its problems. */
void round_form_show(struct round_form *form, unsigned status);

#endif
