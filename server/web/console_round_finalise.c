/* Finalising: what it will do is said first, and it is done when the round was named again. */
#include "store/quality_store.h"
#include "store/questionnaire_store.h"
#include "web/console.h"
#include "web/console_gate.h"
#include "web/console_pages.h"
#include "web/console_round.h"
#include "web/export_job.h"

/* Who answers or decides between the flags and the end is looked at, too. */
enum { TRIES_MAX = 5, WHAT_MAX = 6 };

struct finalising {
  struct work *work;
  struct round_row row;
  struct quality_run run;
  struct quality_counts counts;
};

static enum store_result look(struct store *store, void *context) {
  struct finalising *finalising = context;
  int round = finalising->row.id;
  enum store_result result =
      quality_run_find(store, round, finalising->work->arena, &finalising->run);
  return result == STORE_OK ? quality_count(store, round, &finalising->counts) : result;
}

static bool find(struct finalising *finalising) {
  return console_round_find(finalising->work, &finalising->row) &&
         console_settle(finalising->work, console_review(finalising->work, look, finalising));
}

/* The word for what stands in the way; NULL: nothing. */
static const char *obstacle(const struct finalising *finalising) {
  const struct round_row *row = &finalising->row;
  if (row->state != ROUND_CLOSED) {
    return row->state == ROUND_FINALISED ? "round_finalise_done" : "round_finalise_open";
  }
  if (row->writing_until != NULL) {
    return "round_finalise_writing";
  }
  if (finalising->run.stale && finalising->counts.answers > EXPORT_JOB_FLAGS_MAX) {
    return "round_finalise_large";
  }
  return NULL;
}

static const char *obstacle_text(const struct finalising *finalising) {
  const struct work *work = finalising->work;
  const char *word = obstacle(finalising), *until = finalising->row.writing_until;
  if (word == NULL) {
    return NULL;
  }
  return words_fill(work->arena, console_word(work, word), "moment",
                    until == NULL ? "" : console_moment(work, until), "round",
                    console_round_number(work, finalising->row.id), NULL);
}

/* What happens to the answers, as words round_finalise_1 … with their number. */
static json_t *sentences_json(const struct finalising *finalising) {
  const struct work *work = finalising->work;
  const char *answers = console_round_number(work, finalising->counts.answers);
  json_t *list = json_array();
  for (int i = 1; i <= WHAT_MAX; i++) {
    const char *key = arena_printf(work->arena, "round_finalise_%d", i);
    const char *text = key == NULL ? "" : console_round_word(work, &finalising->row, key);
    if (json_array_append_new(
            list, json_string(words_fill(work->arena, text, "n", answers, NULL))) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

static void show(const struct finalising *finalising, unsigned status,
                 const struct console_problem *problem) {
  struct work *work = finalising->work;
  const struct round_row *row = &finalising->row;
  json_t *data = console_frame(work, console_word(work, "round_act_finalise"));
  console_put_problems(&data, problem, problem == NULL ? 0 : 1);
  console_put_text(&data, "title_of", row->title);
  console_put_text(&data, "back", console_round_path(work, ""));
  console_put_text(&data, "obstacle", obstacle_text(finalising));
  console_put(&data, "sentences", sentences_json(finalising));
  console_put(
      &data, "form",
      obstacle(finalising) != NULL
          ? NULL
          : json_pack("{s:s, s:s, s:s}", "here", work->path, "typed", work_field(work, "name"),
                      "hint",
                      words_fill(work->arena, console_word(work, "round_finalise_hint"), "title",
                                 row->title, "round", console_round_number(work, row->id), NULL)));
  console_send(work, status, CONSOLE_ROUND_FINALISE, data);
}

void round_finalise_show(struct work *work) {
  struct finalising finalising = {.work = work};
  if (find(&finalising)) {
    show(&finalising, MHD_HTTP_OK, NULL);
  }
}

/* ---- doing it */

static enum store_result refresh(struct store *store, void *context) {
  const struct finalising *finalising = context;
  const struct round_row *row = &finalising->row;
  struct arena *arena = finalising->work->arena;
  struct questionnaire_row stored;
  struct complaints complaints = {0};
  enum store_result result =
      questionnaire_find(store, row->questionnaire, row->version, arena, &stored);
  if (result != STORE_OK) {
    return result;
  }
  const struct questionnaire *questionnaire =
      questionnaire_load(stored.definition, arena, &complaints);
  return questionnaire == NULL ? STORE_FAULT : quality_refresh(store, row->id, questionnaire);
}

static enum store_result finalise(struct store *store, void *context) {
  const struct finalising *finalising = context;
  return round_finalise(store, finalising->row.id);
}

/* Once finalised, nothing is left to make flags of; they become columns of the answers. */
static enum store_result finalise_with_flags(struct finalising *finalising) {
  struct work *work = finalising->work;
  enum store_result result = STORE_INCOMPLETE;
  for (int tries = 0; tries < TRIES_MAX && result == STORE_INCOMPLETE; tries++) {
    bool stale = finalising->run.stale || tries > 0;
    result = stale ? console_review(work, refresh, finalising) : STORE_OK;
    result = result == STORE_OK ? console_ask(work, finalise, finalising) : result;
  }
  return result;
}

/* Emptied rows go at once where the login may; autovacuum takes small tables late. */
static void sweep(struct work *work) {
  struct store *store = work_store(work, STORE_AS_STAFF);
  if (store != NULL) {
    (void)!round_sweep(store);
  }
}

/* The word for what stood in the way; NULL: none of ours. */
static const char *hindrance(enum store_result result) {
  return result == STORE_CLOSED       ? "round_state_unfit"
         : result == STORE_INCOMPLETE ? "round_finalise_moving"
         : result == STORE_CONFLICT   ? "round_finalise_read"
                                      : NULL;
}

static void do_it(struct finalising *finalising) {
  struct work *work = finalising->work;
  enum store_result result = finalise_with_flags(finalising);
  const char *word = hindrance(result);
  if (word != NULL) {
    const struct console_problem changed = {NULL, console_word(work, word)};
    show(finalising, MHD_HTTP_CONFLICT, &changed);
  } else if (console_settle(work, result)) {
    bool unkeyed = console_round_key_delete(work, finalising->row.id);
    sweep(work);
    console_done(work, console_round_path(work, ""),
                 unkeyed ? "round_finalised" : "round_finalised_keyed");
  }
}

void round_finalise_now(struct work *work) {
  struct finalising finalising = {.work = work};
  if (!find(&finalising)) {
    return;
  }
  if (obstacle(&finalising) != NULL) {
    show(&finalising, MHD_HTTP_CONFLICT, NULL);
  } else if (!console_round_named(work, &finalising.row, work_field(work, "name"))) {
    const struct console_problem problem = {"name", console_word(work, "round_finalise_unnamed")};
    show(&finalising, MHD_HTTP_UNPROCESSABLE_CONTENT, &problem);
  } else {
    do_it(&finalising);
  }
}
