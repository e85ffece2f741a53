#include "store/export_store.h"

#include <stdlib.h>

#include "store/quality_row.h"

/* A sort of a large round would spill answers into temporary files; the primary key
 * gives them in order. */
static const char begin[] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"
                            "SET LOCAL enable_sort = off; SET LOCAL jit = off";

enum column {
  COLUMN_ID,
  COLUMN_MUNICIPALITY,
  COLUMN_NAME,
  COLUMN_LANGUAGE,
  COLUMN_WEEK,
  COLUMN_ANSWERS,
  COLUMN_EXTERNAL_ID,
  COLUMN_FLAGS /* seven of them */
};

struct stream {
  const char *round;
  export_each *each;
  void *context;
  bool begun; /* rows were handed over */
  bool ended; /* by each */
};

enum store_result export_count(struct store *store, int round, long long *count) {
  char text[PG_DECIMAL_MAX];
  PGresult *rows = NULL;
  pg_decimal(round, text);
  enum store_result result = pg_query(store, &rows, STATEMENT_EXPORT_COUNT, 1, text);
  if (result == STORE_OK && PQntuples(rows) == 0) {
    result = STORE_NONE;
  }
  if (result == STORE_OK) {
    *count = strtoll(PQgetvalue(rows, 0, 0), NULL, 10);
  }
  PQclear(rows);
  return result;
}

static enum store_result declare(struct store *store, const struct stream *stream) {
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_EXPORT_ROUND, 1, stream->round);
  if (result == STORE_OK && PQntuples(rows) == 0) {
    result = STORE_NONE;
  }
  PQclear(rows);
  if (result != STORE_OK) {
    return result;
  }
  result = pg_query(store, &rows, STATEMENT_EXPORT_DECLARE, 1, stream->round);
  PQclear(rows);
  return result;
}

static void hand_over(struct stream *stream, const PGresult *rows) {
  for (int i = 0; i < PQntuples(rows) && !stream->ended; i++) {
    struct export_row row = {
        .response_id = PQgetvalue(rows, i, COLUMN_ID),
        .municipality = pg_number(rows, i, COLUMN_MUNICIPALITY),
        .municipality_name = PQgetvalue(rows, i, COLUMN_NAME),
        .language = PQgetvalue(rows, i, COLUMN_LANGUAGE),
        .received_week = PQgetvalue(rows, i, COLUMN_WEEK),
        .answers = PQgetvalue(rows, i, COLUMN_ANSWERS),
        .external_id = PQgetisnull(rows, i, COLUMN_EXTERNAL_ID)
                           ? NULL
                           : PQgetvalue(rows, i, COLUMN_EXTERNAL_ID),
        .flags = quality_read_flags(rows, i, COLUMN_FLAGS),
    };
    stream->begun = true;
    stream->ended = !stream->each(stream->context, &row);
  }
}

static enum store_result stream_rows(struct store *store, void *context) {
  struct stream *stream = context;
  enum store_result result = declare(store, stream);
  bool more = true;
  while (result == STORE_OK && more && !stream->ended) {
    PGresult *rows = NULL;
    result = pg_query(store, &rows, STATEMENT_EXPORT_FETCH, 0);
    more = PQntuples(rows) > 0;
    hand_over(stream, rows);
    PQclear(rows);
  }
  /* A standby may cancel the question; rows that went out cannot be taken back, so it
   * must not be asked again. */
  return result == STORE_BUSY && stream->begun ? STORE_FAULT : result;
}

enum store_result export_rows(struct store *store, int round, export_each *each, void *context) {
  char text[PG_DECIMAL_MAX];
  struct stream stream = {.round = text, .each = each, .context = context};
  pg_decimal(round, text);
  return pg_transaction(store, begin, stream_rows, &stream);
}
