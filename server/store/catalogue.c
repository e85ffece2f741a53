#include "store/catalogue.h"

#include <stdlib.h>
#include <string.h>

#include "store/pg.h"

/* A questionnaire version and one of its translations, as read; rounds point into
 * them, so that many rounds of one version hold one copy. */
struct definition {
  const char *id;
  int version;
  const char *json;
  const char *language; /* the authoritative one */
};

struct version_text {
  const char *id;
  int version;
  struct catalogue_text text;
};

struct loading {
  struct arena *arena;
  struct catalogue *catalogue;
  struct definition *definitions;
  size_t definitions_count;
  struct version_text *texts;
  size_t texts_count;
};

/* Reads one row into the element of its array; false when memory is out. */
typedef bool read_row(struct loading *loading, const PGresult *rows, int row, void *element);

/* Runs a statement without parameters and reads each row of it. */
static enum store_result read_all(struct store *store, struct loading *loading,
                                  enum statement statement, size_t size, read_row *read,
                                  void **items, size_t *count) {
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, statement, 0);
  if (result != STORE_OK) {
    return result;
  }
  *count = (size_t)PQntuples(rows);
  char *elements = arena_array(loading->arena, *count + 1, size);
  *items = elements;
  bool good = elements != NULL;
  for (int i = 0; i < PQntuples(rows) && good; i++) {
    good = read(loading, rows, i, elements + (size_t)i * size);
  }
  PQclear(rows);
  return good ? STORE_OK : pg_no_memory(store);
}

static bool read_definition(struct loading *loading, const PGresult *rows, int row, void *element) {
  struct definition *definition = element;
  bool good = true;
  definition->id = pg_text(rows, row, 0, loading->arena, &good);
  definition->version = pg_number(rows, row, 1);
  definition->json = pg_text(rows, row, 2, loading->arena, &good);
  definition->language = pg_text(rows, row, 3, loading->arena, &good);
  return good;
}

static bool read_text(struct loading *loading, const PGresult *rows, int row, void *element) {
  struct version_text *text = element;
  bool good = true;
  text->id = pg_text(rows, row, 0, loading->arena, &good);
  text->version = pg_number(rows, row, 1);
  text->text.language = pg_text(rows, row, 2, loading->arena, &good);
  text->text.json = pg_text(rows, row, 3, loading->arena, &good);
  text->text.approved = pg_true(rows, row, 4);
  return good;
}

static const struct definition *find_definition(const struct loading *loading, const char *id,
                                                int version) {
  for (size_t i = 0; i < loading->definitions_count; i++) {
    const struct definition *definition = &loading->definitions[i];
    if (definition->version == version && strcmp(definition->id, id) == 0) {
      return definition;
    }
  }
  return NULL;
}

static const struct catalogue_text *find_text(const struct loading *loading,
                                              const struct catalogue_round *round,
                                              const char *language) {
  for (size_t i = 0; i < loading->texts_count; i++) {
    const struct version_text *text = &loading->texts[i];
    if (text->version == round->version && strcmp(text->id, round->questionnaire) == 0 &&
        strcmp(text->text.language, language) == 0) {
      return &text->text;
    }
  }
  return NULL;
}

static bool pick_texts(const struct loading *loading, struct catalogue_round *round,
                       const char *authoritative) {
  struct catalogue_text *texts =
      arena_array(loading->arena, round->languages_count, sizeof(texts[0]));
  if (texts == NULL) {
    return false;
  }
  round->texts = texts;
  for (size_t i = 0; i < round->languages_count; i++) {
    const struct catalogue_text *text = find_text(loading, round, round->languages[i]);
    if (text != NULL && strcmp(round->languages[i], authoritative) != 0) {
      texts[round->texts_count++] = *text;
    }
  }
  return true;
}

static bool read_round(struct loading *loading, const PGresult *rows, int row, void *element) {
  struct catalogue_round *round = element;
  const struct definition *definition =
      find_definition(loading, PQgetvalue(rows, row, 1), pg_number(rows, row, 2));
  if (definition == NULL) {
    return false;
  }
  round->id = pg_number(rows, row, 0);
  round->questionnaire = definition->id;
  round->version = definition->version;
  round->definition = definition->json;
  round->state = round_state_read(PQgetvalue(rows, row, 3));
  round->takes_posts = pg_true(rows, row, 4);
  round->traces = pg_true(rows, row, 5);
  round->allow_drafts = pg_true(rows, row, 6);
  round->confirm_scale = pg_true(rows, row, 8);
  round->invite = pg_true(rows, row, 9);
  return pg_strings(rows, row, 7, loading->arena, &round->languages, &round->languages_count) &&
         pick_texts(loading, round, definition->language);
}

