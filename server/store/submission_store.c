#include "store/submission_store.h"

#include <stdlib.h>
#include <string.h>

#include "store/pg_array.h"

enum { TURNS_MAX = 2 };

/* The parameters of STATEMENT_SUBMISSION_INSERT and STATEMENT_SUBMISSION_JUDGE. */
enum insert_column {
  INSERT_ROUND,
  INSERT_ID,
  INSERT_NUMBER,
  INSERT_MUNICIPALITY,
  INSERT_LANGUAGE,
  INSERT_TRANSLATION,
  INSERT_ANSWERS,
  INSERT_DIGEST,
  INSERT_RECEIPT,
  INSERT_TRACED,
  INSERT_NETWORK,
  INSERT_DEVICE,
  INSERT_SECONDS,
  INSERT_COLUMNS
};
static const enum pg_type insert_types[INSERT_COLUMNS] = {
    [INSERT_ROUND] = PG_TYPE_INT4,    [INSERT_ID] = PG_TYPE_UUID,
    [INSERT_NUMBER] = PG_TYPE_UUID,   [INSERT_MUNICIPALITY] = PG_TYPE_INT2,
    [INSERT_LANGUAGE] = PG_TYPE_TEXT, [INSERT_TRANSLATION] = PG_TYPE_BYTEA,
    [INSERT_ANSWERS] = PG_TYPE_TEXT,  [INSERT_DIGEST] = PG_TYPE_BYTEA,
    [INSERT_RECEIPT] = PG_TYPE_BYTEA, [INSERT_TRACED] = PG_TYPE_BOOL,
    [INSERT_NETWORK] = PG_TYPE_INT4,  [INSERT_DEVICE] = PG_TYPE_INT4,
    [INSERT_SECONDS] = PG_TYPE_INT4,
};

enum judge_column { JUDGE_ROUND, JUDGE_NUMBER, JUDGE_CURRENT, JUDGE_PREVIOUS, JUDGE_COLUMNS };
static const enum pg_type judge_types[JUDGE_COLUMNS] = {
    [JUDGE_ROUND] = PG_TYPE_INT4,
    [JUDGE_NUMBER] = PG_TYPE_UUID,
    [JUDGE_CURRENT] = PG_TYPE_BYTEA,
    [JUDGE_PREVIOUS] = PG_TYPE_BYTEA,
};

struct submission_buffers {
  struct pg_array insert[INSERT_COLUMNS];
  struct pg_array judge[JUDGE_COLUMNS];
};

/* A number and the job that asks for it: a job that replaces asks for two. */
struct ask {
  struct submission_try *try;
  const unsigned char *number;
};

/* What a round does with a new answer, and what stands under a number. */
enum round_word { ROUND_TAKES, ROUND_WAITS, ROUND_PAST };
enum row_word { ROW_ABSENT, ROW_WITHDRAWN, ROW_EQUAL, ROW_DIFFERENT };
struct verdict {
  enum round_word round;
  enum row_word row;
  int generation; /* ROW_EQUAL */
};

struct submission_buffers *submission_buffers_new(void) {
  return calloc(1, sizeof(struct submission_buffers));
}

void submission_buffers_free(struct submission_buffers *buffers) {
  if (buffers == NULL) {
    return;
  }
  for (size_t i = 0; i < INSERT_COLUMNS; i++) {
    pg_array_clear(&buffers->insert[i]);
  }
  for (size_t i = 0; i < JUDGE_COLUMNS; i++) {
    pg_array_clear(&buffers->judge[i]);
  }
  free(buffers);
}

static void add_tag(struct pg_array *array, int value) {
  if (value < 0) {
    pg_array_add_null(array);
  } else {
    pg_array_add_int4(array, value);
  }
}

static void add_row(struct pg_array *columns, const struct ask *ask) {
  const struct writer_job *job = ask->try->job;
  pg_array_add_int4(&columns[INSERT_ROUND], job->round);
  pg_array_add(&columns[INSERT_ID], job->id, sizeof job->id);
  pg_array_add(&columns[INSERT_NUMBER], ask->number, CRYPTO_NUMBER_BYTES);
  pg_array_add_int2(&columns[INSERT_MUNICIPALITY], job->municipality);
  pg_array_add_string(&columns[INSERT_LANGUAGE], job->language);
  pg_array_add(&columns[INSERT_TRANSLATION], job->translation, sizeof job->translation);
  pg_array_add_string(&columns[INSERT_ANSWERS], job->answers);
  pg_array_add(&columns[INSERT_DIGEST], job->digest[0], sizeof job->digest[0]);
  pg_array_add(&columns[INSERT_RECEIPT], job->receipt[0], sizeof job->receipt[0]);
  pg_array_add_bool(&columns[INSERT_TRACED], job->traced);
  add_tag(&columns[INSERT_NETWORK], job->network_tag);
  add_tag(&columns[INSERT_DEVICE], job->device_tag);
  add_tag(&columns[INSERT_SECONDS], job->seconds);
}

