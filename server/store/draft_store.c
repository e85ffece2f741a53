#include "store/draft_store.h"

#include <string.h>

#include "store/door.h"

enum { NUMBER_DIGITS_MAX = 18 };

enum store_result draft_keep(struct store *store, struct arena *arena, struct draft *draft) {
  char version[PG_DECIMAL_MAX];
  PGresult *rows = NULL;
  bool good = true;
  pg_decimal(draft->version, version);
  enum store_result result = draft_hold(store, draft->questionnaire);
  if (result == STORE_OK) {
    result = pg_query(store, &rows, STATEMENT_DRAFT_ROOM, 1, draft->questionnaire);
  }
  if (result == STORE_OK && pg_number(rows, 0, 0) >= DRAFT_MOST) {
    pg_say(store, "the account has %d drafts; hint: throw one away", DRAFT_MOST);
    result = STORE_REFUSED;
  }
  PQclear(rows);
  rows = NULL;
  if (result == STORE_OK) {
    result = pg_ask(store, STATEMENT_DRAFT_REPLACE, 1, draft->questionnaire);
  }
  if (result == STORE_OK) {
    result =
        pg_query(store, &rows, STATEMENT_DRAFT_INSERT, 7, draft->questionnaire, version,
                 draft->title, draft->file, draft->definition, draft->translations, draft->remarks);
  }
  if (result == STORE_OK) {
    draft->id = pg_text(rows, 0, 0, arena, &good);
  }
  PQclear(rows);
  return good ? result : pg_no_memory(store);
}

static bool read_draft(const PGresult *rows, int row, bool whole, struct arena *arena,
                       struct draft *draft) {
  bool good = true;
  *draft = (struct draft){.id = pg_text(rows, row, 0, arena, &good),
                          .questionnaire = pg_text(rows, row, 1, arena, &good),
                          .version = pg_number(rows, row, 2),
                          .title = pg_text(rows, row, 3, arena, &good),
                          .file = pg_text(rows, row, 4, arena, &good),
                          .made_at = pg_text(rows, row, 5, arena, &good)};
  if (whole) {
    draft->definition = pg_text(rows, row, 6, arena, &good);
    draft->translations = pg_text(rows, row, 7, arena, &good);
    draft->remarks = pg_text(rows, row, 8, arena, &good);
  }
  return good;
}

enum store_result draft_list(struct store *store, struct arena *arena, struct draft **drafts,
                             size_t *count) {
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_DRAFT_LIST, 0);
  if (result != STORE_OK) {
    return result;
  }
  *count = (size_t)PQntuples(rows);
  *drafts = arena_array(arena, *count + 1, sizeof(**drafts));
  bool good = *drafts != NULL;
  for (int i = 0; i < PQntuples(rows) && good; i++) {
    good = read_draft(rows, i, false, arena, &(*drafts)[i]);
  }
  PQclear(rows);
  return good ? STORE_OK : pg_no_memory(store);
}

static enum store_result find(struct store *store, enum statement statement, const char *key,
                              struct arena *arena, struct draft *draft) {
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, statement, 1, key);
  if (result == STORE_OK && PQntuples(rows) == 0) {
    pg_say(store, "there is no such draft");
    result = STORE_NONE;
  } else if (result == STORE_OK && !read_draft(rows, 0, true, arena, draft)) {
    result = pg_no_memory(store);
  }
  PQclear(rows);
  return result;
}

static bool is_number(const char *id) {
  size_t digits = strspn(id, "0123456789");
  return digits > 0 && digits <= NUMBER_DIGITS_MAX && id[digits] == '\0';
}

enum store_result draft_find(struct store *store, const char *id, struct arena *arena,
                             struct draft *draft) {
  return is_number(id) ? find(store, STATEMENT_DRAFT_FIND, id, arena, draft) : STORE_NONE;
}

enum store_result draft_find_of(struct store *store, const char *questionnaire, struct arena *arena,
                                struct draft *draft) {
  return find(store, STATEMENT_DRAFT_FIND_OF, questionnaire, arena, draft);
}

enum store_result draft_translate(struct store *store, const char *id, const char *language,
                                  const char *json) {
  return is_number(id) ? pg_ask_one(store, STATEMENT_DRAFT_TRANSLATE, 3, id, language, json)
                       : STORE_NONE;
}

enum store_result draft_delete(struct store *store, const char *id) {
  return is_number(id) ? pg_ask_one(store, STATEMENT_DRAFT_DELETE, 1, id) : STORE_NONE;
}

enum store_result draft_hold(struct store *store, const char *questionnaire) {
  return pg_ask(store, STATEMENT_DRAFT_HOLD, 1, questionnaire);
}

enum store_result draft_sweep(struct store *store, bool dry, int *count) {
  PGresult *rows = NULL;
  enum store_result result =
      pg_query(store, &rows, STATEMENT_DRAFT_SWEEP, 1, dry ? "true" : "false");
  *count = result == STORE_OK ? pg_number(rows, 0, 0) : 0;
  PQclear(rows);
  return result;
}
