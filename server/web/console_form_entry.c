/* A form of a personal round, as staff type it from paper: all questions on one page. What is typed
 * goes through survey/answer.h as a parent's does. */
#include <string.h>

#include "base/base32.h"
#include "survey/routing.h"
#include "survey/translation.h"
#include "web/console.h"
#include "web/console_form.h"
#include "web/console_gate.h"
#include "web/console_pages.h"
#include "web/submit.h"

struct entry {
  struct form_page page;
  struct answer *answer;
  const char *number; /* of the page: 26 characters of base 32 */
  struct console_problem problems[QUESTIONNAIRE_FIELDS_MAX];
  size_t problems_count;
  bool again; /* one of its case, occasion and informant is there */
};

/* The name in the form: none of those that the page itself has. */
static const char *name_of(const struct entry *entry, int field) {
  const char *name =
      arena_printf(entry->page.work->arena, "f_%s", entry->page.questionnaire->fields[field].name);
  return name != NULL ? name : "";
}

static const char *problem_at(const struct entry *entry, const char *name) {
  for (size_t i = 0; i < entry->problems_count; i++) {
    const char *target = entry->problems[i].target;
    if (target != NULL && strcmp(target, name) == 0) {
      return entry->problems[i].text;
    }
  }
  return NULL;
}

/* ---- the page */

static bool add_option(json_t *options, const struct entry *entry, int field, int code,
                       const char *label) {
  const char *id = arena_printf(entry->page.work->arena, "%s-%d", name_of(entry, field), code);
  return json_array_append_new(
             options, json_pack("{s:s, s:s, s:i, s:s, s:b}", "id", id == NULL ? "" : id, "name",
                                name_of(entry, field), "value", code, "label", label, "chosen",
                                entry->answer->codes[field] == code)) == 0;
}

/* A radio button that was chosen by mistake cannot be emptied otherwise. */
static bool add_unanswered(json_t *options, const struct entry *entry, int field) {
  const char *id = arena_printf(entry->page.work->arena, "%s-none", name_of(entry, field));
  return json_array_append_new(
             options, json_pack("{s:s, s:s, s:s, s:s, s:b}", "id", id == NULL ? "" : id, "name",
                                name_of(entry, field), "value", "", "label",
                                console_word(entry->page.work, "form_unanswered"), "chosen",
                                entry->answer->codes[field] == ANSWER_NONE)) == 0;
}

static json_t *options_json(const struct entry *entry, int field) {
  const struct questionnaire *questionnaire = entry->page.questionnaire;
  const struct question *question =
      &questionnaire->questions[questionnaire->fields[field].question];
  json_t *options = json_array();
  bool good = options != NULL;
  for (size_t i = 0; good && i < question->choices_count; i++) {
    good = add_option(options, entry, field, question->choices[i].code,
                      question->choices[i].words.text);
  }
  for (int code = question->min; good && question->choices_count == 0 && code <= question->max;
       code++) {
    const char *label = arena_printf(entry->page.work->arena, "%d", code);
    good = add_option(options, entry, field, code, label == NULL ? "" : label);
  }
  good = good && (question->needed || add_unanswered(options, entry, field));
  if (!good) {
    json_decref(options);
    return NULL;
  }
  return options;
}

/* "Hvordan … (2)"; what a choice opens asks its own. Without a number of ours: the paper has its
 * own, and "5. Punkt 1" would be filled in from its item 5. */
static const char *label_of(const struct entry *entry, int index) {
  const struct questionnaire *questionnaire = entry->page.questionnaire;
  const struct field *field = &questionnaire->fields[index];
  const struct question *question = &questionnaire->questions[field->question];
  const char *text = question->words.text;
  if (field->kind == FIELD_DESCRIBE) {
    const struct choice *choice = &question->choices[field->choice];
    text = choice->describe.text != NULL ? choice->describe.text : choice->words.text;
  }
  const char *label = field->child == 0
                          ? text
                          : arena_printf(entry->page.work->arena, "%s (%d)", text, field->child);
  return label != NULL ? label : "";
}

/* The questionnaire's own hint; what a case number may be, where it has none. */
static const char *hint_of(const struct entry *entry, int index) {
  const struct questionnaire *questionnaire = entry->page.questionnaire;
  const struct field *field = &questionnaire->fields[index];
  const char *hint = questionnaire->questions[field->question].hint.text;
  if (hint == NULL && field->question == questionnaire->pairs.case_question) {
    hint = console_form_case(&entry->page, "form_case_hint");
  }
  return field->kind == FIELD_VALUE ? hint : NULL;
}

static bool add_paragraphs(json_t *list, const struct words *words, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (json_array_append_new(list, json_string(words[i].text)) != 0) {
      return false;
    }
  }
  return true;
}

