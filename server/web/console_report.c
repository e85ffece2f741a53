#include "web/console_report.h"

#include <string.h>

#include "output/report_page.h"
#include "web/console.h"
#include "web/console_gate.h"
#include "web/console_pages.h"
#include "web/console_round.h"
#include "web/export_kit.h"
#include "web/report_job.h"
#include "web/report_kit.h"
#include "web/report_send.h"

/* With more answers the report is a file, for which more time is given than for a page. */
enum { PAGE_ANSWERS_MAX = 20000 };

/* ---- the page */

const char *console_report_asked(const struct work *work, const char *name) {
  const char *value = work->posts ? work_field(work, name) : work_query(work, name);
  return value == NULL ? "" : value;
}

static json_t *options_json(const struct work *work, const char *stem, const char *const *values,
                            size_t count, const char *chosen) {
  json_t *list = json_array();
  for (size_t i = 0; i < count; i++) {
    json_t *item =
        json_pack("{s:s, s:s, s:b}", "value", values[i], "label",
                  console_word_of(work, stem, values[i]), "chosen", strcmp(values[i], chosen) == 0);
    if (json_array_append_new(list, item) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

/* A select of one or all: {"rows":[…]}; NULL when there is nothing to choose from. What was asked
 * for otherwise, such as "217,479", is a choice of its own. */
static json_t *one_of_json(const struct work *work, const char *name, const char *all,
                           const struct report_label *labels, size_t count) {
  const char *value = console_report_asked(work, name);
  json_t *list = count == 0 ? NULL : json_array();
  bool known = value[0] == '\0';
  if (list == NULL) {
    return NULL;
  }
  (void)json_array_append_new(
      list, json_pack("{s:s, s:s, s:b}", "value", "", "label", all, "chosen", known));
  for (size_t i = 0; i < count; i++) {
    bool chosen = strcmp(labels[i].code, value) == 0;
    known = known || chosen;
    (void)json_array_append_new(list, json_pack("{s:s, s:s, s:b}", "value", labels[i].code, "label",
                                                labels[i].name, "chosen", chosen));
  }
  if (!known) {
    (void)json_array_append_new(
        list, json_pack("{s:s, s:s, s:b}", "value", value, "label", value, "chosen", true));
  }
  return json_pack("{s:o}", "rows", list);
}

json_t *console_report_municipalities(const struct work *work, const struct link_row *links,
                                      size_t count) {
  struct report_label *labels = arena_array(work->arena, count + 1, sizeof *labels);
  for (size_t i = 0; labels != NULL && i < count; i++) {
    labels[i] = (struct report_label){.code = console_round_number(work, links[i].municipality),
                                      .name = links[i].name};
  }
  return labels == NULL || count < 2
             ? NULL
             : one_of_json(work, "municipality", console_word(work, "report_municipality_all"),
                           labels, count);
}

static json_t *languages_json(const struct work *work, const struct round_row *round) {
  struct report_label *labels =
      arena_array(work->arena, round->languages_count + 1, sizeof *labels);
  for (size_t i = 0; labels != NULL && i < round->languages_count; i++) {
    labels[i] = (struct report_label){.code = round->languages[i],
                                      .name = console_round_language(work, round->languages[i])};
  }
  return labels == NULL || round->languages_count < 2
             ? NULL
             : one_of_json(work, "language", console_word(work, "report_spoken_all"), labels,
                           round->languages_count);
}

void console_report_choice(json_t **data, const struct work *work, const struct round_row *round,
                           const struct link_row *links, size_t links_count) {
  static const char *const names[] = {"from", "to", "closed_from", "closed_to"};
  for (size_t i = 0; i < array_length(names); i++) {
    console_put_text(data, names[i], console_report_asked(work, names[i]));
  }
  console_put(data, "courses", json_boolean(round->personal_of == 0));
  console_put(data, "municipalities", console_report_municipalities(work, links, links_count));
  console_put(data, "spoken", languages_json(work, round));
  console_put(data, "without_flagged",
              json_boolean(console_report_asked(work, "without_flagged")[0] != '\0'));
}

void console_report_formats(json_t **data, const struct work *work) {
  static const char *const formats[] = {"pdf", "html", "xlsx", "svg", "json"};
  static const char *const languages[] = {"da", "en"};
  console_put(data, "formats",
              options_json(work, "report_format_", formats, array_length(formats),
                           console_report_asked(work, "format")));
  console_put(
      data, "languages_of",
      options_json(work, "report_in_", languages, array_length(languages), console_language(work)));
}

/* The report itself, in a frame of ours; NULL when memory is out or there is none. */
static json_t *body_json(const struct report_job *job) {
  struct text text;
  json_t *body = NULL;
  json_t *data = job->view == NULL ? NULL : report_page_data(job->view);
  text_init(&text);
  if (data != NULL) {
    template_render(console_reports(job->work)->body, data, &text);
    body = text.failed || text.data == NULL ? NULL : json_string(text.data);
  }
  json_decref(data);
  text_clear(&text);
  return body;
}

struct choosing {
  struct work *work;
  struct round_row round;
  const struct questionnaire *questionnaire;
  struct link_row *links; /* in scope */
  size_t links_count;
};

static enum store_result load(struct store *store, void *context) {
  struct choosing *page = context;
  enum store_result result =
      console_round_load(store, page->work, &page->round, &page->questionnaire);
  return result == STORE_OK
             ? link_list(store, page->round.id, page->work->arena, &page->links, &page->links_count)
             : result;
}

/* Scores lie in bands by norms: the questionnaire's own, others that fit, or none. NULL where there
 * is nothing to choose from. */
static json_t *norms_json(const struct work *work, const struct questionnaire *questionnaire) {
  const char *own = questionnaire->norms.file;
  const char *all = console_word(work, "report_norms_none");
  size_t count = 0, others = 0;
  const struct norms *list =
      report_kit_norms_list(console_reports(work), questionnaire, work->arena, &count);
  struct report_label *labels = arena_array(work->arena, count + 1, sizeof *labels);
  if (list == NULL || labels == NULL || questionnaire->scores_count == 0) {
    return NULL;
  }
  for (size_t i = 0; i < count; i++) {
    if (own != NULL && strcmp(list[i].name, own) == 0) {
      all = words_fill(work->arena, console_word(work, "report_norms_own"), "title", list[i].title,
                       NULL);
    } else {
      labels[others++] = (struct report_label){.code = list[i].name, .name = list[i].title};
    }
  }
  if (own != NULL) {
    labels[others++] =
        (struct report_label){.code = "none", .name = console_word(work, "report_norms_none")};
  }
  return one_of_json(work, "norms", all, labels, others);
}

static void show(struct report_job *job, unsigned status, const struct console_problem *problem) {
  struct work *work = job->work;
  struct choosing page = {.work = work};
  if (!console_settle(work, console_ask(work, load, &page))) {
    return;
  }
  json_t *data = console_frame(work, console_word(work, "report_title"));
  console_put_problems(&data, problem, problem == NULL ? 0 : 1);
  console_put_text(&data, "title_of", page.round.title);
  console_put_text(&data, "base", console_round_path(work, ""));
  console_put(&data, "whole", json_boolean(work->session->runs));
  console_put(&data, "large", json_boolean(job->outcome == REPORT_JOB_LARGE));
  console_report_choice(&data, work, &page.round, page.links, page.links_count);
  console_put_text(&data, "municipality", console_report_asked(work, "municipality"));
  console_put_text(&data, "language", console_report_asked(work, "language"));
  console_put_text(&data, "norms", console_report_asked(work, "norms"));
  console_put(&data, "bands", norms_json(work, page.questionnaire));
  console_report_formats(&data, work);
  console_put(&data, "html_trusted_report", body_json(job));
  console_send(work, status, CONSOLE_REPORT, data);
}

/* Answers whatever is not OK, and LARGE besides when the page is what was asked for. */
static void answer(struct report_job *job) {
  const struct console_problem problem = {
      job->field, job->why == NULL ? NULL : console_word_of(job->work, "export_why_", job->why)};
  switch (job->outcome) {
  case REPORT_JOB_OK:
  case REPORT_JOB_LARGE:
    show(job, MHD_HTTP_OK, NULL);
    return;
  case REPORT_JOB_WRONG:
    show(job, MHD_HTTP_UNPROCESSABLE_CONTENT, &problem);
    return;
  case REPORT_JOB_STORE:
    console_fail(job->work, job->result);
    return;
  case REPORT_JOB_PURGED:
    console_message(job->work, MHD_HTTP_CONFLICT, "purged", "purged");
    return;
  case REPORT_JOB_LATE:
    console_fail(job->work, STORE_BUSY);
    return;
  }
}

void report_show(struct work *work) {
  struct report_job job;
  report_job_read(&job, work, work_query);
  job.most = PAGE_ANSWERS_MAX;
  if (job.outcome == REPORT_JOB_OK) {
    report_job_run(&job, "page");
  }
  answer(&job);
  report_job_clear(&job);
}

/* ---- a file */

static void deliver(struct report_job *job, const char *format) {
  struct work *work = job->work;
  json_t *json = report_json(&job->report);
  report_send(work, job->view, json, format,
              arena_printf(work->arena, "%s-%d", console_word(work, "report_file"), job->round.id));
  json_decref(json);
}

void report_make_file(struct work *work) {
  struct report_job job;
  const char *format = work_field(work, "format");
  report_job_read(&job, work, work_field);
  if (!report_send_knows(format) && job.outcome == REPORT_JOB_OK) {
    job.outcome = REPORT_JOB_WRONG;
    job.field = job.why = "format";
  }
  if (job.outcome != REPORT_JOB_OK) {
    answer(&job);
  } else if (export_kit_enter(work)) {
    report_job_run(&job, format);
    if (job.outcome == REPORT_JOB_OK) {
      deliver(&job, format);
    } else {
      answer(&job);
    }
    export_kit_leave(work);
  }
  report_job_clear(&job);
}
