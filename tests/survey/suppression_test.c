#include "survey/suppression.h"

#include <criterion/criterion.h>
#include <string.h>

#include "attack.h"
#include "support.h"

enum { ROWS_MAX = 8, COLUMNS_MAX = 6, CELLS_MAX = ROWS_MAX * (COLUMNS_MAX + 1) };

struct made {
  struct suppression_table table;
  struct suppression_cell cells[CELLS_MAX];
  int parents[ROWS_MAX];
};

static void put(struct made *made, int row, int column, int count) {
  *suppression_cell(&made->table, row, column) =
      (struct suppression_cell){.count = count, .respondents = count};
}

/* Fills in all sums, from the cells of rows that have none below them. */
static void add_up(struct made *made) {
  const struct suppression_table *table = &made->table;
  for (int row = table->rows - 1; row > 0; row--) {
    int total = 0;
    for (int column = 0; column < table->columns; column++) {
      int count = suppression_cell(table, row, column)->count;
      total += count;
      struct suppression_cell *above = suppression_cell(table, table->parents[row], column);
      put(made, table->parents[row], column, above->count + count);
    }
    put(made, row, table->columns, total);
  }
  int total = 0;
  for (int column = 0; column < table->columns; column++) {
    total += suppression_cell(table, 0, column)->count;
  }
  put(made, 0, table->columns, total);
}

static void make(struct made *made, int rows, int columns, const int *parents, int floor) {
  memset(made, 0, sizeof *made);
  made->table = (struct suppression_table){.rows = rows,
                                           .columns = columns,
                                           .parents = made->parents,
                                           .floor = floor,
                                           .cells = made->cells};
  for (int i = 0; i < rows; i++) {
    made->parents[i] = i == 0 ? -1 : parents == NULL ? 0 : parents[i];
  }
}

static void hide(struct made *made) {
  cr_assert_eq(suppression_hide(&made->table), SUPPRESSION_OK);
}

/* As a reader sees it: "12 x 3 | 15 / …". */
static const char *seen(struct arena *arena, const struct suppression_table *table) {
  struct text text;
  text_init(&text);
  for (int row = 0; row < table->rows; row++) {
    for (int column = 0; column <= table->columns; column++) {
      const struct suppression_cell *cell = suppression_cell(table, row, column);
      text_add(&text, column == table->columns ? " |" : "");
      text_add(&text, column == 0 && row > 0 ? " / " : column > 0 ? " " : "");
      if (cell->hidden) {
        text_add(&text, "x");
      } else {
        text_addf(&text, "%d", cell->count);
      }
    }
  }
  char *string = arena_string(arena, text.data);
  text_clear(&text);
  return string;
}

/* ---- small tables, by hand */

Test(suppression, hides_a_second_cell_where_the_total_would_give_the_first_away) {
  struct arena *arena = arena_new(0);
  struct made made;
  make(&made, 1, 4, NULL, 5);
  static const int counts[] = {30, 12, 9, 2};
  for (int i = 0; i < 4; i++) {
    put(&made, 0, i, counts[i]);
  }
  add_up(&made);
  hide(&made);
  cr_expect_str_eq(seen(arena, &made.table), "30 12 x x | 53");
  cr_expect_eq(made.cells[3].least, 0);
  cr_expect_eq(made.cells[3].most, 11);
  arena_free(arena);
}

Test(suppression, shows_empty_and_hidden_alike) {
  struct arena *arena = arena_new(0);
  struct made made;
  make(&made, 1, 4, NULL, 5);
  static const int counts[] = {30, 12, 4, 0};
  for (int i = 0; i < 4; i++) {
    put(&made, 0, i, counts[i]);
  }
  add_up(&made);
  hide(&made);
  cr_expect_str_eq(seen(arena, &made.table), "30 x x x | 46",
                   "two cells that share 4 could both not be 5");
  arena_free(arena);
}

Test(suppression, hides_a_rectangle_in_a_table_with_both_margins) {
  struct arena *arena = arena_new(0);
  struct made made;
  make(&made, 4, 3, NULL, 5);
  static const int counts[3][3] = {{2, 20, 30}, {10, 25, 40}, {12, 30, 50}};
  for (int row = 0; row < 3; row++) {
    for (int column = 0; column < 3; column++) {
      put(&made, row + 1, column, counts[row][column]);
    }
  }
  add_up(&made);
  hide(&made);
  cr_expect_str_eq(seen(arena, &made.table),
                   "24 75 120 | 219 / x x 30 | 52 / x x 40 | 75 / 12 30 50 | 92");
  arena_free(arena);
}

