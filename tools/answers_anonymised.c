#include "answers_anonymised.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "anonymised.h"
#include "output/anonymised.h"
#include "released.h"
#include "store/audit_store.h"
#include "store/export_store.h"
#include "stored.h"
#include "survey/release.h"

enum { WEEK_LAST = 999999 };

/* ---- the round and what was released of it */

static int check_round(const struct anonymising *anonymising) {
  const struct round_row *round = &anonymising->round;
  const struct questionnaire *questionnaire = anonymising->questionnaire;
  int failed = released_check_round(round);
  if (failed != 0) {
    return failed;
  }
  for (size_t i = 0; i < questionnaire->questions_count; i++) {
    if (questionnaire->identifying[i]) {
      return 0;
    }
  }
  return cli_fail(
      EXIT_CODE_DATA,
      "%s version %d does not say which answers others may know of somebody; hint: "
      "hjemsvar migrate, if it came with the program; else name them under \"identifying\" "
      "in its definition and hjemsvar questionnaire add it (docs/questionnaires.md)",
      questionnaire->id, questionnaire->version);
}

static int take_options(struct anonymising *anonymising) {
  const struct release_record *record = &anonymising->record;
  if (record->round != anonymising->round.id || !record->has_seed) {
    return cli_fail(EXIT_CODE_DATA, "release %d is not of rows of round %d; hint: --round %d",
                    record->id, anonymising->round.id, record->round);
  }
  json_t *options = json_loads(record->options, 0, NULL);
  anonymising->options.k = record->floor;
  anonymising->options.language = json_is_true(json_object_get(options, "language"));
  anonymising->comments.wanted = json_is_string(json_object_get(options, "comments"));
  anonymising->comments.descriptions = json_is_true(json_object_get(options, "descriptions"));
  memcpy(anonymising->options.seed, record->seed, sizeof record->seed);
  json_decref(options);
  return 0;
}

static int look_back(struct anonymising *anonymising) {
  struct cli *cli = anonymising->cli;
  enum store_result result = release_list(anonymising->releases, anonymising->round.id, cli->arena,
                                          &anonymising->earlier, &anonymising->earlier_count);
  if (result == STORE_OK && anonymising->again > 0) {
    result =
        release_find(anonymising->releases, anonymising->again, cli->arena, &anonymising->record);
  }
  if (result != STORE_OK) {
    return cli_store_said(anonymising->releases, result, "reading the releases");
  }
  if (anonymising->again > 0) {
    return take_options(anonymising);
  }
  crypto_random(anonymising->options.seed, sizeof anonymising->options.seed);
  return 0;
}

static int gather(struct anonymising *anonymising) {
  struct cli *cli = anonymising->cli;
  struct questionnaire_row row;
  int failed = stored_round(cli, cli_value(cli, "round"), &anonymising->round);
  if (failed == 0) {
    failed = stored_questionnaire(cli, anonymising->round.questionnaire, anonymising->round.version,
                                  &row, &anonymising->questionnaire);
  }
  failed = failed != 0 ? failed : check_round(anonymising);
  failed = failed != 0 ? failed : stored_kept(&anonymising->round);
  failed = failed != 0 ? failed : look_back(anonymising);
  failed = failed != 0 ? failed : anonymised_flags_again(anonymising);
  anonymising->dress.options.questionnaire = anonymising->questionnaire;
  return failed != 0 ? failed
                     : answers_options_dress(cli, &anonymising->dress, &anonymising->round);
}

/* ---- the audit log */

/* Before the first answer is read, and after the last was written. */
static int tell(struct anonymising *anonymising, long long rows) {
  const struct audit_export told = {.round = anonymising->round.id,
                                    .format = export_format_name(anonymising->format),
                                    .profile = "anonymised",
                                    .rows = rows};
  enum store_result result = audit_export(anonymising->log, &told);
  return result == STORE_OK ? 0 : cli_store_said(anonymising->log, result, "telling the audit log");
}

/* ---- rows */

static bool each_row(void *context, const struct export_row *row) {
  struct anonymising *anonymising = context;
  struct arena *arena = arena_new(0);
  const struct answer *answer =
      arena == NULL ? NULL : answer_from_json(anonymising->questionnaire, arena, row->answers);
  if (arena == NULL) {
    anonymising->failed = cli_fail_memory();
  } else if (answer == NULL) {
    anonymising->failed =
        cli_fail(EXIT_CODE_INTERNAL, "answer %s does not fit its questionnaire; hint: report this",
                 row->response_id);
  } else if (!anonymise_add(anonymising->anonymise, row->response_id, row->municipality,
                            row->municipality_name, row->language, answer)) {
    anonymising->failed = cli_fail_memory();
  }
  arena_free(arena);
  progress_update(&anonymising->progress, ++anonymising->rows);
  return anonymising->failed == 0;
}

