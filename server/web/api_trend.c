/* Rounds beside each other. */
#include <string.h>

#include "web/api.h"
#include "web/console.h"
#include "web/console_gate.h"
#include "web/console_pages.h"
#include "web/export_kit.h"
#include "web/report_kit.h"
#include "web/report_send.h"
#include "web/trend_job.h"

static void refuse_release(const struct trend_job *job) {
  struct work *work = job->work;
  const char *detail = api_document_detail(console_document(work->console), job->why);
  const char *round = arena_printf(work->arena, "%d", job->round);
  const char *message = round == NULL ? NULL : words_fill(work->arena, detail, "n", round, NULL);
  if (message == NULL) {
    console_fail(work, STORE_FAULT);
  } else {
    api_refuse(work, MHD_HTTP_CONFLICT, job->why, message);
  }
}

static void answer(const struct trend_job *job, const char *format) {
  struct work *work = job->work;
  json_t *json = NULL;
  switch (job->outcome) {
  case TREND_JOB_OK:
    json = trend_json(&job->trend);
    report_send(work, job->view, json, format, "rounds-report");
    json_decref(json);
    return;
  case TREND_JOB_WRONG:
    api_invalid(work, job->field, job->why);
    return;
  case TREND_JOB_RELEASE:
    refuse_release(job);
    return;
  case TREND_JOB_PURGED:
    console_message(work, MHD_HTTP_CONFLICT, "purged", "purged");
    return;
  case TREND_JOB_STORE:
    console_fail(work, job->result);
    return;
  case TREND_JOB_LARGE:
  case TREND_JOB_LATE:
    api_later(work, MHD_HTTP_SERVICE_UNAVAILABLE, "busy");
    return;
  }
}

void api_report_rounds(struct work *work) {
  struct trend_job *job = arena_alloc(work->arena, sizeof *job);
  if (job == NULL) {
    console_fail(work, STORE_FAULT);
    return;
  }
  if (!api_report_check(work)) {
    return;
  }
  const char *format = api_report_format(work);
  trend_job_read(job, work);
  if (job->outcome != TREND_JOB_OK) {
    answer(job, format);
  } else if (export_kit_enter(work)) {
    trend_job_run(job, format);
    answer(job, format);
    export_kit_leave(work);
  }
  trend_job_clear(job);
}
