#include <stdio.h>
#include <string.h>

#include "base/words.h"
#include "survey/score.h"
#include "survey/variable.h"

enum { AROUND_MAX = 6 + FLAG_COUNT + 2, NUMBER_BYTES = 12, NAME_BYTES = 32 };

struct making {
  const struct variable_options *options;
  const struct questionnaire *questionnaire;
  struct arena *arena;
  struct variable *items;
  size_t count;
  enum variable_shape shape;
  bool failed;
};

static const char *word(const struct making *making, const char *key) {
  return words_get(making->options->words, key);
}

static struct variable *add(struct making *making, struct variable variable) {
  struct variable *added = &making->items[making->count++];
  *added = variable;
  return added;
}

/* ---- codes */

static struct variable_code *new_codes(struct making *making, size_t count) {
  struct variable_code *codes = arena_array(making->arena, count, sizeof *codes);
  making->failed = making->failed || codes == NULL;
  return codes;
}

static void set_codes(struct variable *variable, const struct variable_code *codes, size_t count) {
  variable->codes = codes;
  variable->codes_count = codes == NULL ? 0 : count;
}

static void choice_codes(struct making *making, struct variable *variable) {
  const struct question *question = variable->question;
  size_t count = question->choices_count;
  struct variable_code *codes = new_codes(making, count + 2);
  for (size_t i = 0; codes != NULL && i < count; i++) {
    codes[i] = (struct variable_code){
        .code = question->choices[i].code, .label = question->choices[i].words.text, .valid = true};
  }
  set_codes(variable, codes, count);
}

static const char *end_word(const struct question *question, int number) {
  return number == question->min ? question->low.text
                                 : (number == question->max ? question->high.text : NULL);
}

static void number_codes(struct making *making, struct variable *variable) {
  const struct question *question = variable->question;
  size_t count = (size_t)(question->max - question->min) + 1;
  struct variable_code *codes = new_codes(making, count + 2);
  for (size_t i = 0; codes != NULL && i < count; i++) {
    int number = question->min + (int)i;
    const char *end = end_word(question, number);
    codes[i] = (struct variable_code){.code = number, .valid = true};
    if (end != NULL) {
      codes[i].label = arena_printf(making->arena, "%d - %s", number, end);
    }
  }
  set_codes(variable, codes, count);
}

/* The list has room for it. */
static void unanswered_code(struct making *making, struct variable *variable, int code) {
  struct variable_code *codes = (struct variable_code *)variable->codes;
  if (codes != NULL) {
    codes[variable->codes_count++] =
        (struct variable_code){.code = code, .label = word(making, "not_answered"), .valid = false};
  }
}

static void listed_codes(struct making *making, struct variable *variable, const char *const *keys,
                         size_t count) {
  struct variable_code *codes = new_codes(making, count);
  for (size_t i = 0; codes != NULL && i < count; i++) {
    codes[i] =
        (struct variable_code){.code = (int)i, .label = word(making, keys[i]), .valid = true};
  }
  set_codes(variable, codes, count);
}

/* ---- words */

static const char *number_text(const struct making *making, int number) {
  const char *text = arena_printf(making->arena, "%d", number);
  return text == NULL ? "" : text;
}

static const char *child_name(const struct making *making, int child) {
  const char *pattern = making->questionnaire->child.text;
  return words_fill(making->arena, pattern == NULL ? "{n}" : pattern, "n",
                    number_text(making, child), NULL);
}

static const char *field_label(const struct making *making, const struct variable *variable,
                               const struct field *field) {
  const struct question *question = variable->question;
  const char *label = question->words.text;
  if (field->kind == FIELD_DESCRIBE) {
    const struct choice *choice = &question->choices[field->choice];
    const char *asks = choice->describe.text;
    label = words_fill(making->arena, word(making, "describe"), "choice",
                       asks == NULL ? choice->words.text : asks, "label", label, NULL);
  } else if (field->kind == FIELD_FIRST) {
    bool check = variable->column.kind == COLUMN_CHECK;
    label =
        words_fill(making->arena, word(making, check ? "check" : "first"), "label", label, NULL);
  }
  return variable->child == 0
             ? label
             : words_fill(making->arena, word(making, "of_child"), "child",
                          child_name(making, variable->child), "label", label, NULL);
}