/* Inserts what can be inserted; inserted[i] says whether asks[i] was. */
static enum store_result insert(struct store *store, struct submission_buffers *buffers,
                                const struct ask *asks, size_t count, bool *inserted) {
  for (size_t i = 0; i < INSERT_COLUMNS; i++) {
    pg_array_begin(&buffers->insert[i], insert_types[i]);
  }
  for (size_t i = 0; i < count; i++) {
    add_row(buffers->insert, &asks[i]);
    inserted[i] = false;
  }
  PGresult *rows = NULL;
  enum store_result result =
      pg_array_run(store, STATEMENT_SUBMISSION_INSERT, buffers->insert, INSERT_COLUMNS, &rows);
  for (int i = 0; result == STORE_OK && i < PQntuples(rows); i++) {
    unsigned long ordinal = strtoul(PQgetvalue(rows, i, 0), NULL, 10);
    if (ordinal >= 1 && ordinal <= count) {
      inserted[ordinal - 1] = true;
    }
  }
  PQclear(rows);
  return result;
}

static struct verdict verdict_parse(const char *round, const char *row) {
  struct verdict verdict = {ROUND_PAST, ROW_DIFFERENT, 0};
  if (strcmp(round, "taking") == 0) {
    verdict.round = ROUND_TAKES;
  } else if (strcmp(round, "scheduled") == 0) {
    verdict.round = ROUND_WAITS;
  }
  if (strcmp(row, "absent") == 0) {
    verdict.row = ROW_ABSENT;
  } else if (strcmp(row, "withdrawn") == 0) {
    verdict.row = ROW_WITHDRAWN;
  } else if (strcmp(row, "current") == 0 || strcmp(row, "previous") == 0) {
    verdict.row = ROW_EQUAL;
    verdict.generation = row[0] == 'c' ? 0 : 1;
  }
  return verdict;
}

/* Asks, in a snapshot of its own, what stands under each number. */
static enum store_result judge(struct store *store, struct submission_buffers *buffers,
                               const struct ask *asks, size_t count, struct verdict *verdicts) {
  struct pg_array *columns = buffers->judge;
  for (size_t i = 0; i < JUDGE_COLUMNS; i++) {
    pg_array_begin(&columns[i], judge_types[i]);
  }
  for (size_t i = 0; i < count; i++) {
    const struct writer_job *job = asks[i].try->job;
    pg_array_add_int4(&columns[JUDGE_ROUND], job->round);
    pg_array_add(&columns[JUDGE_NUMBER], asks[i].number, CRYPTO_NUMBER_BYTES);
    pg_array_add(&columns[JUDGE_CURRENT], job->digest[0], sizeof job->digest[0]);
    if (job->generations > 1) {
      pg_array_add(&columns[JUDGE_PREVIOUS], job->digest[1], sizeof job->digest[1]);
    } else {
      pg_array_add_null(&columns[JUDGE_PREVIOUS]);
    }
  }
  PGresult *rows = NULL;
  enum store_result result =
      pg_array_run(store, STATEMENT_SUBMISSION_JUDGE, columns, JUDGE_COLUMNS, &rows);
  if (result == STORE_OK && (size_t)PQntuples(rows) != count) {
    result = STORE_FAULT;
  }
  for (size_t i = 0; result == STORE_OK && i < count; i++) {
    verdicts[i] = verdict_parse(PQgetvalue(rows, (int)i, 0), PQgetvalue(rows, (int)i, 1));
  }
  PQclear(rows);
  return result;
}

static void settle(struct submission_try *try, enum writer_result result) {
  try->job->result = result;
  try->settled = true;
}

/* Leaves the job unsettled when nothing stands in its way: whatever held it back is
 * gone (an insert of another server that was rolled back, a round just opened). */
static void settle_judged(struct submission_try *try, const struct verdict *verdict) {
  switch (verdict->row) {
  case ROW_WITHDRAWN:
    settle(try, WRITER_WITHDRAWN);
    return;
  case ROW_EQUAL:
    try->job->generation = verdict->generation;
    settle(try, WRITER_REPEAT);
    return;
  case ROW_DIFFERENT:
    settle(try, WRITER_DIFFERENT);
    return;
  case ROW_ABSENT:
    break;
  }
  switch (verdict->round) {
  case ROUND_TAKES:
    return;
  case ROUND_WAITS:
    settle(try, WRITER_NOT_OPEN);
    return;
  case ROUND_PAST:
    settle(try, WRITER_CLOSED);
    return;
  }
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

/* The unsettled plain answers of a batch: the first of each number by number, as they
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
    if (tries[i].job->kind == WRITER_STORE && !tries[i].settled) {
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
 * right because the second one only reads: it runs when some numbers were there
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
  enum store_result result = insert(store, buffers, picked.firsts, picked.firsts_count, inserted);
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
  result = judge(store, buffers, picked.rest, picked.rest_count, verdicts);
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
    if (tries[i].job->kind == WRITER_STORE && !tries[i].settled) {
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
  enum store_result result = insert(store, replacing->buffers, replacement, 1, &inserted);
  if (result == STORE_OK && !inserted) {
    /* The round closed or the replacement came in since it was judged: all of it again. */
    return STORE_BUSY;
  }
  return result;
}

/* The old row is locked by a statement of its own, so that the next one sees what
 * another replacement of it has committed meanwhile. */
static enum store_result replace(struct store *store, void *context) {
  const struct replacing *replacing = context;
  struct writer_job *job = replacing->try->job;
  struct ask asks[] = {{replacing->try, job->number}, {replacing->try, job->replacement}};
  struct verdict verdicts[2];
  enum store_result result = run_numbered(store, STATEMENT_SUBMISSION_LOCK, job);
  if (result == STORE_OK) {
    result = judge(store, replacing->buffers, asks, array_length(asks), verdicts);
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
