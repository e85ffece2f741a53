/* flow: what can be worked out of numbers that are sums of one another.
 *
 * Private to survey/. Numbers that add up in two directions are a circulation in a network: an
 * arc is a number, at each node as much comes in as goes out. Some arcs are shown, the others
 * hidden; whoever knows what is shown, and that no number is below zero, knows of a hidden one
 * only that it may be as much higher or lower as the other hidden arcs can carry in its place.
 * That much is a maximum flow in the residual network, so the bounds are exact, and reached by
 * whole numbers (integrality of flows; Ford & Fulkerson, "Flows in Networks", 1962; for tables
 * Cox, "Network models for complementary cell suppression", JASA 90 (1995) 1453-1462). */
#ifndef HJEMSVAR_SURVEY_FLOW_H
#define HJEMSVAR_SURVEY_FLOW_H

#include "base/arena.h"

struct flow_arc {
  int from, to; /* nodes from 0 */
  int value;    /* at least 0 */
  int cost;     /* of hiding it, at least 1 */
  bool hidden;
  bool open; /* is shown whatever happens */
};

struct flow {
  int nodes;
  struct flow_arc *arcs;
  int arcs_count, arcs_most;
  struct flow_search *search; /* private */
};

/* A network without arcs and room for arcs_most of them. Everything is of the arena. NULL when
 * memory is out. */
must_check struct flow *flow_new(struct arena *arena, int nodes, int arcs_most);

/* Adds a shown arc that may be hidden; its index. The caller keeps to arcs_most and to values
 * that balance at every node. */
int flow_add(struct flow *flow, int from, int to, int value, int cost);

/* How far a hidden arc's number may lie above or below its value, judged by what is shown; at
 * most most. */
int flow_rise(struct flow *flow, int arc, int most);
int flow_fall(struct flow *flow, int arc, int most);

/* Hides the cheapest further arcs that let a hidden arc rise (or fall) further than by so much
 * as it can now: a shortest path in the residual network (Kelly, Golden & Assad, "Cell
 * suppression: disclosure protection for sensitive tabular data", Networks 22 (1992) 397-417;
 * Castro, "A shortest-paths heuristic for statistical data protection in positive tables",
 * INFORMS J. Computing 19 (2007) 520-533). False, with nothing hidden, when no arc that is not
 * open can help: then what it can do now is the most it can ever. */
must_check bool flow_widen(struct flow *flow, int arc, bool rise, int most);

#endif
