#include "web/respondent.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base32.h"
#include "base/log.h"
#include "survey/routing.h"
#include "web/paper.h"
#include "web/reply.h"
#include "web/server.h"
#include "web/submit.h"
#include "web/view.h"
#include "web/work.h"

enum MHD_Result respondent_check_link(struct request *request, bool *answered) {
  *answered = true;
  if (request->code[0] == '\0') {
    return reply_problem(request, MHD_HTTP_NOT_FOUND, "mistyped", "code_mistyped");
  }
  if (request->link == NULL) {
    return reply_problem(request, MHD_HTTP_NOT_FOUND, "unknown", "code_unknown");
  }
  if (request->link->cancelled) {
    return reply_problem(request, MHD_HTTP_GONE, "cancelled", "cancelled");
  }
  *answered = false;
  return MHD_YES;
}

static enum MHD_Result lead_on(struct request *request) {
  const char *location = arena_printf(request->arena, "/S/%s", request->link->successor);
  return location == NULL ? MHD_NO : reply_redirect(request, location);
}

/* Who takes neither coding gets the page unpacked for the moment. */
static enum coding coding_of(const struct request *request) {
  return request->takes_brotli ? CODING_BROTLI : CODING_GZIP;
}

static enum MHD_Result send_body(struct request *request, const struct body *body) {
  struct text page;
  if (request->takes_brotli || request->takes_gzip) {
    return reply_shared(request, MHD_HTTP_OK, body_response(body));
  }
  text_init(&page);
  if (!body_unpack(body, &page)) {
    text_clear(&page);
    return MHD_NO;
  }
  return reply_text(request, MHD_HTTP_OK, REPLY_HTML, REPLY_REVALIDATE, &page);
}

/* What a worker renders. */
struct first_page {
  const struct site_link *link;
  const struct site_language *language;
  enum coding coding;
};

/* On a worker's thread. */
static void render(struct work *work) {
  const struct first_page *first = work->context;
  if (!site_render(work->site, first->link, first->language, first->coding)) {
    log_event(LOG_LEVEL_ERROR, "out_of_memory", "s:s", "while", "rendering a first page");
  }
}

static enum MHD_Result say_later(struct request *request) {
  return reply_problem(request, MHD_HTTP_SERVICE_UNAVAILABLE, "later", "busy");
}

static enum MHD_Result have_rendered(struct request *request) {
  struct work *work = work_new(request, render);
  struct first_page *first = work == NULL ? NULL : arena_alloc(work->arena, sizeof *first);
  if (first == NULL) {
    work_free(work);
    return say_later(request);
  }
  *first = (struct first_page){request->link, request->language, coding_of(request)};
  work->pool = POOL_PAGES;
  work->site = site_hold(request->site);
  work->context = first;
  return request_send(request, work) ? MHD_YES : say_later(request);
}

static enum MHD_Result send_intro(struct request *request) {
  if (request->single) {
    return reply_coded(request, MHD_HTTP_OK, REPLY_HTML, REPLY_REVALIDATE, request->own_page_coding,
                       &request->own_page);
  }
  const struct body *body = site_page(request->link, request->language, coding_of(request));
  return body != NULL ? send_body(request, body) : have_rendered(request);
}

enum MHD_Result respondent_opened(struct request *request) {
  work_free(request->work);
  request->work = NULL;
  const struct body *body = site_page(request->link, request->language, coding_of(request));
  return body != NULL ? send_body(request, body) : say_later(request);
}

enum MHD_Result respondent_open(struct request *request) {
  bool answered;
  enum MHD_Result result = respondent_check_link(request, &answered);
  if (answered) {
    return result;
  }
  switch (request->link->round->state) {
  case ROUND_OPEN:
    return request->code_state == CODE_USED_UP && request->single
               ? reply_problem(request, MHD_HTTP_GONE, "used_up", "code_used_up")
               : send_intro(request);
  case ROUND_SCHEDULED:
    return reply_problem(request, MHD_HTTP_FORBIDDEN, "scheduled", "not_open");
  case ROUND_CLOSED:
  case ROUND_FINALISED:
    break;
  }
  if (request->link->successor != NULL) {
    return lead_on(request);
  }
  return reply_problem(request, MHD_HTTP_GONE, "closed", "closed");
}

/* Sends a page that a view has rendered. */
static enum MHD_Result send_page(struct request *request, bool rendered, unsigned status,
                                 enum reply_cache cache, struct text *page) {
  if (rendered) {
    return reply_text(request, status, REPLY_HTML, cache, page);
  }
  text_clear(page);
  return MHD_NO;
}

