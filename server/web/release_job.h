/* release_job: the anonymised rows of a round and the comments that go with them, given away for
 * the first time or once more.
 *
 * Used by the console's page of exports and by the API on a worker of POOL_EXPORTS. What may be
 * given away is survey/anonymise.h's and survey/release.h's, how it becomes files
 * output/anonymised.h's; here it is asked of the database for the session that is signed in, who
 * has to see the whole round, and told to the audit log before the first answer is read and after
 * the last. docs/disclosure.md has the rules. */
#ifndef HJEMSVAR_WEB_RELEASE_JOB_H
#define HJEMSVAR_WEB_RELEASE_JOB_H

#include "output/anonymised.h"
#include "store/release_store.h"
#include "web/export_dress.h"
#include "web/work.h"

enum release_outcome {
  RELEASE_JOB_OK,
  RELEASE_JOB_WRONG,  /* it may not be given away: why */
  RELEASE_JOB_STORE,  /* the database said no: result, for console_fail */
  RELEASE_JOB_FAILED, /* the file could not be made: made and trouble; ours */
  RELEASE_JOB_LATE    /* it took too long, or the server stops */
};

enum release_part {
  RELEASE_PART_ROWS,
  RELEASE_PART_COMMENTS /* of a release that is made again: its comments alone, as CSV */
};

struct release_job {
  /* what is asked for */
  struct work *work;
  struct anonymised_options options; /* k, language, comments, descriptions; of a new one */
  enum export_format format;
  enum csv_dialect dialect; /* of CSV */
  enum release_part part;
  int again;      /* a release of rows that is made again; 0: a new one */
  const char *by; /* who gives it away though it may not be compared: NULL: nobody */
  const char *why_override;

  /* how it went */
  enum release_outcome outcome;
  const char *why; /* WRONG: a key for words: "purged" (the answers were deleted for good), "open"
                      (the round still gets answers), "writing",
                      "unidentified" (the questionnaire does not say what identifies), "few",
                      "k" (number: the largest that can be reached), "k_none" (none can), "before"
                      (number: the release that gave these rows away), "gone" (number: cannot be
                      made again), "comments_gone" (number: nor its comments, other decisions hold),
                      "comments_none" (number: it has none), "elsewhere" (no such release of rows of
                      this round), "meanwhile" (another one was made), "large" (more rows than the
                      format can hold) */
  int number;
  enum store_result result;
  enum export_result made;
  struct export_trouble trouble;

  /* what was made */
  int fd;               /* at its beginning; -1 unless OK */
  enum reply_type type; /* of the file */
  const char *name;     /* to keep it under: "round-1-release-2.csv" */
  struct release_record record;

  /* its own */
  struct export_dress dress;
  struct export_options file;
  struct release_record *earlier;
  size_t earlier_count;
  struct anonymised anonymised;
  long long rows;
};

/* Whether rows of the round may be given away now: NULL, or why not, as above. */
const char *release_job_obstacle(const struct round_row *round,
                                 const struct questionnaire *questionnaire);

/* The same of anything that is published of the round: "open", "writing" or NULL. */
const char *release_job_early(const struct round_row *round);
/* What a certificate says of a release, but for what its rows say. False when memory is out. */
must_check bool release_job_certify(const struct release_record *record,
                                    const struct round_row *round, struct arena *arena,
                                    struct certificate *certificate);

/* Makes it. Any outcome. */
void release_job_run(struct release_job *job);

/* Hands the file to the loop as the work's reply. */
void release_job_send(struct release_job *job);

#endif
