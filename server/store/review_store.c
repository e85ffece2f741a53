#include "store/review_store.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "store/audit_store.h"
#include "store/quality_row.h"

static int by_text(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* ---- pairs */

static bool read_pair(const PGresult *rows, int row, struct arena *arena, struct pair_row *pair) {
  bool good = true;
  pair->municipality = pg_number(rows, row, 0);
  pair->municipality_name = pg_text(rows, row, 1, arena, &good);
  pair->a = pg_text(rows, row, 2, arena, &good);
  pair->b = pg_text(rows, row, 3, arena, &good);
  pair->weight_bits = strtod(PQgetvalue(rows, row, 4), NULL);
  pair->probability = strtod(PQgetvalue(rows, row, 5), NULL);
  pair->chance = strtod(PQgetvalue(rows, row, 6), NULL);
  pair->flagged = pg_true(rows, row, 7);
  pair->words_only = pg_true(rows, row, 8);
  pair->reasons = pg_text(rows, row, 9, arena, &good);
  pair->decided = (struct review_row){.a = pair->a, .b = pair->b};
  pair->decided.decision = pg_text(rows, row, 10, arena, &good);
  pair->decided.counts = pg_text(rows, row, 11, arena, &good);
  pair->decided.note = pg_text(rows, row, 12, arena, &good);
  pair->decided.actor = pg_text(rows, row, 13, arena, &good);
  pair->decided.actor_name = pg_text(rows, row, 14, arena, &good);
  pair->decided.decided_at = pg_text(rows, row, 15, arena, &good);
  return good;
}

static enum store_result read_pairs(struct store *store, const PGresult *rows, struct arena *arena,
                                    struct pair_row **list, size_t *count) {
  *count = (size_t)PQntuples(rows);
  *list = arena_array(arena, *count + 1, sizeof **list);
  bool good = *list != NULL;
  for (int i = 0; i < PQntuples(rows) && good; i++) {
    good = read_pair(rows, i, arena, &(*list)[i]);
  }
  return good ? STORE_OK : pg_no_memory(store);
}

enum store_result pair_list(struct store *store, int round, bool flagged_only, struct arena *arena,
                            struct pair_row **list, size_t *count) {
  char number[PG_DECIMAL_MAX];
  pg_decimal(round, number);
  PGresult *rows = NULL;
  enum store_result result =
      pg_query(store, &rows, STATEMENT_PAIR_LIST, 2, number, flagged_only ? "true" : "false");
  result = result == STORE_OK ? read_pairs(store, rows, arena, list, count) : result;
  PQclear(rows);
  return result;
}

/* ---- by the page */

static enum store_result count_pairs(struct store *store, const char *round, long long *total) {
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_PAIR_COUNT, 1, round);
  *total = result == STORE_OK ? strtoll(PQgetvalue(rows, 0, 0), NULL, 10) : 0;
  PQclear(rows);
  return result;
}

/* The numbers by which the pair stands where it does; both NULL without a pair. */
static enum store_result find_place(struct store *store, const char *round,
                                    const struct pair_page *page, struct arena *arena,
                                    const char **probability, const char **bits) {
  PGresult *rows = NULL;
  bool good = true;
  *probability = *bits = NULL;
  if (page->after_a == NULL) {
    return STORE_OK;
  }
  enum store_result result =
      pg_query(store, &rows, STATEMENT_PAIR_PLACE, 3, round, page->after_a, page->after_b);
  if (result == STORE_OK && PQntuples(rows) == 0) {
    pg_say(store, "there is no such pair");
    result = STORE_NONE;
  } else if (result == STORE_OK) {
    *probability = pg_text(rows, 0, 0, arena, &good);
    *bits = pg_text(rows, 0, 1, arena, &good);
  }
  PQclear(rows);
  return good ? result : pg_no_memory(store);
}

