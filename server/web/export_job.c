#include "web/export_job.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/audit_store.h"
#include "web/console.h"
#include "web/console_gate.h"
#include "web/export_dress.h"

/* ---- what was asked for */

static void wrong(struct export_job *job, const char *field, const char *why) {
  if (job->outcome == EXPORT_JOB_OK) {
    job->outcome = EXPORT_JOB_WRONG;
    job->field = field;
    job->why = why;
  }
}

struct asked {
  struct export_job *job;
  work_value *value;
};

/* NULL when it is not there or empty. */
static const char *given(const struct asked *asked, const char *name) {
  const char *value = asked->value(asked->job->work, name);
  return value == NULL || value[0] == '\0' ? NULL : value;
}

static bool is(const char *value, const char *word) {
  return value != NULL && strcmp(value, word) == 0;
}

static void read_format(const struct asked *asked) {
  struct export_job *job = asked->job;
  const char *format = given(asked, "format"), *profile = given(asked, "profile");
  if (format == NULL || !export_format_parse(format, &job->options.format)) {
    wrong(job, "format", "format");
  }
  if (profile != NULL && !is(profile, "internal")) {
    wrong(job, "profile", "profile");
  }
}

static void read_shape(const struct asked *asked) {
  struct export_job *job = asked->job;
  const char *shape = given(asked, "shape");
  job->options.shapes = job->options.format == EXPORT_ZIP ? EXPORT_BOTH : EXPORT_WIDE;
  if (is(shape, "wide")) {
    job->options.shapes = EXPORT_WIDE;
  } else if (is(shape, "long")) {
    job->options.shapes = EXPORT_LONG;
  } else if (shape != NULL) {
    wrong(job, "shape", "shape");
  }
}

static void read_dialect(const struct asked *asked) {
  struct export_job *job = asked->job;
  const char *dialect = given(asked, "dialect");
  job->options.dialect = is(dialect, "excel") ? CSV_EXCEL : CSV_PLAIN;
  if (dialect != NULL && !is(dialect, "excel") && !is(dialect, "plain")) {
    wrong(job, "dialect", "dialect");
  } else if (dialect != NULL && job->options.format != EXPORT_CSV) {
    wrong(job, "dialect", "dialect_csv");
  }
}

static void read_comments(const struct asked *asked) {
  const char *comments = given(asked, "comments");
  asked->job->options.no_comments = is(comments, "none");
  if (comments != NULL && !is(comments, "none") && !is(comments, "masked")) {
    wrong(asked->job, "comments", "comments");
  }
}

static bool read_switch(const struct asked *asked, const char *name) {
  const char *value = given(asked, name);
  if (value != NULL && !is(value, "on") && !is(value, "off")) {
    wrong(asked->job, name, "switch");
  }
  return is(value, "on");
}

static void check_choice(struct export_job *job) {
  if (job->choice.field != NULL) {
    wrong(job, job->choice.field, job->choice.why);
  }
}

void export_job_read(struct export_job *job, struct work *work, work_value *value) {
  const struct asked asked = {.job = job, .value = value};
  *job = (struct export_job){.work = work, .fd = -1};
  answer_choice_read(&job->choice, work, value);
  job->options.round = job->choice.filter.round;
  job->options.only_municipalities = job->choice.municipalities;
  job->options.only_languages = job->choice.languages;
  job->options.from = job->choice.filter.from;
  job->options.to = job->choice.filter.to;
  job->options.scratch = export_dress_scratch();
  read_format(&asked);
  read_shape(&asked);
  read_dialect(&asked);
  read_comments(&asked);
  job->options.without_flagged = read_switch(&asked, "without_flagged");
  job->options.weighted = read_switch(&asked, "weighted");
  check_choice(job);
}

/* ---- what the database knows */

static bool settle(struct export_job *job, enum store_result result) {
  if (result != STORE_OK && job->outcome == EXPORT_JOB_OK) {
    job->outcome = EXPORT_JOB_STORE;
    job->result = result;
  }
  return job->outcome == EXPORT_JOB_OK;
}

