#include <string.h>

#include "web/console.h"
#include "web/console_gate.h"
#include "web/console_pages.h"
#include "web/console_rounds.h"

static json_t *links_json(const struct rounds_entry *entry, bool answers) {
  json_t *list = json_array();
  for (size_t i = 0; i < entry->links_count; i++) {
    const struct link_row *link = &entry->links[i];
    json_t *item = json_pack("{s:i, s:s}", "municipality", link->municipality, "name", link->name);
    if ((answers && json_object_set_new(item, "answers", json_string(link->answers)) != 0) ||
        json_array_append_new(list, item) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

static json_t *round_json(const struct rounds_entry *entry, bool answers) {
  const struct round_row *round = entry->round;
  return json_pack("{s:i, s:s, s:s, s:s, s:s?, s:s?, s:o}", "round", round->id, "title",
                   round->title, "questionnaire", round->questionnaire, "state",
                   round_state_name(round->state), "opens_at", round->opens_at, "closes_at",
                   round->closes_at, "municipalities", links_json(entry, answers));
}

void api_rounds(struct work *work) {
  struct rounds_list rounds;
  if (!console_settle(work, rounds_load(work, &rounds))) {
    return;
  }
  json_t *list = json_array();
  for (size_t i = 0; i < rounds.count; i++) {
    if (json_array_append_new(list, round_json(&rounds.entries[i], false)) != 0) {
      json_decref(list);
      list = NULL;
      break;
    }
  }
  work_json(work, MHD_HTTP_OK, list);
}

void api_status(struct work *work) {
  struct rounds_list rounds;
  if (!console_settle(work, rounds_load(work, &rounds))) {
    return;
  }
  for (size_t i = 0; i < rounds.count; i++) {
    if (rounds.entries[i].round->id == work_number(work, "round")) {
      work_json(work, MHD_HTTP_OK, round_json(&rounds.entries[i], true));
      return;
    }
  }
  console_message(work, MHD_HTTP_NOT_FOUND, "missing", "not_found");
}
