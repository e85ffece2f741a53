#include "store/export_store.h"

#include <stdlib.h>
#include <string.h>

#include "store/quality_row.h"

static const char begin[] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/* A sort of a large round would spill answers into temporary files; the primary key
 * gives them in order. */
static const char in_order[] = "SET LOCAL enable_sort = off; SET LOCAL jit = off";

/* Before the snapshot: who is finalising holds the table until they commit, and a snapshot from
 * before that would show none of the round's new rows. */
static const char in_turn[] = "LOCK TABLE ONLY submission IN ACCESS SHARE MODE";

enum column {
  COLUMN_ID,
  COLUMN_MUNICIPALITY,
  COLUMN_NAME,
  COLUMN_LANGUAGE,
  COLUMN_WEEK,
  COLUMN_ANSWERS,
  COLUMN_EXTERNAL_ID,
  COLUMN_FLAGS, /* seven of them */
  COLUMN_REVIEWED = COLUMN_FLAGS + 7
};

enum { PARAMETERS = 5 };

/* What the statements take of a filter, as text. */
struct parameters {
  char round[PG_DECIMAL_MAX];
  const char *municipalities, *languages, *from, *to; /* NULL: all */
};

struct stream {
  struct parameters parameters;
  export_each *each;
  export_repeat *again;
  void *context;
  bool begun; /* rows were handed over */
  bool ended; /* by each */
};

static bool read_filter(const struct export_filter *filter, struct arena *arena,
                        struct parameters *parameters) {
  *parameters = (struct parameters){.from = filter->from, .to = filter->to};
  pg_decimal(filter->round, parameters->round);
  if (filter->municipalities_count > 0) {
    parameters->municipalities =
        pg_numbers_json(filter->municipalities, filter->municipalities_count, arena);
  }
  if (filter->languages_count > 0) {
    parameters->languages = pg_strings_json(filter->languages, filter->languages_count, arena);
  }
  return (filter->municipalities_count == 0 || parameters->municipalities != NULL) &&
         (filter->languages_count == 0 || parameters->languages != NULL);
}

static enum store_result ask(struct store *store, PGresult **rows, enum statement statement,
                             const struct parameters *parameters) {
  return pg_query(store, rows, statement, PARAMETERS, parameters->round, parameters->municipalities,
                  parameters->languages, parameters->from, parameters->to);
}

static enum store_result count_rows(struct store *store, const struct parameters *parameters,
                                    long long *count) {
  PGresult *rows = NULL;
  enum store_result result = ask(store, &rows, STATEMENT_EXPORT_COUNT, parameters);
  if (result == STORE_OK && PQntuples(rows) == 0) {
    result = STORE_NONE;
  }
  if (result == STORE_OK) {
    *count = strtoll(PQgetvalue(rows, 0, 0), NULL, 10);
  }
  PQclear(rows);
  return result;
}

static enum store_result find_round(struct store *store, const struct stream *stream) {
  PGresult *rows = NULL;
  enum store_result result =
      pg_query(store, &rows, STATEMENT_EXPORT_ROUND, 1, stream->parameters.round);
  if (result == STORE_OK && PQntuples(rows) == 0) {
    result = STORE_NONE;
  }
  PQclear(rows);
  return result;
}

static enum store_result declare(struct store *store, const struct stream *stream) {
  PGresult *rows = NULL;
  enum store_result result = ask(store, &rows, STATEMENT_EXPORT_DECLARE, &stream->parameters);
  PQclear(rows);
  return result;
}

static enum store_result close_cursor(struct store *store) {
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_EXPORT_CLOSE, 0);
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
        .reviewed =
            PQgetisnull(rows, i, COLUMN_REVIEWED) ? NULL : PQgetvalue(rows, i, COLUMN_REVIEWED),
    };
    stream->begun = true;
    stream->ended = !stream->each(stream->context, &row);
  }
}

static enum store_result stream_once(struct store *store, struct stream *stream) {
  enum store_result result = declare(store, stream);
  bool more = true;
  while (result == STORE_OK && more && !stream->ended) {
    PGresult *rows = NULL;
    result = pg_query(store, &rows, STATEMENT_EXPORT_FETCH, 0);
    more = PQntuples(rows) > 0;
    hand_over(stream, rows);
    PQclear(rows);
  }
  return result == STORE_OK ? close_cursor(store) : result;
}

static enum store_result stream_rows(struct store *store, void *context) {
  struct stream *stream = context;
  enum store_result result = pg_command(store, in_turn);
  if (result == STORE_OK) {
    result = pg_command(store, in_order);
  }
  if (result == STORE_OK) {
    result = find_round(store, stream);
  }
  for (bool more = true; result == STORE_OK && more;) {
    result = stream_once(store, stream);
    more = result == STORE_OK && !stream->ended && stream->again != NULL &&
           stream->again(stream->context);
    stream->begun = stream->begun || more;
  }
  /* A standby may cancel the question; rows that went out cannot be taken back, so it
   * must not be asked again. */
  return result == STORE_BUSY && stream->begun ? STORE_FAULT : result;
}

enum store_result export_count(struct store *store, const struct export_filter *filter,
                               long long *count) {
  struct parameters parameters;
  struct arena *arena = arena_new(0);
  enum store_result result = arena != NULL && read_filter(filter, arena, &parameters)
                                 ? count_rows(store, &parameters, count)
                                 : pg_no_memory(store);
  arena_free(arena);
  return result;
}

enum store_result export_rows(struct store *store, const struct export_filter *filter,
                              export_each *each, export_repeat *again, void *context) {
  struct stream stream = {.each = each, .again = again, .context = context};
  struct arena *arena = arena_new(0);
  enum store_result result = arena != NULL && read_filter(filter, arena, &stream.parameters)
                                 ? pg_transaction(store, begin, stream_rows, &stream)
                                 : pg_no_memory(store);
  arena_free(arena);
  return result;
}

bool export_response(const struct export_row *row, const struct questionnaire *questionnaire,
                     struct arena *arena, struct response *response) {
  const struct quality_flags *flags = &row->flags;
  *response = (struct response){.id = row->response_id,
                                .municipality = row->municipality,
                                .municipality_name = row->municipality_name,
                                .language = row->language,
                                .week = row->received_week,
                                .answer = answer_from_json(questionnaire, arena, row->answers),
                                .flags = {[FLAG_DUPLICATE] = flags->duplicate,
                                          [FLAG_SCALE] = flags->scale,
                                          [FLAG_SPEED] = flags->speed,
                                          [FLAG_STRAIGHTLINE] = flags->straightline,
                                          [FLAG_EMPTY] = flags->empty,
                                          [FLAG_BURST] = flags->burst},
                                .weight = flags->weight,
                                .external_id = row->external_id,
                                .reviewed = row->reviewed};
  return response->answer != NULL;
}
