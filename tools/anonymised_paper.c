#include <stdlib.h>
#include <string.h>

#include "anonymised.h"
#include "base/version.h"
#include "base/words.h"

static bool ends_with(const char *path, const char *ending) {
  size_t length = strlen(path), tail = strlen(ending);
  return length >= tail && strcmp(path + length - tail, ending) == 0;
}

static bool add_machine(const struct anonymising *anonymising, const struct certificate *paper,
                        struct text *out) {
  json_t *json = certificate_json(anonymising->certificate);
  int failed = json == NULL;
  failed |= json_object_set_new(json, "release", json_integer(paper->release));
  failed |= json_object_set_new(json, "round", json_integer(paper->round));
  failed |= json_object_set_new(json, "questionnaire", json_string(paper->questionnaire));
  failed |= json_object_set_new(json, "made_at", json_string(paper->made_at));
  failed |= json_object_set_new(json, "checksum", json_string(paper->checksum));
  failed |= json_object_set_new(json, "program", json_string(paper->program));
  failed |= json_object_set_new(json, "override_by", cli_json_string(paper->override_by));
  failed |= json_object_set_new(json, "override_why", cli_json_string(paper->override_why));
  if (paper->has_comments) {
    failed |= json_object_set_new(json, "comments",
                                  json_pack("{s:I, s:I, s:s}", "count", (json_int_t)paper->comments,
                                            "masked", (json_int_t)paper->comments_masked,
                                            "checksum", paper->comments_checksum));
  }
  char *string = failed == 0 ? json_dumps(json, JSON_INDENT(2)) : NULL;
  text_addf(out, "%s\n", string == NULL ? "" : string);
  bool done = string != NULL && !out->failed;
  free(string);
  json_decref(json);
  return done;
}

static int render(struct anonymising *anonymising, const char *path,
                  const struct certificate *paper, struct text *out) {
  struct cli *cli = anonymising->cli;
  const char *message = NULL;
  if (ends_with(path, ".json")) {
    return add_machine(anonymising, paper, out) ? 0 : cli_fail_memory();
  }
  const char *folder = arena_printf(cli->arena, "%s/templates/certificate", cli->config.share_dir);
  const char *words_folder =
      arena_printf(cli->arena, "%s/templates/certificate/words", cli->config.share_dir);
  struct words_set *set =
      words_folder == NULL ? NULL : words_set_load(words_folder, cli->arena, &message);
  struct template_set *templates =
      set == NULL || folder == NULL ? NULL : template_set_load(folder, cli->arena, &message);
  int failed = 0;
  if (templates == NULL) {
    failed = cli_fail(EXIT_CODE_CONFIG, "%s", message == NULL ? "out of memory" : message);
  } else {
    const json_t *words = words_of(set, anonymising->questionnaire->language);
    bool html = ends_with(path, ".html");
    bool done = html ? certificate_html(paper, words, template_find(templates, "certificate"), out)
                     : certificate_text(paper, words, out);
    failed = done ? 0 : cli_fail_memory();
  }
  template_set_free(templates);
  words_set_free(set);
  return failed;
}

int anonymised_paper(struct anonymising *anonymising, const char *path, struct text *out) {
  struct cli *cli = anonymising->cli;
  const struct release_record *record = &anonymising->record;
  const struct anonymised_comments *comments = &anonymising->comments;
  char checksum[ANONYMISED_HEX_BYTES];
  anonymised_hex(record->digest, checksum);
  struct certificate paper = {.anonymised = anonymising->certificate,
                              .release = record->id,
                              .round = record->round,
                              .round_title = anonymising->round.title,
                              .questionnaire =
                                  arena_printf(cli->arena, "%s %d", anonymising->questionnaire->id,
                                               anonymising->questionnaire->version),
                              .made_at = record->made_at,
                              .checksum = checksum,
                              .program = "Hjemsvar " VERSION_TEXT,
                              .override_by = record->override_by,
                              .override_why = record->override_why,
                              .has_comments = comments->wanted,
                              .comments = comments->count,
                              .comments_masked = comments->masked,
                              .comments_checksum = comments->digest};
  return paper.questionnaire == NULL ? cli_fail_memory() : render(anonymising, path, &paper, out);
}
