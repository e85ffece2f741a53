#include "web/console_documentation.h"

#include <string.h>
#include <unistd.h>

#include "output/documentation_file.h"
#include "store/audit_store.h"
#include "web/console.h"
#include "web/console_gate.h"
#include "web/console_pages.h"
#include "web/console_round.h"

static const char *or_empty(const char *text) {
  return text != NULL ? text : "";
}

/* Takes over the item; a list that cannot grow is gone. */
static void add(json_t **list, json_t *item) {
  if (*list == NULL) {
    json_decref(item);
  } else if (json_array_append_new(*list, item) != 0) {
    json_decref(*list);
    *list = NULL;
  }
}

/* ---- what the pages share */

const char *console_documentation_path(const struct work *work, const char *rest) {
  const struct link_row *link = &work->session->link;
  return or_empty(arena_printf(work->arena, "/rounds/%d/municipalities/%d/documentation%s",
                               link->round, link->municipality, rest));
}

const char *console_documentation_word(const struct work *work,
                                       const struct documentation_words *words) {
  return documentation_word(words, console_language(work));
}

static const char *period(const struct work *work, const struct documentation_version *version) {
  const char *from = console_day(work, version->valid_from);
  if (version->valid_to == NULL || documentation_corrected(version)) {
    return words_fill(work->arena,
                      console_word(work, version->valid_to == NULL ? "documentation_since"
                                                                   : "documentation_corrected"),
                      "from", from, NULL);
  }
  return words_fill(work->arena, console_word(work, "documentation_span"), "from", from, "to",
                    console_day(work, version->valid_to), NULL);
}

json_t *console_documentation_version(const struct work *work,
                                      const struct documentation_version *version) {
  char mark = strcmp(console_language(work), "da") == 0 ? ',' : '.';
  const char *said = or_empty(documentation_said(version, mark, work->arena));
  const char *empty = version->erased ? "documentation_erased" : "documentation_empty";
  return json_pack("{s:s, s:s?, s:s, s:s?}", "period", period(work, version), "why",
                   version->why[0] == '\0' ? NULL : version->why, "words", said, "empty",
                   said[0] == '\0' ? console_word(work, empty) : NULL);
}

json_t *console_documentation_earlier(const struct work *work,
                                      const struct documentation_version *versions, size_t count) {
  json_t *rows = json_array();
  if (count < 2) {
    json_decref(rows);
    return NULL;
  }
  for (size_t i = count - 1; i-- > 0;) {
    add(&rows, console_documentation_version(work, &versions[i]));
  }
  const char *number = or_empty(arena_printf(work->arena, "%zu", count - 1));
  const char *summary =
      count == 2
          ? console_word(work, "documentation_earlier_one")
          : words_fill(work->arena, console_word(work, "documentation_earlier"), "n", number, NULL);
  return json_pack("{s:s, s:o}", "summary", summary, "rows", rows);
}

/* ---- a page of everything */

struct documentation_page {
  struct work *work;
  int round, municipality; /* 0: all of the round that the session sees */
  struct link_row *links;
  size_t links_count;
  struct documentation_version *versions;
  size_t count;
};

static enum store_result load(struct store *store, void *context) {
  struct documentation_page *page = context;
  struct arena *arena = page->work->arena;
  enum store_result result = link_list(store, page->round, arena, &page->links, &page->links_count);
  return result == STORE_OK ? documentation_list(store, page->round, page->municipality, NULL,
                                                 console_documentation(page->work), arena,
                                                 &page->versions, &page->count)
                            : result;
}

/* The versions of a part: they stand together. */
static const struct documentation_version *versions_of(const struct documentation_page *page,
                                                       int municipality, const char *part,
                                                       size_t *count) {
  const struct documentation_version *first = NULL;
  *count = 0;
  for (size_t i = 0; i < page->count; i++) {
    const struct documentation_version *version = &page->versions[i];
    if (version->municipality == municipality && strcmp(version->part->id, part) == 0) {
      first = first == NULL ? version : first;
      ++*count;
    }
  }
  return first;
}

