/* All questionnaires, the account's drafts, and the form that uploads one. */
#include <stdlib.h>

#include "store/audit_store.h"
#include "store/questionnaire_store.h"
#include "web/console_draft.h"
#include "web/console_gate.h"
#include "web/console_pages.h"
#include "web/console_round.h"

const char *draft_path(const struct work *work, const char *id, const char *tail) {
  const char *path = arena_printf(work->arena, "/questionnaires/drafts/%s%s", id, tail);
  return path != NULL ? path : "/questionnaires";
}

void draft_gone(struct work *work) {
  console_message(work, MHD_HTTP_NOT_FOUND, "draft_gone", "not_found");
}

/* ---- the page */

struct listing {
  struct work *work;
  struct questionnaire_row *rows;
  size_t count;
  struct draft *drafts;
  size_t drafts_count;
};

static enum store_result load(struct store *store, void *context) {
  struct listing *listing = context;
  struct arena *arena = listing->work->arena;
  enum store_result result = questionnaire_list(store, arena, &listing->rows, &listing->count);
  for (size_t i = 0; i < listing->count && result == STORE_OK; i++) {
    result = questionnaire_find(store, listing->rows[i].id, listing->rows[i].version, arena,
                                &listing->rows[i]);
  }
  return result == STORE_OK ? draft_list(store, arena, &listing->drafts, &listing->drafts_count)
                            : result;
}

/* The words of its own title, without loading all of it. */
static const char *title_of(const struct work *work, const struct questionnaire_row *row) {
  json_t *root = json_loads(row->definition, 0, NULL);
  const json_t *title = json_object_get(root, "title");
  const char *text = json_string_value(json_object_get(title, "source"));
  text = text != NULL ? text : json_string_value(json_object_get(title, "ours"));
  const char *copy = arena_string(work->arena, text != NULL ? text : row->id);
  json_decref(root);
  return copy != NULL ? copy : row->id;
}

static json_t *rows_json(const struct listing *listing) {
  const struct work *work = listing->work;
  json_t *list = json_array();
  for (size_t i = 0; i < listing->count; i++) {
    const struct questionnaire_row *row = &listing->rows[i];
    (void)json_array_append_new(
        list, json_pack("{s:s, s:s, s:i, s:s}", "title", title_of(work, row), "id", row->id,
                        "version", row->version, "state",
                        console_word(work, row->used ? "draft_used" : "draft_unused")));
  }
  return list;
}

static json_t *drafts_json(const struct listing *listing) {
  const struct work *work = listing->work;
  json_t *list = json_array();
  for (size_t i = 0; i < listing->drafts_count; i++) {
    const struct draft *draft = &listing->drafts[i];
    (void)json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:i, s:s, s:s}", "href",
                                                draft_path(work, draft->id, ""), "title",
                                                draft->title, "id", draft->questionnaire, "version",
                                                draft->version, "file", draft->file, "made",
                                                console_moment(work, draft->made_at)));
  }
  return json_pack("{s:o}", "rows", list);
}

/* Replies with the list of questionnaires and the form, and what is wrong with what it sent: a
 * sentence, or a list, which is borrowed; either may be NULL. */
static void reply_list(struct work *work, unsigned status, const char *problem,
                       const json_t *faults) {
  struct listing listing = {.work = work};
  if (!console_settle(work, console_ask(work, load, &listing))) {
    return;
  }
  bool faulty = faults != NULL && !json_is_null(faults);
  const struct console_problem item = {faulty ? "faults" : "file", problem};
  json_t *data = console_frame(work, console_word(work, "questionnaires_title"));
  console_put_problems(&data, &item, problem != NULL);
  console_put_text(&data, "sent", faulty ? work->upload.name : NULL);
  console_put(&data, "faults", faulty ? json_deep_copy(faults) : json_null());
  console_put(&data, "rows", rows_json(&listing));
  console_put(&data, "drafts", listing.drafts_count == 0 ? json_null() : drafts_json(&listing));
  console_send(work, status, CONSOLE_QUESTIONNAIRES, data);
}

void questionnaires_show(struct work *work) {
  reply_list(work, MHD_HTTP_OK, NULL, NULL);
}

/* ---- keeping what was sent */

struct keeping {
  struct work *work;
  struct draft_upload *upload;
  const struct questionnaire *questionnaire;
  struct draft draft;
};

/* What is wrong with it stands in upload->faults then. */
static void fault(const struct keeping *keeping, const struct complaints *complaints,
                  const char *json) {
  json_t *root = json_loads(json, 0, NULL);
  json_decref(keeping->upload->faults);
  keeping->upload->faults = draft_list_faults(keeping->work, complaints, root);
  json_decref(root);
}

static enum store_result note(struct store *store, const struct keeping *keeping) {
  const char *subject = arena_printf(keeping->work->arena, "%s %d", keeping->draft.questionnaire,
                                     keeping->draft.version);
  const struct audit_entry entry = {.action = "questionnaire.draft", .subject = subject};
  return subject == NULL ? STORE_FAULT : audit_append(store, &entry);
}

static enum store_result keep_draft(struct store *store, void *context) {
  struct keeping *keeping = context;
  enum store_result result = draft_keep(store, keeping->work->arena, &keeping->draft);
  return result == STORE_OK ? note(store, keeping) : result;
}

