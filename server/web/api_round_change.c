/* Rounds are made and changed: POST. Told to the audit log by the database. */
#include <string.h>

#include "store/code_store.h"
#include "store/questionnaire_store.h"
#include "web/api.h"
#include "web/console.h"
#include "web/console_gate.h"
#include "web/console_pages.h"

/* ---- making one */

struct making {
  struct work *work;
  struct round_new round;
  int id;
  int keyed; /* the round whose trace key was made; 0: none */
  const char *message;
};

static void forget_key(struct making *making) {
  if (making->keyed != 0) {
    (void)!crypto_round_key_delete(making->work->config->key_dir, making->keyed);
    making->keyed = 0;
  }
}

/* The key is there before a server can see the round (round_store.h). */
static bool make_key(void *context, int id) {
  struct making *making = context;
  forget_key(making);
  bool made = crypto_round_key_create(making->work->config->key_dir, id) == CRYPTO_OK;
  making->keyed = made ? id : 0;
  return made;
}

/* The language of a questionnaire is the round's when none was named. */
static enum store_result choose_language(struct store *store, struct making *making) {
  struct questionnaire_row row;
  struct complaints complaints = {0};
  struct arena *arena = making->work->arena;
  struct round_new *round = &making->round;
  enum store_result result =
      questionnaire_find(store, round->questionnaire, round->version, arena, &row);
  if (result != STORE_OK || round->languages_count > 0) {
    return result == STORE_NONE ? STORE_OK : result; /* round_create tells that there is none */
  }
  const struct questionnaire *questionnaire =
      questionnaire_load(row.definition, arena, &complaints);
  const char **languages = arena_array(arena, 1, sizeof *languages);
  if (questionnaire == NULL || languages == NULL) {
    return STORE_FAULT;
  }
  languages[0] = questionnaire->language;
  round->languages = languages;
  round->languages_count = 1;
  return STORE_OK;
}

static enum store_result create(struct store *store, void *context) {
  struct making *making = context;
  enum store_result result = choose_language(store, making);
  return result != STORE_OK ? result
                            : round_create(store, &making->round, making->work->arena, &making->id,
                                           &making->message);
}

static void read_codes(struct api_fields *fields, struct round_new *round) {
  const char *codes = api_text(fields, "codes");
  round->single_codes = codes != NULL && strcmp(codes, "single") == 0;
  round->uses = api_number(fields, "uses");
  if (codes != NULL && !round->single_codes && strcmp(codes, "open") != 0) {
    api_field_error(fields, "codes", "codes");
  }
  if (round->uses > CODE_USES_MAX || (round->uses > 0 && !round->single_codes)) {
    api_field_error(fields, "uses", "uses");
  }
}

static void read_new(struct api_fields *fields, struct round_new *round) {
  round->questionnaire = api_text(fields, "questionnaire");
  round->version = api_number(fields, "version");
  round->title = api_text(fields, "title");
  (void)api_numbers(fields, "municipalities", &round->municipalities, &round->municipalities_count);
  round->opens_at = api_text(fields, "opens_at");
  round->closes_at = api_text(fields, "closes_at");
  if (!api_texts(fields, "languages", &round->languages, &round->languages_count)) {
    round->languages_count = 0;
  }
  round->allow_drafts = api_switch(fields, "allow_drafts") == 1;
  round->traces = api_switch(fields, "traces") != 0;
  round->no_confirm_scale = api_switch(fields, "confirm") == 0;
  round->invite = api_switch(fields, "invite") == 1;
  read_codes(fields, round);
  if (round->questionnaire == NULL) {
    api_field_error(fields, "questionnaire", "missing");
  }
  if (round->title == NULL) {
    api_field_error(fields, "title", "missing");
  }
  if (round->municipalities == NULL) {
    api_field_error(fields, "municipalities", "missing");
  }
}

/* What the store says of a plan that cannot be is for people. */
static void refuse_plan(struct work *work, enum store_result result, const char *message) {
  switch (result) {
  case STORE_NONE:
  case STORE_REFUSED:
    api_refuse(work, MHD_HTTP_UNPROCESSABLE_CONTENT, "plan", message);
    return;
  case STORE_CLOSED:
    api_refuse(work, MHD_HTTP_CONFLICT, "state", message);
    return;
  case STORE_OK:
  case STORE_DUPLICATE:
  case STORE_CONFLICT:
  case STORE_INCOMPLETE:
  case STORE_DENIED:
  case STORE_BUSY:
  case STORE_DOWN:
  case STORE_FAULT:
    break;
  }
  console_fail(work, result);
}

