#include "report_rounds.h"

#include <limits.h>
#include <string.h>

#include "output/trend_view.h"
#include "released.h"
#include "report_format.h"
#include "report_make.h"
#include "store/publication.h"

struct comparing {
  struct cli *cli;
  const struct report_format *format;
  enum report_profile profile;
  const char *list; /* as it was asked for */
  size_t count;
  struct report_work works[TREND_ROUNDS_MOST];
  int releases[TREND_ROUNDS_MOST]; /* published: their numbers */
  struct store *log;               /* the primary: releases, and the audit log */
  const struct report *reports[TREND_ROUNDS_MOST];
  struct trend trend; /* of these */
  struct text content;
};

/* ---- flags */

static int refuse_flags(const struct cli *cli, const char *const *flags, size_t count,
                        const char *why) {
  for (size_t i = 0; i < count; i++) {
    if (cli_has(cli, flags[i])) {
      return cli_fail(EXIT_CODE_USAGE, "--%s with --rounds: %s; hint: leave it out", flags[i], why);
    }
  }
  return 0;
}

static int check_flags(const struct comparing *comparing) {
  static const char *const alone[] = {"round",       "release",      "from",        "to",
                                      "closed-from", "closed-to",    "override-by", "override-why",
                                      "floor",       "documentation"};
  static const char *const choices[] = {"municipality", "language", "without-flagged", "norms"};
  static const char *const releases[] = {"releases"};
  const struct cli *cli = comparing->cli;
  int failed = refuse_flags(cli, alone, array_length(alone), "it is of a single round");
  if (failed != 0) {
    return failed;
  }
  return comparing->profile == REPORT_PUBLISHED
             ? refuse_flags(cli, choices, array_length(choices),
                            "what is published shows what the releases show")
             : refuse_flags(cli, releases, array_length(releases), "it is for --profile published");
}

static int too_few(void) {
  return cli_fail(EXIT_CODE_USAGE, "one round cannot be compared; hint: --rounds 3,7, or --round 3 "
                                   "for a report of one");
}

static int too_many(size_t count) {
  return cli_fail(EXIT_CODE_USAGE, "%zu rounds are too many for a page; hint: at most %d", count,
                  TREND_ROUNDS_MOST);
}

static int read_rounds(struct comparing *comparing) {
  struct cli *cli = comparing->cli;
  size_t count = 0;
  comparing->list = cli_value(cli, "rounds");
  if (comparing->list == NULL) {
    return cli_fail(EXIT_CODE_USAGE,
                    "--releases are of rounds; hint: --rounds 3,7 --releases 4,9, one for each");
  }
  const char *const *rounds = cli_split(cli, comparing->list, &count);
  if (rounds == NULL) {
    return cli_fail_memory();
  }
  if (count < TREND_ROUNDS_LEAST || count > TREND_ROUNDS_MOST) {
    return count < TREND_ROUNDS_LEAST ? too_few() : too_many(count);
  }
  comparing->count = count;
  for (size_t i = 0; i < count; i++) {
    comparing->works[i].wanted = rounds[i];
  }
  return 0;
}

static int read_releases(struct comparing *comparing) {
  struct cli *cli = comparing->cli;
  size_t count = 0;
  if (!cli_has(cli, "releases")) {
    return 0;
  }
  const char *const *releases = cli_split(cli, cli_value(cli, "releases"), &count);
  if (releases == NULL) {
    return cli_fail_memory();
  }
  if (count != comparing->count) {
    return cli_fail(EXIT_CODE_USAGE,
                    "--releases has %zu numbers for %zu rounds; hint: one for each, in their order "
                    "(hjemsvar release list --round R)",
                    count, comparing->count);
  }
  for (size_t i = 0; i < count; i++) {
    if (!cli_number(releases[i], 1, INT_MAX, &comparing->releases[i])) {
      return cli_fail(EXIT_CODE_USAGE, "--releases has \"%s\"; hint: the number of a release",
                      releases[i]);
    }
  }
  return 0;
}

