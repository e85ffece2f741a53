#include "survey/suppression.h"

#include <stdlib.h>

#include "survey/flow.h"

/* Margins are what readers look for first: a cell inside goes before them. */
enum { MARGIN_COST = 4 };

/* How far a hidden cell has to be able to move. */
struct need {
  int rise, fall;
  int width; /* both together */
};

struct hiding {
  struct suppression_table *table;
  struct flow *flow; /* an arc a cell, in their order */
  struct need *needs;
  int *sakes; /* per cell: the one that it was hidden for, or itself */
  int cells;
  int worst; /* the cell that was last found wanting: asked first */
};

struct suppression_cell *suppression_cell(const struct suppression_table *table, int row,
                                          int column) {
  return &table->cells[row * (table->columns + 1) + column];
}

/* ---- what is handed in */

static bool row_is_even(const struct suppression_table *table, int row) {
  long sum = 0;
  for (int column = 0; column <= table->columns; column++) {
    const struct suppression_cell *cell = suppression_cell(table, row, column);
    if (cell->count < 0 || cell->respondents < 0 || cell->respondents > cell->count ||
        (cell->count > 0 && cell->respondents == 0) || cell->count > SUPPRESSION_UNBOUNDED) {
      return false;
    }
    sum += column < table->columns ? cell->count : -cell->count;
  }
  return sum == 0;
}

static bool is_inner(const struct suppression_table *table, int row) {
  for (int i = row + 1; i < table->rows; i++) {
    if (table->parents[i] == row) {
      return true;
    }
  }
  return false;
}

static bool column_is_even(const struct suppression_table *table, int row, int column) {
  long sum = 0;
  for (int i = row + 1; i < table->rows; i++) {
    sum += table->parents[i] == row ? suppression_cell(table, i, column)->count : 0;
  }
  return sum == suppression_cell(table, row, column)->count;
}

static enum suppression_result check(const struct suppression_table *table) {
  if (table->floor < SUPPRESSION_FLOOR_LEAST) {
    return SUPPRESSION_LOW;
  }
  for (int row = 0; row < table->rows; row++) {
    int parent = table->parents[row];
    if (row == 0 ? parent != -1 : parent < 0 || parent >= row) {
      return SUPPRESSION_UNEVEN;
    }
    if (!row_is_even(table, row)) {
      return SUPPRESSION_UNEVEN;
    }
    for (int column = 0; is_inner(table, row) && column <= table->columns; column++) {
      if (!column_is_even(table, row, column)) {
        return SUPPRESSION_UNEVEN;
      }
    }
  }
  return SUPPRESSION_OK;
}

/* ---- the table as a network */

/* A row's total flows into its node and on, by its cells, to the columns of the row above; those
 * flow on to the columns of the next row above, and from the first row's out of the table and
 * back in as its total. */
static int column_node(const struct suppression_table *table, int row, int column) {
  return table->rows + row * table->columns + column;
}

static void add_cell(struct hiding *hiding, int row, int column) {
  const struct suppression_table *table = hiding->table;
  const struct suppression_cell *cell = suppression_cell(table, row, column);
  int out = table->rows * (table->columns + 1), parent = table->parents[row];
  int from, to, cost = cell->respondents + 1;
  if (column == table->columns) {
    from = row == 0 ? out : parent;
    to = row;
    cost *= MARGIN_COST;
  } else {
    bool inner = is_inner(table, row);
    from = inner ? column_node(table, row, column) : row;
    to = row == 0 ? out : column_node(table, parent, column);
    cost *= inner ? MARGIN_COST : 1;
  }
  int arc = flow_add(hiding->flow, from, to, cell->count, cost);
  hiding->flow->arcs[arc].open = cell->open || (row == 0 && column == table->columns);
}

