/* anonymised: an anonymised release at the command line, as the files that make it share it.
 *
 * What is given away and how is output/anonymised.h's. anonymised_flags.c reads what is asked for;
 * answers_anonymised.c decides and records; anonymised_file.c writes the files and the certificate.
 * Private to tools/. */
#ifndef HJEMSVAR_TOOLS_ANONYMISED_H
#define HJEMSVAR_TOOLS_ANONYMISED_H

#include "answers_options.h"
#include "output/anonymised.h"
#include "progress.h"
#include "released.h"

struct anonymising {
  struct cli *cli;
  struct store *releases; /* the primary, for what is stored; answers may come from a standby */
  struct store *log;      /* likewise, for the audit log */
  enum export_format format;
  enum csv_dialect dialect;
  int again; /* number of the release that is made again; 0: a new one */
  struct anonymised_options options;
  struct release_override override;
  struct answers_options dress; /* names and words for the other formats than CSV */
  struct round_row round;
  const struct questionnaire *questionnaire;
  struct release_record *earlier; /* of the round */
  size_t earlier_count;
  struct release_record record; /* this one */
  struct anonymised made;
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

/* Writes the rows to --out in their format, the comments to --comments-out, and the certificate to
 * --certificate as its name wants it: ".html", ".json", else plain text. */
must_check int anonymised_deliver(struct anonymising *anonymising);

#endif
