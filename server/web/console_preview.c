#include "web/console_preview.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "web/console_draft.h"
#include "web/console_gate.h"
#include "web/preview.h"
#include "web/respondent.h"

/* ---- on a worker's thread */

struct loading {
  struct work *work;
  struct draft draft;
};

static enum store_result find(struct store *store, void *context) {
  struct loading *loading = context;
  struct work *work = loading->work;
  return draft_find(store, work_parameter(work, "draft"), work->arena, &loading->draft);
}

/* All of them load: they were looked at when they were kept. */
static struct catalogue_text *texts_of(const struct draft *draft, struct arena *arena,
                                       size_t *count) {
  json_t *translations = json_loads(draft->translations, 0, NULL);
  struct catalogue_text *texts =
      arena_array(arena, json_object_size(translations) + 1, sizeof *texts);
  const char *language;
  json_t *file;
  bool good = texts != NULL;
  *count = 0;
  json_object_foreach(translations, language, file) {
    char *json = json_dumps(file, JSON_COMPACT);
    const char *copy = json == NULL ? NULL : arena_string(arena, json);
    const char *code = arena_string(arena, language);
    free(json);
    good = good && copy != NULL && code != NULL;
    if (good) {
      texts[(*count)++] = (struct catalogue_text){.language = code, .json = copy, .approved = true};
    }
  }
  json_decref(translations);
  return good ? texts : NULL;
}

/* The pages of the server, marked as a preview and leading back to the draft. */
static const struct pages *pages_of(const struct loading *loading, struct arena *arena) {
  struct pages *pages = arena_alloc(arena, sizeof *pages);
  if (pages == NULL) {
    return NULL;
  }
  *pages = *loading->work->pages;
  pages->preview = true;
  pages->back = arena_string(arena, draft_path(loading->work, loading->draft.id, ""));
  return pages->back == NULL ? NULL : pages;
}

/* Fills a preview in the arena, which is the site's to be. */
static struct preview *preview_of(const struct loading *loading, struct arena *arena) {
  struct complaints complaints = {0};
  size_t count;
  struct preview *preview = arena_alloc(arena, sizeof *preview);
  const char *definition = arena_string(arena, loading->draft.definition);
  const struct catalogue_text *texts = texts_of(&loading->draft, arena, &count);
  const struct questionnaire *questionnaire =
      definition == NULL ? NULL : questionnaire_load(definition, arena, &complaints);
  bool good = preview != NULL && texts != NULL && questionnaire != NULL &&
              preview_fill(preview, questionnaire, definition, texts, count, arena);
  return good ? preview : NULL;
}

/* The first page is rendered here, in the language that is asked for. */
static bool make(const struct loading *loading) {
  struct work *work = loading->work;
  struct arena *arena = arena_new(0);
  int keyless_round = 0;
  struct preview *preview = arena == NULL ? NULL : preview_of(loading, arena);
  const struct pages *pages = preview == NULL ? NULL : pages_of(loading, arena);
  if (pages == NULL) {
    arena_free(arena);
    return false;
  }
  work->result = arena_string(work->arena, preview->code);
  work->site = site_new(arena, &preview->catalogue, pages, work->config, &keyless_round);
  const struct site_link *link =
      work->site == NULL || work->result == NULL ? NULL : site_find(work->site, work->result);
  const char *asked = work_query(work, "lang");
  const struct site_language *language =
      link == NULL || asked == NULL ? NULL : site_language(link->round, asked);
  return link != NULL &&
         (work->posts ||
          site_render(work->site, link, language != NULL ? language : &link->round->languages[0],
                      CODING_GZIP));
}

void console_preview_load(struct work *work) {
  struct loading loading = {.work = work};
  enum store_result result = console_ask(work, find, &loading);
  if (result == STORE_NONE) {
    draft_gone(work);
  } else if (console_settle(work, result) && !make(&loading)) {
    console_fail(work, STORE_FAULT);
  }
}

/* ---- on the loop */

enum MHD_Result console_preview_ask(struct request *request) {
  struct work *work = work_new(request, console_enter);
  return work != NULL && request_send(request, work)
             ? MHD_YES
             : reply_problem(request, MHD_HTTP_SERVICE_UNAVAILABLE, "later", "busy");
}

/* From here on the request is one of a parent's, over the draft's site. */
static bool take_over(struct request *request) {
  struct work *work = request->work;
  request->form = work->form;
  work->form = (struct form){0};
  site_release(request->site);
  request->site = site_hold(work->site);
  request->takes_brotli = false; /* its first page is there as gzip alone */
  (void)snprintf(request->code, sizeof request->code, "%s", (const char *)work->result);
  request->link = site_find(request->site, request->code);
  if (request->link != NULL) {
    request_choose_language(request);
  }
  return request->link != NULL;
}

enum MHD_Result console_preview_answer(struct request *request) {
  if (request->paper != NULL) {
    return respondent_finish(request); /* it was sent, and dropped */
  }
  struct work *work = request->work;
  if (work == NULL) {
    return reply_problem(request, MHD_HTTP_SERVICE_UNAVAILABLE, "later", "busy");
  }
  if (work->reply.status != 0 || work->site == NULL || !take_over(request)) {
    return reply_work(request);
  }
  if (!work->posts) {
    return respondent_opened(request);
  }
  work_free(work);
  request->work = NULL;
  return respondent_post(request);
}
