#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output/report_view_part.h"

enum { NUMBER_BYTES = 64, KEY_BYTES = 96 };

void show_add(struct viewing *viewing, struct view_list *list, const void *item) {
  if (list->count == list->capacity) {
    size_t capacity = list->capacity == 0 ? 8 : 2 * list->capacity;
    char *items = arena_array(viewing->arena, capacity, list->size);
    if (items == NULL) {
      viewing->failed = true;
      return;
    }
    if (list->count > 0) {
      memcpy(items, list->items, list->count * list->size);
    }
    list->items = items;
    list->capacity = capacity;
  }
  memcpy(list->items + list->count++ * list->size, item, list->size);
}

/* ---- words */

static const char *minded(struct viewing *viewing, const char *text) {
  viewing->failed = viewing->failed || text == NULL;
  return text == NULL ? "" : text;
}

const char *show_word(const struct viewing *viewing, const char *key) {
  return words_get(viewing->words, key);
}

const char *show_word_of(struct viewing *viewing, const char *stem, const char *ending) {
  char key[KEY_BYTES];
  (void)snprintf(key, sizeof key, "%s%s", stem, ending);
  const char *word = json_string_value(json_object_get(viewing->words, key));
  return word == NULL ? ending : word;
}

const char *show_fill(struct viewing *viewing, const char *key, const char *name,
                      const char *value) {
  return words_fill(viewing->arena, show_word(viewing, key), name, value, NULL);
}

const char *show_fill_two(struct viewing *viewing, const char *key, const char *name,
                          const char *value, const char *other, const char *other_value) {
  return words_fill(viewing->arena, show_word(viewing, key), name, value, other, other_value, NULL);
}

const char *show_print(struct viewing *viewing, const char *format, ...) {
  va_list arguments;
  char *text = NULL;
  va_start(arguments, format);
  int length = vasprintf(&text, format, arguments);
  va_end(arguments);
  const char *copy = length < 0 ? NULL : arena_copy(viewing->arena, text, (size_t)length);
  if (length >= 0) {
    free(text);
  }
  return minded(viewing, copy);
}

const char *show_words(const struct viewing *viewing, const struct words *words) {
  const char *text =
      viewing->translation == NULL || words->index < 0
          ? words->text
          : translation_text(viewing->report->questionnaire, viewing->translation, words);
  return text == NULL ? "" : text;
}

const char *show_join(struct viewing *viewing, const char *so_far, const char *more) {
  return so_far[0] == '\0' ? more : show_fill_two(viewing, "list", "a", so_far, "b", more);
}

/* ---- numbers */

/* Digits in groups of three. */
const char *show_count(struct viewing *viewing, long long count) {
  char digits[NUMBER_BYTES];
  int length = snprintf(digits, sizeof digits, "%lld", count);
  int first = length % 3 == 0 ? 3 : length % 3;
  const char *text = show_print(viewing, "%.*s", first, digits);
  for (int i = first; i < length; i += 3) {
    text = show_print(viewing, "%s%s%.3s", text, show_word(viewing, "thousands"), digits + i);
  }
  return text;
}

/* By whole numbers: printf would follow the locale. */
const char *show_decimal(struct viewing *viewing, double value, int decimals) {
  long long factor = decimals == 0 ? 1 : decimals == 1 ? 10 : 100;
  long long all = llround(value * (double)factor);
  const char *sign = all < 0 ? "\u2212" : "";
  all = llabs(all);
  const char *whole = show_print(viewing, "%s%s", sign, show_count(viewing, all / factor));
  return decimals == 0 ? whole
                       : show_print(viewing, "%s%s%0*lld", whole, show_word(viewing, "decimal"),
                                    decimals, all % factor);
}

const char *show_percent(struct viewing *viewing, double percent) {
  return show_fill(viewing, "percent", "n", show_decimal(viewing, percent, 0));
}

const char *show_day(struct viewing *viewing, const char *iso) {
  if (iso == NULL || strlen(iso) < 10) {
    return "";
  }
  return show_print(viewing, "%ld.%ld.%.4s", strtol(iso + 8, NULL, 10), strtol(iso + 5, NULL, 10),
                    iso);
}

/* "2026-W47" and "2026-Q4". */
const char *show_week(struct viewing *viewing, const char *iso) {
  if (iso == NULL || strlen(iso) < 7) {
    return iso == NULL ? "" : iso;
  }
  bool quarter = iso[5] == 'Q';
  const char *number = show_print(viewing, "%ld", strtol(iso + 6, NULL, 10));
  return show_fill_two(viewing, quarter ? "quarter" : "week", quarter ? "quarter" : "week", number,
                       "year", show_print(viewing, "%.4s", iso));
}

/* ---- names */

