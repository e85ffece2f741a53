#include "web/console_form.h"

#include <string.h>

#include "store/questionnaire_store.h"
#include "survey/answer.h"
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

const char *console_form_choice(const struct form_page *page, int question, int code) {
  const struct question *asked = &page->questionnaire->questions[question];
  for (size_t i = 0; i < asked->choices_count; i++) {
    if (asked->choices[i].code == code) {
      return asked->choices[i].words.text;
    }
  }
  return "";
}

const char *console_form_home(const struct work *work) {
  const struct link_row *link = &work->session->link;
  const char *path =
      arena_printf(work->arena, "/rounds/%d/municipalities/%d", link->round, link->municipality);
  return path != NULL ? path : "/";
}

const char *console_form_name(const struct form_page *page, const struct form_row *form) {
  const struct pairs *pairs = &page->questionnaire->pairs;
  const char *name = arena_printf(page->work->arena, "%s, %s, %s", form->number,
                                  console_form_choice(page, pairs->occasion, form->occasion),
                                  console_form_choice(page, pairs->informant, form->informant));
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

const char *console_form_case(const struct form_page *page, const char *word) {
  const struct pairs *pairs = &page->questionnaire->pairs;
  int most = page->questionnaire->questions[pairs->case_question].max_length;
  return words_fill(page->work->arena, console_word(page->work, word), "max",
                    arena_printf(page->work->arena, "%d", most), NULL);
}

/* there: another form stands under the number that was typed. */
static void show_form(const struct form_page *page, const struct form_row *form, unsigned status,
                      const char *problem, bool there) {
  struct work *work = page->work;
  const struct console_problem problems[] = {{there ? "again" : "number", problem}};
  const char *rest = arena_printf(work->arena, "/%s", form->form);
  json_t *data = console_frame(work, console_word(work, "form_mend_title"));
  console_put_problems(&data, problems, problem == NULL ? 0 : 1);
  console_put_text(&data, "name", console_form_name(page, form));
  console_put_text(&data, "forms", console_form_path(work, ""));
  console_put_text(&data, "here", console_form_path(work, rest == NULL ? "" : rest));
  console_put_text(&data, "number", problem == NULL ? form->number : work_field(work, "number"));
  console_put_text(&data, "hint", console_form_case(page, "form_case_hint"));
  console_put(&data, "again", json_boolean(there));
  console_put(&data, "open", json_boolean(page->row.state != ROUND_FINALISED));
  console_put(&data, "may_withdraw", json_boolean(console_role_bit(work) == ROUTE_EVALUATOR));
  console_send(work, status, CONSOLE_FORM, data);
}

void form_show(struct work *work) {
  struct form_page page;
  const struct form_row *form = console_form_load(&page, work) ? find_form(&page) : NULL;
  if (form != NULL) {
    show_form(&page, form, MHD_HTTP_OK, NULL, false);
  }
}

struct form_change {
  int round;
  const char *form, *number; /* number NULL: it is withdrawn */
  bool again;
  enum form_outcome outcome;
};

static enum store_result change_form(struct store *store, void *context) {
  struct form_change *change = context;
  return change->number == NULL ? form_withdraw(store, change->round, change->form)
                                : form_correct(store, change->round, change->form, change->number,
                                               change->again, &change->outcome);
}

static void settle_change(const struct form_page *page, const struct form_row *form,
                          struct form_change *change, const char *done) {
  struct work *work = page->work;
  enum store_result result = console_ask(work, change_form, change);
  if (result == STORE_NONE || result == STORE_CLOSED) {
    console_message(work, MHD_HTTP_CONFLICT, "form_gone", "conflict");
  } else if (result == STORE_OK && change->outcome == FORM_THERE) {
    show_form(page, form, MHD_HTTP_CONFLICT, console_word(work, "form_correct_there"), true);
  } else if (console_settle(work, result)) {
    console_done(work, console_form_path(work, ""), done);
  }
}

/* The number that was typed, by the rules of an answer; NULL when it is none, and *word says why.
 */
static const char *read_case(const struct form_page *page, const char **word) {
  struct work *work = page->work;
  const char *typed = work_field(work, "number");
  const struct questionnaire *questionnaire = page->questionnaire;
  size_t field = questionnaire->questions[questionnaire->pairs.case_question].first_field;
  struct answer *answer = answer_new(questionnaire, work->arena);
  enum answer_fault fault =
      answer == NULL ? ANSWER_MEMORY : answer_set(answer, (int)field, typed, strlen(typed));
  *word = fault == ANSWER_CPR ? "form_cpr" : fault == ANSWER_LONG ? "form_case_long" : "form_case";
  return fault == ANSWER_OK ? answer->texts[field] : NULL;
}

void form_change(struct work *work) {
  struct form_page page;
  const struct form_row *form = console_form_load(&page, work) ? find_form(&page) : NULL;
  if (form == NULL) {
    return;
  }
  struct form_change change = {
      .round = page.row.id, .form = form->form, .again = work_field(work, "again")[0] != '\0'};
  if (strcmp(work_field(work, "action"), "withdraw") == 0) {
    settle_change(&page, form, &change, "form_withdrawn");
    return;
  }
  const char *word;
  change.number = read_case(&page, &word);
  if (change.number == NULL) {
    show_form(&page, form, MHD_HTTP_UNPROCESSABLE_CONTENT, console_form_case(&page, word), false);
    return;
  }
  settle_change(&page, form, &change, "form_corrected");
}
