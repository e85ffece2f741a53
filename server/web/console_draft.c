/* One draft: what is told of it, and its storing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/audit_store.h"
#include "store/questionnaire_store.h"
#include "web/console_draft.h"
#include "web/console_gate.h"
#include "web/console_pages.h"
#include "web/console_round.h"

enum { HASH_BYTES = 2 * QUESTIONNAIRE_HASH_BYTES + 1 };

/* What storing it would do; the words draft_state_NAME. */
enum state { STATE_NEW, STATE_SAME, STATE_REPLACE, STATE_NEXT, STATE_USED, STATE_OLDER };
static const char *const STATES[] = {
    [STATE_NEW] = "new",   [STATE_SAME] = "same", [STATE_REPLACE] = "replace",
    [STATE_NEXT] = "next", [STATE_USED] = "used", [STATE_OLDER] = "older",
};

struct looking {
  struct work *work;
  struct draft draft;
  const struct questionnaire *questionnaire;
  /* what is stored under its name */
  enum state state;
  int newest;                           /* version; 0: none */
  const struct questionnaire *stored;   /* of the same version; NULL: none */
  const struct questionnaire *compared; /* the newest that a round uses, or the newest */
  char seen[HASH_BYTES];                /* of `stored`; "none" */
};

/* ---- looking */

static const struct questionnaire *parse(const struct looking *looking, const char *definition) {
  struct complaints complaints = {0};
  return questionnaire_load(definition, looking->work->arena, &complaints);
}

static enum store_result load_version(struct store *store, const struct looking *looking,
                                      int version, const struct questionnaire **questionnaire) {
  struct questionnaire_row row;
  enum store_result result =
      questionnaire_find(store, looking->draft.questionnaire, version, looking->work->arena, &row);
  if (result == STORE_OK) {
    *questionnaire = parse(looking, row.definition);
    result = *questionnaire == NULL ? STORE_FAULT : STORE_OK;
  }
  return result;
}

static void judge(struct looking *looking, bool used) {
  const struct questionnaire *stored = looking->stored;
  bool same = stored != NULL &&
              memcmp(stored->hash, looking->questionnaire->hash, sizeof stored->hash) == 0;
  (void)snprintf(looking->seen, sizeof looking->seen, "none");
  for (size_t i = 0; stored != NULL && i < QUESTIONNAIRE_HASH_BYTES; i++) {
    (void)snprintf(looking->seen + 2 * i, 3, "%02x", stored->hash[i]);
  }
  looking->state = looking->newest > looking->draft.version ? STATE_OLDER
                   : same                                   ? STATE_SAME
                   : stored != NULL && used                 ? STATE_USED
                   : stored != NULL                         ? STATE_REPLACE
                   : looking->newest > 0                    ? STATE_NEXT
                                                            : STATE_NEW;
}

/* The list is in order of id and version. */
static enum store_result load_stored(struct store *store, struct looking *looking) {
  struct questionnaire_row *rows = NULL;
  size_t count = 0;
  int in_use = 0;
  bool here = false, used = false;
  enum store_result result = questionnaire_list(store, looking->work->arena, &rows, &count);
  looking->newest = 0;
  looking->stored = looking->compared = NULL;
  for (size_t i = 0; i < count && result == STORE_OK; i++) {
    if (strcmp(rows[i].id, looking->draft.questionnaire) == 0) {
      looking->newest = rows[i].version;
      in_use = rows[i].used ? rows[i].version : in_use;
      here = here || rows[i].version == looking->draft.version;
      used = used || (rows[i].version == looking->draft.version && rows[i].used);
    }
  }
  if (result == STORE_OK && here) {
    result = load_version(store, looking, looking->draft.version, &looking->stored);
  }
  if (result == STORE_OK && looking->newest > 0) {
    result =
        load_version(store, looking, in_use > 0 ? in_use : looking->newest, &looking->compared);
  }
  if (result == STORE_OK) {
    judge(looking, used);
  }
  return result;
}

