#include "norms_file.h"

#include <string.h>
#include <unistd.h>

#include "definition_file.h"

bool norms_file_is(const char *json) {
  json_t *object = json_loads(json, 0, NULL);
  bool is =
      json_object_get(object, "sections") == NULL && json_object_get(object, "tables") != NULL;
  json_decref(object);
  return is;
}

int norms_file_load(const struct cli *cli, const char *path,
                    const struct questionnaire *questionnaire, const struct norms **norms) {
  const char *json;
  struct complaints complaints = {0};
  int failed = definition_file_read(cli, path, &json);
  if (failed != 0) {
    return failed;
  }
  *norms = norms_load(json, cli->arena, &complaints);
  if (*norms == NULL ||
      (questionnaire != NULL && !norms_fit(*norms, questionnaire, cli->arena, &complaints))) {
    return definition_file_tell(path, &complaints);
  }
  return 0;
}

static const char *shared(const struct cli *cli, const char *name) {
  return arena_printf(cli->arena, "%s/templates/norms/%s.json", cli->config.share_dir, name);
}

/* "templates/questionnaires/sdq.json" leads to "templates/norms". */
static const char *beside(const struct cli *cli, const char *path, const char *name) {
  const char *slash = strrchr(path, '/');
  int length = slash == NULL ? 1 : (int)(slash - path);
  return arena_printf(cli->arena, "%.*s/../norms/%s.json", length, slash == NULL ? "." : path,
                      name);
}

static void tell_doubts(const struct cli *cli, const char *path, const struct norms *norms,
                        const struct questionnaire *questionnaire) {
  struct complaints doubts = {0};
  (void)norms_untold(norms, questionnaire, cli->arena, &doubts);
  for (size_t i = 0; i < doubts.count; i++) {
    cli_warn("%s: %s: %s", path, doubts.items[i].path, doubts.items[i].message);
  }
}

int norms_file_check(const struct cli *cli, const char *path,
                     const struct questionnaire *questionnaire) {
  const char *name = questionnaire->norms.file;
  const struct norms *norms;
  if (name == NULL) {
    return 0;
  }
  const char *file = beside(cli, path, name), *other = shared(cli, name);
  if (file == NULL || other == NULL) {
    return cli_fail_memory();
  }
  if (access(file, R_OK) != 0) {
    file = other;
  }
  if (access(file, R_OK) != 0) {
    cli_warn("there are no norms \"%s\" yet: scores will have no bands; hint: %s", name, other);
    return 0;
  }
  int failed = norms_file_load(cli, file, questionnaire, &norms);
  if (failed == 0) {
    tell_doubts(cli, path, norms, questionnaire);
  }
  return failed;
}

int norms_file_choose(const struct cli *cli, const struct questionnaire *questionnaire,
                      const struct norms **norms) {
  const char *name = cli_value(cli, "norms");
  *norms = NULL;
  if (name != NULL && questionnaire->scores_count == 0) {
    return cli_fail(EXIT_CODE_USAGE, "the questionnaire has no scores; hint: leave out --norms");
  }
  if (name != NULL && strcmp(name, "none") == 0) {
    return 0;
  }
  name = name == NULL ? questionnaire->norms.file : name;
  if (name == NULL) {
    return 0;
  }
  const char *dot = strrchr(name, '.');
  bool file = dot != NULL && strcmp(dot, ".json") == 0;
  const char *path = file ? name : shared(cli, name);
  if (path == NULL) {
    return cli_fail_memory();
  }
  if (access(path, R_OK) != 0) {
    return cli_fail(EXIT_CODE_DATA,
                    "there are no norms at %s; hint: put the file there, or --norms none for a "
                    "report without bands",
                    path);
  }
  return norms_file_load(cli, path, questionnaire, norms);
}
