#include "store/comment_store.h"

#include <stdlib.h>
#include <string.h>

#include "store/pg.h"
#include "survey/comment.h"

static const char *const names[COMMENT_STATES + 1] = {
    [COMMENT_WAITING] = "waiting", [COMMENT_PUBLISHABLE] = "publishable", [COMMENT_MASK] = "mask",
    [COMMENT_NEVER] = "never",     [COMMENT_CONCERN] = "concern",         [COMMENT_ALL] = "all"};

const char *comment_state_name(enum comment_state state) {
  return names[state];
}

bool comment_state_read(const char *name, enum comment_state *state) {
  for (*state = 0; *state < COMMENT_ALL; (*state)++) {
    if (strcmp(names[*state], name) == 0) {
      return true;
    }
  }
  return strcmp(names[COMMENT_ALL], name) == 0;
}

/* ---- comments */

static bool read_row(const PGresult *rows, int row, struct arena *arena,
                     struct comment_row *comment) {
  bool good = true;
  comment->number = pg_text(rows, row, 0, arena, &good);
  comment->field = pg_text(rows, row, 1, arena, &good);
  comment->text = pg_text(rows, row, 2, arena, &good);
  good = good && comment_state_read(PQgetvalue(rows, row, 3), &comment->state);
  comment->place = pg_number(rows, row, 4);
  comment->decision = pg_text(rows, row, 5, arena, &good);
  comment->marks = pg_text(rows, row, 6, arena, &good);
  comment->actor = pg_text(rows, row, 7, arena, &good);
  comment->actor_name = pg_text(rows, row, 8, arena, &good);
  comment->decided_at = pg_text(rows, row, 9, arena, &good);
  return good;
}

static enum store_result read_rows(struct store *store, PGresult *rows, struct arena *arena,
                                   struct comment_row **list, size_t *count) {
  *count = (size_t)PQntuples(rows);
  *list = arena_array(arena, *count + 1, sizeof **list);
  bool good = *list != NULL;
  for (int i = 0; i < PQntuples(rows) && good; i++) {
    good = read_row(rows, i, arena, &(*list)[i]);
  }
  PQclear(rows);
  return good ? STORE_OK : pg_no_memory(store);
}

/* The round and the present rules as parameters. */
struct numbers {
  char round[PG_DECIMAL_MAX], rules[PG_DECIMAL_MAX], third[PG_DECIMAL_MAX];
};

static struct numbers numbers_of(int round, int third) {
  struct numbers numbers = {.round = ""};
  pg_decimal(round, numbers.round);
  pg_decimal(COMMENT_RULES, numbers.rules);
  pg_decimal(third, numbers.third);
  return numbers;
}

enum store_result comment_list(struct store *store, int round, enum comment_state state,
                               const char *after, int limit, struct arena *arena,
                               struct comment_row **rows, size_t *count) {
  struct numbers numbers = numbers_of(round, limit);
  PGresult *found = NULL;
  enum store_result result =
      pg_query(store, &found, STATEMENT_COMMENT_LIST, 5, numbers.round, numbers.rules,
               state == COMMENT_ALL ? NULL : names[state], after, numbers.third);
  return result == STORE_OK ? read_rows(store, found, arena, rows, count) : result;
}

enum store_result comment_find(struct store *store, int round, const char *number,
                               struct arena *arena, struct comment_row *row) {
  struct numbers numbers = numbers_of(round, 0);
  struct comment_row *rows = NULL;
  size_t count = 0;
  PGresult *found = NULL;
  enum store_result result =
      pg_query(store, &found, STATEMENT_COMMENT_FIND, 3, numbers.round, numbers.rules, number);
  if (result == STORE_OK) {
    result = read_rows(store, found, arena, &rows, &count);
  }
  if (result != STORE_OK || count == 0) {
    return result == STORE_OK ? STORE_NONE : result;
  }
  *row = rows[0];
  return STORE_OK;
}

