#include "table.h"

struct table_row {
  struct table_row *next;
  const char *cells[TABLE_COLUMNS_MAX];
};

static size_t width(const char *text) {
  size_t points = 0;
  for (; *text != '\0'; text++) {
    points += ((unsigned char)*text & 0xC0) != 0x80;
  }
  return points;
}

void table_row(struct table *table, const char *const *cells) {
  struct table_row *row = arena_alloc(table->arena, sizeof *row);
  if (row == NULL) {
    table->failed = true;
    return;
  }
  for (size_t i = 0; i < table->columns; i++) {
    row->cells[i] = cells[i] == NULL ? "" : cells[i];
    size_t points = width(row->cells[i]);
    table->widths[i] = points > table->widths[i] ? points : table->widths[i];
  }
  if (table->last == NULL) {
    table->first = row;
  } else {
    table->last->next = row;
  }
  table->last = row;
}

void table_init(struct table *table, struct arena *arena, const char *const *headings) {
  *table = (struct table){.arena = arena};
  while (table->columns < TABLE_COLUMNS_MAX && headings[table->columns] != NULL) {
    table->columns++;
  }
  table_row(table, headings);
}

bool table_print(const struct table *table, FILE *file) {
  for (const struct table_row *row = table->first; row != NULL; row = row->next) {
    size_t gap = 0;
    for (size_t i = 0; i < table->columns; i++) {
      if (row->cells[i][0] != '\0') {
        (void)fprintf(file, "%*s%s", (int)gap, "", row->cells[i]);
        gap = 0;
      }
      gap += table->widths[i] + 2 - width(row->cells[i]);
    }
    (void)fputc('\n', file);
  }
  return !table->failed;
}