static enum store_result look(struct store *store, void *context) {
  struct looking *looking = context;
  struct work *work = looking->work;
  enum store_result result =
      draft_find(store, work_parameter(work, "draft"), work->arena, &looking->draft);
  if (result != STORE_OK) {
    return result;
  }
  looking->questionnaire = parse(looking, looking->draft.definition);
  return looking->questionnaire == NULL ? STORE_FAULT : load_stored(store, looking);
}

/* ---- what the page tells */

static const char *duration(const struct work *work, int seconds) {
  const char *text = arena_printf(work->arena, "%d:%02d", seconds / 60, seconds % 60);
  return text != NULL ? text : "";
}

static const char *reading_of(const struct looking *looking, bool most_children, const char *word) {
  const struct work *work = looking->work;
  struct lint_reading reading = lint_reading(looking->questionnaire, most_children);
  return words_fill(work->arena, console_word(work, word), "n",
                    console_round_number(work, reading.words), "time",
                    duration(work, reading.seconds), "slow", duration(work, reading.slow), NULL);
}

static bool repeats(const struct questionnaire *questionnaire) {
  for (size_t i = 0; i < questionnaire->questions_count; i++) {
    if (questionnaire->questions[i].each >= 0) {
      return true;
    }
  }
  return false;
}

static json_t *reading_json(const struct looking *looking) {
  bool children = repeats(looking->questionnaire);
  json_t *list = json_array();
  (void)json_array_append_new(
      list,
      json_string(reading_of(looking, false, children ? "draft_reading_one" : "draft_reading")));
  if (children) {
    (void)json_array_append_new(list, json_string(reading_of(looking, true, "draft_reading_most")));
  }
  return list;
}

/* Adds the draft's languages, the authoritative one first, and what is to be said of each
 * translation. False when memory is out. */
static bool lint_translations(const struct looking *looking, const json_t *translations,
                              struct lint *lint, const char **languages, size_t *count) {
  struct arena *arena = looking->work->arena;
  const char *language;
  json_t *file;
  languages[(*count)++] = looking->questionnaire->language;
  json_object_foreach((json_t *)(uintptr_t)translations, language, file) {
    struct complaints complaints = {0};
    char *json = json_dumps(file, 0);
    const struct translation *translation =
        json == NULL ? NULL : translation_load(looking->questionnaire, json, arena, &complaints);
    free(json);
    if (translation == NULL) {
      return false;
    }
    languages[(*count)++] = translation->language;
    lint_translation(lint, looking->questionnaire, translation, arena);
  }
  return true;
}

/* Only who wrote the text knows its lines: one that was made of a workbook has but one. */
static void drop_lines(const struct looking *looking, struct lint *lint) {
  bool written = strchr(looking->draft.definition, '\n') != NULL;
  for (size_t i = 0; i < lint->count && !written; i++) {
    lint->items[i].line = 0;
  }
}

static json_t *warnings_json(const struct looking *looking, const json_t *translations) {
  const struct work *work = looking->work;
  struct lint lint = {0};
  size_t pages_count, count = 0;
  const char **languages =
      arena_array(work->arena, json_object_size(translations) + 1, sizeof *languages);
  const char *const *pages = words_languages(work->pages->words, work->arena, &pages_count);
  json_t *root = json_loads(looking->draft.definition, 0, NULL);
  json_t *list = NULL;
  if (languages != NULL && pages != NULL) {
    lint_definition(&lint, looking->questionnaire, looking->draft.definition, work->arena);
    if (lint_translations(looking, translations, &lint, languages, &count)) {
      drop_lines(looking, &lint);
      lint_languages(&lint, languages, count, pages, pages_count, work->arena);
      list = lint.failed ? NULL : draft_list_warnings(work, &lint, root);
    }
  }
  json_decref(root);
  return list;
}

static json_t *translations_json(const struct looking *looking, const json_t *translations) {
  const struct work *work = looking->work;
  const char *language;
  json_t *file, *list = json_array();
  json_object_foreach((json_t *)(uintptr_t)translations, language, file) {
    (void)json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "label",
                                                console_round_language(work, language), "own",
                                                words_get(file, "name"), "lang_of", language));
  }
  return list;
}