/* "1 (ja), 2 (nej)": codes of a question with their words. */
static const char *codes_text(struct making *making, const struct question *question,
                              const int *codes, size_t count) {
  const char *text = "";
  for (size_t i = 0; i < count && text != NULL; i++) {
    const char *label = NULL;
    for (size_t j = 0; j < question->choices_count; j++) {
      if (question->choices[j].code == codes[i]) {
        label = question->choices[j].words.text;
      }
    }
    const char *gap = i == 0 ? "" : ", ";
    text = label == NULL ? arena_printf(making->arena, "%s%s%d", text, gap, codes[i])
                         : arena_printf(making->arena, "%s%s%d (%s)", text, gap, codes[i], label);
  }
  making->failed = making->failed || text == NULL;
  return text == NULL ? "" : text;
}

static const char *name_of_child(struct making *making, const struct question *question,
                                 int child) {
  const char *name = question->each >= 0 && child > 0
                         ? arena_printf(making->arena, "%s_%d", question->id, child)
                         : question->id;
  making->failed = making->failed || name == NULL;
  return name == NULL ? "" : name;
}

static const char *and_also(struct making *making, const char *first, const char *second) {
  if (first == NULL) {
    return second;
  }
  const char *both = arena_printf(making->arena, "%s; %s", first, second);
  making->failed = making->failed || both == NULL;
  return both;
}

/* Of whom it is asked, in the names of the same shape. */
static const char *universe(struct making *making, const struct variable *variable,
                            const struct field *field) {
  const struct question *question = variable->question;
  const char *text = NULL;
  if (question->each >= 0) {
    const char *counted = making->questionnaire->questions[question->each].id;
    text = words_fill(making->arena, word(making, "universe_child"), "name", counted, "n",
                      making->shape == VARIABLE_LONG ? "child" : number_text(making, field->child),
                      NULL);
  }
  if (question->filter.question >= 0) {
    const struct question *asked = &making->questionnaire->questions[question->filter.question];
    const char *codes =
        codes_text(making, asked, question->filter.codes, question->filter.codes_count);
    text =
        and_also(making, text,
                 words_fill(making->arena, word(making, "universe_codes"), "name",
                            name_of_child(making, asked, variable->child), "codes", codes, NULL));
  }
  if (field->kind == FIELD_DESCRIBE) {
    const char *codes = codes_text(making, question, &question->choices[field->choice].code, 1);
    text = and_also(making, text,
                    words_fill(making->arena, word(making, "universe_codes"), "name",
                               name_of_child(making, question, variable->child), "codes", codes,
                               NULL));
  }
  return text;
}

/* ---- what is coarser in rows that may be given away */

static const struct anonymise_quasi *quasi_of(const struct making *making, const char *name) {
  const struct anonymise_certificate *anonymised = making->options->anonymised;
  for (size_t i = 0; anonymised != NULL && i < anonymised->quasis_count; i++) {
    if (strcmp(anonymised->quasis[i].name, name) == 0) {
      return &anonymised->quasis[i];
    }
  }
  return NULL;
}

static const char *filled(struct making *making, const char *key, const char *name,
                          const char *value) {
  const char *text = words_fill(making->arena, word(making, key), name, value, NULL);
  making->failed = making->failed || text == NULL;
  return text;
}