static int read_rows(struct anonymising *anonymising) {
  struct cli *cli = anonymising->cli;
  struct export_filter filter = {.round = anonymising->round.id};
  long long count = 0;
  store_set_patience(cli->store, 0);
  enum store_result result = export_count(cli->store, &filter, &count);
  progress_init(&anonymising->progress, count);
  if (result == STORE_OK) {
    result = export_rows(cli->store, &filter, each_row, NULL, anonymising);
  }
  progress_clear(&anonymising->progress);
  if (anonymising->failed != 0) {
    return anonymising->failed;
  }
  return result == STORE_OK ? 0 : cli_store_failed(cli, result, "reading the answers");
}

static int refused(const struct anonymising *anonymising, enum anonymise_result result) {
  int k = anonymising->options.k;
  if (result == ANONYMISE_MEMORY) {
    return cli_fail_memory();
  }
  if (anonymise_rows(anonymising->anonymise) < ANONYMISE_K_LEAST) {
    return cli_fail(EXIT_CODE_DATA,
                    "round %d has fewer than %d answers; hint: nothing of it can "
                    "be given away",
                    anonymising->round.id, ANONYMISE_K_LEAST);
  }
  int advice = anonymise_advice(anonymising->anonymise);
  const char *what = result == ANONYMISE_FEW ? "the round has fewer answers"
                                             : "hardly anything of who answered would be left";
  if (advice == 0) {
    return cli_fail(EXIT_CODE_DATA,
                    "k = %d cannot be reached: %s; hint: more answers, or fewer questions under "
                    "\"identifying\", would help",
                    k, what);
  }
  return cli_fail(EXIT_CODE_DATA,
                  "k = %d cannot be reached: %s; hint: --k %d can, and so would more answers, or "
                  "a file without language",
                  k, what, advice);
}

static int make_rows(struct anonymising *anonymising) {
  enum anonymise_result result = anonymise_run(anonymising->anonymise);
  if (result != ANONYMISE_OK) {
    return refused(anonymising, result);
  }
  anonymising->certificate = anonymise_certificate(anonymising->anonymise);
  anonymised_csv(anonymising->anonymise, CSV_PLAIN, &anonymising->csv);
  if (anonymising->certificate == NULL || anonymising->csv.failed) {
    return cli_fail_memory();
  }
  return 0;
}

/* ---- the release */

static int refuse_release(const struct release_verdict *verdict) {
  return cli_fail(
      EXIT_CODE_DENIED,
      "not released: release %d gave the rows of these answers away already, and two versions can "
      "be joined (%s); hint: --release %d gives it again; an evaluator may decide otherwise by "
      "--override-by and --override-why",
      verdict->earlier, release_reason_name(verdict->reason), verdict->earlier);
}

/* Whom the rows are of: the whole round. */
static struct release release_of(const struct anonymising *anonymising,
                                 struct release_margin *margin) {
  int rows = (int)anonymise_rows(anonymising->anonymise);
  *margin = (struct release_margin){.scope = {.from_week = 0, .to_week = WEEK_LAST},
                                    .what = "",
                                    .count = rows,
                                    .respondents = rows};
  return (struct release){.round = anonymising->round.id,
                          .kind = RELEASE_ROWS,
                          .floor = anonymising->options.k,
                          .margins = margin,
                          .margins_count = 1,
                          .override = {cli_value(anonymising->cli, "override-by"),
                                       cli_value(anonymising->cli, "override-why")}};
}

/* What --release has to know to make it again. */
static const char *options_text(const struct anonymising *anonymising) {
  const struct anonymised_comments *comments = &anonymising->comments;
  json_t *json = json_object();
  int failed = json == NULL;
  if (anonymising->options.language) {
    failed |= json_object_set_new(json, "language", json_true());
  }
  if (comments->wanted) {
    failed |= json_object_set_new(json, "comments", json_string(comments->digest));
  }
  if (comments->descriptions) {
    failed |= json_object_set_new(json, "descriptions", json_true());
  }
  if (failed != 0) {
    json_decref(json);
    return NULL;
  }
  return released_json(anonymising->cli, json);
}

static int store_release(struct anonymising *anonymising, const struct release *release,
                         const struct release_verdict *verdict) {
  struct cli *cli = anonymising->cli;
  struct release_record *record = &anonymising->record;
  *record = (struct release_record){
      .round = release->round,
      .kind = "rows",
      .floor = release->floor,
      .options = options_text(anonymising),
      .content = released_json(cli, release_json(release)),
      .certificate = released_json(cli, certificate_json(anonymising->certificate)),
      .has_seed = true,
      .override_by = verdict->overridden ? release->override.by : NULL,
      .override_why = verdict->overridden ? release->override.why : NULL};
  memcpy(record->seed, anonymising->options.seed, sizeof record->seed);
  crypto_sha256(anonymising->csv.data, anonymising->csv.length, record->digest);
  if (record->content == NULL || record->certificate == NULL || record->options == NULL) {
    return cli_fail_memory();
  }
  size_t count = anonymising->earlier_count;
  int latest = count == 0 ? 0 : anonymising->earlier[count - 1].id, id = 0;
  enum store_result result = release_insert(anonymising->releases, record, latest, &id);
  if (result == STORE_OK) {
    result = release_find(anonymising->releases, id, cli->arena, record);
  }
  return result == STORE_OK ? 0
                            : cli_store_said(anonymising->releases, result, "storing the release");
}

