#include <string.h>

#include "store/letter_store.h"
#include "store/pg.h"
#include "store/questionnaire_store.h"

/* A draft of the questionnaire is offered only where the round allows it. */
static bool is_offered(const struct round_row *round, const struct translation_row *rows,
                       size_t count, const char *language) {
  for (size_t i = 0; i < count; i++) {
    if (strcmp(rows[i].language, language) == 0) {
      return rows[i].approved || round->allow_drafts;
    }
  }
  return true; /* its own language */
}

static enum store_result find_languages(struct store *store, const struct round_row *round,
                                        struct arena *arena, struct letter_survey *survey) {
  struct translation_row *rows = NULL;
  size_t count = 0;
  const char **languages = arena_array(arena, round->languages_count + 1, sizeof *languages);
  if (languages == NULL) {
    return STORE_FAULT;
  }
  enum store_result result =
      translation_list(store, round->questionnaire, round->version, arena, &rows, &count);
  if (result != STORE_OK && result != STORE_NONE) {
    return result;
  }
  survey->languages = languages;
  for (size_t i = 0; i < round->languages_count; i++) {
    if (is_offered(round, rows, count, round->languages[i])) {
      languages[survey->languages_count++] = round->languages[i];
    }
  }
  return STORE_OK;
}

enum store_result letter_survey_find(struct store *store, const struct round_row *round,
                                     struct arena *arena, struct letter_survey *survey) {
  struct setting_row *rows = NULL;
  size_t count = 0;
  *survey = (struct letter_survey){.controller = ""};
  if (round->personal_of != 0) {
    pg_say(store,
           "round %d is of known children: what a letter says is of anonymous rounds; hint: "
           "hjemsvar qr --round %d",
           round->id, round->id);
    return STORE_NONE;
  }
  enum store_result result = setting_list(store, arena, &rows, &count);
  for (size_t i = 0; result == STORE_OK && i < count; i++) {
    if (strcmp(rows[i].key, "controller") == 0) {
      survey->controller = rows[i].value;
    }
  }
  return result == STORE_OK ? find_languages(store, round, arena, survey) : result;
}
