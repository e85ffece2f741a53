/* Opening, closing and opening again: asked about first, on a page that says what it means. */
#include <string.h>

#include "web/console.h"
#include "web/console_gate.h"
#include "web/console_pages.h"
#include "web/console_round.h"

struct move {
  const char *name; /* ?to=, and the stem of its words */
  store_work *ask;
  const char *done;
};

static enum store_result open_now(struct store *store, void *context) {
  const struct work *work = context;
  const struct round_change change = {
      .opens_at = "", .allow_drafts = -1, .traces = -1, .confirm_scale = -1, .invite = -1};
  const char *message = NULL;
  return round_set(store, work_number(work, "round"), &change, work->arena, &message);
}

static enum store_result close_now(struct store *store, void *context) {
  return round_close(store, work_number(context, "round"));
}

static enum store_result reopen_now(struct store *store, void *context) {
  return round_reopen(store, work_number(context, "round"));
}

static const struct move MOVES[] = {{"open", open_now, "round_opened"},
                                    {"close", close_now, "round_closed"},
                                    {"reopen", reopen_now, "round_reopened"}};

static const struct move *move_of(const char *name) {
  for (size_t i = 0; name != NULL && i < array_length(MOVES); i++) {
    if (strcmp(name, MOVES[i].name) == 0) {
      return &MOVES[i];
    }
  }
  return NULL;
}

/* Whether the state allows it (round_store.h). */
static bool fits(const struct move *move, const struct round_row *row) {
  switch (row->state) {
  case ROUND_SCHEDULED:
    return move->ask != reopen_now;
  case ROUND_OPEN:
    return move->ask == close_now;
  case ROUND_CLOSED:
    return move->ask == reopen_now;
  case ROUND_FINALISED:
    break;
  }
  return false;
}

static bool add_sentence(json_t *list, const struct work *work, const struct round_row *row,
                         const char *word) {
  const char *text = console_round_word(work, row, word);
  return text[0] == '\0' || json_array_append_new(list, json_string(text)) == 0;
}

/* What it means, a sentence each. */
static json_t *sentences_json(const struct work *work, const struct move *move,
                              const struct round_row *row) {
  json_t *list = json_array();
  bool good = list != NULL;
  for (int i = 1; good && i <= 4; i++) {
    const char *word = arena_printf(work->arena, "round_%s_%d", move->name, i);
    good = word != NULL && add_sentence(list, work, row, word);
  }
  if (good && move->ask == close_now && row->state == ROUND_SCHEDULED) {
    good = add_sentence(list, work, row, "round_close_unopened");
  }
  if (!good) {
    json_decref(list);
    return NULL;
  }
  return list;
}

static void show(struct work *work, unsigned status, const struct move *move,
                 const struct round_row *row, const char *problem) {
  const char *stem = arena_printf(work->arena, "round_act_%s", move->name);
  const char *title = console_word(work, stem == NULL ? "" : stem);
  const struct console_problem item = {NULL, problem};
  json_t *data = console_frame(work, title);
  console_put_problems(&data, &item, problem != NULL);
  console_put_text(&data, "heading", title);
  console_put_text(&data, "title_of", row->title);
  console_put_text(&data, "state", console_round_state(work, row));
  console_put_text(&data, "back", console_round_path(work, ""));
  console_put(&data, "sentences", sentences_json(work, move, row));
  console_put(&data, "missing", move->ask == open_now ? console_round_missing(work, row) : NULL);
  console_put(&data, "form",
              !fits(move, row) ? NULL
                               : json_pack("{s:s, s:s}", "here", console_round_path(work, "/state"),
                                           "to", move->name));
  console_send(work, status, CONSOLE_ROUND_STATE, data);
}

/* The move that is asked for and the round; NULL when the work is answered. */
static const struct move *find(struct work *work, const char *name, struct round_row *row) {
  const struct move *move = move_of(name);
  if (move == NULL) {
    console_message(work, MHD_HTTP_UNPROCESSABLE_CONTENT, "bad", "unknown_action");
    return NULL;
  }
  return console_round_find(work, row) ? move : NULL;
}

void round_state_show(struct work *work) {
  struct round_row row = {0};
  const struct move *move = find(work, work_query(work, "to"), &row);
  if (move != NULL) {
    show(work, MHD_HTTP_OK, move, &row,
         fits(move, &row) ? NULL : console_word(work, "round_state_unfit"));
  }
}

void round_state_change(struct work *work) {
  struct round_row row = {0};
  const struct move *move = find(work, work_field(work, "to"), &row);
  if (move == NULL) {
    return;
  }
  enum store_result result = fits(move, &row) ? console_ask(work, move->ask, work) : STORE_CLOSED;
  if (result == STORE_CLOSED || result == STORE_REFUSED) {
    show(work, MHD_HTTP_CONFLICT, move, &row, console_word(work, "round_state_unfit"));
  } else if (console_settle(work, result)) {
    console_done(work, console_round_path(work, ""), move->done);
  }
}
