/* The end of a round: how long it is kept, the package for an archive, and its deletion. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/base32.h"
#include "base/calendar.h"
#include "web/archive_job.h"
#include "web/console.h"
#include "web/console_gate.h"
#include "web/console_pages.h"
#include "web/console_round.h"
#include "web/export_kit.h"

enum { MONTHS_MOST = 1200, SUM_PIECE = 8, PURGE_SENTENCES = 4 };

struct ending {
  struct work *work;
  struct archive_round round;
  struct archive_record *packages;
  size_t packages_count;
  struct retention_row due_row; /* round 0: it is not past its retention */
};

/* ---- what there is */

static bool may_purge(const struct work *work) {
  return console_role_bit(work) == ROUTE_ADMIN;
}

static enum store_result load_due(struct store *store, struct ending *ending) {
  struct retention_row *rows;
  size_t count;
  enum store_result result = retention_list(store, ending->work->arena, &rows, &count);
  for (size_t i = 0; result == STORE_OK && i < count; i++) {
    if (rows[i].round == ending->round.row.id) {
      ending->due_row = rows[i];
    }
  }
  return result;
}

static enum store_result load(struct store *store, void *context) {
  struct ending *ending = context;
  struct arena *arena = ending->work->arena;
  int round = work_number(ending->work, "round");
  enum store_result result = archive_round_find(store, round, arena, &ending->round);
  if (result == STORE_OK) {
    result = archive_list(store, round, arena, &ending->packages, &ending->packages_count);
  }
  return result == STORE_OK ? load_due(store, ending) : result;
}

static bool find(struct ending *ending) {
  return console_settle(ending->work, console_ask(ending->work, load, ending));
}

static bool waits(const struct ending *ending) {
  for (size_t i = 0; i < ending->packages_count; i++) {
    if (!ending->packages[i].received) {
      return true;
    }
  }
  return false;
}

/* ---- words */

static const char *fill(const struct work *work, const char *word, const char *name,
                        const char *value) {
  return words_fill(work->arena, console_word(work, word), name, value, NULL);
}

static const char *rule_of(const struct ending *ending) {
  for (size_t i = 0; i < ending->round.settings_count; i++) {
    if (strcmp(ending->round.settings[i].key, "retention_months") == 0) {
      return ending->round.settings[i].value;
    }
  }
  return "";
}

static bool has_own_rule(const struct round_row *row) {
  return row->retain_until != NULL || row->retain_months > 0;
}

static const char *kept_text(const struct ending *ending) {
  const struct work *work = ending->work;
  const struct round_row *row = &ending->round.row;
  const char *months =
      row->retain_months > 0 ? console_round_number(work, row->retain_months) : rule_of(ending);
  if (row->kept_until != NULL) {
    return fill(work, "end_keep_until", "day", console_day(work, row->kept_until));
  }
  return months[0] != '\0' ? fill(work, "end_keep_months", "n", months)
                           : console_word(work, "end_keep_none");
}

static const char *rule_text(const struct ending *ending) {
  if (has_own_rule(&ending->round.row)) {
    return console_word(ending->work, "end_keep_own");
  }
  return rule_of(ending)[0] != '\0' ? console_word(ending->work, "end_keep_rule") : "";
}

/* What was typed, else what holds. */
static json_t *keep_json(const struct ending *ending) {
  const struct work *work = ending->work;
  const struct round_row *row = &ending->round.row;
  bool typed = strcmp(work_field(work, "do"), "keep") == 0;
  const char *until = row->retain_until == NULL ? "" : row->retain_until;
  const char *months =
      row->retain_months == 0 ? "" : console_round_number(work, row->retain_months);
  if (row->purged_at != NULL) {
    return NULL;
  }
  return json_pack("{s:s, s:s, s:s, s:s}", "text", kept_text(ending), "rule", rule_text(ending),
                   "until", typed ? work_field(work, "until") : until, "months",
                   typed ? work_field(work, "months") : months);
}

/* ---- packages */

