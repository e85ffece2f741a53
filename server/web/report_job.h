/* report_job: the report of a round for somebody who is signed in; the internal one, unless the
 * options say otherwise. What is published is publishing.h's.
 *
 * Used by the console's page of the report and its files, and by the API. A handler goes
 *
 *   struct report_job job;
 *   report_job_read(&job, work, work_query);            what was asked for; or work_field
 *   if (job.outcome == REPORT_JOB_OK) report_job_run(&job, "html");
 *   … job.view, or by outcome; report_job_clear(&job)
 *
 * Answers are read as hjemsvar_export in a transaction that works for the session: what lies
 * outside its scope is not there, and an evaluator confined to a municipality gets a report of that
 * one. Only sums are kept. Stale flags are made anew first, as for exports. The audit log is told
 * before the first answer is read ("answers.report"). */
#ifndef HJEMSVAR_WEB_REPORT_JOB_H
#define HJEMSVAR_WEB_REPORT_JOB_H

#include "output/report_view.h"
#include "store/questionnaire_store.h"
#include "web/answer_choice.h"

enum { REPORT_JOB_FLAGS_MAX = 20000 /* answers whose flags are made anew while somebody waits */ };

enum report_outcome {
  REPORT_JOB_OK,
  REPORT_JOB_WRONG,  /* what was asked for cannot be had: field and why */
  REPORT_JOB_PURGED, /* the round's answers were deleted for good */
  REPORT_JOB_STORE,  /* the database said no: result, for console_fail */
  REPORT_JOB_LARGE,  /* more answers than most */
  REPORT_JOB_LATE    /* it took too long, or the server stops: to be asked again */
};

struct report_job {
  struct work *work;
  struct answer_choice choice;
  struct report_options options;
  const char *closed_from, *closed_to;
  const char *norms;       /* a name, or "none"; NULL: those that the questionnaire names */
  const char *language;    /* of the report: "da", "en" */
  bool with_documentation; /* what the municipalities say of their work is part of it; internal:
                              always */
  long long most;          /* answers, above which it is not made; 0: any number */
  const char *beside;      /* for the audit log: the rounds that it stands beside; NULL: alone */

  enum report_outcome outcome;
  const char *field; /* WRONG: "closed_from", "closed_to", "norms", or of answer_choice.h */
  const char *why;   /* WRONG: a key for words: "day", "day_order", "norms" (none of that name that
                        fit the questionnaire), or of answer_choice.h */
  enum store_result result;

  struct round_row round;         /* also after LARGE */
  const struct report_view *view; /* of the work's arena; OK only */
  struct report report;

  /* while it is made */
  struct questionnaire_row row;
  struct documentation_set documentation; /* of the municipalities that the report is of */
  const struct translation *translation;
  const struct report_label *languages; /* that were asked for */
  struct report_making *making;
};

/* Reads municipality, language, from and to (answer_choice.h), closed_from, closed_to (days),
 * without_flagged ("on"), documentation ("on"), norms and in (a language). The round is that of the
 * path. Nothing is asked of the database. OK or WRONG. */
void report_job_read(struct report_job *job, struct work *work, work_value *value);

/* Makes the report, after OK alone; format is for the audit log. */
void report_job_run(struct report_job *job, const char *format);

/* What report_job_run is made of, for publishing.h; each false when the job came to something else:
 * what the database knows of the round (after report_job_read); the audit log told of a format, and
 * of a release that is shown again (0: none); the view of job->report. */
bool report_job_gather(struct report_job *job);
bool report_job_tell(struct report_job *job, const char *format, int release);
bool report_job_draw(struct report_job *job);

/* Frees what is not the arena's. */
void report_job_clear(struct report_job *job);

#endif
