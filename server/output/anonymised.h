/* anonymised: a release of rows in the making: what of a closed round is given away, the reviewed
 * comments that go with it apart, and what its certificate says.
 *
 * One way for the command line, the console and the API, so that a release is the same bytes
 * wherever it is asked for. Pure: answers and comments in, bytes out.
 *
 *   anonymised_init               what is asked for; of one made again by anonymised_options_parse
 *   anonymised_add                every answer of the round, then anonymised_decide
 *   anonymised_take_comments      those that a reviewer found publishable, if they are asked for
 *   anonymised_release            for release_compare, and anonymised_keep for the store; of one
 *                                 made again anonymised_rows_same and anonymised_comments_same
 *   anonymised_write              the file of rows, and anonymised_comments_csv
 *   anonymised_clear              in any case
 *
 * Columns of the rows: response_id (numbered anew from 1), municipality_code, municipality,
 * language when it was asked for, then the questionnaire's columns that hold numbers
 * (survey/column.h); -1 is withheld, -2 put together, empty not asked (survey/anonymise.h). Columns
 * of the comments: number, question, comment; nothing leads from one to a row. */
#ifndef HJEMSVAR_OUTPUT_ANONYMISED_H
#define HJEMSVAR_OUTPUT_ANONYMISED_H

#include "base/crypto.h"
#include "output/certificate.h"
#include "output/export.h"
#include "survey/anonymise.h"
#include "survey/comment.h"
#include "survey/release.h"

enum { ANONYMISED_HEX_BYTES = 2 * CRYPTO_SHA256_BYTES + 1 };

struct anonymised_options { /* all is borrowed until anonymised_clear */
  const struct questionnaire *questionnaire;
  const json_t *words; /* templates/export/words: what stands for words that are left out */
  struct anonymise_options rows;
  bool comments;     /* in a file of their own; of a package within it */
  bool descriptions; /* with them what describes a choice */
};

/* How many comments there are, of how many words are left out, and their file's SHA-256. */
struct anonymised_comments {
  const struct anonymised_comment *items; /* as they leave */
  size_t count, masked;
  char checksum[ANONYMISED_HEX_BYTES];
};
struct anonymised_comment {
  const char *field, *text;
};

struct anonymised { /* to be read by the caller alone */
  struct anonymised_options options;
  struct arena *arena;
  struct anonymise *anonymise;
  const struct anonymise_certificate *certificate; /* after anonymised_decide */
  struct text csv;                                 /* the rows as plain CSV */
  unsigned char digest[CRYPTO_SHA256_BYTES];       /* SHA-256 of that */
  struct anonymised_comments comments;
};

enum anonymised_result {
  ANONYMISED_OK,
  ANONYMISED_MISFIT, /* an answer does not fit its questionnaire */
  ANONYMISED_TINY,   /* fewer rows than ANONYMISE_K_LEAST: nothing of it can be given away */
  ANONYMISED_FEW,    /* fewer rows than k */
  ANONYMISED_LOST,   /* hardly anything of who answered would be left */
  ANONYMISED_MEMORY
};

/* Whether the questionnaire says at all which of its answers others may know of somebody. */
bool anonymised_can(const struct questionnaire *questionnaire);

/* False when memory is out, or more questions identify than can be looked at. */
must_check bool anonymised_init(struct anonymised *anonymised,
                                const struct anonymised_options *options);
void anonymised_clear(struct anonymised *anonymised);

/* Adds an answer: its canonical JSON. OK, MISFIT or MEMORY. */
must_check enum anonymised_result anonymised_add(struct anonymised *anonymised, const char *id,
                                                 int municipality, const char *name,
                                                 const char *language, const char *answers);

/* Decides, once, after the last answer. After FEW and LOST *advice is the largest k that can be
 * reached, 0 when none can. */
must_check enum anonymised_result anonymised_decide(struct anonymised *anonymised, int *advice);

/* Takes all comments of the round that may be published, in any order. One whose marks do not fit
 * it is left out. False when memory is out. */
must_check bool anonymised_take_comments(struct anonymised *anonymised,
                                         const struct comment_reviewed *comments, size_t count);

/* ---- the release */

/* The rows as a release of the whole round; margin is the caller's and borrowed by it. */
struct release anonymised_release(const struct anonymised *anonymised, int round,
                                  struct release_override override, struct release_margin *margin);

/* What is stored of it, as JSON. options is what has to be known besides k and the seed to make it
 * again: {"language":true,"comments":"<checksum>","comments_count":2,"comments_masked":1,
 * "descriptions":true}, each only where it says something. Strings of the arena. False when memory
 * is out. */
struct anonymised_kept {
  const char *options, *content, *certificate;
};
must_check bool anonymised_keep(const struct anonymised *anonymised, const struct release *release,
                                struct arena *arena, struct anonymised_kept *kept);
/* The other way for the options: sets language, comments and descriptions. False when it is no such
 * text. */
must_check bool anonymised_options_parse(const char *text, struct anonymised_options *options);

/* Whether what was made is what was given away then: by the digest that was stored of the rows, and
 * the options that were stored. */
bool anonymised_rows_same(const struct anonymised *anonymised,
                          const unsigned char digest[CRYPTO_SHA256_BYTES]);
bool anonymised_comments_same(const struct anonymised *anonymised, const char *options);

/* ---- the certificate */

/* Fills what the rows and comments say of it; borrowed from anonymised. checksum is in the arena of
 * anonymised. False when memory is out. */
must_check bool anonymised_certify(const struct anonymised *anonymised,
                                   struct certificate *certificate);
/* Fills what stored options say of the comments. False when they cannot be read, or memory is out.
 */
must_check bool anonymised_certify_comments(const char *options, struct arena *arena,
                                            struct certificate *certificate);

/* Lower-case hexadecimal. */
void anonymised_hex(const unsigned char digest[CRYPTO_SHA256_BYTES],
                    char out[ANONYMISED_HEX_BYTES]);

/* ---- files */

struct anonymised_file {
  const struct export_options *options; /* format, dialect, and what every file says of its round;
                                           the rest is set here */
  const struct certificate *certificate;
  const json_t *certificate_words; /* in the questionnaire's language */
  const struct template *certificate_page;
};

/* Writes the rows in their format. A package holds the certificate as page and JSON, and the
 * comments if they were asked for. Any result of export.h but EXPORT_NO_LONG. */
must_check enum export_result anonymised_write(struct anonymised *anonymised,
                                               const struct anonymised_file *file,
                                               export_sink *sink, void *context,
                                               struct export_trouble *trouble);

/* Adds the rows as CSV; out->failed tells whether memory was out. */
void anonymised_csv(struct anonymise *anonymise, enum csv_dialect dialect, struct text *out);
/* Adds the comments as CSV, likewise. */
void anonymised_comments_csv(const struct anonymised *anonymised, enum csv_dialect dialect,
                             struct text *out);

#endif
