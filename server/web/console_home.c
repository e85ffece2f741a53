#include "web/console.h"
#include "web/console_gate.h"
#include "web/console_pages.h"
#include "web/console_rounds.h"

static json_t *municipalities_of(const struct work *work, const struct rounds_entry *entry) {
  json_t *list = json_array();
  for (size_t i = 0; i < entry->links_count; i++) {
    const struct link_row *link = &entry->links[i];
    json_t *item =
        json_pack("{s:i, s:i, s:s, s:s}", "round", link->round, "code", link->municipality, "name",
                  link->name, "answers", rounds_answers(work, link->answers));
    if (json_array_append_new(list, item) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

void home_show(struct work *work) {
  struct rounds_list rounds;
  if (!console_settle(work, rounds_load(work, &rounds))) {
    return;
  }
  json_t *list = json_array();
  for (size_t i = 0; i < rounds.count; i++) {
    const struct rounds_entry *entry = &rounds.entries[i];
    json_t *item =
        json_pack("{s:i, s:s, s:s, s:o}", "id", entry->round->id, "title", entry->round->title,
                  "state", console_word_of(work, "state_", round_state_name(entry->round->state)),
                  "municipalities", municipalities_of(work, entry));
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
  console_send(work, MHD_HTTP_OK, CONSOLE_HOME, data);
}
