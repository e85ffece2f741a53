#include <stdio.h>
#include <string.h>

#include "definition_file.h"
#include "survey/difference.h"

/* NULL with an exit code. */
static const struct questionnaire *load(const struct cli *cli, const char *path, int *failed) {
  const char *json, *id;
  const struct questionnaire *questionnaire = NULL;
  *failed = definition_file_read(cli, path, &json);
  if (*failed == 0 && definition_file_is_translation(cli, json, &id)) {
    *failed = cli_fail(EXIT_CODE_DATA, "%s is a translation; hint: definitions are compared", path);
  }
  if (*failed == 0) {
    *failed = definition_file_load(cli, path, json, &questionnaire);
  }
  return questionnaire;
}

static size_t breaking(const struct difference_list *list) {
  size_t count = 0;
  for (size_t i = 0; i < list->count; i++) {
    count += difference_breaks(list->items[i].kind);
  }
  return count;
}

static json_t *change_json(const struct difference *change) {
  return json_pack(
      "{s:s, s:b, s:o, s:o, s:o, s:o, s:s}", "kind", difference_kind_name(change->kind), "breaks",
      (int)difference_breaks(change->kind), "question", cli_json_string(change->question), "what",
      cli_json_string(change->what), "old", cli_json_string(change->old), "new",
      cli_json_string(change->fresh), "message", difference_kind_text(change->kind));
}

static int print_json(const struct questionnaire *old, const struct questionnaire *fresh,
                      const struct difference_list *list) {
  json_t *changes = json_array();
  for (size_t i = 0; i < list->count; i++) {
    (void)json_array_append_new(changes, change_json(&list->items[i]));
  }
  return cli_print_json(json_pack("{s:{s:s, s:i}, s:{s:s, s:i}, s:b, s:o}", "old", "id", old->id,
                                  "version", old->version, "new", "id", fresh->id, "version",
                                  fresh->version, "comparable", (int)(breaking(list) == 0),
                                  "changes", changes));
}

static void print_change(const struct difference *change) {
  (void)printf("  %s%s%s: %s\n", change->question == NULL ? "the questionnaire" : change->question,
               change->what == NULL ? "" : ", ", change->what == NULL ? "" : change->what,
               difference_kind_text(change->kind));
  bool version = change->kind == DIFFERENCE_VERSION;
  if (change->old != NULL && !version) {
    (void)printf("    - %s\n", change->old);
  }
  if (change->fresh != NULL && !version) {
    (void)printf("    + %s\n", change->fresh);
  }
}

static void print_part(const struct difference_list *list, bool breaks, const char *heading) {
  bool begun = false;
  for (size_t i = 0; i < list->count; i++) {
    if (difference_breaks(list->items[i].kind) != breaks) {
      continue;
    }
    if (!begun) {
      (void)printf("%s\n", heading);
      begun = true;
    }
    print_change(&list->items[i]);
  }
}

static void print_list(const struct questionnaire *old, const struct questionnaire *fresh,
                       const struct difference_list *list) {
  (void)printf("%s version %d, %s version %d: ", old->id, old->version, fresh->id, fresh->version);
  if (list->count == 0) {
    (void)puts("the same");
    return;
  }
  size_t count = breaking(list);
  (void)printf("%zu change%s, %zu of them break%s comparability\n", list->count,
               list->count == 1 ? "" : "s", count, count == 1 ? "s" : "");
  print_part(list, true, "not to be compared");
  print_part(list, false, "may be compared");
}

int command_questionnaire_diff(struct cli *cli) {
  struct difference_list list = {0};
  int failed;
  const struct questionnaire *old = load(cli, cli->arguments[0], &failed);
  const struct questionnaire *fresh = old == NULL ? NULL : load(cli, cli->arguments[1], &failed);
  if (fresh == NULL) {
    return failed;
  }
  if (!difference_find(old, fresh, cli->arena, &list)) {
    return cli_fail_memory();
  }
  if (cli_has(cli, "json")) {
    failed = print_json(old, fresh, &list);
  } else {
    print_list(old, fresh, &list);
  }
  if (failed == 0 && breaking(&list) > 0 && cli_has(cli, "strict")) {
    failed = cli_fail(EXIT_CODE_DATA,
                      "figures of the two cannot be compared throughout; hint: without --strict "
                      "this is only told");
  }
  return failed;
}
