#include "survey/variable.h"

#include <math.h>

#include "survey/routing.h"
#include "survey/score.h"

enum { WEIGHT_STEPS = 1000000 };

bool variable_has_long(const struct questionnaire *questionnaire) {
  for (size_t i = 0; i < questionnaire->questions_count; i++) {
    if (questionnaire->questions[i].each >= 0) {
      return true;
    }
  }
  return false;
}

int variable_rows(const struct answer *answer) {
  const struct questionnaire *questionnaire = answer->questionnaire;
  int most = 0;
  for (size_t i = 0; i < questionnaire->questions_count; i++) {
    int each = questionnaire->questions[i].each;
    int children = each < 0 ? 0 : routing_children(answer, each);
    most = children > most ? children : most;
  }
  return most;
}

static struct value no_value(enum value_kind kind) {
  return (struct value){.kind = kind};
}

static struct value text_value(const char *text) {
  struct value value = no_value(VALUE_NONE);
  if (text != NULL && text[0] != '\0') {
    value.kind = VALUE_TEXT;
    value.text = text;
  }
  return value;
}

static struct value number_value(double number) {
  return (struct value){.kind = VALUE_NUMBER, .number = number};
}

static bool is_unanswered(const struct variable *variable, int number) {
  for (size_t i = 0; i < variable->codes_count; i++) {
    if (variable->codes[i].code == number) {
      return !variable->codes[i].valid;
    }
  }
  return false;
}

static struct value answer_value(const struct variable *variable, const struct answer *answer,
                                 int child) {
  struct column column = variable->column;
  if (variable->repeats > 0) {
    if (child > variable->repeats) {
      return no_value(VALUE_NOT_ASKED);
    }
    column.field += (child - 1) * (int)variable->question->fields_each;
  }
  struct cell cell = column_cell(answer, &column);
  if (variable->form == VARIABLE_TEXT) {
    return text_value(cell.text);
  }
  if (!cell.has_number) {
    return no_value(VALUE_NOT_ASKED);
  }
  struct value value = number_value(cell.number);
  value.kind = is_unanswered(variable, cell.number) ? VALUE_NOT_ANSWERED : VALUE_NUMBER;
  return value;
}

static struct value score_value(int score) {
  return score == SCORE_UNKNOWN ? no_value(VALUE_NONE) : number_value(score);
}

static struct value flag_value(int flag) {
  return flag == RESPONSE_UNKNOWN ? no_value(VALUE_NONE) : number_value(flag);
}

static struct value coded_value(const struct variable *variable, int code) {
  struct value value = number_value(code);
  if (code == ANONYMISE_EMPTY) {
    value.kind = VALUE_NOT_ASKED;
  } else if (code == ANONYMISE_WITHHELD) {
    value.kind = VALUE_WITHHELD;
  } else if (is_unanswered(variable, code)) {
    value.kind = VALUE_NOT_ANSWERED;
  }
  return value;
}

void variable_values_anonymised(const struct variable_list *list, struct anonymise *anonymise,
                                size_t index, struct value *values) {
  struct anonymise_row row;
  size_t column = 0;
  anonymise_row(anonymise, index, &row);
  for (size_t i = 0; i < list->count; i++) {
    const struct variable *variable = &list->items[i];
    values[i] = no_value(VALUE_NONE);
    if (variable->role == VARIABLE_RESPONSE_ID) {
      values[i] = number_value((double)index + 1);
    } else if (variable->role == VARIABLE_MUNICIPALITY_CODE) {
      values[i] = coded_value(variable, row.municipality);
    } else if (variable->role == VARIABLE_MUNICIPALITY) {
      values[i] = text_value(row.municipality_name);
    } else if (variable->role == VARIABLE_LANGUAGE) {
      values[i] = text_value(row.language);
    } else if (variable->role == VARIABLE_ANSWER) {
      values[i] = coded_value(variable, row.values[column++]);
    }
  }
}

struct value variable_value(const struct variable *variable, const struct response *response,
                            int child) {
  switch (variable->role) {
  case VARIABLE_RESPONSE_ID:
    return text_value(response->id);
  case VARIABLE_MUNICIPALITY_CODE:
    return number_value(response->municipality);
  case VARIABLE_MUNICIPALITY:
    return text_value(response->municipality_name);
  case VARIABLE_LANGUAGE:
    return text_value(response->language);
  case VARIABLE_WEEK:
    return text_value(response->week);
  case VARIABLE_CHILD:
    return number_value(child);
  case VARIABLE_ANSWER:
    return answer_value(variable, response->answer, child);
  case VARIABLE_SCORE:
    return score_value(score_read(response->answer, variable->score).value);
  case VARIABLE_FLAG:
    return flag_value(response->flags[variable->flag]);
  case VARIABLE_WEIGHT:
    return response->weight < 0
               ? no_value(VALUE_NONE)
               : number_value(nearbyint(response->weight * WEIGHT_STEPS) / WEIGHT_STEPS);
  case VARIABLE_EXTERNAL_ID:
    return text_value(response->external_id);
  }
  return no_value(VALUE_NONE);
}
