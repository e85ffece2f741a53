#include "survey/flow.h"

#include <limits.h>

enum { NOWHERE = -1 };

/* Half an arc: leaving a node, with the arc's direction or against it. */
struct half {
  int arc;
  int next; /* another half that leaves the same node, or NOWHERE */
};

struct flow_search {
  int *first;          /* per node: a half that leaves it */
  struct half *halves; /* 2 * arc: forward, 2 * arc + 1: backward */
  int *shift;          /* per arc: how far its number is moved for now */
  long *distance;      /* per node */
  int *came;           /* per node: the half by which it was reached */
  int *queue;          /* of nodes; a ring */
  bool *queued;
};

struct flow *flow_new(struct arena *arena, int nodes, int arcs_most) {
  struct flow *flow = arena_alloc(arena, sizeof *flow);
  struct flow_search *search = arena_alloc(arena, sizeof *search);
  if (flow == NULL || search == NULL) {
    return NULL;
  }
  size_t places = (size_t)nodes, arcs = (size_t)arcs_most;
  flow->nodes = nodes;
  flow->arcs_most = arcs_most;
  flow->search = search;
  flow->arcs = arena_array(arena, arcs, sizeof *flow->arcs);
  search->first = arena_array(arena, places, sizeof *search->first);
  search->halves = arena_array(arena, 2 * arcs, sizeof *search->halves);
  search->shift = arena_array(arena, arcs, sizeof *search->shift);
  search->distance = arena_array(arena, places, sizeof *search->distance);
  search->came = arena_array(arena, places, sizeof *search->came);
  search->queue = arena_array(arena, places, sizeof *search->queue);
  search->queued = arena_array(arena, places, sizeof *search->queued);
  if (flow->arcs == NULL || search->first == NULL || search->halves == NULL ||
      search->shift == NULL || search->distance == NULL || search->came == NULL ||
      search->queue == NULL || search->queued == NULL) {
    return NULL;
  }
  for (size_t i = 0; i < places; i++) {
    search->first[i] = NOWHERE;
  }
  return flow;
}

static void add_half(struct flow_search *search, int half, int arc, int node) {
  search->halves[half] = (struct half){arc, search->first[node]};
  search->first[node] = half;
}

int flow_add(struct flow *flow, int from, int to, int value, int cost) {
  int arc = flow->arcs_count++;
  flow->arcs[arc] = (struct flow_arc){.from = from, .to = to, .value = value, .cost = cost};
  add_half(flow->search, 2 * arc, arc, from);
  add_half(flow->search, 2 * arc + 1, arc, to);
  return arc;
}

/* ---- one path */

struct path {
  int from, to;
  int without; /* the arc that is asked about */
  bool hiding; /* shown arcs that are not open may be used, at their cost */
};

static bool is_backward(int half) {
  return half % 2 != 0;
}

static int leads_to(const struct flow *flow, int half) {
  const struct flow_arc *arc = &flow->arcs[half / 2];
  return is_backward(half) ? arc->from : arc->to;
}

static bool may_use(const struct flow *flow, const struct path *path, int half) {
  const struct flow_arc *arc = &flow->arcs[half / 2];
  if (half / 2 == path->without || (!arc->hidden && (arc->open || !path->hiding))) {
    return false;
  }
  return !is_backward(half) || arc->value + flow->search->shift[half / 2] > 0;
}

static void relax(const struct flow *flow, const struct path *path, int node, int *end,
                  int *count) {
  struct flow_search *search = flow->search;
  for (int half = search->first[node]; half != NOWHERE; half = search->halves[half].next) {
    if (!may_use(flow, path, half)) {
      continue;
    }
    const struct flow_arc *arc = &flow->arcs[half / 2];
    long distance = search->distance[node] + (arc->hidden ? 0 : arc->cost);
    int other = leads_to(flow, half);
    if (distance >= search->distance[other]) {
      continue;
    }
    search->distance[other] = distance;
    search->came[other] = half;
    if (!search->queued[other]) {
      search->queued[other] = true;
      search->queue[*end] = other;
      *end = (*end + 1) % flow->nodes;
      (*count)++;
    }
  }
}

/* Bellman's and Ford's labels, corrected from a queue; no cost is below zero. */
static bool find_path(const struct flow *flow, const struct path *path) {
  struct flow_search *search = flow->search;
  for (int i = 0; i < flow->nodes; i++) {
    search->distance[i] = LONG_MAX;
    search->came[i] = NOWHERE;
    search->queued[i] = false;
  }
  search->distance[path->from] = 0;
  search->queue[0] = path->from;
  int begin = 0, end = 1 % flow->nodes, count = 1;
  while (count > 0) {
    int node = search->queue[begin];
    begin = (begin + 1) % flow->nodes;
    count--;
    search->queued[node] = false;
    if (node == path->to && !path->hiding) {
      return true;
    }
    relax(flow, path, node, &end, &count);
  }
  return path->from == path->to || search->came[path->to] != NOWHERE;
}

/* The node that a half arc leaves. */
static int left_from(const struct flow *flow, int half) {
  return leads_to(flow, half ^ 1);
}

/* Moves as much as the found path carries, at most most. */
static int push(const struct flow *flow, const struct path *path, int most) {
  struct flow_search *search = flow->search;
  int carried = most;
  for (int node = path->to; node != path->from; node = left_from(flow, search->came[node])) {
    int half = search->came[node];
    int room = flow->arcs[half / 2].value + search->shift[half / 2];
    if (is_backward(half) && room < carried) {
      carried = room;
    }
  }
  for (int node = path->to; node != path->from; node = left_from(flow, search->came[node])) {
    int half = search->came[node];
    search->shift[half / 2] += is_backward(half) ? -carried : carried;
  }
  return carried;
}

/* ---- the whole flow */

/* More of an arc into its head has to leave that node by other arcs and come back to the tail. */
static struct path path_of(const struct flow *flow, int arc, bool rise) {
  const struct flow_arc *asked = &flow->arcs[arc];
  return (struct path){
      .from = rise ? asked->to : asked->from, .to = rise ? asked->from : asked->to, .without = arc};
}

static int carry(struct flow *flow, const struct path *path, int most) {
  for (int i = 0; i < flow->arcs_count; i++) {
    flow->search->shift[i] = 0;
  }
  int carried = 0;
  while (carried < most && find_path(flow, path)) {
    carried += push(flow, path, most - carried);
  }
  return carried;
}

int flow_rise(struct flow *flow, int arc, int most) {
  struct path path = path_of(flow, arc, true);
  return carry(flow, &path, most);
}

int flow_fall(struct flow *flow, int arc, int most) {
  struct path path = path_of(flow, arc, false);
  int value = flow->arcs[arc].value;
  return carry(flow, &path, most < value ? most : value);
}

bool flow_widen(struct flow *flow, int arc, bool rise, int most) {
  struct path path = path_of(flow, arc, rise);
  if (carry(flow, &path, most) >= most) {
    return false;
  }
  path.hiding = true;
  if (!find_path(flow, &path)) {
    return false;
  }
  for (int node = path.to; node != path.from; node = left_from(flow, flow->search->came[node])) {
    flow->arcs[flow->search->came[node] / 2].hidden = true;
  }
  return true;
}
