#include "web/export_dress.h"

#include <stdlib.h>
#include <string.h>

enum store_result export_dress_find(struct store *store, int round, struct arena *arena,
                                    struct export_dress *dress) {
  *dress = (struct export_dress){.municipalities = NULL};
  enum store_result result = round_find(store, round, arena, &dress->round);
  if (result == STORE_OK) {
    result = questionnaire_find(store, dress->round.questionnaire, dress->round.version, arena,
                                &dress->questionnaire);
  }
  if (result == STORE_OK) {
    result = municipality_list(store, arena, &dress->municipalities, &dress->municipalities_count);
  }
  return result == STORE_OK ? setting_list_for(store, dress->round.personal_of, arena,
                                               &dress->settings, &dress->settings_count)
                            : result;
}

static bool has(const struct export_dress *dress, int municipality) {
  for (size_t i = 0; i < dress->round.municipalities_count; i++) {
    if (dress->round.municipalities[i] == municipality) {
      return true;
    }
  }
  return false;
}

static const char *controller(const struct export_dress *dress) {
  for (size_t i = 0; i < dress->settings_count; i++) {
    if (strcmp(dress->settings[i].key, "controller") == 0) {
      return dress->settings[i].value;
    }
  }
  return "";
}

const char *export_dress_scratch(void) {
  const char *scratch = getenv("TMPDIR");
  return scratch != NULL && scratch[0] == '/' ? scratch : "/var/tmp";
}

bool export_dress_fill(const struct export_dress *dress, const struct export_kit *kit,
                       struct arena *arena, struct export_options *options) {
  struct complaints complaints = {0};
  struct variable_municipality *names =
      arena_array(arena, dress->municipalities_count + 1, sizeof *names);
  options->questionnaire = questionnaire_load(dress->questionnaire.definition, arena, &complaints);
  if (names == NULL || options->questionnaire == NULL) {
    return false;
  }
  options->municipalities_count = 0;
  for (size_t i = 0; i < dress->municipalities_count; i++) {
    const struct municipality_row *row = &dress->municipalities[i];
    if (has(dress, row->code)) {
      names[options->municipalities_count++] =
          (struct variable_municipality){.code = row->code, .name = row->name};
    }
  }
  options->municipalities = names;
  options->round = dress->round.id;
  options->round_title = dress->round.title;
  options->controller = controller(dress);
  options->words = words_of(kit->words, options->questionnaire->language);
  options->codebook = kit->codebook;
  options->documentation_page = kit->documentation;
  options->scratch = export_dress_scratch();
  return true;
}

enum reply_type export_dress_type(enum export_format format) {
  static const enum reply_type types[EXPORT_FORMATS] = {
      [EXPORT_CSV] = REPLY_CSV, [EXPORT_JSONL] = REPLY_JSONL, [EXPORT_SAV] = REPLY_SAV,
      [EXPORT_DTA] = REPLY_DTA, [EXPORT_XLSX] = REPLY_XLSX,   [EXPORT_ZIP] = REPLY_ZIP};
  return types[format];
}