struct gathering {
  struct export_job *job;
  struct export_dress dress;
};

static enum store_result gather(struct store *store, void *context) {
  struct gathering *found = context;
  struct export_job *job = found->job;
  enum store_result result =
      export_dress_find(store, job->choice.filter.round, job->work->arena, &found->dress);
  return result == STORE_OK && job->options.format == EXPORT_ZIP
             ? answer_choice_documentation(store, job->work, &job->choice.filter,
                                           &job->options.documentation)
             : result;
}

/* Who is confined to a municipality asks for that one, and the file says so. */
static void confine(struct export_job *job) {
  const struct staff_scope *scope = &console_staff(job->work)->scope;
  struct export_filter *filter = &job->choice.filter;
  if (scope->municipality == 0 || filter->municipalities_count > 0) {
    return;
  }
  filter->municipalities = &scope->municipality;
  filter->municipalities_count = 1;
  job->options.only_municipalities = arena_printf(job->work->arena, "%d", scope->municipality);
}

/* ---- flags */

static enum store_result freshen(struct store *store, void *context) {
  struct export_job *job = context;
  struct arena *arena = job->work->arena;
  struct quality_counts counts = {.answers = 0};
  int round = job->choice.filter.round;
  enum store_result result = quality_run_find(store, round, arena, &job->run);
  bool wanted =
      job->run.stale && !job->run.finalised && !job->run.standby && job->work->session->runs;
  if (result != STORE_OK || !wanted) {
    return result;
  }
  result = quality_count(store, round, &counts);
  if (result != STORE_OK || counts.answers > EXPORT_JOB_FLAGS_MAX) {
    return result;
  }
  result = quality_refresh(store, round, job->options.questionnaire);
  return result == STORE_OK || result == STORE_CLOSED
             ? quality_run_find(store, round, arena, &job->run)
             : result;
}

/* ---- the audit log */

struct telling {
  const struct export_job *job;
  bool ended;
};

static enum store_result tell(struct store *store, void *context) {
  const struct telling *telling = context;
  const struct export_job *job = telling->job;
  const char *format = export_format_name(job->options.format);
  struct arena *arena = job->work->arena;
  const char *details =
      telling->ended
          ? arena_printf(arena, "{\"format\":\"%s\",\"profile\":\"internal\",\"rows\":%lld}",
                         format, job->counts.answers)
          : arena_printf(arena, "{\"format\":\"%s\",\"profile\":\"internal\"}", format);
  const struct audit_entry entry = {.action =
                                        telling->ended ? "answers.export_end" : "answers.export",
                                    .round = job->choice.filter.round,
                                    .details = details};
  return details == NULL ? STORE_FAULT : audit_append(store, &entry);
}

static bool told(struct export_job *job, bool ended) {
  struct telling telling = {.job = job, .ended = ended};
  return settle(job, console_ask(job->work, tell, &telling));
}

/* ---- rows */

struct running {
  struct export_job *job;
  struct export *export;
};

static void failed(struct export_job *job, enum export_result made) {
  if (job->outcome != EXPORT_JOB_OK || made == EXPORT_OK) {
    return;
  }
  job->made = made;
  if (made == EXPORT_STOPPED && !work_in_time(job->work)) {
    job->outcome = EXPORT_JOB_LATE;
  } else if (made == EXPORT_NO_LONG) {
    wrong(job, "shape", "shape_long");
  } else if (made == EXPORT_LARGE) {
    wrong(job, "format", "format_large");
  } else {
    job->outcome = EXPORT_JOB_FAILED;
  }
}

static bool to_file(void *context, const char *bytes, size_t size) {
  const struct export_job *job = context;
  return work_write(job->fd, bytes, size);
}

