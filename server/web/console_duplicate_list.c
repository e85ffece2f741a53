#include <stdlib.h>
#include <string.h>

#include "web/console_duplicates.h"

/* ---- which groups there are */

static bool is_in_cluster(const struct pair_cluster *clusters, size_t count, const char *id) {
  for (size_t i = 0; i < count; i++) {
    for (size_t j = 0; j < clusters[i].count; j++) {
      if (strcmp(clusters[i].ids[j], id) == 0) {
        return true;
      }
    }
  }
  return false;
}

static bool add_pair(struct quality_page *page, const struct pair_row *pair) {
  const char **ids = arena_array(page->work->arena, 2, sizeof *ids);
  if (ids == NULL) {
    return false;
  }
  ids[0] = pair->a;
  ids[1] = pair->b;
  page->groups[page->groups_count++] =
      (struct quality_group){.ids = ids,
                             .ids_count = 2,
                             .municipality = pair->municipality,
                             .municipality_name = pair->municipality_name};
  return true;
}

/* Clusters, then decided pairs of which one at least is in none. */
static bool find_groups(struct quality_page *page) {
  struct pair_cluster *clusters;
  size_t count;
  struct arena *arena = page->work->arena;
  page->groups = arena_array(arena, 2 * page->pairs_count + 1, sizeof *page->groups);
  if (page->groups == NULL ||
      !pair_clusters(page->pairs, page->pairs_count, arena, &clusters, &count)) {
    return false;
  }
  page->clusters_count = page->groups_count = count;
  for (size_t i = 0; i < count; i++) {
    page->groups[i] = (struct quality_group){.ids = clusters[i].ids,
                                             .ids_count = clusters[i].count,
                                             .municipality = clusters[i].municipality,
                                             .municipality_name = clusters[i].municipality_name,
                                             .joined = true};
  }
  for (size_t i = 0; i < page->pairs_count; i++) {
    const struct pair_row *pair = &page->pairs[i];
    if (pair->flagged || pair->decided.decision == NULL ||
        (is_in_cluster(clusters, count, pair->a) && is_in_cluster(clusters, count, pair->b))) {
      continue;
    }
    if (!add_pair(page, pair)) {
      return false;
    }
  }
  return true;
}

/* ---- which of them somebody has seen to */

static int by_text(const void *id, const void *element) {
  return strcmp(id, *(const char *const *)element);
}

/* The place of an answer in its group, or the group's count. */
static size_t place_of(const struct quality_group *group, const char *id) {
  const char *const *found = bsearch(id, group->ids, group->ids_count, sizeof *group->ids, by_text);
  return found == NULL ? group->ids_count : (size_t)(found - group->ids);
}

static size_t set_of(const size_t *sets, size_t place) {
  while (sets[place] != place) {
    place = sets[place];
  }
  return place;
}

/* Whether decisions that hold, of whatever kind, tie all its answers together: of three answers two
 * decisions do. */
static bool see_decided(const struct quality_page *page, struct quality_group *group) {
  size_t *sets = arena_array(page->work->arena, group->ids_count, sizeof *sets);
  size_t left = group->ids_count;
  for (size_t i = 0; sets != NULL && i < group->ids_count; i++) {
    sets[i] = i;
  }
  for (size_t i = 0; sets != NULL && i < page->reviews_count; i++) {
    const struct review_row *row = &page->reviews[i];
    size_t a = place_of(group, row->a), b = place_of(group, row->b);
    if (row->undone_at != NULL || a == group->ids_count || b == group->ids_count ||
        set_of(sets, a) == set_of(sets, b)) {
      continue;
    }
    sets[set_of(sets, a)] = set_of(sets, b);
    left--;
  }
  group->decided = left == 1;
  return sets != NULL;
}

/* ---- which are shown, and where */

static size_t take(struct quality_group *to, size_t count, const struct quality_page *page,
                   bool decided) {
  for (size_t i = 0; i < page->groups_count; i++) {
    if (page->groups[i].decided == decided) {
      to[count++] = page->groups[i];
    }
  }
  return count;
}

/* Those that wait for a decision first. */
static bool put_in_order(struct quality_page *page) {
  struct quality_group *groups =
      arena_array(page->work->arena, page->groups_count + 1, sizeof *groups);
  if (groups == NULL) {
    return false;
  }
  page->open_count = take(groups, 0, page, false);
  page->decided_count = take(groups, page->open_count, page, true) - page->open_count;
  page->groups = groups;
  switch (page->show) {
  case QUALITY_SHOW_ALL:
    break;
  case QUALITY_SHOW_OPEN:
    page->groups_count = page->open_count;
    break;
  case QUALITY_SHOW_DECIDED:
    page->groups = groups + page->open_count;
    page->groups_count = page->decided_count;
    break;
  }
  return true;
}

bool quality_groups_find(struct quality_page *page) {
  bool good = find_groups(page);
  for (size_t i = 0; good && i < page->groups_count; i++) {
    good = see_decided(page, &page->groups[i]);
  }
  if (!good || !put_in_order(page)) {
    return false;
  }
  if (page->first_group >= page->groups_count) {
    size_t last = page->groups_count == 0 ? 0 : page->groups_count - 1;
    page->first_group = last - last % QUALITY_GROUPS_A_PAGE;
  }
  return true;
}
