#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/calendar.h"
#include "out_file.h"
#include "output/archive_text.h"
#include "store/retention_store.h"
#include "store/round_json.h"
#include "store/sheet_link_store.h"
#include "stored.h"

enum { PIECE_BYTES = 64 * 1024, COMMAND_WORDS_MAX = 16 };

struct archiving {
  struct cli *cli;
  struct round_row round; /* finalised */
  struct questionnaire_row questionnaire;
  int sheets_waiting; /* course_sheet_count */
  struct setting_row *settings;
  size_t settings_count;
  bool internal; /* de-identified rows are in the package, else anonymised ones alone */
  struct release_record *releases;
  size_t releases_count;
  size_t released_rows; /* of these, releases of rows */
  const char *scratch;  /* folder of our own */
  struct archive *archive;
  struct out_file out;
  struct archive_record record;
};

/* ---- what is asked for */

static const char *setting_of(const struct archiving *archiving, const char *key) {
  for (size_t i = 0; i < archiving->settings_count; i++) {
    if (strcmp(archiving->settings[i].key, key) == 0) {
      return archiving->settings[i].value;
    }
  }
  return "";
}

static int choose_profile(struct archiving *archiving) {
  const char *asked = cli_value(archiving->cli, "profile");
  bool allowed = strcmp(setting_of(archiving, "archive_rows"), "internal") == 0;
  if (asked != NULL && strcmp(asked, "internal") != 0 && strcmp(asked, "anonymised") != 0) {
    return cli_fail(EXIT_CODE_USAGE, "--profile is \"%s\"; hint: internal or anonymised", asked);
  }
  bool internal = asked != NULL ? strcmp(asked, "internal") == 0 : allowed;
  if (internal && !allowed) {
    return cli_fail(EXIT_CODE_DENIED,
                    "the setting archive_rows allows no de-identified rows in an archive; hint: "
                    "--profile anonymised, or, if the controller decides so, hjemsvar settings set "
                    "archive_rows internal");
  }
  archiving->internal = internal;
  return 0;
}

static int check_state(const struct archiving *archiving) {
  const struct round_row *round = &archiving->round;
  if (round->state != ROUND_FINALISED) {
    return cli_fail(EXIT_CODE_DENIED,
                    "round %d is %s, and an archive is made of a finalised round; hint: hjemsvar "
                    "round finalise %d --dry-run",
                    round->id, round_state_name(round->state), round->id);
  }
  return stored_kept(round);
}

static int find_releases(struct archiving *archiving) {
  struct cli *cli = archiving->cli;
  enum store_result result = release_list(cli->store, archiving->round.id, cli->arena,
                                          &archiving->releases, &archiving->releases_count);
  if (result != STORE_OK) {
    return cli_store_failed(cli, result, "listing the releases");
  }
  for (size_t i = 0; i < archiving->releases_count; i++) {
    archiving->released_rows += archiving->releases[i].has_seed;
  }
  if (!archiving->internal && archiving->round.personal_of != 0) {
    return cli_fail(EXIT_CODE_DATA,
                    "round %d is of known children, and none of its rows are anonymous; hint: "
                    "hjemsvar purge --without-archive %d --reason \"...\" deletes it when its time "
                    "is over, or, if the controller decides so, hjemsvar settings set archive_rows "
                    "internal",
                    archiving->round.id, archiving->round.id);
  }
  if (!archiving->internal && archiving->released_rows == 0) {
    return cli_fail(EXIT_CODE_DATA,
                    "no anonymised rows of round %d were released, so there is nothing to pack; "
                    "hint: hjemsvar answers export --round %d --format csv --profile anonymised",
                    archiving->round.id, archiving->round.id);
  }
  return 0;
}

static int gather(struct archiving *archiving) {
  struct cli *cli = archiving->cli;
  const struct round_row *round = &archiving->round;
  const struct questionnaire *questionnaire;
  int failed = cli_open(cli, STORE_AS_CONSOLE);
  failed = failed != 0 ? failed : stored_round(cli, cli->arguments[0], &archiving->round);
  failed = failed != 0 ? failed : check_state(archiving);
  if (failed != 0) {
    return failed;
  }
  archiving->record.round = round->id;
  enum store_result result = archive_begin(cli->store, cli->arena, &archiving->record);
  if (result != STORE_OK) {
    return cli_store_failed(cli, result, "waiting for who is writing");
  }
  result = setting_list_for(cli->store, round->personal_of, cli->arena, &archiving->settings,
                            &archiving->settings_count);
  if (result != STORE_OK) {
    return cli_store_failed(cli, result, "listing the settings");
  }
  result = course_sheet_count(cli->store, round->id, &archiving->sheets_waiting);
  if (result != STORE_OK) {
    return cli_store_failed(cli, result, "counting the sheets that wait");
  }
  failed = choose_profile(archiving);
  failed = failed != 0 ? failed : find_releases(archiving);
  return failed != 0 ? failed
                     : stored_questionnaire(cli, round->questionnaire, round->version,
                                            &archiving->questionnaire, &questionnaire);
}

