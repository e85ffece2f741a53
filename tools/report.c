#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "out_file.h"
#include "released.h"
#include "report_draw.h"
#include "report_format.h"
#include "report_make.h"
#include "store/audit_store.h"
#include "store/publication.h"

struct reporting {
  struct report_work work;
  const struct report_format *format;
  struct release_override override;
  int again;              /* number of the release that is shown again; 0: a new report */
  struct store *releases; /* the primary: what is stored, and the audit log */
  json_t *kept;           /* published: as its release gives it */
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
  static const char *const flags[] = {
      "municipality", "language",        "from",         "to",
      "closed-from",  "closed-to",       "floor",        "override-by",
      "override-why", "without-flagged", "documentation"};
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
  int failed = released_override(cli, &reporting->override);
  if (failed != 0) {
    return failed;
  }
  static const char *const others[] = {"floor", "release", "override-by", "documentation"};
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
  const char *hint = "an evaluator may decide otherwise by --override-by and --override-why";
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

static int publish(struct reporting *reporting) {
  struct cli *cli = reporting->work.cli;
  struct report *report = &reporting->work.report;
  struct publication publication = {.by = reporting->override.by, .why = reporting->override.why};
  enum store_result result =
      publication_make(reporting->releases, report, cli->arena, &publication);
  const struct release_record *record = &publication.record;
  if (result == STORE_REFUSED && !release_may(&publication.verdict)) {
    return refuse(reporting, &publication.verdict);
  }
  if (result != STORE_OK) {
    return cli_store_said(reporting->releases, result, "storing the release");
  }
  reporting->kept = report_json_kept(record->report, record->id, record->made_at);
  return reporting->kept == NULL ? cli_fail_memory() : 0;
}

/* ---- the same release again */

static int find_release(struct reporting *reporting) {
  struct cli *cli = reporting->work.cli;
  struct release_record record = {.round = 0};
  int round = reporting->work.round.id;
  enum store_result result = publication_find(reporting->releases, round, reporting->again,
                                              cli->arena, &record, &reporting->kept);
  if (result == STORE_NONE && record.round != 0) {
    return cli_fail(EXIT_CODE_DATA, "release %d is no report of round %d; hint: --round %d",
                    reporting->again, round, record.round);
  }
  return result == STORE_OK ? 0 : released_unknown(reporting->releases, result, round);
}

/* ---- the whole */

/* What is published is drawn from what was kept, the first time, too. */
static int take_kept(struct reporting *reporting) {
  struct report_work *work = &reporting->work;
  return report_parse(reporting->kept, work->questionnaire, work->cli->arena, &work->report)
             ? 0
             : cli_fail(EXIT_CODE_INTERNAL, "the release cannot be read; hint: report this");
}

static int make(struct reporting *reporting) {
  struct report_work *work = &reporting->work;
  bool published = work->options.profile == REPORT_PUBLISHED;
  int failed = published && reporting->again == 0 ? released_check_round(&work->round) : 0;
  failed = failed != 0 ? failed : tell(reporting);
  if (failed == 0) {
    failed = reporting->again > 0 ? find_release(reporting) : report_make(work);
  }
  if (failed == 0 && published && reporting->again == 0) {
    failed = publish(reporting);
  }
  if (failed == 0 && published) {
    failed = take_kept(reporting);
  }
  return failed != 0 ? failed
                     : reporting->format->render(work, reporting->kept, &reporting->content);
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
  if (failed == 0 && reporting->kept != NULL) {
    const struct report *report = &reporting->work.report;
    cli_warn("release %d of round %d", report->published.number, report->round);
  }
  return failed;
}

int command_report(struct cli *cli) {
  struct reporting reporting = {.work = {.cli = cli}};
  text_init(&reporting.content);
  int failed = read_flags(cli, &reporting);
  failed = failed != 0 ? failed : cli_open(cli, STORE_AS_CONSOLE);
  failed = failed != 0 ? failed : cli_open_primary(cli, STORE_AS_CONSOLE, &reporting.releases);
  failed = failed != 0 ? failed : report_make_gather(&reporting.work);
  failed = failed != 0 ? failed : make(&reporting);
  failed = failed != 0 ? failed : deliver(&reporting);
  report_make_clear(&reporting.work);
  json_decref(reporting.kept);
  text_clear(&reporting.content);
  store_close(reporting.releases);
  return failed;
}