static int by_id(const void *key, const void *element) {
  int id = *(const int *)key, other = ((const struct catalogue_round *)element)->id;
  return (id > other) - (id < other);
}

static bool read_link(struct loading *loading, const PGresult *rows, int row, void *element) {
  struct catalogue_link *link = element;
  const struct catalogue *catalogue = loading->catalogue;
  bool good = true;
  int id = pg_number(rows, row, 1);
  const struct catalogue_round *round =
      bsearch(&id, catalogue->rounds, catalogue->rounds_count, sizeof(catalogue->rounds[0]), by_id);
  if (round == NULL) {
    return false;
  }
  link->code = pg_text(rows, row, 0, loading->arena, &good);
  link->round = (size_t)(round - catalogue->rounds);
  link->municipality = pg_number(rows, row, 2);
  link->municipality_name = pg_text(rows, row, 3, loading->arena, &good);
  link->cancelled = pg_true(rows, row, 4);
  link->successor = pg_text(rows, row, 5, loading->arena, &good);
  return good;
}

static bool read_setting(struct loading *loading, const PGresult *rows, int row, void *element) {
  struct catalogue_setting *setting = element;
  bool good = true;
  setting->key = pg_text(rows, row, 0, loading->arena, &good);
  setting->value = pg_text(rows, row, 1, loading->arena, &good);
  setting->municipality = pg_number(rows, row, 2);
  return good;
}

static enum store_result read_next(struct store *store, struct catalogue *catalogue) {
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_CATALOGUE_NEXT, 0);
  if (result == STORE_OK) {
    catalogue->next_change_ms =
        PQgetisnull(rows, 0, 0) ? -1 : strtoll(PQgetvalue(rows, 0, 0), NULL, 10);
  }
  PQclear(rows);
  return result;
}

static enum store_result read_versions(struct store *store, struct loading *loading) {
  void *items = NULL;
  enum store_result result =
      read_all(store, loading, STATEMENT_CATALOGUE_DEFINITIONS, sizeof(struct definition),
               read_definition, &items, &loading->definitions_count);
  loading->definitions = items;
  if (result == STORE_OK) {
    result = read_all(store, loading, STATEMENT_CATALOGUE_TEXTS, sizeof(struct version_text),
                      read_text, &items, &loading->texts_count);
    loading->texts = items;
  }
  return result;
}

static enum store_result read_rounds(struct store *store, struct loading *loading) {
  struct catalogue *catalogue = loading->catalogue;
  void *items = NULL;
  enum store_result result =
      read_all(store, loading, STATEMENT_CATALOGUE_ROUNDS, sizeof(struct catalogue_round),
               read_round, &items, &catalogue->rounds_count);
  catalogue->rounds = items;
  if (result == STORE_OK) {
    result = read_all(store, loading, STATEMENT_CATALOGUE_LINKS, sizeof(struct catalogue_link),
                      read_link, &items, &catalogue->links_count);
    catalogue->links = items;
  }
  return result;
}

static enum store_result load(struct store *store, void *context) {
  struct loading *loading = context;
  struct catalogue *catalogue = loading->catalogue;
  void *items = NULL;
  *catalogue = (struct catalogue){.next_change_ms = -1};
  enum store_result result = read_versions(store, loading);
  if (result == STORE_OK) {
    result = read_rounds(store, loading);
  }
  if (result == STORE_OK) {
    result =
        read_all(store, loading, STATEMENT_CATALOGUE_SETTINGS, sizeof(struct catalogue_setting),
                 read_setting, &items, &catalogue->settings_count);
    catalogue->settings = items;
  }
  return result == STORE_OK ? read_next(store, catalogue) : result;
}

enum store_result catalogue_load(struct store *store, struct arena *arena,
                                 struct catalogue *catalogue) {
  struct loading loading = {.arena = arena, .catalogue = catalogue};
  return pg_transaction(store, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", load, &loading);
}
