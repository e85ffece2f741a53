#include <string.h>

#include "store/code_store.h"
#include "store/pg.h"
#include "store/round_plan.h"
#include "survey/code.h"

/* A code of 30 bits that is taken is drawn again; so many in a row never are. */
enum { DRAWS_MAX = 100 };

struct creation {
  const struct round_new *round;
  struct arena *arena;
  int version;
  const char *opens;
  const char *closes;
  const char *languages; /* JSON */
  bool personal;
  int id;
};

static enum store_result find_version(struct store *store, struct creation *creation) {
  const struct round_new *round = creation->round;
  char version[PG_DECIMAL_MAX];
  pg_decimal(round->version, version);
  PGresult *rows = NULL;
  enum store_result result =
      pg_query(store, &rows, STATEMENT_QUESTIONNAIRE_FIND, 2, round->questionnaire, version);
  if (result == STORE_OK && PQntuples(rows) == 0) {
    pg_say(store, "there is no questionnaire %.40s%s%s; hint: hjemsvar questionnaire list",
           round->questionnaire, round->version == 0 ? "" : " of version ",
           round->version == 0 ? "" : version);
    result = STORE_NONE;
  } else if (result == STORE_OK) {
    creation->version = pg_number(rows, 0, 1);
  }
  PQclear(rows);
  return result;
}

/* A personal round is of one municipality, and keeps no traces. */
static enum store_result check_kind(struct store *store, struct creation *creation) {
  const struct round_new *round = creation->round;
  char version[PG_DECIMAL_MAX];
  pg_decimal(creation->version, version);
  PGresult *rows = NULL;
  enum store_result result =
      pg_query(store, &rows, STATEMENT_ROUND_KIND, 2, round->questionnaire, version);
  creation->personal = result == STORE_OK && pg_true(rows, 0, 0);
  PQclear(rows);
  if (creation->personal && round->municipalities_count != 1) {
    pg_say(store,
           "%.40s is of known children, so its round is of one municipality; hint: make a "
           "round for each",
           round->questionnaire);
    return STORE_REFUSED;
  }
  return result;
}

static enum store_result check_creation(struct store *store, struct creation *creation) {
  const struct round_new *round = creation->round;
  enum store_result result = plan_title(store, round->title);
  if (result == STORE_OK) {
    result = plan_time(store, round->opens_at, false, creation->arena, &creation->opens);
  }
  if (result == STORE_OK) {
    result = plan_time(store, round->closes_at, true, creation->arena, &creation->closes);
  }
  if (result == STORE_OK) {
    result = plan_times(store, creation->opens, creation->closes);
  }
  if (result == STORE_OK) {
    result = plan_languages(store, round->questionnaire, creation->version, round->languages,
                            round->languages_count, round->allow_drafts, creation->arena,
                            &creation->languages);
  }
  if (result == STORE_OK) {
    result = plan_municipalities(store, round->municipalities, round->municipalities_count,
                                 creation->arena);
  }
  return result == STORE_OK ? check_kind(store, creation) : result;
}

static enum store_result insert_round(struct store *store, struct creation *creation) {
  const struct round_new *round = creation->round;
  char version[PG_DECIMAL_MAX], uses[PG_DECIMAL_MAX], municipality[PG_DECIMAL_MAX];
  pg_decimal(creation->version, version);
  pg_decimal(round->uses == 0 ? CODE_USES_DEFAULT : round->uses, uses);
  pg_decimal(round->municipalities[0], municipality);
  PGresult *rows = NULL;
  enum store_result result = pg_query(
      store, &rows, STATEMENT_ROUND_INSERT, 13, round->questionnaire, version, round->title,
      creation->opens, creation->closes, creation->languages, round->allow_drafts ? "t" : "f",
      round->traces ? "t" : "f", round->no_confirm_scale ? "f" : "t", round->invite ? "t" : "f",
      round->single_codes ? "single" : "open", uses, creation->personal ? municipality : NULL);
  if (result == STORE_OK) {
    creation->id = pg_number(rows, 0, 0);
  }
  PQclear(rows);
  return result;
}

static enum store_result insert_link(struct store *store, const struct creation *creation,
                                     int municipality) {
  char id[PG_DECIMAL_MAX], number[PG_DECIMAL_MAX];
  pg_decimal(creation->id, id);
  pg_decimal(municipality, number);
  for (int i = 0; i < DRAWS_MAX; i++) {
    char code[CODE_OPEN_CHARACTERS + 1];
    code_draw(code, CODE_OPEN_CHARACTERS);
    PGresult *rows = NULL;
    enum store_result result = pg_query(store, &rows, STATEMENT_LINK_INSERT, 3, id, number,
                                        creation->round->single_codes ? NULL : code);
    bool drawn = result != STORE_OK || PQntuples(rows) > 0;
    PQclear(rows);
    if (drawn) {
      return result;
    }
  }
  pg_say(store, "no free code was drawn");
  return STORE_FAULT;
}

static bool named_before(const struct round_new *round, size_t index) {
  for (size_t i = 0; i < index; i++) {
    if (round->municipalities[i] == round->municipalities[index]) {
      return true;
    }
  }
  return false;
}

