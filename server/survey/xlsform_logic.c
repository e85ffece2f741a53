#include <stdlib.h>
#include <string.h>

#include "survey/xlsform_part.h"

/* Expressions of XLSForm are XPath; these few forms of it have a counterpart here. */

enum { LITERAL_BYTES = 128 };

static const char *skip(const char *at) {
  return at + strspn(at, " \t\r\n");
}

/* Moves over a word, if it stands there. */
static bool take(const char **at, const char *word) {
  const char *from = skip(*at);
  size_t length = strlen(word);
  if (strncmp(from, word, length) != 0) {
    return false;
  }
  *at = from + length;
  return true;
}

enum relation { OP_NONE, OP_EQUAL, OP_NOT_EQUAL, OP_LESS, OP_AT_MOST, OP_MORE, OP_AT_LEAST };

static enum relation take_relation(const char **at) {
  static const struct {
    const char *text;
    enum relation relation;
  } all[] = {{"!=", OP_NOT_EQUAL}, {"<=", OP_AT_MOST}, {">=", OP_AT_LEAST},
             {"=", OP_EQUAL},      {"<", OP_LESS},     {">", OP_MORE}};
  for (size_t i = 0; i < array_length(all); i++) {
    if (take(at, all[i].text)) {
      return all[i].relation;
    }
  }
  return OP_NONE;
}

static bool holds(enum relation relation, int left, int right) {
  switch (relation) {
  case OP_EQUAL:
    return left == right;
  case OP_LESS:
    return left < right;
  case OP_AT_MOST:
    return left <= right;
  case OP_MORE:
    return left > right;
  case OP_AT_LEAST:
    return left >= right;
  case OP_NONE:
  case OP_NOT_EQUAL:
    break;
  }
  return false;
}

/* ---- references */

/* "${name}"; NULL when it does not stand there. */
static const char *take_reference(struct arena *arena, const char **at) {
  const char *from = skip(*at);
  if (strncmp(from, "${", 2) != 0) {
    return NULL;
  }
  from = skip(from + 2);
  size_t length = strcspn(from, " \t}");
  const char *end = skip(from + length);
  if (length == 0 || *end != '}') {
    return NULL;
  }
  *at = end + 1;
  return arena_copy(arena, from, length);
}

const char *xlsform_reference(struct arena *arena, const char *expression) {
  const char *at = expression;
  const char *name = take_reference(arena, &at);
  return name != NULL && *skip(at) == '\0' ? name : NULL;
}

/* "${name}", or the same child's in another repeat: "indexed-repeat(${name}, ${repeat},
 * position(..))". */
static const char *take_question(struct arena *arena, const char **at) {
  const char *from = *at;
  if (!take(at, "indexed-repeat(")) {
    return take_reference(arena, at);
  }
  const char *name = take_reference(arena, at);
  bool whole = name != NULL && take(at, ",") && take_reference(arena, at) != NULL &&
               take(at, ",") && take(at, "position(..)") && take(at, ")");
  *at = whole ? *at : from;
  return whole ? name : NULL;
}

/* 'yes', "yes", '' or 3. */
static bool take_literal(const char **at, char out[LITERAL_BYTES]) {
  const char *from = skip(*at);
  bool quoted = *from == '\'' || *from == '"';
  const char quote[] = {*from, '\0'};
  size_t length = quoted ? strcspn(from + 1, quote) : strspn(from, "0123456789");
  const char *begin = quoted ? from + 1 : from;
  if ((length == 0 && !quoted) || length >= LITERAL_BYTES || (quoted && begin[length] != *from)) {
    return false;
  }
  memcpy(out, begin, length);
  out[length] = '\0';
  *at = begin + length + (quoted ? 1 : 0);
  return true;
}

/* ---- what a condition lets through */

static bool is_within(const struct xlsform_condition *one, const struct xlsform_condition *other) {
  bool within = one->question == other->question;
  for (int code = 0; within && code < XLSFORM_CODES; code++) {
    within = !one->codes[code] || other->codes[code];
  }
  return within;
}

/* Whether the other holds wherever this one does: a question that was answered was asked, and so
 * its own condition held. */
static bool implies(const struct xlsform_condition *one, const struct xlsform_condition *other) {
  bool found = other->question == NULL;
  for (; !found && one->question != NULL; one = &one->question->condition) {
    found = is_within(one, other);
  }
  return found;
}

/* Both must hold. */
static const char *both(struct xlsform_condition *one, const struct xlsform_condition *other) {
  if (implies(one, other)) {
    return NULL;
  }
  if (implies(other, one)) {
    *one = *other;
    return NULL;
  }
  if (one->question != other->question) {
    return "it looks at two questions; hint: a filter looks at one: ask the other in a section of "
           "its own";
  }
  for (int code = 0; code < XLSFORM_CODES; code++) {
    one->codes[code] = one->codes[code] && other->codes[code];
  }
  return NULL;
}

