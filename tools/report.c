#include <limits.h>
#include <string.h>

#include "released.h"
#include "report_format.h"
#include "report_make.h"
#include "report_rounds.h"
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

static int refuse_with_release(const struct cli *cli) {
  static const char *const flags[] = {"municipality", "language",        "from",  "to",
                                      "closed-from",  "closed-to",       "floor", "override-by",
                                      "override-why", "without-flagged", "norms", "documentation"};
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
  const char *norms = cli_value(cli, "norms");
  if (published && norms != NULL && strcmp(norms, "none") != 0) {
    return cli_fail(EXIT_CODE_USAGE,
                    "a published report takes the questionnaire's own norms, since of two "
                    "divisions of the same children the difference is a few of them; hint: leave "
                    "out --norms, or --norms none");
  }
  if (published && cli_has(cli, "municipality")) {
    return cli_fail(EXIT_CODE_USAGE,
                    "a published report is of all municipalities of the round, since sums over a "
                    "few would tell of each; hint: leave out --municipality");
  }
  return release != NULL ? refuse_with_release(cli) : 0;
}

static int read_flags(struct cli *cli, struct reporting *reporting) {
  int failed = report_format_read(cli, &reporting->format, &reporting->work.options.profile);
  failed = failed != 0 ? failed : read_release(cli, reporting);
  reporting->work.wanted = cli_value(cli, "round");
  reporting->work.kept = reporting->again > 0;
  return failed != 0 ? failed : report_make_read(cli, &reporting->work);
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

static const struct report_view *view(const void *what,
                                      const struct translation *const *translations,
                                      const json_t *words, struct arena *arena) {
  return report_view_new(what, translations[0], words, arena);
}

static int write_report(struct reporting *reporting) {
  const struct report_work *work = &reporting->work;
  const struct report_drawn drawn = {.cli = work->cli,
                                     .questionnaires = &work->questionnaire,
                                     .questionnaires_count = 1,
                                     .view = view,
                                     .what = &work->report};
  json_t *json =
      reporting->kept == NULL ? report_json(&work->report) : json_incref(reporting->kept);
  int failed = report_format_write(reporting->format, json, &drawn, &reporting->content);
  json_decref(json);
  return failed;
}

/* Who asked for a page or a PDF and no profile wants to look at the round, and need not close it.
 */
static int check_round(const struct cli *cli, const struct round_row *round) {
  if (!cli_has(cli, "profile") && round->state != ROUND_CLOSED && round->state != ROUND_FINALISED) {
    return cli_fail(EXIT_CODE_DATA,
                    "round %d is %s, and without --profile this report is a published one, of a "
                    "closed round; hint: --profile internal for your own eyes, or first hjemsvar "
                    "round close %d",
                    round->id, round_state_name(round->state), round->id);
  }
  return released_check_round(round);
}

static int make(struct reporting *reporting) {
  struct report_work *work = &reporting->work;
  bool published = work->options.profile == REPORT_PUBLISHED;
  int failed = published && reporting->again == 0 ? check_round(work->cli, &work->round) : 0;
  failed = failed != 0 ? failed
                       : report_make_tell(work, reporting->releases, reporting->format->name,
                                          reporting->again, NULL);
  if (failed == 0) {
    failed = reporting->again > 0 ? find_release(reporting) : report_make(work);
  }
  if (failed == 0 && published && reporting->again == 0) {
    failed = publish(reporting);
  }
  if (failed == 0 && published) {
    failed = take_kept(reporting);
  }
  return failed != 0 ? failed : write_report(reporting);
}

static int deliver(const struct reporting *reporting) {
  int failed = report_format_deliver(reporting->work.cli, &reporting->content);
  if (failed == 0 && reporting->kept != NULL) {
    const struct report *report = &reporting->work.report;
    cli_warn("release %d of round %d", report->published.number, report->round);
  }
  return failed;
}

int command_report(struct cli *cli) {
  if (cli_has(cli, "rounds") || cli_has(cli, "releases")) {
    return report_rounds(cli);
  }
  if (!cli_has(cli, "round")) {
    return cli_fail(EXIT_CODE_USAGE, "a report is of a round; hint: --round 3, or --rounds 3,7 for "
                                     "several beside each other");
  }
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
