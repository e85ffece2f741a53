#include "answers_anonymised.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/version.h"
#include "base/words.h"
#include "out_file.h"
#include "output/anonymised.h"
#include "output/certificate.h"
#include "progress.h"
#include "released.h"
#include "store/audit_store.h"
#include "store/export_store.h"
#include "stored.h"

enum { K_MOST = 1000, HEX_BYTES = 2 * RELEASE_DIGEST_BYTES + 1, WEEK_LAST = 999999 };

struct anonymising {
  struct cli *cli;
  struct store *releases; /* the primary, for what is stored; answers may come from a standby */
  struct store *log;      /* likewise, for the audit log */
  enum csv_dialect dialect;
  int again; /* number of the release that is made again; 0: a new one */
  struct anonymise_options options;
  struct round_row round;
  const struct questionnaire *questionnaire;
  struct release_record *earlier; /* of the round */
  size_t earlier_count;
  struct release_record record; /* this one */
  struct anonymise *anonymise;
  const struct anonymise_certificate *certificate;
  struct text csv;
  struct progress progress;
  long long rows;
  int failed; /* exit code */
};

/* ---- flags */

/* What makes single answers out of a whole round, or rows that can be told apart. */
static int refuse_filters(const struct cli *cli) {
  static const char *const flags[] = {"shape", "municipality",    "language", "from",
                                      "to",    "without-flagged", "weighted", "comments"};
  for (size_t i = 0; i < array_length(flags); i++) {
    if (cli_has(cli, flags[i])) {
      return cli_fail(EXIT_CODE_USAGE,
                      "--%s is not for --profile anonymised, which gives the whole round, a row an "
                      "answer; hint: leave it out",
                      flags[i]);
    }
  }
  return 0;
}

static int read_numbers(const struct cli *cli, struct anonymising *anonymising) {
  const char *k = cli_value(cli, "k"), *release = cli_value(cli, "release");
  anonymising->options.k = ANONYMISE_K;
  if (release != NULL && !cli_number(release, 1, INT_MAX, &anonymising->again)) {
    return cli_fail(EXIT_CODE_USAGE, "--release is \"%s\"; hint: the number of a release", release);
  }
  if (release != NULL && (k != NULL || cli_has(cli, "with"))) {
    return cli_fail(EXIT_CODE_USAGE, "--release gives a release again as it was; hint: leave out "
                                     "--k and --with");
  }
  if (k != NULL && !cli_number(k, ANONYMISE_K_LEAST, K_MOST, &anonymising->options.k)) {
    return cli_fail(EXIT_CODE_USAGE, "--k is \"%s\"; hint: a number from %d", k, ANONYMISE_K_LEAST);
  }
  return 0;
}

static int read_flags(const struct cli *cli, struct anonymising *anonymising) {
  const char *with = cli_value(cli, "with"), *dialect = cli_value(cli, "dialect");
  int failed = refuse_filters(cli);
  if (failed == 0 && strcmp(cli_value(cli, "format"), "csv") != 0) {
    return cli_fail(EXIT_CODE_USAGE, "anonymised answers come as CSV; hint: --format csv");
  }
  if (failed == 0 && with != NULL && strcmp(with, "language") != 0) {
    return cli_fail(EXIT_CODE_USAGE, "--with is \"%s\"; hint: language", with);
  }
  anonymising->options.language = with != NULL;
  if (failed == 0 && dialect != NULL && strcmp(dialect, "excel") != 0 &&
      strcmp(dialect, "plain") != 0) {
    return cli_fail(EXIT_CODE_USAGE, "--dialect is \"%s\"; hint: plain or excel", dialect);
  }
  anonymising->dialect = dialect != NULL && strcmp(dialect, "excel") == 0 ? CSV_EXCEL : CSV_PLAIN;
  if (failed == 0 && cli_has(cli, "override-by") != cli_has(cli, "override-why")) {
    return cli_fail(EXIT_CODE_USAGE, "an override has a name and a reason; hint: --override-by "
                                     "NAME --override-why REASON");
  }
  return failed != 0 ? failed : read_numbers(cli, anonymising);
}

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
  memcpy(anonymising->options.seed, record->seed, sizeof record->seed);
  json_decref(options);
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
  if (failed != 0) {
    return failed;
  }
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

/* ---- the audit log */