static bool each_row(void *context, const struct export_row *row) {
  struct running *running = context;
  struct export_job *job = running->job;
  struct response response;
  struct arena *arena = arena_new(0);
  if (arena == NULL) {
    failed(job, EXPORT_MEMORY);
  } else if (!export_response(row, job->options.questionnaire, arena, &response)) {
    settle(job, STORE_FAULT);
  } else {
    failed(job, export_add(running->export, &response));
  }
  arena_free(arena);
  if (job->outcome == EXPORT_JOB_OK && !work_in_time(job->work)) {
    job->outcome = EXPORT_JOB_LATE;
  }
  return job->outcome == EXPORT_JOB_OK;
}

static bool again(void *context) {
  const struct running *running = context;
  return running->job->outcome == EXPORT_JOB_OK && export_again(running->export);
}

static enum store_result stream(struct store *store, void *context) {
  struct running *running = context;
  return export_rows(store, &running->job->choice.filter, each_row, again, running);
}

static enum store_result read_rows(struct running *running) {
  struct work *work = running->job->work;
  struct store *store = work_store(work, STORE_AS_EXPORTER);
  return store == NULL ? STORE_DOWN : store_as_reader(store, console_staff(work), stream, running);
}

static bool go_on(void *work) {
  return work_in_time(work);
}

static void make(struct export_job *job) {
  struct running running = {.job = job};
  job->options.go_on = go_on;
  job->options.go_on_context = job->work;
  failed(job, export_new(&job->options, to_file, job, &running.export));
  if (job->outcome == EXPORT_JOB_OK && settle(job, read_rows(&running))) {
    failed(job, export_finish(running.export, &job->trouble));
    job->counts = export_counts(running.export);
  }
  export_free(running.export);
}

/* ---- the whole */

/* The role's right to answers is asked by the routes and the database; this is for a handler whose
 * route says otherwise. */
static bool prepare(struct export_job *job) {
  struct gathering found = {.job = job};
  if ((console_role_bit(job->work) & (ROUTE_EVALUATOR | ROUTE_ADMIN)) == 0) {
    return settle(job, STORE_DENIED);
  }
  if (!settle(job, console_ask(job->work, gather, &found))) {
    return false;
  }
  if (found.dress.round.purged_at != NULL) {
    job->outcome = EXPORT_JOB_PURGED;
    return false;
  }
  confine(job);
  answer_choice_check(&job->choice, job->work, &found.dress.round);
  check_choice(job);
  if (!export_dress_fill(&found.dress, console_exports(job->work), job->work->arena,
                         &job->options)) {
    settle(job, STORE_FAULT);
  }
  if (job->outcome != EXPORT_JOB_OK || !settle(job, console_review(job->work, freshen, job))) {
    return false;
  }
  job->options.flags_method = job->run.method;
  return true;
}

static void name_file(struct export_job *job) {
  static const char *const shapes[] = {
      [EXPORT_WIDE] = "-wide", [EXPORT_LONG] = "-long", [EXPORT_BOTH] = ""};
  job->type = export_dress_type(job->options.format);
  job->name = arena_printf(job->work->arena, "round-%d%s.%s", job->choice.filter.round,
                           shapes[job->options.shapes], export_format_name(job->options.format));
}

static void drop_file(struct export_job *job) {
  if (job->fd >= 0) {
    close(job->fd);
  }
  job->fd = -1;
}

void export_job_run(struct export_job *job) {
  if (!prepare(job) || !told(job, false)) {
    return;
  }
  job->fd = upload_temporary_in(job->options.scratch);
  if (job->fd < 0) {
    failed(job, EXPORT_SCRATCH);
    return;
  }
  make(job);
  if (job->outcome == EXPORT_JOB_OK) {
    (void)told(job, true);
  }
  name_file(job);
  if (job->outcome != EXPORT_JOB_OK || job->name == NULL || lseek(job->fd, 0, SEEK_SET) != 0) {
    failed(job, EXPORT_MEMORY);
    drop_file(job);
  }
}

void export_job_send(struct export_job *job) {
  work_file(job->work, job->type, job->fd, job->name);
  job->fd = -1;
}