enum store_result pair_page(struct store *store, int round, struct arena *arena,
                            struct pair_page *page) {
  char number[PG_DECIMAL_MAX], limit[PG_DECIMAL_MAX];
  const char *probability, *bits;
  PGresult *rows = NULL;
  pg_decimal(round, number);
  pg_decimal((int)page->limit + 1, limit);
  enum store_result result = find_place(store, number, page, arena, &probability, &bits);
  result = result == STORE_OK ? count_pairs(store, number, &page->total) : result;
  if (result == STORE_OK) {
    result = pg_query(store, &rows, STATEMENT_PAIR_PAGE, 6, number, limit, probability, bits,
                      page->after_a, page->after_b);
  }
  result = result == STORE_OK ? read_pairs(store, rows, arena, &page->rows, &page->count) : result;
  PQclear(rows);
  page->more = result == STORE_OK && page->count > page->limit;
  page->count -= page->more;
  return result;
}

static enum store_result find_group(struct store *store, const char *round,
                                    const struct pair_row *row, struct arena *arena,
                                    struct pair_cluster *group) {
  PGresult *rows = NULL;
  bool good = true;
  enum store_result result = pg_query(store, &rows, STATEMENT_PAIR_GROUP, 2, round, row->a);
  *group = (struct pair_cluster){.municipality = row->municipality,
                                 .municipality_name = row->municipality_name};
  if (result == STORE_OK) {
    group->ids = arena_array(arena, (size_t)PQntuples(rows), sizeof *group->ids);
    good = group->ids != NULL;
  }
  for (int i = 0; result == STORE_OK && i < PQntuples(rows) && good; i++) {
    group->ids[group->count++] = pg_text(rows, i, 0, arena, &good);
  }
  PQclear(rows);
  return good ? result : pg_no_memory(store);
}

static bool is_in(const struct pair_cluster *group, const char *id) {
  return bsearch(&id, group->ids, group->count, sizeof *group->ids, by_text) != NULL;
}

enum store_result pair_groups(struct store *store, int round, const struct pair_page *page,
                              struct arena *arena, struct pair_cluster **groups, size_t *count) {
  char number[PG_DECIMAL_MAX];
  enum store_result result = STORE_OK;
  pg_decimal(round, number);
  *count = 0;
  *groups = arena_array(arena, page->count + 1, sizeof **groups);
  for (size_t i = 0; *groups != NULL && i < page->count && result == STORE_OK; i++) {
    bool known = !page->rows[i].flagged;
    for (size_t j = 0; j < *count && !known; j++) {
      known = is_in(&(*groups)[j], page->rows[i].a);
    }
    if (!known) {
      result = find_group(store, number, &page->rows[i], arena, &(*groups)[(*count)++]);
    }
  }
  return *groups == NULL ? pg_no_memory(store) : result;
}

/* ---- clusters */

/* The ids of flagged pairs, sorted, each once; sets[i] leads to the first of i's group. */
struct groups {
  const char **ids;
  size_t *sets;
  size_t *number; /* of the group that begins here, from 1 by its most probable pair */
  size_t count;
};

static size_t index_of(const struct groups *groups, const char *id) {
  const char **found = bsearch(&id, groups->ids, groups->count, sizeof *groups->ids, by_text);
  return (size_t)(found - groups->ids);
}

static size_t set_of(struct groups *groups, size_t index) {
  while (groups->sets[index] != index) {
    groups->sets[index] = groups->sets[groups->sets[index]];
    index = groups->sets[index];
  }
  return index;
}

static bool groups_init(struct groups *groups, const struct pair_row *rows, size_t count,
                        struct arena *arena) {
  groups->ids = arena_array(arena, 2 * count + 1, sizeof *groups->ids);
  groups->sets = arena_array(arena, 2 * count + 1, sizeof *groups->sets);
  groups->number = arena_array(arena, 2 * count + 1, sizeof *groups->number);
  if (groups->ids == NULL || groups->sets == NULL || groups->number == NULL) {
    return false;
  }
  size_t all = 0;
  for (size_t i = 0; i < count; i++) {
    if (rows[i].flagged) {
      groups->ids[all++] = rows[i].a;
      groups->ids[all++] = rows[i].b;
    }
  }
  qsort(groups->ids, all, sizeof *groups->ids, by_text);
  groups->count = 0;
  for (size_t i = 0; i < all; i++) {
    if (i == 0 || strcmp(groups->ids[i], groups->ids[groups->count - 1]) != 0) {
      groups->ids[groups->count++] = groups->ids[i];
    }
  }
  for (size_t i = 0; i < groups->count; i++) {
    groups->sets[i] = i;
  }
  return true;
}

