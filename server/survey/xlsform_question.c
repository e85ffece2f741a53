#include <stdlib.h>
#include <string.h>

#include "survey/xlsform_part.h"

enum { TEXT_MAX = 1000, DESCRIBE_MAX = 200 }; /* where the form does not say */

const struct xlsform_question *xlsform_question_find(const struct xlsform_work *work,
                                                     const char *name) {
  for (size_t i = 0; i < work->questions_count; i++) {
    if (strcmp(work->questions[i].name, name) == 0) {
      return &work->questions[i];
    }
  }
  return NULL;
}

/* ---- kinds */

/* Whether a later repeat counts by it. */
static bool is_counted(const struct xlsform_work *work, const char *name, size_t row) {
  for (size_t i = row + 1; i < work->sheets[XLSFORM_SURVEY].count; i++) {
    const char *cell = xlsform_cell(work, XLSFORM_SURVEY, i, KEY_REPEAT_COUNT);
    const char *other = xlsform_reference(work->arena, cell);
    if (other != NULL && strcmp(other, name) == 0) {
      return true;
    }
  }
  return false;
}

/* "yes_no", "colours or_other": the list, or NULL when it was refused. */
static const struct xlsform_list *read_list(struct xlsform_work *work, size_t row, const char *said,
                                            bool *or_other) {
  size_t length = strcspn(said, " ");
  const char *rest = said + length + strspn(said + length, " ");
  const char *name = arena_copy(work->arena, said, length);
  const struct xlsform_list *list = name == NULL ? NULL : xlsform_list_find(work, name);
  work->failed = work->failed || name == NULL;
  *or_other = strcmp(rest, "or_other") == 0 || strcmp(rest, "or specify other") == 0;
  if (rest[0] != '\0' && !*or_other) {
    xlsform_refuse(work, XLSFORM_SURVEY, row, KEY_TYPE,
                   "\"%s\" has no counterpart; hint: select_one and the name of a list", rest);
    return NULL;
  }
  if (list == NULL) {
    xlsform_refuse(work, XLSFORM_SURVEY, row, KEY_TYPE,
                   "there is no list \"%s\" in the sheet choices; hint: its name stands under "
                   "list_name",
                   name == NULL ? "" : name);
    return NULL;
  }
  return *or_other ? xlsform_list_or_other(work, row, list) : list;
}

static bool read_kind(struct xlsform_work *work, size_t row, const char *type,
                      struct xlsform_question *question) {
  static const char select[] = "select_one ";
  if (strncmp(type, select, sizeof select - 1) == 0) {
    question->kind = QUESTION_CHOICE;
    question->list = read_list(work, row, type + sizeof select - 1, &question->or_other);
    return question->list != NULL;
  }
  if (strcmp(type, "text") == 0) {
    question->kind = QUESTION_TEXT;
    return true;
  }
  if (strcmp(type, "integer") == 0 || strcmp(type, "range") == 0) {
    question->kind = is_counted(work, question->name, row) ? QUESTION_COUNT : QUESTION_SCALE;
    return true;
  }
  xlsform_refuse_type(work, row, type);
  return false;
}

/* ---- what each kind has */

/* What a rule would do that is passed over. */
static void refuse_rules(struct xlsform_work *work, const struct xlsform_question *question,
                         bool range) {
  if (xlsform_cell(work, XLSFORM_SURVEY, question->row, KEY_CONSTRAINT)[0] != '\0') {
    xlsform_refuse(work, XLSFORM_SURVEY, question->row, KEY_CONSTRAINT,
                   range ? "a range has its limits in parameters; hint: start=1 end=10"
                         : "a choice needs no constraint; hint: take the constraint out");
  }
}

