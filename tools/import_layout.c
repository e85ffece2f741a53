#include "import_layout.h"

#include <string.h>

#include "base/text.h"

static int index_of(const char *const *names, size_t count, const char *name) {
  for (size_t i = 0; i < count; i++) {
    if (strcmp(names[i], name) == 0) {
      return (int)i;
    }
  }
  return -1;
}

/* Where the place of a column is kept; NULL: there is no such column. A column
 * that is read over is kept in *unused. */
static int *place_of(struct import_layout *layout, const char *name, int *unused) {
  int index = index_of(leading_columns, LEADING_COUNT, name);
  if (index >= 0) {
    return &layout->leading[index];
  }
  index = index_of(trailing_columns, TRAILING_COUNT, name);
  if (index >= 0) {
    return &layout->trailing[index];
  }
  index = index_of(review_columns, REVIEW_COUNT, name);
  if (index >= 0) {
    return &unused[index];
  }
  for (size_t i = 0; i < layout->columns.count; i++) {
    if (strcmp(layout->columns.items[i].name, name) == 0) {
      return &layout->own[i];
    }
  }
  return NULL;
}

static void list_known(const struct import_layout *layout, struct text *list) {
  for (size_t i = 0; i < LEADING_COUNT; i++) {
    text_addf(list, "%s%s", i == 0 ? "" : ", ", leading_columns[i]);
  }
  for (size_t i = 0; i < layout->columns.count; i++) {
    text_addf(list, ", %s", layout->columns.items[i].name);
  }
  for (size_t i = 0; i < REVIEW_COUNT; i++) {
    text_addf(list, ", %s", review_columns[i]);
  }
  for (size_t i = 0; i < TRAILING_COUNT; i++) {
    text_addf(list, ", %s", trailing_columns[i]);
  }
}

static void tell_unknown(const struct import_layout *layout, const char *name, long line,
                         struct import_report *report) {
  struct text known;
  text_init(&known);
  list_known(layout, &known);
  import_report_add(report, line, name[0] == '\0' ? "(no name)" : name,
                    "there is no such column; hint: the columns are %s",
                    known.failed ? "?" : known.data);
  text_clear(&known);
}

static const char *heading(struct arena *arena, const char *cell) {
  cell += strspn(cell, " \t\r\n");
  size_t length = strlen(cell);
  while (length > 0 && strchr(" \t\r\n", cell[length - 1]) != NULL) {
    length--;
  }
  return arena_copy(arena, cell, length);
}

/* A column without which no row can be read. */
static bool is_needed(const struct questionnaire *questionnaire, const struct column *column) {
  const struct field *field = &questionnaire->fields[column->field];
  const struct question *question = &questionnaire->questions[field->question];
  return column->kind == COLUMN_FIELD && field->kind == FIELD_VALUE && question->needed &&
         question->each < 0 && question->filter.question < 0;
}

static void tell_missing(const struct import_layout *layout,
                         const struct questionnaire *questionnaire, long line,
                         struct import_report *report) {
  if (layout->leading[LEADING_MUNICIPALITY_CODE] < 0) {
    import_report_add(report, line, leading_columns[LEADING_MUNICIPALITY_CODE],
                      "the column is missing; hint: every row needs it");
  }
  for (size_t i = 0; i < layout->columns.count; i++) {
    if (layout->own[i] < 0 && is_needed(questionnaire, &layout->columns.items[i])) {
      import_report_add(report, line, layout->columns.items[i].name,
                        "the column is missing; hint: what else is asked depends on it");
    }
  }
}

static bool layout_init(struct import_layout *layout, const struct questionnaire *questionnaire,
                        struct arena *arena) {
  layout->columns = column_list_new(questionnaire, arena);
  layout->own = arena_array(arena, layout->columns.count, sizeof *layout->own);
  if (layout->columns.items == NULL || layout->own == NULL) {
    return false;
  }
  for (size_t i = 0; i < layout->columns.count; i++) {
    layout->own[i] = -1;
  }
  for (size_t i = 0; i < LEADING_COUNT; i++) {
    layout->leading[i] = -1;
  }
  for (size_t i = 0; i < TRAILING_COUNT; i++) {
    layout->trailing[i] = -1;
  }
  return true;
}

bool import_layout_read(struct import_layout *layout, const struct questionnaire *questionnaire,
                        struct arena *arena, const struct csv_reader_row *header,
                        struct import_report *report) {
  int unused[REVIEW_COUNT] = {-1, -1, -1, -1, -1, -1, -1};
  if (!layout_init(layout, questionnaire, arena)) {
    return false;
  }
  layout->cells = header->count;
  for (size_t i = 0; i < header->count; i++) {
    const char *name = heading(arena, header->cells[i]);
    if (name == NULL) {
      return false;
    }
    int *place = place_of(layout, name, unused);
    if (place == NULL) {
      tell_unknown(layout, name, header->line, report);
    } else if (*place >= 0) {
      import_report_add(report, header->line, name, "the column is there twice; hint: keep one");
    } else {
      *place = (int)i;
    }
  }
  tell_missing(layout, questionnaire, header->line, report);
  return true;
}