/* Who writes; the database decides besides. */
static bool may_write(const struct documentation_page *page) {
  return page->municipality > 0 &&
         (console_role_bit(page->work) & (ROUTE_MUNICIPALITY | ROUTE_ADMIN)) != 0;
}

static json_t *edit_json(const struct documentation_page *page,
                         const struct documentation_part *part, bool some) {
  const struct work *work = page->work;
  bool known = documentation_part_find(console_documentation(work), part->id) != NULL;
  if (!may_write(page) || !known) {
    return json_null();
  }
  const char *tail = or_empty(arena_printf(work->arena, "/%s", part->id));
  return json_pack("{s:s, s:s}", "href", console_documentation_path(work, tail), "label",
                   console_word(work, some ? "documentation_change" : "documentation_write"));
}

static json_t *part_json(const struct documentation_page *page, int municipality,
                         const struct documentation_part *part) {
  const struct work *work = page->work;
  size_t count = 0;
  const struct documentation_version *versions = versions_of(page, municipality, part->id, &count);
  json_t *now =
      count == 0 ? json_null() : console_documentation_version(work, &versions[count - 1]);
  const char *hint = page->municipality == 0 ? "" : console_documentation_word(work, part->hint);
  return json_pack(
      "{s:s, s:s?, s:o, s:o, s:o?}", "title", console_documentation_word(work, part->title), "hint",
      hint[0] == '\0' ? NULL : hint, "now", now, "edit", edit_json(page, part, count > 0),
      "earlier", console_documentation_earlier(work, versions, count));
}

/* Of a whole round nothing that is not written: 98 municipalities would be a long page of it. */
static void add_part(const struct documentation_page *page, int municipality,
                     const struct documentation_part *part, json_t **list) {
  size_t count = 0;
  if (page->municipality > 0 || versions_of(page, municipality, part->id, &count) != NULL) {
    add(list, part_json(page, municipality, part));
  }
}

/* Parts that the file no longer names stand after the texts, where something was written. */
static void add_gone(const struct documentation_page *page, int municipality, json_t **list) {
  const struct documentation_model *model = console_documentation(page->work);
  for (size_t i = 0; i < page->count; i++) {
    const struct documentation_version *version = &page->versions[i];
    if (version->municipality == municipality && version->number == 1 &&
        documentation_part_find(model, version->part->id) == NULL) {
      add_part(page, municipality, version->part, list);
    }
  }
}

static json_t *group_json(const struct documentation_page *page, int municipality,
                          enum documentation_kind kind) {
  const struct documentation_model *model = console_documentation(page->work);
  const char *name = documentation_kind_name(kind);
  json_t *parts = json_array();
  for (size_t i = 0; i < model->count; i++) {
    if (model->parts[i].kind == kind) {
      add_part(page, municipality, &model->parts[i], &parts);
    }
  }
  if (kind == DOCUMENTATION_TEXT) {
    add_gone(page, municipality, &parts);
  }
  const char *stem = or_empty(arena_printf(page->work->arena, "documentation_group_%s", name));
  json_t *head = page->municipality == 0
                     ? json_null()
                     : json_pack("{s:s, s:s}", "title", console_word(page->work, stem), "text",
                                 console_word_of(page->work, stem, "_text"));
  return json_pack("{s:o, s:o}", "head", head, "parts", parts);
}

static json_t *municipality_json(const struct documentation_page *page,
                                 const struct link_row *link) {
  json_t *groups = json_array();
  for (enum documentation_kind kind = 0; kind < DOCUMENTATION_KINDS; kind++) {
    add(&groups, group_json(page, link->municipality, kind));
  }
  bool nothing = page->municipality == 0;
  for (size_t i = 0; i < page->count && nothing; i++) {
    nothing = page->versions[i].municipality != link->municipality;
  }
  return json_pack("{s:s?, s:i, s:b, s:o}", "name", page->municipality == 0 ? link->name : NULL,
                   "code", link->municipality, "nothing", nothing, "groups", groups);
}

