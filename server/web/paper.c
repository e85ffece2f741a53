#include "web/paper.h"

#include <stdlib.h>
#include <string.h>

#include "base/base32.h"
#include "survey/personal.h"
#include "survey/routing.h"
#include "web/server.h"
#include "web/submit.h"
#include "web/view_part.h"

static const struct questionnaire *questionnaire_of(const struct paper *paper) {
  return paper->request->link->round->questionnaire;
}

const char *paper_section_id(const struct paper *paper, int section) {
  const struct questionnaire *questionnaire = questionnaire_of(paper);
  if (section < 0) {
    return "intro";
  }
  return section < (int)questionnaire->sections_count ? questionnaire->sections[section].id
                                                      : "check";
}

static int find_section(const struct paper *paper, const char *id) {
  const struct questionnaire *questionnaire = questionnaire_of(paper);
  for (int i = 0; i <= (int)questionnaire->sections_count; i++) {
    if (strcmp(paper_section_id(paper, i), id) == 0) {
      return i;
    }
  }
  return -1;
}

/* "change:glad_1", "lang:en", or a plain word; anything else is "next", the button that
 * Enter presses. */
static void read_action(struct paper *paper) {
  struct request *request = paper->request;
  const char *action = form_value(&request->form, "action");
  paper->change = -1;
  paper->action = PAPER_NEXT;
  if (strcmp(action, "back") == 0) {
    paper->action = PAPER_BACK;
  } else if (strcmp(action, "send") == 0) {
    paper->action = PAPER_SEND;
  } else if (strcmp(action, "replace") == 0) {
    paper->action = PAPER_REPLACE;
  } else if (strncmp(action, "change:", 7) == 0) {
    paper->action = PAPER_CHANGE;
    paper->change = questionnaire_field(questionnaire_of(paper), action + 7);
  } else if (strncmp(action, "keep:", 5) == 0) {
    paper->action = PAPER_KEEP;
    paper->change = questionnaire_field(questionnaire_of(paper), action + 5);
  } else if (strncmp(action, "again:", 6) == 0) {
    paper->action = PAPER_AGAIN;
    paper->change = questionnaire_field(questionnaire_of(paper), action + 6);
  } else if (strncmp(action, "lang:", 5) == 0) {
    paper->action = PAPER_LANGUAGE;
    const struct site_language *language = site_language(request->link->round, action + 5);
    if (language != NULL) {
      request->language = language;
    }
  }
}

/* 26 digits are 130 bits; the last two are not used, so that a client may draw its
 * digits as it likes. */
static void read_number(struct paper *paper) {
  const char *typed = form_value(&paper->request->form, "submission");
  char *digits = arena_string(paper->request->arena, typed);
  paper->view.number = "";
  paper->has_number = false;
  if (digits == NULL || strlen(digits) != SUBMIT_NUMBER_CHARACTERS) {
    return;
  }
  int last = base32_value(digits[SUBMIT_NUMBER_CHARACTERS - 1]);
  if (last < 0) {
    return;
  }
  digits[SUBMIT_NUMBER_CHARACTERS - 1] = base32_digit((unsigned)last & ~3U);
  if (!base32_decode(digits, paper->number, CRYPTO_NUMBER_BYTES)) {
    return;
  }
  paper->view.number = digits;
  paper->has_number = true;
}

void paper_draw_number(struct paper *paper) {
  char *digits = arena_alloc(paper->request->arena, SUBMIT_NUMBER_CHARACTERS + 1);
  if (digits == NULL) {
    return;
  }
  crypto_random(paper->number, CRYPTO_NUMBER_BYTES);
  base32_encode(paper->number, CRYPTO_NUMBER_BYTES, digits);
  paper->view.number = digits;
  paper->has_number = true;
}

/* Takes the fields in; what cannot be taken is noted until it is known whether it was
 * asked at all. */
static bool read_answer(struct paper *paper, struct answer_problem *faults, size_t *count) {
  struct request *request = paper->request;
  const struct questionnaire *questionnaire = questionnaire_of(paper);
  request->answer = answer_new(questionnaire, request->arena);
  *count = 0;
  if (request->answer == NULL) {
    return false;
  }
  for (size_t i = 0; i < questionnaire->fields_count; i++) {
    const struct form_field *field = form_find(&request->form, questionnaire->fields[i].name);
    if (field == NULL || field->value.length == 0) {
      continue;
    }
    enum answer_fault fault =
        answer_set(request->answer, (int)i, field->value.data, field->value.length);
    if (fault == ANSWER_MEMORY) {
      return false;
    }
    if (fault == ANSWER_INVALID || fault == ANSWER_BYTES || fault == ANSWER_CASE ||
        fault == ANSWER_CPR) {
      faults[(*count)++] = (struct answer_problem){.field = (int)i, .fault = fault};
    }
  }
  return true;
}

