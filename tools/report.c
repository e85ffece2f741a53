#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "out_file.h"
#include "released.h"
#include "report_draw.h"
#include "report_format.h"
#include "report_make.h"
#include "store/audit_store.h"

struct reporting {
  struct report_work work;
  const struct report_format *format;
  int again;                      /* number of the release that is shown again; 0: a new report */
  struct store *releases;         /* the primary: what is stored, and the audit log */
  struct release_record *earlier; /* of the round */
  size_t earlier_count;
  struct release_record record; /* this one */
  struct text content;
};

/* ---- flags */

static int read_profile(const struct cli *cli, struct reporting *reporting) {
  const char *profile = cli_value(cli, "profile");
  reporting->work.options.profile = reporting->format->profile;
  if (profile != NULL && strcmp(profile, "internal") == 0) {
    reporting->work.options.profile = REPORT_INTERNAL;
  } else if (profile != NULL && strcmp(profile, "published") == 0) {
    reporting->work.options.profile = REPORT_PUBLISHED;
  } else if (profile != NULL) {
    return cli_fail(EXIT_CODE_USAGE, "--profile is \"%s\"; hint: internal or published", profile);
  }
  return 0;
}

static int refuse_with_release(const struct cli *cli) {
  static const char *const flags[] = {"municipality",    "language",       "from",  "to",
                                      "closed-from",     "closed-to",      "floor", "by",
                                      "override-reason", "without-flagged"};
  for (size_t i = 0; i < array_length(flags); i++) {
    if (cli_has(cli, flags[i])) {
      return cli_fail(EXIT_CODE_USAGE,
                      "--release shows a report again as it was; hint: leave out --%s", flags[i]);
    }
  }
  return 0;
}

static int read_release(const struct cli *cli, struct reporting *reporting) {
  const char *release = cli_value(cli, "release");
  bool published = reporting->work.options.profile == REPORT_PUBLISHED;
  if (release != NULL && !cli_number(release, 1, INT_MAX, &reporting->again)) {
    return cli_fail(EXIT_CODE_USAGE, "--release is \"%s\"; hint: the number of a release", release);
  }
  if (cli_has(cli, "by") != cli_has(cli, "override-reason")) {
    return cli_fail(EXIT_CODE_USAGE,
                    "an override has a name and a reason; hint: --by NAME --override-reason TEXT");
  }
  static const char *const others[] = {"floor", "release", "by"};
  for (size_t i = 0; i < array_length(others) && !published; i++) {
    if (cli_has(cli, others[i])) {
      return cli_fail(EXIT_CODE_USAGE, "--%s is for --profile published; hint: leave it out",
                      others[i]);
    }
  }
  if (published && cli_has(cli, "municipality")) {
    return cli_fail(EXIT_CODE_USAGE,
                    "a published report is of all municipalities of the round, since sums over a "
                    "few would tell of each; hint: leave out --municipality");
  }
  return release != NULL ? refuse_with_release(cli) : 0;
}

static int read_flags(struct cli *cli, struct reporting *reporting) {
  reporting->format = report_format_find(cli_value(cli, "format"));
  if (reporting->format == NULL) {
    return cli_fail(EXIT_CODE_USAGE, "--format is \"%s\"; hint: %s", cli_value(cli, "format"),
                    report_format_names(cli));
  }
  int failed = read_profile(cli, reporting);
  failed = failed != 0 ? failed : report_draw_check(cli);
  failed = failed != 0 ? failed : read_release(cli, reporting);
  return failed != 0 ? failed : report_make_read(cli, &reporting->work);
}

/* ---- what was released before */

static int find_release(struct reporting *reporting) {
  struct cli *cli = reporting->work.cli;
  struct release_record *record = &reporting->record;
  enum store_result result =
      release_find(reporting->releases, reporting->again, cli->arena, record);
  if (result != STORE_OK) {
    return cli_store_said(reporting->releases, result, "reading the release");
  }
  if (record->round != reporting->work.round.id || record->report == NULL) {
    return cli_fail(EXIT_CODE_DATA, "release %d is no report of round %d; hint: --round %d",
                    record->id, reporting->work.round.id, record->round);
  }
  return report_make_again(cli, record->options, record->floor, &reporting->work);
}