static enum store_result create(struct store *store, void *context) {
  struct creation *creation = context;
  const struct round_new *round = creation->round;
  enum store_result result = find_version(store, creation);
  if (result == STORE_OK) {
    result = check_creation(store, creation);
  }
  if (result == STORE_OK) {
    result = insert_round(store, creation);
  }
  for (size_t i = 0; i < round->municipalities_count && result == STORE_OK; i++) {
    if (!named_before(round, i)) {
      result = insert_link(store, creation, round->municipalities[i]);
    }
  }
  if (result == STORE_OK && round->ready != NULL && !creation->personal &&
      !round->ready(round->ready_context, creation->id)) {
    pg_say(store, "what the round needs could not be made");
    result = STORE_REFUSED;
  }
  return result;
}

enum store_result round_create(struct store *store, const struct round_new *round,
                               struct arena *arena, int *id, const char **message) {
  struct creation creation = {.round = round, .arena = arena};
  enum store_result result = pg_transaction(store, "BEGIN", create, &creation);
  if (result == STORE_OK) {
    *id = creation.id;
  } else {
    pg_explain(store, arena, message);
  }
  return result;
}

struct changing {
  const char *id;
  const struct round_change *change;
  struct arena *arena;
};

/* The columns of STATEMENT_ROUND_LOCK. */
enum {
  LOCK_QUESTIONNAIRE,
  LOCK_VERSION,
  LOCK_STATE,
  LOCK_ALLOW_DRAFTS,
  LOCK_OPENS_NOW, /* what opens_at is once its time is taken away */
  LOCK_OPENS,
  LOCK_CLOSES
};

static enum store_result change_times(struct store *store, const struct changing *changing,
                                      const PGresult *round, const char **opens,
                                      const char **closes) {
  const struct round_change *change = changing->change;
  const char *typed_opens = change->opens_at, *typed_closes = change->closes_at;
  bool keeps_opens = typed_opens == NULL || typed_opens[0] == '\0';
  bool keeps_closes = typed_closes == NULL || typed_closes[0] == '\0';
  enum store_result result =
      plan_time(store, keeps_opens ? NULL : typed_opens, false, changing->arena, opens);
  if (result == STORE_OK) {
    result = plan_time(store, keeps_closes ? NULL : typed_closes, true, changing->arena, closes);
  }
  if (result != STORE_OK) {
    return result;
  }
  bool good = true;
  if (keeps_opens) {
    int column = typed_opens == NULL ? LOCK_OPENS : LOCK_OPENS_NOW;
    *opens = pg_text(round, 0, column, changing->arena, &good);
  }
  if (typed_closes == NULL) {
    *closes = pg_text(round, 0, LOCK_CLOSES, changing->arena, &good);
  }
  return good ? plan_times(store, *opens, *closes) : pg_no_memory(store);
}

static enum store_result change_languages(struct store *store, const struct changing *changing,
                                          const PGresult *round, const char **languages) {
  const struct round_change *change = changing->change;
  *languages = NULL;
  if (change->languages == NULL) {
    return STORE_OK;
  }
  bool drafts =
      change->allow_drafts < 0 ? pg_true(round, 0, LOCK_ALLOW_DRAFTS) : change->allow_drafts > 0;
  return plan_languages(store, PQgetvalue(round, 0, LOCK_QUESTIONNAIRE),
                        pg_number(round, 0, LOCK_VERSION), change->languages,
                        change->languages_count, drafts, changing->arena, languages);
}

static const char *flag(int value) {
  if (value < 0) {
    return NULL;
  }
  return value > 0 ? "t" : "f";
}

static enum store_result change_round(struct store *store, const struct changing *changing,
                                      const PGresult *round) {
  const struct round_change *change = changing->change;
  const char *opens, *closes, *languages;
  enum store_result result = change->title == NULL ? STORE_OK : plan_title(store, change->title);
  if (result == STORE_OK) {
    result = change_times(store, changing, round, &opens, &closes);
  }
  if (result == STORE_OK) {
    result = change_languages(store, changing, round, &languages);
  }
  if (result != STORE_OK) {
    return result;
  }
  PGresult *rows = NULL;
  result = pg_query(store, &rows, STATEMENT_ROUND_UPDATE, 9, changing->id, change->title, opens,
                    closes, languages, flag(change->allow_drafts), flag(change->traces),
                    flag(change->confirm_scale), flag(change->invite));
  PQclear(rows);
  return result;
}

static enum store_result set(struct store *store, void *context) {
  const struct changing *changing = context;
  PGresult *round = NULL;
  enum store_result result = pg_query(store, &round, STATEMENT_ROUND_LOCK, 1, changing->id);
  if (result == STORE_OK && PQntuples(round) == 0) {
    pg_say(store, "there is no round %s; hint: hjemsvar round list", changing->id);
    result = STORE_NONE;
  } else if (result == STORE_OK && strcmp(PQgetvalue(round, 0, LOCK_STATE), "finalised") == 0) {
    pg_say(store, "round %s is finalised and stays as it is", changing->id);
    result = STORE_CLOSED;
  } else if (result == STORE_OK) {
    result = change_round(store, changing, round);
  }
  PQclear(round);
  return result;
}

enum store_result round_set(struct store *store, int id, const struct round_change *change,
                            struct arena *arena, const char **message) {
  char number[PG_DECIMAL_MAX];
  pg_decimal(id, number);
  struct changing changing = {.id = number, .change = change, .arena = arena};
  enum store_result result = pg_transaction(store, "BEGIN", set, &changing);
  if (result != STORE_OK) {
    pg_explain(store, arena, message);
  }
  return result;
}