/* "3 or more", and the code of what was put together. The list has room for it. */
static void coarse_codes(struct making *making, struct variable *variable, const char *name) {
  const struct anonymise_quasi *quasi = quasi_of(making, name);
  struct variable_code *codes = (struct variable_code *)variable->codes;
  variable->may_be_withheld = making->options->anonymised != NULL;
  for (size_t i = 0; quasi != NULL && i < variable->codes_count; i++) {
    if (quasi->level == ANONYMISE_CAPPED && codes[i].code == quasi->limit) {
      codes[i].label = filled(making, "at_least", "n", number_text(making, quasi->limit));
    }
  }
  if (quasi == NULL || codes == NULL ||
      (quasi->level != ANONYMISE_POOLED && quasi->level != ANONYMISE_SUMMARY)) {
    return;
  }
  codes[variable->codes_count++] =
      (struct variable_code){.code = ANONYMISE_SEVERAL,
                             .label = quasi->level == ANONYMISE_POOLED
                                          ? filled(making, "put_together", "pooled", quasi->pooled)
                                          : word(making, "children_differ"),
                             .valid = true};
}

/* ---- the questionnaire's own variables */

static void answer_form(struct making *making, struct variable *variable,
                        const struct field *field) {
  static const char *const checks[] = {"check_0", "check_1", "check_2"};
  const struct question *question = variable->question;
  if (variable->column.kind == COLUMN_CHECK) {
    variable->form = VARIABLE_CODED;
    listed_codes(making, variable, checks, array_length(checks));
    variable->may_be_withheld = making->options->anonymised != NULL;
    return;
  }
  if (questionnaire_is_text(making->questionnaire, variable->column.field)) {
    variable->form = VARIABLE_TEXT;
    variable->free_text = true;
    return;
  }
  variable->form = question->kind == QUESTION_CHOICE ? VARIABLE_CODED : VARIABLE_NUMBER;
  if (question->kind == QUESTION_CHOICE) {
    choice_codes(making, variable);
  } else {
    number_codes(making, variable);
  }
  unanswered_code(making, variable,
                  column_unanswered(making->questionnaire, field->kind == FIELD_FIRST
                                                               ? variable->column.field - 1
                                                               : variable->column.field));
  coarse_codes(making, variable, question->id);
}

/* A field's name without its child: two stems may meet one name, which then gets an
 * ending. */
static const char *long_name(struct making *making, const char *wide) {
  const char *name = arena_copy(making->arena, wide, strlen(wide) - strlen("_1"));
  for (size_t i = 0; name != NULL && i < making->count; i++) {
    if (strcmp(making->items[i].name, name) == 0) {
      name = arena_printf(making->arena, "%.*s_each", NAME_BYTES - (int)strlen("_each"), name);
    }
  }
  making->failed = making->failed || name == NULL;
  return name == NULL ? wide : name;
}

static void add_answer(struct making *making, const struct column *column) {
  const struct questionnaire *questionnaire = making->questionnaire;
  const struct field *field = &questionnaire->fields[column->field];
  const struct question *question = &questionnaire->questions[field->question];
  bool repeated = making->shape == VARIABLE_LONG && question->each >= 0;
  bool text = questionnaire_is_text(questionnaire, column->field);
  if ((repeated && field->child > 1) || (text && making->options->no_free_text)) {
    return;
  }
  struct variable *variable =
      add(making, (struct variable){.name = column->name,
                                    .role = VARIABLE_ANSWER,
                                    .column = *column,
                                    .question = question,
                                    .child = making->shape == VARIABLE_WIDE ? field->child : 0});
  if (repeated) {
    making->count--;
    variable->name = long_name(making, column->name);
    making->count++;
    variable->repeats = questionnaire->questions[question->each].max;
  }
  answer_form(making, variable, field);
  variable->label = field_label(making, variable, field);
  variable->universe = universe(making, variable, field);
  variable->may_be_unasked = variable->universe != NULL && variable->form != VARIABLE_TEXT;
}

/* ---- those around them */

static struct variable *add_around(struct making *making, const char *name, enum variable_role role,
                                   enum variable_form form) {
  char key[NAME_BYTES + 8];
  (void)snprintf(key, sizeof key, "var_%s", name);
  return add(making, (struct variable){
                         .name = name, .label = word(making, key), .form = form, .role = role});
}

