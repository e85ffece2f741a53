#include <math.h>
#include <string.h>

#include "output/sentence.h"
#include "survey/routing.h"
#include "web/console.h"
#include "web/console_duplicates.h"
#include "web/console_gate.h"

/* A group on the page: its answers in the order of their columns. */
struct beside {
  const struct quality_page *page;
  const struct quality_group *group;
  size_t number; /* from 1, on all pages */
  size_t count;  /* columns */
  const struct review_answer *rows[QUALITY_ANSWERS_SHOWN];
  const struct answer *answers[QUALITY_ANSWERS_SHOWN];
};

static bool add(json_t *list, json_t *item) {
  return json_array_append_new(list, item) == 0;
}

static const char *fill(const struct work *work, const char *key, const char *name,
                        const char *value) {
  return words_fill(work->arena, console_word(work, key), name, value, NULL);
}

/* "Svar A": of the column, from 0. */
static const char *letter(const struct work *work, size_t column) {
  const char *text = arena_printf(work->arena, "%c", (char)('A' + column));
  return fill(work, "quality_letter", "letter", text == NULL ? "" : text);
}

static size_t column_of(const struct beside *beside, const char *id) {
  for (size_t i = 0; i < beside->count; i++) {
    if (strcmp(beside->rows[i]->response_id, id) == 0) {
      return i;
    }
  }
  return beside->count;
}

/* ---- finding what belongs to a group */

static const struct review_answer *row_of(const struct quality_page *page, const char *id) {
  for (size_t i = 0; i < page->answers_count; i++) {
    if (strcmp(page->answers[i].response_id, id) == 0) {
      return &page->answers[i];
    }
  }
  return NULL;
}

static void gather(struct beside *beside) {
  const struct quality_page *page = beside->page;
  for (size_t i = 0; i < beside->group->ids_count && beside->count < QUALITY_ANSWERS_SHOWN; i++) {
    const struct review_answer *row = row_of(page, beside->group->ids[i]);
    const struct answer *answer =
        row == NULL ? NULL : answer_from_json(page->questionnaire, page->work->arena, row->answers);
    if (answer != NULL) {
      beside->rows[beside->count] = row;
      beside->answers[beside->count++] = answer;
    }
  }
}

/* Whether both are columns; which ones. */
static bool columns_of(const struct beside *beside, const char *a, const char *b, size_t *left,
                       size_t *right) {
  *left = column_of(beside, a);
  *right = column_of(beside, b);
  if (*left > *right) {
    size_t swap = *left;
    *left = *right;
    *right = swap;
  }
  return *left < beside->count && *right < beside->count;
}

static const char *both(const struct work *work, size_t left, size_t right) {
  const char *a = arena_printf(work->arena, "%c", (char)('A' + left));
  const char *b = arena_printf(work->arena, "%c", (char)('A' + right));
  return words_fill(work->arena, console_word(work, "quality_both"), "a", a == NULL ? "" : a, "b",
                    b == NULL ? "" : b, NULL);
}

/* ---- why */

