/* Two breakdowns of one figure, whose whole is shown in full: what one of them says tells nothing
 * of the cells of the other. Tried on every joint table of two municipalities, two relations and
 * three categories that agrees with both. */
#include <criterion/criterion.h>
#include <string.h>

#include "attack.h"
#include "support.h"

enum { GROUPS = 2, CATEGORIES = 3, ATOMS = GROUPS * GROUPS * CATEGORIES, SUMS = 32, CELLS = 12 };

struct shown {
  struct suppression_table table;
  struct suppression_cell cells[CELLS];
};

static const int parents[] = {-1, 0, 0};

/* The cells of one breakdown. Joint cells stand by municipality, relation, category. */
static void publish(struct shown *shown, const int *atoms, bool by_relation) {
  memset(shown, 0, sizeof *shown);
  shown->table = (struct suppression_table){.rows = GROUPS + 1,
                                            .columns = CATEGORIES,
                                            .parents = parents,
                                            .floor = 3,
                                            .cells = shown->cells};
  for (int i = 0; i < ATOMS; i++) {
    int group = by_relation ? i / CATEGORIES % GROUPS : i / CATEGORIES / GROUPS;
    const int rows[] = {0, group + 1}, columns[] = {i % CATEGORIES, CATEGORIES};
    for (int row = 0; row < 2; row++) {
      for (int column = 0; column < 2; column++) {
        suppression_cell(&shown->table, rows[row], columns[column])->count += atoms[i];
      }
    }
  }
  for (int i = 0; i < CELLS; i++) {
    shown->cells[i].respondents = shown->cells[i].count;
    shown->cells[i].open = i <= CATEGORIES || i % (CATEGORIES + 1) == CATEGORIES;
  }
  cr_assert_eq(suppression_hide(&shown->table), SUPPRESSION_OK);
}

struct search {
  bool of[SUMS][ATOMS];
  int left[SUMS];
  int sums;
};

static void know(struct search *search, int cell, bool by_relation, int value) {
  int row = cell / (CATEGORIES + 1), column = cell % (CATEGORIES + 1);
  for (int i = 0; i < ATOMS; i++) {
    int group = by_relation ? i / CATEGORIES % GROUPS : i / CATEGORIES / GROUPS;
    search->of[search->sums][i] =
        (row == 0 || group == row - 1) && (column == CATEGORIES || column == i % CATEGORIES);
  }
  search->left[search->sums++] = value;
}

static int most_of(const struct search *search, int atom) {
  int most = 1000;
  for (int i = 0; i < search->sums; i++) {
    most = search->of[i][atom] && search->left[i] < most ? search->left[i] : most;
  }
  return most;
}

static bool reachable(const struct search *search, int atom) {
  for (int i = 0; i < search->sums; i++) {
    int reach = 0;
    for (int j = atom; j < ATOMS; j++) {
      reach += search->of[i][j] ? most_of(search, j) : 0;
    }
    if (search->left[i] < 0 || search->left[i] > reach) {
      return false;
    }
  }
  return true;
}

static bool complete(struct search *search, int atom) {
  if (!reachable(search, atom)) {
    return false;
  }
  if (atom == ATOMS) {
    return true;
  }
  for (int value = most_of(search, atom); value >= 0; value--) {
    for (int i = 0; i < search->sums; i++) {
      search->left[i] -= search->of[i][atom] ? value : 0;
    }
    bool done = complete(search, atom + 1);
    for (int i = 0; i < search->sums; i++) {
      search->left[i] += search->of[i][atom] ? value : 0;
    }
    if (done) {
      return true;
    }
  }
  return false;
}

static void know_all(struct search *search, const struct shown *shown, bool by_relation) {
  for (int i = 0; i < CELLS; i++) {
    if (!shown->cells[i].hidden) {
      know(search, i, by_relation, shown->cells[i].count);
    }
  }
}

/* Tells whether a cell by municipality may be value for somebody who sees both tables. */
static bool possible(const struct shown *one, const struct shown *other, int cell, int value) {
  struct search search = {.sums = 0};
  know(&search, cell, false, value);
  know_all(&search, one, false);
  know_all(&search, other, true);
  return complete(&search, 0);
}

Test(linked, breakdowns_tell_nothing_of_each_other_beside_a_full_distribution, .timeout = 120) {
  uint64_t seed = 12;
  int hidden = 0;
  for (int n = 0; n < 60; n++) {
    int atoms[ATOMS];
    struct shown by_municipality, by_relation;
    for (int i = 0; i < ATOMS; i++) {
      atoms[i] =
          i % CATEGORIES == 0 ? 1 + (int)support_draw(&seed, 6) : (int)support_draw(&seed, 3);
    }
    publish(&by_municipality, atoms, false);
    publish(&by_relation, atoms, true);
    for (int i = 0; i < CELLS; i++) {
      const struct suppression_cell *cell = &by_municipality.cells[i];
      for (int value = cell->least; cell->hidden && value <= cell->most; value++, hidden++) {
        cr_expect_eq(possible(&by_municipality, &by_relation, i, value),
                     attack_possible(&by_municipality.table, i, value), "%d: %d = %d", n, i, value);
      }
    }
  }
  cr_expect_gt(hidden, 100);
}
