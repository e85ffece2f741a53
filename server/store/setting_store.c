#include <string.h>

#include "store/pg.h"
#include "store/round_store.h"

static bool read_municipality(const PGresult *rows, int row, struct arena *arena,
                              struct municipality_row *municipality) {
  bool good = true;
  municipality->code = pg_number(rows, row, 0);
  municipality->name = pg_text(rows, row, 1, arena, &good);
  municipality->merged_into = pg_number(rows, row, 2);
  municipality->contact = pg_text(rows, row, 3, arena, &good);
  municipality->phone = pg_text(rows, row, 4, arena, &good);
  municipality->email = pg_text(rows, row, 5, arena, &good);
  return good;
}

static enum store_result read_municipalities(struct store *store, const char *code,
                                             struct arena *arena, struct municipality_row **list,
                                             size_t *count) {
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_MUNICIPALITY_LIST, 1, code);
  if (result != STORE_OK) {
    return result;
  }
  *count = (size_t)PQntuples(rows);
  *list = arena_array(arena, *count + 1, sizeof(**list));
  bool good = *list != NULL;
  for (int i = 0; i < PQntuples(rows) && good; i++) {
    good = read_municipality(rows, i, arena, &(*list)[i]);
  }
  PQclear(rows);
  return good ? STORE_OK : pg_no_memory(store);
}

enum store_result municipality_list(struct store *store, struct arena *arena,
                                    struct municipality_row **rows, size_t *count) {
  return read_municipalities(store, NULL, arena, rows, count);
}

static enum store_result no_municipality(struct store *store, int code) {
  pg_say(store, "%d is no municipality; hint: hjemsvar municipality list", code);
  return STORE_NONE;
}

enum store_result municipality_find(struct store *store, int code, struct arena *arena,
                                    struct municipality_row *row) {
  char number[PG_DECIMAL_MAX];
  pg_decimal(code, number);
  struct municipality_row *list;
  size_t count;
  enum store_result result = read_municipalities(store, number, arena, &list, &count);
  if (result == STORE_OK && count == 0) {
    return no_municipality(store, code);
  }
  if (result == STORE_OK) {
    *row = list[0];
  }
  return result;
}

enum store_result municipality_set(struct store *store, int code, const char *contact,
                                   const char *phone, const char *email) {
  char number[PG_DECIMAL_MAX];
  pg_decimal(code, number);
  PGresult *rows = NULL;
  enum store_result result =
      pg_query(store, &rows, STATEMENT_MUNICIPALITY_UPDATE, 4, number, contact, phone, email);
  bool found = PQntuples(rows) > 0;
  PQclear(rows);
  return result != STORE_OK || found ? result : no_municipality(store, code);
}

/* Whose settings, as a parameter: NULL for the installation's. */
static const char *whose(int municipality, char number[PG_DECIMAL_MAX]) {
  pg_decimal(municipality, number);
  return municipality == 0 ? NULL : number;
}

enum store_result notice_list(struct store *store, int municipality, struct arena *arena,
                              struct setting_row **list, size_t *count) {
  char number[PG_DECIMAL_MAX];
  PGresult *rows = NULL;
  enum store_result result =
      pg_query(store, &rows, STATEMENT_SETTING_LIST, 1, whose(municipality, number));
  if (result != STORE_OK) {
    return result;
  }
  *count = (size_t)PQntuples(rows);
  *list = arena_array(arena, *count + 1, sizeof(**list));
  bool good = *list != NULL;
  for (int i = 0; i < PQntuples(rows) && good; i++) {
    (*list)[i].key = pg_text(rows, i, 0, arena, &good);
    (*list)[i].value = pg_text(rows, i, 1, arena, &good);
    (*list)[i].required = pg_true(rows, i, 2);
    (*list)[i].description = pg_text(rows, i, 3, arena, &good);
  }
  PQclear(rows);
  return good ? STORE_OK : pg_no_memory(store);
}

enum store_result setting_list(struct store *store, struct arena *arena, struct setting_row **list,
                               size_t *count) {
  return notice_list(store, 0, arena, list, count);
}

/* What of the installation's a municipality says for its personal rounds. */
static const struct {
  const char *key, *notice;
} told[] = {{"controller_contact", "personal_contact"},
            {"dpo_contact", "personal_dpo"},
            {"purpose", "personal_purpose"},
            {"legal_basis", "personal_basis"},
            {"recipients", "personal_recipients"},
            {"retention", "personal_retention"}};

static struct setting_row *find_setting(struct setting_row *rows, size_t count, const char *key) {
  for (size_t i = 0; rows != NULL && i < count; i++) {
    if (strcmp(rows[i].key, key) == 0) {
      return &rows[i];
    }
  }
  return NULL;
}

enum store_result setting_list_for(struct store *store, int personal_of, struct arena *arena,
                                   struct setting_row **rows, size_t *count) {
  struct setting_row *own = NULL;
  size_t own_count = 0;
  struct municipality_row municipality;
  enum store_result result = setting_list(store, arena, rows, count);
  if (result != STORE_OK || personal_of == 0) {
    return result;
  }
  result = notice_list(store, personal_of, arena, &own, &own_count);
  if (result == STORE_OK) {
    result = municipality_find(store, personal_of, arena, &municipality);
  }
  struct setting_row *controller = find_setting(*rows, *count, "controller");
  if (result != STORE_OK || controller == NULL) {
    return result;
  }
  controller->value = arena_printf(arena, "%s Kommune", municipality.name);
  for (size_t i = 0; i < array_length(told); i++) {
    struct setting_row *row = find_setting(*rows, *count, told[i].key);
    const struct setting_row *notice = find_setting(own, own_count, told[i].notice);
    if (row != NULL && notice != NULL) {
      row->value = notice->value;
    }
  }
  return controller->value == NULL ? pg_no_memory(store) : STORE_OK;
}

struct setting_change {
  const char *key;
  const char *value;
  const char *municipality; /* NULL: the installation's */
};

/* Whether a setting may be emptied now. */
static enum store_result check_setting(struct store *store, const struct setting_change *change) {
  PGresult *rows = NULL;
  enum store_result result =
      pg_query(store, &rows, STATEMENT_SETTING_KEEP, 2, change->key, change->municipality);
  if (result == STORE_OK && PQntuples(rows) == 0) {
    pg_say(store, "there is no setting %.40s; hint: hjemsvar settings list", change->key);
    result = STORE_NONE;
  } else if (result == STORE_OK && pg_true(rows, 0, 0) &&
             change->value[strspn(change->value, " \t\r\n")] == '\0') {
    pg_say(store,
           "%s is required while a round is open; hint: give it another value, or close "
           "the round first",
           change->key);
    result = STORE_CLOSED;
  }
  PQclear(rows);
  return result;
}

static enum store_result change_setting(struct store *store, void *context) {
  const struct setting_change *change = context;
  enum store_result result = check_setting(store, change);
  if (result != STORE_OK) {
    return result;
  }
  PGresult *rows = NULL;
  result = pg_query(store, &rows, STATEMENT_SETTING_SET, 3, change->key, change->value,
                    change->municipality);
  PQclear(rows);
  return result;
}

enum store_result notice_set(struct store *store, int municipality, const char *key,
                             const char *value) {
  char number[PG_DECIMAL_MAX];
  struct setting_change change = {
      .key = key, .value = value, .municipality = whose(municipality, number)};
  return pg_transaction(store, "BEGIN", change_setting, &change);
}

enum store_result setting_set(struct store *store, const char *key, const char *value) {
  return notice_set(store, 0, key, value);
}
