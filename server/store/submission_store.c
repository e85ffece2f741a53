#include "store/submission_store.h"

#include <stdlib.h>
#include <string.h>

#include "store/submission_ask.h"

enum { TURNS_MAX = 2 };

static void settle(struct submission_try *try, enum writer_result result) {
  try->job->result = result;
  try->settled = true;
}

/* Leaves the job unsettled when nothing stands in its way: whatever held it back is
 * gone (an insert of another server that was rolled back, a round just opened). */
static void settle_judged(struct submission_try *try, const struct verdict *verdict) {
  enum writer_result result;
  if (ask_settles(try->job, verdict, &result)) {
    settle(try, result);
  }
}

static bool is_plain(const struct submission_try *try) {
  return try->job->kind == WRITER_STORE && !try->job->coded && !try->settled;
}

static int compare_numbers(const struct ask *a, const struct ask *b) {
  int rounds =
      (a->try->job->round > b->try->job->round) - (a->try->job->round < b->try->job->round);
  return rounds != 0 ? rounds : memcmp(a->number, b->number, CRYPTO_NUMBER_BYTES);
}

/* Equal numbers in the order of the queue: the tries are one array. */
static int compare_asks(const void *left, const void *right) {
  const struct ask *a = left, *b = right;
  int numbers = compare_numbers(a, b);
  return numbers != 0 ? numbers : (a->try > b->try) - (a->try < b->try);
}

/* The unsettled answers by open links of a batch: the first of each number by number, as they
 * are inserted, and those left to be judged. */
struct picked {
  struct ask firsts[WRITER_BATCH_MAX];
  size_t firsts_count;
  struct ask rest[WRITER_BATCH_MAX];
  size_t rest_count;
};

static void pick(struct submission_try *tries, size_t count, struct picked *picked) {
  struct ask asks[WRITER_BATCH_MAX];
  size_t asks_count = 0;
  picked->firsts_count = picked->rest_count = 0;
  for (size_t i = 0; i < count; i++) {
    if (is_plain(&tries[i])) {
      asks[asks_count++] = (struct ask){&tries[i], tries[i].job->number};
    }
  }
  if (asks_count == 0) {
    return;
  }
  qsort(asks, asks_count, sizeof asks[0], compare_asks);
  for (size_t i = 0; i < asks_count; i++) {
    if (i == 0 || compare_numbers(&asks[i - 1], &asks[i]) != 0) {
      picked->firsts[picked->firsts_count++] = asks[i];
    } else {
      picked->rest[picked->rest_count++] = asks[i];
    }
  }
}

/* Each statement commits by itself, which saves two round trips a batch. That is
 * right because the second one changes nothing: it runs when some numbers were there
 * already, committed (ON CONFLICT waits for an insert under way), and what stands
 * under a number changes only by withdrawal or finalising, each of which is then the
 * true answer at that moment. */
static enum store_result store_once(struct store *store, struct submission_buffers *buffers,
                                    struct submission_try *tries, size_t count) {
  struct picked picked;
  bool inserted[WRITER_BATCH_MAX];
  struct verdict verdicts[WRITER_BATCH_MAX];
  pick(tries, count, &picked);
  if (picked.firsts_count == 0) {
    return STORE_OK;
  }
  enum store_result result =
      ask_insert(store, buffers, picked.firsts, picked.firsts_count, inserted);
  if (result != STORE_OK) {
    return result;
  }
  for (size_t i = 0; i < picked.firsts_count; i++) {
    if (inserted[i]) {
      settle(picked.firsts[i].try, WRITER_STORED);
    } else {
      picked.rest[picked.rest_count++] = picked.firsts[i];
    }
  }
  if (picked.rest_count == 0) {
    return STORE_OK;
  }
  result = ask_judge(store, buffers, picked.rest, picked.rest_count, verdicts);
  for (size_t i = 0; result == STORE_OK && i < picked.rest_count; i++) {
    settle_judged(picked.rest[i].try, &verdicts[i]);
  }
  return result;
}

enum store_result submission_store(struct store *store, struct submission_buffers *buffers,
                                   struct submission_try *tries, size_t count) {
  if (count > WRITER_BATCH_MAX) {
    return STORE_FAULT;
  }
  for (int turn = 0; turn < TURNS_MAX; turn++) {
    enum store_result result = store_once(store, buffers, tries, count);
    if (result != STORE_OK) {
      return result;
    }
  }
  for (size_t i = 0; i < count; i++) {
    if (is_plain(&tries[i])) {
      return STORE_BUSY;
    }
  }
  return STORE_OK;
}

/* With the round as a constant of the plan its partition alone is locked; the plan of a
 * whole session would lock those of all rounds, also of one that is being finalised. */
static const char begin_rare[] = "BEGIN; SET LOCAL plan_cache_mode = force_custom_plan";

struct replacing {
  struct submission_buffers *buffers;
  struct submission_try *try;
};

/* Runs a statement of (round, number) for the number that is replaced. */
static enum store_result run_numbered(struct store *store, enum statement statement,
                                      const struct writer_job *job) {
  char round[PG_DECIMAL_MAX];
  char number[2 * CRYPTO_NUMBER_BYTES + 1];
  pg_decimal(job->round, round);
  pg_hex(job->number, sizeof job->number, number);
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, statement, 2, round, number);
  PQclear(rows);
  return result;
}

static enum store_result swap(struct store *store, const struct replacing *replacing,
                              const struct ask *replacement, bool withdraw) {
  bool inserted = false;
  if (withdraw) {
    enum store_result result =
        run_numbered(store, STATEMENT_SUBMISSION_SUPERSEDE, replacing->try->job);
    if (result != STORE_OK) {
      return result;
    }
  }
  enum store_result result = ask_insert(store, replacing->buffers, replacement, 1, &inserted);
  if (result == STORE_OK && !inserted) {
    /* The round closed or the replacement came in since it was judged: all of it again. */
    return STORE_BUSY;
  }
  return result;
}