static json_t *municipalities_json(const struct documentation_page *page) {
  json_t *list = json_array();
  for (size_t i = 0; i < page->links_count; i++) {
    if (page->municipality == 0 || page->links[i].municipality == page->municipality) {
      add(&list, municipality_json(page, &page->links[i]));
    }
  }
  return list;
}

static void show(const struct documentation_page *page, const char *back, const char *back_label) {
  struct work *work = page->work;
  bool whole = page->municipality == 0;
  const char *title = console_word(work, whole ? "documentation_all" : "documentation_title");
  json_t *data = console_frame(work, title);
  console_put_text(&data, "heading", title);
  console_put_text(&data, "intro",
                   console_word(work, whole             ? "documentation_all_text"
                                      : may_write(page) ? "documentation_text"
                                                        : "documentation_text_read"));
  console_put(&data, "back", json_pack("{s:s, s:s}", "href", back, "label", back_label));
  console_put_text(&data, "files", whole ? console_round_path(work, "/documentation") : NULL);
  console_put(&data, "contents", json_boolean(whole && page->links_count > 1));
  console_put(&data, "municipalities", municipalities_json(page));
  console_send(work, MHD_HTTP_OK, CONSOLE_DOCUMENTATION, data);
}

void documentation_show(struct work *work) {
  const struct link_row *link = &work->session->link;
  struct documentation_page page = {
      .work = work, .round = link->round, .municipality = link->municipality};
  const char *back = or_empty(
      arena_printf(work->arena, "/rounds/%d/municipalities/%d", link->round, link->municipality));
  if (console_settle(work, console_ask(work, load, &page))) {
    show(&page, back, link->name);
  }
}

void documentation_round_show(struct work *work) {
  struct documentation_page page = {.work = work, .round = work_number(work, "round")};
  struct round_row row = {0};
  if (console_round_find(work, &row) && console_settle(work, console_ask(work, load, &page))) {
    show(&page, console_round_path(work, ""), row.title);
  }
}

/* ---- files */

struct documentation_send {
  struct documentation_page page;
  const char *format;
};

static enum store_result load_file(struct store *store, void *context) {
  struct documentation_send *file = context;
  const struct audit_entry entry = {
      .action = "documentation.export",
      .round = file->page.round,
      .details = arena_printf(file->page.work->arena, "{\"format\":\"%s\"}", file->format)};
  enum store_result result = load(store, &file->page);
  return result == STORE_OK ? audit_append(store, &entry) : result;
}

static void send_file(struct work *work, bool json) {
  struct documentation_send file = {.page = {.work = work, .round = work_number(work, "round")},
                                    .format = json ? "json" : "csv"};
  struct text text;
  text_init(&text);
  if (!console_settle(work, console_ask(work, load_file, &file))) {
    return;
  }
  const struct documentation_set set = {file.page.versions, file.page.count};
  if (json) {
    documentation_json_file(&set, &text);
  } else {
    documentation_csv(&set, CSV_EXCEL, &text);
  }
  const char *name = arena_printf(work->arena, "documentation-%d.%s", file.page.round, file.format);
  int fd = text.failed || name == NULL ? -1 : work_temporary();
  bool good = fd >= 0 && work_write(fd, text.data, text.length);
  text_clear(&text);
  if (good) {
    work_file(work, json ? REPLY_JSON : REPLY_CSV, fd, name);
    return;
  }
  if (fd >= 0) {
    close(fd);
  }
  console_fail(work, STORE_FAULT);
}

void documentation_csv_send(struct work *work) {
  send_file(work, false);
}

void documentation_json_send(struct work *work) {
  send_file(work, true);
}