static void read_numbers(struct xlsform_work *work, size_t row, const char *type,
                         struct xlsform_question *question) {
  bool range = strcmp(type, "range") == 0;
  if (range) {
    refuse_rules(work, question, true);
  }
  enum xlsform_key key = range ? KEY_PARAMETERS : KEY_CONSTRAINT;
  question->min = -1;
  question->max = -1;
  const char *cell = xlsform_cell(work, XLSFORM_SURVEY, row, key);
  const char *why = range ? xlsform_range(cell, &question->min, &question->max)
                          : xlsform_limits(cell, false, &question->min, &question->max);
  if (why == NULL && question->min < 0 && question->max >= 0) {
    question->min = 0;
    xlsform_note(work, XLSFORM_SURVEY, row, key, "the smallest number is 0 here");
  }
  if (why == NULL && question->max < 0) {
    why = "it is not said which numbers can be answered; hint: constraint . >= 0 and . <= 10";
  }
  if (why != NULL) {
    xlsform_refuse(work, XLSFORM_SURVEY, row, key, "%s", why);
    question->min = 0;
    question->max = 1;
  }
  xlsform_set(work, question->json, "min", json_integer(question->min));
  xlsform_set(work, question->json, "max", json_integer(question->max));
}

static void add_words(struct xlsform_work *work, const struct xlsform_question *question,
                      enum xlsform_key key, const char *name) {
  xlsform_put(work, question->json, name,
              xlsform_words(work, XLSFORM_SURVEY, question->row, key,
                            arena_printf(work->arena, "%s.%s", question->id, name)));
}

static int read_length(struct xlsform_work *work, size_t row, int otherwise) {
  int least = 0, most = otherwise;
  const char *cell = xlsform_cell(work, XLSFORM_SURVEY, row, KEY_CONSTRAINT);
  const char *why = xlsform_limits(cell, true, &least, &most);
  if (why == NULL && least > 0) {
    why = "a text may be as short as one likes; hint: string-length(.) <= 200, or required";
  }
  if (why != NULL) {
    xlsform_refuse(work, XLSFORM_SURVEY, row, KEY_CONSTRAINT, "%s", why);
  }
  return most;
}

/* A field of its own for the choice "other", as XLSForm has it: NAME_other. */
static void open_other(struct xlsform_work *work, const struct xlsform_question *question) {
  const char *name = arena_printf(work->arena, "%s_other", question->name);
  const char *field = name == NULL ? NULL : xlsform_column_id(work, question->row, name);
  json_t *choice = json_array_get(json_object_get(question->json, "choices"),
                                  xlsform_choice_index(question->list, "other"));
  work->failed = work->failed || field == NULL;
  if (field != NULL && choice != NULL) {
    xlsform_set(work, choice, "describe",
                json_pack("{s:s, s:i}", "field", field, "max", DESCRIBE_MAX));
  }
}

static void read_by_kind(struct xlsform_work *work, const char *type,
                         struct xlsform_question *question) {
  const struct xlsform_list *list = question->list;
  switch (question->kind) {
  case QUESTION_CHOICE:
    refuse_rules(work, question, false);
    xlsform_put(work, question->json, "choices",
                question->or_other ? xlsform_choices(work, list, question->id)
                : list->id == NULL ? NULL
                                   : json_string(list->id));
    if (question->or_other) {
      open_other(work, question);
    }
    break;
  case QUESTION_COUNT:
    read_numbers(work, question->row, type, question);
    break;
  case QUESTION_SCALE:
    read_numbers(work, question->row, type, question);
    add_words(work, question, KEY_LOW, "low");
    add_words(work, question, KEY_HIGH, "high");
    break;
  case QUESTION_TEXT:
    xlsform_set(work, question->json, "max",
                json_integer(read_length(work, question->row, TEXT_MAX)));
    break;
  }
}

/* ---- who is asked */

/* Adds a number to a list; without memory the list is gone. */
static void add_number(json_t **list, int number) {
  if (*list != NULL && json_array_append_new(*list, json_integer(number)) != 0) {
    json_decref(*list);
    *list = NULL;
  }
}

json_t *xlsform_condition_json(const struct xlsform_condition *condition) {
  json_t *codes = json_array();
  for (int code = 0; code < XLSFORM_CODES; code++) {
    if (condition->codes[code]) {
      add_number(&codes, code);
    }
  }
  return json_pack("{s:s, s:o}", "question", condition->question->id, "is", codes);
}

static void read_condition(struct xlsform_work *work, struct xlsform_question *question) {
  const char *relevant = xlsform_cell(work, XLSFORM_SURVEY, question->row, KEY_RELEVANT);
  const char *why = xlsform_condition_read(work, relevant, &question->condition);
  if (why != NULL) {
    xlsform_refuse(work, XLSFORM_SURVEY, question->row, KEY_RELEVANT, "%s", why);
    question->condition = (struct xlsform_condition){0};
  }
}

