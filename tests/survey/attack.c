#include "attack.h"

#include <criterion/criterion.h>

enum { ATOMS_MAX = 64, SUMS_MAX = 96 };

/* A number that is known to be the sum of some cells of the rows that have none below them. */
struct sum {
  bool of[ATOMS_MAX];
  int left; /* of it, after what is set so far */
};

struct attack {
  const struct suppression_table *table;
  int atoms;
  int fixed[ATOMS_MAX]; /* the number that is shown, or -1 */
  struct sum sums[SUMS_MAX];
  int sums_count;
};

static bool has_rows(const struct suppression_table *table, int row) {
  for (int i = row + 1; i < table->rows; i++) {
    if (table->parents[i] == row) {
      return true;
    }
  }
  return false;
}

static bool is_below(const struct suppression_table *table, int row, int above) {
  while (row > above) {
    row = table->parents[row];
  }
  return row == above;
}

/* The cells of rows without rows below them that a cell is the sum of. */
static struct sum sum_of(const struct suppression_table *table, int cell) {
  int row = cell / (table->columns + 1), column = cell % (table->columns + 1);
  struct sum sum = {0};
  int atom = 0;
  for (int i = 0; i < table->rows; i++) {
    for (int j = 0; !has_rows(table, i) && j < table->columns; j++, atom++) {
      cr_assert_lt(atom, ATOMS_MAX);
      sum.of[atom] = is_below(table, i, row) && (column == table->columns || column == j);
    }
  }
  return sum;
}

static void know(struct attack *attack, int cell, int value) {
  cr_assert_lt(attack->sums_count, SUMS_MAX);
  struct sum sum = sum_of(attack->table, cell);
  sum.left = value;
  attack->sums[attack->sums_count++] = sum;
}

static int largest(const struct attack *attack, int atom) {
  int most = attack->fixed[atom] >= 0 ? attack->fixed[atom] : 1000000;
  for (int i = 0; i < attack->sums_count; i++) {
    if (attack->sums[i].of[atom] && attack->sums[i].left < most) {
      most = attack->sums[i].left;
    }
  }
  return most;
}

/* Tells whether what is left of each sum can still be reached by the cells from atom on. */
static bool reachable(const struct attack *attack, int atom) {
  long reach[SUMS_MAX] = {0};
  for (int j = atom; j < attack->atoms; j++) {
    int most = largest(attack, j);
    if (attack->fixed[j] > most) {
      return false;
    }
    for (int i = 0; i < attack->sums_count; i++) {
      reach[i] += attack->sums[i].of[j] ? most : 0;
    }
  }
  for (int i = 0; i < attack->sums_count; i++) {
    if (attack->sums[i].left < 0 || attack->sums[i].left > reach[i]) {
      return false;
    }
  }
  return true;
}

static void set(struct attack *attack, int atom, int value) {
  for (int i = 0; i < attack->sums_count; i++) {
    attack->sums[i].left -= attack->sums[i].of[atom] ? value : 0;
  }
}

static bool complete(struct attack *attack, int atom) {
  if (atom == attack->atoms) {
    return true;
  }
  int from = attack->fixed[atom] >= 0 ? attack->fixed[atom] : 0;
  int to = attack->fixed[atom] >= 0 ? attack->fixed[atom] : largest(attack, atom);
  for (int value = from; value <= to; value++) {
    set(attack, atom, value);
    bool done = reachable(attack, atom + 1) && complete(attack, atom + 1);
    set(attack, atom, -value);
    if (done) {
      return true;
    }
  }
  return false;
}

bool attack_possible(const struct suppression_table *table, int cell, int value) {
  struct attack attack = {.table = table};
  for (int i = 0; i < table->rows; i++) {
    for (int j = 0; j < table->columns && !has_rows(table, i); j++) {
      const struct suppression_cell *atom = suppression_cell(table, i, j);
      cr_assert_lt(attack.atoms, ATOMS_MAX);
      attack.fixed[attack.atoms++] = atom->hidden ? -1 : atom->count;
    }
  }
  int cells = table->rows * (table->columns + 1);
  know(&attack, cell, value);
  for (int i = 0; i < cells; i++) {
    if (!table->cells[i].hidden) {
      know(&attack, i, table->cells[i].count);
    }
  }
  return reachable(&attack, 0) && complete(&attack, 0);
}

int attack_count(const struct suppression_table *table, int cell, int from, int to) {
  int count = 0;
  for (int value = from; value <= to; value++) {
    count += attack_possible(table, cell, value);
  }
  return count;
}