static const char *dumped(const struct work *work, const json_t *json) {
  char *text = json_dumps(json, JSON_COMPACT);
  const char *copy = text == NULL ? NULL : arena_string(work->arena, text);
  free(text);
  return copy;
}

static void describe(struct keeping *keeping, const char *definition) {
  const struct questionnaire *questionnaire = keeping->questionnaire;
  keeping->draft = (struct draft){.questionnaire = questionnaire->id,
                                  .version = questionnaire->version,
                                  .title = questionnaire->title.text,
                                  .file = keeping->work->upload.name,
                                  .definition = definition,
                                  .translations = "{}",
                                  .remarks = "[]"};
}

/* ---- a definition */

static bool load_definition(struct keeping *keeping) {
  const struct work *work = keeping->work;
  const struct draft_upload *upload = keeping->upload;
  struct complaints complaints = {0};
  keeping->questionnaire = questionnaire_load(upload->json, work->arena, &complaints);
  if (keeping->questionnaire == NULL) {
    fault(keeping, &complaints, upload->json);
    return false;
  }
  describe(keeping, upload->json);
  if (upload->translations != NULL) {
    keeping->draft.translations = dumped(work, upload->translations);
  }
  if (upload->remarks != NULL) {
    keeping->draft.remarks = dumped(work, upload->remarks);
  }
  return true;
}

/* Of a workbook; a fault names the words by their id. */
static bool check_translations(struct keeping *keeping) {
  const char *language;
  json_t *file;
  json_object_foreach(keeping->upload->translations, language, file) {
    struct complaints complaints = {0};
    const char *json = dumped(keeping->work, file);
    if (json == NULL ||
        translation_load(keeping->questionnaire, json, keeping->work->arena, &complaints) == NULL) {
      fault(keeping, &complaints, "{}");
      return false;
    }
  }
  return true;
}

/* ---- a translation */

/* It joins the account's draft of its questionnaire, or else the newest version there is. */
static enum store_result find_translated(struct store *store, struct keeping *keeping) {
  struct arena *arena = keeping->work->arena;
  struct complaints complaints = {0};
  struct questionnaire_row row = {0};
  enum store_result result = draft_find_of(store, keeping->upload->of, arena, &keeping->draft);
  const char *definition = keeping->draft.definition;
  if (result == STORE_NONE) {
    result = questionnaire_find(store, keeping->upload->of, 0, arena, &row);
    definition = row.definition;
  }
  if (result != STORE_OK) {
    return result;
  }
  keeping->questionnaire = questionnaire_load(definition, arena, &complaints);
  if (keeping->questionnaire == NULL) {
    return STORE_FAULT;
  }
  if (keeping->draft.id == NULL) {
    describe(keeping, definition);
  }
  return STORE_OK;
}

static enum store_result add_translation(struct store *store, struct keeping *keeping) {
  const struct draft_upload *upload = keeping->upload;
  struct complaints complaints = {0};
  const struct translation *translation =
      translation_load(keeping->questionnaire, upload->json, keeping->work->arena, &complaints);
  if (translation == NULL) {
    fault(keeping, &complaints, "{}");
    return STORE_REFUSED;
  }
  enum store_result result =
      keeping->draft.id != NULL ? note(store, keeping) : keep_draft(store, keeping);
  return result == STORE_OK
             ? draft_translate(store, keeping->draft.id, translation->language, upload->json)
             : result;
}

static enum store_result keep_translation(struct store *store, void *context) {
  struct keeping *keeping = context;
  keeping->draft = (struct draft){0};
  enum store_result result = find_translated(store, keeping);
  return result == STORE_OK ? add_translation(store, keeping) : result;
}

/* ---- POST */

static void refuse(struct keeping *keeping, unsigned status, const char *word) {
  reply_list(keeping->work, status, console_word(keeping->work, word), keeping->upload->faults);
}

static void keep(struct keeping *keeping) {
  struct work *work = keeping->work;
  bool translates = keeping->upload->of != NULL;
  if (!translates && (!load_definition(keeping) || !check_translations(keeping))) {
    refuse(keeping, MHD_HTTP_UNPROCESSABLE_CONTENT, "draft_faults");
    return;
  }
  enum store_result result = console_ask(work, translates ? keep_translation : keep_draft, keeping);
  if (result == STORE_REFUSED && keeping->upload->faults != NULL) {
    refuse(keeping, MHD_HTTP_UNPROCESSABLE_CONTENT, "draft_faults");
  } else if (result == STORE_REFUSED) {
    refuse(keeping, MHD_HTTP_CONFLICT, "draft_many");
  } else if (result == STORE_NONE) {
    refuse(keeping, MHD_HTTP_UNPROCESSABLE_CONTENT, "draft_of_nothing");
  } else if (console_settle(work, result)) {
    console_done(work, draft_path(work, keeping->draft.id, ""), "draft_kept");
  }
}

void questionnaires_upload(struct work *work) {
  struct draft_upload upload;
  struct keeping keeping = {.work = work, .upload = &upload};
  draft_upload_read(work, &upload);
  if (upload.problem != NULL) {
    reply_list(work, MHD_HTTP_UNPROCESSABLE_CONTENT, upload.problem, NULL);
  } else if (upload.faults != NULL) {
    refuse(&keeping, MHD_HTTP_UNPROCESSABLE_CONTENT, "draft_faults");
  } else {
    keep(&keeping);
  }
  draft_upload_drop(&upload);
}