static const char *label_name(struct viewing *viewing, const struct report_label *label,
                              const char *stem) {
  const char *text = label->words == NULL ? "" : show_words(viewing, label->words);
  if (text[0] != '\0') {
    return text;
  }
  return label->name != NULL ? label->name : show_word_of(viewing, stem, label->code);
}

/* Answers that were put together are one, another or the last; places are all of them. */
static const char *add_name(struct viewing *viewing, const char *so_far,
                            const struct report_label *label, const char *stem, bool last) {
  const char *name = label_name(viewing, label, stem);
  return so_far[0] == '\0' || label->name != NULL || !last
             ? show_join(viewing, so_far, name)
             : show_fill_two(viewing, "or", "a", so_far, "b", name);
}

/* Numbers are put together from one of them upwards; a code that has a word is no number. */
static bool is_from_on(struct viewing *viewing, const struct report_set *set, const char *stem) {
  const struct report_label *first = set->labels;
  return set->labels_count > 1 && first->words == NULL && first->name == NULL &&
         strspn(first->code, "0123456789") == strlen(first->code) &&
         show_word_of(viewing, stem, first->code) == first->code;
}

const char *show_name(struct viewing *viewing, const struct report_set *set, const char *stem) {
  const char *name = "";
  if (is_from_on(viewing, set, stem)) {
    return show_fill(viewing, "or_more", "n", set->labels[0].code);
  }
  for (size_t i = 0; i < set->labels_count; i++) {
    name = add_name(viewing, name, &set->labels[i], stem, i + 1 == set->labels_count);
  }
  if (set->labels_count > 0) {
    return name;
  }
  return strcmp(set->code, "all") == 0 ? show_word(viewing, "all")
                                       : show_word_of(viewing, stem, set->code);
}

const char *show_unit(const struct viewing *viewing, enum report_unit unit) {
  switch (unit) {
  case REPORT_RESPONDENT:
    return show_word(viewing, "unit_respondent");
  case REPORT_CHILD:
    return show_word(viewing, "unit_child");
  case REPORT_COURSE:
    break;
  }
  return show_word(viewing, "unit_course");
}

const char *show_n(struct viewing *viewing, const struct report_cell *n) {
  return show_fill(viewing, "n", "n",
                   n->shown ? show_count(viewing, n->count) : show_word(viewing, "hidden"));
}

const char *show_n_unit(struct viewing *viewing, int n, enum report_unit unit) {
  return show_fill_two(viewing, "n_unit", "n", show_count(viewing, n), "unit",
                       show_unit(viewing, unit));
}

/* ---- cells */

struct view_cell show_text_cell(const char *text) {
  return (struct view_cell){.text = text, .form = VIEW_TEXT};
}

struct view_cell show_hidden_cell(const struct viewing *viewing, enum view_form form) {
  return (struct view_cell){.text = show_word(viewing, "hidden"), .form = form, .hidden = true};
}

struct view_cell show_number_cell(struct viewing *viewing, long long count) {
  return (struct view_cell){
      .text = show_count(viewing, count), .form = VIEW_COUNT, .value = (double)count};
}

struct view_cell show_count_cell(struct viewing *viewing, const struct report_cell *cell) {
  return cell->shown ? show_number_cell(viewing, cell->count)
                     : show_hidden_cell(viewing, VIEW_COUNT);
}

struct view_cell show_percent_cell(struct viewing *viewing, double percent) {
  if (percent < 0) {
    return show_hidden_cell(viewing, VIEW_PERCENT);
  }
  return (struct view_cell){
      .text = show_percent(viewing, percent), .form = VIEW_PERCENT, .value = percent};
}

struct view_cell show_mean_cell(struct viewing *viewing, double mean) {
  return (struct view_cell){
      .text = show_decimal(viewing, mean, 1), .form = VIEW_MEAN, .value = mean};
}

struct view_cell show_both_cell(struct viewing *viewing, const struct report_cell *cell,
                                double percent) {
  if (!cell->shown) {
    return show_hidden_cell(viewing, VIEW_BOTH);
  }
  if (percent < 0) {
    return (struct view_cell){.text = show_count(viewing, cell->count),
                              .form = VIEW_BOTH,
                              .value = cell->count,
                              .share = -1};
  }
  return (struct view_cell){.text = show_print(viewing, "%s (%s)", show_percent(viewing, percent),
                                               show_count(viewing, cell->count)),
                            .form = VIEW_BOTH,
                            .value = cell->count,
                            .share = percent};
}

struct chart_cell show_chart_cell(const struct view_cell *cell, double scale) {
  return (struct chart_cell){
      .value = cell->hidden ? 0 : cell->value / scale, .label = cell->text, .hidden = cell->hidden};
}