Test(suppression, hides_nothing_where_nothing_is_small) {
  struct made made;
  make(&made, 3, 2, NULL, 5);
  for (int row = 1; row < 3; row++) {
    put(&made, row, 0, 5);
    put(&made, row, 1, 6);
  }
  add_up(&made);
  hide(&made);
  for (int i = 0; i < 9; i++) {
    cr_expect_not(made.cells[i].hidden);
  }
}

/* 6 children of 2 respondents: the floor is of those who answered. */
Test(suppression, counts_respondents_and_not_their_children) {
  struct made made;
  make(&made, 1, 3, NULL, 5);
  put(&made, 0, 0, 40);
  put(&made, 0, 1, 20);
  put(&made, 0, 2, 6);
  add_up(&made);
  made.cells[2].respondents = 2;
  hide(&made);
  cr_expect(made.cells[2].hidden);
  cr_expect(made.cells[1].hidden);
  cr_expect_geq(made.cells[2].most, 7, "or everybody knows it is not more than it is");
}

/* The whole round's distribution is shown in full: of its one dissenter the breakdown tells no
 * more than that, and which municipality it was stays open. */
Test(suppression, tells_no_more_than_the_distribution_that_is_shown_in_full) {
  struct arena *arena = arena_new(0);
  struct made made;
  make(&made, 4, 3, NULL, 5);
  static const int counts[3][3] = {{20, 12, 1}, {14, 9, 0}, {8, 6, 0}};
  for (int row = 0; row < 3; row++) {
    for (int column = 0; column < 3; column++) {
      put(&made, row + 1, column, counts[row][column]);
    }
  }
  add_up(&made);
  for (int i = 0; i < 4; i++) {
    made.cells[i].open = true;
    suppression_cell(&made.table, i, 3)->open = true;
  }
  hide(&made);
  for (int row = 1; row < 4; row++) {
    const struct suppression_cell *cell = suppression_cell(&made.table, row, 2);
    cr_expect(cell->hidden);
    cr_expect(cell->limited);
    cr_expect_eq(cell->least, 0);
    cr_expect_eq(cell->most, 1);
  }
  cr_expect_str_eq(seen(arena, &made.table),
                   "42 27 1 | 70 / 20 x x | 33 / 14 x x | 23 / 8 x x | 14");
  arena_free(arena);
}

Test(suppression, refuses_a_floor_below_three_and_tables_that_do_not_add_up) {
  struct made made;
  make(&made, 1, 2, NULL, 2);
  put(&made, 0, 0, 10);
  put(&made, 0, 1, 10);
  add_up(&made);
  cr_expect_eq(suppression_hide(&made.table), SUPPRESSION_LOW);
  made.table.floor = 3;
  cr_expect_eq(suppression_hide(&made.table), SUPPRESSION_OK);
  made.cells[2].count = 21;
  cr_expect_eq(suppression_hide(&made.table), SUPPRESSION_UNEVEN);
  made.cells[2].count = 20;
  made.cells[1].respondents = 11;
  cr_expect_eq(suppression_hide(&made.table), SUPPRESSION_UNEVEN);
}

/* ---- the attack */

enum kind { ONE_ROW, MARGINS_OPEN, COLUMNS_OPEN, NOTHING_OPEN, SUBTOTALS, KINDS };

static int draw_count(uint64_t *seed) {
  switch (support_draw(seed, 4)) {
  case 0:
    return 0;
  case 1:
    return (int)support_draw(seed, 5);
  case 2:
    return (int)support_draw(seed, 9);
  default:
    return 3 + (int)support_draw(seed, 12);
  }
}

static void draw_table(struct made *made, enum kind kind, uint64_t *seed) {
  static const int nested[] = {-1, 0, 0, 1, 1, 2, 2};
  int rows = kind == ONE_ROW ? 1 : kind == SUBTOTALS ? 7 : 3 + (int)support_draw(seed, 2);
  int columns = kind == SUBTOTALS ? 2 : 2 + (int)support_draw(seed, 3);
  make(made, rows, columns, kind == SUBTOTALS ? nested : NULL, 3 + (int)support_draw(seed, 3));
  for (int row = rows == 1 ? 0 : kind == SUBTOTALS ? 3 : 1; row < rows; row++) {
    for (int column = 0; column < columns; column++) {
      put(made, row, column, draw_count(seed));
    }
  }
  add_up(made);
  for (int row = 0; row < rows; row++) {
    suppression_cell(&made->table, row, columns)->open = kind == MARGINS_OPEN;
  }
  for (int column = 0; column < columns; column++) {
    suppression_cell(&made->table, 0, column)->open = kind == MARGINS_OPEN || kind == COLUMNS_OPEN;
  }
}