static void add_problem(struct paper *paper, const struct answer_problem *problem) {
  size_t at = paper->problems_count;
  for (size_t i = 0; i < paper->problems_count; i++) {
    if (paper->problems[i].field == problem->field) {
      return;
    }
  }
  for (; at > 0 && paper->problems[at - 1].field > problem->field; at--) {
    paper->problems[at] = paper->problems[at - 1];
  }
  paper->problems[at] = *problem;
  paper->problems_count++;
}

static bool find_problems(struct paper *paper, const struct answer_problem *faults,
                          size_t faults_count) {
  struct request *request = paper->request;
  size_t most = questionnaire_of(paper)->fields_count;
  struct answer_problem *whole = arena_array(request->arena, most, sizeof *whole);
  paper->problems = arena_array(request->arena, most, sizeof *paper->problems);
  if (whole == NULL || paper->problems == NULL) {
    return false;
  }
  for (size_t i = 0; i < faults_count; i++) {
    if (routing_asked(request->answer, faults[i].field)) {
      add_problem(paper, &faults[i]);
    }
  }
  size_t count = answer_check(request->answer, whole, most);
  for (size_t i = 0; i < count && i < most; i++) {
    add_problem(paper, &whole[i]);
  }
  return true;
}

bool paper_read(struct paper *paper, struct request *request) {
  *paper = (struct paper){.request = request};
  size_t faults_count;
  struct answer_problem *faults = arena_array(
      request->arena, request->link->round->questionnaire->fields_count, sizeof *faults);
  const struct site_language *language =
      site_language(request->link->round, form_value(&request->form, "lang"));
  if (language != NULL) {
    request->language = language;
  }
  read_action(paper);
  paper->section = find_section(paper, form_value(&request->form, "page"));
  read_number(paper);
  if (faults == NULL || !read_answer(paper, faults, &faults_count)) {
    return false;
  }
  answer_prune(request->answer);
  paper->view.pages = &request->server->pages;
  paper->view.accepted = request_header(request, "Accept-Language");
  paper->view.site = request->site;
  paper->view.link = request->link;
  paper->view.language = request->language;
  paper->view.arena = request->arena;
  paper->view.answer = request->answer;
  paper->view.asked = form_value(&request->form, "asked");
  paper->view.noticed = form_value(&request->form, "noticed");
  return find_problems(paper, faults, faults_count);
}

static int section_of(const struct paper *paper, int field) {
  const struct questionnaire *questionnaire = questionnaire_of(paper);
  return questionnaire->questions[questionnaire->fields[field].question].section;
}

bool paper_good(const struct paper *paper) {
  return paper->problems_count == 0;
}

bool paper_section_bad(const struct paper *paper, int section) {
  for (size_t i = 0; i < paper->problems_count; i++) {
    if (section_of(paper, paper->problems[i].field) == section) {
      return true;
    }
  }
  return false;
}

int paper_first_bad(const struct paper *paper) {
  return section_of(paper, paper->problems[0].field);
}

static const char *number_text(const struct paper *paper, int number) {
  const char *text = arena_printf(paper->request->arena, "%d", number);
  return text != NULL ? text : "";
}

static const char *problem_text(const struct paper *paper, const struct answer_problem *problem) {
  const struct questionnaire *questionnaire = questionnaire_of(paper);
  const struct field *field = &questionnaire->fields[problem->field];
  const struct question *question = &questionnaire->questions[field->question];
  const char *name = view_field_name(&paper->view, problem->field);
  int max =
      field->choice >= 0 ? question->choices[field->choice].describe_max : question->max_length;
  const char *key = "problem_invalid";
  switch (problem->fault) {
  case ANSWER_MISSING:
    key = "problem_missing";
    break;
  case ANSWER_LONG:
    key = "problem_long";
    break;
  case ANSWER_BYTES:
    key = "problem_bytes";
    break;
  case ANSWER_CASE:
    key = "problem_case";
    break;
  case ANSWER_CPR:
    key = "problem_cpr";
    break;
  case ANSWER_OK:
  case ANSWER_UNKNOWN:
  case ANSWER_INVALID:
  case ANSWER_UNASKED:
  case ANSWER_MEMORY:
    break;
  }
  return words_fill(paper->request->arena, view_own(&paper->view, key), "name", name, "over",
                    number_text(paper, problem->over), "max", number_text(paper, max), NULL);
}