/* ---- a folder for what other commands make */

static int make_scratch(struct archiving *archiving) {
  const char *folder = getenv("TMPDIR");
  folder = folder != NULL && folder[0] != '\0' ? folder : "/var/tmp";
  char *scratch = arena_printf(archiving->cli->arena, "%s/hjemsvar-archive-XXXXXX", folder);
  if (scratch == NULL) {
    return cli_fail_memory();
  }
  if (mkdtemp(scratch) == NULL) {
    return cli_fail(EXIT_CODE_CREATE,
                    "no folder can be made in %s: %s; hint: set TMPDIR to a folder with room for "
                    "several times the answers",
                    folder, strerror(errno));
  }
  archiving->scratch = scratch;
  archiving->archive = archive_new(scratch);
  return archiving->archive == NULL ? cli_fail_memory() : 0;
}

/* Runs another command as the operator would: with its own checks and rows of the audit log. */
static int run(const struct archiving *archiving, const char *noun, const char *verb,
               const char *const *words) {
  struct cli other = {.command = command_find(noun, verb),
                      .config = archiving->cli->config,
                      .arena = archiving->cli->arena};
  char *copies[COMMAND_WORDS_MAX];
  int count = 0;
  for (; count < COMMAND_WORDS_MAX && words[count] != NULL; count++) {
    copies[count] = arena_printf(other.arena, "%s", words[count]);
    if (copies[count] == NULL) {
      return cli_fail_memory();
    }
  }
  int failed = other.command == NULL ? EXIT_CODE_INTERNAL : cli_parse(&other, count, copies);
  failed = failed != 0 ? failed : other.command->run(&other);
  cli_clear(&other);
  return failed;
}

/* Opens what a command made and takes its name away, so that it is gone whatever happens. */
static FILE *take(const char *path) {
  FILE *file = fopen(path, "r");
  (void)unlink(path);
  return file;
}

static const char *in_scratch(const struct archiving *archiving, const char *name) {
  return arena_printf(archiving->cli->arena, "%s/%s", archiving->scratch, name);
}

/* ---- parts */

/* The entries of a package that was made here, under a folder. */
static int add_package(const struct archiving *archiving, const char *folder, const char *zip) {
  FILE *package = take(zip);
  if (package == NULL) {
    return cli_fail(EXIT_CODE_IO, "%s is gone; hint: try again", zip);
  }
  archive_add_zip(archiving->archive, folder, package);
  (void)fclose(package);
  return 0;
}

static int add_answers(const struct archiving *archiving, const char *round) {
  const char *zip = in_scratch(archiving, "answers.zip"), *courses = in_scratch(archiving, "c.csv");
  if (zip == NULL || courses == NULL) {
    return cli_fail_memory();
  }
  int failed = run(archiving, "answers", "export",
                   (const char *const[]){"--round", round, "--format", "zip", "--profile",
                                         "internal", "--out", zip, NULL});
  failed =
      failed != 0
          ? failed
          : run(archiving, "courses", "export",
                (const char *const[]){"--round", round, "--format", "csv", "--out", courses, NULL});
  failed = failed != 0 ? failed : add_package(archiving, "answers/", zip);
  if (failed != 0) {
    return failed;
  }
  archive_add(archiving->archive, "courses.csv", take(courses));
  return 0;
}

/* A release that cannot be made again is told of by that command; its record is in releases.json.
 */
static int add_release(const struct archiving *archiving, const char *round, int id) {
  struct arena *arena = archiving->cli->arena;
  const char *number = arena_printf(arena, "%d", id), *zip = in_scratch(archiving, "release.zip");
  const char *folder = arena_printf(arena, "releases/%d/", id);
  if (number == NULL || zip == NULL || folder == NULL) {
    return cli_fail_memory();
  }
  int failed = run(archiving, "answers", "export",
                   (const char *const[]){"--round", round, "--format", "zip", "--profile",
                                         "anonymised", "--release", number, "--out", zip, NULL});
  if (failed != 0) {
    return failed == EXIT_CODE_DATA && archiving->internal ? 0 : failed;
  }
  return add_package(archiving, folder, zip);
}

