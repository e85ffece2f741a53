#include "letters_gather.h"

#include <string.h>

#include "store/letter_store.h"

#define DEFAULT_LANGUAGE "da"

int letters_words_load(const struct cli *cli, struct words_set **words) {
  const char *message = NULL;
  const char *folder = arena_printf(cli->arena, "%s/templates/letters", cli->config.share_dir);
  if (folder == NULL) {
    return cli_fail_memory();
  }
  *words = words_set_load(folder, cli->arena, &message);
  return *words == NULL ? cli_fail(EXIT_CODE_CONFIG, "%s", message) : 0;
}

/* ---- languages */

/* Whether a language's words are approved as they stand. */
static int find_draft(const struct cli *cli, struct letter_language *language) {
  unsigned char hash[LETTER_WORDS_HASH_BYTES];
  bool approved = false;
  if (!letter_words_hash(language->words, hash)) {
    return cli_fail_memory();
  }
  enum store_result result = letter_approved(cli->store, language->language, hash, &approved);
  language->draft = !approved;
  return result == STORE_OK ? 0 : cli_store_failed(cli, result, "finding the approval");
}

static int take_language(const struct cli *cli, struct letters_facts *facts) {
  const char *language = cli_has(cli, "language") ? cli_value(cli, "language") : DEFAULT_LANGUAGE;
  if (!words_has(facts->words, language)) {
    return cli_fail(EXIT_CODE_USAGE,
                    "there are no letters in \"%s\"; hint: a language of templates/letters, such "
                    "as da",
                    language);
  }
  facts->options.in =
      (struct letter_language){.language = language, .words = words_of(facts->words, language)};
  int failed = find_draft(cli, &facts->options.in);
  if (failed == 0 && facts->options.in.draft) {
    cli_warn("the words of the letter are a draft and it says so; hint: hjemsvar letters approve "
             "--language %s when the evaluator has approved them",
             language);
  }
  return failed;
}

static int offer(const struct cli *cli, struct letters_facts *facts,
                 struct letter_language *offered, const char *language) {
  if (strcmp(language, facts->options.in.language) == 0) {
    return 0;
  }
  if (!words_has(facts->words, language)) {
    cli_warn("the letter has no line in \"%s\"; hint: add templates/letters/%s.json", language,
             language);
    return 0;
  }
  struct letter_language *next = &offered[facts->options.offered_count++];
  *next = (struct letter_language){.language = language, .words = words_of(facts->words, language)};
  return find_draft(cli, next);
}

/* One line for all of them. */
static int tell_drafts(const struct cli *cli, const struct letter_options *options) {
  const char *drafts = "", *first = NULL;
  for (size_t i = 0; i < options->offered_count && drafts != NULL; i++) {
    const char *language = options->offered[i].language;
    if (options->offered[i].draft) {
      drafts = arena_printf(cli->arena, "%s%s%s", drafts, first == NULL ? "" : ", ", language);
      first = first == NULL ? language : first;
    }
  }
  if (drafts == NULL) {
    return cli_fail_memory();
  }
  if (first != NULL) {
    cli_warn("the lines in %s are drafts and say so; hint: hjemsvar letters approve --language %s",
             drafts, first);
  }
  return 0;
}

static int take_survey(const struct cli *cli, struct letters_facts *facts) {
  struct letter_survey survey;
  enum store_result result = letter_survey_find(cli->store, &facts->round, cli->arena, &survey);
  if (result != STORE_OK) {
    return cli_store_failed(cli, result, "finding what the letter says of the survey");
  }
  struct letter_language *offered =
      arena_array(cli->arena, survey.languages_count + 1, sizeof *offered);
  if (offered == NULL) {
    return cli_fail_memory();
  }
  facts->options.controller = survey.controller;
  facts->options.per_child = survey.per_child;
  facts->options.offered = offered;
  for (size_t i = 0; i < survey.languages_count; i++) {
    int failed = offer(cli, facts, offered, survey.languages[i]);
    if (failed != 0) {
      return failed;
    }
  }
  return tell_drafts(cli, &facts->options);
}

/* ---- round, municipality, settings */

static int take_round(const struct cli *cli, struct letters_facts *facts) {
  int failed = stored_round(cli, cli_value(cli, "round"), &facts->round);
  if (failed != 0) {
    return failed;
  }
  if (facts->round.state == ROUND_FINALISED) {
    return cli_fail(EXIT_CODE_DENIED,
                    "round %d has no links any more; hint: it is finalised, make a new round",
                    facts->round.id);
  }
  if (facts->round.state == ROUND_CLOSED) {
    return cli_fail(EXIT_CODE_DENIED,
                    "round %d is closed, its letters lead nowhere; hint: hjemsvar round reopen %d",
                    facts->round.id, facts->round.id);
  }
  return 0;
}

