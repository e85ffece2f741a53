#include "web/report_kit.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "output/report_page.h"

static const char *check_page(struct report_kit *kit, struct arena *arena) {
  kit->page = template_find(kit->templates, "report");
  kit->body = template_find(kit->templates, "body");
  if (kit->page == NULL || kit->body == NULL || template_find(kit->templates, "figures") == NULL) {
    return "templates/report lacks report.html, body.html or figures.html";
  }
  json_t *sample = report_page_sample(words_of(kit->words, "da"));
  const char *message = sample == NULL ? "out of memory" : template_check(kit->page, sample, arena);
  json_decref(sample);
  return message;
}

const char *report_kit_load(struct report_kit *kit, const char *share_dir, struct arena *arena) {
  const char *message = NULL;
  const char *folder = arena_printf(arena, "%s/templates/report", share_dir);
  const char *words = arena_printf(arena, "%s/templates/report_words", share_dir);
  *kit = (struct report_kit){.words = NULL};
  kit->share_dir = strdup(share_dir);
  if (folder == NULL || words == NULL || kit->share_dir == NULL) {
    return "out of memory";
  }
  kit->words = words_set_load(words, arena, &message);
  if (kit->words != NULL) {
    kit->templates = template_set_load(folder, arena, &message);
  }
  return kit->templates == NULL ? message : check_page(kit, arena);
}

void report_kit_clear(struct report_kit *kit) {
  template_set_free(kit->templates);
  words_set_free(kit->words);
  free(kit->share_dir);
  *kit = (struct report_kit){.words = NULL};
}

const struct norms *report_kit_norms(const struct report_kit *kit,
                                     const struct questionnaire *questionnaire,
                                     struct arena *arena) {
  struct complaints complaints = {0};
  const char *name = questionnaire->norms.file;
  const struct norms *norms =
      name == NULL ? NULL : norms_find(kit->share_dir, name, arena, &complaints);
  if (norms != NULL && norms_fit(norms, questionnaire, arena, &complaints)) {
    return norms;
  }
  if (name != NULL) {
    log_event(LOG_LEVEL_WARNING, "norms_unusable", "s:s, s:s", "norms", name, "why",
              complaints.count == 0 ? "out of memory" : complaints.items[0].message);
  }
  return NULL;
}

const struct norms *report_kit_norms_list(const struct report_kit *kit,
                                          const struct questionnaire *questionnaire,
                                          struct arena *arena, size_t *count) {
  size_t files = 0;
  const char *const *names = norms_list(kit->share_dir, arena, &files);
  struct norms *list = names == NULL ? NULL : arena_array(arena, files + 1, sizeof *list);
  *count = 0;
  for (size_t i = 0; list != NULL && i < files; i++) {
    struct complaints complaints = {0};
    const struct norms *norms = norms_find(kit->share_dir, names[i], arena, &complaints);
    if (norms != NULL && norms_fit(norms, questionnaire, arena, &complaints)) {
      list[(*count)++] = *norms;
    }
  }
  return list;
}

void report_kit_style(const struct report_kit *kit, struct text *out) {
  json_t *nothing = json_object();
  if (nothing == NULL) {
    out->failed = true;
    return;
  }
  template_render(template_find(kit->templates, "figures"), nothing, out);
  json_decref(nothing);
  chart_style(out);
}