static enum MHD_Result show_check(struct request *request, const struct paper *paper,
                                  unsigned status, const char *message) {
  bool replaces = message != NULL && strcmp(message, "already") == 0;
  bool again = message != NULL && strcmp(message, "busy") == 0;
  const char *action = replaces || paper->action == PAPER_REPLACE ? "replace" : "send";
  const char *button = replaces ? "already_button" : again ? "busy_button" : "send";
  struct text page;
  text_init(&page);
  return send_page(request, view_check(&paper->view, message, action, button, &page), status,
                   status == MHD_HTTP_OK ? REPLY_REVALIDATE : REPLY_NO_STORE, &page);
}

/* The index that routing.h gives the check page. */
static int check_page(const struct request *request) {
  return (int)request->link->round->questionnaire->sections_count;
}

/* Shows a section, the intro (-1) or the check page (as many as there are sections). */
static enum MHD_Result show(struct request *request, const struct paper *paper, int section,
                            const char *notice) {
  struct text page;
  if (section == check_page(request)) {
    return show_check(request, paper, MHD_HTTP_OK, NULL);
  }
  text_init(&page);
  bool rendered = section < 0 ? view_intro(&paper->view, &page)
                              : view_section(&paper->view, section, NULL, 0, notice, &page);
  return send_page(request, rendered, MHD_HTTP_OK, REPLY_REVALIDATE, &page);
}

static enum MHD_Result show_problems(struct request *request, struct paper *paper, int section) {
  struct text page;
  text_init(&page);
  size_t count;
  const struct view_problem *problems = paper_problems(paper, section, &count);
  return send_page(request,
                   problems != NULL &&
                       view_section(&paper->view, section, problems, count, NULL, &page),
                   MHD_HTTP_UNPROCESSABLE_CONTENT, REPLY_REVALIDATE, &page);
}

static enum MHD_Result go_next(struct request *request, struct paper *paper) {
  if (paper_section_bad(paper, paper->section)) {
    return show_problems(request, paper, paper->section);
  }
  const char *notice = paper_notice(paper);
  if (notice != NULL) {
    paper->view.noticed = paper_section_id(paper, paper->section);
    return show(request, paper, paper->section, notice);
  }
  int next = routing_next(request->answer, paper->section);
  if (paper_back_to_check(paper)) {
    next = check_page(request);
  }
  paper->view.asked = "";
  paper->view.noticed = "";
  return show(request, paper, next, NULL);
}

static enum MHD_Result go_back(struct request *request, struct paper *paper) {
  int back = routing_back(request->answer, paper->section);
  if (paper_back_to_check(paper) && !paper_section_bad(paper, paper->section)) {
    back = check_page(request);
  }
  paper->view.asked = "";
  paper->view.noticed = "";
  return show(request, paper, back, NULL);
}

static enum MHD_Result go_change(struct request *request, struct paper *paper) {
  const struct questionnaire *questionnaire = request->link->round->questionnaire;
  if (paper->change < 0) {
    return show_check(request, paper, MHD_HTTP_OK, NULL);
  }
  char *asked = arena_printf(request->arena, "%08x", routing_signature(request->answer));
  paper->view.asked = asked != NULL ? asked : "";
  const struct field *field = &questionnaire->fields[paper->change];
  return show(request, paper, questionnaire->questions[field->question].section, NULL);
}

/* A scale that was asked back: what was answered first is kept beside the final value. */
static enum MHD_Result go_confirm(struct request *request, struct paper *paper) {
  struct answer *answer = request->answer;
  const struct questionnaire *questionnaire = answer->questionnaire;
  size_t first = (size_t)paper->change + 1;
  bool known = paper->change >= 0 && first < questionnaire->fields_count &&
               questionnaire->fields[first].kind == FIELD_FIRST;
  if (!known || answer->codes[paper->change] == ANSWER_NONE) {
    return show_check(request, paper, MHD_HTTP_OK, NULL);
  }
  answer->codes[first] = answer->codes[paper->change];
  if (paper->action == PAPER_KEEP) {
    return show_check(request, paper, MHD_HTTP_OK, NULL);
  }
  char *asked = arena_printf(request->arena, "%08x", routing_signature(answer));
  paper->view.asked = asked != NULL ? asked : "";
  answer->codes[paper->change] = ANSWER_NONE;
  return show(request, paper,
              questionnaire->questions[questionnaire->fields[first].question].section, NULL);
}

static enum MHD_Result refuse_json(struct request *request, const struct paper *paper) {
  json_t *errors = paper_errors(paper);
  return reply_json(request, MHD_HTTP_UNPROCESSABLE_CONTENT,
                    errors == NULL ? NULL : json_pack("{s:o}", "errors", errors));
}

