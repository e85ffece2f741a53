#include "store/status_store.h"
#include "web/console.h"
#include "web/console_gate.h"
#include "web/console_pages.h"
#include "web/console_rounds.h"

/* The municipalities of a round that the session sees. */
struct part {
  const struct round_row *round;
  struct status_row *rows;
  size_t count;
};

struct parts {
  struct work *work;
  struct rounds_list rounds;
  struct part *list; /* parallel to rounds.entries */
};

static enum store_result ask(struct store *store, void *context) {
  struct parts *parts = context;
  enum store_result result = STORE_OK;
  for (size_t i = 0; result == STORE_OK && i < parts->rounds.count; i++) {
    struct part *part = &parts->list[i];
    part->round = parts->rounds.entries[i].round;
    result = status_list(store, part->round->id, parts->work->arena, &part->rows, &part->count);
  }
  return result;
}

static const char *day_or_not(const struct work *work, const char *on) {
  return on != NULL ? console_day(work, on) : console_word(work, "home_not_yet");
}

static json_t *municipalities_of(const struct work *work, const struct part *part) {
  json_t *list = json_array();
  for (size_t i = 0; i < part->count; i++) {
    const struct status_row *row = &part->rows[i];
    json_t *item = json_pack(
        "{s:i, s:i, s:s, s:s, s:i, s:i, s:s, s:s}", "round", part->round->id, "code",
        row->municipality, "name", row->name, "answers", rounds_answers(work, row->answers),
        "closed", row->closed, "interrupted", row->interrupted, "changed",
        day_or_not(work, row->courses_on), "printed", day_or_not(work, row->printed_on));
    if (json_array_append_new(list, item) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

/* Of a personal round no numbers, but where its forms are; NULL: an anonymous one. */
static json_t *personal_of(const struct work *work, const struct round_row *round) {
  static const struct {
    const char *tail, *word;
  } links[] = {{"/forms", "round_task_forms"}, {"", "round_task_link"}};
  json_t *list = round->personal_of == 0 ? NULL : json_array();
  for (size_t i = 0; list != NULL && i < array_length(links); i++) {
    const char *path = arena_printf(work->arena, "/rounds/%d/municipalities/%d%s", round->id,
                                    round->personal_of, links[i].tail);
    json_t *item = json_pack("{s:s, s:s, s:s}", "href", path == NULL ? "/" : path, "label",
                             console_word(work, links[i].word), "text",
                             console_word_of(work, links[i].word, "_text"));
    if (json_array_append_new(list, item) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return list == NULL ? NULL : json_pack("{s:o}", "items", list);
}

/* Steps of answers are told where there are any, and of which rounds where there are others. */
static void put_note(json_t **data, const struct parts *parts) {
  size_t personal = 0;
  for (size_t i = 0; i < parts->rounds.count; i++) {
    personal += parts->list[i].round->personal_of != 0 ? 1 : 0;
  }
  bool none = parts->rounds.count > 0 && personal == parts->rounds.count;
  console_put(data, "anonymous", none ? NULL : json_pack("{s:b}", "mixed", personal > 0));
}

void home_show(struct work *work) {
  struct parts parts = {.work = work};
  if (!console_settle(work, rounds_load(work, &parts.rounds))) {
    return;
  }
  parts.list = arena_array(work->arena, parts.rounds.count + 1, sizeof *parts.list);
  enum store_result asked = parts.list == NULL ? STORE_FAULT : console_ask(work, ask, &parts);
  if (!console_settle(work, asked) || parts.list == NULL) {
    return;
  }
  json_t *list = json_array();
  for (size_t i = 0; i < parts.rounds.count; i++) {
    const struct part *part = &parts.list[i];
    const struct round_row *round = part->round;
    json_t *item =
        json_pack("{s:i, s:s, s:s, s:o?, s:o}", "id", round->id, "title", round->title, "state",
                  console_word_of(work, "state_", round_state_name(round->state)), "personal",
                  personal_of(work, round), "municipalities", municipalities_of(work, part));
    if (json_array_append_new(list, item) != 0) {
      json_decref(list);
      list = NULL;
      break;
    }
  }
  const char *municipality = console_staff(work)->municipality_name;
  json_t *data = console_frame(work, console_word(work, "home_title"));
  console_put_text(&data, "heading",
                   municipality != NULL ? municipality : console_word(work, "home_title"));
  console_put(&data, "evaluates",
              json_boolean((console_role_bit(work) & (ROUTE_EVALUATOR | ROUTE_ADMIN)) != 0));
  console_put(&data, "rounds", list);
  put_note(&data, &parts);
  console_send(work, MHD_HTTP_OK, CONSOLE_HOME, data);
}