static void join(struct groups *groups, const struct pair_row *pair) {
  size_t a = set_of(groups, index_of(groups, pair->a));
  size_t b = set_of(groups, index_of(groups, pair->b));
  if (a < b) {
    groups->sets[b] = a;
  } else {
    groups->sets[a] = b;
  }
}

static struct pair_cluster *cluster_of(struct groups *groups, struct pair_cluster *clusters,
                                       size_t index) {
  return &clusters[groups->number[set_of(groups, index)] - 1];
}

/* Each id is in a group, for it came of a flagged pair. */
static bool take_ids(struct groups *groups, struct arena *arena, struct pair_cluster *clusters,
                     size_t count) {
  for (size_t i = 0; i < groups->count; i++) {
    cluster_of(groups, clusters, i)->count++;
  }
  for (size_t i = 0; i < count; i++) {
    clusters[i].ids = arena_array(arena, clusters[i].count, sizeof *clusters[i].ids);
    if (clusters[i].ids == NULL) {
      return false;
    }
    clusters[i].count = 0;
  }
  for (size_t i = 0; i < groups->count; i++) {
    struct pair_cluster *cluster = cluster_of(groups, clusters, i);
    cluster->ids[cluster->count++] = groups->ids[i];
  }
  return true;
}

bool pair_clusters(const struct pair_row *rows, size_t rows_count, struct arena *arena,
                   struct pair_cluster **clusters, size_t *count) {
  struct groups groups;
  *count = 0;
  *clusters = arena_array(arena, rows_count + 1, sizeof **clusters);
  if (*clusters == NULL || !groups_init(&groups, rows, rows_count, arena)) {
    return false;
  }
  for (size_t i = 0; i < rows_count; i++) {
    if (rows[i].flagged) {
      join(&groups, &rows[i]);
    }
  }
  for (size_t i = 0; i < rows_count; i++) {
    size_t *number =
        rows[i].flagged ? &groups.number[set_of(&groups, index_of(&groups, rows[i].a))] : NULL;
    if (number != NULL && *number == 0) {
      (*clusters)[(*count)++] = (struct pair_cluster){
          .municipality = rows[i].municipality, .municipality_name = rows[i].municipality_name};
      *number = *count;
    }
  }
  return take_ids(&groups, arena, *clusters, *count);
}

/* ---- decisions */

static enum store_result judge(struct store *store, int round, const char *outcome) {
  if (strcmp(outcome, "none") == 0) {
    pg_say(store, "one of the two is no answer of round %d; hint: hjemsvar duplicates list", round);
    return STORE_NONE;
  }
  if (strcmp(outcome, "apart") == 0) {
    pg_say(store, "the two answers are of two municipalities, and none compares those");
    return STORE_CONFLICT;
  }
  if (strcmp(outcome, "finalised") == 0) {
    pg_say(store, "round %d is finalised and stays as it is", round);
    return STORE_CLOSED;
  }
  return STORE_OK;
}

enum store_result review_decide(struct store *store, int round, const char *a, const char *b,
                                const char *decision, const char *counts, const char *note) {
  char number[PG_DECIMAL_MAX];
  pg_decimal(round, number);
  PGresult *rows = NULL;
  enum store_result result =
      pg_query(store, &rows, STATEMENT_REVIEW_DECIDE, 6, number, a, b, decision, counts, note);
  if (result == STORE_OK) {
    result = judge(store, round, PQgetvalue(rows, 0, 0));
  }
  PQclear(rows);
  return result;
}

enum store_result review_undo(struct store *store, int round, const char *a, const char *b,
                              const char *place) {
  char number[PG_DECIMAL_MAX];
  pg_decimal(round, number);
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_REVIEW_UNDO, 4, number, a, b, place);
  if (result == STORE_OK && strcmp(PQgetvalue(rows, 0, 0), "newer") == 0) {
    pg_say(store, "another decision on these two answers of round %d holds by now", round);
    result = STORE_CONFLICT;
  } else if (result == STORE_OK && strcmp(PQgetvalue(rows, 0, 0), "undone") != 0) {
    pg_say(store, "nothing is decided of these two answers of round %d", round);
    result = STORE_NONE;
  }
  PQclear(rows);
  return result;
}

