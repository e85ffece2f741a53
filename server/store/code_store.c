#include "store/code_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "store/audit_store.h"
#include "store/pg_array.h"

/* Codes drawn, stored and given at a time. */
enum { CHUNK = 500 };

void code_hash(const struct crypto_keys *keys, const char *canonical,
               unsigned char hashes[CRYPTO_GENERATIONS][CRYPTO_DIGEST_BYTES]) {
  const struct crypto_part part = {canonical, strlen(canonical)};
  for (int generation = 0; generation < keys->generations; generation++) {
    crypto_digest(keys, generation, CRYPTO_FOR_CODE, &part, 1, hashes[generation],
                  CRYPTO_DIGEST_BYTES);
  }
}

/* ---- making a batch */

struct making {
  const struct crypto_keys *keys;
  const struct code_batch_new *plan;
  const char *name;
  code_given *given;
  void *context;
  struct arena *arena;
  struct code_batch *batch;
  struct pg_array parameters[2]; /* batch, hashes */
  char codes[CHUNK][CODE_SINGLE_CHARACTERS + 1];
};

static enum store_result refuse(struct store *store, const struct code_batch_new *plan,
                                const char *outcome) {
  if (strcmp(outcome, "none") == 0) {
    pg_say(store, "municipality %d is not in a round %d; hint: hjemsvar round list",
           plan->municipality, plan->round);
    return STORE_NONE;
  }
  if (strcmp(outcome, "open") == 0) {
    pg_say(store,
           "round %d has one open link a municipality; hint: letters with codes of their "
           "own need a round made with --codes single",
           plan->round);
    return STORE_REFUSED;
  }
  if (strcmp(outcome, "closed") == 0) {
    pg_say(store, "round %d is closed; hint: open it again, or use a round that is open",
           plan->round);
    return STORE_CLOSED;
  }
  pg_say(store, "there is a batch \"%s\" already; hint: another name, or print that one anew",
         plan->name);
  return STORE_CONFLICT;
}

static enum store_result read_made(struct store *store, const PGresult *rows,
                                   struct making *making) {
  struct code_batch *batch = making->batch;
  bool good = true;
  *batch = (struct code_batch){.id = pg_number(rows, 0, 1),
                               .municipality = making->plan->municipality,
                               .letters = making->plan->letters,
                               .uses = pg_number(rows, 0, 3),
                               .answers = "under 5"};
  batch->name = pg_text(rows, 0, 2, making->arena, &good);
  batch->made_on = pg_text(rows, 0, 4, making->arena, &good);
  return good ? STORE_OK : pg_no_memory(store);
}

static enum store_result begin_batch(struct store *store, struct making *making) {
  const struct code_batch_new *plan = making->plan;
  char round[PG_DECIMAL_MAX], municipality[PG_DECIMAL_MAX], letters[PG_DECIMAL_MAX];
  pg_decimal(plan->round, round);
  pg_decimal(plan->municipality, municipality);
  pg_decimal(plan->letters, letters);
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_LETTER_BATCH_MAKE, 4, round,
                                      municipality, making->name, letters);
  if (result == STORE_OK && strcmp(PQgetvalue(rows, 0, 0), "made") != 0) {
    result = refuse(store, plan, PQgetvalue(rows, 0, 0));
  } else if (result == STORE_OK) {
    result = read_made(store, rows, making);
  }
  PQclear(rows);
  return result;
}

/* That a code was drawn before (2^50 of them) is left to the primary key: the batch fails
 * and is made again. */
static enum store_result add_chunk(struct store *store, struct making *making, int count) {
  struct pg_array *batch = &making->parameters[0], *hashes = &making->parameters[1];
  pg_array_begin(batch, PG_TYPE_INT4);
  pg_array_add_int4(batch, making->batch->id);
  pg_array_begin(hashes, PG_TYPE_BYTEA);
  for (int i = 0; i < count; i++) {
    unsigned char hash[CRYPTO_GENERATIONS][CRYPTO_DIGEST_BYTES];
    code_draw(making->codes[i], CODE_SINGLE_CHARACTERS);
    code_hash(making->keys, making->codes[i], hash);
    pg_array_add(hashes, hash[0], sizeof hash[0]);
  }
  PGresult *rows = NULL;
  enum store_result result =
      pg_array_run(store, STATEMENT_LETTER_BATCH_ADD, making->parameters, 2, &rows);
  if (result == STORE_OK && pg_number(rows, 0, 0) != count) {
    pg_say(store, "the batch takes no codes");
    result = STORE_FAULT;
  }
  PQclear(rows);
  return result;
}

