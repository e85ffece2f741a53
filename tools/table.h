/* table: rows of words for people, in columns that stand under each other. */
#ifndef HJEMSVAR_TOOLS_TABLE_H
#define HJEMSVAR_TOOLS_TABLE_H

#include <stdio.h>

#include "base/arena.h"

enum { TABLE_COLUMNS_MAX = 8 };

struct table {
  struct arena *arena; /* borrowed */
  size_t columns;
  size_t widths[TABLE_COLUMNS_MAX]; /* in code points */
  struct table_row *first, *last;
  bool failed; /* memory was out */
};

/* Begins a table with a row of headings, ended by NULL. */
void table_init(struct table *table, struct arena *arena, const char *const *headings);

/* Adds a row of as many cells as there are headings; NULL is an empty cell. The
 * strings live as long as the table. */
void table_row(struct table *table, const char *const *cells);

/* Prints it. False when memory was out. */
must_check bool table_print(const struct table *table, FILE *file);

#endif