static enum MHD_Result send_answer(struct request *request, struct paper *paper) {
  bool good = paper_good(paper);
  if (request->wants_json && (!good || !paper->has_number)) {
    return refuse_json(request, paper);
  }
  if (!good) {
    char *asked = arena_printf(request->arena, "%08x", routing_signature(request->answer));
    paper->view.asked = asked != NULL ? asked : "";
    return show_problems(request, paper, paper_first_bad(paper));
  }
  if (!paper->has_number) {
    paper_draw_number(paper);
    return show_check(request, paper, MHD_HTTP_UNPROCESSABLE_CONTENT, "number");
  }
  enum writer_kind kind = paper->action == PAPER_REPLACE ? WRITER_REPLACE : WRITER_STORE;
  if (!submit_prepare(request, kind, paper->number)) {
    return MHD_NO;
  }
  if (request_queue(request)) {
    return MHD_YES;
  }
  if (request->wants_json) {
    return reply_problem(request, MHD_HTTP_SERVICE_UNAVAILABLE, "busy", "busy");
  }
  return show_check(request, paper, MHD_HTTP_SERVICE_UNAVAILABLE, "busy");
}

/* Moving between pages needs a round that can still take the answer in the end. */
static enum MHD_Result move(struct request *request, struct paper *paper) {
  const struct site_round *round = request->link->round;
  if (request->wants_json) {
    return refuse_json(request, paper);
  }
  if (!round->takes_posts) {
    return round->state == ROUND_SCHEDULED
               ? reply_problem(request, MHD_HTTP_FORBIDDEN, "scheduled", "not_open")
               : reply_problem(request, MHD_HTTP_GONE, "closed", "closed");
  }
  if (!paper->has_number) {
    paper_draw_number(paper);
  }
  switch (paper->action) {
  case PAPER_BACK:
    return go_back(request, paper);
  case PAPER_CHANGE:
    return go_change(request, paper);
  case PAPER_KEEP:
  case PAPER_AGAIN:
    return go_confirm(request, paper);
  case PAPER_LANGUAGE:
    return show(request, paper, paper->section, NULL);
  case PAPER_NEXT:
  case PAPER_SEND:
  case PAPER_REPLACE:
    break;
  }
  return go_next(request, paper);
}

enum MHD_Result respondent_post(struct request *request) {
  bool answered;
  enum MHD_Result result = respondent_check_link(request, &answered);
  if (answered) {
    return result;
  }
  struct paper *paper = arena_alloc(request->arena, sizeof *paper);
  if (paper == NULL || !paper_read(paper, request)) {
    return MHD_NO;
  }
  request->paper = paper;
  if (paper->action == PAPER_SEND || paper->action == PAPER_REPLACE) {
    return send_answer(request, paper);
  }
  return move(request, paper);
}

static enum MHD_Result thank(struct request *request, const struct paper *paper, unsigned status) {
  char receipt[CRYPTO_RECEIPT_CHARACTERS + 1];
  char grouped[CRYPTO_RECEIPT_CHARACTERS + 4];
  submit_receipt(request, receipt);
  if (request->wants_json) {
    return reply_json(request, status, json_pack("{s:s}", "receipt", receipt));
  }
  snprintf(grouped, sizeof grouped, "%.4s-%.4s-%.4s-%.4s", receipt, receipt + 4, receipt + 8,
           receipt + 12);
  struct text page;
  text_init(&page);
  return send_page(request, view_thanks(&paper->view, grouped, &page), status, REPLY_FORGET, &page);
}

/* The form comes back filled in, so that nothing is lost. */
static enum MHD_Result give_back(struct request *request, const struct paper *paper,
                                 unsigned status, const char *message, const char *error) {
  if (request->wants_json) {
    return reply_problem(request, status, message, error);
  }
  return show_check(request, paper, status, message);
}

/* Translates what the writer says into HTTP. */
enum MHD_Result respondent_finish(struct request *request) {
  const struct paper *paper = request->paper;
  switch (request->job.result) {
  case WRITER_STORED:
    return thank(request, paper, MHD_HTTP_CREATED);
  case WRITER_REPEAT:
    return thank(request, paper, MHD_HTTP_OK);
  case WRITER_DIFFERENT:
    return give_back(request, paper, MHD_HTTP_CONFLICT, "already", "already_sent");
  case WRITER_WITHDRAWN:
    return reply_problem(request, MHD_HTTP_GONE, "withdrawn", "withdrawn");
  case WRITER_USED_UP:
    return reply_problem(request, MHD_HTTP_GONE, "used_up", "code_used_up");
  case WRITER_CANCELLED:
    return reply_problem(request, MHD_HTTP_GONE, "cancelled", "cancelled");
  case WRITER_NOT_OPEN:
    return give_back(request, paper, MHD_HTTP_FORBIDDEN, "scheduled", "not_open");
  case WRITER_UNKNOWN:
  case WRITER_CLOSED:
    return give_back(request, paper, MHD_HTTP_GONE, "closed", "closed");
  case WRITER_REFUSED:
    return give_back(request, paper, MHD_HTTP_INTERNAL_SERVER_ERROR, "fault", "fault");
  case WRITER_DOWN:
    break;
  }
  return give_back(request, paper, MHD_HTTP_SERVICE_UNAVAILABLE, "busy", "busy");
}