static json_t *changes_json(const struct looking *looking) {
  const struct work *work = looking->work;
  const struct questionnaire *old = looking->compared;
  struct difference_list list = {0};
  if (old == NULL) {
    return json_null();
  }
  if (!difference_find(old, looking->questionnaire, work->arena, &list)) {
    return NULL;
  }
  const char *title = words_fill(work->arena, console_word(work, "draft_changes"), "n",
                                 console_round_number(work, old->version), NULL);
  return json_pack("{s:s, s:o, s:o, s:b}", "title", title, "breaking",
                   draft_list_changes(work, &list, true), "kept",
                   draft_list_changes(work, &list, false), "same", (int)(list.count == 0));
}

static void put_facts(json_t **data, const struct looking *looking) {
  const struct work *work = looking->work;
  const struct questionnaire *questionnaire = looking->questionnaire;
  console_put_text(data, "heading", questionnaire->title.text);
  console_put_text(data, "title_lang", questionnaire->language);
  console_put_text(data, "id", questionnaire->id);
  console_put(data, "version", json_integer(questionnaire->version));
  console_put_text(data, "file", looking->draft.file);
  console_put_text(data, "made", console_moment(work, looking->draft.made_at));
  console_put_text(data, "language", console_round_language(work, questionnaire->language));
  console_put(data, "questions", json_integer((json_int_t)questionnaire->questions_count));
  console_put(data, "reading", reading_json(looking));
}

static void put_state(json_t **data, const struct looking *looking) {
  const struct work *work = looking->work;
  bool stuck = looking->state == STATE_USED || looking->state == STATE_OLDER;
  int version = looking->state == STATE_OLDER || looking->state == STATE_NEXT
                    ? looking->newest
                    : looking->draft.version;
  const char *text =
      words_fill(work->arena, console_word_of(work, "draft_state_", STATES[looking->state]), "n",
                 console_round_number(work, version), NULL);
  console_put_text(data, "state", text);
  console_put(data, "store", stuck ? json_null() : json_pack("{s:s}", "seen", looking->seen));
}

static void show(struct looking *looking, unsigned status, const char *problem) {
  struct work *work = looking->work;
  enum store_result result = console_ask(work, look, looking);
  if (result == STORE_NONE) {
    draft_gone(work);
    return;
  }
  if (!console_settle(work, result)) {
    return;
  }
  const struct console_problem item = {NULL, problem};
  json_t *translations = json_loads(looking->draft.translations, 0, NULL);
  json_t *remarks = json_loads(looking->draft.remarks, 0, NULL);
  json_t *data = console_frame(work, looking->draft.title);
  console_put_problems(&data, &item, problem != NULL);
  put_facts(&data, looking);
  put_state(&data, looking);
  console_put_text(&data, "here", draft_path(work, looking->draft.id, ""));
  console_put(&data, "warnings", warnings_json(looking, translations));
  console_put(&data, "notes", draft_list_remarks(work, remarks));
  console_put(&data, "changes", changes_json(looking));
  console_put(&data, "translations", translations_json(looking, translations));
  json_decref(remarks);
  json_decref(translations);
  console_send(work, status, CONSOLE_DRAFT, data);
}

void draft_show(struct work *work) {
  struct looking looking = {.work = work};
  show(&looking, MHD_HTTP_OK, NULL);
}

/* ---- storing */

static enum store_result note(struct store *store, const char *action, const char *subject) {
  const struct audit_entry entry = {.action = action, .subject = subject};
  return subject == NULL ? STORE_FAULT : audit_append(store, &entry);
}

static enum store_result store_definition(struct store *store, const struct looking *looking) {
  const struct draft *draft = &looking->draft;
  const char *subject =
      arena_printf(looking->work->arena, "%s %d", draft->questionnaire, draft->version);
  enum store_result result = questionnaire_insert(store, looking->questionnaire, draft->definition);
  if (result == STORE_DUPLICATE) {
    return STORE_OK;
  }
  return result != STORE_OK
             ? result
             : note(store, looking->stored == NULL ? "questionnaire.add" : "questionnaire.change",
                    subject);
}

