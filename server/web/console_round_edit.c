/* A round is made, or changed: GET and POST /rounds/new and /rounds/{round}/edit. */
#include <string.h>

#include "web/console.h"
#include "web/console_gate.h"
#include "web/console_pages.h"
#include "web/console_round.h"
#include "web/console_round_form.h"

/* The round as a whole: what a field of the form is not to blame for. */
static void refuse(struct round_form *form, unsigned status, const char *target, const char *word) {
  round_form_add(form, target, word);
  round_form_show(form, status);
}

static bool load(struct round_form *form) {
  return console_settle(form->work, console_ask(form->work, round_form_load, form));
}

/* ---- making one */

struct making {
  struct round_form *form;
  struct round_new round;
  int id;
  int keyed; /* the round whose trace key was made; 0: none */
  bool unkeyed;
};

static void forget_key(struct making *making) {
  if (making->keyed != 0) {
    (void)!console_round_key_delete(making->form->work, making->keyed);
    making->keyed = 0;
  }
}

/* The key is there before a server can see the round (round_store.h). */
static bool make_key(void *context, int id) {
  struct making *making = context;
  forget_key(making);
  making->unkeyed = !console_round_key_make(making->form->work, id);
  making->keyed = making->unkeyed ? 0 : id;
  return !making->unkeyed;
}

/* A form that was sent twice makes one round: nobody could take the other away again. */
static enum store_result check_title(struct store *store, const struct making *making) {
  struct round_row *rows;
  size_t count;
  enum store_result result = round_list(store, making->form->work->arena, &rows, &count);
  for (size_t i = 0; result == STORE_OK && i < count; i++) {
    if (rows[i].state != ROUND_FINALISED && strcmp(rows[i].title, making->round.title) == 0) {
      result = STORE_CONFLICT;
    }
  }
  return result;
}

static enum store_result create(struct store *store, void *context) {
  struct making *making = context;
  const char *message = NULL;
  enum store_result result = check_title(store, making);
  if (result != STORE_OK) {
    return result;
  }
  return round_create(store, &making->round, making->form->work->arena, &making->id, &message);
}

static const char *or_null(const char *text) {
  return text[0] == '\0' ? NULL : text;
}

static struct making making_of(struct round_form *form) {
  const struct round_offer *offer = &form->offers[form->offer];
  return (struct making){.form = form,
                         .round = {.questionnaire = offer->id,
                                   .version = offer->version,
                                   .title = form->title,
                                   .municipalities = form->chosen,
                                   .municipalities_count = form->chosen_count,
                                   .opens_at = or_null(form->opens.iso),
                                   .closes_at = or_null(form->closes.iso),
                                   .languages = form->languages,
                                   .languages_count = form->languages_count,
                                   .allow_drafts = form->allow_drafts,
                                   .traces = form->traces,
                                   .no_confirm_scale = !form->confirm,
                                   .invite = form->invite,
                                   .single_codes = form->single,
                                   .uses = form->single ? form->uses : 0}};
}

static void made(struct making *making) {
  struct work *work = making->form->work;
  const char *path = arena_printf(work->arena, "/rounds/%d", making->id);
  console_done(work, path != NULL ? path : "/rounds",
               making->form->personal_of == 0 ? "round_created" : "round_created_personal");
}

/* When the connection is lost it is unknown whether the round is there: a key too many does no
 * harm, one that lacks does. */
static void make(struct round_form *form) {
  struct making making = making_of(form);
  if (form->traces) {
    making.round.ready = make_key;
    making.round.ready_context = &making;
  }
  enum store_result result = console_ask(form->work, create, &making);
  if (result != STORE_OK && result != STORE_DOWN) {
    forget_key(&making);
  }
  if (result == STORE_OK) {
    made(&making);
  } else if (making.unkeyed) {
    refuse(form, MHD_HTTP_SERVICE_UNAVAILABLE, "traces", "round_traces_unkeyed");
  } else if (result == STORE_CONFLICT) {
    refuse(form, MHD_HTTP_CONFLICT, "title", "round_title_taken");
  } else if (result == STORE_REFUSED) {
    refuse(form, MHD_HTTP_UNPROCESSABLE_CONTENT, "closes", "round_closes_past");
  } else {
    console_fail(form->work, result);
  }
}

