#include "store/audit_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/door.h"

static void print_long(int64_t number, char out[24]) {
  (void)snprintf(out, 24, "%lld", (long long)number);
}

enum store_result audit_append(struct store *store, const struct audit_entry *entry) {
  char round[PG_DECIMAL_MAX], municipality[PG_DECIMAL_MAX];
  pg_decimal(entry->round, round);
  pg_decimal(entry->municipality, municipality);
  return pg_ask(store, STATEMENT_AUDIT_APPEND, 5, entry->action, entry->subject,
                entry->round == 0 ? NULL : round, entry->municipality == 0 ? NULL : municipality,
                entry->details);
}

enum store_result audit_export(struct store *store, const struct audit_export *exported) {
  char round[PG_DECIMAL_MAX], count[24];
  pg_decimal(exported->round, round);
  print_long(exported->rows, count);
  return pg_ask(store, STATEMENT_AUDIT_EXPORT, 4, round, exported->format, exported->profile,
                exported->rows < 0 ? NULL : count);
}

enum store_result audit_tell_unknown(struct store *store) {
  return pg_ask(store, STATEMENT_AUDIT_SIGN_IN_UNTOLD, 0);
}

static bool read_row(const PGresult *rows, int row, struct arena *arena, struct audit_row *audit) {
  bool good = true;
  audit->id = strtoll(PQgetvalue(rows, row, 0), NULL, 10);
  audit->at = pg_text(rows, row, 1, arena, &good);
  audit->actor = pg_text(rows, row, 2, arena, &good);
  audit->actor_name = pg_text(rows, row, 3, arena, &good);
  audit->action = pg_text(rows, row, 4, arena, &good);
  audit->subject = pg_text(rows, row, 5, arena, &good);
  audit->round = pg_number(rows, row, 6);
  audit->municipality = pg_number(rows, row, 7);
  audit->details = pg_text(rows, row, 8, arena, &good);
  return good;
}

/* The actions of a kind as a regular expression. */
static const struct {
  const char *name, *actions;
} kinds[AUDIT_KINDS] = {
    [AUDIT_ALL] = {"all", NULL},
    [AUDIT_SIGN_INS] = {"sign_ins", "^(sign_in|session|password|totp|recovery)[.]"},
    [AUDIT_ACCOUNTS] = {"accounts", "^(staff|invitation|token)[.]"},
    [AUDIT_REFUSALS] = {"refusals", "[.]refuse$"},
    [AUDIT_ROUNDS] = {"rounds", "^(round|link|questionnaire|translation)[.]"},
    [AUDIT_LETTERS] = {"letters", "^(letters|codes)[.]"},
    [AUDIT_COURSES] = {"courses", "^course[.]"},
    [AUDIT_ANSWERS] = {"answers", "^(answers|duplicates|comments)[.]"},
    [AUDIT_SETTINGS] = {"settings", "^(setting|municipality|installation|documentation)[.]"},
};

const char *audit_kind_name(enum audit_kind kind) {
  return kinds[kind].name;
}

bool audit_kind_read(const char *name, enum audit_kind *kind) {
  for (size_t i = 0; i < array_length(kinds); i++) {
    if (strcmp(name, kinds[i].name) == 0) {
      *kind = (enum audit_kind)i;
      return true;
    }
  }
  return false;
}

enum store_result audit_list(struct store *store, enum audit_kind kind, int64_t before, int limit,
                             struct arena *arena, struct audit_row **list, size_t *count) {
  char from[24], most[PG_DECIMAL_MAX];
  print_long(before, from);
  pg_decimal(limit < 1 || limit > AUDIT_PAGE_MAX ? AUDIT_PAGE_MAX : limit, most);
  PGresult *rows = NULL;
  enum store_result result =
      pg_query(store, &rows, STATEMENT_AUDIT_LIST, 3, from, most, kinds[kind].actions);
  if (result != STORE_OK) {
    return result;
  }
  *count = (size_t)PQntuples(rows);
  *list = arena_array(arena, *count + 1, sizeof(**list));
  bool good = *list != NULL;
  for (int i = 0; i < PQntuples(rows) && good; i++) {
    good = read_row(rows, i, arena, &(*list)[i]);
  }
  PQclear(rows);
  return good ? STORE_OK : pg_no_memory(store);
}
