#include "store/questionnaire_store.h"

#include "store/pg.h"

enum { HASH_CHARACTERS = 2 * QUESTIONNAIRE_HASH_BYTES };

struct insertion {
  const struct questionnaire *questionnaire;
  const char *version;
  const char *json;
  char hash[HASH_CHARACTERS + 1];
  bool same_words; /* the one that is there differs in what no respondent reads */
};

/* A questionnaire of this version is there: is it this one, and may it change? */
static enum store_result compare(struct store *store, struct insertion *insertion) {
  const char *id = insertion->questionnaire->id;
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_QUESTIONNAIRE_COMPARE, 4, id,
                                      insertion->version, insertion->hash, insertion->json);
  insertion->same_words = result == STORE_OK && pg_true(rows, 0, 0);
  if (insertion->same_words && pg_true(rows, 0, 2)) {
    pg_say(store, "%s version %s is there already", id, insertion->version);
    result = STORE_DUPLICATE;
  } else if (result == STORE_OK && !insertion->same_words && pg_true(rows, 0, 1)) {
    pg_say(store, "a round uses %s version %s, so it stays as it is; hint: raise \"version\"", id,
           insertion->version);
    result = STORE_CONFLICT;
  }
  PQclear(rows);
  return result;
}

static enum store_result replace(struct store *store, const struct insertion *insertion) {
  const struct questionnaire *questionnaire = insertion->questionnaire;
  PGresult *rows = NULL;
  enum store_result result = pg_query(
      store, &rows, STATEMENT_QUESTIONNAIRE_UPDATE, 6, questionnaire->id, insertion->version,
      questionnaire->language, questionnaire->title.text, insertion->json, insertion->hash);
  PQclear(rows);
  if (result != STORE_OK || insertion->same_words) {
    return result;
  }
  /* Whoever approved a translation approved it of other words. */
  result =
      pg_query(store, &rows, STATEMENT_TRANSLATION_DOUBT, 2, questionnaire->id, insertion->version);
  PQclear(rows);
  return result;
}

static enum store_result insert(struct store *store, void *context) {
  struct insertion *insertion = context;
  const struct questionnaire *questionnaire = insertion->questionnaire;
  PGresult *rows = NULL;
  enum store_result result = pg_query(
      store, &rows, STATEMENT_QUESTIONNAIRE_INSERT, 6, questionnaire->id, insertion->version,
      questionnaire->language, questionnaire->title.text, insertion->json, insertion->hash);
  bool inserted = PQntuples(rows) > 0;
  PQclear(rows);
  if (result != STORE_OK || inserted) {
    return result;
  }
  result = compare(store, insertion);
  return result == STORE_OK ? replace(store, insertion) : result;
}

enum store_result questionnaire_insert(struct store *store,
                                       const struct questionnaire *questionnaire,
                                       const char *json) {
  char version[PG_DECIMAL_MAX];
  pg_decimal(questionnaire->version, version);
  struct insertion insertion = {.questionnaire = questionnaire, .version = version, .json = json};
  pg_hex(questionnaire->hash, sizeof(questionnaire->hash), insertion.hash);
  return pg_transaction(store, "BEGIN", insert, &insertion);
}

static bool read_questionnaire(const PGresult *rows, int row, struct arena *arena,
                               struct questionnaire_row *questionnaire) {
  bool good = true;
  questionnaire->id = pg_text(rows, row, 0, arena, &good);
  questionnaire->version = pg_number(rows, row, 1);
  questionnaire->definition = pg_text(rows, row, 2, arena, &good);
  questionnaire->used = pg_true(rows, row, 3);
  return good;
}

enum store_result questionnaire_find(struct store *store, const char *id, int version,
                                     struct arena *arena, struct questionnaire_row *row) {
  char number[PG_DECIMAL_MAX];
  pg_decimal(version, number);
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_QUESTIONNAIRE_FIND, 2, id, number);
  if (result == STORE_OK && PQntuples(rows) == 0) {
    pg_say(store, "there is no questionnaire %.40s; hint: hjemsvar questionnaire list", id);
    result = STORE_NONE;
  } else if (result == STORE_OK && !read_questionnaire(rows, 0, arena, row)) {
    result = pg_no_memory(store);
  }
  PQclear(rows);
  return result;
}

