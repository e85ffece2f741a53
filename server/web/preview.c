#include "web/preview.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "web/server.h"

enum { MUNICIPALITY = 101 };

/* Where an installation says who asks and whom to call, a preview has a gap that can be seen. */
#define GAP "\u2026", 0
static const struct catalogue_setting settings[] = {
    {"controller", GAP},  {"controller_contact", GAP}, {"dpo_contact", GAP}, {"purpose", GAP},
    {"legal_basis", GAP}, {"recipients", GAP},         {"retention", GAP},   {"rights", GAP},
    {"complaint", GAP},   {"help_contact", GAP},
};

bool preview_fill(struct preview *preview, const struct questionnaire *questionnaire,
                  const char *definition, const struct catalogue_text *texts, size_t count,
                  struct arena *arena) {
  const char **languages = arena_array(arena, count + 1, sizeof *languages);
  if (languages == NULL) {
    return false;
  }
  languages[0] = questionnaire->language;
  for (size_t i = 0; i < count; i++) {
    languages[i + 1] = texts[i].language;
  }
  *preview = (struct preview){
      .round = {.state = ROUND_OPEN,
                .takes_posts = true,
                .confirm_scale = true,
                .questionnaire = questionnaire->id,
                .version = questionnaire->version,
                .definition = definition,
                .languages = languages,
                .languages_count = count + 1,
                .texts = texts,
                .texts_count = count},
      .link = {.code = preview->code, .municipality = MUNICIPALITY, .municipality_name = GAP},
      .catalogue = {.rounds = &preview->round,
                    .rounds_count = 1,
                    .links = &preview->link,
                    .links_count = 1,
                    .settings = settings,
                    .settings_count = array_length(settings),
                    .next_change_ms = -1}};
  code_draw(preview->code, CODE_OPEN_CHARACTERS);
  return true;
}

/* ---- from files */

struct reading {
  struct arena *arena; /* the catalogue's */
  const struct questionnaire *questionnaire;
  const char *definition;
  struct preview preview;
};

static int tell(const char *path, const struct complaints *complaints, const char **message) {
  for (size_t i = 0; i < complaints->count; i++) {
    const struct complaint *complaint = &complaints->items[i];
    (void)fprintf(stderr, "%s:%d: %s: %s\n", path, complaint->line, complaint->path,
                  complaint->message);
  }
  *message = "the files have faults; hint: hjemsvar questionnaire check FILE";
  return complaints->count > 0 ? EXIT_CODE_DATA : EXIT_CODE_INTERNAL;
}

static int read_file(const struct reading *reading, const char *path, const char **json,
                     struct arena *arena, const char **message) {
  errno = 0;
  *json = questionnaire_read(path, reading->arena);
  if (*json != NULL) {
    return EXIT_CODE_OK;
  }
  *message = arena_printf(arena, "%s cannot be read: %s; hint: see that the file is there", path,
                          strerror(errno));
  return EXIT_CODE_IO;
}

static int read_definition(struct reading *reading, const char *path, struct arena *arena,
                           const char **message) {
  struct complaints complaints = {0};
  int code = read_file(reading, path, &reading->definition, arena, message);
  if (code != EXIT_CODE_OK) {
    return code;
  }
  reading->questionnaire = questionnaire_load(reading->definition, reading->arena, &complaints);
  return reading->questionnaire == NULL ? tell(path, &complaints, message) : EXIT_CODE_OK;
}

/* Its texts are shown without the mark of a draft: that nothing is stored is mark enough. */
static int read_translation(const struct reading *reading, const char *path,
                            struct catalogue_text *text, struct arena *arena,
                            const char **message) {
  struct complaints complaints = {0};
  int code = read_file(reading, path, &text->json, arena, message);
  if (code != EXIT_CODE_OK) {
    return code;
  }
  const struct translation *translation =
      translation_load(reading->questionnaire, text->json, reading->arena, &complaints);
  if (translation == NULL) {
    return tell(path, &complaints, message);
  }
  text->language = translation->language;
  text->approved = true;
  return EXIT_CODE_OK;
}

static int read_files(struct reading *reading, const char *const *files, size_t count,
                      struct arena *arena, const char **message) {
  struct catalogue_text *texts = arena_array(reading->arena, count, sizeof *texts);
  if (texts == NULL) {
    return EXIT_CODE_INTERNAL;
  }
  int code = read_definition(reading, files[0], arena, message);
  for (size_t i = 1; code == EXIT_CODE_OK && i < count; i++) {
    code = read_translation(reading, files[i], &texts[i - 1], arena, message);
  }
  if (code == EXIT_CODE_OK &&
      !preview_fill(&reading->preview, reading->questionnaire, reading->definition, texts,
                    count - 1, reading->arena)) {
    code = EXIT_CODE_INTERNAL;
  }
  return code;
}

int preview_run(const struct config *config, const struct crypto_keys *keys,
                const char *const *files, size_t count, struct arena *arena, const char **message) {
  struct reading reading = {.arena = arena_new(0)};
  if (reading.arena == NULL) {
    return EXIT_CODE_INTERNAL;
  }
  int code = read_files(&reading, files, count, arena, message);
  if (code != EXIT_CODE_OK) {
    arena_free(reading.arena);
    return code;
  }
  return server_preview(config, keys, reading.arena, &reading.preview.catalogue,
                        reading.preview.code, arena, message);
}
