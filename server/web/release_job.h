/* release_job: the anonymised rows of a round, given away for the first time or once more.
 *
 * Used by the console's page of exports on a worker of POOL_EXPORTS. What may be given away is
 * survey/anonymise.h's and survey/release.h's; here it is asked of the database for the session
 * that is signed in, who has to see the whole round, and told to the audit log before the first
 * answer is read and after the last. docs/disclosure.md has the rules. */
#ifndef HJEMSVAR_WEB_RELEASE_JOB_H
#define HJEMSVAR_WEB_RELEASE_JOB_H

#include "output/csv.h"
#include "store/export_store.h"
#include "store/release_store.h"
#include "survey/anonymise.h"
#include "web/work.h"

enum release_outcome {
  RELEASE_JOB_OK,
  RELEASE_JOB_WRONG,  /* it may not be given away: why */
  RELEASE_JOB_STORE,  /* the database said no: result, for console_fail */
  RELEASE_JOB_FAILED, /* memory or disk; ours */
  RELEASE_JOB_LATE    /* it took too long, or the server stops */
};

struct release_job {
  /* what is asked for */
  struct work *work;
  struct anonymise_options options;
  enum csv_dialect dialect;
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
                      made again), "elsewhere" (no such release of rows of this round),
                      "meanwhile" (another one was made) */
  int number;
  enum store_result result;

  /* what was made */
  int fd; /* at its beginning; -1 unless OK */
  struct release_record record;

  /* its own */
  struct round_row round;
  const struct questionnaire *questionnaire;
  struct release_record *earlier;
  size_t earlier_count;
  struct anonymise *anonymise;
  const struct anonymise_certificate *certificate;
  long long rows;
};

/* Whether rows of the round may be given away now: NULL, or why not, as above. */
const char *release_job_obstacle(const struct round_row *round,
                                 const struct questionnaire *questionnaire);

/* Makes it. Any outcome. */
void release_job_run(struct release_job *job);

#endif