/* When the connection is lost it is unknown whether the round is there: a key too many does no
 * harm, one that lacks does. */
static void make(struct making *making) {
  if (making->round.traces) {
    making->round.ready = make_key;
    making->round.ready_context = making;
  }
  enum store_result result = console_ask(making->work, create, making);
  if (result == STORE_OK) {
    api_send_round(making->work, MHD_HTTP_CREATED, making->id);
    making->work->reply.location =
        arena_printf(making->work->arena, API_ROOT "/rounds/%d", making->id);
    return;
  }
  if (result != STORE_DOWN) {
    forget_key(making);
  }
  refuse_plan(making->work, result, making->message);
}

void api_round_make(struct work *work) {
  struct making making = {.work = work};
  struct api_fields fields;
  if (api_fields_begin(&fields, work)) {
    read_new(&fields, &making.round);
    if (api_fields_settle(&fields)) {
      make(&making);
    }
  }
  api_fields_end(&fields);
}

/* ---- changing one */

struct changing {
  struct work *work;
  struct round_change change;
  const char *message;
};

static enum store_result change(struct store *store, void *context) {
  struct changing *changing = context;
  return round_set(store, work_number(changing->work, "round"), &changing->change,
                   changing->work->arena, &changing->message);
}

static void read_change(struct api_fields *fields, struct round_change *change) {
  *change = (struct round_change){.title = api_text(fields, "title"),
                                  .opens_at = api_text(fields, "opens_at"),
                                  .closes_at = api_text(fields, "closes_at"),
                                  .allow_drafts = api_switch(fields, "allow_drafts"),
                                  .traces = api_switch(fields, "traces"),
                                  .confirm_scale = api_switch(fields, "confirm"),
                                  .invite = api_switch(fields, "invite")};
  if (!api_texts(fields, "languages", &change->languages, &change->languages_count)) {
    change->languages_count = 0;
  }
}

/* As at the command line, the key is there before traces are kept. */
static bool has_key(struct changing *changing) {
  if (changing->change.traces != 1 ||
      crypto_round_key_create(changing->work->config->key_dir,
                              work_number(changing->work, "round")) == CRYPTO_OK) {
    return true;
  }
  api_fail(changing->work, MHD_HTTP_SERVICE_UNAVAILABLE, "no_key");
  return false;
}

static void change_now(struct changing *changing) {
  struct work *work = changing->work;
  if (!has_key(changing)) {
    return;
  }
  enum store_result result = console_ask(work, change, changing);
  if (result == STORE_CLOSED) { /* finalised, the only reason: it has no key */
    (void)!crypto_round_key_delete(work->config->key_dir, work_number(work, "round"));
  }
  if (result == STORE_OK) {
    api_send_round(work, MHD_HTTP_OK, work_number(work, "round"));
  } else {
    refuse_plan(work, result, changing->message);
  }
}

void api_round_set(struct work *work) {
  struct changing changing = {.work = work};
  struct api_fields fields;
  if (api_fields_begin(&fields, work)) {
    read_change(&fields, &changing.change);
    if (api_fields_settle(&fields)) {
      change_now(&changing);
    }
  }
  api_fields_end(&fields);
}

/* ---- closing, opening again */

static enum store_result close_round(struct store *store, void *context) {
  return round_close(store, work_number(context, "round"));
}

static enum store_result reopen_round(struct store *store, void *context) {
  return round_reopen(store, work_number(context, "round"));
}

static void move(struct work *work, store_work *ask) {
  enum store_result result = console_ask(work, ask, work);
  if (result == STORE_CLOSED) {
    api_fail(work, MHD_HTTP_CONFLICT, "state");
  } else if (console_settle(work, result)) {
    api_send_round(work, MHD_HTTP_OK, work_number(work, "round"));
  }
}

void api_round_close(struct work *work) {
  move(work, close_round);
}

void api_round_reopen(struct work *work) {
  move(work, reopen_round);
}
