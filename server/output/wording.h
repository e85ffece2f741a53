/* wording: the sentences of a letter with their holes filled.
 *
 * Private to output/; shared by the PDF, the page, the text and the poster. Strings live in
 * the arena. */
#ifndef HJEMSVAR_OUTPUT_WORDING_H
#define HJEMSVAR_OUTPUT_WORDING_H

#include "base/words.h"
#include "output/letter.h"

enum { WORDING_GROUPED_BYTES = 24 };

struct wording {
  const struct letter_options *options;
  struct arena *arena;
};

/* One of the letter's words; never NULL. */
const char *wording_get(const struct wording *wording, const char *key);

/* Tells whether a language is written from right to left. */
bool wording_is_mirrored(const json_t *words);

/* The date as the letter's language writes it. */
const char *wording_date(const struct wording *wording);

/* "Telefon 49 28 28 28"; "Undersøgelsen gennemføres af …", or "" without a controller. */
const char *wording_phone(const struct wording *wording);
const char *wording_controller(const struct wording *wording);

/* The paragraph on who may answer: two parents, or once for each child. */
const char *wording_both(const struct wording *wording);

/* The line of an offered language; one that is a draft says so in the letter's language. */
const char *wording_offer(const struct wording *wording, const struct letter_language *offered);

/* The address of a code: as the QR code says it (upper case), as a link, and as it is
 * printed (grouped, without https://). */
const char *wording_qr(const struct wording *wording, const char *code);
const char *wording_link(const struct wording *wording, const char *code);
const char *wording_printed(const struct wording *wording, const char *code);

/* The line that leads to the privacy notice, and its address. */
const char *wording_privacy(const struct wording *wording);
const char *wording_privacy_link(const struct wording *wording);

/* What of the options a letter cannot do without; LETTER_OK or LETTER_INCOMPLETE. */
must_check enum letter_result wording_check(const struct letter_options *options,
                                            struct letter_trouble *trouble);

#endif
