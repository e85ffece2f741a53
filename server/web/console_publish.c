/* The report for everybody: published once, refused when it would tell too much beside what was
 * published before, and shown again as it was. */
#include <string.h>

#include "survey/suppression.h"
#include "web/console.h"
#include "web/console_gate.h"
#include "web/console_pages.h"
#include "web/console_report.h"
#include "web/console_round.h"
#include "web/export_kit.h"
#include "web/publishing.h"
#include "web/report_send.h"

struct showing {
  struct work *work;
  struct round_row round;
  struct release_record *releases;
  size_t releases_count;
};

static enum store_result load(struct store *store, void *context) {
  struct showing *page = context;
  int round = work_number(page->work, "round");
  enum store_result result = round_find(store, round, page->work->arena, &page->round);
  return result == STORE_OK
             ? release_list(store, round, page->work->arena, &page->releases, &page->releases_count)
             : result;
}

/* ---- what was published */

static const char *join(const struct work *work, const char *so_far, const char *more) {
  return so_far[0] == '\0' ? more
                           : words_fill(work->arena, console_word(work, "publish_list_two"), "a",
                                        so_far, "b", more, NULL);
}

static const char *with(const struct work *work, const char *so_far, const char *word,
                        const json_t *value) {
  const char *text = json_string_value(value);
  if (text == NULL && !json_is_true(value)) {
    return so_far;
  }
  return join(work, so_far,
              words_fill(work->arena, console_word_of(work, "publish_with_", word), "value",
                         text == NULL ? "" : text, NULL));
}

/* "Svar fra 2026-W40, forløb afsluttet til 2026-09-30"; "" of all. */
static const char *choice_text(const struct work *work, const struct release_record *record) {
  static const char *const names[] = {"from", "to", "closed_from", "closed_to", "without_flagged"};
  json_t *options = json_loads(record->options, 0, NULL);
  const json_t *languages = json_object_get(options, "languages");
  const char *text = "";
  for (size_t i = 0; i < array_length(names); i++) {
    text = with(work, text, names[i], json_object_get(options, names[i]));
  }
  for (size_t i = 0; i < json_array_size(languages); i++) {
    text = with(work, text, "language", json_array_get(languages, i));
  }
  text = arena_string(work->arena, text);
  json_decref(options);
  return text == NULL ? "" : text;
}

static json_t *release_row(const struct work *work, const struct release_record *record) {
  const char *choice = choice_text(work, record);
  return json_pack(
      "{s:i, s:s, s:s?, s:s?}", "id", record->id, "text",
      words_fill(work->arena,
                 console_word(work, choice[0] == '\0' ? "publish_row_all" : "publish_row"), "made",
                 console_moment(work, record->made_at), "floor",
                 console_round_number(work, record->floor), "choice", choice, NULL),
      "by", record->override_by, "why", record->override_why);
}