static const char *each_of(const struct xlsform_work *work) {
  return work->depth == 0 ? NULL : work->groups[work->depth - 1].each;
}

/* Whether a question stands on the page that is open: what depends on it needs the next one. */
static bool stands_here(const struct xlsform_work *work, const struct xlsform_question *other) {
  return work->section_open && other->section + 1 == json_array_size(work->sections);
}

static void part_from(struct xlsform_work *work, const struct xlsform_condition *condition) {
  const char *each = each_of(work);
  bool parts = condition->question != NULL && stands_here(work, condition->question);
  for (size_t i = 0; each != NULL && i < work->questions_count; i++) {
    const struct xlsform_question *other = &work->questions[i];
    parts =
        parts || (other->id != NULL && strcmp(other->id, each) == 0 && stands_here(work, other));
  }
  if (parts) {
    xlsform_section_end(work);
  }
}

/* ---- what XLSForm has no word for */

/* "respondent 1 2". */
static json_t *compare_json(const char *cell) {
  size_t length = strcspn(cell, " ");
  json_t *codes = json_array();
  char *end;
  for (const char *at = cell + length; *(at += strspn(at, " ,")) != '\0'; at = end) {
    long code = strtol(at, &end, 10);
    if (end == at) {
      break;
    }
    add_number(&codes, code < 0 || code > XLSFORM_CODES ? XLSFORM_CODES : (int)code);
  }
  if (codes != NULL && json_array_size(codes) == 0) {
    json_decref(codes);
    return json_pack("{s:s%}", "as", cell, length);
  }
  return json_pack("{s:s%, s:o}", "as", cell, length, "different", codes);
}

/* "glad overall": questions further up, by their names in the form. */
static json_t *confirm_json(const struct xlsform_work *work, const char *cell) {
  json_t *against = json_array();
  while (against != NULL && *(cell += strspn(cell, " ,")) != '\0') {
    size_t length = strcspn(cell, " ,");
    const char *name = arena_copy(work->arena, cell, length);
    const struct xlsform_question *other = name == NULL ? NULL : xlsform_question_find(work, name);
    if (json_array_append_new(
            against, json_string(other == NULL || other->id == NULL ? name : other->id)) != 0) {
      json_decref(against);
      against = NULL;
    }
    cell += length;
  }
  return json_pack("{s:o}", "against", against);
}

/* "before=earlier" or "1-2". False when memory is out. */
static bool add_report(json_t *report, json_t *bands, const char *word) {
  static const char before[] = "before=";
  char *end;
  long from = strtol(word, &end, 10);
  if (end != word && *end == '-') {
    long to = strtol(end + 1, NULL, 10);
    return json_array_append_new(bands, json_pack("[I, I]", (json_int_t)from, (json_int_t)to)) == 0;
  }
  const char *name = strncmp(word, before, strlen(before)) == 0 ? word + strlen(before) : word;
  return json_object_set_new(report, "before", json_string(name)) == 0;
}

/* "before=earlier 1-2 3-4". */
static json_t *report_json(const struct xlsform_work *work, const char *cell) {
  json_t *report = json_object(), *bands = json_array();
  bool good = report != NULL && bands != NULL;
  while (good && *(cell += strspn(cell, " ,")) != '\0') {
    size_t length = strcspn(cell, " ,");
    const char *word = arena_copy(work->arena, cell, length);
    good = word != NULL && add_report(report, bands, word);
    cell += length;
  }
  good = good && (json_array_size(bands) == 0 || json_object_set(report, "bands", bands) == 0);
  json_decref(bands);
  if (!good) {
    json_decref(report);
    report = NULL;
  }
  return report;
}

