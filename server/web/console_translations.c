/* A questionnaire's words in other languages: what there is, one beside the words it translates,
 * and its approval. */
#include <stdio.h>

#include "store/audit_store.h"
#include "store/questionnaire_store.h"
#include "web/console.h"
#include "web/console_gate.h"
#include "web/console_pages.h"
#include "web/console_round.h"

/* ---- all of them */

struct listed {
  struct questionnaire_row row;
  const struct questionnaire *questionnaire;
  struct translation_row *translations;
  size_t count;
};

struct listing {
  struct work *work;
  struct listed *items;
  size_t count;
};

static enum store_result load_one(struct store *store, struct arena *arena, struct listed *item) {
  struct complaints complaints = {0};
  enum store_result result =
      questionnaire_find(store, item->row.id, item->row.version, arena, &item->row);
  if (result == STORE_OK) {
    item->questionnaire = questionnaire_load(item->row.definition, arena, &complaints);
    result = item->questionnaire == NULL ? STORE_FAULT : STORE_OK;
  }
  return result == STORE_OK ? translation_list(store, item->row.id, item->row.version, arena,
                                               &item->translations, &item->count)
                            : result;
}

static enum store_result load_all(struct store *store, void *context) {
  struct listing *listing = context;
  struct arena *arena = listing->work->arena;
  struct questionnaire_row *rows = NULL;
  enum store_result result = questionnaire_list(store, arena, &rows, &listing->count);
  listing->items = arena_array(arena, listing->count + 1, sizeof *listing->items);
  if (listing->items == NULL) {
    return STORE_FAULT;
  }
  for (size_t i = 0; i < listing->count && result == STORE_OK; i++) {
    listing->items[i] = (struct listed){.row = rows[i]};
    result = load_one(store, arena, &listing->items[i]);
  }
  return result;
}

static const char *state_word(const struct work *work, bool approved) {
  return console_word(work, approved ? "translation_approved" : "translation_draft");
}

static const char *title_of(const struct work *work, const struct questionnaire *questionnaire) {
  return words_fill(work->arena, console_word(work, "translation_of"), "title",
                    questionnaire->title.text, "version",
                    console_round_number(work, questionnaire->version), NULL);
}