static int find_releases(struct reporting *reporting) {
  struct report_work *work = &reporting->work;
  if (work->options.profile == REPORT_INTERNAL) {
    return 0;
  }
  int failed = released_check_round(&work->round);
  if (failed != 0) {
    return failed;
  }
  enum store_result result = release_list(reporting->releases, work->round.id, work->cli->arena,
                                          &reporting->earlier, &reporting->earlier_count);
  return result == STORE_OK ? 0
                            : cli_store_said(reporting->releases, result, "reading the releases");
}

/* ---- the audit log */

/* Before the first answer is read. */
static int tell(const struct reporting *reporting) {
  bool published = reporting->work.options.profile == REPORT_PUBLISHED;
  const char *details = released_json(reporting->work.cli,
                                      json_pack("{s:s, s:s}", "format", reporting->format->name,
                                                "profile", published ? "published" : "internal"));
  const struct audit_entry entry = {
      .action = "answers.report",
      .subject = reporting->again > 0
                     ? arena_printf(reporting->work.cli->arena, "release %d", reporting->again)
                     : NULL,
      .round = reporting->work.round.id,
      .details = details};
  if (details == NULL) {
    return cli_fail_memory();
  }
  enum store_result result = audit_append(reporting->releases, &entry);
  return result == STORE_OK ? 0
                            : cli_store_said(reporting->releases, result, "telling the audit log");
}

/* ---- a new release */

static const char *who_of(const struct cli *cli, const struct release_margin *margin) {
  const char *text = "";
  for (size_t i = 0; text != NULL && i < margin->scope.filters_count; i++) {
    const struct release_filter *filter = &margin->scope.filters[i];
    for (size_t j = 0; text != NULL && j < filter->values_count; j++) {
      text = arena_printf(cli->arena, "%s%s%s", text,
                          j > 0   ? "+"
                          : i > 0 ? ", "
                                  : " of ",
                          filter->values[j]);
    }
  }
  return text;
}

static int refuse(const struct reporting *reporting, const struct release_verdict *verdict) {
  const struct cli *cli = reporting->work.cli;
  const char *hint = "an evaluator may decide otherwise by --by and --override-reason";
  if (verdict->reason == RELEASE_MANY || verdict->margin == NULL) {
    return cli_fail(EXIT_CODE_DENIED,
                    "not released: what it would tell beside earlier releases is too much to work "
                    "out (%s); hint: %s",
                    release_reason_name(verdict->reason), hint);
  }
  const struct release_margin *margin = verdict->margin;
  const char *what = margin->what[0] == '\0' ? "the answers" : margin->what;
  return cli_fail(EXIT_CODE_DENIED,
                  "not released: \"%s\"%s is %d here, and beside release %d that tells of %d, "
                  "fewer than the floor (%s); hint: --release %d shows that one again; %s",
                  what, who_of(cli, margin), margin->count, verdict->earlier, verdict->difference,
                  release_reason_name(verdict->reason), verdict->earlier, hint);
}

static int store_release(struct reporting *reporting, const struct release *release,
                         const struct release_verdict *verdict) {
  struct cli *cli = reporting->work.cli;
  struct report_published *published = &reporting->work.report.published;
  published->override_by = verdict->overridden ? release->override.by : NULL;
  published->override_why = verdict->overridden ? release->override.why : NULL;
  struct release_record *record = &reporting->record;
  *record =
      (struct release_record){.round = release->round,
                              .kind = "tables",
                              .floor = release->floor,
                              .options = released_json(cli, report_make_options(&reporting->work)),
                              .content = released_json(cli, release_json(release)),
                              .override_by = published->override_by,
                              .override_why = published->override_why,
                              .report = released_json(cli, report_json(&reporting->work.report))};
  if (record->options == NULL || record->content == NULL || record->report == NULL) {
    return cli_fail_memory();
  }
  crypto_sha256(record->report, strlen(record->report), record->digest);
  size_t count = reporting->earlier_count;
  int latest = count == 0 ? 0 : reporting->earlier[count - 1].id, id = 0;
  enum store_result result = release_insert(reporting->releases, record, latest, &id);
  if (result == STORE_OK) {
    result = release_find(reporting->releases, id, cli->arena, record);
  }
  return result == STORE_OK ? 0
                            : cli_store_said(reporting->releases, result, "storing the release");
}

