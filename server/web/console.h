/* console: the staff console's pages: templates and words, loaded and checked once at
 * start, and what every page shares. Handlers run on a worker's thread (work.h); the gate
 * (console_gate.h) has let them in.
 *
 * A new page: a template in templates/console/, its row in the table of console.c, words in
 * templates/console_words/ (every language), a handler, a row of the route table. A handler
 * reads work_parameter and work_field, asks by console_ask, and ends with console_send,
 * console_done or console_message. */
#ifndef HJEMSVAR_WEB_CONSOLE_H
#define HJEMSVAR_WEB_CONSOLE_H

#include <jansson.h>

#include "base/password.h"
#include "base/template.h"
#include "store/session_store.h"
#include "web/words.h"
#include "web/work.h"

enum console_page {
  CONSOLE_MESSAGE,
  CONSOLE_SIGN_IN,
  CONSOLE_CODE,
  CONSOLE_INVITATION,
  CONSOLE_AUTHENTICATOR,
  CONSOLE_RECOVERY,
  CONSOLE_RENEWAL,
  CONSOLE_ACCOUNT,
  CONSOLE_STAFF,
  CONSOLE_INVITED,
  CONSOLE_TOKENS,
  CONSOLE_AUDIT,
  CONSOLE_HOME,
  CONSOLE_MUNICIPALITY,
  CONSOLE_SETTINGS,
  CONSOLE_HELP,
  CONSOLE_LETTERS,
  CONSOLE_LETTER_TEXT,
  CONSOLE_REPRINT,
  CONSOLE_COURSES,
  CONSOLE_COURSE,
  CONSOLE_COURSE_DELETE,
  CONSOLE_SHEET_LINKS,
  CONSOLE_SHEET_LINK,
  CONSOLE_SHEET_IMPORT,
  CONSOLE_SHEET_PREVIEW,
  CONSOLE_DUPLICATES,
  CONSOLE_COMMENTS,
  CONSOLE_ROUNDS,
  CONSOLE_ROUND,
  CONSOLE_ROUND_FORM,
  CONSOLE_ROUND_STATE,
  CONSOLE_ROUND_FINALISE,
  CONSOLE_ROUND_MUNICIPALITIES,
  CONSOLE_INSTALLATION,
  CONSOLE_EXPORTS,
  CONSOLE_REPORT,
  CONSOLE_REPORT_RELEASES,
  CONSOLE_REPORT_ROUNDS,
  CONSOLE_ROUND_END,
  CONSOLE_TRANSLATIONS,
  CONSOLE_TRANSLATION,
  CONSOLE_QUESTIONNAIRES,
  CONSOLE_DRAFT,
  CONSOLE_FORMS,
  CONSOLE_FORM,
  CONSOLE_FORM_ENTRY,
  CONSOLE_DOCUMENTATION,
  CONSOLE_DOCUMENTATION_PART,
  CONSOLE_PAGES
};

struct console;
struct vouched;

/* Loads share_dir/templates/console and …/console_words and checks them. NULL and a message
 * of the arena when something is wrong. */
must_check struct console *console_load(const char *share_dir, struct arena *arena,
                                        const char **message);
void console_free(struct console *console);

/* The desk that hashes passwords, opened by the first who asks; NULL when memory is out.
 * Thread-safe. */
must_check struct password_desk *console_desk(struct console *console);
/* Sessions of whom a proxy vouches for. */
struct vouched *console_vouched(const struct work *work);
/* Passwords hashed or verified so far. */
unsigned long console_hashes(struct console *console);

/* The language of the one who asks ("da", "en": ?lang=, the account's, the browser's) and a word of
 * ours in it. */
const char *console_language(const struct work *work);
const char *console_word(const struct work *work, const char *key);

/* All words in that language, borrowed. */
const json_t *console_words(const struct work *work);

/* A word whose key is made of a stem and an ending: ("role_", "admin"). */
const char *console_word_of(const struct work *work, const char *stem, const char *ending);

/* A word for a round whose answers are of children (KEY_child, where there is one) or of parents.
 */
const char *console_word_for(const struct work *work, const char *key, bool per_child);

/* What checks of questionnaires say, in that language (base/phrases.h); borrowed. */
const json_t *console_phrases(const struct work *work);

/* A time of the store ("2026-11-22T14:05:06+01:00") for people: "22.11.2026" and
 * "22.11.2026 14:05". */
const char *console_day(const struct work *work, const char *at);
/* "3. kvartal 2022" of "2022-Q3" or of a day in it. */
const char *console_quarter(const struct work *work, const char *at);
const char *console_moment(const struct work *work, const char *at);

/* The data of a page with its frame: language, title, words, navigation, who is signed in,
 * the word for forms, the sentence that ?done= names. A new object to which the handler adds
 * its own members with console_put; NULL when memory is out, which console_send minds. */
must_check json_t *console_frame(const struct work *work, const char *title);

/* Adds a member, taking over the value (NULL: null). Out of memory makes *data NULL. */
void console_put(json_t **data, const char *name, json_t *value);
void console_put_text(json_t **data, const char *name, const char *text); /* NULL: null */

/* What is wrong with a form: the members "problems" of a page, for the partial
 * problems.html at its top, and "at", the same words by field, to stand beside each. */
struct console_problem {
  const char *target; /* the id of the field, or NULL */
  const char *text;
};
void console_put_problems(json_t **data, const struct console_problem *problems, size_t count);

/* Renders a page, taking over its data, as the work's reply. */
void console_send(struct work *work, unsigned status, enum console_page page, json_t *data);

/* A page with a heading and a text, from the words KIND_title and KIND_text, or for
 * machines {"error":ERROR}. */
void console_message(struct work *work, unsigned status, const char *kind, const char *error);

/* Leads to a page of ours that shows the sentence done_WHAT (NULL: none). */
void console_done(struct work *work, const char *path, const char *what);

/* The cookie that says which language the browser's account, or who has none, reads. */
#define CONSOLE_LANGUAGE_COOKIE "__Host-hjemsvar-language"
void console_speak(struct work *work, const char *language);

/* A page of ours for the loop, where there is no work: as console_message, in a language, or in
 * Danish when it is NULL or none of ours; again is taken over (again.h). False when memory
 * is out. */
must_check bool console_plain(const struct console *console, const char *kind, const char *language,
                              json_t *again, struct text *out);

/* The words and the page of letters. */
struct letter_kit;
struct letter_kit *console_letters(const struct work *work);

/* The words and templates of reports. */
struct report_kit;
struct report_kit *console_reports(const struct work *work);

/* The words and the codebook of exports. */
struct export_kit;
struct export_kit *console_exports(const struct work *work);

/* The parts of what municipalities say of their own work. */
struct documentation_model;
const struct documentation_model *console_documentation(const struct work *work);

/* What the API says of itself. */
struct api_document;
const struct api_document *console_document(const struct console *console);

/* The content security policy of the console's pages. */
const char *console_policy(const struct console *console);

#endif
