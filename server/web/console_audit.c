#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "store/audit_store.h"
#include "web/console.h"
#include "web/console_gate.h"
#include "web/console_pages.h"

enum { ROWS_A_PAGE = 100 };

struct audit_page {
  struct work *work;
  enum audit_kind kind;
  int64_t before;
  struct audit_row *rows;
  size_t count;
};

static enum store_result load(struct store *store, void *context) {
  struct audit_page *page = context;
  return audit_list(store, page->kind, page->before, ROWS_A_PAGE, page->work->arena, &page->rows,
                    &page->count);
}

/* ---- a row in words */

/* A word whose key ends in what the log says: "." and other characters are "_". */
static const char *word_for(const struct work *work, const char *stem, const char *said) {
  char *key = arena_string(work->arena, said);
  for (char *at = key; at != NULL && *at != '\0'; at++) {
    *at = isalnum((unsigned char)*at) ? (char)tolower((unsigned char)*at) : '_';
  }
  return key == NULL ? "" : console_word_of(work, stem, key);
}

/* "staff 3" is 3 where the sentence says that it is an account. */
static const char *subject_of(const struct audit_row *row) {
  static const char *const nouns[] = {"staff ", "batch ", "token ", "release "};
  for (size_t i = 0; i < array_length(nouns); i++) {
    if (strncmp(row->subject, nouns[i], strlen(nouns[i])) == 0) {
      return row->subject + strlen(nouns[i]);
    }
  }
  return row->subject;
}

static void add_value(const struct work *work, struct text *text, const json_t *value) {
  const char *said = json_string_value(value);
  size_t i;
  json_t *item;
  if (json_is_integer(value)) {
    text_addf(text, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
  } else if (said != NULL) {
    const char *word = word_for(work, "audit_value_", said);
    text_add(text, word[0] != '\0' ? word : said);
  }
  json_array_foreach(value, i, item) {
    text_add(text, i > 0 ? ", " : "");
    add_value(work, text, item);
  }
}

/* Adds what stands for "name}" at rest, and gives what follows. */
static const char *add_part(const struct work *work, struct text *text, const char *rest,
                            const struct audit_row *row, const json_t *details) {
  size_t length = strcspn(rest, "}");
  const char *name = arena_printf(work->arena, "%.*s", (int)length, rest);
  if (name != NULL && strcmp(name, "of") == 0) {
    text_add(text, subject_of(row));
  } else if (name != NULL) {
    add_value(work, text, json_object_get(details, name));
  }
  return rest + length + (rest[length] == '}');
}

/* An action that has no sentence stands as the log has it. */
static const char *sentence_of(const struct work *work, const struct audit_row *row) {
  json_t *details = json_loads(row->details, 0, NULL);
  const char *action = json_object_get(details, "unknown") == NULL
                           ? row->action
                           : arena_printf(work->arena, "%s.unknown", row->action);
  const char *rest = action == NULL ? "" : word_for(work, "audit_does_", action);
  struct text text;
  text_init(&text);
  while (*rest != '\0') {
    size_t plain = strcspn(rest, "{");
    text_add_bytes(&text, rest, plain);
    rest += plain;
    rest = *rest == '{' ? add_part(work, &text, rest + 1, row, details) : rest;
  }
  const char *sentence = text.failed || text.length == 0
                             ? row->action
                             : arena_printf(work->arena, "%.*s", (int)text.length, text.data);
  text_clear(&text);
  json_decref(details);
  return sentence != NULL ? sentence : row->action;
}

/* "staff 3" as "konto 3". */
static const char *actor_of(const struct work *work, const struct audit_row *row) {
  const char *number = strchr(row->actor, ' ');
  const char *noun = arena_printf(
      work->arena, "%.*s",
      (int)(number == NULL ? strlen(row->actor) : (size_t)(number - row->actor)), row->actor);
  const char *word = noun == NULL ? "" : console_word_of(work, "audit_actor_", noun);
  const char *text = number == NULL ? word : arena_printf(work->arena, "%s%s", word, number);
  return text != NULL ? text : row->actor;
}

static json_t *number_or_nothing(int number) {
  return number > 0 ? json_integer(number) : json_string("");
}

static json_t *row_json(const struct work *work, const struct audit_row *row) {
  const char *actor = actor_of(work, row);
  bool named = row->actor_name[0] != '\0';
  return json_pack("{s:s, s:s, s:s?, s:s, s:o, s:o}", "at", console_moment(work, row->at), "who",
                   named ? row->actor_name : actor, "which", named ? actor : NULL, "text",
                   sentence_of(work, row), "round", number_or_nothing(row->round), "municipality",
                   number_or_nothing(row->municipality));
}

/* ---- the page */

static json_t *rows_of(const struct audit_page *page) {
  json_t *list = json_array();
  for (size_t i = 0; i < page->count; i++) {
    if (json_array_append_new(list, row_json(page->work, &page->rows[i])) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

static json_t *kinds_of(const struct audit_page *page) {
  json_t *list = json_array();
  for (enum audit_kind kind = AUDIT_ALL; kind < AUDIT_KINDS; kind++) {
    const char *name = audit_kind_name(kind);
    json_t *item =
        json_pack("{s:s, s:s, s:b}", "value", name, "label",
                  console_word_of(page->work, "audit_kind_", name), "chosen", kind == page->kind);
    if (json_array_append_new(list, item) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

static int64_t before(const struct work *work) {
  const char *text = work_query(work, "before");
  size_t digits = text == NULL ? 0 : strspn(text, "0123456789");
  return digits == 0 || digits > 18 || text[digits] != '\0' ? 0 : strtoll(text, NULL, 10);
}

static enum audit_kind kind_asked(const struct work *work) {
  const char *name = work_query(work, "kind");
  enum audit_kind kind = AUDIT_ALL;
  return name != NULL && audit_kind_read(name, &kind) ? kind : AUDIT_ALL;
}

void audit_show(struct work *work) {
  struct audit_page page = {.work = work, .kind = kind_asked(work), .before = before(work)};
  if (!console_settle(work, console_ask(work, load, &page))) {
    return;
  }
  const char *kind = audit_kind_name(page.kind);
  json_t *data = console_frame(work, console_word(work, "audit_title"));
  console_put(&data, "kinds", kinds_of(&page));
  console_put(&data, "rows", rows_of(&page));
  console_put_text(&data, "older",
                   page.count < ROWS_A_PAGE ? NULL
                                            : arena_printf(work->arena, "kind=%s&before=%" PRId64,
                                                           kind, page.rows[page.count - 1].id));
  console_put_text(&data, "newest",
                   page.before == 0 ? NULL : arena_printf(work->arena, "kind=%s", kind));
  console_send(work, MHD_HTTP_OK, CONSOLE_AUDIT, data);
}
