/* anonymised: an anonymised release in the making, as the files that make it share it.
 *
 * anonymised_flags.c reads what is asked for; answers_anonymised.c decides and records;
 * anonymised_comments.c brings reviewed comments, apart from the rows; anonymised_file.c writes the
 * file in its format; anonymised_paper.c the certificate. Private to tools/. */
#ifndef HJEMSVAR_TOOLS_ANONYMISED_H
#define HJEMSVAR_TOOLS_ANONYMISED_H

#include "answers_options.h"
#include "base/text.h"
#include "output/certificate.h"
#include "progress.h"
#include "store/release_store.h"

enum { ANONYMISED_HEX_BYTES = 2 * RELEASE_DIGEST_BYTES + 1 };

/* Comments that a reviewer found publishable, as they leave: shuffled by the release's seed and
 * numbered anew. */
struct anonymised_comments {
  bool wanted;
  bool descriptions; /* also what describes a choice */
  const struct anonymised_comment *rows;
  size_t count, masked;              /* of masked, words are left out */
  char digest[ANONYMISED_HEX_BYTES]; /* SHA-256 of them as plain CSV */
};
struct anonymised_comment {
  const char *field, *text;
};

struct anonymising {
  struct cli *cli;
  struct store *releases; /* the primary, for what is stored; answers may come from a standby */
  struct store *log;      /* likewise, for the audit log */
  enum export_format format;
  enum csv_dialect dialect;
  int again; /* number of the release that is made again; 0: a new one */
  struct anonymise_options options;
  struct answers_options dress; /* names and words for the other formats than CSV */
  struct round_row round;
  const struct questionnaire *questionnaire;
  struct release_record *earlier; /* of the round */
  size_t earlier_count;
  struct release_record record; /* this one */
  struct anonymise *anonymise;
  const struct anonymise_certificate *certificate;
  struct anonymised_comments comments;
  struct text csv; /* the rows as plain CSV: what the release's digest is of */
  struct progress progress;
  long long rows;
  int failed; /* exit code */
};

/* Each gives 0, or an exit code after having told why. */

/* Reads the command line's flags. */
must_check int anonymised_flags(const struct cli *cli, struct anonymising *anonymising);

/* Checks them once it is known what an earlier release holds: comments never stand in the rows' own
 * file, but for a package, which has one for them. */
must_check int anonymised_flags_again(const struct anonymising *anonymising);

/* Reads the comments of the round, connected as STORE_AS_EXPORT. */
must_check int anonymised_comments_read(struct anonymising *anonymising);

/* Adds them as CSV: number, question, comment. */
void anonymised_comments_csv(const struct anonymised_comments *comments, enum csv_dialect dialect,
                             struct text *out);

/* Writes the rows to --out, in their format, and the comments to --comments-out. */
must_check int anonymised_write(struct anonymising *anonymising);

/* Adds the certificate as a path that ends so wants it: ".html", ".json", else plain text. */
must_check int anonymised_paper(struct anonymising *anonymising, const char *path,
                                struct text *out);

/* Writes a file that is whole or not there. */
must_check int anonymised_write_file(struct cli *cli, const char *path, const struct text *content);

/* Lower-case hexadecimal of a digest. */
void anonymised_hex(const unsigned char digest[RELEASE_DIGEST_BYTES],
                    char out[ANONYMISED_HEX_BYTES]);

#endif