static int check_comments_again(const struct anonymising *anonymising) {
  json_t *options = json_loads(anonymising->record.options, 0, NULL);
  const char *then = json_string_value(json_object_get(options, "comments"));
  bool same = then == NULL || strcmp(then, anonymising->comments.digest) == 0;
  json_decref(options);
  return same ? 0
              : cli_fail(EXIT_CODE_DATA,
                         "the comments of release %d cannot be given again: other decisions hold "
                         "by now; hint: use the file that was kept",
                         anonymising->again);
}

static int check_again(const struct anonymising *anonymising) {
  unsigned char digest[RELEASE_DIGEST_BYTES];
  crypto_sha256(anonymising->csv.data, anonymising->csv.length, digest);
  if (memcmp(digest, anonymising->record.digest, sizeof digest) == 0) {
    return check_comments_again(anonymising);
  }
  return cli_fail(EXIT_CODE_DATA,
                  "release %d cannot be made again: answers were withdrawn or imported since, or "
                  "the program makes it otherwise now; hint: use the file that was kept",
                  anonymising->again);
}

static int release(struct anonymising *anonymising) {
  const struct release *const *earlier;
  struct release_margin margin;
  if (anonymising->again > 0) {
    return check_again(anonymising);
  }
  int failed =
      released_parse(anonymising->cli, anonymising->earlier, anonymising->earlier_count, &earlier);
  if (failed != 0) {
    return failed;
  }
  struct release fresh = release_of(anonymising, &margin);
  struct release_verdict verdict = release_compare(&fresh, earlier, anonymising->earlier_count);
  return release_may(&verdict) ? store_release(anonymising, &fresh, &verdict)
                               : refuse_release(&verdict);
}

/* ---- the whole */

static int deliver(struct anonymising *anonymising) {
  struct cli *cli = anonymising->cli;
  int failed = anonymised_write(anonymising);
  if (failed == 0 && cli_has(cli, "certificate")) {
    struct text text;
    const char *path = cli_value(cli, "certificate");
    text_init(&text);
    failed = anonymised_paper(anonymising, path, &text);
    failed = failed != 0 ? failed : anonymised_write_file(cli, path, &text);
    text_clear(&text);
  }
  const struct anonymise_certificate *certificate = anonymising->certificate;
  if (failed == 0) {
    cli_warn("release %d: %zu rows, k = %zu, %zu of them alone before", anonymising->record.id,
             certificate->rows, certificate->k_reached, certificate->uniques_before);
  }
  if (failed == 0 && anonymising->comments.wanted) {
    cli_warn("release %d: %zu reviewed comments apart from the rows, words left out of %zu",
             anonymising->record.id, anonymising->comments.count, anonymising->comments.masked);
  }
  return failed;
}

static int connect(struct anonymising *anonymising) {
  struct cli *cli = anonymising->cli;
  int failed = cli_open(cli, STORE_AS_CONSOLE);
  failed = failed != 0 ? failed : cli_open_primary(cli, STORE_AS_CONSOLE, &anonymising->releases);
  return failed != 0 ? failed : cli_open_primary(cli, STORE_AS_EXPORT, &anonymising->log);
}

static int begin(struct anonymising *anonymising) {
  anonymising->anonymise = anonymise_new(anonymising->questionnaire, &anonymising->options);
  if (anonymising->anonymise == NULL) {
    return cli_fail(EXIT_CODE_DATA, "more than %d questions identify; hint: name fewer",
                    ANONYMISE_QUASI_MAX - 2);
  }
  int failed = tell(anonymising, -1);
  return failed != 0 ? failed : cli_open(anonymising->cli, STORE_AS_EXPORT);
}

int answers_anonymised(struct cli *cli) {
  struct anonymising anonymising = {.cli = cli};
  text_init(&anonymising.csv);
  int failed = anonymised_flags(cli, &anonymising);
  failed = failed != 0 ? failed : connect(&anonymising);
  failed = failed != 0 ? failed : gather(&anonymising);
  failed = failed != 0 ? failed : begin(&anonymising);
  failed = failed != 0 ? failed : read_rows(&anonymising);
  failed = failed != 0 ? failed : make_rows(&anonymising);
  failed = failed != 0 ? failed : anonymised_comments_read(&anonymising);
  failed = failed != 0 ? failed : release(&anonymising);
  failed = failed != 0 ? failed : deliver(&anonymising);
  failed = failed != 0 ? failed : tell(&anonymising, anonymising.rows);
  text_clear(&anonymising.csv);
  answers_options_clear(&anonymising.dress);
  anonymise_free(anonymising.anonymise);
  store_close(anonymising.log);
  store_close(anonymising.releases);
  return failed;
}