static bool is_there(const struct translation_row *rows, size_t count, const char *language) {
  for (size_t i = 0; i < count; i++) {
    if (strcmp(rows[i].language, language) == 0) {
      return true;
    }
  }
  return false;
}

static enum store_result store_translation(struct store *store, const struct looking *looking,
                                           const char *json, bool there) {
  const struct work *work = looking->work;
  const struct draft *draft = &looking->draft;
  struct complaints complaints = {0};
  const struct translation *translation =
      translation_load(looking->questionnaire, json, work->arena, &complaints);
  if (translation == NULL) {
    return STORE_FAULT;
  }
  enum store_result result =
      translation_insert(store, draft->questionnaire, draft->version, translation, json);
  if (result == STORE_DUPLICATE) {
    return STORE_OK;
  }
  return result != STORE_OK ? result
                            : note(store, there ? "translation.change" : "translation.add",
                                   arena_printf(work->arena, "%s %d %s", draft->questionnaire,
                                                draft->version, translation->language));
}

static enum store_result store_translations(struct store *store, const struct looking *looking) {
  const struct draft *draft = &looking->draft;
  struct translation_row *rows = NULL;
  size_t count = 0;
  enum store_result result = translation_list(store, draft->questionnaire, draft->version,
                                              looking->work->arena, &rows, &count);
  json_t *translations = json_loads(draft->translations, 0, NULL);
  const char *language;
  json_t *file;
  json_object_foreach(translations, language, file) {
    char *json = json_dumps(file, JSON_COMPACT);
    if (result == STORE_OK) {
      result = json == NULL
                   ? STORE_FAULT
                   : store_translation(store, looking, json, is_there(rows, count, language));
    }
    free(json);
  }
  json_decref(translations);
  return result;
}

/* STORE_CONFLICT: it is not what the page told any more. */
static enum store_result take(struct store *store, void *context) {
  struct looking *looking = context;
  struct work *work = looking->work;
  enum store_result result =
      draft_find(store, work_parameter(work, "draft"), work->arena, &looking->draft);
  if (result == STORE_OK) {
    result = draft_hold(store, looking->draft.questionnaire);
  }
  if (result == STORE_OK) {
    result = look(store, looking);
  }
  if (result == STORE_OK && (looking->state == STATE_USED || looking->state == STATE_OLDER ||
                             strcmp(looking->seen, work_field(work, "seen")) != 0)) {
    result = STORE_CONFLICT;
  }
  if (result == STORE_OK) {
    result = store_definition(store, looking);
  }
  if (result == STORE_OK) {
    result = store_translations(store, looking);
  }
  return result == STORE_OK ? draft_delete(store, looking->draft.id) : result;
}

/* A personal round is its municipality's to make. */
static void stored(const struct looking *looking) {
  struct work *work = looking->work;
  if (looking->questionnaire->personal) {
    console_done(work, "/questionnaires", "questionnaire_stored_personal");
    return;
  }
  const char *next =
      arena_printf(work->arena, "/rounds/new?questionnaire=%s&done=questionnaire_stored",
                   looking->draft.questionnaire);
  work_redirect(work, next != NULL ? next : "/rounds/new");
}

void draft_store_now(struct work *work) {
  struct looking looking = {.work = work};
  enum store_result result = console_ask(work, take, &looking);
  if (result == STORE_NONE) {
    draft_gone(work);
  } else if (result == STORE_CONFLICT) {
    show(&looking, MHD_HTTP_CONFLICT, console_word(work, "draft_changed"));
  } else if (console_settle(work, result)) {
    stored(&looking);
  }
}

/* ---- throwing it away */

static enum store_result drop(struct store *store, void *context) {
  const struct work *work = context;
  return draft_delete(store, work_parameter(work, "draft"));
}

void draft_drop(struct work *work) {
  enum store_result result = console_ask(work, drop, work);
  if (result == STORE_NONE) {
    draft_gone(work);
  } else if (console_settle(work, result)) {
    console_done(work, "/questionnaires", "draft_dropped");
  }
}