static void read_own(struct xlsform_work *work, const struct xlsform_question *question) {
  const char *confirm = xlsform_cell(work, XLSFORM_SURVEY, question->row, KEY_CONFIRM);
  const char *compare = xlsform_cell(work, XLSFORM_SURVEY, question->row, KEY_COMPARE);
  if (strcmp(xlsform_cell(work, XLSFORM_SURVEY, question->row, KEY_NOTICE), "no") == 0) {
    xlsform_set(work, question->json, "notice", json_false());
  }
  if (confirm[0] != '\0') {
    xlsform_set(work, question->json, "confirm", confirm_json(work, confirm));
  }
  if (compare[0] != '\0') {
    xlsform_set(work, question->json, "compare", compare_json(compare));
  }
  const char *report = xlsform_cell(work, XLSFORM_SURVEY, question->row, KEY_REPORT);
  if (report[0] != '\0') {
    xlsform_set(work, question->json, "report", report_json(work, report));
  }
  if (xlsform_yes(xlsform_cell(work, XLSFORM_SURVEY, question->row, KEY_IDENTIFYING))) {
    xlsform_append(work, work->identifying, json_string(question->id));
  }
}

static void read_needed(struct xlsform_work *work, struct xlsform_question *question) {
  const char *cell = xlsform_cell(work, XLSFORM_SURVEY, question->row, KEY_REQUIRED);
  if (xlsform_yes(cell)) {
    question->needed = true;
    xlsform_set(work, question->json, "needed", json_true());
  } else if (cell[0] != '\0' && strchr("nNfF0", cell[0]) == NULL) {
    xlsform_refuse(work, XLSFORM_SURVEY, question->row, KEY_REQUIRED,
                   "a question is always needed or never; hint: yes or no");
  }
}

/* ---- a question */

static void place_question(struct xlsform_work *work, struct xlsform_question *question) {
  json_t *section = xlsform_section(work, question->row);
  if (section == NULL) {
    return;
  }
  if (json_object_get(section, "questions") == NULL) {
    xlsform_set(work, section, "questions", json_array());
  }
  json_t *questions = json_object_get(section, "questions");
  question->section = json_array_size(work->sections) - 1;
  question->path = arena_printf(work->arena, "$.sections[%zu].questions[%zu]", question->section,
                                json_array_size(questions));
  xlsform_append(work, questions, json_incref(question->json));
  work->failed = work->failed || question->path == NULL;
}

/* "12. How many?", of which one is enough to say it. */
static void tell_numbers(struct xlsform_work *work, size_t row) {
  const char *label = xlsform_cell(work, XLSFORM_SURVEY, row, KEY_LABEL);
  size_t digits = strspn(label, "0123456789");
  if (!work->numbers_told && digits > 0 && (label[digits] == '.' || label[digits] == ')')) {
    work->numbers_told = true;
    xlsform_note(work, XLSFORM_SURVEY, row, KEY_LABEL,
                 "labels begin with numbers, and questions are numbered here, too; without them "
                 "there is one number");
  }
}

static void fill_question(struct xlsform_work *work, const char *type,
                          struct xlsform_question *question) {
  static const char *const kinds[] = {[QUESTION_CHOICE] = "choice",
                                      [QUESTION_COUNT] = "count",
                                      [QUESTION_SCALE] = "scale",
                                      [QUESTION_TEXT] = "text"};
  read_condition(work, question);
  const char *text = arena_printf(work->arena, "%s.text", question->id);
  xlsform_set(work, question->json, "kind", json_string(kinds[question->kind]));
  xlsform_put(work, question->json, "text",
              xlsform_words_needed(work, XLSFORM_SURVEY, question->row, KEY_LABEL, text));
  tell_numbers(work, question->row);
  add_words(work, question, KEY_HINT, "hint");
  read_by_kind(work, type, question);
  if (each_of(work) != NULL) {
    xlsform_set(work, question->json, "each", json_string(each_of(work)));
  }
  if (question->condition.question != NULL) {
    xlsform_set(work, question->json, "only_if", xlsform_condition_json(&question->condition));
  }
  read_needed(work, question);
  read_own(work, question);
  part_from(work, &question->condition);
}

/* What is refused is known by its name, so that what looks at it can say so. */
static void keep(struct xlsform_work *work, const struct xlsform_question *question) {
  work->questions[work->questions_count++] = *question;
}

