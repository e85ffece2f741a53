#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "survey/report_part.h"
#include "survey/trend_part.h"

struct joining {
  const struct trend_joint *joint;
  struct report_label *labels; /* every category of any of the tables, in order */
  size_t count;
  size_t *group_of; /* by label: the first that it goes together with */
  int *column_of;   /* by label, from 0 */
  size_t columns;
};

/* One that shows no cell does not make the others coarser. */
static bool has_counts(const struct report_table *table) {
  bool some = false;
  for (size_t i = 0; table->rows_count > 0 && i < table->columns_count; i++) {
    some = some || table->rows[0].cells[i].shown;
  }
  return some;
}

/* ---- all categories */

static size_t find_label(const struct joining *joining, const char *code) {
  size_t at = 0;
  while (at < joining->count && strcmp(joining->labels[at].code, code) != 0) {
    at++;
  }
  return at;
}

static void take_labels(struct joining *joining, const struct report_table *table) {
  for (size_t i = 0; has_counts(table) && i < table->columns_count; i++) {
    for (size_t j = 0; j < table->columns[i].labels_count; j++) {
      const struct report_label *label = &table->columns[i].labels[j];
      if (find_label(joining, label->code) == joining->count) {
        joining->labels[joining->count++] = *label;
      }
    }
  }
}

static size_t labels_of(const struct report_table *table) {
  size_t count = 0;
  for (size_t i = 0; i < table->columns_count; i++) {
    count += table->columns[i].labels_count;
  }
  return count;
}

/* The place of a category among a question's: choices as they are asked, numbers as they are. What
 * is no such ("none", who found a family) comes after, in the order in which it was met. */
static long place_of(const struct question *question, const char *code) {
  bool number = code[0] != '\0' && strspn(code, "0123456789") == strlen(code);
  long value = number ? strtol(code, NULL, 10) : LONG_MAX;
  for (size_t i = 0; number && question != NULL && i < question->choices_count; i++) {
    if (question->choices[i].code == value) {
      return (long)i;
    }
  }
  return value;
}

static void order_labels(struct joining *joining) {
  const struct question *question = joining->joint->question;
  for (size_t i = 1; i < joining->count; i++) {
    struct report_label label = joining->labels[i];
    size_t at = i;
    for (; at > 0 &&
           place_of(question, joining->labels[at - 1].code) > place_of(question, label.code);
         at--) {
      joining->labels[at] = joining->labels[at - 1];
    }
    joining->labels[at] = label;
  }
}

/* ---- which go together */

static void put_together(struct joining *joining, size_t one, size_t other) {
  size_t a = joining->group_of[one], b = joining->group_of[other];
  for (size_t i = 0; i < joining->count; i++) {
    bool of_them = joining->group_of[i] == a || joining->group_of[i] == b;
    joining->group_of[i] = of_them ? (a < b ? a : b) : joining->group_of[i];
  }
}

static void follow(struct joining *joining, const struct report_table *table) {
  for (size_t i = 0; has_counts(table) && i < table->columns_count; i++) {
    const struct report_set *column = &table->columns[i];
    for (size_t j = 1; j < column->labels_count; j++) {
      put_together(joining, find_label(joining, column->labels[0].code),
                   find_label(joining, column->labels[j].code));
    }
  }
}

/* In the order of their first category, which is where a group has its number from. */
static void number_columns(struct joining *joining) {
  for (size_t i = 0; i < joining->count; i++) {
    size_t first = joining->group_of[i];
    joining->column_of[i] = first == i ? (int)joining->columns++ : joining->column_of[first];
  }
}

static bool begin(struct joining *joining, struct arena *arena) {
  const struct trend_joint *joint = joining->joint;
  size_t most = 1;
  for (size_t i = 0; i < joint->count; i++) {
    most += has_counts(joint->tables[i]) ? labels_of(joint->tables[i]) : 0;
  }
  joining->labels = arena_array(arena, most, sizeof *joining->labels);
  joining->group_of = arena_array(arena, most, sizeof *joining->group_of);
  joining->column_of = arena_array(arena, most, sizeof *joining->column_of);
  if (joining->labels == NULL || joining->group_of == NULL || joining->column_of == NULL) {
    return false;
  }
  take_labels(joining, joint->tables[joint->first]);
  for (size_t i = 0; i < joint->count; i++) {
    take_labels(joining, joint->tables[i]);
  }
  order_labels(joining);
  for (size_t i = 0; i < joining->count; i++) {
    joining->group_of[i] = i;
  }
  for (size_t i = 0; i < joint->count; i++) {
    follow(joining, joint->tables[i]);
  }
  number_columns(joining);
  return true;
}

/* ---- a row */

/* Adds the columns of a round to the joint ones. A column is shown when all of its categories
 * stand in columns that are. */
static bool fill_row(const struct joining *joining, struct arena *arena,
                     const struct report_table *table, struct report_row *row) {
  struct report_cell *cells = arena_array(arena, joining->columns + 1, sizeof *cells);
  size_t *met = arena_array(arena, joining->columns + 1, sizeof *met);
  row->cells = cells;
  if (cells == NULL || met == NULL) {
    return false;
  }
  for (size_t i = 0; i < joining->columns; i++) {
    cells[i].shown = has_counts(table);
  }
  for (size_t i = 0; has_counts(table) && i < table->columns_count; i++) {
    const struct report_set *column = &table->columns[i];
    const struct report_cell *cell = &table->rows[0].cells[i];
    int at = joining->column_of[find_label(joining, column->labels[0].code)];
    met[at] += column->labels_count;
    cells[at].count += cell->count;
    cells[at].shown = cells[at].shown && cell->shown;
  }
  for (size_t i = 0; i < joining->count; i++) {
    met[joining->column_of[i]]--;
  }
  for (size_t i = 0; i < joining->columns; i++) {
    cells[i].shown = cells[i].shown && met[i] == 0;
    cells[i].count = cells[i].shown ? cells[i].count : 0;
  }
  return true;
}

bool trend_join(const struct trend_joint *joint, struct arena *arena, struct report_table *table,
                bool *coarser, bool *merged_away) {
  struct joining joining = {.joint = joint};
  if (!begin(&joining, arena)) {
    return false;
  }
  size_t columns = joining.columns;
  *merged_away = columns == 1 && joining.count > 1;
  *coarser = false;
  for (size_t i = 0; i < joint->count; i++) {
    *coarser =
        *coarser || (has_counts(joint->tables[i]) && joint->tables[i]->columns_count > columns);
  }
  if (columns == 0 || *merged_away) {
    return true;
  }
  table->columns =
      report_columns_merged(arena, joining.labels, joining.count, joining.column_of, columns);
  bool good = table->columns != NULL;
  for (size_t i = 0; i < joint->count && good; i++) {
    good = fill_row(&joining, arena, joint->tables[i], &joint->rows[i]);
  }
  table->columns_count = columns;
  table->rows = joint->rows;
  table->rows_count = joint->count;
  return good;
}
