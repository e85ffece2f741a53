#include "store/form_store.h"

#include <string.h>

#include "store/pg.h"

enum { NUMBER_HEX = 2 * CRYPTO_NUMBER_BYTES + 1, DIGEST_HEX = 2 * CRYPTO_DIGEST_BYTES + 1 };

static bool read_row(const PGresult *rows, int row, struct arena *arena, struct form_row *form) {
  bool good = true;
  form->form = pg_text(rows, row, 0, arena, &good);
  form->number = pg_text(rows, row, 1, arena, &good);
  form->occasion = pg_number(rows, row, 2);
  form->informant = pg_number(rows, row, 3);
  form->entered_on = pg_text(rows, row, 4, arena, &good);
  return good;
}

enum store_result form_list(struct store *store, int round, struct arena *arena,
                            struct form_row **rows, size_t *count) {
  char number[PG_DECIMAL_MAX];
  pg_decimal(round, number);
  PGresult *found = NULL;
  enum store_result result = pg_query(store, &found, STATEMENT_FORM_LIST, 1, number);
  if (result != STORE_OK) {
    return result;
  }
  *count = (size_t)PQntuples(found);
  *rows = arena_array(arena, *count + 1, sizeof **rows);
  bool good = *rows != NULL;
  for (int i = 0; i < PQntuples(found) && good; i++) {
    good = read_row(found, i, arena, &(*rows)[i]);
  }
  PQclear(found);
  return good ? STORE_OK : pg_no_memory(store);
}

/* What the functions of the database say. */
struct outcome {
  const char *name;
  enum store_result result;
  enum form_outcome outcome;
};

static enum store_result judge(struct store *store, const PGresult *rows,
                               enum form_outcome *outcome) {
  static const struct outcome outcomes[] = {
      {"stored", STORE_OK, FORM_STORED},       {"repeat", STORE_OK, FORM_REPEAT},
      {"different", STORE_OK, FORM_DIFFERENT}, {"withdrawn", STORE_OK, FORM_WITHDRAWN},
      {"there", STORE_OK, FORM_THERE},         {"not_open", STORE_OK, FORM_NOT_OPEN},
      {"closed", STORE_OK, FORM_CLOSED},       {"corrected", STORE_OK, FORM_STORED},
      {"finalised", STORE_CLOSED, FORM_CLOSED}};
  const char *name = PQgetvalue(rows, 0, 0);
  for (size_t i = 0; i < array_length(outcomes); i++) {
    if (strcmp(outcomes[i].name, name) == 0) {
      *outcome = outcomes[i].outcome;
      return outcomes[i].result;
    }
  }
  pg_say(store, "the form is not there");
  return STORE_NONE;
}

struct asking {
  enum statement statement;
  int count;
  const char *parameters[8];
  enum form_outcome outcome;
};

static enum store_result ask(struct store *store, void *context) {
  struct asking *asking = context;
  const struct pg_parameters parameters = {.count = asking->count, .values = asking->parameters};
  PGresult *rows = NULL;
  enum store_result result = pg_run(store, asking->statement, &parameters, &rows);
  if (result == STORE_OK) {
    result = judge(store, rows, &asking->outcome);
  }
  PQclear(rows);
  return result;
}

enum store_result form_enter(struct store *store, const struct form_entry *entry,
                             enum form_outcome *outcome) {
  char round[PG_DECIMAL_MAX], id[NUMBER_HEX], number[NUMBER_HEX], digest[DIGEST_HEX],
      translation[2 * QUESTIONNAIRE_HASH_BYTES + 1];
  pg_decimal(entry->round, round);
  pg_hex(entry->id, sizeof entry->id, id);
  pg_hex(entry->number, sizeof entry->number, number);
  pg_hex(entry->digest, sizeof entry->digest, digest);
  pg_hex(entry->translation, QUESTIONNAIRE_HASH_BYTES, translation);
  struct asking asking = {.statement = STATEMENT_FORM_ENTER,
                          .count = 8,
                          .parameters = {round, id, number, entry->language, translation,
                                         entry->answers, digest, entry->again ? "t" : "f"}};
  enum store_result result = pg_transaction(store, "BEGIN", ask, &asking);
  *outcome = asking.outcome;
  return result;
}

enum store_result form_correct(struct store *store, int round, const char *form, const char *number,
                               bool again, enum form_outcome *outcome) {
  char id[PG_DECIMAL_MAX];
  pg_decimal(round, id);
  struct asking asking = {.statement = STATEMENT_FORM_CORRECT,
                          .count = 4,
                          .parameters = {id, form, number, again ? "t" : "f"}};
  enum store_result result = pg_transaction(store, "BEGIN", ask, &asking);
  *outcome = asking.outcome;
  return result;
}

enum store_result form_withdraw(struct store *store, int round, const char *form) {
  char id[PG_DECIMAL_MAX];
  pg_decimal(round, id);
  struct asking asking = {
      .statement = STATEMENT_FORM_WITHDRAW, .count = 2, .parameters = {id, form}};
  return pg_transaction(store, "BEGIN", ask, &asking);
}

enum store_result round_runs(struct store *store, int round, bool *runs, bool *personal) {
  char id[PG_DECIMAL_MAX];
  pg_decimal(round, id);
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_ROUND_RUNS, 1, id);
  *runs = result == STORE_OK && pg_true(rows, 0, 0);
  *personal = result == STORE_OK && pg_true(rows, 0, 1);
  PQclear(rows);
  return result;
}