static json_t *languages_json(const struct work *work, const struct listed *item) {
  json_t *list = json_array();
  for (size_t i = 0; i < item->count; i++) {
    const struct translation_row *row = &item->translations[i];
    const char *href = arena_printf(work->arena, "/translations/%s/%d/%s", item->row.id,
                                    item->row.version, row->language);
    json_t *json = json_pack("{s:s, s:s, s:s, s:s, s:s}", "href", href, "label",
                             console_round_language(work, row->language), "own", row->name,
                             "lang_of", row->language, "state", state_word(work, row->approved));
    if (json_array_append_new(list, json) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

void translations_show(struct work *work) {
  struct listing listing = {.work = work};
  if (!console_settle(work, console_ask(work, load_all, &listing))) {
    return;
  }
  json_t *list = json_array();
  for (size_t i = 0; i < listing.count; i++) {
    const struct listed *item = &listing.items[i];
    (void)json_array_append_new(list, json_pack("{s:s, s:o}", "title",
                                                title_of(work, item->questionnaire), "languages",
                                                languages_json(work, item)));
  }
  json_t *data = console_frame(work, console_word(work, "translations_title"));
  console_put(&data, "questionnaires", list);
  console_send(work, MHD_HTTP_OK, CONSOLE_TRANSLATIONS, data);
}

/* ---- one */

enum { HASH_BYTES = 2 * QUESTIONNAIRE_HASH_BYTES + 1 };

struct one {
  struct work *work;
  const char *id, *language;
  int version;
  const struct questionnaire *questionnaire;
  const struct translation *translation;
  bool approved;
  char hash[HASH_BYTES]; /* what is approved is what was read */
};

static struct one one_of(struct work *work) {
  return (struct one){.work = work,
                      .id = work_parameter(work, "questionnaire"),
                      .version = work_number(work, "version"),
                      .language = work_parameter(work, "language")};
}

static enum store_result find_one(struct store *store, void *context) {
  struct one *one = context;
  struct arena *arena = one->work->arena;
  struct questionnaire_row row;
  struct translation_row texts;
  struct complaints complaints = {0};
  /* 0 would be the newest. */
  enum store_result result = one->version == 0
                                 ? STORE_NONE
                                 : questionnaire_find(store, one->id, one->version, arena, &row);
  if (result == STORE_OK) {
    result = translation_find(store, one->id, one->version, one->language, arena, &texts);
  }
  if (result != STORE_OK) {
    return result;
  }
  one->approved = texts.approved;
  one->questionnaire = questionnaire_load(row.definition, arena, &complaints);
  if (one->questionnaire != NULL) {
    one->translation = translation_load(one->questionnaire, texts.texts, arena, &complaints);
  }
  return one->translation == NULL ? STORE_FAULT : STORE_OK;
}

static json_t *texts_json(const struct one *one) {
  const struct questionnaire *questionnaire = one->questionnaire;
  json_t *list = json_array();
  for (size_t i = 0; i < questionnaire->words_count; i++) {
    const char *source = questionnaire->words[i]->text;
    if (source != NULL &&
        json_array_append_new(list, json_pack("{s:s, s:s}", "source", source, "text",
                                              one->translation->texts[i])) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

static void show_one(struct one *one, unsigned status, const struct console_problem *problem) {
  struct work *work = one->work;
  if (!console_settle(work, console_ask(work, find_one, one))) {
    return;
  }
  const struct translation *translation = one->translation;
  const char *label = console_round_language(work, translation->language);
  for (size_t i = 0; i < QUESTIONNAIRE_HASH_BYTES; i++) {
    (void)snprintf(one->hash + 2 * i, 3, "%02x", translation->hash[i]);
  }
  const char *heading =
      words_fill(work->arena, console_word(work, "translation_title"), "language", label, NULL);
  json_t *data = console_frame(work, heading);
  console_put_problems(&data, problem, problem == NULL ? 0 : 1);
  console_put_text(&data, "heading", heading);
  console_put_text(&data, "questionnaire", title_of(work, one->questionnaire));
  console_put_text(&data, "label", label);
  console_put_text(&data, "state", state_word(work, one->approved));
  console_put_text(&data, "source_lang", one->questionnaire->language);
  console_put_text(&data, "source_label",
                   console_round_language(work, one->questionnaire->language));
  console_put_text(&data, "lang_of", translation->language);
  console_put_text(&data, "dir_of", translation->right_to_left ? "rtl" : "ltr");
  console_put(&data, "rows", texts_json(one));
  console_put(&data, "approve",
              one->approved ? json_null()
                            : json_pack("{s:s, s:s}", "here", work->path, "hash", one->hash));
  console_send(work, status, CONSOLE_TRANSLATION, data);
}

void translation_show(struct work *work) {
  struct one one = one_of(work);
  show_one(&one, MHD_HTTP_OK, NULL);
}

/* ---- approving */

static enum store_result approve(struct store *store, void *context) {
  const struct one *one = context;
  const char *subject =
      arena_printf(one->work->arena, "%s %d %s", one->id, one->version, one->language);
  const struct audit_entry entry = {.action = "translation.approve", .subject = subject};
  enum store_result result =
      translation_approve(store, one->id, one->version, one->language, one->hash);
  return result != STORE_OK ? result : subject == NULL ? STORE_FAULT : audit_append(store, &entry);
}

void translation_approve_now(struct work *work) {
  struct one one = one_of(work);
  (void)snprintf(one.hash, sizeof one.hash, "%s", work_field(work, "hash"));
  enum store_result result = one.version == 0 ? STORE_NONE : console_ask(work, approve, &one);
  if (result == STORE_NONE) {
    const struct console_problem problem = {NULL, console_word(work, "translation_other")};
    show_one(&one, MHD_HTTP_CONFLICT, &problem);
  } else if (console_settle(work, result)) {
    console_done(work, work->path, "translation_approved");
  }
}