static bool read_review(const PGresult *rows, int row, struct arena *arena,
                        struct review_row *review) {
  bool good = true;
  review->a = pg_text(rows, row, 0, arena, &good);
  review->b = pg_text(rows, row, 1, arena, &good);
  review->decision = pg_text(rows, row, 2, arena, &good);
  review->counts = pg_text(rows, row, 3, arena, &good);
  review->note = pg_text(rows, row, 4, arena, &good);
  review->actor = pg_text(rows, row, 5, arena, &good);
  review->actor_name = pg_text(rows, row, 6, arena, &good);
  review->decided_at = pg_text(rows, row, 7, arena, &good);
  review->undone_at = pg_text(rows, row, 8, arena, &good);
  review->undone_by = pg_text(rows, row, 9, arena, &good);
  review->place = pg_number(rows, row, 10);
  return good;
}

enum store_result review_list(struct store *store, int round, struct arena *arena,
                              struct review_row **list, size_t *count) {
  char number[PG_DECIMAL_MAX];
  pg_decimal(round, number);
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_REVIEW_LIST, 1, number);
  if (result != STORE_OK) {
    return result;
  }
  *count = (size_t)PQntuples(rows);
  *list = arena_array(arena, *count + 1, sizeof **list);
  bool good = *list != NULL;
  for (int i = 0; i < PQntuples(rows) && good; i++) {
    good = read_review(rows, i, arena, &(*list)[i]);
  }
  PQclear(rows);
  return good ? STORE_OK : pg_no_memory(store);
}

/* ---- answers side by side */

static bool read_answer(const PGresult *rows, int row, struct arena *arena,
                        struct review_answer *answer) {
  bool good = true;
  answer->response_id = pg_text(rows, row, 0, arena, &good);
  answer->municipality = pg_number(rows, row, 1);
  answer->municipality_name = pg_text(rows, row, 2, arena, &good);
  answer->language = pg_text(rows, row, 3, arena, &good);
  answer->received_week = pg_text(rows, row, 4, arena, &good);
  answer->answers = pg_text(rows, row, 5, arena, &good);
  answer->flags = quality_read_flags(rows, row, 6);
  return good;
}

enum store_result review_answers(struct store *store, int round, const char *const *ids,
                                 size_t ids_count, struct arena *arena, struct review_answer **list,
                                 size_t *count) {
  char number[PG_DECIMAL_MAX];
  pg_decimal(round, number);
  struct text array;
  text_init(&array);
  text_add_char(&array, '{');
  for (size_t i = 0; i < ids_count; i++) {
    text_addf(&array, "%s%s", i == 0 ? "" : ",", ids[i]);
  }
  text_add_char(&array, '}');
  PGresult *rows = NULL;
  enum store_result result =
      array.failed ? pg_no_memory(store)
                   : pg_query(store, &rows, STATEMENT_REVIEW_ANSWERS, 2, number, array.data);
  text_clear(&array);
  if (result != STORE_OK) {
    return result;
  }
  *count = (size_t)PQntuples(rows);
  *list = arena_array(arena, *count + 1, sizeof **list);
  bool good = *list != NULL;
  for (int i = 0; i < PQntuples(rows) && good; i++) {
    good = read_answer(rows, i, arena, &(*list)[i]);
  }
  PQclear(rows);
  return good ? STORE_OK : pg_no_memory(store);
}

/* ---- who looked */

static bool is_named(const int *municipalities, size_t index) {
  size_t before = 0;
  while (before < index && municipalities[before] != municipalities[index]) {
    before++;
  }
  return before < index;
}

enum store_result review_note_view(struct store *store, int round, const int *municipalities,
                                   size_t count) {
  struct text details;
  text_init(&details);
  for (size_t i = 0; i < count; i++) {
    if (!is_named(municipalities, i)) {
      text_addf(&details, "%s%d", i == 0 ? "{\"municipalities\":[" : ",", municipalities[i]);
    }
  }
  text_add(&details, "]}");
  const struct audit_entry entry = {
      .action = "duplicates.view", .round = round, .details = details.data};
  enum store_result result = count == 0       ? STORE_OK
                             : details.failed ? pg_no_memory(store)
                                              : audit_append(store, &entry);
  text_clear(&details);
  return result;
}
