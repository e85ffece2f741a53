#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "letters_batch.h"
#include "store/audit_store.h"
#include "store/code_store.h"
#include "store/letter_store.h"

enum { FILE_MODE = 0600 };

enum letters_kind { LETTERS_PDF, LETTERS_POSTER, LETTERS_HTML, LETTERS_TEXT, LETTERS_TEST };

struct letters_job {
  enum letters_kind kind;
  enum poster_paper paper;
  int codes; /* asked for; 0: not said */
  struct letters_facts facts;
  struct out_file file;
};

/* ---- the command line */

static int take_kind(const struct cli *cli, struct letters_job *job) {
  static const struct {
    const char *flag;
    enum letters_kind kind;
  } kinds[] = {{"poster", LETTERS_POSTER},
               {"html", LETTERS_HTML},
               {"text", LETTERS_TEXT},
               {"test-print", LETTERS_TEST}};
  int given = 0;
  for (size_t i = 0; i < array_length(kinds); i++) {
    if (cli_has(cli, kinds[i].flag)) {
      job->kind = kinds[i].kind;
      given++;
    }
  }
  if (given > 1) {
    return cli_fail(EXIT_CODE_USAGE,
                    "one file holds one thing; hint: --poster, --html, --text or --test-print");
  }
  return 0;
}

static int take_paper(const struct cli *cli, struct letters_job *job) {
  const char *paper = cli_value(cli, "poster");
  if (paper == NULL || strcmp(paper, "a4") == 0) {
    job->paper = POSTER_A4;
    return 0;
  }
  job->paper = POSTER_A5;
  return strcmp(paper, "a5") == 0
             ? 0
             : cli_fail(EXIT_CODE_USAGE, "--poster is \"%s\"; hint: a4 or a5", paper);
}

static int take_codes(const struct cli *cli, struct letters_job *job) {
  const char *codes = cli_value(cli, "codes");
  if (codes == NULL) {
    return 0;
  }
  if (!cli_number(codes, 1, CODE_LETTERS_MAX, &job->codes)) {
    return cli_fail(EXIT_CODE_USAGE, "--codes is \"%s\"; hint: how many letters, at most %d", codes,
                    CODE_LETTERS_MAX);
  }
  return job->kind == LETTERS_PDF
             ? 0
             : cli_fail(EXIT_CODE_USAGE, "--codes goes with letters as PDF; hint: leave it out");
}

static int check_batch(const struct cli *cli) {
  return cli_has(cli, "batch") && !cli_has(cli, "codes")
             ? cli_fail(EXIT_CODE_USAGE, "--batch names letters with codes; hint: add --codes N")
             : 0;
}

static int take_flags(const struct cli *cli, struct letters_job *job) {
  int failed = take_kind(cli, job);
  failed = failed != 0 ? failed : take_paper(cli, job);
  failed = failed != 0 ? failed : take_codes(cli, job);
  failed = failed != 0 ? failed : check_batch(cli);
  if (failed == 0 && strcmp(cli_value(cli, "out"), "-") == 0 && isatty(STDOUT_FILENO) != 0 &&
      job->kind != LETTERS_TEXT) {
    return cli_fail(EXIT_CODE_USAGE, "a letter is nothing for a terminal; hint: --out FILE.pdf");
  }
  return failed;
}

/* An open round's letters are all alike, a single-use round's all different. */
static int check_codes(const struct letters_job *job) {
  int round = job->facts.round.id;
  if (job->facts.code != NULL && job->codes != 0) {
    return cli_fail(EXIT_CODE_USAGE,
                    "round %d has one link for all of a municipality's letters; hint: leave "
                    "--codes out, and print the letter as often as you need it",
                    round);
  }
  if (job->facts.code == NULL && job->kind != LETTERS_PDF && job->kind != LETTERS_TEST) {
    return cli_fail(EXIT_CODE_USAGE,
                    "round %d has a code for each letter and no link for all; hint: letters as PDF "
                    "with --codes N, or hjemsvar codes make for a mail merge",
                    round);
  }
  if (job->facts.code == NULL && job->kind == LETTERS_PDF && job->codes == 0) {
    return cli_fail(
        EXIT_CODE_USAGE,
        "round %d has a code for each letter; hint: say how many letters with --codes N", round);
  }
  return 0;
}

/* ---- the files */

static bool write_piece(void *context, const char *bytes, size_t size) {
  return out_file_write(context, bytes, size);
}

static enum letter_result make_letter(struct letters_job *job, struct letter_trouble *trouble) {
  struct letter_file *file;
  enum letter_result result =
      letter_begin(&job->facts.options, write_piece, &job->file, &file, trouble);
  if (result != LETTER_OK) {
    return result;
  }
  result = letter_add(file, job->facts.code);
  enum letter_result ended = letter_end(file);
  return result != LETTER_OK ? result : ended;
}

static enum letter_result make_text(struct letters_job *job, struct letter_trouble *trouble) {
  struct text text;
  text_init(&text);
  enum letter_result result = letter_text(&job->facts.options, job->facts.code, &text, trouble);
  if (result == LETTER_OK && !out_file_write(&job->file, text.data, text.length)) {
    result = LETTER_STOPPED;
  }
  text_clear(&text);
  return result;
}