enum store_result questionnaire_list(struct store *store, struct arena *arena,
                                     struct questionnaire_row **list, size_t *count) {
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_QUESTIONNAIRE_LIST, 0);
  if (result != STORE_OK) {
    return result;
  }
  *count = (size_t)PQntuples(rows);
  *list = arena_array(arena, *count + 1, sizeof(**list));
  bool good = *list != NULL;
  for (int i = 0; i < PQntuples(rows) && good; i++) {
    good = read_questionnaire(rows, i, arena, &(*list)[i]);
  }
  PQclear(rows);
  return good ? STORE_OK : pg_no_memory(store);
}

enum store_result translation_insert(struct store *store, const char *questionnaire, int version,
                                     const struct translation *translation, const char *json) {
  char number[PG_DECIMAL_MAX], hash[HASH_CHARACTERS + 1];
  pg_decimal(version, number);
  pg_hex(translation->hash, sizeof(translation->hash), hash);
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_TRANSLATION_INSERT, 6, questionnaire,
                                      number, translation->language, translation->name, json, hash);
  if (result == STORE_OK && PQntuples(rows) == 0) {
    pg_say(store, "there is no questionnaire %.40s version %d", questionnaire, version);
    result = STORE_NONE;
  } else if (result == STORE_OK && !pg_true(rows, 0, 0)) {
    result = STORE_DUPLICATE;
  }
  PQclear(rows);
  return result;
}

enum store_result translation_list(struct store *store, const char *questionnaire, int version,
                                   struct arena *arena, struct translation_row **list,
                                   size_t *count) {
  char number[PG_DECIMAL_MAX];
  pg_decimal(version, number);
  PGresult *rows = NULL;
  enum store_result result =
      pg_query(store, &rows, STATEMENT_TRANSLATION_LIST, 2, questionnaire, number);
  if (result != STORE_OK) {
    return result;
  }
  *count = (size_t)PQntuples(rows);
  *list = arena_array(arena, *count + 1, sizeof(**list));
  bool good = *list != NULL;
  for (int i = 0; i < PQntuples(rows) && good; i++) {
    (*list)[i].language = pg_text(rows, i, 0, arena, &good);
    (*list)[i].name = pg_text(rows, i, 1, arena, &good);
    (*list)[i].approved = pg_true(rows, i, 2);
  }
  PQclear(rows);
  return good ? STORE_OK : pg_no_memory(store);
}

enum store_result translation_find(struct store *store, const char *questionnaire, int version,
                                   const char *language, struct arena *arena,
                                   struct translation_row *row) {
  char number[PG_DECIMAL_MAX];
  pg_decimal(version, number);
  PGresult *rows = NULL;
  enum store_result result =
      pg_query(store, &rows, STATEMENT_TRANSLATION_TEXTS, 3, questionnaire, number, language);
  if (result != STORE_OK) {
    return result;
  }
  bool good = true;
  result = PQntuples(rows) == 0 ? STORE_NONE : STORE_OK;
  if (result == STORE_OK) {
    *row = (struct translation_row){.language = pg_text(rows, 0, 0, arena, &good),
                                    .name = pg_text(rows, 0, 1, arena, &good),
                                    .texts = pg_text(rows, 0, 2, arena, &good),
                                    .approved = pg_true(rows, 0, 3)};
  }
  PQclear(rows);
  return good ? result : pg_no_memory(store);
}

enum store_result translation_approve(struct store *store, const char *questionnaire, int version,
                                      const char *language, const char *hash) {
  char number[PG_DECIMAL_MAX];
  pg_decimal(version, number);
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_TRANSLATION_APPROVE, 4, questionnaire,
                                      number, language, hash);
  if (result == STORE_OK && PQntuples(rows) == 0) {
    pg_say(store, "%.40s version %d has no translation to %.20s", questionnaire, version, language);
    result = STORE_NONE;
  }
  PQclear(rows);
  return result;
}
