#include "import_layout.h"

#include <string.h>

#include "base/text.h"
#include "survey/score.h"

static bool find_in(const char *const *names, size_t count, const char *name, int *places,
                    int **place) {
  for (size_t i = 0; i < count; i++) {
    if (strcmp(names[i], name) == 0) {
      *place = &places[i];
      return true;
    }
  }
  return false;
}

/* A score is worked out of the answers, so that its column is read over. */
static bool is_score(const struct import_layout *layout, const char *name) {
  const char prefix[] = "score_";
  return strncmp(name, prefix, strlen(prefix)) == 0 &&
         score_find(layout->questionnaire, name + strlen(prefix)) >= 0;
}

/* Finds where the place of a column is kept; false: there is no such column. That of
 * a column that is read over is kept in unused. */
static bool find_place(struct import_layout *layout, const char *name, int *unused, int **place) {
  if (find_in(leading_columns, LEADING_COUNT, name, layout->leading, place) ||
      find_in(trailing_columns, TRAILING_COUNT, name, layout->trailing, place) ||
      find_in(review_columns, REVIEW_COUNT, name, unused, place)) {
    return true;
  }
  for (size_t i = 0; i < layout->columns.count; i++) {
    if (strcmp(layout->columns.items[i].name, name) == 0) {
      *place = &layout->own[i];
      return true;
    }
  }
  return false;
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

static void clear_places(int *places, size_t count) {
  for (size_t i = 0; i < count; i++) {
    places[i] = -1;
  }
}

/* Places for so many columns, none known yet. NULL when memory is out. */
static int *places_new(struct arena *arena, size_t count) {
  int *places = arena_array(arena, count, sizeof *places);
  if (places != NULL) {
    clear_places(places, count);
  }
  return places;
}

bool import_layout_read(struct import_layout *layout, const struct questionnaire *questionnaire,
                        struct arena *arena, const struct csv_reader_row *header,
                        struct import_report *report) {
  int unused[REVIEW_COUNT];
  layout->questionnaire = questionnaire;
  layout->columns = column_list_new(questionnaire, arena);
  layout->own = layout->columns.items == NULL ? NULL : places_new(arena, layout->columns.count);
  if (layout->own == NULL) {
    return false;
  }
  clear_places(layout->leading, LEADING_COUNT);
  clear_places(layout->trailing, TRAILING_COUNT);
  clear_places(unused, REVIEW_COUNT);
  layout->cells = header->count;
  for (size_t i = 0; i < header->count; i++) {
    const char *name = heading(arena, header->cells[i]);
    if (name == NULL) {
      return false;
    }
    int *place = NULL;
    if (is_score(layout, name)) {
      continue;
    }
    if (!find_place(layout, name, unused, &place)) {
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
