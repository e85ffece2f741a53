#include "web/export_kit.h"

const char *export_kit_load(struct export_kit *kit, const char *share_dir, struct arena *arena) {
  const char *message = NULL;
  const char *folder = arena_printf(arena, "%s/templates/export", share_dir);
  const char *words = arena_printf(arena, "%s/templates/export/words", share_dir);
  *kit = (struct export_kit){.words = NULL};
  if (folder == NULL || words == NULL) {
    return "out of memory";
  }
  kit->words = words_set_load(words, arena, &message);
  if (kit->words != NULL) {
    kit->templates = template_set_load(folder, arena, &message);
  }
  if (kit->templates == NULL) {
    return message;
  }
  kit->codebook = template_find(kit->templates, "codebook");
  return kit->codebook == NULL ? "templates/export/codebook.html is missing" : NULL;
}

void export_kit_clear(struct export_kit *kit) {
  template_set_free(kit->templates);
  words_set_free(kit->words);
  *kit = (struct export_kit){.words = NULL};
}
