/* trend_job: several rounds of a questionnaire beside each other, for somebody who is signed in.
 *
 * Used by the console's page, its files, and the API. Internal: each round's report is made anew
 * (report_job.h), of what the session sees. Published: each is the newest release that leaves
 * nothing out, or one that was named (publishing.h); for who sees whole rounds alone. The rounds
 * are the path's and those of "with", in the order of their numbers; what the session does not see
 * does not exist. The audit log is told for each round. A handler goes
 *
 *   trend_job_read(job, work);
 *   if (job->outcome == TREND_JOB_OK) trend_job_run(job, "html");
 *   … job->view, job->trend, or by outcome; trend_job_clear(job) */
#ifndef HJEMSVAR_WEB_TREND_JOB_H
#define HJEMSVAR_WEB_TREND_JOB_H

#include "survey/trend.h"
#include "web/console_rounds.h"
#include "web/publishing.h"

enum trend_job_outcome {
  TREND_JOB_OK,
  TREND_JOB_WRONG,   /* what was asked for cannot be had: field and why */
  TREND_JOB_RELEASE, /* no release of the round stands for it: round and why */
  TREND_JOB_PURGED,  /* the answers of the round were deleted for good */
  TREND_JOB_STORE,   /* the database said no: result, for console_fail */
  TREND_JOB_LARGE,   /* more answers than most */
  TREND_JOB_LATE
};

struct trend_job {
  struct work *work;
  bool published;
  const char *list; /* "3,7,9": the rounds in order */
  size_t count;
  int ids[TREND_ROUNDS_MOST];
  int releases[TREND_ROUNDS_MOST];
  struct publishing rounds[TREND_ROUNDS_MOST];
  const struct report *reports[TREND_ROUNDS_MOST]; /* of these, once they are made */
  long long most; /* answers of all rounds, above which none is made; 0: any number */

  enum trend_job_outcome outcome;
  const char *field; /* WRONG: "with", "profile", "releases", or of report_job.h */
  const char *why;   /* WRONG: a key for words: "trend_number" (no list of rounds), "trend_few",
                        "trend_many", "trend_twice", "trend_foreign", "trend_round" (unknown, or not
                        the session's), "trend_profile", "trend_whole" (published, for who sees a
                        municipality), "trend_choice" (published, and a part of it asked for),
                        "trend_releases"; or of report_job.h. RELEASE: "trend_none", "trend_part",
                        "trend_other" */
  int round;         /* RELEASE, PURGED */
  enum store_result result;

  struct trend trend;             /* OK */
  const struct report_view *view; /* OK; of the work's arena */
};

/* The rounds that may stand beside that of the path: of its questionnaire, newest first. Results as
 * console_ask; STORE_NONE: the session does not see the round. *own: that of the path. */
must_check enum store_result trend_job_others(struct work *work, struct rounds_list *others,
                                              const struct rounds_entry **own);

/* Reads with (numbers with commas, or several times), profile ("internal", "published"), releases,
 * municipality, language, without_flagged and in, of the query or the form. Large: the caller
 * takes it from the work's arena. OK or WRONG. */
void trend_job_read(struct trend_job *job, struct work *work);

/* Makes it, after OK alone; format is for the audit log. */
void trend_job_run(struct trend_job *job, const char *format);

/* Frees what is not the arena's. */
void trend_job_clear(struct trend_job *job);

#endif