static void every_answer(struct xlsform_condition *condition) {
  const struct xlsform_question *question = condition->question;
  const struct xlsform_list *list = question->list;
  for (int code = question->min; list == NULL && code <= question->max; code++) {
    if (code >= 0 && code < XLSFORM_CODES) {
      condition->codes[code] = true;
    }
  }
  for (size_t i = 0; list != NULL && i < list->count; i++) {
    int code = list->choices[i].code;
    if (code >= 0 && code < XLSFORM_CODES) {
      condition->codes[code] = true;
    }
  }
}

/* ---- "relevant" */

struct reading {
  const struct xlsform_work *work;
  const struct xlsform_condition *around; /* of the groups that are open */
  const char *at;
  const char *why; /* NULL so far */
  int depth;
};

static bool fail(struct reading *reading, const char *why) {
  reading->why = reading->why == NULL ? why : reading->why;
  return false;
}

static const struct xlsform_question *find_question(struct reading *reading, const char *name) {
  const struct xlsform_question *question = xlsform_question_find(reading->work, name);
  if (question == NULL) {
    (void)fail(reading, "it names a question that does not stand before this row; hint: a filter "
                        "looks at a select_one, integer or range further up");
    return NULL;
  }
  if (question->json == NULL) {
    (void)fail(reading, "it looks at a question that is refused itself; hint: mend that first");
    return NULL;
  }
  if (question->kind == QUESTION_TEXT) {
    (void)fail(reading, "it looks at a free text; hint: a filter looks at a select_one, integer "
                        "or range");
    return NULL;
  }
  return question;
}

/* All answers but these, if nobody can have left the question empty. */
static bool all_but(struct reading *reading, struct xlsform_condition *condition, const char *why) {
  struct xlsform_condition all = {.question = condition->question};
  if (!all.question->needed || !implies(reading->around, &all.question->condition)) {
    return fail(reading, why);
  }
  every_answer(&all);
  for (int code = 0; code < XLSFORM_CODES; code++) {
    condition->codes[code] = all.codes[code] && !condition->codes[code];
  }
  return true;
}

static bool add_choice(struct reading *reading, struct xlsform_condition *condition,
                       enum relation relation, const char *literal) {
  const struct xlsform_list *list = condition->question->list;
  int code = list == NULL ? -1 : xlsform_code(list, literal);
  if (relation != OP_EQUAL) {
    return fail(reading, "choices are not more or less than one another; hint: ${question} = "
                         "'choice', joined by or");
  }
  if (code < 0 || code >= XLSFORM_CODES) {
    return fail(reading, "that question has no such choice; hint: the name of the choice, as it "
                         "stands in the sheet choices");
  }
  condition->codes[code] = true;
  return true;
}

static bool add_numbers(struct reading *reading, struct xlsform_condition *condition,
                        enum relation relation, const char *literal) {
  if (literal[strspn(literal, "0123456789")] != '\0' || strlen(literal) > 4 || literal[0] == '\0') {
    return fail(reading, "a number is compared with a word; hint: write a whole number");
  }
  int number = (int)strtol(literal, NULL, 10);
  for (int code = condition->question->min;
       code <= condition->question->max && code < XLSFORM_CODES; code++) {
    condition->codes[code] = holds(relation, code, number);
  }
  return true;
}

static bool add_codes(struct reading *reading, struct xlsform_condition *condition,
                      enum relation relation, const char *literal) {
  bool differs = relation == OP_NOT_EQUAL;
  if (differs && literal[0] == '\0') { /* answered at all */
    every_answer(condition);
    return true;
  }
  relation = differs ? OP_EQUAL : relation;
  bool added = condition->question->kind == QUESTION_CHOICE
                   ? add_choice(reading, condition, relation, literal)
                   : add_numbers(reading, condition, relation, literal);
  return added && (!differs || all_but(reading, condition,
                                       "!= would also ask who has not answered; hint: name the "
                                       "answers that lead here, or make that question required"));
}

static bool read_term(struct reading *reading, struct xlsform_condition *condition) {
  char literal[LITERAL_BYTES];
  static const char unknown[] =
      "this condition has no counterpart; hint: ${x} = 'a', selected(${x}, 'a') or ${x} > 1, "
      "several of one question joined by or";
  bool selected = take(&reading->at, "selected(");
  const char *name = take_question(reading->work->arena, &reading->at);
  enum relation relation = OP_EQUAL;
  if (name == NULL || (selected && !take(&reading->at, ","))) {
    return fail(reading, unknown);
  }
  if (!selected) {
    relation = take_relation(&reading->at);
  }
  if (relation == OP_NONE || !take_literal(&reading->at, literal) ||
      (selected && !take(&reading->at, ")"))) {
    return fail(reading, unknown);
  }
  condition->question = find_question(reading, name);
  return condition->question != NULL && add_codes(reading, condition, relation, literal);
}

static bool read_any(struct reading *reading, struct xlsform_condition *condition);

static bool read_part(struct reading *reading, struct xlsform_condition *condition) {
  bool without = take(&reading->at, "not(") || take(&reading->at, "not (");
  if (!without && !take(&reading->at, "(")) {
    return read_term(reading, condition);
  }
  if (++reading->depth > XLSFORM_DEPTH) {
    return fail(reading, "too many brackets; hint: take some out");
  }
  if (!read_any(reading, condition)) {
    return false;
  }
  reading->depth--;
  if (!take(&reading->at, ")")) {
    return fail(reading, "a bracket is not closed; hint: add \")\"");
  }
  return !without || all_but(reading, condition,
                             "not(…) would also ask who has not answered; hint: name the answers "
                             "that lead here, or make that question required");
}