static json_t *releases_json(const struct showing *page) {
  json_t *list = json_array();
  for (size_t i = page->releases_count; i-- > 0;) {
    const struct release_record *record = &page->releases[i];
    if (strcmp(record->kind, "tables") == 0 &&
        json_array_append_new(list, release_row(page->work, record)) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

/* ---- the page */

static json_t *form_json(struct work *work, bool override) {
  static const char *const names[] = {"from",      "to",       "closed_from",
                                      "closed_to", "language", "without_flagged"};
  const char *floor = work_field(work, "floor");
  bool narrowed = false;
  for (size_t i = 0; i < array_length(names); i++) {
    narrowed = narrowed || work_field(work, names[i])[0] != '\0';
  }
  override = override || work_field(work, "why")[0] != '\0';
  return json_pack("{s:b, s:b, s:s, s:o}", "narrowed", narrowed, "documentation",
                   work_field(work, "documentation")[0] != '\0', "floor",
                   floor[0] == '\0' ? console_round_number(work, SUPPRESSION_FLOOR) : floor,
                   "override",
                   override ? json_pack("{s:s}", "reason", work_field(work, "why")) : json_null());
}

/* override: there is something that a reason may override. */
static void show(struct work *work, unsigned status, const struct console_problem *problem,
                 bool override) {
  struct showing page = {.work = work};
  if (!console_settle(work, console_ask(work, load, &page))) {
    return;
  }
  const char *obstacle = publishing_obstacle(&page.round);
  json_t *data = console_frame(work, console_word(work, "publish_title"));
  console_put_problems(&data, problem, problem == NULL ? 0 : 1);
  console_put_text(&data, "title_of", page.round.title);
  console_put_text(&data, "base", console_round_path(work, ""));
  console_put_text(&data, "obstacle",
                   obstacle == NULL ? NULL : console_word_of(work, "release_", obstacle));
  console_put(&data, "form", obstacle == NULL ? form_json(work, override) : json_null());
  console_report_choice(&data, work, &page.round, NULL, 0);
  console_report_formats(&data, work);
  console_put(&data, "releases", releases_json(&page));
  console_send(work, status, CONSOLE_REPORT_RELEASES, data);
}

void report_releases_show(struct work *work) {
  show(work, MHD_HTTP_OK, NULL, false);
}

/* ---- what stands in the way, in words */

static const char *municipality_name(const struct report_job *job, const char *code) {
  for (size_t i = 0; i < job->options.municipalities_count; i++) {
    if (strcmp(job->options.municipalities[i].code, code) == 0) {
      return job->options.municipalities[i].name;
    }
  }
  return code;
}

/* " (Helsingør, Svendborg)", or "". */
static const char *places_of(const struct report_job *job, const struct release_scope *scope) {
  const struct work *work = job->work;
  const char *names = "";
  for (size_t i = 0; i < scope->filters_count; i++) {
    const struct release_filter *filter = &scope->filters[i];
    for (size_t j = 0; strcmp(filter->dimension, "municipality") == 0 && j < filter->values_count;
         j++) {
      names = join(work, names, municipality_name(job, filter->values[j]));
    }
  }
  return names[0] == '\0'
             ? ""
             : words_fill(work->arena, console_word(work, "publish_in"), "names", names, NULL);
}

/* A margin names a question by its id, or a table of courses by its name. */
static const char *what_of(const struct report_job *job, const char *what) {
  const struct work *work = job->work;
  const struct questionnaire *questionnaire = job->options.questionnaire;
  size_t length = strcspn(what, "=");
  for (size_t i = 0; length > 0 && i < questionnaire->questions_count; i++) {
    const struct question *question = &questionnaire->questions[i];
    if (strlen(question->id) == length && strncmp(question->id, what, length) == 0) {
      return words_fill(work->arena, console_word(work, "publish_what_question"), "n",
                        console_round_number(work, question->number), NULL);
    }
  }
  return console_word(work, length == 0 ? "publish_what_answers" : "publish_what_courses");
}

static const char *refusal(const struct publishing *publishing) {
  const struct report_job *job = &publishing->job;
  const struct work *work = job->work;
  const struct release_verdict *verdict = &publishing->publication.verdict;
  const struct release_margin *margin = verdict->margin;
  const char *reason = margin == NULL ? "many" : release_reason_name(verdict->reason);
  return words_fill(work->arena, console_word_of(work, "publish_refused_", reason), "what",
                    margin == NULL ? "" : what_of(job, margin->what), "places",
                    margin == NULL ? "" : places_of(job, &margin->scope), "count",
                    console_round_number(work, margin == NULL ? 0 : margin->count), "n",
                    console_round_number(work, verdict->earlier), "difference",
                    console_round_number(work, verdict->difference), NULL);
}

static const char *wrong_text(const struct publishing *publishing) {
  const struct work *work = publishing->job.work;
  const char *why = publishing->job.why;
  if (strcmp(why, "why") == 0) {
    return words_fill(work->arena, console_word(work, "release_why_wrong"), "n",
                      console_round_number(work, RELEASE_WHY_MAX), NULL);
  }
  return strcmp(why, "floor") == 0 ? console_word(work, "publish_floor_wrong")
                                   : console_word_of(work, "export_why_", why);
}

static void refuse(const struct publishing *publishing) {
  struct work *work = publishing->job.work;
  struct console_problem problem = {NULL, NULL};
  switch (publishing->outcome) {
  case PUBLISHING_OK:
    return;
  case PUBLISHING_WRONG:
    problem = (struct console_problem){publishing->job.field, wrong_text(publishing)};
    show(work, MHD_HTTP_UNPROCESSABLE_CONTENT, &problem, false);
    return;
  case PUBLISHING_STATE:
    problem.text = console_word_of(work, "release_", publishing->obstacle);
    show(work, MHD_HTTP_CONFLICT, &problem, false);
    return;
  case PUBLISHING_REFUSED:
    problem = (struct console_problem){"why", refusal(publishing)};
    show(work, MHD_HTTP_CONFLICT, &problem, true);
    return;
  case PUBLISHING_STORE:
    console_fail(work, publishing->job.result);
    return;
  case PUBLISHING_LATE:
    console_fail(work, STORE_BUSY);
    return;
  }
}

void report_releases_make(struct work *work) {
  struct publishing publishing;
  publishing_read(&publishing, work, work_field);
  if (publishing.outcome != PUBLISHING_OK) {
    refuse(&publishing);
  } else if (export_kit_enter(work)) {
    publishing_run(&publishing);
    if (publishing.outcome == PUBLISHING_OK) {
      console_done(work, console_round_path(work, "/report/releases"), "report_published");
    } else {
      refuse(&publishing);
    }
    export_kit_leave(work);
  }
  publishing_clear(&publishing);
}

/* ---- shown again */

static void deliver(const struct publishing *publishing, const char *format) {
  struct work *work = publishing->job.work;
  report_send(work, publishing->job.view, publishing->json, format,
              arena_printf(work->arena, "%s-%d-%d", console_word(work, "publish_file"),
                           publishing->job.round.id, publishing->publication.record.id));
}

void report_release_show(struct work *work) {
  struct publishing publishing;
  const char *format = work_query(work, "format");
  if (!report_send_knows(format)) {
    const struct console_problem problem = {NULL, console_word(work, "export_why_format")};
    show(work, MHD_HTTP_UNPROCESSABLE_CONTENT, &problem, false);
    return;
  }
  if (!export_kit_enter(work)) {
    return;
  }
  publishing_read(&publishing, work, work_query);
  if (publishing.outcome == PUBLISHING_OK) {
    publishing_again(&publishing, work_number(work, "release"), format);
  }
  if (publishing.outcome == PUBLISHING_OK) {
    deliver(&publishing, format);
  } else if (publishing.outcome == PUBLISHING_STORE && publishing.job.result == STORE_NONE) {
    console_message(work, MHD_HTTP_NOT_FOUND, "publish_none", "not_found");
  } else {
    refuse(&publishing);
  }
  publishing_clear(&publishing);
  export_kit_leave(work);
}