/* Before the first answer is read, and after the last was written. */
static int tell(struct anonymising *anonymising, long long rows) {
  const struct audit_export told = {
      .round = anonymising->round.id, .format = "csv", .profile = "anonymised", .rows = rows};
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

static int store_release(struct anonymising *anonymising, const struct release *release,
                         const struct release_verdict *verdict) {
  struct cli *cli = anonymising->cli;
  struct release_record *record = &anonymising->record;
  *record = (struct release_record){
      .round = release->round,
      .kind = "rows",
      .floor = release->floor,
      .options = anonymising->options.language ? "{\"language\": true}" : "{}",
      .content = released_json(cli, release_json(release)),
      .certificate = released_json(cli, certificate_json(anonymising->certificate)),
      .has_seed = true,
      .override_by = verdict->overridden ? release->override.by : NULL,
      .override_why = verdict->overridden ? release->override.why : NULL};
  memcpy(record->seed, anonymising->options.seed, sizeof record->seed);
  crypto_sha256(anonymising->csv.data, anonymising->csv.length, record->digest);
  if (record->content == NULL || record->certificate == NULL) {
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

static int check_again(const struct anonymising *anonymising) {
  unsigned char digest[RELEASE_DIGEST_BYTES];
  crypto_sha256(anonymising->csv.data, anonymising->csv.length, digest);
  if (memcmp(digest, anonymising->record.digest, sizeof digest) == 0) {
    return 0;
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

/* ---- files */

static int write_file(struct cli *cli, const char *path, const struct text *content) {
  struct out_file file;
  int failed = out_file_open(&file, cli, path, 0600);
  if (failed != 0) {
    return failed;
  }
  if (!out_file_write(&file, content->data, content->length)) {
    out_file_abandon(&file);
    return EXIT_CODE_IO;
  }
  return out_file_finish(&file, cli);
}

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

static int write_certificate(struct anonymising *anonymising) {
  struct cli *cli = anonymising->cli;
  const struct release_record *record = &anonymising->record;
  const char *path = cli_value(cli, "certificate");
  char checksum[HEX_BYTES];
  for (size_t i = 0; i < sizeof record->digest; i++) {
    (void)snprintf(checksum + 2 * i, 3, "%02x", record->digest[i]);
  }
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
                              .override_why = record->override_why};
  struct text text;
  text_init(&text);
  int failed =
      paper.questionnaire == NULL ? cli_fail_memory() : render(anonymising, path, &paper, &text);
  failed = failed != 0 ? failed : write_file(cli, path, &text);
  text_clear(&text);
  return failed;
}

static int deliver(struct anonymising *anonymising) {
  struct cli *cli = anonymising->cli;
  if (anonymising->dialect == CSV_EXCEL) {
    text_reset(&anonymising->csv);
    anonymised_csv(anonymising->anonymise, CSV_EXCEL, &anonymising->csv);
    if (anonymising->csv.failed) {
      return cli_fail_memory();
    }
  }
  const char *path = cli_has(cli, "out") ? cli_value(cli, "out") : "-";
  int failed = write_file(cli, path, &anonymising->csv);
  if (failed == 0 && cli_has(cli, "certificate")) {
    failed = write_certificate(anonymising);
  }
  const struct anonymise_certificate *certificate = anonymising->certificate;
  if (failed == 0) {
    cli_warn("release %d: %zu rows, k = %zu, %zu of them alone before", anonymising->record.id,
             certificate->rows, certificate->k_reached, certificate->uniques_before);
  }
  return failed;
}

/* ---- the whole */

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
  int failed = read_flags(cli, &anonymising);
  failed = failed != 0 ? failed : connect(&anonymising);
  failed = failed != 0 ? failed : gather(&anonymising);
  failed = failed != 0 ? failed : begin(&anonymising);
  failed = failed != 0 ? failed : read_rows(&anonymising);
  failed = failed != 0 ? failed : make_rows(&anonymising);
  failed = failed != 0 ? failed : release(&anonymising);
  failed = failed != 0 ? failed : deliver(&anonymising);
  failed = failed != 0 ? failed : tell(&anonymising, anonymising.rows);
  text_clear(&anonymising.csv);
  anonymise_free(anonymising.anonymise);
  store_close(anonymising.log);
  store_close(anonymising.releases);
  return failed;
}