static const char *size_text(const struct work *work, int64_t bytes) {
  const char *text = arena_printf(work->arena, "%lld kB", (long long)(bytes + 999) / 1000);
  return text == NULL ? "" : text;
}

/* In pieces that a narrow screen can break between. The sum of what may not have arrived would be
 * taken for that of a file that is there. */
static json_t *sum_json(const struct archive_record *record) {
  json_t *pieces = json_array();
  size_t length = record->received ? strlen(record->sha256) : 0;
  for (size_t i = 0; i < length; i += SUM_PIECE) {
    size_t left = length - i;
    json_t *piece = json_stringn(record->sha256 + i, left < SUM_PIECE ? left : SUM_PIECE);
    if (json_array_append_new(pieces, piece) != 0) {
      json_decref(pieces);
      return NULL;
    }
  }
  return pieces;
}

static json_t *package_json(const struct work *work, const struct archive_record *record) {
  const char *state = record->holds ? "holds" : record->received ? "old" : "waits";
  return json_pack("{s:s, s:s, s:s, s:s, s:o}", "made", console_moment(work, record->made_at),
                   "profile", console_word_of(work, "end_profile_", record->profile), "size",
                   size_text(work, record->bytes), "state",
                   console_word_of(work, "end_state_", state), "sum", sum_json(record));
}

