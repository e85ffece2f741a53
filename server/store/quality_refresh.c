#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/quality_part.h"
#include "store/quality_store.h"

/* Each answer by its key: the planner would rather sort the whole round for every five hundred of
 * them, and write answers to the disk for it. A plan made while the round was small is not kept. */
static const char by_key[] = "SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off;"
                             "SET LOCAL enable_mergejoin = off; SET LOCAL jit = off;"
                             "SET LOCAL plan_cache_mode = force_custom_plan";

/* Else the work of a program that was killed goes on, and keeps the round's lock. */
static const char while_asked[] = "SET LOCAL client_connection_check_interval = '5s'";

/* The ids of a round's answers, by municipality and id. */
struct answer_ids {
  char (*ids)[QUALITY_ID_BYTES];
  int *municipalities;
  size_t count;
};

struct refresh {
  int id;
  struct quality_work work;
};

static enum store_result run(struct store *store, enum statement statement, const char *round) {
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, statement, 1, round);
  PQclear(rows);
  return result;
}

/* The fingerprint is taken before anything is read: what comes later makes the flags stale. */
static enum store_result lock(struct store *store, const struct refresh *refresh,
                              char fingerprint[64]) {
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_QUALITY_LOCK, 1, refresh->work.round);
  if (result == STORE_OK && PQntuples(rows) == 0) {
    pg_say(store, "there is no round %d; hint: hjemsvar round list", refresh->id);
    result = STORE_NONE;
  } else if (result == STORE_OK && pg_true(rows, 0, 0)) {
    pg_say(store, "round %d is finalised and stays as it is", refresh->id);
    result = STORE_CLOSED;
  } else if (result == STORE_OK && !pg_true(rows, 0, 1)) {
    pg_say(store, "flags are made for a round as a whole");
    result = STORE_DENIED;
  }
  if (result == STORE_OK) {
    (void)snprintf(fingerprint, 64, "%s", PQgetvalue(rows, 0, 2));
  }
  PQclear(rows);
  return result;
}

/* ---- the pace of the round */

struct paces {
  double *ratios;
  size_t count, capacity;
};

static bool add_ratio(struct paces *paces, double ratio) {
  if (paces->count == paces->capacity) {
    size_t capacity = paces->capacity == 0 ? 1024 : 2 * paces->capacity;
    double *larger = realloc(paces->ratios, capacity * sizeof *larger);
    if (larger == NULL) {
      return false;
    }
    paces->ratios = larger;
    paces->capacity = capacity;
  }
  paces->ratios[paces->count++] = ratio;
  return true;
}

static bool add_pace(const struct questionnaire *questionnaire, const PGresult *rows, int row,
                     struct paces *paces) {
  struct arena *arena = arena_new(0);
  const struct answer *answer =
      arena == NULL ? NULL : answer_from_json(questionnaire, arena, PQgetvalue(rows, row, 0));
  double ordinary = answer == NULL ? 0 : quality_load_of(answer).ordinary;
  bool good = arena != NULL;
  if (ordinary > 0) {
    good = add_ratio(paces, pg_number(rows, row, 1) / ordinary);
  }
  arena_free(arena);
  return good;
}

static enum store_result read_paces(struct store *store, const struct quality_work *work,
                                    struct paces *paces) {
  enum store_result result = run(store, STATEMENT_QUALITY_PACES, work->round);
  bool more = true;
  while (result == STORE_OK && more) {
    PGresult *rows = NULL;
    result = pg_query(store, &rows, STATEMENT_QUALITY_PACES_FETCH, 0);
    more = PQntuples(rows) > 0;
    for (int i = 0; i < PQntuples(rows) && result == STORE_OK; i++) {
      if (!add_pace(work->questionnaire, rows, i, paces)) {
        result = pg_no_memory(store);
      }
    }
    PQclear(rows);
  }
  return result == STORE_OK ? pg_command(store, "CLOSE quality_paces") : result;
}

static enum store_result find_pace(struct store *store, struct quality_work *work) {
  struct paces paces = {NULL, 0, 0};
  enum store_result result = read_paces(store, work, &paces);
  if (result == STORE_OK) {
    work->pace = quality_pace_of(paces.ratios, paces.count);
  }
  free(paces.ratios);
  return result;
}

/* ---- municipality by municipality */