static int take_link(const struct cli *cli, struct letters_facts *facts) {
  struct link_row link;
  int round = facts->round.id;
  enum store_result result = link_find(cli->store, round, facts->municipality, cli->arena, &link);
  if (result == STORE_NONE) {
    return cli_fail(EXIT_CODE_DATA,
                    "municipality %d has no link in round %d; hint: hjemsvar link list --round %d",
                    facts->municipality, round, round);
  }
  facts->code = result == STORE_OK ? link.code : NULL;
  facts->options.tagged = true;
  facts->options.uses = facts->round.single_codes ? facts->round.uses : 0;
  return result == STORE_OK ? 0 : cli_store_failed(cli, result, "finding the link");
}

static int take_settings(const struct cli *cli, struct letters_facts *facts) {
  struct letter_options *options = &facts->options;
  struct letter_settings settings;
  enum store_result result =
      letter_settings_find(cli->store, facts->municipality, cli->arena, &settings);
  if (result != STORE_OK) {
    return cli_store_failed(cli, result, "finding the settings of the letter");
  }
  options->sender = settings.sender;
  options->contact = settings.contact;
  options->phone = settings.phone;
  options->email = settings.email;
  options->own_words = settings.own_words;
  options->logo_type = settings.logo_type;
  options->logo = settings.logo;
  options->logo_size = settings.logo_size;
  options->window_x = settings.window.x;
  options->window_y = settings.window.y;
  options->window_width = settings.window.width;
  options->window_height = settings.window.height;
  options->fold_marks = settings.fold_marks;
  options->today = settings.today;
  options->public_url = cli->config.public_url;
  return 0;
}

int letters_gather(struct cli *cli, struct letters_facts *facts) {
  *facts = (struct letters_facts){0};
  int failed = stored_municipality_code(cli_value(cli, "municipality"), &facts->municipality);
  failed = failed != 0 ? failed : letters_words_load(cli, &facts->words);
  failed = failed != 0 ? failed : cli_open(cli, STORE_AS_CONSOLE);
  failed = failed != 0 ? failed : take_round(cli, facts);
  failed = failed != 0 ? failed : take_link(cli, facts);
  failed = failed != 0 ? failed : take_settings(cli, facts);
  failed = failed != 0 ? failed : take_language(cli, facts);
  return failed != 0 ? failed : take_survey(cli, facts);
}

void letters_clear(struct letters_facts *facts) {
  words_set_free(facts->words);
  facts->words = NULL;
}

/* ---- what can be wrong */

int letters_failed(const struct letters_facts *facts, enum letter_result result,
                   const struct letter_trouble *trouble) {
  int municipality = facts->municipality;
  switch (result) {
  case LETTER_OK:
    return 0;
  case LETTER_INCOMPLETE:
    return cli_fail(EXIT_CODE_CONFIG,
                    "the letter of municipality %d has no %s to name; hint: hjemsvar municipality "
                    "set %d --%s ...",
                    municipality, trouble->what, municipality, trouble->what);
  case LETTER_WINDOW:
    return cli_fail(EXIT_CODE_CONFIG,
                    "the address window of municipality %d leaves no room for the sender beside "
                    "it; hint: hjemsvar municipality set %d --window 20,45,85,30",
                    municipality, municipality);
  case LETTER_LOGO:
    return cli_fail(EXIT_CODE_DATA,
                    "the logo cannot be printed: %s; hint: a PNG or SVG of at most 256 KiB",
                    trouble->what);
  case LETTER_FONT:
    return cli_fail(EXIT_CODE_CONFIG,
                    "the font %s is not installed; hint: install the package fonts-noto-core",
                    trouble->what);
  case LETTER_GLYPH:
    return cli_fail(EXIT_CODE_CONFIG,
                    "no installed font has all characters of \"%s\"; hint: change the text, or "
                    "install a font that has them",
                    trouble->what);
  case LETTER_LONG:
    return cli_fail(EXIT_CODE_DATA,
                    "the text is %d line%s too long for the page; hint: shorten the own words of "
                    "municipality %d",
                    trouble->lines, trouble->lines == 1 ? "" : "s", municipality);
  case LETTER_LINK:
    return cli_fail(EXIT_CODE_CONFIG, "the link is too long for a QR code; hint: a shorter "
                                      "HJEMSVAR_PUBLIC_URL");
  case LETTER_PROGRAM:
    return cli_fail_press(trouble->what);
  case LETTER_STOPPED:
    return EXIT_CODE_IO; /* told by out_file */
  case LETTER_MEMORY:
    return cli_fail_memory();
  }
  return EXIT_CODE_INTERNAL;
}