static enum suppression_result begin(struct hiding *hiding, struct suppression_table *table,
                                     struct arena *arena) {
  enum suppression_result result = check(table);
  if (result != SUPPRESSION_OK) {
    return result;
  }
  hiding->table = table;
  hiding->cells = table->rows * (table->columns + 1);
  hiding->flow = flow_new(arena, hiding->cells + 1, hiding->cells);
  hiding->needs = arena_array(arena, (size_t)hiding->cells, sizeof *hiding->needs);
  hiding->sakes = arena_array(arena, (size_t)hiding->cells, sizeof *hiding->sakes);
  if (hiding->flow == NULL || hiding->needs == NULL || hiding->sakes == NULL) {
    return SUPPRESSION_MEMORY;
  }
  for (int row = 0; row < table->rows; row++) {
    for (int column = 0; column <= table->columns; column++) {
      add_cell(hiding, row, column);
    }
  }
  return SUPPRESSION_OK;
}

/* ---- which cells, and how far they may move */

static bool is_small(const struct hiding *hiding, int i) {
  return hiding->table->cells[i].respondents < hiding->table->floor;
}

static struct need need_of(const struct hiding *hiding, int i) {
  const struct suppression_cell *cell = &hiding->table->cells[i];
  int floor = hiding->table->floor;
  if (!is_small(hiding, i)) {
    return (struct need){.width = floor};
  }
  int most = cell->count + 1 > floor ? cell->count + 1 : floor;
  return (struct need){.rise = most - cell->count, .fall = cell->count};
}

static int width(struct hiding *hiding, int i, int most) {
  int rise = flow_rise(hiding->flow, i, most);
  return rise >= most ? rise : rise + flow_fall(hiding->flow, i, most - rise);
}

/* Hides for a cell's sake what lets it move further. */
static bool widen_for(struct hiding *hiding, int i, bool rise, int most) {
  struct flow *flow = hiding->flow;
  if (!flow_widen(flow, i, rise, most)) {
    return false;
  }
  for (int j = 0; j < hiding->cells; j++) {
    if (flow->arcs[j].hidden && hiding->sakes[j] < 0) {
      hiding->sakes[j] = i;
    }
  }
  return true;
}

/* Where open cells keep a hidden one from moving as far as it should, the need becomes what they
 * leave. */
static void widen_side(struct hiding *hiding, int i, int *need, bool rise) {
  struct flow *flow = hiding->flow;
  int can = rise ? flow_rise(flow, i, *need) : flow_fall(flow, i, *need);
  while (can < *need) {
    if (!widen_for(hiding, i, rise, *need)) {
      hiding->table->cells[i].limited = true;
      *need = can;
      return;
    }
    can = rise ? flow_rise(flow, i, *need) : flow_fall(flow, i, *need);
  }
}

/* What is hidden for the sake of a limited cell need not be vaguer than that. */
static void limit_width(struct hiding *hiding, int i) {
  const struct need *sake = &hiding->needs[hiding->sakes[i]];
  struct need *need = &hiding->needs[i];
  int most = sake->rise + sake->fall + sake->width;
  if (need->width > most) {
    need->width = most;
    hiding->table->cells[i].limited = true;
  }
}

static void widen(struct hiding *hiding, int i) {
  struct need *need = &hiding->needs[i];
  widen_side(hiding, i, &need->rise, true);
  widen_side(hiding, i, &need->fall, false);
  limit_width(hiding, i);
  while (width(hiding, i, need->width) < need->width) {
    if (!widen_for(hiding, i, true, need->width) && !widen_for(hiding, i, false, need->width)) {
      hiding->table->cells[i].limited = true;
      need->width = width(hiding, i, need->width);
    }
  }
}

static int count_hidden(const struct hiding *hiding) {
  int count = 0;
  for (int i = 0; i < hiding->cells; i++) {
    count += hiding->flow->arcs[i].hidden;
  }
  return count;
}

/* Hiding more only lets the others move further, so one need that is met stays met. */
static void hide_further(struct hiding *hiding) {
  int before = -1;
  for (int count = count_hidden(hiding); count != before; count = count_hidden(hiding)) {
    before = count;
    for (int i = 0; i < hiding->cells; i++) {
      if (hiding->flow->arcs[i].hidden) {
        widen(hiding, i);
      }
    }
  }
}

