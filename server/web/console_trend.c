/* Rounds beside each other: the page, and its files. */
#include <string.h>

#include "output/report_page.h"
#include "web/console.h"
#include "web/console_gate.h"
#include "web/console_pages.h"
#include "web/console_report.h"
#include "web/console_round.h"
#include "web/export_kit.h"
#include "web/report_kit.h"
#include "web/report_send.h"
#include "web/trend_job.h"

/* As of the report of one round: more is a file. */
enum { PAGE_ANSWERS_MAX = 20000 };

struct showing {
  struct work *work;
  const struct trend_job *job;
  struct rounds_list others;
  const struct rounds_entry *own;
};

static bool is_chosen(const struct trend_job *job, int round) {
  bool chosen = false;
  for (size_t i = 0; i < job->count; i++) {
    chosen = chosen || job->ids[i] == round;
  }
  return chosen;
}

static json_t *others_json(const struct showing *page) {
  json_t *list = json_array();
  for (size_t i = 0; i < page->others.count; i++) {
    const struct round_row *round = page->others.entries[i].round;
    const char *label =
        words_fill(page->work->arena, console_word(page->work, "trend_choice"), "title",
                   round->title, "n", console_round_number(page->work, round->id), "state",
                   console_round_state(page->work, round), NULL);
    if (json_array_append_new(list, json_pack("{s:i, s:s, s:b}", "id", round->id, "label", label,
                                              "chosen", is_chosen(page->job, round->id))) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

/* Of every round that is chosen but the path's, for the form that makes a file. */
static const char *with_of(const struct showing *page) {
  const struct trend_job *job = page->job;
  const char *list = "";
  for (size_t i = 0; i < job->count && list != NULL; i++) {
    if (job->ids[i] != page->own->round->id) {
      list =
          arena_printf(page->work->arena, "%s%s%d", list, list[0] == '\0' ? "" : ",", job->ids[i]);
    }
  }
  return list;
}

static json_t *body_json(const struct showing *page) {
  struct text text;
  json_t *data = page->job->view == NULL ? NULL : report_page_data(page->job->view);
  json_t *body = NULL;
  text_init(&text);
  if (data != NULL) {
    template_render(console_reports(page->work)->body, data, &text);
    body = text.failed || text.data == NULL ? NULL : json_string(text.data);
  }
  json_decref(data);
  text_clear(&text);
  return body;
}

static void show(const struct trend_job *job, unsigned status,
                 const struct console_problem *problem) {
  struct work *work = job->work;
  struct showing page = {.work = work, .job = job};
  if (!console_settle(work, trend_job_others(work, &page.others, &page.own))) {
    return;
  }
  bool whole = console_staff(work)->scope.municipality == 0;
  json_t *data = console_frame(work, console_word(work, "trend_title"));
  console_put_problems(&data, problem, problem == NULL ? 0 : 1);
  console_put_text(&data, "title_of", page.own->round->title);
  console_put_text(&data, "base", console_round_path(work, ""));
  console_put(&data, "others",
              page.others.count == 0 ? json_null()
                                     : json_pack("{s:o}", "rows", others_json(&page)));
  console_put(&data, "whole", json_boolean(whole));
  console_put(&data, "published", json_boolean(job->published));
  console_put_text(&data, "with", with_of(&page));
  console_put_text(&data, "profile", job->published ? "published" : "internal");
  console_put(&data, "municipalities",
              console_report_municipalities(work, page.own->links, page.own->links_count));
  console_put(&data, "without_flagged",
              json_boolean(console_report_asked(work, "without_flagged")[0] != '\0'));
  console_put_text(&data, "municipality", console_report_asked(work, "municipality"));
  console_report_formats(&data, work);
  console_put(&data, "large", json_boolean(job->outcome == TREND_JOB_LARGE));
  console_put(&data, "ready", json_boolean(job->view != NULL || job->outcome == TREND_JOB_LARGE));
  console_put(&data, "html_trusted_report", body_json(&page));
  console_send(work, status, CONSOLE_REPORT_ROUNDS, data);
}

/* ---- what stands in the way */

static const char *why_text(const struct trend_job *job) {
  return words_fill(job->work->arena, console_word_of(job->work, "export_why_", job->why), "n",
                    console_round_number(job->work, job->round), NULL);
}

static void answer(const struct trend_job *job) {
  struct console_problem problem = {job->field, NULL};
  switch (job->outcome) {
  case TREND_JOB_OK:
  case TREND_JOB_LARGE:
    show(job, MHD_HTTP_OK, NULL);
    return;
  case TREND_JOB_WRONG:
    problem.text = why_text(job);
    show(job, MHD_HTTP_UNPROCESSABLE_CONTENT, &problem);
    return;
  case TREND_JOB_RELEASE:
    problem = (struct console_problem){"profile", why_text(job)};
    show(job, MHD_HTTP_CONFLICT, &problem);
    return;
  case TREND_JOB_PURGED:
    console_message(job->work, MHD_HTTP_CONFLICT, "purged", "purged");
    return;
  case TREND_JOB_STORE:
    console_fail(job->work, job->result);
    return;
  case TREND_JOB_LATE:
    console_fail(job->work, STORE_BUSY);
    return;
  }
}

/* Without a choice the page asks for one. */
static bool is_asked(const struct work *work) {
  return work_query(work, "with") != NULL || work_query(work, "profile") != NULL;
}

void report_rounds_show(struct work *work) {
  struct trend_job *job = arena_alloc(work->arena, sizeof *job);
  if (job == NULL) {
    console_fail(work, STORE_FAULT);
    return;
  }
  trend_job_read(job, work);
  job->most = PAGE_ANSWERS_MAX;
  if (job->outcome == TREND_JOB_OK && is_asked(work)) {
    trend_job_run(job, "page");
  }
  answer(job);
  trend_job_clear(job);
}

/* ---- a file */

static void make(struct trend_job *job, const char *format) {
  struct work *work = job->work;
  trend_job_run(job, format);
  if (job->outcome != TREND_JOB_OK) {
    answer(job);
    return;
  }
  json_t *json = trend_json(&job->trend);
  report_send(work, job->view, json, format, console_word(work, "trend_file"));
  json_decref(json);
}

void report_rounds_make_file(struct work *work) {
  struct trend_job *job = arena_alloc(work->arena, sizeof *job);
  const char *format = work_field(work, "format");
  if (job == NULL) {
    console_fail(work, STORE_FAULT);
    return;
  }
  trend_job_read(job, work);
  if (!report_send_knows(format) && job->outcome == TREND_JOB_OK) {
    job->outcome = TREND_JOB_WRONG;
    job->field = job->why = "format";
  }
  if (job->outcome != TREND_JOB_OK) {
    answer(job);
  } else if (export_kit_enter(work)) {
    make(job, format);
    export_kit_leave(work);
  }
  trend_job_clear(job);
}