static json_t *packages_json(const struct ending *ending) {
  json_t *list = json_array();
  for (size_t i = ending->packages_count; i-- > 0;) {
    if (json_array_append_new(list, package_json(ending->work, &ending->packages[i])) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

static const char *obstacle_text(const struct ending *ending) {
  const char *why = archive_round_obstacle(&ending->round);
  const char *word = why == NULL ? NULL : arena_printf(ending->work->arena, "end_pack_%s", why);
  return word == NULL
             ? NULL
             : words_fill(ending->work->arena,
                          console_round_word(ending->work, &ending->round.row, word), "round",
                          console_round_number(ending->work, ending->round.row.id), NULL);
}

/* ---- deletion */

/* What stands in the way, a key for words; NULL: nothing. */
static const char *kept_by(const struct ending *ending) {
  if (ending->due_row.round == 0) {
    return ending->round.row.kept_until == NULL ? "no_rule" : "undue";
  }
  if (!ending->due_row.finalised) {
    return "open";
  }
  return ending->due_row.archive == 0 ? "no_archive" : NULL;
}

static json_t *sentences_json(const struct ending *ending) {
  const struct work *work = ending->work;
  json_t *list = json_array();
  for (int i = 1; i <= PURGE_SENTENCES; i++) {
    const char *key = arena_printf(work->arena, "end_purge_%d", i);
    const char *text =
        words_fill(work->arena, console_word(work, key == NULL ? "" : key), "answers",
                   console_round_number(work, ending->due_row.answers), "courses",
                   console_round_number(work, ending->due_row.courses), NULL);
    if (json_array_append_new(list, json_string(text)) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

static json_t *deletion_json(const struct ending *ending) {
  const struct work *work = ending->work;
  const struct round_row *row = &ending->round.row;
  const char *kept = kept_by(ending);
  if (row->purged_at != NULL) {
    return NULL;
  }
  if (kept != NULL || !may_purge(work)) {
    const char *word = arena_printf(work->arena, "end_purge_%s", kept == NULL ? "who" : kept);
    return json_pack("{s:s, s:n}", "text", console_round_word(work, row, word == NULL ? "" : word),
                     "form");
  }
  return json_pack("{s:s, s:{s:o, s:s, s:s}}", "text", console_word(work, "end_purge_ready"),
                   "form", "sentences", sentences_json(ending), "hint",
                   words_fill(work->arena, console_word(work, "round_finalise_hint"), "title",
                              row->title, "round", console_round_number(work, row->id), NULL),
                   "typed_name", work_field(work, "name"));
}

/* ---- the page */

static void show(const struct ending *ending, unsigned status,
                 const struct console_problem *problem) {
  struct work *work = ending->work;
  const struct round_row *row = &ending->round.row;
  json_t *data = console_frame(work, console_word(work, "end_title"));
  console_put_problems(&data, problem, problem == NULL ? 0 : 1);
  console_put_text(&data, "title_of", row->title);
  console_put_text(&data, "back", console_round_path(work, ""));
  console_put_text(&data, "here", console_round_path(work, "/end"));
  console_put_text(&data, "gone",
                   row->purged_at == NULL
                       ? NULL
                       : fill(work, "end_purged", "day", console_day(work, row->purged_at)));
  console_put(&data, "keep", keep_json(ending));
  console_put_text(&data, "rows_text",
                   console_round_word(work, row,
                                      archive_round_internal(&ending->round)
                                          ? "end_pack_internal"
                                          : "end_pack_anonymised"));
  console_put_text(&data, "sheets",
                   ending->round.sheets_waiting == 0 || row->purged_at != NULL
                       ? NULL
                       : fill(work, "end_pack_sheets", "n",
                              console_round_number(work, ending->round.sheets_waiting)));
  console_put_text(&data, "obstacle", obstacle_text(ending));
  console_put(&data, "waits",
              waits(ending) ? json_pack("{s:s}", "typed", work_field(work, "receipt")) : NULL);
  console_put(&data, "packages", packages_json(ending));
  console_put(&data, "deletion", deletion_json(ending));
  console_send(work, status, CONSOLE_ROUND_END, data);
}

static void show_wrong(struct work *work, unsigned status, const char *target, const char *text) {
  struct ending ending = {.work = work};
  const struct console_problem problem = {target, text};
  if (find(&ending)) {
    show(&ending, status, &problem);
  }
}

void round_end_show(struct work *work) {
  struct ending ending = {.work = work};
  if (find(&ending)) {
    show(&ending, MHD_HTTP_OK, NULL);
  }
}

/* ---- how long */

struct keeping {
  struct work *work;
  const char *until; /* NULL: none */
  int months;        /* 0: none */
};

static enum store_result keep_now(struct store *store, void *context) {
  const struct keeping *keeping = context;
  return retention_set(store, work_number(keeping->work, "round"), keeping->until, keeping->months);
}

/* The word for what is wrong with the form, and the field; NULL: nothing. */
static const char *read_keeping(struct keeping *keeping, const char **field) {
  const char *until = work_field(keeping->work, "until");
  const char *months = work_field(keeping->work, "months");
  size_t digits = strspn(months, "0123456789");
  int day;
  *field = "until";
  if (until[0] != '\0' && months[0] != '\0') {
    return "end_wrong_both";
  }
  if (until[0] != '\0' && !calendar_read(until, &day)) {
    return "end_wrong_until";
  }
  keeping->until = until[0] == '\0' ? NULL : until;
  *field = "months";
  keeping->months = digits <= 4 ? (int)strtol(months, NULL, 10) : 0;
  bool good = months[0] == '\0' ||
              (months[digits] == '\0' && keeping->months >= 1 && keeping->months <= MONTHS_MOST);
  return good ? NULL : "end_wrong_months";
}

static void keep(struct work *work) {
  struct keeping keeping = {.work = work};
  const char *field = NULL;
  const char *wrong = read_keeping(&keeping, &field);
  enum store_result result = wrong == NULL ? console_ask(work, keep_now, &keeping) : STORE_REFUSED;
  if (result == STORE_REFUSED || result == STORE_INCOMPLETE) {
    const char *refused = result == STORE_REFUSED ? "end_wrong_until" : "end_wrong_soon";
    const char *target = wrong == NULL && keeping.until != NULL ? "until" : field;
    show_wrong(work, MHD_HTTP_UNPROCESSABLE_CONTENT, target,
               console_word(work, wrong == NULL ? refused : wrong));
  } else if (result == STORE_CLOSED) {
    show_wrong(work, MHD_HTTP_CONFLICT, NULL, console_word(work, "end_pack_purged"));
  } else if (console_settle(work, result)) {
    console_done(work, console_round_path(work, "/end"), "end_kept");
  }
}

/* ---- packages */

static enum store_result receive_now(struct store *store, void *context) {
  struct work *work = context;
  const char *typed = work_field(work, "receipt");
  char word[ARCHIVE_RECEIPT_CHARACTERS + 1] = "";
  size_t length = 0;
  for (; *typed != '\0' && length < ARCHIVE_RECEIPT_CHARACTERS; typed++) {
    if (isalnum((unsigned char)*typed)) {
      int value = base32_value(*typed); /* O is read as 0, I and L as 1 */
      word[length++] =
          value < 0 ? (char)toupper((unsigned char)*typed) : base32_digit((unsigned)value);
    }
  }
  return length == ARCHIVE_RECEIPT_CHARACTERS
             ? archive_receive(store, work_number(work, "round"), word)
             : STORE_NONE;
}

static void receive(struct work *work) {
  enum store_result result = console_ask(work, receive_now, work);
  if (result == STORE_NONE) {
    show_wrong(work, MHD_HTTP_UNPROCESSABLE_CONTENT, "receipt",
               console_word(work, "end_receipt_wrong"));
  } else if (console_settle(work, result)) {
    console_done(work, console_round_path(work, "/end"), "end_received");
  }
}

void round_end_change(struct work *work) {
  const char *what = work_field(work, "do");
  if (strcmp(what, "keep") == 0) {
    keep(work);
  } else if (strcmp(what, "receive") == 0) {
    receive(work);
  } else {
    console_message(work, MHD_HTTP_UNPROCESSABLE_CONTENT, "bad", "unknown_action");
  }
}

static void answer(const struct archive_job *job) {
  struct work *work = job->work;
  switch (job->outcome) {
  case ARCHIVE_JOB_OK:
    work_file(work, REPLY_ZIP, job->fd, job->name);
    return;
  case ARCHIVE_JOB_WRONG:
    show_wrong(work, MHD_HTTP_CONFLICT, NULL,
               words_fill(work->arena, console_word_of(work, "end_pack_", job->why), "n",
                          console_round_number(work, job->number), NULL));
    return;
  case ARCHIVE_JOB_STORE:
    console_fail(work, job->result);
    return;
  case ARCHIVE_JOB_LATE:
    console_fail(work, STORE_BUSY);
    return;
  case ARCHIVE_JOB_FAILED:
    break;
  }
  console_fail(work, STORE_FAULT);
}

void round_end_archive(struct work *work) {
  struct archive_job job = {.work = work};
  if (export_kit_enter(work)) {
    archive_job_run(&job);
    answer(&job);
    export_kit_leave(work);
  }
}

/* ---- deletion */

static enum store_result purge_now(struct store *store, void *context) {
  return retention_purge(store, work_number(context, "round"), NULL);
}

/* Dead rows go at once where the login may. */
static void sweep(struct work *work) {
  struct store *store = work_store(work, STORE_AS_STAFF);
  if (store != NULL) {
    (void)!round_sweep(store);
  }
}

void round_end_purge(struct work *work) {
  struct ending ending = {.work = work};
  if (!find(&ending)) {
    return;
  }
  if (!console_round_named(work, &ending.round.row, work_field(work, "name"))) {
    const struct console_problem problem = {"name", console_word(work, "round_finalise_unnamed")};
    show(&ending, MHD_HTTP_UNPROCESSABLE_CONTENT, &problem);
    return;
  }
  enum store_result result = console_ask(work, purge_now, work);
  if (result == STORE_CLOSED || result == STORE_INCOMPLETE || result == STORE_BUSY) {
    show_wrong(work, MHD_HTTP_CONFLICT, NULL, console_word(work, "end_purge_changed"));
  } else if (console_settle(work, result)) {
    sweep(work);
    console_done(work, console_round_path(work, "/end"), "end_purged");
  }
}