static enum store_result read_ids(struct store *store, const char *round,
                                  struct answer_ids *answers) {
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_QUALITY_IDS, 1, round);
  if (result != STORE_OK) {
    return result;
  }
  answers->count = (size_t)PQntuples(rows);
  answers->ids = calloc(answers->count + 1, sizeof *answers->ids);
  answers->municipalities = calloc(answers->count + 1, sizeof *answers->municipalities);
  bool good = answers->ids != NULL && answers->municipalities != NULL;
  for (size_t i = 0; good && i < answers->count; i++) {
    (void)snprintf(answers->ids[i], QUALITY_ID_BYTES, "%s", PQgetvalue(rows, (int)i, 0));
    answers->municipalities[i] = pg_number(rows, (int)i, 1);
  }
  PQclear(rows);
  return good ? STORE_OK : pg_no_memory(store);
}

static enum store_result make_parts(struct store *store, struct quality_work *work,
                                    const struct answer_ids *answers) {
  enum store_result result = STORE_OK;
  for (size_t first = 0, end = 0; first < answers->count && result == STORE_OK; first = end) {
    int municipality = answers->municipalities[first];
    while (end < answers->count && answers->municipalities[end] == municipality) {
      end++;
    }
    result =
        quality_part_make(store, work, municipality,
                          (const char(*)[QUALITY_ID_BYTES])(answers->ids + first), end - first);
  }
  return result;
}

static enum store_result store_figures(struct store *store, const struct quality_work *work) {
  json_t *figures = sensitivity_json(work->sums);
  char *json = figures == NULL ? NULL : json_dumps(figures, JSON_COMPACT);
  PGresult *rows = NULL;
  enum store_result result = json == NULL ? pg_no_memory(store)
                                          : pg_query(store, &rows, STATEMENT_QUALITY_FIGURE_INSERT,
                                                     3, work->round, NULL, json);
  PQclear(rows);
  free(json);
  json_decref(figures);
  return result;
}

static enum store_result note_run(struct store *store, const struct quality_work *work,
                                  size_t answers, const char *fingerprint) {
  char method[PG_DECIMAL_MAX], count[24], traced[24];
  pg_decimal(QUALITY_METHOD, method);
  (void)snprintf(count, sizeof count, "%zu", answers);
  (void)snprintf(traced, sizeof traced, "%lld", work->traced);
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_QUALITY_RUN_SET, 5, work->round,
                                      method, count, traced, fingerprint);
  PQclear(rows);
  return result;
}

/* ---- the whole */

static enum store_result make(struct store *store, struct quality_work *work,
                              const char *fingerprint) {
  struct answer_ids answers = {NULL, NULL, 0};
  enum store_result result = run(store, STATEMENT_QUALITY_CLEAR, work->round);
  if (result == STORE_OK) {
    result = find_pace(store, work);
  }
  if (result == STORE_OK) {
    result = read_ids(store, work->round, &answers);
  }
  if (result == STORE_OK) {
    result = make_parts(store, work, &answers);
  }
  if (result == STORE_OK) {
    result = store_figures(store, work);
  }
  if (result == STORE_OK) {
    result = note_run(store, work, answers.count, fingerprint);
  }
  free(answers.ids);
  free(answers.municipalities);
  return result;
}

static enum store_result refresh_once(struct store *store, void *context) {
  struct refresh *refresh = context;
  char fingerprint[64];
  refresh->work.traced = 0;
  refresh->work.pace = (struct quality_pace){0, 0};
  enum store_result result = pg_command(store, while_asked);
  if (result == STORE_OK) {
    result = lock(store, refresh, fingerprint);
  }
  if (result == STORE_OK) {
    result = pg_command(store, by_key);
  }
  if (result != STORE_OK) {
    return result;
  }
  refresh->work.sums = sensitivity_new(refresh->work.questionnaire);
  result =
      refresh->work.sums == NULL ? pg_no_memory(store) : make(store, &refresh->work, fingerprint);
  sensitivity_free(refresh->work.sums);
  refresh->work.sums = NULL;
  return result;
}

enum store_result quality_refresh(struct store *store, int round,
                                  const struct questionnaire *questionnaire) {
  char number[PG_DECIMAL_MAX];
  pg_decimal(round, number);
  struct refresh refresh = {.id = round, .work = {.round = number, .questionnaire = questionnaire}};
  return pg_transaction(store, "BEGIN ISOLATION LEVEL REPEATABLE READ", refresh_once, &refresh);
}
