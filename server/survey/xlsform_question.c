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

/* ---- types without a counterpart */

static const struct {
  const char *type;
  const char *why;
} refused[] = {
    {"select_multiple", "several answers at once have no counterpart; hint: a select_one with yes "
                        "and no for each"},
    {"rank", "an order has no counterpart; hint: a select_one for the most important one"},
    {"decimal", "numbers are whole; hint: integer or range"},
    {"date", "dates tell too much of a family; hint: a select_one with periods"},
    {"time", "times have no counterpart; hint: a select_one with times of the day"},
    {"dateTime", "dates tell too much of a family; hint: a select_one with periods"},
    {"geopoint", "places are not asked for; hint: take the row out"},
    {"geotrace", "places are not asked for; hint: take the row out"},
    {"geoshape", "places are not asked for; hint: take the row out"},
    {"image", "no files are taken; hint: take the row out"},
    {"audio", "no files are taken; hint: take the row out"},
    {"video", "no files are taken; hint: take the row out"},
    {"file", "no files are taken; hint: take the row out"},
    {"barcode", "codes are not scanned; hint: take the row out"},
    {"calculate", "nothing is computed while parents answer; hint: compute it from the export"},
    {"hidden", "nothing is stored that parents do not see; hint: take the row out"},
    {"acknowledge", "an \"OK\" is no answer; hint: a note, or a select_one with one choice"},
    {"start", "when somebody answers is not stored; hint: take the row out"},
    {"end", "when somebody answers is not stored; hint: take the row out"},
    {"today", "only the week of an answer is kept; hint: take the row out"},
    {"deviceid", "nothing of the device is stored; hint: take the row out"},
    {"subscriberid", "nothing of the device is stored; hint: take the row out"},
    {"simserial", "nothing of the device is stored; hint: take the row out"},
    {"phonenumber", "answers are anonymous; hint: take the row out"},
    {"username", "answers are anonymous; hint: take the row out"},
    {"email", "answers are anonymous; hint: take the row out"},
    {"audit", "what parents do is not logged; hint: take the row out"},
    {"xml-external", "nothing is loaded from elsewhere; hint: take the row out"},
    {"csv-external", "nothing is loaded from elsewhere; hint: take the row out"},
    {"select_one_from_file", "choices stand in the form; hint: list them in the sheet choices"},
};

