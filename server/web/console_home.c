#include <string.h>

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
  console_put(&data, "rounds", list);
  console_send(work, MHD_HTTP_OK, CONSOLE_HOME, data);
}

void municipality_show(struct work *work) {
  const struct link_row *link = &work->session->link;
  struct round_row round;
  struct rounds_question question = {work, link->round, &round};
  if (!console_settle(work, console_ask(work, rounds_find, &question))) {
    return;
  }
  bool open = round.state == ROUND_OPEN && link->code != NULL;
  json_t *data = console_frame(work, link->name);
  console_put_text(&data, "heading", link->name);
  console_put_text(&data, "round", round.title);
  console_put_text(&data, "state", console_word_of(work, "state_", round_state_name(round.state)));
  console_put_text(&data, "answers", rounds_answers(work, link->answers));
  console_put_text(&data, "url",
                   open ? arena_printf(work->arena, "%s/S/%s", work->config->public_url, link->code)
                        : NULL);
  console_send(work, MHD_HTTP_OK, CONSOLE_MUNICIPALITY, data);
}

/* ---- help */

struct help_contact {
  struct arena *arena;
  const char *text;
};

static enum store_result find_contact(struct store *store, void *context) {
  struct help_contact *contact = context;
  struct setting_row *rows;
  size_t count;
  enum store_result result = setting_list(store, contact->arena, &rows, &count);
  for (size_t i = 0; result == STORE_OK && i < count; i++) {
    if (strcmp(rows[i].key, "help_contact") == 0) {
      contact->text = rows[i].value;
    }
  }
  return result;
}

void help_show(struct work *work) {
  static const char *const parts[] = {"letters", "rounds", "account"};
  struct help_contact contact = {work->arena, ""};
  if (!console_settle(work, console_ask(work, find_contact, &contact))) {
    return;
  }
  json_t *list = json_array();
  for (size_t i = 0; i < array_length(parts); i++) {
    const char *stem = arena_printf(work->arena, "help_%s", parts[i]);
    const char *title = stem == NULL ? "" : console_word_of(work, stem, "_title");
    json_t *item = json_pack("{s:s, s:s, s:s}", "id", parts[i], "title", title, "text",
                             stem == NULL ? "" : console_word(work, stem));
    if (json_array_append_new(list, item) != 0) {
      json_decref(list);
      list = NULL;
      break;
    }
  }
  json_t *data = console_frame(work, console_word(work, "help_title"));
  console_put(&data, "parts", list);
  console_put_text(&data, "contact",
                   contact.text[0] == '\0'
                       ? NULL
                       : words_fill(work->arena, console_word(work, "help_contact"), "contact",
                                    contact.text, NULL));
  console_send(work, MHD_HTTP_OK, CONSOLE_HELP, data);
}
