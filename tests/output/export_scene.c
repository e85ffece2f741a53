#include "export_scene.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "base/words.h"

static const struct variable_municipality municipalities[] = {{101, "København"},
                                                              {217, "Helsingør"}};

void export_scene_init(struct export_scene *scene) {
  const char *message = NULL;
  struct complaints complaints = {0};
  *scene = (struct export_scene){.arena = arena_new(0)};
  scene->words = words_set_load("templates/export/words", scene->arena, &message);
  cr_assert_not_null(scene->words, "%s", message);
  scene->templates = template_set_load("templates/export", scene->arena, &message);
  cr_assert_not_null(scene->templates, "%s", message);
  char *json = questionnaire_read("templates/questionnaires/bilag8.json", scene->arena);
  scene->options =
      (struct export_options){.format = EXPORT_CSV,
                              .shapes = EXPORT_WIDE,
                              .questionnaire = questionnaire_load(json, scene->arena, &complaints),
                              .words = words_of(scene->words, "da"),
                              .codebook = template_find(scene->templates, "codebook"),
                              .municipalities = municipalities,
                              .municipalities_count = 2,
                              .round = 7,
                              .round_title = "Prøve <æøå>",
                              .controller = "VIVE",
                              .scratch = getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/var/tmp"};
  cr_assert_not_null(scene->options.questionnaire);
  text_init(&scene->out);
}

void export_scene_clear(struct export_scene *scene) {
  text_clear(&scene->out);
  template_set_free(scene->templates);
  words_set_free(scene->words);
  arena_free(scene->arena);
}

static bool keep(void *context, const char *bytes, size_t size) {
  struct export_scene *scene = context;
  text_add_bytes(&scene->out, bytes, size);
  return !scene->out.failed;
}

static void set(struct answer *answer, const char *name, const char *value) {
  int field = questionnaire_field(answer->questionnaire, name);
  cr_assert_geq(field, 0, "%s", name);
  cr_assert_eq(answer_set(answer, field, value, strlen(value)), ANSWER_OK, "%s=%s", name, value);
}

static struct answer *answer_of(struct export_scene *scene, const struct export_answer *given) {
  struct answer *answer = answer_new(scene->options.questionnaire, scene->arena);
  char *rest = arena_string(scene->arena, given->values), *next = NULL;
  for (char *pair = strtok_r(rest, " ", &next); pair != NULL; pair = strtok_r(NULL, " ", &next)) {
    char *value = strchr(pair, '=');
    *value++ = '\0';
    set(answer, pair, value);
  }
  if (given->comment != NULL) {
    set(answer, "q10", given->comment);
  }
  return answer;
}

static void add_all(struct export_scene *scene, struct export *export,
                    const struct export_answer *answers, size_t count) {
  for (size_t i = 0; i < count; i++) {
    struct response response = {.id =
                                    arena_printf(scene->arena, "00000000-0000-0000-0000-%012zu", i),
                                .municipality = i % 2 == 0 ? 101 : 217,
                                .municipality_name = i % 2 == 0 ? "København" : "Helsingør",
                                .language = "da",
                                .week = i % 2 == 0 ? "2026-W40" : "2026-W41",
                                .answer = answer_of(scene, &answers[i]),
                                .flags = {answers[i].flag, -1, -1, -1, -1, -1},
                                .weight = answers[i].flag > 0 ? 0.5 : 1,
                                .reviewed = answers[i].reviewed};
    cr_assert_eq(export_add(export, &response), EXPORT_OK);
  }
}

struct export *export_scene_write(struct export_scene *scene, const struct export_answer *answers,
                                  size_t count) {
  struct export *export = NULL;
  text_reset(&scene->out);
  cr_assert_eq(export_new(&scene->options, keep, scene, &export), EXPORT_OK);
  add_all(scene, export, answers, count);
  if (export_again(export)) {
    add_all(scene, export, answers, count);
    cr_assert_not(export_again(export));
  }
  return export;
}

enum export_result export_scene_run(struct export_scene *scene, const struct export_answer *answers,
                                    size_t count) {
  struct export_trouble trouble;
  struct export *export = export_scene_write(scene, answers, count);
  enum export_result result = export_finish(export, &trouble);
  export_free(export);
  return result;
}

char *export_scene_entry(struct export_scene *scene, const char *name, size_t *size) {
  zip_error_t error;
  zip_stat_t status;
  char *content = NULL;
  zip_source_t *source = zip_source_buffer_create(scene->out.data, scene->out.length, 0, &error);
  zip_t *zip = zip_open_from_source(source, ZIP_RDONLY, &error);
  cr_assert_not_null(zip);
  if (zip_stat(zip, name, 0, &status) == 0) {
    zip_file_t *file = zip_fopen(zip, name, 0);
    content = arena_alloc(scene->arena, status.size + 1);
    cr_assert_eq(zip_fread(file, content, status.size), (zip_int64_t)status.size);
    zip_fclose(file);
    if (size != NULL) {
      *size = status.size;
    }
  }
  zip_discard(zip);
  return content;
}
