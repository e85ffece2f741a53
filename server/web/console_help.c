#include <string.h>

#include "web/console.h"
#include "web/console_gate.h"
#include "web/console_pages.h"

/* The parts of the page, in the order of a coordinator's work. A part has paragraphs (words
 * help_PART_1, _2, …) and questions with answers (help_PART_q1 and _a1, …), as many as there
 * are. */
static const char *const parts[] = {"order", "parents", "sees", "numbers", "rounds", "account"};

/* What the buttons say, as they say it. */
static const char *filled(const struct work *work, const char *word) {
  return words_fill(work->arena, word, "print", console_word(work, "home_print"), "import",
                    console_word(work, "home_import"), "status", console_word(work, "home_status"),
                    "describe", console_word(work, "documentation_title"), "forms",
                    console_word(work, "forms_title"), "notice", console_word(work, "notice_title"),
                    "beside", console_word(work, "trend_title"), NULL);
}

/* The word help_PART_ending with a number; "" when there is none. */
static const char *part_word(const struct work *work, const char *part, const char *kind, int n) {
  const char *key = arena_printf(work->arena, "help_%s_%s%d", part, kind, n);
  return key == NULL ? "" : filled(work, console_word(work, key));
}

static json_t *paragraphs(const struct work *work, const char *part) {
  json_t *list = json_array();
  for (int n = 1; part_word(work, part, "", n)[0] != '\0'; n++) {
    if (json_array_append_new(list, json_string(part_word(work, part, "", n))) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

static json_t *steps(const struct work *work, const char *part) {
  json_t *list = json_array();
  for (int n = 1; part_word(work, part, "q", n)[0] != '\0'; n++) {
    json_t *step = json_pack("{s:s, s:s}", "title", part_word(work, part, "q", n), "text",
                             part_word(work, part, "a", n));
    if (json_array_append_new(list, step) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

static json_t *parts_json(const struct work *work) {
  json_t *list = json_array();
  for (size_t i = 0; i < array_length(parts); i++) {
    const char *stem = arena_printf(work->arena, "help_%s", parts[i]);
    const char *title = stem == NULL ? "" : console_word_of(work, stem, "_title");
    json_t *part = json_pack("{s:s, s:s, s:o, s:o}", "id", parts[i], "title", title, "paragraphs",
                             paragraphs(work, parts[i]), "steps", steps(work, parts[i]));
    if (json_array_append_new(list, part) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

/* ---- whom to ask */

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
  struct help_contact contact = {work->arena, ""};
  if (!console_settle(work, console_ask(work, find_contact, &contact))) {
    return;
  }
  json_t *data = console_frame(work, console_word(work, "help_title"));
  console_put(&data, "parts", parts_json(work));
  console_put_text(&data, "contact",
                   contact.text[0] == '\0'
                       ? NULL
                       : words_fill(work->arena, console_word(work, "help_contact"), "contact",
                                    contact.text, NULL));
  console_send(work, MHD_HTTP_OK, CONSOLE_HELP, data);
}
