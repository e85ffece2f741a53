#include "store/submission_ask.h"

#include <stdlib.h>
#include <string.h>

#include "store/pg_array.h"

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

enum { SPEND_HASH, SPEND_USES, SPEND_COLUMNS };

struct submission_buffers {
  struct pg_array insert[INSERT_COLUMNS];
  struct pg_array judge[JUDGE_COLUMNS];
  struct pg_array spend[SPEND_COLUMNS];
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
  for (size_t i = 0; i < SPEND_COLUMNS; i++) {
    pg_array_clear(&buffers->spend[i]);
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

enum store_result ask_insert(struct store *store, struct submission_buffers *buffers,
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

enum store_result ask_judge(struct store *store, struct submission_buffers *buffers,
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

bool ask_settles(struct writer_job *job, const struct verdict *verdict,
                 enum writer_result *result) {
  switch (verdict->row) {
  case ROW_WITHDRAWN:
    *result = WRITER_WITHDRAWN;
    return true;
  case ROW_EQUAL:
    job->generation = verdict->generation;
    *result = WRITER_REPEAT;
    return true;
  case ROW_DIFFERENT:
    *result = WRITER_DIFFERENT;
    return true;
  case ROW_ABSENT:
    break;
  }
  *result = verdict->round == ROUND_WAITS ? WRITER_NOT_OPEN : WRITER_CLOSED;
  return verdict->round != ROUND_TAKES;
}

enum store_result ask_lock_codes(struct store *store, struct submission_buffers *buffers,
                                 const struct writer_job *const *jobs, size_t count,
                                 struct code_lock *locks) {
  struct pg_array *hashes = &buffers->spend[SPEND_HASH];
  pg_array_begin(hashes, PG_TYPE_BYTEA);
  for (size_t i = 0; i < count; i++) {
    pg_array_add(hashes, jobs[i]->code, sizeof jobs[i]->code);
    locks[i] = (struct code_lock){0};
  }
  PGresult *rows = NULL;
  enum store_result result = pg_array_run(store, STATEMENT_CODE_LOCK, hashes, 1, &rows);
  for (int i = 0; result == STORE_OK && i < PQntuples(rows); i++) {
    int ordinal = pg_number(rows, i, 0);
    if (ordinal >= 1 && (size_t)ordinal <= count) {
      locks[ordinal - 1] = (struct code_lock){
          .found = true, .uses_left = pg_number(rows, i, 1), .cancelled = pg_true(rows, i, 2)};
    }
  }
  PQclear(rows);
  return result;
}

enum store_result ask_spend(struct store *store, struct submission_buffers *buffers,
                            const struct writer_job *const *jobs, const int *uses, size_t count) {
  pg_array_begin(&buffers->spend[SPEND_HASH], PG_TYPE_BYTEA);
  pg_array_begin(&buffers->spend[SPEND_USES], PG_TYPE_INT4);
  for (size_t i = 0; i < count; i++) {
    pg_array_add(&buffers->spend[SPEND_HASH], jobs[i]->code, sizeof jobs[i]->code);
    pg_array_add_int4(&buffers->spend[SPEND_USES], uses[i]);
  }
  PGresult *rows = NULL;
  enum store_result result =
      pg_array_run(store, STATEMENT_CODE_SPEND, buffers->spend, SPEND_COLUMNS, &rows);
  if (result == STORE_OK && strtoul(PQcmdTuples(rows), NULL, 10) != count) {
    pg_say(store, "a code that was locked is gone");
    result = STORE_FAULT;
  }
  PQclear(rows);
  return result;
}

bool ask_code_refuses(const struct code_lock *lock, enum writer_result *result) {
  *result = WRITER_USED_UP;
  if (!lock->found) {
    *result = WRITER_CLOSED; /* its round was finalised meanwhile */
  } else if (lock->cancelled) {
    *result = WRITER_CANCELLED;
  }
  return !lock->found || lock->cancelled || lock->uses_left == 0;
}
