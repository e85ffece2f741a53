/* The report of a round: the internal one, with what `hjemsvar report` takes; and the one for
 * everybody, published once and given again by its number. */
#include <string.h>

#include "web/api.h"
#include "web/console.h"
#include "web/console_gate.h"
#include "web/console_pages.h"
#include "web/export_kit.h"
#include "web/publishing.h"
#include "web/report_kit.h"
#include "web/report_send.h"

enum { AGAIN_S = 30 };

void api_later(struct work *work, unsigned status, const char *name) {
  api_fail(work, status, name);
  work->reply.retry_after_s = AGAIN_S;
}

/* ---- what was asked for */

const char *api_report_format(const struct work *work) {
  const char *format = work_query(work, "format");
  return format == NULL ? "json" : format;
}

static bool is_one_of(const char *value, const char *one, const char *other) {
  return value == NULL || strcmp(value, one) == 0 || strcmp(value, other) == 0;
}

/* Format and language, and whether flagged answers are left out. False when the work is answered.
 */
bool api_report_check(struct work *work) {
  const char *language = work_query(work, "in");
  if (!report_send_knows(api_report_format(work))) {
    api_invalid(work, "format", "report_format");
  } else if (language != NULL && !words_has(console_reports(work)->words, language)) {
    api_invalid(work, "in", "in");
  } else if (!is_one_of(work_query(work, "without_flagged"), "on", "off")) {
    api_invalid(work, "without_flagged", "switch");
  } else {
    return true;
  }
  return false;
}

static const char *of_query(const struct work *work, const char *name) {
  const char *value = work_query(work, name);
  bool off = strcmp(name, "without_flagged") == 0 && value != NULL && strcmp(value, "off") == 0;
  return off ? NULL : value;
}

/* ---- internal */

static void answer(struct report_job *job) {
  struct work *work = job->work;
  json_t *json = NULL;
  switch (job->outcome) {
  case REPORT_JOB_OK:
    json = report_json(&job->report);
    report_send(work, job->view, json, api_report_format(work),
                arena_printf(work->arena, "round-%d-report", job->round.id));
    json_decref(json);
    return;
  case REPORT_JOB_WRONG:
    api_invalid(work, job->field, job->why);
    return;
  case REPORT_JOB_PURGED:
    console_message(work, MHD_HTTP_CONFLICT, "purged", "purged");
    return;
  case REPORT_JOB_STORE:
    console_fail(work, job->result);
    return;
  case REPORT_JOB_LARGE:
  case REPORT_JOB_LATE:
    api_later(work, MHD_HTTP_SERVICE_UNAVAILABLE, "busy");
    return;
  }
}

void api_report(struct work *work) {
  struct report_job job;
  if (!api_report_check(work)) {
    return;
  }
  report_job_read(&job, work, of_query);
  if (job.outcome != REPORT_JOB_OK) {
    answer(&job);
  } else if (export_kit_enter(work)) {
    report_job_run(&job, api_report_format(work));
    answer(&job);
    export_kit_leave(work);
  }
  report_job_clear(&job);
}

/* ---- published */

/* Numbers are what a program can look up; "what" is as a release keeps it ("useful=1"). */
static void refuse_beside(const struct publishing *publishing) {
  struct work *work = publishing->job.work;
  const struct release_verdict *verdict = &publishing->publication.verdict;
  const struct release_margin *margin = verdict->margin;
  if (margin == NULL) {
    api_fail(work, MHD_HTTP_CONFLICT, "report_many");
    return;
  }
  const char *detail = api_document_detail(console_document(work->console), "report_refused");
  const char *count = arena_printf(work->arena, "%d", margin->count);
  const char *number = arena_printf(work->arena, "%d", verdict->earlier);
  const char *difference = arena_printf(work->arena, "%d", verdict->difference);
  const char *what = margin->what[0] == '\0' ? "answers" : margin->what;
  if (count == NULL || number == NULL || difference == NULL) {
    console_fail(work, STORE_FAULT);
    return;
  }
  api_refuse(work, MHD_HTTP_CONFLICT, "report_refused",
             words_fill(work->arena, detail, "what", what, "count", count, "n", number,
                        "difference", difference, "reason", release_reason_name(verdict->reason),
                        NULL));
}

