/* Answers as files: GET …/answers, with what `hjemsvar answers export` takes. */
#include "base/log.h"
#include "web/api.h"
#include "web/console.h"
#include "web/console_gate.h"
#include "web/console_pages.h"
#include "web/export_job.h"
#include "web/export_kit.h"

enum { AGAIN_S = 30 };

static void later(struct work *work, unsigned status, const char *name) {
  api_fail(work, status, name);
  work->reply.retry_after_s = AGAIN_S;
}

static void answer(struct export_job *job) {
  struct work *work = job->work;
  switch (job->outcome) {
  case EXPORT_JOB_OK:
    export_job_send(job);
    return;
  case EXPORT_JOB_WRONG:
    api_invalid(work, job->field, job->why);
    return;
  case EXPORT_JOB_STORE:
    console_fail(work, job->result);
    return;
  case EXPORT_JOB_PURGED:
    console_message(work, MHD_HTTP_CONFLICT, "purged", "purged");
    return;
  case EXPORT_JOB_LATE:
    later(work, MHD_HTTP_SERVICE_UNAVAILABLE, "busy");
    return;
  case EXPORT_JOB_FAILED:
    break;
  }
  log_event(LOG_LEVEL_ERROR, "export_failed", "s:i, s:s", "result", (int)job->made, "what",
            job->trouble.what);
  console_fail(work, STORE_FAULT);
}

void api_answers(struct work *work) {
  struct export_job job;
  export_job_read(&job, work, work_query);
  if (job.outcome != EXPORT_JOB_OK) {
    answer(&job);
    return;
  }
  if (!export_kit_enter(work)) {
    return;
  }
  export_job_run(&job);
  export_kit_leave(work);
  answer(&job);
}
