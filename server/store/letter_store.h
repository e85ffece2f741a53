/* letter_store: how a municipality prints its letters, who approved their words, and how
 * many were printed.
 *
 * Asked as STORE_AS_CONSOLE, or as STORE_AS_STAFF in a transaction that has said for whom
 * it works. No recipient is stored, ever. Strings live in the arena given. */
#ifndef HJEMSVAR_STORE_LETTER_STORE_H
#define HJEMSVAR_STORE_LETTER_STORE_H

#include "store/round_store.h"

enum {
  LETTER_HASH_BYTES = 32,
  LETTER_LOGO_MAX_BYTES = 256 * 1024,
  LETTER_OWN_WORDS_MAX = 2000 /* code points; what fits on the page is less */
};

/* Measures of the address window in mm from the left and the top of an A4 sheet. */
struct letter_window {
  int x, y, width, height;
};

struct letter_settings {
  const char *sender;  /* "Københavns Kommune" */
  const char *contact; /* "" when not set, as phone and email */
  const char *phone;
  const char *email;
  const char *own_words; /* "" when none */
  struct letter_window window;
  bool fold_marks;
  const char *logo_type; /* "png", "svg", or NULL: no logo */
  const unsigned char *logo;
  size_t logo_size;
  const char *today; /* ISO date-time in Copenhagen: the date of the letter */
};

/* The settings of a municipality, the defaults where it has set none. STORE_NONE: no such
 * municipality. */
must_check enum store_result letter_settings_find(struct store *store, int municipality,
                                                  struct arena *arena,
                                                  struct letter_settings *settings);

/* What a letter says of its survey. */
struct letter_survey {
  const char *controller;       /* who carries it out; "" when not set */
  const char *const *languages; /* those of the round in which its questionnaire can be read:
                                   drafts only where the round allows them */
  size_t languages_count;
};
/* STORE_NONE: a personal round, of which no letter speaks. */
must_check enum store_result letter_survey_find(struct store *store, const struct round_row *round,
                                                struct arena *arena, struct letter_survey *survey);

/* What a change names; a NULL member is left as it is. A logo of size 0 is taken away. */
struct letter_change {
  const char *own_words;
  const struct letter_window *window;
  const bool *fold_marks;
  const struct letter_logo_change {
    const char *type; /* "png" or "svg" */
    const unsigned char *bytes;
    size_t size;
  } * logo;
};

/* Changes them. STORE_NONE: no such municipality; STORE_REFUSED: out of bounds (the window
 * lies between 35 and 95 mm from the top); STORE_DENIED: not the session's. */
must_check enum store_result letter_settings_set(struct store *store, int municipality,
                                                 const struct letter_change *change);

/* Tells whether the words of this hash are approved in a language. */
must_check enum store_result letter_approved(struct store *store, const char *language,
                                             const unsigned char hash[LETTER_HASH_BYTES],
                                             bool *approved);

/* Approves them. STORE_DUPLICATE: they were; STORE_DENIED: not the session's to approve. */
must_check enum store_result letter_approve(struct store *store, const char *language,
                                            const unsigned char hash[LETTER_HASH_BYTES]);

/* Notes that letters (1 or more) were printed. STORE_REFUSED: the municipality is not in
 * the round; STORE_DENIED: not the session's. */
must_check enum store_result letter_print_insert(struct store *store, int round, int municipality,
                                                 int letters);

/* How many letters a municipality has printed in a round (0 when none, or none that the
 * session sees), and the last day, ISO, or NULL. */
must_check enum store_result letter_print_count(struct store *store, int round, int municipality,
                                                struct arena *arena, int *letters,
                                                const char **last_on);

#endif
