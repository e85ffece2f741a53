#include "store/round_store.h"

#include <poll.h>
#include <string.h>

#include "store/pg.h"

static const char *const state_names[] = {[ROUND_SCHEDULED] = "scheduled",
                                          [ROUND_OPEN] = "open",
                                          [ROUND_CLOSED] = "closed",
                                          [ROUND_FINALISED] = "finalised"};

const char *round_state_name(enum round_state state) {
  return state_names[state];
}

enum round_state round_state_read(const char *name) {
  for (enum round_state state = ROUND_SCHEDULED; state < ROUND_FINALISED; state++) {
    if (strcmp(name, state_names[state]) == 0) {
      return state;
    }
  }
  return ROUND_FINALISED;
}

static bool read_round(const PGresult *rows, int row, struct arena *arena,
                       struct round_row *round) {
  bool good = true;
  int column = 0;
  round->id = pg_number(rows, row, column++);
  round->questionnaire = pg_text(rows, row, column++, arena, &good);
  round->version = pg_number(rows, row, column++);
  round->title = pg_text(rows, row, column++, arena, &good);
  round->state = round_state_read(PQgetvalue(rows, row, column++));
  round->opens_at = pg_text(rows, row, column++, arena, &good);
  round->closes_at = pg_text(rows, row, column++, arena, &good);
  round->closed_at = pg_text(rows, row, column++, arena, &good);
  round->finalised_at = pg_text(rows, row, column++, arena, &good);
  round->traces = pg_true(rows, row, column++);
  round->allow_drafts = pg_true(rows, row, column++);
  round->confirm_scale = pg_true(rows, row, column++);
  round->invite = pg_true(rows, row, column++);
  round->writing_until = pg_text(rows, row, column + 3, arena, &good);
  round->single_codes = pg_true(rows, row, column + 4);
  round->uses = pg_number(rows, row, column + 5);
  round->retain_until = pg_text(rows, row, column + 6, arena, &good);
  round->retain_months = pg_number(rows, row, column + 7);
  round->kept_until = pg_text(rows, row, column + 8, arena, &good);
  round->purged_at = pg_text(rows, row, column + 9, arena, &good);
  round->personal_of = pg_number(rows, row, column + 10);
  return good && pg_strings(rows, row, column, arena, &round->languages, &round->languages_count) &&
         pg_numbers(rows, row, column + 1, arena, &round->municipalities,
                    &round->municipalities_count) &&
         pg_strings(rows, row, column + 2, arena, &round->missing_settings,
                    &round->missing_settings_count);
}

static enum store_result read_rounds(struct store *store, const char *id, struct arena *arena,
                                     struct round_row **list, size_t *count) {
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_ROUND_LIST, 1, id);
  if (result != STORE_OK) {
    return result;
  }
  *count = (size_t)PQntuples(rows);
  *list = arena_array(arena, *count + 1, sizeof(**list));
  bool good = *list != NULL;
  for (int i = 0; i < PQntuples(rows) && good; i++) {
    good = read_round(rows, i, arena, &(*list)[i]);
  }
  PQclear(rows);
  return good ? STORE_OK : pg_no_memory(store);
}

enum store_result round_find(struct store *store, int id, struct arena *arena,
                             struct round_row *row) {
  char number[PG_DECIMAL_MAX];
  pg_decimal(id, number);
  struct round_row *list;
  size_t count;
  enum store_result result = read_rounds(store, number, arena, &list, &count);
  if (result == STORE_OK && count == 0) {
    pg_say(store, "there is no round %d; hint: hjemsvar round list", id);
    return STORE_NONE;
  }
  if (result == STORE_OK) {
    *row = list[0];
  }
  return result;
}

enum store_result round_list(struct store *store, struct arena *arena, struct round_row **rows,
                             size_t *count) {
  return read_rounds(store, NULL, arena, rows, count);
}

struct turn {
  enum statement statement;
  const char *id;
};

/* Why a change of state found no row. A closed round is finalised unless its flags are stale. */
static enum store_result explain_state(struct store *store, const struct turn *turn) {
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_ROUND_LIST, 1, turn->id);
  const char *state = result == STORE_OK && PQntuples(rows) > 0 ? PQgetvalue(rows, 0, 4) : "";
  if (result == STORE_OK && PQntuples(rows) == 0) {
    pg_say(store, "there is no round %s; hint: hjemsvar round list", turn->id);
    result = STORE_NONE;
  } else if (turn->statement == STATEMENT_ROUND_FINALISE && strcmp(state, "closed") == 0) {
    pg_say(store,
           "the flags of round %s are older than its answers; hint: hjemsvar duplicates refresh "
           "--round %s",
           turn->id, turn->id);
    result = STORE_INCOMPLETE;
  } else if (result == STORE_OK) {
    pg_say(store, "round %s is %s", turn->id, state);
    result = STORE_CLOSED;
  }
  PQclear(rows);
  return result;
}

