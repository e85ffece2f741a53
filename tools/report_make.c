#include "report_make.h"

#include <stdlib.h>
#include <string.h>

#include "answers_filter.h"
#include "base/calendar.h"
#include "flags.h"
#include "norms_file.h"
#include "released.h"
#include "store/audit_store.h"
#include "store/report_store.h"
#include "stored.h"
#include "survey/suppression.h"

/* ---- flags */

/* Of the years that courses have. */
static bool read_day(const char *text, int *day) {
  return calendar_read(text, day) && calendar_year(*day) >= COURSE_YEAR_FIRST &&
         calendar_year(*day) <= COURSE_YEAR_LAST;
}

static int take_day(const char *flag, const char *text, int *day) {
  *day = -1;
  if (text != NULL && !read_day(text, day)) {
    return cli_fail(EXIT_CODE_USAGE, "--%s is \"%s\"; hint: a day such as 2026-01-31", flag, text);
  }
  return 0;
}

static int take_days(struct report_work *work) {
  struct report_options *options = &work->options;
  int failed = take_day("closed-from", work->closed_from, &options->closed_from);
  failed = failed != 0 ? failed : take_day("closed-to", work->closed_to, &options->closed_to);
  if (failed == 0 && options->closed_from >= 0 && options->closed_to >= 0 &&
      options->closed_from > options->closed_to) {
    return cli_fail(EXIT_CODE_USAGE, "--closed-from is later than --closed-to; hint: exchange "
                                     "them");
  }
  return failed;
}

int report_make_read(struct cli *cli, struct report_work *work) {
  const char *floor = cli_value(cli, "floor");
  work->options.floor = SUPPRESSION_FLOOR;
  if (floor != NULL &&
      !cli_number(floor, SUPPRESSION_FLOOR_LEAST, REPORT_FLOOR_MOST, &work->options.floor)) {
    return cli_fail(EXIT_CODE_USAGE, "--floor is \"%s\"; hint: a number from %d", floor,
                    SUPPRESSION_FLOOR_LEAST);
  }
  work->closed_from = cli_value(cli, "closed-from");
  work->closed_to = cli_value(cli, "closed-to");
  work->options.without_flagged = cli_has(cli, "without-flagged");
  int failed = answers_filter_read(cli, &work->filter);
  return failed != 0 ? failed : take_days(work);
}

/* ---- the round */

static int name_municipalities(struct report_work *work) {
  struct cli *cli = work->cli;
  const struct course_municipality *rows = NULL;
  size_t count = 0;
  int today = 0;
  char made_at[CALENDAR_DATE_BYTES];
  enum store_result result =
      course_municipalities(cli->store, work->round.id, cli->arena, &rows, &count, &today);
  if (result != STORE_OK) {
    return cli_store_failed(cli, result, "listing the municipalities");
  }
  struct report_label *labels = arena_array(cli->arena, count + 1, sizeof *labels);
  calendar_write(today, made_at);
  work->report.made_at = arena_string(cli->arena, made_at);
  work->options.municipalities = labels;
  work->options.municipalities_count = 0;
  for (size_t i = 0; labels != NULL && i < count; i++) {
    if (answers_filter_takes(&work->filter, rows[i].code)) {
      struct report_label *label = &labels[work->options.municipalities_count++];
      *label = (struct report_label){.code = arena_printf(cli->arena, "%d", rows[i].code),
                                     .name = rows[i].name};
      if (label->code == NULL) {
        return cli_fail_memory();
      }
    }
  }
  return labels == NULL || work->report.made_at == NULL ? cli_fail_memory() : 0;
}

static int find_controller(struct report_work *work) {
  struct setting_row *rows = NULL;
  size_t count = 0;
  enum store_result result =
      setting_list_for(work->cli->store, work->round.personal_of, work->cli->arena, &rows, &count);
  work->report.controller = "";
  for (size_t i = 0; result == STORE_OK && i < count; i++) {
    if (strcmp(rows[i].key, "controller") == 0) {
      work->report.controller = rows[i].value;
    }
  }
  return result == STORE_OK ? 0 : cli_store_failed(work->cli, result, "reading the settings");
}

int report_make_gather(struct report_work *work) {
  struct cli *cli = work->cli;
  struct questionnaire_row row;
  int failed = stored_round(cli, work->wanted, &work->round);
  if (failed == 0 && !work->kept) {
    failed = stored_kept(&work->round);
  }
  if (failed == 0) {
    work->filter.round = work->round.id;
    failed = answers_filter_check(&work->filter, &work->round);
  }
  if (failed == 0) {
    failed = stored_questionnaire(cli, work->round.questionnaire, work->round.version, &row,
                                  &work->questionnaire);
  }
  work->options.questionnaire = work->questionnaire;
  if (failed == 0 && !cli_has(cli, "release")) { /* a release has its bands */
    failed = norms_file_choose(cli, work->questionnaire, &work->options.norms);
  }
  failed = failed != 0 ? failed : name_municipalities(work);
  failed =
      failed != 0 ? failed : answers_filter_documentation(cli, &work->filter, &work->documentation);
  return failed != 0 ? failed : find_controller(work);
}

/* ---- the audit log */