enum store_result comment_reviewed(struct store *store, int round, struct arena *arena,
                                   struct comment_reviewed **comments, size_t *count) {
  struct numbers numbers = numbers_of(round, 0);
  struct comment_row *rows = NULL;
  PGresult *found = NULL;
  enum store_result result =
      pg_query(store, &found, STATEMENT_COMMENT_REVIEWED, 2, numbers.round, numbers.rules);
  if (result == STORE_OK) {
    result = read_rows(store, found, arena, &rows, count);
  }
  *comments = result == STORE_OK ? arena_array(arena, *count + 1, sizeof **comments) : NULL;
  for (size_t i = 0; *comments != NULL && i < *count; i++) {
    (*comments)[i] = (struct comment_reviewed){.number = rows[i].number,
                                               .field = rows[i].field,
                                               .text = rows[i].text,
                                               .marks = rows[i].marks,
                                               .masked = rows[i].state == COMMENT_MASK};
  }
  return result == STORE_OK && *comments == NULL ? pg_no_memory(store) : result;
}

enum store_result comment_count(struct store *store, int round, struct comment_counts *counts) {
  struct numbers numbers = numbers_of(round, 0);
  PGresult *found = NULL;
  enum store_result result =
      pg_query(store, &found, STATEMENT_COMMENT_COUNT, 2, numbers.round, numbers.rules);
  *counts = (struct comment_counts){{0}};
  for (int i = 0; result == STORE_OK && i < PQntuples(found); i++) {
    enum comment_state state;
    if (comment_state_read(PQgetvalue(found, i, 0), &state)) {
      counts->of[state] = strtoll(PQgetvalue(found, i, 1), NULL, 10);
    }
  }
  PQclear(found);
  return result;
}

/* ---- decisions */

static enum store_result judge(struct store *store, int round, const char *outcome) {
  if (strcmp(outcome, "none") == 0) {
    pg_say(store, "no such comment of round %d, or nothing is decided of it", round);
    return STORE_NONE;
  }
  if (strcmp(outcome, "newer") == 0) {
    pg_say(store, "another decision on this comment of round %d holds by now", round);
    return STORE_CONFLICT;
  }
  return STORE_OK;
}

static enum store_result outcome_of(struct store *store, int round, enum store_result result,
                                    PGresult *rows) {
  if (result == STORE_OK) {
    result = judge(store, round, PQgetvalue(rows, 0, 0));
  }
  PQclear(rows);
  return result;
}

enum store_result comment_decide(struct store *store, int round, const char *number,
                                 enum comment_state state, const char *marks, int seen) {
  struct numbers numbers = numbers_of(round, seen);
  PGresult *rows = NULL;
  enum store_result result =
      pg_query(store, &rows, STATEMENT_COMMENT_DECIDE, 6, numbers.round, number, names[state],
               marks == NULL ? "[]" : marks, numbers.rules, seen < 0 ? NULL : numbers.third);
  return outcome_of(store, round, result, rows);
}

enum store_result comment_undo(struct store *store, int round, const char *number, int seen) {
  struct numbers numbers = numbers_of(round, seen);
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_COMMENT_UNDO, 3, numbers.round,
                                      number, seen < 0 ? NULL : numbers.third);
  return outcome_of(store, round, result, rows);
}

/* ---- around them */

enum store_result comment_procedure(struct store *store, int round, struct arena *arena,
                                    const char **text) {
  struct numbers numbers = numbers_of(round, 0);
  PGresult *rows = NULL;
  bool good = true;
  enum store_result result = pg_query(store, &rows, STATEMENT_COMMENT_PROCEDURE, 1, numbers.round);
  *text = "";
  if (result == STORE_OK && PQntuples(rows) > 0) {
    *text = pg_text(rows, 0, 0, arena, &good);
  }
  PQclear(rows);
  return good ? result : pg_no_memory(store);
}

enum store_result comment_tell(struct store *store, int round, size_t count) {
  struct numbers numbers = numbers_of(round, (int)count);
  PGresult *rows = NULL;
  enum store_result result =
      pg_query(store, &rows, STATEMENT_COMMENT_TELL, 2, numbers.round, numbers.third);
  PQclear(rows);
  return result;
}