/* A member of the body by its name in publishing_read. */
static const char *member_of(const char *field) {
  return strcmp(field, "why") == 0        ? "override_why"
         : strcmp(field, "language") == 0 ? "languages"
                                          : field;
}

/* Whatever is not OK. */
static void refuse(const struct publishing *publishing) {
  struct work *work = publishing->job.work;
  const char *name = NULL;
  switch (publishing->outcome) {
  case PUBLISHING_OK:
    return;
  case PUBLISHING_WRONG:
    api_invalid(work, member_of(publishing->job.field), publishing->job.why);
    return;
  case PUBLISHING_STATE:
    name = arena_printf(work->arena, "release_%s", publishing->obstacle);
    api_fail(work, MHD_HTTP_CONFLICT, name == NULL ? "state" : name);
    return;
  case PUBLISHING_REFUSED:
    refuse_beside(publishing);
    return;
  case PUBLISHING_STORE:
    console_fail(work, publishing->job.result);
    return;
  case PUBLISHING_LATE:
    api_later(work, MHD_HTTP_SERVICE_UNAVAILABLE, "busy");
    return;
  }
}

/* With commas between. */
static const char *languages_of(struct api_fields *fields) {
  const char *const *languages;
  size_t count;
  const char *list = NULL;
  if (api_texts(fields, "languages", &languages, &count)) {
    for (size_t i = 0; i < count; i++) {
      list = i == 0 ? languages[i] : arena_printf(fields->work->arena, "%s,%s", list, languages[i]);
    }
  }
  return list;
}

/* The members of the body, which the work's context holds, with the meaning that publishing_read
 * wants; each is asked for once. */
static const char *of_body(const struct work *work, const char *name) {
  struct api_fields *fields = work->context;
  if (strcmp(name, "in") == 0) {
    return NULL; /* of the language when it is fetched */
  }
  if (strcmp(name, "without_flagged") == 0 || strcmp(name, "documentation") == 0) {
    return api_switch(fields, name) == 1 ? "on" : NULL;
  }
  if (strcmp(name, "floor") == 0) {
    int floor = api_number(fields, name);
    return floor == 0 ? NULL : arena_printf(work->arena, "%d", floor);
  }
  if (strcmp(name, "language") == 0) {
    return languages_of(fields);
  }
  if (strcmp(name, "municipality") == 0) {
    return NULL; /* unknown here, as any member that there is none of */
  }
  return api_text(fields, strcmp(name, "why") == 0 ? "override_why" : name);
}

static void make(struct work *work, struct publishing *publishing) {
  if (publishing->outcome == PUBLISHING_OK && !export_kit_enter(work)) {
    return;
  }
  if (publishing->outcome == PUBLISHING_OK) {
    publishing_run(publishing);
    export_kit_leave(work);
  }
  if (publishing->outcome != PUBLISHING_OK) {
    refuse(publishing);
    return;
  }
  const struct release_record *record = &publishing->publication.record;
  work_json(work, MHD_HTTP_CREATED, api_release_json(record));
  work->reply.location = arena_printf(work->arena, API_ROOT "/rounds/%d/report/releases/%d",
                                      record->round, record->id);
}

void api_report_publish(struct work *work) {
  struct publishing publishing;
  struct api_fields fields;
  if (api_fields_begin(&fields, work)) {
    work->context = &fields;
    publishing_read(&publishing, work, of_body);
    work->context = NULL;
    if (api_fields_settle(&fields)) {
      make(work, &publishing);
    }
    publishing_clear(&publishing);
  }
  api_fields_end(&fields);
}

void api_report_release(struct work *work) {
  struct publishing publishing;
  if (!api_report_check(work) || !export_kit_enter(work)) {
    return;
  }
  publishing_read(&publishing, work, of_query);
  if (publishing.outcome == PUBLISHING_OK) {
    publishing_again(&publishing, work_number(work, "release"), api_report_format(work));
  }
  if (publishing.outcome == PUBLISHING_OK) {
    report_send(work, publishing.job.view, publishing.json, api_report_format(work),
                arena_printf(work->arena, "round-%d-report-%d", publishing.job.round.id,
                             publishing.publication.record.id));
  } else {
    refuse(&publishing);
  }
  publishing_clear(&publishing);
  export_kit_leave(work);
}
