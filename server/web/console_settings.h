/* console_settings: what a municipality says of its letters, from a form and as it is
 * stored, and what is wrong with it. */
#ifndef HJEMSVAR_WEB_CONSOLE_SETTINGS_H
#define HJEMSVAR_WEB_CONSOLE_SETTINGS_H

#include "web/console_letter.h"

enum { SETTINGS_MEASURES = 4, SETTINGS_PROBLEMS_MAX = 8 };

/* The fields, as they are typed. */
struct settings_typed {
  const char *contact, *phone, *email, *own_words;
  const char *measures[SETTINGS_MEASURES]; /* x, y, width, height in mm */
  bool fold_marks;
  bool drop_logo; /* take the logo away */
};

/* The names of the measures' fields. */
extern const char *const settings_measures[SETTINGS_MEASURES];

struct settings_form {
  struct settings_typed typed;
  struct letter_window window; /* the measures read */
  struct letter_logo_change logo;
  bool changes_logo;
  bool sent_logo; /* a file came: it has to be chosen again when the form comes back */
  bool wrong_measures[SETTINGS_MEASURES];
  struct console_problem problems[SETTINGS_PROBLEMS_MAX];
  size_t problems_count;
};

/* The form as it is stored. */
void settings_form_of(struct work *work, const struct letter_settings *stored,
                      struct settings_form *form);

/* The form that was sent, each field judged by itself. */
void settings_form_read(struct work *work, struct settings_form *form);

/* Sets the letter as it would be and adds the problem that keeps it from its page; nothing
 * when there are problems already. False when it cannot be known (a fault of ours). */
must_check bool settings_form_check(const struct letter_draft *draft, struct settings_form *form);

#endif
