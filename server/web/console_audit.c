#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "store/audit_store.h"
#include "web/console.h"
#include "web/console_gate.h"
#include "web/console_pages.h"
#include "web/console_scope.h"

enum { ROWS_A_PAGE = 100 };

struct audit_page {
  struct work *work;
  enum audit_kind kind;
  int64_t before;
  struct audit_row *rows;
  size_t count;
  struct municipality_row *municipalities;
  size_t municipalities_count;
};

static enum store_result load(struct store *store, void *context) {
  struct audit_page *page = context;
  struct arena *arena = page->work->arena;
  enum store_result result =
      audit_list(store, page->kind, page->before, ROWS_A_PAGE, arena, &page->rows, &page->count);
  return result == STORE_OK
             ? municipality_list(store, arena, &page->municipalities, &page->municipalities_count)
             : result;
}

/* ---- a row in words */

/* A word whose key ends in what the log says: small letters, "_" between them. */
static const char *word_for(const struct work *work, const char *stem, const char *said) {
  char *key = arena_string(work->arena, said), *end = key;
  for (const char *at = key; at != NULL && *at != '\0'; at++) {
    if (isalnum((unsigned char)*at)) {
      *end++ = (char)tolower((unsigned char)*at);
    } else if (end > key && end[-1] != '_') {
      *end++ = '_';
    }
  }
  while (end > key && end[-1] == '_') {
    end--;
  }
  if (key == NULL) {
    return "";
  }
  *end = '\0';
  return console_word_of(work, stem, key);
}

static const char *municipality_of(const struct audit_page *page, int code) {
  for (size_t i = 0; i < page->municipalities_count; i++) {
    if (page->municipalities[i].code == code) {
      return page->municipalities[i].name;
    }
  }
  return arena_printf(page->work->arena, "%d", code);
}

/* "staff 3" is 3 where the sentence says that it is an account. */
static const char *subject_of(const struct audit_row *row) {
  static const char *const nouns[] = {"staff ",   "batch ",   "token ",
                                      "release ", "archive ", "sheet_link "};
  for (size_t i = 0; i < array_length(nouns); i++) {
    if (strncmp(row->subject, nouns[i], strlen(nouns[i])) == 0) {
      return row->subject + strlen(nouns[i]);
    }
  }
  return row->subject;
}

/* Settings, pages and languages have names of their own. */
static const char *named_subject(const struct work *work, const struct audit_row *row) {
  const char *subject = subject_of(row);
  const char *stem =
      arena_printf(work->arena, "audit_of_%.*s_", (int)strcspn(row->action, "."), row->action);
  const char *word = stem == NULL ? "" : word_for(work, stem, subject);
  return word[0] != '\0' ? word : subject;
}

static const char *scope_of(const struct audit_page *page, const json_t *details) {
  const json_t *rounds = json_object_get(details, "rounds");
  size_t count = json_array_size(rounds);
  int code = (int)json_integer_value(json_object_get(details, "municipality"));
  int *numbers = arena_array(page->work->arena, count + 1, sizeof(*numbers));
  for (size_t i = 0; i < count && numbers != NULL; i++) {
    numbers[i] = (int)json_integer_value(json_array_get(rounds, i));
  }
  struct staff_scope scope = {.rounds = numbers, .rounds_count = numbers != NULL ? count : 0};
  return console_scope_text(page->work, &scope, code == 0 ? NULL : municipality_of(page, code));
}

static void add_value(const struct audit_page *page, struct text *text, const char *field,
                      const json_t *value) {
  const struct work *work = page->work;
  const char *said = json_string_value(value);
  size_t i;
  json_t *item;
  if (json_is_integer(value) && strncmp(field, "municipalit", strlen("municipalit")) == 0) {
    const char *name = municipality_of(page, (int)json_integer_value(value));
    text_add(text, name != NULL ? name : "");
  } else if (json_is_integer(value)) {
    text_addf(text, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
  } else if (said != NULL) {
    const char *stem = arena_printf(work->arena, "audit_value_%s_", field);
    const char *word = stem == NULL ? "" : word_for(work, stem, said);
    text_add(text, word[0] != '\0' ? word : said);
  }
  json_array_foreach(value, i, item) {
    text_add(text, i > 0 ? ", " : "");
    add_value(page, text, field, item);
  }
}

/* Adds what stands for "name}" at rest, and gives what follows. */
static const char *add_part(const struct audit_page *page, struct text *text, const char *rest,
                            const struct audit_row *row, const json_t *details) {
  size_t length = strcspn(rest, "}");
  const char *name = arena_printf(page->work->arena, "%.*s", (int)length, rest);
  if (name != NULL && strcmp(name, "of") == 0) {
    text_add(text, named_subject(page->work, row));
  } else if (name != NULL && strcmp(name, "scope") == 0) {
    text_add(text, scope_of(page, details));
  } else if (name != NULL) {
    add_value(page, text, name, json_object_get(details, name));
  }
  return rest + length + (rest[length] == '}');
}

/* The sentence of an action, or of what its details say besides, the most telling first. */
static const char *pattern_of(const struct work *work, const struct audit_row *row,
                              const json_t *details) {
  static const char *const telling[] = {"unknown", "reprints",        "letters",
                                        "courses", "without_archive", "comments"};
  for (size_t i = 0; i < array_length(telling); i++) {
    const char *key = json_object_get(details, telling[i]) == NULL
                          ? NULL
                          : arena_printf(work->arena, "%s.%s", row->action, telling[i]);
    const char *word = key == NULL ? "" : word_for(work, "audit_does_", key);
    if (word[0] != '\0') {
      return word;
    }
  }
  return word_for(work, "audit_does_", row->action);
}

/* An action that has no sentence stands as the log has it. */
static const char *sentence_of(const struct audit_page *page, const struct audit_row *row) {
  const struct work *work = page->work;
  json_t *details = json_loads(row->details, 0, NULL);
  const char *rest = pattern_of(work, row, details);
  struct text text;
  text_init(&text);
  while (*rest != '\0') {
    size_t plain = strcspn(rest, "{");
    text_add_bytes(&text, rest, plain);
    rest += plain;
    rest = *rest == '{' ? add_part(page, &text, rest + 1, row, details) : rest;
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

static json_t *row_json(const struct audit_page *page, const struct audit_row *row) {
  const struct work *work = page->work;
  const char *actor = actor_of(work, row);
  bool named = row->actor_name[0] != '\0';
  json_t *round = row->round > 0 ? json_integer(row->round) : json_string("");
  const char *municipality = row->municipality > 0 ? municipality_of(page, row->municipality) : "";
  return json_pack("{s:s, s:s, s:s?, s:s, s:o, s:s?}", "at", console_moment(work, row->at), "who",
                   named ? row->actor_name : actor, "which", named ? actor : NULL, "text",
                   sentence_of(page, row), "round", round, "municipality", municipality);
}

/* ---- the page */

static json_t *rows_of(const struct audit_page *page) {
  json_t *list = json_array();
  for (size_t i = 0; i < page->count; i++) {
    if (json_array_append_new(list, row_json(page, &page->rows[i])) != 0) {
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