/* As it was published, drawn anew. */
static int add_report(const struct archiving *archiving, const char *round, int id) {
  static const char *const formats[] = {"json", "html", "pdf"};
  struct arena *arena = archiving->cli->arena;
  const char *number = arena_printf(arena, "%d", id), *file = in_scratch(archiving, "report");
  if (number == NULL || file == NULL) {
    return cli_fail_memory();
  }
  for (size_t i = 0; i < array_length(formats); i++) {
    const char *name = arena_printf(arena, "releases/%d/report.%s", id, formats[i]);
    int failed =
        name == NULL
            ? cli_fail_memory()
            : run(archiving, "report", NULL,
                  (const char *const[]){"--round", round, "--format", formats[i], "--profile",
                                        "published", "--release", number, "--out", file, NULL});
    if (failed != 0) {
      return failed;
    }
    archive_add(archiving->archive, name, take(file));
  }
  return 0;
}

static int add_releases(const struct archiving *archiving, const char *round) {
  int failed = 0;
  for (size_t i = 0; i < archiving->releases_count && failed == 0; i++) {
    const struct release_record *record = &archiving->releases[i];
    failed = record->has_seed ? add_release(archiving, round, record->id)
                              : add_report(archiving, round, record->id);
  }
  return failed;
}

static int add_audit(const struct archiving *archiving) {
  struct cli *cli = archiving->cli;
  FILE *file = archive_scratch(archiving->archive);
  if (file == NULL) {
    return cli_fail(EXIT_CODE_IO,
                    "the file could not be built in %s: %s; hint: see whether the disk is full",
                    archiving->scratch, strerror(errno));
  }
  enum store_result result =
      archive_audit(cli->store, archiving->round.id, archiving->internal, file);
  archive_add(archiving->archive, "audit.jsonl", file);
  return result == STORE_OK ? 0 : cli_store_failed(cli, result, "writing the audit log");
}

static int add_texts(const struct archiving *archiving) {
  const struct cli *cli = archiving->cli;
  const struct round_row *round = &archiving->round;
  const char *message = NULL;
  const char *folder =
      arena_printf(cli->arena, "%s/templates/archive/words", cli->config.share_dir);
  struct words_set *words = folder == NULL ? NULL : words_set_load(folder, cli->arena, &message);
  if (words == NULL) {
    return cli_fail(EXIT_CODE_CONFIG, "%s", message == NULL ? "memory is out" : message);
  }
  const struct archive_facts facts = {
      .round = round->id,
      .title = round->title,
      .questionnaire = round->questionnaire,
      .version = round->version,
      .definition = archiving->questionnaire.definition,
      .opened = round->opens_at,
      .closed = round->closed_at,
      .finalised = round->finalised_at,
      .municipalities = round->municipalities,
      .municipalities_count = round->municipalities_count,
      .controller = setting_of(archiving, "controller"),
      .purpose = setting_of(archiving, "purpose"),
      .internal = archiving->internal,
      .sheets_waiting = archiving->sheets_waiting,
      .about = round_json_kept(round, archiving->settings, archiving->settings_count,
                               archiving->internal),
      .releases = round_json_releases(archiving->releases, archiving->releases_count)};
  archive_add_texts(archiving->archive, &facts, words, cli->arena);
  words_set_free(words);
  return 0;
}

static int fill(struct archiving *archiving) {
  const char *round = arena_printf(archiving->cli->arena, "%d", archiving->round.id);
  if (round == NULL) {
    return cli_fail_memory();
  }
  int failed = archiving->internal ? add_answers(archiving, round) : 0;
  failed = failed != 0 ? failed : add_releases(archiving, round);
  failed = failed != 0 ? failed : add_audit(archiving);
  return failed != 0 ? failed : add_texts(archiving);
}

/* ---- out */

static int build_failed(const struct archiving *archiving, enum export_result result) {
  switch (result) {
  case EXPORT_MEMORY:
    return cli_fail_memory();
  case EXPORT_LARGE:
    return cli_fail(EXIT_CODE_DATA, "more than %d files; hint: report this", ARCHIVE_FILES_MAX);
  case EXPORT_DAMAGED:
    return cli_fail(EXIT_CODE_INTERNAL, "the package read back is not what was written, so it is "
                                        "not given out; hint: see whether the disk is full");
  case EXPORT_OK:
  case EXPORT_STOPPED:
  case EXPORT_SCRATCH:
  case EXPORT_FONT:
  case EXPORT_PROGRAM:
  case EXPORT_NO_LONG:
    return cli_fail(EXIT_CODE_IO,
                    "the file could not be built in %s: %s; hint: set TMPDIR to a folder with room "
                    "for several times the answers",
                    archiving->scratch, strerror(errno));
  }
  return EXIT_CODE_INTERNAL;
}

