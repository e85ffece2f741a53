/* Rows to give away: made, made again, and their certificates. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "web/console_exports.h"
#include "web/console_gate.h"
#include "web/console_pages.h"
#include "web/console_round.h"
#include "web/export_kit.h"
#include "web/release_job.h"

enum { K_MOST = 1000 };

/* ---- making */

static void refuse(struct work *work, const char *field, const char *word, int number) {
  const char *text = words_fill(work->arena, console_word_of(work, "release_", word), "n",
                                console_round_number(work, number), NULL);
  const struct console_problem problem = {field, text};
  exports_page(work, MHD_HTTP_UNPROCESSABLE_CONTENT, &problem);
}

/* What the form is to be mended at. */
static const char *field_of(const char *why) {
  static const struct {
    const char *why, *field;
  } fields[] = {{"k", "k"}, {"before", "why"}, {"large", "away_format"}};
  for (size_t i = 0; i < array_length(fields); i++) {
    if (strcmp(why, fields[i].why) == 0) {
      return fields[i].field;
    }
  }
  return NULL;
}

static void answer(struct release_job *job) {
  switch (job->outcome) {
  case RELEASE_JOB_OK:
    release_job_send(job);
    return;
  case RELEASE_JOB_WRONG:
    refuse(job->work, field_of(job->why), job->why, job->number);
    return;
  case RELEASE_JOB_STORE:
    console_fail(job->work, job->result);
    return;
  case RELEASE_JOB_LATE:
    console_fail(job->work, STORE_BUSY);
    return;
  case RELEASE_JOB_FAILED:
    break;
  }
  log_event(LOG_LEVEL_ERROR, "release_failed", "s:i, s:i, s:s", "round", job->dress.round.id,
            "result", (int)job->made, "what", job->trouble.what);
  console_fail(job->work, STORE_FAULT);
}

/* A number from least to most; -1 when it is none. */
static int read_number(const char *text, int least, int most) {
  size_t digits = strspn(text, "0123456789");
  if (digits == 0 || digits > 9 || text[digits] != '\0') {
    return -1;
  }
  int number = (int)strtol(text, NULL, 10);
  return number >= least && number <= most ? number : -1;
}

/* Somebody's decision has a name: that of who is signed in. False when the reason is no reason. */
static bool read_override(struct release_job *job) {
  struct work *work = job->work;
  const struct staff_session *session = console_staff(work);
  const char *text;
  if (!release_text_read(work->arena, work_field(work, "why"), RELEASE_WHY_MAX, &text)) {
    return false;
  }
  if (text != NULL) {
    job->by = session->name[0] != '\0' ? session->name : session->email;
    job->why_override = text;
  }
  return true;
}

/* "excel" is CSV as a Danish Excel opens it; CSV when nothing is said. */
static bool read_format(struct release_job *job) {
  const char *format = work_field(job->work, "away_format");
  bool excel = strcmp(format, "excel") == 0;
  job->dialect = excel ? CSV_EXCEL : CSV_PLAIN;
  return export_format_parse(excel || format[0] == '\0' ? "csv" : format, &job->format);
}

/* False: what is wrong with the form is told. */
static bool read_new(struct release_job *job) {
  struct work *work = job->work;
  struct anonymised_options *options = &job->options;
  options->rows.k = read_number(work_field(work, "k"), ANONYMISE_K_LEAST, K_MOST);
  options->rows.language = work_field(work, "with_language")[0] != '\0';
  options->comments = work_field(work, "with_comments")[0] != '\0';
  options->descriptions = work_field(work, "with_descriptions")[0] != '\0';
  if (options->rows.k < 0) {
    refuse(work, "k", "k_wrong", ANONYMISE_K_LEAST);
    return false;
  }
  if (options->descriptions && !options->comments) {
    refuse(work, "with_comments", "descriptions_wrong", 0);
    return false;
  }
  if (!read_override(job)) {
    refuse(work, "why", "why_wrong", RELEASE_WHY_MAX);
    return false;
  }
  return true;
}

void releases_make(struct work *work) {
  struct release_job job = {.work = work};
  const char *again = work_field(work, "again");
  if (!read_format(&job)) {
    const struct console_problem problem = {"away_format", console_word(work, "export_why_format")};
    exports_page(work, MHD_HTTP_UNPROCESSABLE_CONTENT, &problem);
    return;
  }
  if (again[0] != '\0') {
    job.again = read_number(again, 1, INT32_MAX);
    job.again = job.again < 0 ? INT32_MAX : job.again; /* there is none of that number */
    job.part = strcmp(work_field(work, "part"), "comments") == 0 ? RELEASE_PART_COMMENTS
                                                                 : RELEASE_PART_ROWS;
  } else if (!read_new(&job)) {
    return;
  }
  if (export_kit_enter(work)) {
    release_job_run(&job);
    export_kit_leave(work);
    answer(&job);
  }
}

/* ---- the certificate */

struct paper {
  struct work *work;
  struct round_row round;
  struct release_record record;
};

static enum store_result find(struct store *store, void *context) {
  struct paper *paper = context;
  struct arena *arena = paper->work->arena;
  int round = work_number(paper->work, "round");
  enum store_result result = round_find(store, round, arena, &paper->round);
  if (result == STORE_OK) {
    result = release_find(store, work_number(paper->work, "release"), arena, &paper->record);
  }
  return result == STORE_OK && (paper->record.round != round || paper->record.certificate == NULL)
             ? STORE_NONE
             : result;
}

static const char *checksum_of(const struct paper *paper) {
  char *text = arena_alloc(paper->work->arena, ANONYMISED_HEX_BYTES);
  if (text != NULL) {
    anonymised_hex(paper->record.digest, text);
  }
  return text;
}

static bool write_paper(const struct paper *paper, struct text *out) {
  struct work *work = paper->work;
  const struct export_kit *kit = console_exports(work);
  const struct release_record *record = &paper->record;
  struct anonymise_certificate anonymised;
  struct certificate certificate;
  json_t *stored = json_loads(record->certificate, 0, NULL);
  bool good = stored != NULL && certificate_parse(stored, work->arena, &anonymised);
  json_decref(stored);
  good = good && release_job_certify(record, &paper->round, work->arena, &certificate) &&
         anonymised_certify_comments(record->options, work->arena, &certificate);
  if (!good) {
    return false;
  }
  certificate.anonymised = &anonymised;
  certificate.checksum = checksum_of(paper);
  return certificate.checksum != NULL &&
         certificate_html(&certificate, words_of(kit->certificate_words, console_language(work)),
                          kit->certificate, out);
}

/* A page of its own, with its own style: a file to keep, not one of the console. */
void releases_certificate(struct work *work) {
  struct paper paper = {.work = work};
  struct text text;
  enum store_result result = console_ask(work, find, &paper);
  if (result == STORE_NONE) {
    console_message(work, MHD_HTTP_NOT_FOUND, "release_none", "not_found");
    return;
  }
  if (!console_settle(work, result)) {
    return;
  }
  text_init(&text);
  if (write_paper(&paper, &text)) {
    const char *name = arena_printf(work->arena, "round-%d-release-%d-certificate.html",
                                    paper.round.id, paper.record.id);
    work_text(work, MHD_HTTP_OK, REPLY_HTML, &text);
    work->reply.filename = name != NULL ? name : "certificate.html";
  } else {
    console_fail(work, STORE_FAULT);
  }
  text_clear(&text);
}
