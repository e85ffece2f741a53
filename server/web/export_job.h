/* export_job: an export of answers for somebody who is signed in, or for a token: from what was
 * asked for to a private file without a name that the loop sends.
 *
 * Used by the API (api_export.c) and by the console's page of exports, on a worker of POOL_EXPORTS
 * (route.c): it may take minutes. A handler goes
 *
 *   struct export_job job;
 *   export_job_read(&job, work, work_field);          what was asked for; or work_query
 *   if (job.outcome == EXPORT_JOB_OK) export_job_run(&job);
 *   if (job.outcome == EXPORT_JOB_OK) export_job_send(&job); else … by outcome
 *
 * Answers are read as hjemsvar_export in a transaction that works for the session: what lies
 * outside its scope is not there. An evaluator confined to a municipality gets that one. The audit
 * log is told before the first answer is read ("answers.export"), and at the end how many rows
 * went out ("answers.export_end"). Stale flags are made anew first as by the command line: with at
 * most EXPORT_JOB_FLAGS_MAX answers, and by who runs the whole round. Memory does not grow with the
 * rows; the file lies in TMPDIR, else in /var/tmp. */
#ifndef HJEMSVAR_WEB_EXPORT_JOB_H
#define HJEMSVAR_WEB_EXPORT_JOB_H

#include "output/export.h"
#include "web/answer_choice.h"

enum { EXPORT_JOB_FLAGS_MAX = 20000 };

enum export_outcome {
  EXPORT_JOB_OK,
  EXPORT_JOB_WRONG,  /* what was asked for cannot be had: field and why */
  EXPORT_JOB_PURGED, /* the round's answers were deleted for good */
  EXPORT_JOB_STORE,  /* the database said no: result, for console_fail */
  EXPORT_JOB_FAILED, /* the file could not be made: made and trouble; ours */
  EXPORT_JOB_LATE    /* it took too long, or the server stops: to be asked again */
};

struct export_job {
  /* what was asked for */
  struct work *work;
  struct export_options options;
  struct answer_choice choice;

  /* how it went */
  enum export_outcome outcome;
  const char *field; /* WRONG: "format", "municipality" … as below */
  const char *why;   /* WRONG: a key for words: "format", "profile", "shape", "dialect",
                        "dialect_csv", "comments", "switch" (neither on nor off), "shape_long"
                        (nothing is asked for each child), "format_large" (more rows than the format
                        can hold), or of answer_choice.h */
  enum store_result result;
  enum export_result made;
  struct export_trouble trouble;

  /* what was made */
  int fd;                 /* at its beginning; -1 unless OK after export_job_run */
  enum reply_type type;   /* of the file */
  const char *name;       /* to keep it under: "round-1-wide.csv" */
  struct quality_run run; /* of its flags */
  struct export_counts counts;
};

/* Reads what was asked for, with the meaning that the flags of `hjemsvar answers export` have
 * (docs/exports.md): format, profile ("internal", also without one), shape, dialect, comments,
 * municipality and language (lists with ","), from, to, without_flagged and weighted ("on", "off").
 * The round is that of the path. Nothing is asked of the database. outcome OK or WRONG. */
void export_job_read(struct export_job *job, struct work *work, work_value *value);

/* Makes the file, after EXPORT_JOB_OK alone. Any outcome. */
void export_job_run(struct export_job *job);

/* Hands the file to the loop as the work's reply. */
void export_job_send(struct export_job *job);

#endif
