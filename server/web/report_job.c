#include "web/report_job.h"

#include <string.h>

#include "base/calendar.h"
#include "store/audit_store.h"
#include "store/quality_store.h"
#include "store/report_store.h"
#include "survey/suppression.h"
#include "web/console.h"
#include "web/console_gate.h"
#include "web/report_kit.h"

/* ---- what was asked for */

struct asked {
  struct report_job *job;
  work_value *value;
};

static void wrong(struct report_job *job, const char *field, const char *why) {
  if (job->outcome == REPORT_JOB_OK) {
    job->outcome = REPORT_JOB_WRONG;
    job->field = field;
    job->why = why;
  }
}

static const char *given(const struct asked *asked, const char *name) {
  const char *value = asked->value(asked->job->work, name);
  return value == NULL || value[0] == '\0' ? NULL : value;
}

static const char *read_day(const struct asked *asked, const char *name, int *day) {
  const char *text = given(asked, name);
  *day = -1;
  if (text != NULL && !calendar_read(text, day)) {
    wrong(asked->job, name, "day");
  }
  return text;
}

static void check_choice(struct report_job *job) {
  if (job->choice.field != NULL) {
    wrong(job, job->choice.field, job->choice.why);
  }
}

void report_job_read(struct report_job *job, struct work *work, work_value *value) {
  const struct asked asked = {.job = job, .value = value};
  *job = (struct report_job){.work = work};
  answer_choice_read(&job->choice, work, value);
  check_choice(job);
  job->closed_from = read_day(&asked, "closed_from", &job->options.closed_from);
  job->closed_to = read_day(&asked, "closed_to", &job->options.closed_to);
  job->options.profile = REPORT_INTERNAL;
  job->options.floor = SUPPRESSION_FLOOR;
  job->options.without_flagged = given(&asked, "without_flagged") != NULL;
  job->with_documentation = given(&asked, "documentation") != NULL;
  job->norms = given(&asked, "norms");
  const char *language = given(&asked, "in");
  bool known = language != NULL && words_has(console_reports(work)->words, language);
  job->language = known ? language : console_language(work);
  if (job->options.closed_to >= 0 && job->options.closed_from > job->options.closed_to) {
    wrong(job, "closed_from", "day_order");
  }
}

/* ---- what the database knows */

static bool settle(struct report_job *job, enum store_result result) {
  if (result != STORE_OK && job->outcome == REPORT_JOB_OK) {
    job->outcome = REPORT_JOB_STORE;
    job->result = result;
  }
  return job->outcome == REPORT_JOB_OK;
}

static bool name_municipalities(struct report_job *job, const struct course_municipality *rows,
                                size_t count, int today) {
  struct arena *arena = job->work->arena;
  struct report_label *labels = arena_array(arena, count + 1, sizeof *labels);
  char day[CALENDAR_DATE_BYTES];
  bool good = labels != NULL;
  size_t taken = 0;
  for (size_t i = 0; i < count && good; i++) {
    if (answer_choice_takes(&job->choice.filter, rows[i].code)) {
      struct report_label *label = &labels[taken++];
      *label = (struct report_label){.code = arena_printf(arena, "%d", rows[i].code),
                                     .name = rows[i].name};
      good = label->code != NULL;
    }
  }
  calendar_write(today, day);
  job->report.made_at = arena_string(arena, day);
  job->options.municipalities = labels;
  job->options.municipalities_count = taken;
  return good && job->report.made_at != NULL;
}

static bool name_languages(struct report_job *job) {
  const struct export_filter *filter = &job->choice.filter;
  struct report_label *labels =
      arena_array(job->work->arena, filter->languages_count + 1, sizeof *labels);
  for (size_t i = 0; labels != NULL && i < filter->languages_count; i++) {
    labels[i].code = filter->languages[i];
  }
  job->languages = labels;
  return labels != NULL;
}

static enum store_result find_controller(struct store *store, struct report_job *job) {
  struct setting_row *rows = NULL;
  size_t count = 0;
  enum store_result result =
      setting_list_for(store, job->round.personal_of, job->work->arena, &rows, &count);
  job->report.controller = "";
  for (size_t i = 0; result == STORE_OK && i < count; i++) {
    if (strcmp(rows[i].key, "controller") == 0) {
      job->report.controller = rows[i].value;
    }
  }
  return result;
}

