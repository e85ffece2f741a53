#include "web/preview.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "web/server.h"

enum { ROUND = 1, MUNICIPALITY = 101 };

/* Where an installation says who asks and whom to call, a preview has a gap that can be seen. */
#define GAP "\u2026", 0
static const struct catalogue_setting settings[] = {
    {"controller", GAP},  {"controller_contact", GAP}, {"dpo_contact", GAP}, {"purpose", GAP},
    {"legal_basis", GAP}, {"recipients", GAP},         {"retention", GAP},   {"rights", GAP},
    {"complaint", GAP},   {"help_contact", GAP},
};

struct preview {
  struct arena *arena; /* the catalogue's */
  const struct questionnaire *questionnaire;
  struct catalogue_round round;
  struct catalogue_link link;
  char code[CODE_MAX + 1];
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

static int read_file(struct preview *preview, const char *path, const char **json,
                     struct arena *arena, const char **message) {
  errno = 0;
  *json = questionnaire_read(path, preview->arena);
  if (*json != NULL) {
    return EXIT_CODE_OK;
  }
  *message = arena_printf(arena, "%s cannot be read: %s; hint: see that the file is there", path,
                          strerror(errno));
  return EXIT_CODE_IO;
}

static int read_definition(struct preview *preview, const char *path, struct arena *arena,
                           const char **message) {
  struct complaints complaints = {0};
  struct catalogue_round *round = &preview->round;
  int code = read_file(preview, path, &round->definition, arena, message);
  if (code != EXIT_CODE_OK) {
    return code;
  }
  preview->questionnaire = questionnaire_load(round->definition, preview->arena, &complaints);
  if (preview->questionnaire == NULL) {
    return tell(path, &complaints, message);
  }
  round->questionnaire = preview->questionnaire->id;
  round->version = preview->questionnaire->version;
  return EXIT_CODE_OK;
}

/* Its texts are shown without the mark of a draft: that nothing is stored is mark enough. */
static int read_translation(struct preview *preview, const char *path, struct catalogue_text *text,
                            struct arena *arena, const char **message) {
  struct complaints complaints = {0};
  int code = read_file(preview, path, &text->json, arena, message);
  if (code != EXIT_CODE_OK) {
    return code;
  }
  const struct translation *translation =
      translation_load(preview->questionnaire, text->json, preview->arena, &complaints);
  if (translation == NULL) {
    return tell(path, &complaints, message);
  }
  text->language = translation->language;
  text->approved = true;
  return EXIT_CODE_OK;
}

static int read_files(struct preview *preview, const char *const *files, size_t count,
                      struct arena *arena, const char **message) {
  struct catalogue_text *texts = arena_array(preview->arena, count, sizeof *texts);
  const char **languages = arena_array(preview->arena, count, sizeof *languages);
  if (texts == NULL || languages == NULL) {
    return EXIT_CODE_INTERNAL;
  }
  int code = read_definition(preview, files[0], arena, message);
  for (size_t i = 1; code == EXIT_CODE_OK && i < count; i++) {
    code = read_translation(preview, files[i], &texts[i - 1], arena, message);
    languages[i] = texts[i - 1].language;
  }
  languages[0] = code == EXIT_CODE_OK ? preview->questionnaire->language : NULL;
  preview->round.languages = languages;
  preview->round.languages_count = count;
  preview->round.texts = texts;
  preview->round.texts_count = count - 1;
  return code;
}

int preview_run(const struct config *config, const struct crypto_keys *keys,
                const char *const *files, size_t count, struct arena *arena, const char **message) {
  struct preview preview = {
      .arena = arena_new(0),
      .round = {.id = ROUND, .state = ROUND_OPEN, .takes_posts = true, .confirm_scale = true},
      .link = {.municipality = MUNICIPALITY, .municipality_name = GAP}};
  if (preview.arena == NULL) {
    return EXIT_CODE_INTERNAL;
  }
  int code = read_files(&preview, files, count, arena, message);
  if (code != EXIT_CODE_OK) {
    arena_free(preview.arena);
    return code;
  }
  code_draw(preview.code, CODE_OPEN_CHARACTERS);
  preview.link.code = preview.code;
  const struct catalogue catalogue = {.rounds = &preview.round,
                                      .rounds_count = 1,
                                      .links = &preview.link,
                                      .links_count = 1,
                                      .settings = settings,
                                      .settings_count = array_length(settings),
                                      .next_change_ms = -1};
  return server_preview(config, keys, preview.arena, &catalogue, preview.code, arena, message);
}
