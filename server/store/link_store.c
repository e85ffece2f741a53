#include "store/pg.h"
#include "store/round_store.h"

static bool read_link(const PGresult *rows, int row, struct arena *arena, struct link_row *link) {
  bool good = true;
  link->round = pg_number(rows, row, 0);
  link->municipality = pg_number(rows, row, 1);
  link->name = pg_text(rows, row, 2, arena, &good);
  link->code = pg_text(rows, row, 3, arena, &good);
  link->answers = pg_text(rows, row, 4, arena, &good);
  return good;
}

static enum store_result read_links(struct store *store, int round, const char *municipality,
                                    struct arena *arena, struct link_row **list, size_t *count) {
  char id[PG_DECIMAL_MAX];
  pg_decimal(round, id);
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_LINK_LIST, 2, id, municipality);
  if (result != STORE_OK) {
    return result;
  }
  *count = (size_t)PQntuples(rows);
  *list = arena_array(arena, *count + 1, sizeof(**list));
  bool good = *list != NULL;
  for (int i = 0; i < PQntuples(rows) && good; i++) {
    good = read_link(rows, i, arena, &(*list)[i]);
  }
  PQclear(rows);
  return good ? STORE_OK : pg_no_memory(store);
}

enum store_result link_list(struct store *store, int round, struct arena *arena,
                            struct link_row **rows, size_t *count) {
  enum store_result result = read_links(store, round, NULL, arena, rows, count);
  /* A round has at least one municipality. */
  if (result == STORE_OK && *count == 0) {
    pg_say(store, "there is no round %d; hint: hjemsvar round list", round);
    return STORE_NONE;
  }
  return result;
}

enum store_result link_find(struct store *store, int round, int municipality, struct arena *arena,
                            struct link_row *row) {
  char code[PG_DECIMAL_MAX];
  pg_decimal(municipality, code);
  struct link_row *list;
  size_t count;
  enum store_result result = read_links(store, round, code, arena, &list, &count);
  if (result == STORE_OK && count == 0) {
    pg_say(store, "municipality %d is not in a round %d; hint: hjemsvar round list", municipality,
           round);
    return STORE_NONE;
  }
  if (result == STORE_OK) {
    *row = list[0];
  }
  return result;
}