/* Only what replaces an answer is free: with a number that nothing stands under it is one
 * more answer, and costs a use of the code. */
static enum store_result add_coded(struct store *store, const struct replacing *replacing,
                                   const struct ask *replacement, const struct code_lock *lock) {
  struct writer_job *job = replacing->try->job;
  const struct writer_job *const jobs[] = {job};
  static const int one[] = {1};
  if (ask_code_refuses(lock, &job->result)) {
    return STORE_OK;
  }
  job->result = WRITER_STORED;
  enum store_result result = swap(store, replacing, replacement, false);
  return result == STORE_OK ? ask_spend(store, replacing->buffers, jobs, one, 1) : result;
}

/* A code is locked before anything else, as by those who store. */
static enum store_result lock_replaced(struct store *store, const struct replacing *replacing,
                                       struct code_lock *lock) {
  const struct writer_job *const jobs[] = {replacing->try->job};
  enum store_result result = STORE_OK;
  if (jobs[0]->coded) {
    result = ask_lock_codes(store, replacing->buffers, jobs, 1, lock);
  }
  return result == STORE_OK ? run_numbered(store, STATEMENT_SUBMISSION_LOCK, jobs[0]) : result;
}

/* The old row is locked by a statement of its own, so that the next one sees what
 * another replacement of it has committed meanwhile. */
static enum store_result replace(struct store *store, void *context) {
  const struct replacing *replacing = context;
  struct writer_job *job = replacing->try->job;
  struct ask asks[] = {{replacing->try, job->number}, {replacing->try, job->replacement}};
  struct verdict verdicts[2];
  struct code_lock lock = {0};
  enum store_result result = lock_replaced(store, replacing, &lock);
  if (result == STORE_OK) {
    result = ask_judge(store, replacing->buffers, asks, array_length(asks), verdicts);
  }
  if (result != STORE_OK) {
    return result;
  }
  const struct verdict *old = &verdicts[0], *new = &verdicts[1];
  job->original = false;
  if (new->row == ROW_EQUAL) {
    job->result = WRITER_REPEAT;
    job->generation = new->generation;
  } else if (old->row == ROW_WITHDRAWN || new->row == ROW_WITHDRAWN) {
    job->result = WRITER_WITHDRAWN;
  } else if (new->row == ROW_DIFFERENT) {
    job->result = WRITER_DIFFERENT;
  } else if (old->row == ROW_EQUAL) {
    job->result = WRITER_REPEAT;
    job->generation = old->generation;
    job->original = true;
  } else if (old->round != ROUND_TAKES) {
    job->result = old->round == ROUND_WAITS ? WRITER_NOT_OPEN : WRITER_CLOSED;
  } else if (job->coded && old->row == ROW_ABSENT) {
    return add_coded(store, replacing, &asks[1], &lock);
  } else {
    job->result = WRITER_STORED;
    return swap(store, replacing, &asks[1], old->row == ROW_DIFFERENT);
  }
  return STORE_OK;
}

enum store_result submission_replace(struct store *store, struct submission_buffers *buffers,
                                     struct submission_try *try) {
  struct replacing replacing = {buffers, try};
  enum store_result result = pg_transaction_once(store, begin_rare, replace, &replacing);
  try->settled = result == STORE_OK;
  return result;
}

/* What the receipt is of: rows of (round, id, withdrawn, whether the job's round is
 * finalised); one row without an id when there is none. */
static enum store_result find_held(struct store *store, const struct writer_job *job,
                                   PGresult **rows) {
  char round[PG_DECIMAL_MAX], municipality[PG_DECIMAL_MAX];
  char current[2 * CRYPTO_DIGEST_BYTES + 1], previous[2 * CRYPTO_DIGEST_BYTES + 1];
  pg_decimal(job->round, round);
  pg_decimal(job->municipality, municipality);
  pg_hex(job->receipt[0], sizeof job->receipt[0], current);
  pg_hex(job->receipt[1], sizeof job->receipt[1], previous);
  enum store_result result = pg_query(store, rows, STATEMENT_SUBMISSION_HELD, 4, municipality,
                                      round, current, job->generations > 1 ? previous : NULL);
  return result == STORE_OK && PQntuples(*rows) == 0 ? STORE_FAULT : result;
}

/* Whoever came in between, withdrawing or finalising, is seen at the next try. */
static enum store_result empty(struct store *store, const PGresult *held, int row) {
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_SUBMISSION_WITHDRAW, 2,
                                      PQgetvalue(held, row, 0), PQgetvalue(held, row, 1));
  if (result == STORE_OK && PQntuples(rows) == 0) {
    result = STORE_BUSY;
  }
  PQclear(rows);
  return result;
}

static enum store_result withdraw(struct store *store, void *context) {
  struct writer_job *job = context;
  PGresult *held = NULL;
  enum store_result result = find_held(store, job, &held);
  job->result = WRITER_WITHDRAWN;
  for (int i = 0; result == STORE_OK && i < PQntuples(held); i++) {
    if (PQgetisnull(held, i, 1)) {
      job->result = pg_true(held, i, 3) ? WRITER_CLOSED : WRITER_UNKNOWN;
    } else if (!pg_true(held, i, 2)) {
      result = empty(store, held, i);
    }
  }
  PQclear(held);
  return result;
}

enum store_result submission_withdraw(struct store *store, struct submission_try *try) {
  enum store_result result = pg_transaction_once(store, begin_rare, withdraw, try->job);
  try->settled = result == STORE_OK;
  return result;
}