static void refuse_type(struct xlsform_work *work, size_t row, const char *type) {
  size_t length = strcspn(type, " ");
  for (size_t i = 0; i < array_length(refused); i++) {
    if (strlen(refused[i].type) == length && strncmp(refused[i].type, type, length) == 0) {
      xlsform_refuse(work, XLSFORM_SURVEY, row, KEY_TYPE, "%s", refused[i].why);
      return;
    }
  }
  xlsform_refuse(work, XLSFORM_SURVEY, row, KEY_TYPE,
                 "there is no type \"%s\" here; hint: select_one, integer, range, text or note",
                 type);
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

/* "select_one yes_no": the list, or NULL when it was refused. */
static const struct xlsform_list *read_list(struct xlsform_work *work, size_t row,
                                            const char *name) {
  name += strspn(name, " ");
  const char *rest = strchr(name, ' ');
  if (rest != NULL) {
    xlsform_refuse(work, XLSFORM_SURVEY, row, KEY_TYPE,
                   "\"%s\" has no counterpart; hint: a choice \"other\" in the list, and a text "
                   "row whose relevant names it",
                   rest + strspn(rest, " "));
    return NULL;
  }
  const struct xlsform_list *list = xlsform_list_find(work, name);
  if (list == NULL) {
    xlsform_refuse(work, XLSFORM_SURVEY, row, KEY_TYPE,
                   "there is no list \"%s\" in the sheet choices; hint: its name stands under "
                   "list_name",
                   name);
  }
  return list;
}

static bool read_kind(struct xlsform_work *work, size_t row, const char *type,
                      struct xlsform_question *question) {
  static const char select[] = "select_one ";
  if (strncmp(type, select, sizeof select - 1) == 0) {
    question->kind = QUESTION_CHOICE;
    question->list = read_list(work, row, type + sizeof select - 1);
    return question->list != NULL;
  }
  if (strcmp(type, "text") == 0 || strcmp(type, "string") == 0) {
    question->kind = QUESTION_TEXT;
    return true;
  }
  if (strcmp(type, "integer") == 0 || strcmp(type, "int") == 0 || strcmp(type, "range") == 0) {
    question->kind = is_counted(work, question->name, row) ? QUESTION_COUNT : QUESTION_SCALE;
    return true;
  }
  refuse_type(work, row, type);
  return false;
}

/* ---- what each kind has */

static void read_numbers(struct xlsform_work *work, size_t row, const char *type,
                         struct xlsform_question *question) {
  bool range = strcmp(type, "range") == 0;
  enum xlsform_key key = range ? KEY_PARAMETERS : KEY_CONSTRAINT;
  question->min = -1;
  question->max = -1;
  const char *cell = xlsform_cell(work, XLSFORM_SURVEY, row, key);
  const char *why = range ? xlsform_range(cell, &question->min, &question->max)
                          : xlsform_limits(cell, false, &question->min, &question->max);
  if (why == NULL && (question->min < 0 || question->max < 0)) {
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
  if (why != NULL) {
    xlsform_refuse(work, XLSFORM_SURVEY, row, KEY_CONSTRAINT, "%s", why);
  }
  return most;
}

static void read_by_kind(struct xlsform_work *work, const char *type,
                         struct xlsform_question *question) {
  const struct xlsform_list *list = question->list;
  switch (question->kind) {
  case QUESTION_CHOICE:
    /* A list of the question's own name stands in it. */
    xlsform_put(work, question->json, "choices",
                list->id == NULL                      ? NULL
                : strcmp(list->id, question->id) == 0 ? xlsform_choices(work, list, question->id)
                                                      : json_string(list->id));
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

/* Its own condition or that of the groups around it. */
static struct xlsform_condition read_condition(struct xlsform_work *work, size_t row) {
  struct xlsform_condition own = {0}, around = {0};
  if (work->depth > 0) {
    around = work->groups[work->depth - 1].condition;
  }
  const char *relevant = xlsform_cell(work, XLSFORM_SURVEY, row, KEY_RELEVANT);
  const char *why = xlsform_condition_read(work, relevant, &own);
  if (why == NULL && own.question != NULL && around.question != NULL) {
    why = "the group around it has a condition already; hint: a filter looks at one question";
  }
  if (why != NULL) {
    xlsform_refuse(work, XLSFORM_SURVEY, row, KEY_RELEVANT, "%s", why);
    return (struct xlsform_condition){0};
  }
  return own.question != NULL ? own : around;
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
    parts = parts ||
            (strcmp(work->questions[i].id, each) == 0 && stands_here(work, &work->questions[i]));
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
    if (json_array_append_new(against, json_string(other == NULL ? name : other->id)) != 0) {
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

static void read_needed(struct xlsform_work *work, const struct xlsform_question *question) {
  const char *cell = xlsform_cell(work, XLSFORM_SURVEY, question->row, KEY_REQUIRED);
  if (xlsform_yes(cell)) {
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

static void fill_question(struct xlsform_work *work, const char *type,
                          struct xlsform_question *question) {
  static const char *const kinds[] = {[QUESTION_CHOICE] = "choice",
                                      [QUESTION_COUNT] = "count",
                                      [QUESTION_SCALE] = "scale",
                                      [QUESTION_TEXT] = "text"};
  struct xlsform_condition condition = read_condition(work, question->row);
  const char *text = arena_printf(work->arena, "%s.text", question->id);
  xlsform_set(work, question->json, "kind", json_string(kinds[question->kind]));
  xlsform_put(work, question->json, "text",
              xlsform_words_needed(work, XLSFORM_SURVEY, question->row, KEY_LABEL, text));
  add_words(work, question, KEY_HINT, "hint");
  read_by_kind(work, type, question);
  if (each_of(work) != NULL) {
    xlsform_set(work, question->json, "each", json_string(each_of(work)));
  }
  if (condition.question != NULL) {
    xlsform_set(work, question->json, "only_if", xlsform_condition_json(&condition));
  }
  read_needed(work, question);
  read_own(work, question);
  part_from(work, &condition);
}

void xlsform_question_add(struct xlsform_work *work, size_t row, const char *type) {
  const char *name = xlsform_cell(work, XLSFORM_SURVEY, row, KEY_NAME);
  struct xlsform_question question = {.name = name, .row = row, .path = ""};
  if (!read_kind(work, row, type, &question)) {
    return;
  }
  question.id = xlsform_field_id(work, XLSFORM_SURVEY, row, KEY_NAME, name);
  if (question.id == NULL) {
    return;
  }
  if (xlsform_question_find(work, name) != NULL) {
    xlsform_refuse(work, XLSFORM_SURVEY, row, KEY_NAME,
                   "the name \"%s\" stands further up, too; hint: each question has its own", name);
    return;
  }
  if (strcmp(question.id, name) != 0) {
    xlsform_note(work, XLSFORM_SURVEY, row, KEY_NAME, "its column is called \"%s\"", question.id);
  }
  question.json = json_pack("{s:s}", "id", question.id);
  if (question.json == NULL) {
    work->failed = true;
    return;
  }
  fill_question(work, type, &question);
  place_question(work, &question);
  json_decref(question.json); /* the section holds it */
  work->questions[work->questions_count++] = question;
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
  const char *field = xlsform_field_id(work, XLSFORM_SURVEY, row, KEY_NAME,
                                       xlsform_cell(work, XLSFORM_SURVEY, row, KEY_NAME));
  json_t *describe = field == NULL ? NULL
                                   : json_pack("{s:s, s:i}", "field", field, "max",
                                               read_length(work, row, DESCRIBE_MAX));
  if (field != NULL) {
    read_asked(work, row, choice, arena_printf(work->arena, "%s.%d.describe", question->id, code),
               describe);
    xlsform_set(work, choice, "describe", describe);
  }
  return true;
}