static bool copy_out(struct archiving *archiving, FILE *zip) {
  char piece[PIECE_BYTES];
  bool good = true;
  for (size_t got = 1; good && got > 0;) {
    got = fread(piece, 1, sizeof piece, zip);
    good = ferror(zip) == 0 && out_file_write(&archiving->out, piece, got);
  }
  return good;
}

static int finalised_day(const struct round_row *round) {
  long year = strtol(round->finalised_at, NULL, 10);
  long month = strtol(round->finalised_at + 5, NULL, 10);
  return calendar_day((int)year, (int)month, (int)strtol(round->finalised_at + 8, NULL, 10));
}

static int deliver(struct archiving *archiving) {
  struct archive_sum sum = {.bytes = 0};
  FILE *zip;
  enum export_result result =
      archive_finish(archiving->archive, finalised_day(&archiving->round), &zip, &sum);
  if (result != EXPORT_OK) {
    return build_failed(archiving, result);
  }
  int failed = copy_out(archiving, zip) ? 0 : EXIT_CODE_IO;
  (void)fclose(zip);
  archiving->record =
      (struct archive_record){.round = archiving->round.id,
                              .made_at = archiving->record.made_at,
                              .profile = archiving->internal ? "internal" : "anonymised",
                              .sha256 = arena_printf(archiving->cli->arena, "%s", sum.sha256),
                              .bytes = sum.bytes};
  return failed == 0 && archiving->record.sha256 == NULL ? cli_fail_memory() : failed;
}

/* The name is tried before anything is read. */
static int build(struct archiving *archiving) {
  struct cli *cli = archiving->cli;
  int failed = out_file_open(&archiving->out, cli, cli_value(cli, "out"), 0600);
  if (failed != 0) {
    return failed;
  }
  failed = make_scratch(archiving);
  failed = failed != 0 ? failed : fill(archiving);
  failed = failed != 0 ? failed : deliver(archiving);
  if (failed != 0) {
    out_file_abandon(&archiving->out);
    return failed;
  }
  return out_file_finish(&archiving->out, cli);
}

/* The file is whole by now: what is noted can be found. */
static int note(struct archiving *archiving) {
  struct cli *cli = archiving->cli;
  struct archive_record *record = &archiving->record;
  enum store_result result = archive_insert(cli->store, record);
  if (result != STORE_OK) {
    return cli_store_failed(cli, result,
                            "noting the package, which purge does not know of therefore,");
  }
  if (archiving->sheets_waiting > 0) {
    cli_warn("%d registration sheets wait for their municipalities and are not in it; hint: use or "
             "drop them on the console, and make the archive anew",
             archiving->sheets_waiting);
  }
  if (cli_has(cli, "json")) {
    return cli_print_json(json_pack("{s:i, s:i, s:s, s:s, s:I}", "archive", record->id, "round",
                                    record->round, "profile", record->profile, "sha256",
                                    record->sha256, "bytes", (json_int_t)record->bytes));
  }
  cli_warn("archive %d of round %d: %s, %lld bytes, sha256 %s; hint: keep the file and this line "
           "in two places",
           record->id, record->round, record->profile, (long long)record->bytes, record->sha256);
  return 0;
}

/* What failed on its way into the package goes as well. */
static void leave_scratch(struct archiving *archiving) {
  static const char *const names[] = {"answers.zip", "c.csv", "release.zip"};
  if (archiving->scratch == NULL) {
    return;
  }
  for (size_t i = 0; i < array_length(names); i++) {
    const char *path = in_scratch(archiving, names[i]);
    if (path != NULL) {
      (void)unlink(path);
    }
  }
  (void)rmdir(archiving->scratch);
}

int command_round_archive(struct cli *cli) {
  struct archiving archiving = {.cli = cli};
  if (strcmp(cli_value(cli, "out"), "-") == 0 && cli_has(cli, "json")) {
    return cli_fail(EXIT_CODE_USAGE, "--json and --out - both write to stdout; hint: name a file");
  }
  int failed = gather(&archiving);
  failed = failed != 0 ? failed : build(&archiving);
  archive_free(archiving.archive);
  leave_scratch(&archiving);
  return failed != 0 ? failed : note(&archiving);
}
