#include "web/publishing.h"

#include <stdlib.h>
#include <string.h>

#include "survey/suppression.h"
#include "web/console_gate.h"
#include "web/release_job.h"

const char *publishing_obstacle(const struct round_row *round) {
  return release_job_early(round);
}

static void stop(struct publishing *publishing, const char *obstacle) {
  publishing->outcome = PUBLISHING_STATE;
  publishing->obstacle = obstacle;
}

/* ---- what was asked for */

static void wrong(struct publishing *publishing, const char *field) {
  if (publishing->job.outcome == REPORT_JOB_OK) {
    publishing->job.outcome = REPORT_JOB_WRONG;
    publishing->job.field = publishing->job.why = field;
  }
}

static int read_floor(const char *text) {
  enum { DIGITS_MAX = 4 };
  size_t digits = strspn(text, "0123456789");
  int floor =
      digits == 0 || digits > DIGITS_MAX || text[digits] != '\0' ? 0 : (int)strtol(text, NULL, 10);
  return floor >= SUPPRESSION_FLOOR_LEAST && floor <= REPORT_FLOOR_MOST ? floor : 0;
}

static void read_why(struct publishing *publishing, const char *typed) {
  const struct staff_session *session = console_staff(publishing->job.work);
  const char *text;
  if (!release_text_read(publishing->job.work->arena, typed, RELEASE_WHY_MAX, &text)) {
    wrong(publishing, "why");
  } else if (text != NULL) {
    publishing->publication.by = session->name[0] != '\0' ? session->name : session->email;
    publishing->publication.why = text;
  }
}

/* What the job came to so far. */
static bool settle(struct publishing *publishing) {
  switch (publishing->job.outcome) {
  case REPORT_JOB_OK:
    break;
  case REPORT_JOB_WRONG:
    publishing->outcome = PUBLISHING_WRONG;
    break;
  case REPORT_JOB_PURGED:
    stop(publishing, "purged");
    break;
  case REPORT_JOB_STORE:
    publishing->outcome = PUBLISHING_STORE;
    break;
  case REPORT_JOB_LARGE:
  case REPORT_JOB_LATE:
    publishing->outcome = PUBLISHING_LATE;
    break;
  }
  return publishing->outcome == PUBLISHING_OK;
}

void publishing_read(struct publishing *publishing, struct work *work, work_value *value) {
  *publishing = (struct publishing){.outcome = PUBLISHING_OK};
  struct report_job *job = &publishing->job;
  report_job_read(job, work, value);
  const char *floor = value(work, "floor"), *why = value(work, "why");
  job->options.profile = REPORT_PUBLISHED;
  job->norms = NULL; /* of two divisions of the same children the difference is a few of them */
  if (job->choice.municipalities != NULL) {
    wrong(publishing, "municipality");
  }
  if (floor != NULL && floor[0] != '\0') {
    job->options.floor = read_floor(floor);
  }
  if (job->options.floor == 0) {
    wrong(publishing, "floor");
  }
  read_why(publishing, why == NULL ? "" : why);
  (void)settle(publishing);
}

/* ---- published */

static enum store_result publish(struct store *store, void *context) {
  struct publishing *publishing = context;
  struct report_job *job = &publishing->job;
  return publication_make(store, &job->report, job->work->arena, &publishing->publication);
}

static void fail(struct publishing *publishing, enum store_result result) {
  if (result == STORE_CONFLICT) {
    stop(publishing, "meanwhile");
  } else if (result == STORE_REFUSED && !release_may(&publishing->publication.verdict)) {
    publishing->outcome = PUBLISHING_REFUSED;
  } else if (result != STORE_OK) {
    publishing->outcome = PUBLISHING_STORE;
    publishing->job.result = result;
  }
}

void publishing_run(struct publishing *publishing) {
  struct report_job *job = &publishing->job;
  (void)report_job_gather(job);
  if (!settle(publishing)) {
    return;
  }
  if (publishing_obstacle(&job->round) != NULL) {
    stop(publishing, publishing_obstacle(&job->round));
    return;
  }
  report_job_run(job, "release");
  if (settle(publishing)) {
    fail(publishing, console_ask(job->work, publish, publishing));
  }
}

/* ---- shown again */

struct finding {
  struct publishing *publishing;
  int release;
};

static enum store_result find(struct store *store, void *context) {
  const struct finding *finding = context;
  struct publishing *publishing = finding->publishing;
  struct report_job *job = &publishing->job;
  json_decref(publishing->json);
  return publication_find(store, job->round.id, finding->release, job->work->arena,
                          &publishing->publication.record, &publishing->json);
}

void publishing_again(struct publishing *publishing, int release, const char *format) {
  struct report_job *job = &publishing->job;
  struct finding finding = {publishing, release};
  (void)report_job_gather(job);
  if (!settle(publishing)) {
    return;
  }
  fail(publishing, console_ask(job->work, find, &finding));
  if (publishing->outcome != PUBLISHING_OK) {
    return;
  }
  if (!report_parse(publishing->json, job->options.questionnaire, job->work->arena, &job->report)) {
    fail(publishing, STORE_FAULT);
    return;
  }
  (void)(report_job_tell(job, format, release) && report_job_draw(job));
  (void)settle(publishing);
}

void publishing_clear(struct publishing *publishing) {
  report_job_clear(&publishing->job);
  json_decref(publishing->json);
  publishing->json = NULL;
}