/* ---- and back */

static bool is_met(struct hiding *hiding, int i) {
  const struct need *need = &hiding->needs[i];
  return !hiding->flow->arcs[i].hidden || (flow_rise(hiding->flow, i, need->rise) >= need->rise &&
                                           flow_fall(hiding->flow, i, need->fall) >= need->fall &&
                                           width(hiding, i, need->width) >= need->width);
}

static bool all_met(struct hiding *hiding) {
  if (!is_met(hiding, hiding->worst)) {
    return false;
  }
  for (int i = 0; i < hiding->cells; i++) {
    if (!is_met(hiding, i)) {
      hiding->worst = i;
      return false;
    }
  }
  return true;
}

/* By size, and cells of one size by their place. */
static bool comes_after(const struct suppression_cell *cell,
                        const struct suppression_cell *before) {
  return cell->respondents < before->respondents ||
         (cell->respondents == before->respondents && cell > before);
}

/* The largest cell that is hidden for others' sake, below the one before in size and place. */
static int next_largest(const struct hiding *hiding, int before) {
  const struct suppression_cell *cells = hiding->table->cells;
  int next = -1;
  for (int i = 0; i < hiding->cells; i++) {
    if (!hiding->flow->arcs[i].hidden || is_small(hiding, i)) {
      continue;
    }
    bool after = before < 0 || comes_after(&cells[i], &cells[before]);
    if (after && (next < 0 || cells[i].respondents > cells[next].respondents)) {
      next = i;
    }
  }
  return next;
}

static void show_needless(struct hiding *hiding) {
  for (int i = next_largest(hiding, -1); i >= 0; i = next_largest(hiding, i)) {
    hiding->flow->arcs[i].hidden = false;
    if (!all_met(hiding)) {
      hiding->flow->arcs[i].hidden = true;
    }
  }
}

/* ---- the whole */

static void tell(struct hiding *hiding) {
  for (int i = 0; i < hiding->cells; i++) {
    struct suppression_cell *cell = &hiding->table->cells[i];
    cell->hidden = hiding->flow->arcs[i].hidden;
    cell->limited = cell->limited && cell->hidden;
    cell->least = cell->most = cell->count;
    if (cell->hidden) {
      int rise = flow_rise(hiding->flow, i, SUPPRESSION_UNBOUNDED);
      cell->least -= flow_fall(hiding->flow, i, SUPPRESSION_UNBOUNDED);
      cell->most =
          rise >= SUPPRESSION_UNBOUNDED - cell->count ? SUPPRESSION_UNBOUNDED : cell->count + rise;
    }
  }
}

enum suppression_result suppression_hide(struct suppression_table *table) {
  struct arena *arena = arena_new(0);
  struct hiding hiding = {0};
  enum suppression_result result =
      arena == NULL ? SUPPRESSION_MEMORY : begin(&hiding, table, arena);
  if (result == SUPPRESSION_OK) {
    for (int i = 0; i < hiding.cells; i++) {
      struct flow_arc *arc = &hiding.flow->arcs[i];
      table->cells[i].limited = false;
      arc->hidden = !arc->open && is_small(&hiding, i);
      hiding.sakes[i] = arc->hidden ? i : -1;
      hiding.needs[i] = need_of(&hiding, i);
    }
    hide_further(&hiding);
    show_needless(&hiding);
    tell(&hiding);
  }
  arena_free(arena);
  return result;
}

enum suppression_result suppression_audit(struct suppression_table *table) {
  struct arena *arena = arena_new(0);
  struct hiding hiding = {0};
  enum suppression_result result =
      arena == NULL ? SUPPRESSION_MEMORY : begin(&hiding, table, arena);
  if (result == SUPPRESSION_OK) {
    for (int i = 0; i < hiding.cells; i++) {
      hiding.flow->arcs[i].hidden = table->cells[i].hidden;
    }
    tell(&hiding);
  }
  arena_free(arena);
  return result;
}