/* "or" and "and" stand between blanks or brackets. */
static bool take_word(const char **at, const char *word) {
  const char *from = *at;
  bool taken = take(at, word) && (**at == '(' || skip(*at) != *at);
  *at = taken ? *at : from;
  return taken;
}

static bool read_all(struct reading *reading, struct xlsform_condition *condition) {
  bool good = read_part(reading, condition);
  while (good && take_word(&reading->at, "and")) {
    struct xlsform_condition next = {0};
    good = read_part(reading, &next);
    const char *why = good ? both(condition, &next) : NULL;
    good = good && (why == NULL || fail(reading, why));
  }
  return good;
}

static bool read_any(struct reading *reading, struct xlsform_condition *condition) {
  bool good = read_all(reading, condition);
  while (good && take_word(&reading->at, "or")) {
    struct xlsform_condition next = {0};
    good = read_all(reading, &next);
    if (good && next.question != condition->question) {
      return fail(reading, "it looks at two questions; hint: a filter looks at one: ask the other "
                           "in a section of its own");
    }
    for (int code = 0; good && code < XLSFORM_CODES; code++) {
      condition->codes[code] = condition->codes[code] || next.codes[code];
    }
  }
  return good;
}

static bool lets_through(const struct xlsform_condition *condition) {
  bool any = condition->question == NULL;
  for (int code = 0; !any && code < XLSFORM_CODES; code++) {
    any = condition->codes[code];
  }
  return any;
}

const char *xlsform_condition_read(const struct xlsform_work *work, const char *expression,
                                   struct xlsform_condition *condition) {
  struct xlsform_condition always = {0};
  struct reading reading = {.work = work, .at = expression, .around = &always};
  if (work->depth > 0) {
    reading.around = &work->groups[work->depth - 1].condition;
  }
  *condition = (struct xlsform_condition){0};
  if (*skip(expression) != '\0' && read_any(&reading, condition) && *skip(reading.at) != '\0') {
    (void)fail(&reading, "something stands behind the condition; hint: several answers of one "
                         "question are joined by or");
  }
  const char *why = reading.why != NULL ? reading.why : both(condition, reading.around);
  return why != NULL               ? why
         : lets_through(condition) ? NULL
                                   : "no answer leads here; hint: mend the condition";
}

/* ---- limits */

const char *xlsform_limits(const char *constraint, bool length, int *min, int *max) {
  static const char unknown_number[] =
      "this constraint has no counterpart; hint: . >= 1 and . <= 10";
  static const char unknown_length[] =
      "this constraint has no counterpart; hint: string-length(.) <= 200";
  const char *unknown = length ? unknown_length : unknown_number;
  const char *at = constraint;
  if (*skip(at) == '\0') {
    return NULL;
  }
  do {
    char literal[LITERAL_BYTES];
    while (take(&at, "(")) {
    }
    if (!take(&at, length ? "string-length(.)" : ".")) {
      return unknown;
    }
    enum relation relation = take_relation(&at);
    if (!take_literal(&at, literal) || literal[0] == '\0' || strlen(literal) > 6 ||
        literal[strspn(literal, "0123456789")] != '\0') {
      return unknown;
    }
    int number = (int)strtol(literal, NULL, 10);
    switch (relation) {
    case OP_LESS:
      *max = number - 1;
      break;
    case OP_AT_MOST:
      *max = number;
      break;
    case OP_MORE:
      *min = number + 1;
      break;
    case OP_AT_LEAST:
      *min = number;
      break;
    case OP_NONE:
    case OP_EQUAL:
    case OP_NOT_EQUAL:
      return unknown;
    }
    while (take(&at, ")")) {
    }
  } while (take(&at, "and"));
  return *skip(at) == '\0' ? NULL : unknown;
}

const char *xlsform_range(const char *parameters, int *min, int *max) {
  int step = 1;
  const char *at = parameters;
  *min = 1; /* as XLSForm has it without parameters */
  *max = 10;
  while (at += strspn(at, " \t\r\n;,"), *at != '\0') {
    int *value = take(&at, "start")  ? min
                 : take(&at, "end")  ? max
                 : take(&at, "step") ? &step
                                     : NULL;
    size_t digits = value != NULL && take(&at, "=") ? strspn(skip(at), "0123456789") : 0;
    if (digits == 0 || digits > 4) {
      return "these parameters have no counterpart; hint: start=1 end=10 step=1";
    }
    *value = (int)strtol(skip(at), NULL, 10);
    at = skip(at) + digits;
    if (*at != '\0' && strchr(" \t\r\n;,", *at) == NULL) {
      return "a scale has whole numbers; hint: start=1 end=10 step=1";
    }
  }
  return step == 1 ? NULL : "a scale goes by ones; hint: step=1, or a select_one";
}