/* What stands above a section's first field: its introduction, and before all the whole one's. */
static json_t *intro_json(const struct entry *entry, int index) {
  const struct questionnaire *questionnaire = entry->page.questionnaire;
  int question = questionnaire->fields[index].question;
  const struct section *section =
      &questionnaire->sections[questionnaire->questions[question].section];
  json_t *list = json_array();
  bool first = (size_t)question == section->first_question &&
               questionnaire->questions[question].first_field == (size_t)index;
  bool good =
      list != NULL &&
      (index > 0 || add_paragraphs(list, questionnaire->intro, questionnaire->intro_count)) &&
      (!first || add_paragraphs(list, section->intro, section->intro_count));
  if (!good) {
    json_decref(list);
    return NULL;
  }
  return list;
}

/* What describes a field, by id, for those who do not see where it stands. */
static const char *description(const struct entry *entry, const char *name, bool hint,
                               bool problem) {
  return !hint && !problem
             ? NULL
             : arena_printf(entry->page.work->arena, "%s%s%s%s", hint ? name : "",
                            hint ? "-hint " : "", problem ? name : "", problem ? "-problem" : "");
}

static json_t *text_json(const struct entry *entry, int field, const char *name) {
  const struct questionnaire *questionnaire = entry->page.questionnaire;
  bool is_case = questionnaire->fields[field].question == questionnaire->pairs.case_question;
  const char *kept = entry->answer->texts[field];
  return json_pack("{s:s, s:b}", "value", kept != NULL ? kept : work_field(entry->page.work, name),
                   "line", is_case);
}

static json_t *field_json(const struct entry *entry, int field) {
  bool is_text = questionnaire_is_text(entry->page.questionnaire, field);
  const char *name = name_of(entry, field);
  const char *hint = hint_of(entry, field), *problem = problem_at(entry, name);
  return json_pack("{s:o, s:s, s:s, s:s?, s:s?, s:s?, s:o, s:o}", "intro", intro_json(entry, field),
                   "id", name, "label", label_of(entry, field), "hint", hint, "problem", problem,
                   "described", description(entry, name, hint != NULL, problem != NULL), "text",
                   is_text ? text_json(entry, field, name) : json_null(), "choice",
                   is_text ? json_null()
                           : json_pack("{s:o}", "options", options_json(entry, field)));
}

static json_t *fields_json(const struct entry *entry) {
  const struct questionnaire *questionnaire = entry->page.questionnaire;
  json_t *fields = json_array();
  for (size_t i = 0; i < questionnaire->fields_count; i++) {
    if (questionnaire->fields[i].kind != FIELD_FIRST &&
        json_array_append_new(fields, field_json(entry, (int)i)) != 0) {
      json_decref(fields);
      return NULL;
    }
  }
  return fields;
}

static void show(const struct entry *entry, unsigned status) {
  struct work *work = entry->page.work;
  json_t *data = console_frame(work, console_word(work, "form_enter_title"));
  console_put_problems(&data, entry->problems, entry->problems_count);
  console_put_text(&data, "round", entry->page.row.title);
  console_put_text(&data, "forms", console_form_path(work, ""));
  console_put_text(&data, "here", console_form_path(work, "/new"));
  console_put_text(&data, "submission", entry->number);
  console_put(&data, "again", json_boolean(entry->again));
  console_put(&data, "fields", fields_json(entry));
  console_send(work, status, CONSOLE_FORM_ENTRY, data);
}

/* ---- what was typed */

static void add_problem(struct entry *entry, int field, const char *key) {
  struct work *work = entry->page.work;
  const char *name = name_of(entry, field);
  if (entry->problems_count < array_length(entry->problems) && problem_at(entry, name) == NULL) {
    entry->problems[entry->problems_count++] =
        (struct console_problem){name, words_fill(work->arena, console_word(work, key), "name",
                                                  label_of(entry, field), NULL)};
  }
}

/* The word of a fault, or NULL. */
static const char *fault_word(enum answer_fault fault) {
  switch (fault) {
  case ANSWER_OK:
    return NULL;
  case ANSWER_LONG:
    return "form_long";
  case ANSWER_MISSING:
    return "form_missing";
  case ANSWER_UNASKED:
    return "form_unasked";
  case ANSWER_CASE:
    return "form_case";
  case ANSWER_CPR:
    return "form_cpr";
  case ANSWER_UNKNOWN:
  case ANSWER_INVALID:
  case ANSWER_BYTES:
  case ANSWER_MEMORY:
    break;
  }
  return "form_invalid";
}

static void read_fields(struct entry *entry) {
  const struct questionnaire *questionnaire = entry->page.questionnaire;
  for (size_t i = 0; i < questionnaire->fields_count; i++) {
    const struct form_field *typed = form_find(&entry->page.work->form, name_of(entry, (int)i));
    if (typed == NULL || typed->value.length == 0 || questionnaire->fields[i].kind == FIELD_FIRST) {
      continue;
    }
    const char *word =
        fault_word(answer_set(entry->answer, (int)i, typed->value.data, typed->value.length));
    if (word != NULL) {
      add_problem(entry, (int)i, word);
    }
  }
}

/* A parent is never asked what does not concern them; on paper it may have been answered all the
 * same, and whoever types it must see that it does not count. */
