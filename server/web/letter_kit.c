#include "web/letter_kit.h"

#include "output/letter.h"

static const char *check_page(struct letter_kit *kit, struct arena *arena) {
  kit->page = template_find(kit->templates, "letter");
  if (kit->page == NULL) {
    return "templates/letters/letter.html is missing";
  }
  json_t *sample = letter_template_sample();
  const char *message = sample == NULL ? "out of memory" : template_check(kit->page, sample, arena);
  json_decref(sample);
  return message;
}

const char *letter_kit_load(struct letter_kit *kit, const char *share_dir, struct arena *arena) {
  const char *message = NULL;
  const char *folder = arena_printf(arena, "%s/templates/letters", share_dir);
  *kit = (struct letter_kit){.words = NULL};
  if (folder == NULL) {
    return "out of memory";
  }
  kit->words = words_set_load(folder, arena, &message);
  if (kit->words != NULL) {
    kit->templates = template_set_load(folder, arena, &message);
  }
  return kit->templates == NULL ? message : check_page(kit, arena);
}

void letter_kit_clear(struct letter_kit *kit) {
  template_set_free(kit->templates);
  words_set_free(kit->words);
  *kit = (struct letter_kit){.words = NULL};
}

bool letter_kit_enter(struct letter_kit *kit) {
  if (atomic_fetch_add(&kit->prints, 1) < LETTER_KIT_PRINTS_MAX) {
    return true;
  }
  letter_kit_leave(kit);
  return false;
}

void letter_kit_leave(struct letter_kit *kit) {
  atomic_fetch_sub(&kit->prints, 1);
}