static int release_new(struct reporting *reporting) {
  struct cli *cli = reporting->work.cli;
  const struct release *const *earlier = NULL;
  struct release release;
  int failed = released_parse(cli, reporting->earlier, reporting->earlier_count, &earlier);
  if (failed != 0) {
    return failed;
  }
  if (!report_release(&reporting->work.report, cli->arena, &release)) {
    return cli_fail_memory();
  }
  release.override =
      (struct release_override){cli_value(cli, "by"), cli_value(cli, "override-reason")};
  struct release_verdict verdict = release_compare(&release, earlier, reporting->earlier_count);
  return release_may(&verdict) ? store_release(reporting, &release, &verdict)
                               : refuse(reporting, &verdict);
}

/* ---- the same release again */

/* What it shows of answers and courses; when flags were made is no part of it. */
static bool is_same(const struct reporting *reporting) {
  static const char *const parts[] = {"figures", "respondents", "coverage", "courses"};
  json_t *then = json_loads(reporting->record.report, 0, NULL);
  json_t *now = report_json(&reporting->work.report);
  bool same = then != NULL && now != NULL;
  for (size_t i = 0; i < array_length(parts) && same; i++) {
    same = json_equal(json_object_get(then, parts[i]), json_object_get(now, parts[i])) != 0;
  }
  json_decref(then);
  json_decref(now);
  return same;
}

static int check_again(const struct reporting *reporting) {
  return is_same(reporting)
             ? 0
             : cli_fail(EXIT_CODE_DATA,
                        "release %d cannot be drawn again: answers or courses came or went since; "
                        "hint: --format json shows it as it was kept",
                        reporting->again);
}

static void take_record(struct reporting *reporting) {
  const struct release_record *record = &reporting->record;
  struct report_published *published = &reporting->work.report.published;
  published->number = record->id;
  published->made_at = record->made_at;
  published->override_by = record->override_by;
  published->override_why = record->override_why;
  reporting->work.report.made_at = record->made_at;
}

/* ---- the whole */

/* JSON of a release is what was kept; all else is drawn from what is there now, if it is the same.
 */
static int make(struct reporting *reporting) {
  bool published = reporting->work.options.profile == REPORT_PUBLISHED;
  bool kept = reporting->again > 0 && reporting->format->from_kept;
  int failed = kept ? 0 : report_make(&reporting->work);
  if (failed == 0 && published && !kept) {
    failed = reporting->again > 0 ? check_again(reporting) : release_new(reporting);
  }
  if (failed == 0 && published) {
    take_record(reporting);
  }
  return failed != 0 ? failed
                     : reporting->format->render(&reporting->work,
                                                 published ? reporting->record.report : NULL,
                                                 &reporting->content);
}

static int deliver(struct reporting *reporting) {
  struct cli *cli = reporting->work.cli;
  struct out_file file;
  const char *path = cli_has(cli, "out") ? cli_value(cli, "out") : "-";
  int failed = out_file_open(&file, cli, path, 0600);
  if (failed != 0) {
    return failed;
  }
  if (!out_file_write(&file, reporting->content.data, reporting->content.length)) {
    out_file_abandon(&file);
    return EXIT_CODE_IO;
  }
  failed = out_file_finish(&file, cli);
  if (failed == 0 && reporting->record.id > 0) {
    cli_warn("release %d of round %d", reporting->record.id, reporting->record.round);
  }
  return failed;
}

int command_report(struct cli *cli) {
  struct reporting reporting = {.work = {.cli = cli}};
  text_init(&reporting.content);
  int failed = read_flags(cli, &reporting);
  failed = failed != 0 ? failed : cli_open(cli, STORE_AS_CONSOLE);
  failed = failed != 0 ? failed : cli_open_primary(cli, STORE_AS_CONSOLE, &reporting.releases);
  if (failed == 0) {
    failed = report_make_gather(&reporting.work);
  }
  if (failed == 0 && reporting.again > 0) {
    failed = find_release(&reporting);
    failed = failed != 0 ? failed : report_make_gather(&reporting.work);
  }
  failed = failed != 0 ? failed : find_releases(&reporting);
  failed = failed != 0 ? failed : tell(&reporting);
  failed = failed != 0 ? failed : make(&reporting);
  failed = failed != 0 ? failed : deliver(&reporting);
  report_make_clear(&reporting.work);
  text_clear(&reporting.content);
  store_close(reporting.releases);
  return failed;
}