static void check(struct entry *entry) {
  const struct questionnaire *questionnaire = entry->page.questionnaire;
  struct answer_problem problems[QUESTIONNAIRE_FIELDS_MAX];
  for (size_t i = 0; i < questionnaire->fields_count; i++) {
    bool given = entry->answer->codes[i] != ANSWER_NONE || entry->answer->texts[i] != NULL;
    if (given && !routing_asked(entry->answer, (int)i)) {
      add_problem(entry, (int)i, fault_word(ANSWER_UNASKED));
    }
  }
  size_t count = answer_check(entry->answer, problems, array_length(problems));
  for (size_t i = 0; i < count && i < array_length(problems); i++) {
    add_problem(entry, problems[i].field, fault_word(problems[i].fault));
  }
}

static void draw_number(struct entry *entry) {
  unsigned char number[CRYPTO_NUMBER_BYTES];
  char *digits = arena_alloc(entry->page.work->arena, SUBMIT_NUMBER_CHARACTERS + 1);
  crypto_random(number, sizeof number);
  if (digits != NULL) {
    base32_encode(number, sizeof number, digits);
  }
  entry->number = digits == NULL ? "" : digits;
}

static struct entry *open_entry(struct work *work) {
  struct entry *entry = arena_alloc(work->arena, sizeof *entry);
  if (entry == NULL) {
    console_fail(work, STORE_FAULT);
    return NULL;
  }
  memset(entry, 0, sizeof *entry);
  if (!console_form_load(&entry->page, work)) {
    return NULL;
  }
  entry->answer = answer_new(entry->page.questionnaire, work->arena);
  if (entry->answer == NULL) {
    console_fail(work, STORE_FAULT);
  }
  return entry->answer == NULL ? NULL : entry;
}

void form_entry_show(struct work *work) {
  struct entry *entry = open_entry(work);
  if (entry != NULL) {
    draw_number(entry);
    show(entry, MHD_HTTP_OK);
  }
}

/* ---- storing */

struct storing {
  struct form_entry form;
  enum form_outcome outcome;
};

static enum store_result store_form(struct store *store, void *context) {
  struct storing *storing = context;
  return form_enter(store, &storing->form, &storing->outcome);
}

/* False when memory is out. */
static bool prepare(const struct entry *entry, struct form_entry *form) {
  struct work *work = entry->page.work;
  const struct questionnaire *questionnaire = entry->page.questionnaire;
  const struct translation *source = translation_source(questionnaire, work->arena);
  form->round = entry->page.row.id;
  form->language = questionnaire->language;
  form->translation = source == NULL ? NULL : source->hash;
  form->answers = answer_json(entry->answer);
  form->again = work_field(work, "again")[0] != '\0';
  if (form->answers == NULL || source == NULL) {
    return false;
  }
  const struct crypto_part answers = {form->answers, strlen(form->answers)};
  crypto_digest(work->keys, 0, CRYPTO_FOR_ANSWERS, &answers, 1, form->digest, sizeof form->digest);
  crypto_random(form->id, sizeof form->id);
  return true;
}

static void settle(struct entry *entry, enum form_outcome outcome) {
  struct work *work = entry->page.work;
  switch (outcome) {
  case FORM_STORED:
  case FORM_REPEAT:
    console_done(work, console_form_path(work, "/new"), "form_stored");
    return;
  case FORM_THERE:
    entry->again = true;
    entry->problems[entry->problems_count++] =
        (struct console_problem){"again", console_word(work, "form_there")};
    break;
  case FORM_NOT_OPEN:
  case FORM_CLOSED:
    entry->problems[entry->problems_count++] =
        (struct console_problem){NULL, console_word(work, "form_not_open")};
    break;
  case FORM_DIFFERENT:
  case FORM_WITHDRAWN:
    /* The page was sent before, with something else: it goes on as a form of its own. */
    draw_number(entry);
    entry->problems[entry->problems_count++] =
        (struct console_problem){NULL, console_word(work, "form_sent")};
    break;
  }
  show(entry, MHD_HTTP_CONFLICT);
}

void form_entry_save(struct work *work) {
  struct entry *entry = open_entry(work);
  if (entry == NULL) {
    return;
  }
  struct storing storing = {.outcome = FORM_STORED};
  entry->number = work_field(work, "submission");
  read_fields(entry);
  check(entry);
  bool numbered = strlen(entry->number) == SUBMIT_NUMBER_CHARACTERS &&
                  base32_decode(entry->number, storing.form.number, sizeof storing.form.number);
  if (!numbered) {
    draw_number(entry);
  }
  if (entry->problems_count > 0 || !numbered) {
    show(entry, MHD_HTTP_UNPROCESSABLE_CONTENT);
  } else if (!prepare(entry, &storing.form)) {
    console_fail(work, STORE_FAULT);
  } else if (console_settle(work, console_ask(work, store_form, &storing))) {
    settle(entry, storing.outcome);
  }
}
