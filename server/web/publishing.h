/* publishing: a report of a round for everybody, published for the first time or shown once more,
 * for somebody who is signed in.
 *
 * Used by the console and the API, on a worker of POOL_EXPORTS; for who sees the whole round alone.
 * What such a report may show is survey/report.h's, whether it may be published beside what was
 * published before store/publication.h's. A handler goes
 *
 *   struct publishing publishing;
 *   publishing_read(&publishing, work, work_field);
 *   if (publishing.outcome == PUBLISHING_OK) publishing_run(&publishing);
 *   … publishing.publication.record, or by outcome; publishing_clear(&publishing)
 *
 * and to show one again publishing_again. The audit log is told before the first answer is read,
 * and of every time that a release is shown. */
#ifndef HJEMSVAR_WEB_PUBLISHING_H
#define HJEMSVAR_WEB_PUBLISHING_H

#include "store/publication.h"
#include "web/report_job.h"

enum publishing_outcome {
  PUBLISHING_OK,
  PUBLISHING_WRONG,   /* what was asked for cannot be had: job.field and job.why as of report_job;
                         "floor", "why" besides */
  PUBLISHING_STATE,   /* nothing is published of it now: obstacle */
  PUBLISHING_REFUSED, /* beside what was published before: publication.verdict */
  PUBLISHING_STORE,   /* the database said no: job.result, for console_fail */
  PUBLISHING_LATE
};

struct publishing {
  struct report_job job;
  struct publication publication;
  enum publishing_outcome outcome;
  const char *obstacle; /* STATE: a key for words: "open", "writing", "purged", "meanwhile" */
  json_t *json;         /* OK, of publishing_again: as it was published */
};

/* What keeps any report of the round from being published now: NULL, or an obstacle. */
const char *publishing_obstacle(const struct round_row *round);

/* Reads what report_job_read does, floor (a number from 3; 5 without it) and why (somebody's
 * decision to publish all the same, which has the name of who is signed in). A municipality is
 * WRONG: sums over a few would tell of each. */
void publishing_read(struct publishing *publishing, struct work *work, work_value *value);

/* Publishes, after OK alone. */
void publishing_run(struct publishing *publishing);

/* Shows a release of the round again: publishing.json, .job.report and .job.view in the language of
 * job.language. After publishing_read; format is for the audit log. OK, STORE (STORE_NONE: there is
 * no such report) or LATE. */
void publishing_again(struct publishing *publishing, int release, const char *format);

/* Frees what is not the arena's. */
void publishing_clear(struct publishing *publishing);

#endif