static enum store_result give_chunk(struct store *store, struct making *making, int first,
                                    int count) {
  for (int i = 0; i < count; i++) {
    if (!making->given(making->context, first + i, making->codes[i])) {
      pg_say(store, "stopped");
      return STORE_FAULT;
    }
  }
  return STORE_OK;
}

static enum store_result tell_print(struct store *store, const struct making *making) {
  char batch[32];
  (void)snprintf(batch, sizeof batch, "batch %d", making->batch->id);
  const struct audit_entry entry = {.action = "letters.print",
                                    .subject = batch,
                                    .round = making->plan->round,
                                    .municipality = making->plan->municipality,
                                    .details = making->plan->printed};
  return audit_append(store, &entry);
}

static enum store_result make(struct store *store, void *context) {
  struct making *making = context;
  const struct code_batch_new *plan = making->plan;
  enum store_result result = STORE_OK;
  if (plan->reprints != NULL) {
    result = code_batch_cancel(store, plan->round, plan->municipality, plan->reprints);
  }
  if (result == STORE_OK) {
    result = begin_batch(store, making);
  }
  for (int first = 0; result == STORE_OK && first < making->plan->letters; first += CHUNK) {
    int left = making->plan->letters - first, count = left < CHUNK ? left : CHUNK;
    result = add_chunk(store, making, count);
    if (result == STORE_OK) {
      result = give_chunk(store, making, first, count);
    }
  }
  return result == STORE_OK && plan->printed != NULL ? tell_print(store, making) : result;
}

/* *name is what is stored: NULL when none was given. */
static enum store_result check_plan(struct store *store, const struct code_batch_new *plan,
                                    struct arena *arena, const char **name) {
  *name = NULL;
  if (plan->letters < 1 || plan->letters > CODE_LETTERS_MAX) {
    pg_say(store, "a batch has 1 to %d letters, not %d", CODE_LETTERS_MAX, plan->letters);
    return STORE_REFUSED;
  }
  if (plan->name == NULL) {
    return STORE_OK;
  }
  char *tidy = NULL;
  size_t count = 0;
  enum utf8_result read = utf8_normalise(arena, plan->name, strlen(plan->name), &tidy, &count);
  if (read == UTF8_MEMORY) {
    return pg_no_memory(store);
  }
  if (read != UTF8_OK || count > CODE_NAME_MAX || strpbrk(tidy, "\n\t") != NULL) {
    pg_say(store, "the name of a batch is one line of up to %d characters", CODE_NAME_MAX);
    return STORE_REFUSED;
  }
  *name = tidy;
  return STORE_OK;
}

/* Joins the caller's transaction, which has said for whom it works. */
static enum store_result run(struct store *store, pg_work *work, void *context) {
  if (store->connection != NULL && PQtransactionStatus(store->connection) == PQTRANS_INTRANS) {
    return work(store, context);
  }
  return pg_transaction_once(store, "BEGIN", work, context);
}

enum store_result code_batch_make(struct store *store, const struct crypto_keys *keys,
                                  const struct code_batch_new *plan, code_given *given,
                                  void *context, struct arena *arena, struct code_batch *batch) {
  struct code_batch made;
  const char *name;
  enum store_result result = check_plan(store, plan, arena, &name);
  if (result != STORE_OK) {
    return result;
  }
  struct making *making = calloc(1, sizeof *making);
  if (making == NULL) {
    return pg_no_memory(store);
  }
  making->keys = keys;
  making->plan = plan;
  making->name = name;
  making->given = given;
  making->context = context;
  making->arena = arena;
  making->batch = batch == NULL ? &made : batch;
  result = run(store, make, making);
  pg_array_clear(&making->parameters[0]);
  pg_array_clear(&making->parameters[1]);
  crypto_wipe(making->codes, sizeof making->codes);
  free(making);
  return result;
}

/* ---- listing, finding, cancelling */

static bool read_batch(const PGresult *rows, int row, struct arena *arena,
                       struct code_batch *batch) {
  bool good = true;
  batch->id = pg_number(rows, row, 0);
  batch->municipality = pg_number(rows, row, 1);
  batch->name = pg_text(rows, row, 2, arena, &good);
  batch->letters = pg_number(rows, row, 3);
  batch->uses = pg_number(rows, row, 4);
  batch->made_on = pg_text(rows, row, 5, arena, &good);
  batch->cancelled = pg_true(rows, row, 6);
  batch->answers = pg_text(rows, row, 7, arena, &good);
  return good;
}

