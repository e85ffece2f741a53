#include "store/documentation_store.h"

#include <string.h>

#include "store/pg.h"

const struct documentation_model *documentation_load(const char *share_dir, struct arena *arena,
                                                     const char **message) {
  json_error_t error;
  const char *path = arena_printf(arena, "%s/templates/documentation/parts.json", share_dir);
  json_t *json = path == NULL ? NULL : json_load_file(path, JSON_REJECT_DUPLICATES, &error);
  if (json == NULL) {
    *message = path == NULL ? "out of memory"
                            : arena_printf(arena, "%s: line %d: %s", path, error.line, error.text);
    return NULL;
  }
  const struct documentation_model *model = documentation_model_read(json, arena, message);
  if (model == NULL) {
    *message = arena_printf(arena, "%s: %s", path, *message);
  }
  json_decref(json);
  return model;
}

/* ---- reading */

/* One that the file no longer names is a text under its id. */
static const struct documentation_part *unknown_part(const char *id, struct arena *arena) {
  struct documentation_part *part = arena_alloc(arena, sizeof *part);
  struct documentation_words *title = arena_array(arena, 2, sizeof *title);
  struct documentation_words *hint = arena_array(arena, 1, sizeof *hint);
  if (part == NULL || title == NULL || hint == NULL || id == NULL) {
    return NULL;
  }
  title[0] = (struct documentation_words){"da", id};
  *part = (struct documentation_part){
      .id = id, .kind = DOCUMENTATION_TEXT, .title = title, .hint = hint};
  return part;
}

static bool read_row(const PGresult *rows, int row, const struct documentation_model *model,
                     struct arena *arena, struct documentation_version *version) {
  bool good = true;
  version->municipality = pg_number(rows, row, 0);
  version->name = pg_text(rows, row, 1, arena, &good);
  version->part = documentation_part_find(model, PQgetvalue(rows, row, 2));
  if (version->part == NULL) {
    version->part = unknown_part(pg_text(rows, row, 2, arena, &good), arena);
  }
  version->number = pg_number(rows, row, 3);
  version->valid_from = pg_text(rows, row, 4, arena, &good);
  version->valid_to = pg_text(rows, row, 5, arena, &good);
  version->text = pg_text(rows, row, 6, arena, &good);
  version->hundredths = PQgetisnull(rows, row, 7) != 0 ? -1 : pg_number(rows, row, 7);
  version->why = pg_text(rows, row, 8, arena, &good);
  version->written_at = pg_text(rows, row, 9, arena, &good);
  version->erased = pg_true(rows, row, 10);
  return good && version->part != NULL;
}

enum store_result documentation_list(struct store *store, int round, int municipality,
                                     const char *part, const struct documentation_model *model,
                                     struct arena *arena, struct documentation_version **versions,
                                     size_t *count) {
  char number[PG_DECIMAL_MAX], code[PG_DECIMAL_MAX];
  PGresult *rows = NULL;
  pg_decimal(round, number);
  pg_decimal(municipality, code);
  *count = 0;
  enum store_result result = pg_query(store, &rows, STATEMENT_DOCUMENTATION_LIST, 3, number,
                                      municipality == 0 ? NULL : code, part);
  if (result != STORE_OK) {
    return result;
  }
  *versions = arena_array(arena, (size_t)PQntuples(rows) + 1, sizeof **versions);
  bool good = *versions != NULL;
  for (int i = 0; good && i < PQntuples(rows); i++) {
    good = read_row(rows, i, model, arena, &(*versions)[i]);
  }
  if (good) {
    *count = (size_t)PQntuples(rows);
    documentation_sort(model, *versions, *count);
  }
  PQclear(rows);
  return good ? STORE_OK : pg_no_memory(store);
}

enum store_result documentation_today(struct store *store, int *today) {
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_DOCUMENTATION_TODAY, 0);
  if (result == STORE_OK) {
    *today = pg_number(rows, 0, 0);
    PQclear(rows);
  }
  return result;
}

/* ---- writing */

/* STORE_OK when there was a row, otherwise what that means. */
static enum store_result touched(PGresult *rows, enum store_result none) {
  int count = PQntuples(rows);
  PQclear(rows);
  return count > 0 ? STORE_OK : none;
}

enum store_result documentation_insert(struct store *store, int municipality, const char *part,
                                       int seen, const struct documentation_entry *entry) {
  char code[PG_DECIMAL_MAX], number[PG_DECIMAL_MAX], hundredths[PG_DECIMAL_MAX];
  PGresult *rows = NULL;
  pg_decimal(municipality, code);
  pg_decimal(seen, number);
  pg_decimal(entry->hundredths, hundredths);
  enum store_result result = pg_query(store, &rows, STATEMENT_DOCUMENTATION_INSERT, 7, code, part,
                                      number, entry->valid_from, entry->text,
                                      entry->hundredths < 0 ? NULL : hundredths, entry->why);
  return result == STORE_OK ? touched(rows, STORE_CONFLICT) : result;
}

enum store_result documentation_erase(struct store *store, int municipality, const char *part,
                                      int version) {
  char code[PG_DECIMAL_MAX], number[PG_DECIMAL_MAX];
  PGresult *rows = NULL;
  pg_decimal(municipality, code);
  pg_decimal(version, number);
  enum store_result result =
      pg_query(store, &rows, STATEMENT_DOCUMENTATION_ERASE, 3, code, part, number);
  return result == STORE_OK ? touched(rows, STORE_NONE) : result;
}