int report_make_tell(const struct report_work *work, struct store *log, const char *format,
                     int release, const char *rounds) {
  struct cli *cli = work->cli;
  bool published = work->options.profile == REPORT_PUBLISHED;
  json_t *json = json_pack("{s:s, s:s, s:s*}", "format", format, "profile",
                           published ? "published" : "internal", "rounds", rounds);
  const struct audit_entry entry = {
      .action = "answers.report",
      .subject = release > 0 ? arena_printf(cli->arena, "release %d", release) : NULL,
      .round = work->round.id,
      .details = released_json(cli, json)};
  if (entry.details == NULL) {
    return cli_fail_memory();
  }
  enum store_result result = audit_append(log, &entry);
  return result == STORE_OK ? 0 : cli_store_said(log, result, "telling the audit log");
}

/* ---- rows */

static int add_failed(enum report_result result, const char *what) {
  switch (result) {
  case REPORT_OK:
    return 0;
  case REPORT_LOW:
    return cli_fail(EXIT_CODE_USAGE, "the floor is under %d; hint: --floor %d",
                    SUPPRESSION_FLOOR_LEAST, SUPPRESSION_FLOOR);
  case REPORT_UNKNOWN:
    return cli_fail(EXIT_CODE_INTERNAL, "%s is of no municipality of the round; hint: report this",
                    what);
  case REPORT_MEMORY:
    return cli_fail_memory();
  }
  return EXIT_CODE_INTERNAL;
}

static bool each_answer(void *context, const struct export_row *row) {
  struct report_work *work = context;
  struct arena *arena = arena_new(0);
  struct response response;
  if (arena == NULL) {
    work->failed = cli_fail_memory();
  } else if (!export_response(row, work->questionnaire, arena, &response)) {
    work->failed =
        cli_fail(EXIT_CODE_INTERNAL, "answer %s does not fit its questionnaire; hint: report this",
                 row->response_id);
  } else {
    work->failed = add_failed(report_add(work->making, &response), "an answer");
  }
  arena_free(arena);
  progress_update(&work->progress, ++work->rows);
  return work->failed == 0;
}

static bool each_course(void *context, const struct course_row *row) {
  struct report_work *work = context;
  if (answers_filter_takes(&work->filter, row->course.municipality)) {
    work->failed = add_failed(report_add_course(work->making, &row->course), "a course");
  }
  return work->failed == 0;
}

static int read_rows(struct report_work *work) {
  struct cli *cli = work->cli;
  long long count = 0;
  store_set_patience(cli->store, 0);
  enum store_result result = export_count(cli->store, &work->filter, &count);
  progress_init(&work->progress, count);
  if (result == STORE_OK) {
    result = report_rows(cli->store, &work->filter, each_answer, each_course, work);
  }
  progress_clear(&work->progress);
  if (work->failed != 0) {
    return work->failed;
  }
  return result == STORE_OK ? 0 : cli_store_failed(cli, result, "reading answers and courses");
}

/* ---- the whole */

static int tell_languages(struct report_work *work) {
  const struct export_filter *filter = &work->filter;
  struct report_label *labels =
      arena_array(work->cli->arena, filter->languages_count + 1, sizeof *labels);
  for (size_t i = 0; labels != NULL && i < filter->languages_count; i++) {
    labels[i].code = filter->languages[i];
  }
  work->report.languages = labels;
  work->report.languages_count = filter->languages_count;
  return labels == NULL ? cli_fail_memory() : 0;
}

/* All of it for oneself; for everybody what may be, and only if it was asked for. */
static int tell_documentation(struct report_work *work) {
  struct report *report = &work->report;
  if (work->options.profile == REPORT_INTERNAL) {
    report->documentation = work->documentation.versions;
    report->documentation_count = work->documentation.count;
    return 0;
  }
  size_t count = cli_has(work->cli, "documentation") ? work->documentation.count : 0;
  return documentation_published(work->documentation.versions, count, work->cli->arena,
                                 &report->documentation, &report->documentation_count)
             ? 0
             : cli_fail_memory();
}

static int finish(struct report_work *work, const struct quality_run *run) {
  struct report *report = &work->report;
  const char *controller = report->controller, *made_at = report->made_at;
  int failed = add_failed(report_finish(work->making, report), "");
  if (failed != 0) {
    return failed;
  }
  report->round = work->round.id;
  report->round_title = work->round.title;
  report->round_state = round_state_name(work->round.state);
  report->controller = controller;
  report->made_at = made_at;
  report->all_municipalities = work->filter.municipalities_count == 0;
  report->period.from = work->filter.from;
  report->period.to = work->filter.to;
  report->period.closed_from = work->closed_from;
  report->period.closed_to = work->closed_to;
  report->quality.refreshed_at = run->refreshed_at;
  report->quality.stale = run->stale && !run->finalised;
  failed = tell_documentation(work);
  return failed != 0 ? failed : tell_languages(work);
}

int report_make(struct report_work *work) {
  struct cli *cli = work->cli;
  struct quality_run run = {.refreshed_at = NULL};
  int failed = flags_fresh(cli, &work->round, work->questionnaire, FLAGS_IF_QUICK, &run);
  failed = failed != 0 ? failed : cli_open(cli, STORE_AS_EXPORT);
  if (failed == 0) {
    work->making = report_new(cli->arena, &work->options);
    failed = work->making == NULL ? cli_fail_memory() : read_rows(work);
  }
  return failed != 0 ? failed : finish(work, &run);
}

void report_make_clear(struct report_work *work) {
  report_free(work->making);
  work->making = NULL;
}
