#include "answers_anonymised.h"

#include <string.h>

#include "anonymised.h"
#include "released.h"
#include "store/audit_store.h"
#include "store/comment_store.h"
#include "store/export_store.h"
#include "stored.h"

/* ---- the round and what was released of it */

static int check_round(const struct anonymising *anonymising) {
  const struct round_row *round = &anonymising->round;
  const struct questionnaire *questionnaire = anonymising->questionnaire;
  int failed = released_check_round(round);
  if (failed != 0 || anonymised_can(questionnaire)) {
    return failed;
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
  if (!anonymised_options_parse(record->options, &anonymising->options)) {
    return cli_fail(EXIT_CODE_INTERNAL, "release %d cannot be read; hint: report this", record->id);
  }
  anonymising->options.rows.k = record->floor;
  memcpy(anonymising->options.rows.seed, record->seed, sizeof record->seed);
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
    return released_unknown(anonymising->releases, result, anonymising->round.id);
  }
  if (anonymising->again > 0) {
    return take_options(anonymising);
  }
  crypto_random(anonymising->options.rows.seed, sizeof anonymising->options.rows.seed);
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
  enum anonymised_result result =
      anonymised_add(&anonymising->made, row->response_id, row->municipality,
                     row->municipality_name, row->language, row->answers);
  if (result == ANONYMISED_MISFIT) {
    anonymising->failed =
        cli_fail(EXIT_CODE_INTERNAL, "answer %s does not fit its questionnaire; hint: report this",
                 row->response_id);
  } else if (result != ANONYMISED_OK) {
    anonymising->failed = cli_fail_memory();
  }
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

static int refused(const struct anonymising *anonymising, enum anonymised_result result,
                   int advice) {
  int k = anonymising->options.rows.k;
  if (result == ANONYMISED_MEMORY) {
    return cli_fail_memory();
  }
  if (result == ANONYMISED_TINY) {
    return cli_fail(EXIT_CODE_DATA,
                    "round %d has fewer than %d answers; hint: nothing of it can "
                    "be given away",
                    anonymising->round.id, ANONYMISE_K_LEAST);
  }
  const char *what = result == ANONYMISED_FEW ? "the round has fewer answers"
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
  int advice;
  enum anonymised_result result = anonymised_decide(&anonymising->made, &advice);
  return result == ANONYMISED_OK ? 0 : refused(anonymising, result, advice);
}

static int read_comments(struct anonymising *anonymising) {
  struct cli *cli = anonymising->cli;
  struct comment_reviewed *comments = NULL;
  size_t count = 0;
  if (!anonymising->options.comments) {
    return 0;
  }
  enum store_result result =
      comment_reviewed(cli->store, anonymising->round.id, cli->arena, &comments, &count);
  if (result != STORE_OK) {
    return cli_store_failed(cli, result, "reading the comments");
  }
  return anonymised_take_comments(&anonymising->made, comments, count) ? 0 : cli_fail_memory();
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

static int store_release(struct anonymising *anonymising, const struct release *release,
                         const struct release_verdict *verdict) {
  struct cli *cli = anonymising->cli;
  struct release_record *record = &anonymising->record;
  struct anonymised_kept kept;
  if (!anonymised_keep(&anonymising->made, release, cli->arena, &kept)) {
    return cli_fail_memory();
  }
  *record =
      (struct release_record){.round = release->round,
                              .kind = "rows",
                              .floor = release->floor,
                              .options = kept.options,
                              .content = kept.content,
                              .certificate = kept.certificate,
                              .has_seed = true,
                              .override_by = verdict->overridden ? release->override.by : NULL,
                              .override_why = verdict->overridden ? release->override.why : NULL};
  memcpy(record->seed, anonymising->options.rows.seed, sizeof record->seed);
  memcpy(record->digest, anonymising->made.digest, sizeof record->digest);
  size_t count = anonymising->earlier_count;
  int latest = count == 0 ? 0 : anonymising->earlier[count - 1].id, id = 0;
  enum store_result result = release_insert(anonymising->releases, record, latest, &id);
  if (result == STORE_OK) {
    result = release_find(anonymising->releases, id, cli->arena, record);
  }
  return result == STORE_OK ? 0
                            : cli_store_said(anonymising->releases, result, "storing the release");
}

static int check_again(const struct anonymising *anonymising) {
  const struct release_record *record = &anonymising->record;
  if (!anonymised_rows_same(&anonymising->made, record->digest)) {
    return cli_fail(EXIT_CODE_DATA,
                    "release %d cannot be made again: answers were withdrawn or imported since, or "
                    "the program makes it otherwise now; hint: use the file that was kept",
                    anonymising->again);
  }
  if (!anonymised_comments_same(&anonymising->made, record->options)) {
    return cli_fail(EXIT_CODE_DATA,
                    "the comments of release %d cannot be given again: other decisions hold "
                    "by now; hint: use the file that was kept",
                    anonymising->again);
  }
  return 0;
}

static int release(struct anonymising *anonymising) {
  const struct cli *cli = anonymising->cli;
  const struct release *const *earlier;
  struct release_margin margin;
  if (anonymising->again > 0) {
    return check_again(anonymising);
  }
  int failed = released_parse(cli, anonymising->earlier, anonymising->earlier_count, &earlier);
  if (failed != 0) {
    return failed;
  }
  struct release fresh =
      anonymised_release(&anonymising->made, anonymising->round.id, anonymising->override, &margin);
  struct release_verdict verdict = release_compare(&fresh, earlier, anonymising->earlier_count);
  return release_may(&verdict) ? store_release(anonymising, &fresh, &verdict)
                               : refuse_release(&verdict);
}

/* ---- the whole */

static int deliver(struct anonymising *anonymising) {
  const struct anonymise_certificate *certificate = anonymising->made.certificate;
  const struct anonymised_comments *comments = &anonymising->made.comments;
  int failed = anonymised_deliver(anonymising);
  if (failed == 0) {
    cli_warn("release %d: %zu rows, k = %zu, %zu of them alone before", anonymising->record.id,
             certificate->rows, certificate->k_reached, certificate->uniques_before);
  }
  if (failed == 0 && anonymising->options.comments) {
    cli_warn("release %d: %zu reviewed comments apart from the rows, words left out of %zu",
             anonymising->record.id, comments->count, comments->masked);
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
  anonymising->options.questionnaire = anonymising->questionnaire;
  anonymising->options.words = anonymising->dress.options.words;
  if (!anonymised_init(&anonymising->made, &anonymising->options)) {
    return cli_fail(EXIT_CODE_DATA, "more than %d questions identify; hint: name fewer",
                    ANONYMISE_QUASI_MAX - 2);
  }
  int failed = tell(anonymising, -1);
  return failed != 0 ? failed : cli_open(anonymising->cli, STORE_AS_EXPORT);
}

int answers_anonymised(struct cli *cli) {
  struct anonymising anonymising = {.cli = cli};
  int failed = anonymised_flags(cli, &anonymising);
  failed = failed != 0 ? failed : connect(&anonymising);
  failed = failed != 0 ? failed : gather(&anonymising);
  failed = failed != 0 ? failed : begin(&anonymising);
  failed = failed != 0 ? failed : read_rows(&anonymising);
  failed = failed != 0 ? failed : make_rows(&anonymising);
  failed = failed != 0 ? failed : read_comments(&anonymising);
  failed = failed != 0 ? failed : release(&anonymising);
  failed = failed != 0 ? failed : deliver(&anonymising);
  failed = failed != 0 ? failed : tell(&anonymising, anonymising.rows);
  anonymised_clear(&anonymising.made);
  answers_options_clear(&anonymising.dress);
  store_close(anonymising.log);
  store_close(anonymising.releases);
  return failed;
}