static json_t *why_json(const struct quality_page *page, const struct pair_row *pair) {
  const struct work *work = page->work;
  struct linkage_reason reasons[LINKAGE_REASONS_MAX];
  size_t count = reasons_read(page->questionnaire, pair->reasons, reasons, LINKAGE_REASONS_MAX);
  json_t *list = json_array();
  for (size_t i = 0; i < count; i++) {
    const char *text =
        sentence_of_reason(work->arena, console_words(work), page->questionnaire, &reasons[i]);
    if (!add(list, json_pack("{s:s}", "text", text))) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

/* "sandsynlighed 98 %; 0,02 par lige så ens ventes tilfældigt"; of too few answers nothing. */
static const char *how(const struct work *work, const struct pair_row *pair) {
  if (pair->words_only) {
    return console_word(work, "quality_words_only");
  }
  double percent = pair->probability * 100;
  const char *text = percent >= 99.5 ? console_word(work, "quality_over_99")
                     : percent < 1   ? console_word(work, "quality_under_1")
                                     : arena_printf(work->arena, "%.0f %%", percent);
  int decimals = pair->chance >= 10 ? 0 : pair->chance >= 0.095 ? 1 : 2;
  const char *chance = pair->chance < 0.005
                           ? fill(work, "quality_under", "n", quality_decimal(work, 0.01, 2))
                           : quality_decimal(work, pair->chance, decimals);
  return words_fill(work->arena, console_word(work, "quality_how"), "probability",
                    text == NULL ? "" : text, "chance", chance, NULL);
}

static json_t *pairs_json(const struct beside *beside) {
  json_t *list = json_array();
  for (size_t i = 0; i < beside->page->pairs_count; i++) {
    const struct pair_row *pair = &beside->page->pairs[i];
    size_t left, right;
    if (!columns_of(beside, pair->a, pair->b, &left, &right)) {
      continue;
    }
    json_t *item =
        json_pack("{s:s, s:s, s:o}", "names", both(beside->page->work, left, right), "how",
                  how(beside->page->work, pair), "reasons", why_json(beside->page, pair));
    if (!add(list, item)) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

/* ---- decisions */

static const char *decision_text(const struct beside *beside, const struct review_row *row,
                                 size_t left, size_t right) {
  const struct work *work = beside->page->work;
  const char *key = arena_printf(work->arena, "quality_was_%s", row->decision);
  size_t counts = row->counts == NULL ? beside->count : column_of(beside, row->counts);
  const char *what = counts < beside->count
                         ? fill(work, "quality_was_one", "letter", letter(work, counts))
                         : console_word(work, key == NULL ? "quality_was_undecided" : key);
  const char *who = row->actor_name[0] != '\0'            ? row->actor_name
                    : strcmp(row->actor, "operator") == 0 ? console_word(work, "quality_operator")
                                                          : row->actor;
  const char *text =
      words_fill(work->arena, console_word(work, "quality_was"), "names", both(work, left, right),
                 "what", what, "who", who, "moment", console_moment(work, row->decided_at), NULL);
  if (row->undone_at == NULL) {
    return text;
  }
  const char *undone =
      fill(work, "quality_was_undone", "moment", console_moment(work, row->undone_at));
  const char *whole = arena_printf(work->arena, "%s %s", text, undone);
  return whole == NULL ? text : whole;
}

/* The decision that holds is the first of a pair's that is not undone. */
static bool is_same_pair(const struct review_row *a, const struct review_row *b) {
  return strcmp(a->a, b->a) == 0 && strcmp(a->b, b->b) == 0;
}

static bool holds(const struct quality_page *page, size_t index) {
  const struct review_row *row = &page->reviews[index];
  for (size_t i = 0; i < index; i++) {
    if (is_same_pair(&page->reviews[i], row) && page->reviews[i].undone_at == NULL) {
      return false;
    }
  }
  return row->undone_at == NULL;
}

static json_t *decisions_json(const struct beside *beside) {
  json_t *list = json_array();
  for (size_t i = 0; i < beside->page->reviews_count; i++) {
    const struct review_row *row = &beside->page->reviews[i];
    size_t left, right;
    if (!columns_of(beside, row->a, row->b, &left, &right)) {
      continue;
    }
    json_t *item = json_pack("{s:s, s:s?, s:s, s:s, s:i, s:b, s:s}", "text",
                             decision_text(beside, row, left, right), "note",
                             row->note[0] == '\0' ? NULL : row->note, "a", row->a, "b", row->b,
                             "place", row->place, "holds", holds(beside->page, i), "names",
                             both(beside->page->work, left, right));
    if (!add(list, item)) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

/* ---- answers side by side */

static const char *value_text(const struct beside *beside, const struct answer *answer, int index) {
  const struct questionnaire *questionnaire = beside->page->questionnaire;
  const struct field *field = &questionnaire->fields[index];
  const struct question *question = &questionnaire->questions[field->question];
  const struct work *work = beside->page->work;
  if (!routing_asked(answer, index)) {
    return console_word(work, "quality_not_asked");
  }
  if (questionnaire_is_text(questionnaire, index)) {
    return answer->texts[index] != NULL ? answer->texts[index]
                                        : console_word(work, "quality_not_answered");
  }
  int code = answer->codes[index];
  for (size_t i = 0; i < question->choices_count; i++) {
    if (question->choices[i].code == code) {
      return question->choices[i].words.text;
    }
  }
  const char *number = arena_printf(work->arena, "%d", code);
  return code == ANSWER_NONE || number == NULL ? console_word(work, "quality_not_answered")
                                               : number;
}

/* Fields beside the values themselves stand only where one of the answers has them. */
static bool is_shown(const struct beside *beside, int index) {
  const struct field *field = &beside->page->questionnaire->fields[index];
  for (size_t i = 0; i < beside->count; i++) {
    const struct answer *answer = beside->answers[i];
    bool given = answer->codes[index] != ANSWER_NONE || answer->texts[index] != NULL;
    if (routing_asked(answer, index) && (field->kind == FIELD_VALUE || given)) {
      return true;
    }
  }
  return false;
}

static const char *label_of(const struct beside *beside, int index) {
  const struct work *work = beside->page->work;
  const struct questionnaire *questionnaire = beside->page->questionnaire;
  const struct field *field = &questionnaire->fields[index];
  const char *number =
      arena_printf(work->arena, "%d", questionnaire->questions[field->question].number);
  const char *key = field->kind == FIELD_FIRST      ? "quality_field_first"
                    : field->kind == FIELD_DESCRIBE ? "quality_field_text"
                                                    : "quality_field";
  const char *label = fill(work, key, "n", number == NULL ? "" : number);
  if (field->child == 0) {
    return label;
  }
  const char *child_number = arena_printf(work->arena, "%d", field->child);
  const char *child = words_fill(work->arena, questionnaire->child.text, "n",
                                 child_number == NULL ? "" : child_number, NULL);
  const char *whole = arena_printf(work->arena, "%s, %s", label, child);
  return whole == NULL ? label : whole;
}

static json_t *row_json(const struct beside *beside, const char *label, const char *text,
                        const char *const *cells) {
  json_t *list = json_array();
  bool differs = false;
  for (size_t i = 0; i < beside->count; i++) {
    differs = differs || strcmp(cells[i], cells[0]) != 0;
    if (!add(list, json_string(cells[i]))) {
      json_decref(list);
      return NULL;
    }
  }
  return json_pack("{s:s, s:s?, s:b, s:o}", "label", label, "text", text, "differs", differs,
                   "cells", list);
}

static json_t *field_json(const struct beside *beside, int index) {
  const struct field *field = &beside->page->questionnaire->fields[index];
  const struct question *question = &beside->page->questionnaire->questions[field->question];
  const char *cells[QUALITY_ANSWERS_SHOWN];
  for (size_t i = 0; i < beside->count; i++) {
    cells[i] = value_text(beside, beside->answers[i], index);
  }
  bool first = field->kind == FIELD_VALUE && field->child <= 1;
  return row_json(beside, label_of(beside, index), first ? question->words.text : NULL, cells);
}

/* What is known of each beside what was answered. */
static bool add_circumstances(const struct beside *beside, json_t *list) {
  const struct work *work = beside->page->work;
  const char *languages[QUALITY_ANSWERS_SHOWN], *weeks[QUALITY_ANSWERS_SHOWN];
  const char *signs[QUALITY_ANSWERS_SHOWN], *weights[QUALITY_ANSWERS_SHOWN];
  for (size_t i = 0; i < beside->count; i++) {
    const struct review_answer *row = beside->rows[i];
    const char *sign = quality_signs(work, &row->flags);
    double weight = row->flags.weight;
    languages[i] = row->language;
    weeks[i] = row->received_week;
    signs[i] = sign[0] == '\0' ? console_word(work, "quality_none") : sign;
    weights[i] = weight < 0 ? console_word(work, "quality_unknown")
                            : quality_decimal(work, weight, weight == floor(weight) ? 0 : 2);
  }
  return add(list, row_json(beside, console_word(work, "quality_week"), NULL, weeks)) &&
         add(list, row_json(beside, console_word(work, "quality_language"), NULL, languages)) &&
         add(list, row_json(beside, console_word(work, "quality_signs"), NULL, signs)) &&
         add(list, row_json(beside, console_word(work, "quality_weight"), NULL, weights));
}

static json_t *rows_json(const struct beside *beside) {
  json_t *list = json_array();
  bool good = list != NULL;
  for (int i = 0; good && i < (int)beside->page->questionnaire->fields_count; i++) {
    good = !is_shown(beside, i) || add(list, field_json(beside, i));
  }
  if (!good || !add_circumstances(beside, list)) {
    json_decref(list);
    return NULL;
  }
  return list;
}

static json_t *columns_json(const struct beside *beside) {
  json_t *list = json_array();
  for (size_t i = 0; i < beside->count; i++) {
    const struct work *work = beside->page->work;
    if (!add(list, json_pack("{s:s, s:s}", "name", letter(work, i), "id",
                             quality_short_id(work, beside->rows[i]->response_id)))) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

/* ---- the form */

static json_t *options_json(const struct beside *beside, size_t chosen) {
  json_t *list = json_array();
  for (size_t i = 0; i < beside->count; i++) {
    if (!add(list, json_pack("{s:s, s:s, s:b}", "value", beside->rows[i]->response_id, "label",
                             letter(beside->page->work, i), "chosen", i == chosen))) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

static json_t *choices_json(const struct beside *beside) {
  static const char *const values[] = {"same", "same_a", "same_b", "different", "undecided"};
  const struct work *work = beside->page->work;
  json_t *list = json_array();
  for (size_t i = 0; i < array_length(values); i++) {
    bool one = i == 1 || i == 2;
    const char *label = !one ? console_word_of(work, "quality_choice_", values[i])
                        : beside->count == 2
                            ? fill(work, "quality_choice_one", "letter", letter(work, i - 1))
                            : console_word_of(work, "quality_choice_", i == 1 ? "left" : "right");
    const char *id = arena_printf(work->arena, "%s-%zu", values[i], beside->number);
    if (!add(list, json_pack("{s:s?, s:s, s:s}", "id", id, "value", values[i], "label", label))) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

static json_t *form_json(const struct beside *beside, const char *title) {
  if (beside->count < 2) {
    return json_null();
  }
  const struct quality_page *page = beside->page;
  bool again = page->refused && page->at == beside->number;
  const char *note = again ? work_field(page->work, "note") : "";
  json_t *form = json_pack("{s:o, s:s, s:b, s:s}", "choices", choices_json(beside), "title", title,
                           "again", again, "typed", note);
  if (beside->count == 2) {
    console_put(&form, "two",
                json_pack("{s:s, s:s}", "a", beside->rows[0]->response_id, "b",
                          beside->rows[1]->response_id));
  } else {
    console_put(
        &form, "several",
        json_pack("{s:o, s:o}", "left", options_json(beside, 0), "right", options_json(beside, 1)));
  }
  return form;
}

/* ---- a group */

static const char *heading(const struct beside *beside) {
  const struct work *work = beside->page->work;
  const char *number = arena_printf(work->arena, "%zu", beside->number);
  const char *count = arena_printf(work->arena, "%zu", beside->group->ids_count);
  return words_fill(work->arena, console_word(work, "quality_group"), "number",
                    number == NULL ? "" : number, "municipality", beside->group->municipality_name,
                    "n", count == NULL ? "" : count, NULL);
}

static const char *hidden_text(const struct beside *beside) {
  if (beside->count == beside->group->ids_count) {
    return NULL;
  }
  const char *rest =
      arena_printf(beside->page->work->arena, "%zu", beside->group->ids_count - beside->count);
  return fill(beside->page->work, "quality_hidden", "n", rest == NULL ? "" : rest);
}

static json_t *group_json(const struct quality_page *page, size_t index) {
  struct beside beside = {.page = page, .group = &page->groups[index], .number = index + 1};
  gather(&beside);
  const char *title = heading(&beside);
  bool decided = page->groups[index].decided;
  json_t *group = json_pack(
      "{s:i, s:s, s:b, s:o, s:o, s:o, s:s?, s:o, s:o}", "id", (int)beside.number, "heading", title,
      "joined", page->groups[index].joined, "pairs", pairs_json(&beside), "columns",
      columns_json(&beside), "rows", rows_json(&beside), "hidden", hidden_text(&beside),
      "decisions", decisions_json(&beside), "form", form_json(&beside, title));
  console_put(&group, "landed", json_boolean(page->at == beside.number && !page->refused));
  console_put_text(
      &group, "mark",
      console_word(page->work, decided ? "quality_mark_decided" : "quality_mark_open"));
  return group;
}

json_t *quality_groups_json(const struct quality_page *page) {
  json_t *list = json_array();
  size_t end = page->first_group + QUALITY_GROUPS_A_PAGE;
  for (size_t i = page->first_group; i < end && i < page->groups_count; i++) {
    if (!add(list, group_json(page, i))) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}
