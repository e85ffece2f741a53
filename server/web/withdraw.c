#include "web/withdraw.h"

#include <string.h>

#include "web/reply.h"
#include "web/respondent.h"
#include "web/server.h"
#include "web/submit.h"
#include "web/view_part.h"

/* The form, with what was typed and what is wrong with it. */
static enum MHD_Result show(struct request *request, unsigned status, const char *problem) {
  struct view view = {.pages = &request->server->pages,
                      .site = request->site,
                      .link = request->link,
                      .language = request->language,
                      .arena = request->arena};
  const char *title = view_own(&view, "withdraw_title");
  const char *typed = form_value(&request->form, "receipt");
  const char *full = problem == NULL ? title
                                     : words_fill(view.arena, view_own(&view, "title_error"),
                                                  "title", title, NULL);
  json_t *data = view_frame(&view, full);
  struct text page;
  text_init(&page);
  view_add(&data, "heading", json_string(title));
  view_add(&data, "problem", problem == NULL ? json_null() : json_string(problem));
  view_add(&data, "value", json_string(strlen(typed) <= 64 ? typed : ""));
  if (pages_render(view.pages, PAGE_WITHDRAW, data, &page)) {
    return reply_text(request, status, REPLY_HTML, REPLY_NO_STORE, &page);
  }
  text_clear(&page);
  return MHD_NO;
}

static enum MHD_Result refuse(struct request *request) {
  if (request->wants_json) {
    return reply_problem(request, MHD_HTTP_NOT_FOUND, "withdraw_unknown", "receipt_unknown");
  }
  return show(request, MHD_HTTP_NOT_FOUND,
              words_get(request_words(request), "withdraw_unknown_text"));
}

enum MHD_Result withdraw_open(struct request *request) {
  bool answered;
  enum MHD_Result result = respondent_check_link(request, &answered);
  return answered ? result : show(request, MHD_HTTP_OK, NULL);
}

enum MHD_Result withdraw_post(struct request *request) {
  bool answered;
  enum MHD_Result result = respondent_check_link(request, &answered);
  if (answered) {
    return result;
  }
  if (!submit_withdrawal(request, form_value(&request->form, "receipt"))) {
    return refuse(request);
  }
  if (request_queue(request)) {
    return MHD_YES;
  }
  return reply_problem(request, MHD_HTTP_SERVICE_UNAVAILABLE, "fault", "busy");
}

enum MHD_Result withdraw_finish(struct request *request) {
  switch (request->job.result) {
  case WRITER_WITHDRAWN:
    if (request->wants_json) {
      return reply_json(request, MHD_HTTP_OK, json_pack("{s:b}", "withdrawn", 1));
    }
    return reply_problem(request, MHD_HTTP_OK, "withdraw_done", "withdrawn");
  case WRITER_UNKNOWN:
    return refuse(request);
  case WRITER_CLOSED:
    return reply_problem(request, MHD_HTTP_GONE, "withdraw_final", "finalised");
  case WRITER_DOWN:
    return reply_problem(request, MHD_HTTP_SERVICE_UNAVAILABLE, "fault", "busy");
  case WRITER_STORED:
  case WRITER_REPEAT:
  case WRITER_DIFFERENT:
  case WRITER_USED_UP:
  case WRITER_CANCELLED:
  case WRITER_NOT_OPEN:
  case WRITER_REFUSED:
    break;
  }
  return reply_problem(request, MHD_HTTP_INTERNAL_SERVER_ERROR, "fault", "fault");
}