static enum store_result read_batches(struct store *store, int round, int municipality,
                                      const char *name, struct arena *arena,
                                      struct code_batch **list, size_t *count) {
  char id[PG_DECIMAL_MAX], code[PG_DECIMAL_MAX];
  pg_decimal(round, id);
  pg_decimal(municipality, code);
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_LETTER_BATCH_LIST, 3, id,
                                      municipality == 0 ? NULL : code, name);
  if (result != STORE_OK) {
    return result;
  }
  int length = PQntuples(rows);
  if (length == 0) {
    PQclear(rows);
    pg_say(store, "there is no round %d; hint: hjemsvar round list", round);
    return STORE_NONE;
  }
  /* A round without batches is one row without one. */
  length = PQgetisnull(rows, 0, 0) ? 0 : length;
  *count = (size_t)length;
  *list = arena_array(arena, *count + 1, sizeof **list);
  bool good = *list != NULL;
  for (int i = 0; i < length && good; i++) {
    good = read_batch(rows, i, arena, &(*list)[i]);
  }
  PQclear(rows);
  return good ? STORE_OK : pg_no_memory(store);
}

enum store_result code_batch_list(struct store *store, int round, int municipality,
                                  struct arena *arena, struct code_batch **rows, size_t *count) {
  return read_batches(store, round, municipality, NULL, arena, rows, count);
}

enum store_result code_batch_find(struct store *store, int round, int municipality,
                                  const char *name, struct arena *arena, struct code_batch *batch) {
  struct code_batch *list;
  size_t count;
  enum store_result result = read_batches(store, round, municipality, name, arena, &list, &count);
  if (result == STORE_OK && count == 0) {
    pg_say(store,
           "municipality %d has no batch \"%s\" in round %d; hint: hjemsvar codes list "
           "--round %d",
           municipality, name, round, round);
    return STORE_NONE;
  }
  if (result == STORE_OK) {
    /* The one that was not cancelled stands first, else the latest last. */
    *batch = list[0].cancelled ? list[count - 1] : list[0];
  }
  return result;
}

static enum store_result cancel(struct store *store, void *context) {
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_LETTER_BATCH_CANCEL, 1, context);
  const char *outcome = result == STORE_OK ? PQgetvalue(rows, 0, 0) : "";
  if (strcmp(outcome, "none") == 0) {
    result = STORE_NONE;
  } else if (strcmp(outcome, "closed") == 0) {
    pg_say(store, "the round is finalised; its codes are gone");
    result = STORE_CLOSED;
  }
  PQclear(rows);
  return result;
}

enum store_result code_batch_cancel(struct store *store, int round, int municipality,
                                    const char *name) {
  struct arena *arena = arena_new(0);
  struct code_batch batch;
  char id[PG_DECIMAL_MAX];
  if (arena == NULL) {
    return pg_no_memory(store);
  }
  enum store_result result = code_batch_find(store, round, municipality, name, arena, &batch);
  if (result == STORE_OK) {
    pg_decimal(batch.id, id);
    result = run(store, cancel, id);
  }
  arena_free(arena);
  return result;
}

/* ---- a code that was typed */

enum store_result code_find(struct store *store,
                            unsigned char hashes[CRYPTO_GENERATIONS][CRYPTO_DIGEST_BYTES],
                            int generations, struct code_found *found) {
  char current[2 * CRYPTO_DIGEST_BYTES + 1], previous[2 * CRYPTO_DIGEST_BYTES + 1];
  pg_hex(hashes[0], CRYPTO_DIGEST_BYTES, current);
  pg_hex(hashes[generations - 1], CRYPTO_DIGEST_BYTES, previous);
  PGresult *rows = NULL;
  enum store_result result =
      pg_query(store, &rows, STATEMENT_CODE_FIND, 2, current, generations > 1 ? previous : NULL);
  if (result == STORE_OK && PQntuples(rows) == 0) {
    result = STORE_NONE;
  } else if (result == STORE_OK) {
    *found = (struct code_found){.round = pg_number(rows, 0, 0),
                                 .municipality = pg_number(rows, 0, 1),
                                 .generation = pg_number(rows, 0, 4)};
    found->state = pg_true(rows, 0, 2)   ? CODE_CANCELLED
                   : pg_true(rows, 0, 3) ? CODE_USED_UP
                                         : CODE_LIVES;
  }
  PQclear(rows);
  return result;
}