static int read_flags(struct comparing *comparing) {
  int failed = report_format_read(comparing->cli, &comparing->format, &comparing->profile);
  failed = failed != 0 ? failed : read_rounds(comparing);
  failed = failed != 0 ? failed : check_flags(comparing);
  failed = failed != 0 ? failed : read_releases(comparing);
  for (size_t i = 0; i < comparing->count && failed == 0; i++) {
    struct report_work *work = &comparing->works[i];
    work->cli = comparing->cli;
    work->kept = comparing->profile == REPORT_PUBLISHED;
    work->options.profile = comparing->profile;
    failed = report_make_read(comparing->cli, work);
  }
  return failed;
}

/* ---- which rounds */

static int refuse(const struct comparing *comparing, enum trend_result result, size_t wrong) {
  const struct round_row *first = &comparing->works[0].round,
                         *other = &comparing->works[wrong].round;
  switch (result) {
  case TREND_OK:
    return 0;
  case TREND_FEW:
    return too_few();
  case TREND_MANY:
    return too_many(comparing->count);
  case TREND_TWICE:
    return cli_fail(EXIT_CODE_USAGE, "round %d stands in --rounds twice; hint: leave one out",
                    other->id);
  case TREND_FOREIGN:
    return cli_fail(EXIT_CODE_DATA,
                    "round %d asks \"%s\" and round %d \"%s\", whose questions are not the same; "
                    "hint: rounds of one questionnaire (hjemsvar round list)",
                    first->id, first->questionnaire, other->id, other->questionnaire);
  case TREND_MEMORY:
    return cli_fail_memory();
  }
  return EXIT_CODE_INTERNAL;
}

/* What is not published of known children stays with the municipality that they are of. */
static int check_controllers(const struct comparing *comparing) {
  const struct round_row *first = &comparing->works[0].round;
  for (size_t i = 1; i < comparing->count && comparing->profile == REPORT_INTERNAL; i++) {
    const struct round_row *other = &comparing->works[i].round;
    if (other->personal_of != first->personal_of) {
      return cli_fail(EXIT_CODE_DENIED,
                      "round %d is of municipality %d and round %d of %d, each with known children "
                      "of its own; hint: rounds of one municipality, or --profile published",
                      first->id, first->personal_of, other->id, other->personal_of);
    }
  }
  return 0;
}

static int gather(struct comparing *comparing) {
  int rounds[TREND_ROUNDS_MOST] = {0}, failed = 0;
  const char *questionnaires[TREND_ROUNDS_MOST] = {NULL};
  size_t wrong = 0;
  for (size_t i = 0; i < comparing->count && failed == 0; i++) {
    failed = report_make_gather(&comparing->works[i]);
    rounds[i] = comparing->works[i].round.id;
    questionnaires[i] = comparing->works[i].round.questionnaire;
  }
  if (failed != 0) {
    return failed;
  }
  enum trend_result result = trend_check(rounds, questionnaires, comparing->count, &wrong);
  failed = refuse(comparing, result, wrong);
  return failed != 0 ? failed : check_controllers(comparing);
}

/* ---- one release of each */

static int no_release(const struct round_row *round, bool some) {
  if (some) {
    return cli_fail(EXIT_CODE_DATA,
                    "every report of round %d that was published leaves something out; hint: name "
                    "releases by --releases (hjemsvar release list --round %d)",
                    round->id, round->id);
  }
  return cli_fail(EXIT_CODE_DATA,
                  "no report of round %d was published; hint: hjemsvar report --round %d --format "
                  "html --profile published, or --profile internal here",
                  round->id, round->id);
}

static int choose_release(struct comparing *comparing, size_t index) {
  struct cli *cli = comparing->cli;
  struct release_record *records = NULL;
  size_t count = 0;
  const struct round_row *round = &comparing->works[index].round;
  if (comparing->releases[index] > 0) {
    return 0;
  }
  enum store_result result = release_list(comparing->log, round->id, cli->arena, &records, &count);
  if (result != STORE_OK) {
    return cli_store_said(comparing->log, result, "listing the releases");
  }
  bool some = false;
  const struct release_record *whole = publication_whole(records, count, &some);
  comparing->releases[index] = whole == NULL ? 0 : whole->id;
  return whole == NULL ? no_release(round, some) : 0;
}