/* Approved translations alone; else questions stand as they were asked. */
static enum store_result find_translation(struct store *store, struct report_job *job) {
  struct translation_row row;
  struct complaints complaints = {0};
  struct arena *arena = job->work->arena;
  const struct questionnaire *questionnaire = job->options.questionnaire;
  if (strcmp(job->language, questionnaire->language) == 0) {
    return STORE_OK;
  }
  enum store_result result = translation_find(store, questionnaire->id, questionnaire->version,
                                              job->language, arena, &row);
  if (result == STORE_OK && row.approved) {
    job->translation = translation_load(questionnaire, row.texts, arena, &complaints);
  }
  return result == STORE_NONE ? STORE_OK : result;
}

/* False when memory is out. */
static bool choose_norms(struct report_job *job) {
  const struct report_kit *kit = console_reports(job->work);
  const struct questionnaire *questionnaire = job->options.questionnaire;
  struct arena *arena = job->work->arena;
  size_t count = 0;
  job->options.norms = NULL;
  if (job->norms == NULL) {
    job->options.norms = report_kit_norms(kit, questionnaire, arena);
    return true;
  }
  if (strcmp(job->norms, "none") == 0) {
    return true;
  }
  const struct norms *list = report_kit_norms_list(kit, questionnaire, arena, &count);
  for (size_t i = 0; list != NULL && i < count; i++) {
    if (strcmp(list[i].name, job->norms) == 0) {
      job->options.norms = &list[i];
    }
  }
  if (job->options.norms == NULL) {
    wrong(job, "norms", "norms");
  }
  return list != NULL;
}

static enum store_result gather(struct store *store, void *context) {
  struct report_job *job = context;
  struct arena *arena = job->work->arena;
  const struct course_municipality *rows = NULL;
  struct complaints complaints = {0};
  size_t count = 0;
  int today = 0;
  enum store_result result = round_find(store, job->choice.filter.round, arena, &job->round);
  if (result == STORE_OK) {
    result =
        questionnaire_find(store, job->round.questionnaire, job->round.version, arena, &job->row);
  }
  if (result == STORE_OK) {
    result = course_municipalities(store, job->round.id, arena, &rows, &count, &today);
  }
  if (result != STORE_OK) {
    return result;
  }
  job->options.questionnaire = questionnaire_load(job->row.definition, arena, &complaints);
  if (job->options.questionnaire == NULL || !choose_norms(job) ||
      !name_municipalities(job, rows, count, today) || !name_languages(job)) {
    return STORE_FAULT;
  }
  result = find_controller(store, job);
  if (result == STORE_OK) {
    result =
        answer_choice_documentation(store, job->work, &job->choice.filter, &job->documentation);
  }
  return result == STORE_OK ? find_translation(store, job) : result;
}

/* ---- flags */

struct freshening {
  struct report_job *job;
  struct quality_run run;
  struct quality_counts counts;
};

static enum store_result freshen(struct store *store, void *context) {
  struct freshening *freshening = context;
  const struct report_job *job = freshening->job;
  struct quality_run *run = &freshening->run;
  struct arena *arena = job->work->arena;
  enum store_result result = quality_run_find(store, job->round.id, arena, run);
  if (result == STORE_OK) {
    result = quality_count(store, job->round.id, &freshening->counts);
  }
  bool wanted = run->stale && !run->finalised && !run->standby &&
                freshening->counts.answers <= REPORT_JOB_FLAGS_MAX && job->work->session->runs;
  if (result != STORE_OK || !wanted) {
    return result;
  }
  result = quality_refresh(store, job->round.id, job->options.questionnaire);
  return result == STORE_OK || result == STORE_CLOSED
             ? quality_run_find(store, job->round.id, arena, run)
             : result;
}

/* ---- rows */

static void judge(struct report_job *job, enum report_result result) {
  if (result != REPORT_OK) {
    settle(job, STORE_FAULT);
  }
  if (job->outcome == REPORT_JOB_OK && !work_in_time(job->work)) {
    job->outcome = REPORT_JOB_LATE;
  }
}

static bool each_answer(void *context, const struct export_row *row) {
  struct report_job *job = context;
  struct response response;
  struct arena *arena = arena_new(0);
  if (arena == NULL || !export_response(row, job->options.questionnaire, arena, &response)) {
    settle(job, STORE_FAULT);
  } else {
    judge(job, report_add(job->making, &response));
  }
  arena_free(arena);
  return job->outcome == REPORT_JOB_OK;
}

static bool each_course(void *context, const struct course_row *row) {
  struct report_job *job = context;
  if (answer_choice_takes(&job->choice.filter, row->course.municipality)) {
    judge(job, report_add_course(job->making, &row->course));
  }
  return job->outcome == REPORT_JOB_OK;
}

static enum store_result stream(struct store *store, void *context) {
  struct report_job *job = context;
  return report_rows(store, &job->choice.filter, each_answer, each_course, job);
}

