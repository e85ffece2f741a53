#include "store/status_store.h"

#include "store/pg.h"

static const char *text_or_null(const PGresult *rows, int row, int column, struct arena *arena,
                                bool *good) {
  return PQgetisnull(rows, row, column) ? NULL : pg_text(rows, row, column, arena, good);
}

static bool read_rows(const PGresult *found, struct arena *arena, struct status_row *rows) {
  bool good = true;
  for (int i = 0; i < PQntuples(found); i++) {
    rows[i] = (struct status_row){
        .municipality = pg_number(found, i, 0),
        .name = pg_text(found, i, 1, arena, &good),
        .answers = pg_text(found, i, 2, arena, &good),
        .closed = pg_number(found, i, 3),
        .interrupted = pg_number(found, i, 4),
        .courses_on = text_or_null(found, i, 5, arena, &good),
        .printed_on = text_or_null(found, i, 6, arena, &good),
    };
  }
  return good;
}

enum store_result status_list(struct store *store, int round, struct arena *arena,
                              struct status_row **rows, size_t *count) {
  char number[PG_DECIMAL_MAX];
  PGresult *found = NULL;
  pg_decimal(round, number);
  enum store_result result = pg_query(store, &found, STATEMENT_STATUS_LIST, 1, number);
  if (result != STORE_OK) {
    return result;
  }
  *count = (size_t)PQntuples(found);
  *rows = arena_array(arena, *count + 1, sizeof **rows);
  bool good = *rows != NULL && read_rows(found, arena, *rows);
  PQclear(found);
  return good ? STORE_OK : pg_no_memory(store);
}