static int make_page(const struct cli *cli, struct letters_job *job) {
  const char *message = NULL;
  const char *folder = arena_printf(cli->arena, "%s/templates/letters", cli->config.share_dir);
  struct template_set *set =
      folder == NULL ? NULL : template_set_load(folder, cli->arena, &message);
  if (set == NULL) {
    return folder == NULL ? cli_fail_memory() : cli_fail(EXIT_CODE_CONFIG, "%s", message);
  }
  const struct template *template = template_find(set, "letter");
  json_t *sample = letter_template_sample();
  message = template == NULL ? "templates/letters/letter.html is missing; hint: put it back"
                             : template_check(template, sample, cli->arena);
  json_decref(sample);
  struct letter_trouble trouble = {.lines = 0};
  struct text page;
  text_init(&page);
  int failed = message == NULL ? 0 : cli_fail(EXIT_CODE_CONFIG, "%s", message);
  if (failed == 0) {
    enum letter_result result =
        letter_html(&job->facts.options, template, job->facts.code, &page, &trouble);
    if (result == LETTER_OK && !out_file_write(&job->file, page.data, page.length)) {
      result = LETTER_STOPPED;
    }
    failed = letters_failed(&job->facts, result, &trouble);
  }
  text_clear(&page);
  template_set_free(set);
  return failed;
}

static int make(const struct cli *cli, struct letters_job *job) {
  struct letter_trouble trouble = {.lines = 0};
  const struct letter_options *options = &job->facts.options;
  enum letter_result result = LETTER_OK;
  switch (job->kind) {
  case LETTERS_PDF:
    result = make_letter(job, &trouble);
    break;
  case LETTERS_POSTER:
    result = poster_render(options, job->paper, job->facts.code, write_piece, &job->file, &trouble);
    break;
  case LETTERS_TEST:
    result = letter_test_print(options, write_piece, &job->file, &trouble);
    break;
  case LETTERS_TEXT:
    result = make_text(job, &trouble);
    break;
  case LETTERS_HTML:
    return make_page(cli, job);
  }
  return letters_failed(&job->facts, result, &trouble);
}

/* NULL: a test print, which leads nowhere. */
static const char *said_of(const struct letters_job *job) {
  switch (job->kind) {
  case LETTERS_PDF:
    return "pdf";
  case LETTERS_HTML:
    return "page";
  case LETTERS_TEXT:
    return "text";
  case LETTERS_POSTER:
    return job->paper == POSTER_A4 ? "poster a4" : "poster a5";
  case LETTERS_TEST:
    return NULL;
  }
  return NULL;
}

/* Before the first byte leaves. */
static int tell(const struct cli *cli, const struct letters_job *job) {
  const char *what = said_of(job);
  if (what == NULL) {
    return 0;
  }
  const char *details = arena_printf(cli->arena, "{\"what\":\"%s\",\"language\":\"%s\"}", what,
                                     job->facts.options.in.language);
  const struct audit_entry entry = {.action = "letters.print",
                                    .round = job->facts.round.id,
                                    .municipality = job->facts.municipality,
                                    .details = details};
  enum store_result result = details == NULL ? STORE_FAULT : audit_append(cli->store, &entry);
  return result == STORE_OK ? 0 : cli_store_failed(cli, result, "telling the audit log");
}

/* What was made counts as printed; a poster and a test do not. */
static int note(const struct cli *cli, const struct letters_job *job, int letters) {
  if (job->kind != LETTERS_PDF && job->kind != LETTERS_HTML) {
    return 0;
  }
  enum store_result result =
      letter_print_insert(cli->store, job->facts.round.id, job->facts.municipality, letters);
  return result == STORE_OK ? 0 : cli_store_failed(cli, result, "noting what was printed");
}

static int make_file(const struct cli *cli, struct letters_job *job) {
  int failed = out_file_open(&job->file, cli, cli_value(cli, "out"), FILE_MODE);
  if (failed != 0) {
    return failed;
  }
  if (job->kind == LETTERS_PDF && job->facts.code == NULL) {
    failed = letters_batch(cli, &job->facts, job->codes, &job->file);
    return failed != 0 ? failed : note(cli, job, job->codes);
  }
  failed = tell(cli, job);
  failed = failed != 0 ? failed : make(cli, job);
  if (failed != 0) {
    out_file_abandon(&job->file);
    return failed;
  }
  failed = out_file_finish(&job->file, cli);
  return failed != 0 ? failed : note(cli, job, 1);
}

int command_letters(struct cli *cli) {
  struct letters_job job = {.kind = LETTERS_PDF};
  int failed = take_flags(cli, &job);
  failed = failed != 0 ? failed : letters_gather(cli, &job.facts);
  failed = failed != 0 ? failed : check_codes(&job);
  failed = failed != 0 ? failed : make_file(cli, &job);
  letters_clear(&job.facts);
  return failed;
}