const struct view_problem *paper_problems(const struct paper *paper, int section, size_t *count) {
  struct view_problem *list =
      arena_array(paper->request->arena, paper->problems_count + 1, sizeof *list);
  *count = 0;
  for (size_t i = 0; list != NULL && i < paper->problems_count; i++) {
    const struct answer_problem *problem = &paper->problems[i];
    if (section_of(paper, problem->field) == section) {
      list[(*count)++] =
          (struct view_problem){.field = problem->field, .text = problem_text(paper, problem)};
    }
  }
  return list;
}

static bool add_error(json_t *errors, const char *field, const char *message) {
  return json_array_append_new(errors,
                               json_pack("{s:s, s:s}", "field", field, "message", message)) == 0;
}

json_t *paper_errors(const struct paper *paper) {
  json_t *errors = json_array();
  bool good = errors != NULL;
  if (good && paper->action != PAPER_SEND && paper->action != PAPER_REPLACE) {
    good = add_error(errors, "action", view_own(&paper->view, "problem_action"));
  }
  if (good && !paper->has_number) {
    good = add_error(errors, "submission", view_own(&paper->view, "number_text"));
  }
  for (size_t i = 0; good && i < paper->problems_count; i++) {
    good = add_error(errors, questionnaire_of(paper)->fields[paper->problems[i].field].name,
                     problem_text(paper, &paper->problems[i]));
  }
  if (good) {
    return errors;
  }
  json_decref(errors);
  return NULL;
}

/* The names of what is left unanswered where leaving gives a notice, or NULL. */
static const char *unanswered(const struct paper *paper) {
  const struct questionnaire *questionnaire = questionnaire_of(paper);
  const struct answer *answer = paper->request->answer;
  const char *names = NULL;
  for (size_t i = 0; i < questionnaire->fields_count; i++) {
    const struct field *field = &questionnaire->fields[i];
    const struct question *question = &questionnaire->questions[field->question];
    if (question->section != paper->section || field->kind != FIELD_VALUE || !question->notice ||
        answer->codes[i] != ANSWER_NONE || answer->texts[i] != NULL ||
        !routing_asked(answer, (int)i)) {
      continue;
    }
    const char *name = view_field_name(&paper->view, (int)i);
    names = names == NULL ? name : arena_printf(paper->request->arena, "%s, %s", names, name);
  }
  return names;
}

/* A comment of the section that seems to name someone. */
static const char *personal_notice(struct paper *paper) {
  static const char *const keys[] = {[PERSONAL_CPR] = "personal_cpr",
                                     [PERSONAL_PHONE] = "personal_phone",
                                     [PERSONAL_EMAIL] = "personal_email"};
  const struct questionnaire *questionnaire = questionnaire_of(paper);
  for (size_t i = 0; i < questionnaire->fields_count; i++) {
    const char *text = paper->request->answer->texts[i];
    size_t start, length;
    bool is_case = questionnaire->fields[i].question == questionnaire->pairs.case_question;
    if (text == NULL || is_case || section_of(paper, (int)i) != paper->section) {
      continue;
    }
    enum personal_kind kind =
        personal_find(paper->request->server->personal, text, &start, &length);
    if (kind == PERSONAL_CPR || kind == PERSONAL_PHONE || kind == PERSONAL_EMAIL) {
      paper->view.personal = true;
      return view_own(&paper->view, keys[kind]);
    }
  }
  return NULL;
}

const char *paper_notice(struct paper *paper) {
  int section = paper->section;
  if (section < 0 || section >= (int)questionnaire_of(paper)->sections_count ||
      strcmp(paper->view.noticed, paper_section_id(paper, section)) == 0) {
    return NULL;
  }
  const char *names = unanswered(paper);
  if (names == NULL) {
    return personal_notice(paper);
  }
  return words_fill(paper->request->arena, view_own(&paper->view, "notice_text"), "name", names,
                    NULL);
}

bool paper_back_to_check(const struct paper *paper) {
  const char *now =
      arena_printf(paper->request->arena, "%08x", routing_signature(paper->request->answer));
  return now != NULL && strcmp(paper->view.asked, now) == 0;
}