void round_new_show(struct work *work) {
  struct round_form form = round_form_of(work, NULL);
  if (load(&form)) {
    round_form_fill(&form);
    round_form_show(&form, MHD_HTTP_OK);
  }
}

void round_new_make(struct work *work) {
  struct round_form form = round_form_of(work, NULL);
  if (!load(&form)) {
    return;
  }
  round_form_read(&form);
  if (form.problems_count > 0 || form.offers_count == 0) {
    round_form_show(&form, MHD_HTTP_UNPROCESSABLE_CONTENT);
  } else {
    make(&form);
  }
}

/* ---- changing one */

/* False when the work is answered: there is no such round, or nothing of it changes any more. */
static bool find(struct round_form *form, struct work *work, struct round_row *row) {
  if (!console_round_find(work, row)) {
    return false;
  }
  if (row->state == ROUND_FINALISED) {
    console_message(work, MHD_HTTP_CONFLICT, "round_final", "finalised");
    return false;
  }
  *form = round_form_of(work, row);
  return load(form);
}

void round_edit_show(struct work *work) {
  struct round_form form;
  struct round_row row = {0};
  if (find(&form, work, &row)) {
    round_form_fill(&form);
    round_form_show(&form, MHD_HTTP_OK);
  }
}

struct changing {
  const struct round_form *form;
  struct round_change change;
};

static enum store_result change(struct store *store, void *context) {
  const struct changing *changing = context;
  const char *message = NULL;
  return round_set(store, changing->form->row->id, &changing->change, changing->form->work->arena,
                   &message);
}

/* A time as it is stored has seconds that the form does not show: what was not touched stays. */
static const char *changed_time(const struct round_form_time *is,
                                const struct round_form_time *was) {
  bool same = strcmp(is->day, was->day) == 0 && strcmp(is->clock, was->clock) == 0;
  return same ? NULL : is->iso;
}

static void save(struct round_form *form) {
  struct round_form was = *form;
  round_form_fill(&was);
  struct changing changing = {.form = form,
                              .change = {.title = form->title,
                                         .opens_at = changed_time(&form->opens, &was.opens),
                                         .closes_at = changed_time(&form->closes, &was.closes),
                                         .languages = form->languages,
                                         .languages_count = form->languages_count,
                                         .allow_drafts = form->allow_drafts,
                                         .traces = form->traces,
                                         .confirm_scale = form->confirm,
                                         .invite = form->invite}};
  if (form->traces && !console_round_key_make(form->work, form->row->id)) {
    refuse(form, MHD_HTTP_SERVICE_UNAVAILABLE, "traces", "round_traces_unkeyed");
    return;
  }
  enum store_result result = console_ask(form->work, change, &changing);
  if (result == STORE_REFUSED) {
    refuse(form, MHD_HTTP_UNPROCESSABLE_CONTENT, "closes", "round_closes_past");
  } else if (result == STORE_CLOSED) {
    console_message(form->work, MHD_HTTP_CONFLICT, "round_final", "finalised");
  } else if (console_settle(form->work, result)) {
    console_done(form->work, console_round_path(form->work, ""), "round_changed");
  }
}

void round_edit_save(struct work *work) {
  struct round_form form;
  struct round_row row = {0};
  if (!find(&form, work, &row)) {
    return;
  }
  round_form_read(&form);
  if (form.problems_count > 0) {
    round_form_show(&form, MHD_HTTP_UNPROCESSABLE_CONTENT);
  } else {
    save(&form);
  }
}