void xlsform_question_add(struct xlsform_work *work, size_t row, const char *type) {
  const char *name = xlsform_cell(work, XLSFORM_SURVEY, row, KEY_NAME);
  struct xlsform_question question = {.name = name, .row = row, .path = ""};
  if (name[0] != '\0' && xlsform_question_find(work, name) != NULL) {
    xlsform_refuse(work, XLSFORM_SURVEY, row, KEY_NAME,
                   "the name \"%s\" stands further up, too; hint: each question has its own", name);
    return;
  }
  if (!read_kind(work, row, type, &question)) {
    keep(work, &question);
    return;
  }
  question.id = xlsform_column_id(work, row, name);
  if (question.id == NULL) {
    keep(work, &question);
    return;
  }
  question.json = json_pack("{s:s}", "id", question.id);
  if (question.json == NULL) {
    work->failed = true;
    return;
  }
  fill_question(work, type, &question);
  place_question(work, &question);
  json_decref(question.json); /* the section holds it */
  keep(work, &question);
  work->describable = question.kind == QUESTION_CHOICE ? work->questions_count : 0;
}

/* ---- "other, which?" */

static json_t *find_choice(const struct xlsform_question *question, int code) {
  size_t i;
  json_t *choice;
  json_array_foreach(json_object_get(question->json, "choices"), i, choice) {
    if (json_integer_value(json_object_get(choice, "code")) == code) {
      return choice;
    }
  }
  return NULL;
}

static int single_code(const struct xlsform_condition *condition) {
  int found = -1;
  for (int code = 0; code < XLSFORM_CODES; code++) {
    if (condition->codes[code]) {
      found = found == -1 ? code : -2;
    }
  }
  return found;
}

/* What the field asks, unless it is the choice itself. */
static void read_asked(struct xlsform_work *work, size_t row, const json_t *choice, const char *id,
                       json_t *describe) {
  const json_t *text = json_object_get(choice, "text");
  const json_t *own = json_object_get(text, "source");
  const char *said = json_string_value(own == NULL ? json_object_get(text, "ours") : own);
  const char *label = xlsform_cell(work, XLSFORM_SURVEY, row, KEY_LABEL);
  if (label[0] != '\0' && (said == NULL || strcmp(said, label) != 0)) {
    xlsform_put(work, describe, "text", xlsform_words(work, XLSFORM_SURVEY, row, KEY_LABEL, id));
  }
}

static void tell_lost(struct xlsform_work *work, size_t row) {
  if (xlsform_yes(xlsform_cell(work, XLSFORM_SURVEY, row, KEY_REQUIRED))) {
    xlsform_note(work, XLSFORM_SURVEY, row, KEY_REQUIRED,
                 "the field of a choice may be left empty here");
  }
  if (xlsform_cell(work, XLSFORM_SURVEY, row, KEY_HINT)[0] != '\0') {
    xlsform_note(work, XLSFORM_SURVEY, row, KEY_HINT, "the field of a choice has no hint here");
  }
}

bool xlsform_describe(struct xlsform_work *work, size_t row) {
  struct xlsform_condition condition;
  const char *relevant = xlsform_cell(work, XLSFORM_SURVEY, row, KEY_RELEVANT);
  if (work->describable == 0 || relevant[0] == '\0' ||
      xlsform_condition_read(work, relevant, &condition) != NULL ||
      condition.question != &work->questions[work->describable - 1]) {
    return false;
  }
  const struct xlsform_question *question = condition.question;
  int code = single_code(&condition);
  if (json_is_string(json_object_get(question->json, "choices"))) {
    xlsform_set(work, question->json, "choices",
                xlsform_choices(work, question->list, question->id));
  }
  json_t *choice = find_choice(question, code);
  if (choice == NULL || json_object_get(choice, "describe") != NULL) {
    return false;
  }
  const char *field =
      xlsform_column_id(work, row, xlsform_cell(work, XLSFORM_SURVEY, row, KEY_NAME));
  json_t *describe = field == NULL ? NULL
                                   : json_pack("{s:s, s:i}", "field", field, "max",
                                               read_length(work, row, DESCRIBE_MAX));
  if (field != NULL) {
    read_asked(work, row, choice, arena_printf(work->arena, "%s.%d.describe", question->id, code),
               describe);
    xlsform_set(work, choice, "describe", describe);
    tell_lost(work, row);
  }
  return true;
}
