/* suppression: which cells of a table are shown, so that none that is hidden can be worked out.
 *
 * A table has rows that add up to rows above them and columns that add up to the row's total;
 * the first row is the whole. A cell to which fewer respondents contribute than the floor is
 * hidden, also when it is empty: hidden and empty look alike. Since sums are shown beside it,
 * further cells are hidden with it, until of every hidden cell below the floor anybody who sees
 * the table must reckon with everything from 0 to at least the floor (and to more than it is),
 * and of every other hidden cell with a range as wide as the floor.
 *
 * A cell may be open: it is shown by another rule, such as the distribution over the whole round.
 * Then what is left open by such cells alone may be less than the floor; the table then leaves as
 * much as they do, and says so (limited). What is hidden for the sake of such a cell is left as
 * vague as that one, and never so that it can be worked out.
 *
 * Method: the table is a network (flow.h), whose bounds are exact. The further cells are chosen
 * by shortest paths, cell by cell, and those that turned out needless are shown again, the
 * largest first (Kelly, Golden & Assad 1992, Cox 1995; the problem itself is NP-hard: Fischetti &
 * Salazar, "Models and algorithms for the 2-dimensional cell suppression problem in statistical
 * disclosure control", Math. Programming 84 (1999) 283-312). The choice may hide more than the
 * best one, never less than is safe.
 *
 * Not covered: somebody who knows this method and reasons backwards from its choices, and what
 * respondents know of each other beside the table. */
#ifndef HJEMSVAR_SURVEY_SUPPRESSION_H
#define HJEMSVAR_SURVEY_SUPPRESSION_H

#include "base/arena.h"

enum { SUPPRESSION_FLOOR = 5, SUPPRESSION_FLOOR_LEAST = 3 };

struct suppression_cell {
  int count;       /* respondents, children, courses … */
  int respondents; /* how many contribute: of children their parents; at most count */
  bool open;       /* shown by another rule, never hidden */
  bool hidden;     /* result */
  bool limited;    /* result: open cells leave less than the floor of it */
  int least, most; /* result: what can be worked out; both count where it is shown */
};

struct suppression_table {
  int rows, columns;  /* at least 1; the column of totals is not counted */
  const int *parents; /* per row: the row it adds up to, which stands before it; first: -1 */
  int floor;          /* at least SUPPRESSION_FLOOR_LEAST */
  struct suppression_cell *cells; /* row by row, the columns, then the row's total */
};

enum suppression_result {
  SUPPRESSION_OK,
  SUPPRESSION_LOW,    /* the floor is under the least */
  SUPPRESSION_UNEVEN, /* parents are out of order, cells do not add up, or respondents are more
                         than the count or none of one above 0 */
  SUPPRESSION_MEMORY
};

/* The cell of a row and column; column == columns is the row's total. */
struct suppression_cell *suppression_cell(const struct suppression_table *table, int row,
                                          int column);

/* Decides which cells are hidden and works out the bounds. Hidden cells of the call are
 * forgotten; the total of the first row is always shown. */
must_check enum suppression_result suppression_hide(struct suppression_table *table);

/* Works out least and most from the cells that are hidden now. What most is when nothing bounds
 * it: SUPPRESSION_UNBOUNDED. */
enum { SUPPRESSION_UNBOUNDED = 1000000000 };
must_check enum suppression_result suppression_audit(struct suppression_table *table);

#endif