static int take_release(struct comparing *comparing, size_t index) {
  struct cli *cli = comparing->cli;
  struct report_work *work = &comparing->works[index];
  struct release_record record = {.round = 0};
  json_t *json = NULL;
  int number = comparing->releases[index];
  enum store_result result =
      publication_find(comparing->log, work->round.id, number, cli->arena, &record, &json);
  if (result == STORE_NONE && record.round != 0) {
    return cli_fail(EXIT_CODE_DATA,
                    "release %d is no report of round %d; hint: hjemsvar release list --round %d",
                    number, work->round.id, work->round.id);
  }
  if (result != STORE_OK) {
    return released_unknown(comparing->log, result, work->round.id);
  }
  bool good = report_parse(json, work->questionnaire, cli->arena, &work->report);
  json_decref(json);
  return good
             ? 0
             : cli_fail(EXIT_CODE_INTERNAL, "release %d cannot be read; hint: report this", number);
}

/* ---- the whole */

static int make_one(struct comparing *comparing, size_t index) {
  struct report_work *work = &comparing->works[index];
  bool published = comparing->profile == REPORT_PUBLISHED;
  int failed = report_make_tell(work, comparing->log, comparing->format->name,
                                comparing->releases[index], comparing->list);
  if (failed == 0) {
    failed = published ? take_release(comparing, index) : report_make(work);
  }
  return failed;
}

static int make(struct comparing *comparing) {
  int failed = 0;
  bool published = comparing->profile == REPORT_PUBLISHED;
  for (size_t i = 0; i < comparing->count && failed == 0 && published; i++) {
    failed = choose_release(comparing, i);
  }
  for (size_t i = 0; i < comparing->count && failed == 0; i++) {
    failed = make_one(comparing, i);
    comparing->reports[i] = &comparing->works[i].report;
  }
  return failed != 0 ? failed
                     : refuse(comparing,
                              trend_make(comparing->reports, comparing->count,
                                         comparing->cli->arena, &comparing->trend),
                              0);
}

static const struct report_view *view(const void *what,
                                      const struct translation *const *translations,
                                      const json_t *words, struct arena *arena) {
  return trend_view_new(what, translations, words, arena);
}

static int write_trend(struct comparing *comparing) {
  const struct questionnaire *questionnaires[TREND_ROUNDS_MOST] = {NULL};
  const struct report_drawn drawn = {.cli = comparing->cli,
                                     .questionnaires = questionnaires,
                                     .questionnaires_count = comparing->count,
                                     .view = view,
                                     .what = &comparing->trend};
  for (size_t i = 0; i < comparing->count; i++) {
    questionnaires[i] = comparing->works[i].questionnaire;
  }
  json_t *json = comparing->format->data ? trend_json(&comparing->trend) : NULL;
  int failed = report_format_write(comparing->format, json, &drawn, &comparing->content);
  json_decref(json);
  return failed;
}

int report_rounds(struct cli *cli) {
  struct comparing comparing = {.cli = cli};
  text_init(&comparing.content);
  int failed = read_flags(&comparing);
  failed = failed != 0 ? failed : cli_open(cli, STORE_AS_CONSOLE);
  failed = failed != 0 ? failed : cli_open_primary(cli, STORE_AS_CONSOLE, &comparing.log);
  failed = failed != 0 ? failed : gather(&comparing);
  failed = failed != 0 ? failed : make(&comparing);
  failed = failed != 0 ? failed : write_trend(&comparing);
  failed = failed != 0 ? failed : report_format_deliver(cli, &comparing.content);
  for (size_t i = 0; i < comparing.count; i++) {
    report_make_clear(&comparing.works[i]);
  }
  text_clear(&comparing.content);
  store_close(comparing.log);
  return failed;
}
