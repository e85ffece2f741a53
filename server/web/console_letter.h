/* console_letter: the letter of the municipality that a path names, as the console's pages
 * need it: gathered from the database and templates/letters, and in words what is wrong.
 *
 * Private to console_letters.c (the page), console_letter_file.c (what is printed of an open
 * link), console_batch.c (letters with codes of their own) and console_settings*.c. */
#ifndef HJEMSVAR_WEB_CONSOLE_LETTER_H
#define HJEMSVAR_WEB_CONSOLE_LETTER_H

#include "output/letter.h"
#include "store/letter_store.h"
#include "web/console.h"
#include "web/letter_kit.h"

/* What one print holds at most, so that it is made well within the patience of a request:
 * docs/letters.md has the measurement. Words name it: letters_number_hint, letters_number_wrong. */
enum { LETTERS_AT_ONCE = 500, LETTERS_TAGGED_MAX = 50 };

struct letter_draft {
  struct work *work;
  const char *asked; /* language; NULL or one that is none of the letter's: the first */
  struct round_row round;
  const char *code; /* of the open link; NULL: the round has a code a letter, or is finalised */
  struct letter_settings settings;
  struct letter_survey survey;
  const struct letter_language *languages; /* in which it can be written, Danish first */
  size_t languages_count;
  struct letter_options options;
};

/* Gathers it, inside store_as; work and asked are set before. Results as those of the
 * questions. */
must_check enum store_result letter_gather(struct store *store, struct letter_draft *draft);

/* Whether letters of the round lead anywhere: it is not closed. */
bool letter_leads(const struct letter_draft *draft);

/* Address of the municipality's page and those below it, "…/municipalities/217" and ending. */
const char *letter_path(const struct work *work, const char *ending);

/* What is wrong, for people; NULL for LETTER_OK. *mend is where they can mend it, or NULL. */
const char *letter_wrong(const struct letter_draft *draft, enum letter_result result,
                         const struct letter_trouble *trouble, const char **mend);

/* Answers with a page that says why no letter was made. */
void letter_refuse(struct work *work, unsigned status, const char *text, const char *mend);

/* Takes pieces of a file into the descriptor that context points to (letter_sink). */
bool letter_write(void *context, const char *bytes, size_t size);

/* Begins a file anew, for a transaction that is tried again; false when the disk fails. */
must_check bool letter_rewind(int fd);

/* The name of a file: "brev", "-217", ending; a string of the arena, plain ASCII. */
const char *letter_filename(const struct letter_draft *draft, const char *what, const char *ending);

/* A line of the audit log about what was printed. */
must_check enum store_result letter_note(struct store *store, const struct letter_draft *draft,
                                         const char *subject, const char *details);

/* ---- console_letters.c */

/* What a form said that cannot be done: the letters' page again, with what was typed. */
void letters_problem(struct work *work, unsigned status, const char *field, const char *text);

/* The languages, for the partial letters_choices.html; NULL where there is no choice. */
json_t *letters_choices(const struct letter_draft *draft);

/* ---- console_batch.c */

/* The batches of the municipality's letters, newest first, and the name that the next one is
 * offered. */
struct code_batch;
json_t *batches_rows(const struct work *work, const struct code_batch *rows, size_t count);

#endif