static enum store_result turn_once(struct store *store, void *context) {
  const struct turn *turn = context;
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, turn->statement, 1, turn->id);
  bool found = result == STORE_OK && PQntuples(rows) == 1;
  PQclear(rows);
  return result != STORE_OK || found ? result : explain_state(store, turn);
}

static enum store_result turn_round(struct store *store, enum statement statement, int id) {
  char number[PG_DECIMAL_MAX];
  pg_decimal(id, number);
  struct turn context = {.statement = statement, .id = number};
  return pg_transaction(store, "BEGIN", turn_once, &context);
}

enum store_result round_close(struct store *store, int id) {
  return turn_round(store, STATEMENT_ROUND_CLOSE, id);
}

enum store_result round_reopen(struct store *store, int id) {
  return turn_round(store, STATEMENT_ROUND_REOPEN, id);
}

/* ---- finalising beside readers */

enum { READERS_MS = 500, READERS_LOOK_MS = 50 };

/* Whether any of those who held the answers at the first look (*first, NULL before it) still does.
 * Parents hold them for moments. */
static enum store_result look_at_readers(struct store *store, struct arena *arena,
                                         const char **first, bool *any) {
  PGresult *rows = NULL;
  bool good = true;
  enum store_result result = pg_query(store, &rows, STATEMENT_ROUND_READERS, 1, *first);
  *any = result == STORE_OK && PQntuples(rows) == 1 && !PQgetisnull(rows, 0, 0);
  if (*any && *first == NULL) {
    *first = pg_text(rows, 0, 0, arena, &good);
  }
  PQclear(rows);
  return good ? result : pg_no_memory(store);
}

/* Waits for READERS_MS at most, without a place in the queue of the table's lock: whoever stands in
 * it for all of the table has every parent wait behind. */
static enum store_result wait_for_readers(struct store *store) {
  const char *first = NULL;
  bool any = true;
  struct arena *arena = arena_new(0);
  enum store_result result = arena == NULL ? pg_no_memory(store) : STORE_OK;
  for (int waited_ms = 0; result == STORE_OK && any && waited_ms <= READERS_MS;
       waited_ms += READERS_LOOK_MS) {
    struct pollfd stop = {.fd = store->stop_fd, .events = POLLIN};
    (void)poll(&stop, 1, waited_ms == 0 ? 0 : READERS_LOOK_MS);
    result = look_at_readers(store, arena, &first, &any);
  }
  arena_free(arena);
  return result == STORE_OK && any ? STORE_CONFLICT : result;
}

/* Once: what is in the way stays there for longer than a few tries. */
static enum store_result finalise_once(struct store *store, void *context) {
  enum store_result result = wait_for_readers(store);
  if (result == STORE_OK) {
    result = turn_once(store, context);
  }
  if (result == STORE_BUSY || result == STORE_CONFLICT) {
    pg_say(store, "answers are being read or written, by an export, a report or letters; hint: try "
                  "again when that has ended");
    result = STORE_CONFLICT;
  }
  return result;
}

enum store_result round_finalise(struct store *store, int id) {
  /* Copying a large round takes longer than a question may. */
  int patience_ms = store->patience_ms;
  char number[PG_DECIMAL_MAX];
  pg_decimal(id, number);
  struct turn turn = {.statement = STATEMENT_ROUND_FINALISE, .id = number};
  store->patience_ms = 0;
  enum store_result result = pg_transaction_once(store, "BEGIN", finalise_once, &turn);
  store->patience_ms = patience_ms;
  return result;
}

/* VACUUM of a role that may not is a warning and no error. */
enum store_result round_sweep(struct store *store) {
  enum store_result result = pg_command(store, "RESET ROLE");
  if (result == STORE_OK) {
    result =
        pg_command(store, "VACUUM (SKIP_LOCKED) link, code, quality_figure, course, course_upload");
  }
  enum store_result back = pg_command(store, "SET ROLE hjemsvar_console");
  return result == STORE_OK ? back : result;
}