static bool read_rows(struct report_job *job) {
  job->making = report_new(job->work->arena, &job->options);
  struct store *store = work_store(job->work, STORE_AS_EXPORTER);
  if (job->making == NULL) {
    return settle(job, STORE_FAULT);
  }
  return settle(job, store == NULL ? STORE_DOWN
                                   : store_as_reader(store, console_staff(job->work), stream, job));
}

/* All of it for oneself; for everybody what may be, and only if it was asked for. */
static bool tell_documentation(struct report_job *job) {
  struct report *report = &job->report;
  if (job->options.profile == REPORT_INTERNAL) {
    report->documentation = job->documentation.versions;
    report->documentation_count = job->documentation.count;
    return true;
  }
  size_t count = job->with_documentation ? job->documentation.count : 0;
  return settle(job, documentation_published(job->documentation.versions, count, job->work->arena,
                                             &report->documentation, &report->documentation_count)
                         ? STORE_OK
                         : STORE_FAULT);
}

static void fill(struct report_job *job, const struct quality_run *run) {
  struct report *report = &job->report;
  const char *controller = report->controller, *made_at = report->made_at;
  judge(job, report_finish(job->making, report));
  if (job->outcome != REPORT_JOB_OK) {
    return;
  }
  report->round = job->round.id;
  report->round_title = job->round.title;
  report->round_state = round_state_name(job->round.state);
  report->controller = controller;
  report->made_at = made_at;
  report->all_municipalities =
      job->work->session->runs && job->choice.filter.municipalities_count == 0;
  report->languages = job->languages;
  report->languages_count = job->choice.filter.languages_count;
  report->period.from = job->choice.filter.from;
  report->period.to = job->choice.filter.to;
  report->period.closed_from = job->closed_from;
  report->period.closed_to = job->closed_to;
  report->quality.refreshed_at = run->refreshed_at;
  report->quality.stale = run->stale && !run->finalised;
  if (tell_documentation(job)) {
    (void)report_job_draw(job);
  }
}

bool report_job_draw(struct report_job *job) {
  job->view =
      report_view_new(&job->report, job->translation,
                      words_of(console_reports(job->work)->words, job->language), job->work->arena);
  return settle(job, job->view == NULL ? STORE_FAULT : STORE_OK);
}

/* ---- the whole */

struct telling {
  const struct report_job *job;
  const char *format;
  int release;
};

static enum store_result tell(struct store *store, void *context) {
  const struct telling *telling = context;
  const struct report_job *job = telling->job;
  bool published = job->options.profile == REPORT_PUBLISHED;
  const char *release =
      arena_printf(job->work->arena, "release %d", telling->release); /* as release_store tells */
  const char *beside =
      job->beside == NULL ? "" : arena_printf(job->work->arena, ",\"rounds\":\"%s\"", job->beside);
  const struct audit_entry entry = {
      .action = "answers.report",
      .subject = telling->release > 0 ? release : NULL,
      .round = job->round.id,
      .details = arena_printf(job->work->arena, "{\"format\":\"%s\",\"profile\":\"%s\"%s}",
                              telling->format, published ? "published" : "internal",
                              beside == NULL ? "" : beside)};
  return entry.details == NULL || release == NULL || beside == NULL ? STORE_FAULT
                                                                    : audit_append(store, &entry);
}

bool report_job_tell(struct report_job *job, const char *format, int release) {
  struct telling telling = {job, format, release};
  return settle(job, console_ask(job->work, tell, &telling));
}

bool report_job_gather(struct report_job *job) {
  bool may = (console_role_bit(job->work) & (ROUTE_EVALUATOR | ROUTE_ADMIN)) != 0;
  return settle(job, may ? console_ask(job->work, gather, job) : STORE_DENIED);
}

void report_job_run(struct report_job *job, const char *format) {
  struct freshening freshening = {.job = job};
  if (!report_job_gather(job)) {
    return;
  }
  if (job->round.purged_at != NULL) {
    job->outcome = REPORT_JOB_PURGED;
    return;
  }
  answer_choice_check(&job->choice, job->work, &job->round);
  check_choice(job);
  if (job->outcome != REPORT_JOB_OK ||
      !settle(job, console_review(job->work, freshen, &freshening))) {
    return;
  }
  if (job->most > 0 && freshening.counts.answers > job->most) {
    job->outcome = REPORT_JOB_LARGE;
    return;
  }
  if (report_job_tell(job, format, 0) && read_rows(job)) {
    fill(job, &freshening.run);
  }
}

void report_job_clear(struct report_job *job) {
  report_free(job->making);
  job->making = NULL;
}