/* The same table with all hidden that another rule does not show. */
static void hide_all(struct made *other, const struct made *made) {
  *other = *made;
  other->table.cells = other->cells;
  other->table.parents = other->parents;
  int cells = made->table.rows * (made->table.columns + 1);
  for (int i = 0; i < cells; i++) {
    other->cells[i].hidden = !other->cells[i].open && i != made->table.columns;
  }
}

/* How many numbers the rule leaves a hidden cell: 0 to the floor and above what it is, or as many
 * as the floor and one more, wherever. */
static int numbers(const struct suppression_table *table, int i, int floor) {
  const struct suppression_cell *cell = &table->cells[i];
  if (cell->respondents < floor) {
    return attack_count(table, i, 0, floor > cell->count ? floor : cell->count + 1);
  }
  int from = cell->count > floor ? cell->count - floor : 0, count = 0;
  for (int value = from; value <= cell->count + floor && count <= floor; value++) {
    count += attack_possible(table, i, value);
  }
  return count;
}

static bool is_safe(const struct made *made, int i) {
  int floor = made->table.floor;
  if (numbers(&made->table, i, floor) == floor + 1) {
    return true;
  }
  if (!made->cells[i].limited || made->cells[i].respondents >= floor) {
    return made->cells[i].limited && numbers(&made->table, i, floor) > 1;
  }
  struct made other;
  hide_all(&other, made);
  return numbers(&made->table, i, floor) == numbers(&other.table, i, floor);
}

/* Hidden cells of many tables that the attack narrows down further than the rule allows. */
static int broken_of(enum kind kind, int tables, bool complementary, int *hidden) {
  uint64_t seed = 20221 + (uint64_t)kind;
  int broken = 0;
  *hidden = 0;
  for (int n = 0; n < tables; n++) {
    struct made made;
    draw_table(&made, kind, &seed);
    hide(&made);
    int cells = made.table.rows * (made.table.columns + 1);
    for (int i = 0; i < cells && !complementary; i++) {
      made.cells[i].hidden = made.cells[i].hidden && made.cells[i].respondents < made.table.floor;
    }
    for (int i = 0; i < cells; i++) {
      if (made.cells[i].hidden) {
        (*hidden)++;
        broken += !is_safe(&made, i);
      }
    }
  }
  return broken;
}

static const int tables_of[KINDS] = {1500, 600, 500, 300, 300};

Test(suppression, withstands_an_attack_that_tries_every_table, .timeout = 240) {
  for (int kind = 0; kind < KINDS; kind++) {
    int hidden;
    int broken = broken_of((enum kind)kind, tables_of[kind], true, &hidden);
    cr_log_info("kind %d: %d tables, %d hidden cells, %d broken", kind, tables_of[kind], hidden,
                broken);
    cr_expect_eq(broken, 0, "kind %d", kind);
    cr_expect_gt(hidden, tables_of[kind]);
  }
}

/* The attack is one: without the second cells it finds what is hidden. */
Test(suppression, would_be_broken_without_the_second_cells) {
  for (int kind = 0; kind < KINDS; kind++) {
    int hidden;
    cr_expect_gt(broken_of((enum kind)kind, 100, false, &hidden), 50, "kind %d", kind);
  }
}

Test(suppression, works_out_the_same_bounds_as_trying_every_table) {
  uint64_t seed = 5;
  for (int n = 0; n < 25; n++) {
    struct made made;
    draw_table(&made, (enum kind)support_draw(&seed, KINDS), &seed);
    int cells = made.table.rows * (made.table.columns + 1);
    for (int i = 0; i < cells; i++) {
      made.cells[i].hidden =
          !made.cells[i].open && i != made.table.columns && support_draw(&seed, 2) == 0;
    }
    cr_assert_eq(suppression_audit(&made.table), SUPPRESSION_OK);
    for (int i = 0; i < cells; i++) {
      const struct suppression_cell *cell = &made.cells[i];
      int range = cell->most - cell->least + 1;
      cr_expect_eq(attack_count(&made.table, i, cell->least, cell->most), range, "%d: %d", n, i);
      cr_expect(cell->least == 0 || !attack_possible(&made.table, i, cell->least - 1));
      cr_expect_not(attack_possible(&made.table, i, cell->most + 1));
    }
  }
}