static void add_municipality(struct making *making) {
  const struct variable_options *options = making->options;
  struct variable *variable =
      add_around(making, "municipality_code", VARIABLE_MUNICIPALITY_CODE, VARIABLE_CODED);
  struct variable_code *codes = new_codes(making, options->municipalities_count + 1);
  for (size_t i = 0; codes != NULL && i < options->municipalities_count; i++) {
    codes[i] = (struct variable_code){.code = options->municipalities[i].code,
                                      .label = options->municipalities[i].name,
                                      .valid = true};
  }
  set_codes(variable, codes, options->municipalities_count);
  coarse_codes(making, variable, "municipality");
}

/* Rows are numbered anew, and only the language that was asked for is there. */
static void add_leading_anonymised(struct making *making) {
  struct variable *number =
      add_around(making, "response_id", VARIABLE_RESPONSE_ID, VARIABLE_NUMBER);
  number->label = word(making, "var_row");
  add_municipality(making);
  (void)add_around(making, "municipality", VARIABLE_MUNICIPALITY, VARIABLE_TEXT);
  if (quasi_of(making, "language") != NULL) {
    (void)add_around(making, "language", VARIABLE_LANGUAGE, VARIABLE_TEXT);
  }
}

static void add_leading(struct making *making) {
  (void)add_around(making, "response_id", VARIABLE_RESPONSE_ID, VARIABLE_TEXT);
  if (making->shape == VARIABLE_LONG) {
    (void)add_around(making, "child", VARIABLE_CHILD, VARIABLE_NUMBER);
  }
  add_municipality(making);
  (void)add_around(making, "municipality", VARIABLE_MUNICIPALITY, VARIABLE_TEXT);
  (void)add_around(making, "language", VARIABLE_LANGUAGE, VARIABLE_TEXT);
  (void)add_around(making, "received_week", VARIABLE_WEEK, VARIABLE_TEXT);
}

/* By itself the number says what it is: there are no codes to name. */
static void add_scores(struct making *making) {
  for (size_t i = 0; i < making->questionnaire->scores_count; i++) {
    const struct score *score = &making->questionnaire->scores[i];
    const char *name = score_column(score, making->arena);
    making->failed = making->failed || name == NULL;
    (void)add(making,
              (struct variable){.name = name == NULL ? "" : name,
                                .label = filled(making, "score", "label", score->words.text),
                                .form = VARIABLE_NUMBER,
                                .role = VARIABLE_SCORE,
                                .score = i});
  }
}

static void add_trailing(struct making *making) {
  static const char *const marks[] = {"flag_0", "flag_1", "flag_2"};
  for (enum response_flag flag = 0; flag < FLAG_COUNT; flag++) {
    struct variable *variable =
        add_around(making, response_flag_name(flag), VARIABLE_FLAG, VARIABLE_CODED);
    variable->flag = flag;
    listed_codes(making, variable, marks, flag == FLAG_SCALE ? 3 : 2);
  }
  (void)add_around(making, "weight", VARIABLE_WEIGHT, VARIABLE_DECIMAL);
  (void)add_around(making, "external_id", VARIABLE_EXTERNAL_ID, VARIABLE_TEXT);
}

struct variable_list variable_list_new(const struct variable_options *options,
                                       enum variable_shape shape, struct arena *arena) {
  struct variable_list list = {.items = NULL, .shape = shape};
  struct making making = {
      .options = options, .questionnaire = options->questionnaire, .arena = arena, .shape = shape};
  struct column_list columns = column_list_new(options->questionnaire, arena);
  making.items =
      arena_array(arena, columns.count + options->questionnaire->scores_count + AROUND_MAX,
                  sizeof *making.items);
  if (columns.items == NULL || making.items == NULL) {
    return list;
  }
  bool anonymised = options->anonymised != NULL;
  list.anonymised = anonymised;
  if (anonymised) {
    add_leading_anonymised(&making);
  } else {
    add_leading(&making);
  }
  for (size_t i = 0; i < columns.count; i++) {
    add_answer(&making, &columns.items[i]);
  }
  if (!anonymised) {
    add_scores(&making);
    add_trailing(&making);
  }
  if (!making.failed) {
    list.items = making.items;
    list.count = making.count;
  }
  return list;
}
