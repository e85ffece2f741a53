#include "web/console_form.h"

#include <string.h>

#include "store/questionnaire_store.h"
#include "survey/casenumber.h"
#include "web/console.h"
#include "web/console_gate.h"
#include "web/console_pages.h"

/* ---- in common */

const char *console_form_path(const struct work *work, const char *rest) {
  const struct link_row *link = &work->session->link;
  const char *path = arena_printf(work->arena, "/rounds/%d/municipalities/%d/forms%s", link->round,
                                  link->municipality, rest);
  return path != NULL ? path : "/";
}

static const char *choice_label(const struct form_page *page, int question, int code) {
  const struct question *asked = &page->questionnaire->questions[question];
  for (size_t i = 0; i < asked->choices_count; i++) {
    if (asked->choices[i].code == code) {
      return asked->choices[i].words.text;
    }
  }
  return "";
}

const char *console_form_name(const struct form_page *page, const struct form_row *form) {
  const struct pairs *pairs = &page->questionnaire->pairs;
  const char *name = arena_printf(page->work->arena, "%s, %s, %s", form->number,
                                  choice_label(page, pairs->occasion, form->occasion),
                                  choice_label(page, pairs->informant, form->informant));
  return name != NULL ? name : "";
}

static enum store_result ask(struct store *store, void *context) {
  struct form_page *page = context;
  struct arena *arena = page->work->arena;
  int round = page->work->session->link.round;
  struct questionnaire_row row;
  enum store_result result = round_find(store, round, arena, &page->row);
  if (result != STORE_OK || page->row.personal_of == 0) {
    return result;
  }
  result = questionnaire_find(store, page->row.questionnaire, page->row.version, arena, &row);
  if (result == STORE_OK) {
    struct complaints complaints = {.count = 0};
    page->questionnaire = questionnaire_load(row.definition, arena, &complaints);
    result = page->questionnaire == NULL
                 ? STORE_FAULT
                 : form_list(store, round, arena, &page->forms, &page->forms_count);
  }
  return result;
}

bool console_form_load(struct form_page *page, struct work *work) {
  *page = (struct form_page){.work = work};
  if (!console_settle(work, console_ask(work, ask, page))) {
    return false;
  }
  if (page->questionnaire == NULL) {
    console_message(work, MHD_HTTP_NOT_FOUND, "not_personal", "not_personal");
  }
  return page->questionnaire != NULL;
}

/* ---- all of them */

static json_t *rows_json(const struct form_page *page) {
  const struct pairs *pairs = &page->questionnaire->pairs;
  json_t *rows = json_array();
  for (size_t i = 0; i < page->forms_count; i++) {
    const struct form_row *form = &page->forms[i];
    const char *rest = arena_printf(page->work->arena, "/%s", form->form);
    json_t *row = json_pack("{s:s, s:s, s:s, s:s, s:s}", "number", form->number, "occasion",
                            choice_label(page, pairs->occasion, form->occasion), "informant",
                            choice_label(page, pairs->informant, form->informant), "entered",
                            console_day(page->work, form->entered_on), "href",
                            console_form_path(page->work, rest == NULL ? "" : rest));
    if (json_array_append_new(rows, row) != 0) {
      json_decref(rows);
      return NULL;
    }
  }
  return rows;
}

void forms_show(struct work *work) {
  struct form_page page;
  if (!console_form_load(&page, work)) {
    return;
  }
  json_t *data = console_frame(work, console_word(work, "forms_title"));
  console_put_text(&data, "round", page.row.title);
  console_put_text(&data, "here", console_form_path(work, ""));
  console_put(&data, "open", json_boolean(page.row.state == ROUND_OPEN));
  console_put(&data, "rows", rows_json(&page));
  console_send(work, MHD_HTTP_OK, CONSOLE_FORMS, data);
}

/* ---- one */

static const struct form_row *find_form(const struct form_page *page) {
  const char *form = work_parameter(page->work, "form");
  for (size_t i = 0; i < page->forms_count; i++) {
    if (strcmp(page->forms[i].form, form) == 0) {
      return &page->forms[i];
    }
  }
  console_message(page->work, MHD_HTTP_NOT_FOUND, "form_gone", "not_found");
  return NULL;
}

static void show_form(const struct form_page *page, const struct form_row *form, unsigned status,
                      const char *problem) {
  struct work *work = page->work;
  const struct console_problem problems[] = {{"number", problem}};
  const char *rest = arena_printf(work->arena, "/%s", form->form);
  json_t *data = console_frame(work, console_word(work, "form_mend_title"));
  console_put_problems(&data, problems, problem == NULL ? 0 : 1);
  console_put_text(&data, "name", console_form_name(page, form));
  console_put_text(&data, "forms", console_form_path(work, ""));
  console_put_text(&data, "here", console_form_path(work, rest == NULL ? "" : rest));
  console_put_text(&data, "number", problem == NULL ? form->number : work_field(work, "number"));
  console_put(&data, "open", json_boolean(page->row.state != ROUND_FINALISED));
  console_put(&data, "may_withdraw", json_boolean(console_role_bit(work) == ROUTE_EVALUATOR));
  console_send(work, status, CONSOLE_FORM, data);
}

void form_show(struct work *work) {
  struct form_page page;
  const struct form_row *form = console_form_load(&page, work) ? find_form(&page) : NULL;
  if (form != NULL) {
    show_form(&page, form, MHD_HTTP_OK, NULL);
  }
}

struct form_change {
  int round;
  const char *form, *number; /* number NULL: it is withdrawn */
};

static enum store_result change_form(struct store *store, void *context) {
  const struct form_change *change = context;
  return change->number == NULL ? form_withdraw(store, change->round, change->form)
                                : form_correct(store, change->round, change->form, change->number);
}

static void settle_change(struct work *work, struct form_change *change, const char *done) {
  enum store_result result = console_ask(work, change_form, change);
  if (result == STORE_NONE || result == STORE_CLOSED) {
    console_message(work, MHD_HTTP_CONFLICT, "form_gone", "conflict");
  } else if (console_settle(work, result)) {
    console_done(work, console_form_path(work, ""), done);
  }
}

void form_change(struct work *work) {
  struct form_page page;
  const struct form_row *form = console_form_load(&page, work) ? find_form(&page) : NULL;
  if (form == NULL) {
    return;
  }
  char number[CASENUMBER_MAX + 1];
  struct form_change change = {.round = page.row.id, .form = form->form};
  if (strcmp(work_field(work, "action"), "withdraw") == 0) {
    settle_change(work, &change, "form_withdrawn");
    return;
  }
  switch (casenumber_read(work_field(work, "number"), number)) {
  case CASENUMBER_SHAPE:
    show_form(&page, form, MHD_HTTP_UNPROCESSABLE_CONTENT, console_word(work, "form_case"));
    return;
  case CASENUMBER_CPR:
    show_form(&page, form, MHD_HTTP_UNPROCESSABLE_CONTENT, console_word(work, "form_cpr"));
    return;
  case CASENUMBER_OK:
    break;
  }
  change.number = number;
  settle_change(work, &change, "form_corrected");
}
