#include "web/console_round.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "base/log.h"
#include "base/utf8.h"
#include "store/questionnaire_store.h"
#include "store/retention_store.h"
#include "web/console.h"
#include "web/console_gate.h"
#include "web/console_pages.h"
#include "web/console_rounds.h"

/* ---- in common */

const char *console_round_path(const struct work *work, const char *tail) {
  const char *path = arena_printf(work->arena, "/rounds/%d%s", work_number(work, "round"), tail);
  return path != NULL ? path : "/";
}

bool console_round_find(struct work *work, struct round_row *row) {
  struct rounds_question question = {work, work_number(work, "round"), row};
  return console_settle(work, console_ask(work, rounds_find, &question));
}

static const char *normalised(const struct work *work, const char *typed) {
  char *text = NULL;
  size_t points;
  return utf8_normalise(work->arena, typed, strlen(typed), &text, &points) == UTF8_OK ? text : "";
}

enum store_result console_round_load(struct store *store, const struct work *work,
                                     struct round_row *row,
                                     const struct questionnaire **questionnaire) {
  struct questionnaire_row stored;
  struct complaints complaints = {0};
  enum store_result result = round_find(store, work_number(work, "round"), work->arena, row);
  if (result == STORE_OK) {
    result = questionnaire_find(store, row->questionnaire, row->version, work->arena, &stored);
  }
  if (result != STORE_OK) {
    return result;
  }
  *questionnaire = questionnaire_load(stored.definition, work->arena, &complaints);
  return *questionnaire == NULL ? STORE_FAULT : STORE_OK;
}

bool console_round_named(const struct work *work, const struct round_row *row, const char *typed) {
  const char *name = normalised(work, typed);
  return strcmp(name, normalised(work, row->title)) == 0 ||
         strcmp(name, console_round_number(work, row->id)) == 0;
}

static const char *fill_day(const struct work *work, const char *key, const char *day) {
  return words_fill(work->arena, console_word(work, key), "day", day, NULL);
}

/* The day of a closing time, as people say it: "31.12.2026" also of the midnight after it. */
static const char *last_day(const struct work *work, const char *at) {
  char date[CALENDAR_DATE_BYTES];
  if (strlen(at) < 16 || strncmp(at + 10, "T00:00", 6) != 0) {
    return console_day(work, at);
  }
  int year = (int)strtol(at, NULL, 10), month = (int)strtol(at + 5, NULL, 10);
  int day = (int)strtol(at + 8, NULL, 10);
  calendar_write(calendar_day(year, month, day) - 1, date);
  const char *before = arena_string(work->arena, date);
  return before == NULL ? "" : console_day(work, before);
}

const char *console_round_state(const struct work *work, const struct round_row *row) {
  if (row->state == ROUND_OPEN && row->closes_at != NULL) {
    return fill_day(work, "home_open_until", last_day(work, row->closes_at));
  }
  bool ready = row->missing_settings_count == 0; /* else it opens on no day that is known */
  if (row->state == ROUND_SCHEDULED && row->opens_at != NULL && ready) {
    return fill_day(work, "home_opens", console_day(work, row->opens_at));
  }
  return console_word_of(work, "state_", round_state_name(row->state));
}

const char *console_round_language(const struct work *work, const char *language) {
  const char *name = console_word_of(work, "round_language_", language);
  return name[0] != '\0' ? name : language;
}

const char *console_round_number(const struct work *work, long long number) {
  const char *text = arena_printf(work->arena, "%lld", number);
  return text != NULL ? text : "";
}

const char *console_round_word(const struct work *work, const struct round_row *row,
                               const char *word) {
  const char *own = row->personal_of == 0 ? "" : console_word_of(work, word, "_personal");
  return own[0] != '\0' ? own : console_word(work, word);
}

const char *console_round_who(const struct work *work) {
  const char *name = console_staff(work)->municipality_name;
  return words_fill(work->arena, console_word(work, "round_personal_who"), "name",
                    name == NULL ? "" : name, NULL);
}

/* A path of the municipality whose a personal round is. */
static const char *own_path(const struct work *work, const struct round_row *row,
                            const char *tail) {
  const char *rest = arena_printf(work->arena, "/municipalities/%d%s", row->personal_of, tail);
  return console_round_path(work, rest == NULL ? "" : rest);
}

static bool is_own(const char *key) {
  return strncmp(key, "personal_", 9) == 0;
}

json_t *console_round_missing(const struct work *work, const struct round_row *row) {
  if (row->missing_settings_count == 0) {
    return NULL;
  }
  size_t own = 0;
  bool admin = console_role_bit(work) == ROUTE_ADMIN;
  json_t *keys = json_array();
  for (size_t i = 0; i < row->missing_settings_count; i++) {
    const char *key = row->missing_settings[i];
    const char *name = console_word_of(work, "setting_", key);
    own += is_own(key) ? 1 : 0;
    if (json_array_append_new(keys, json_string(name[0] != '\0' ? name : key)) != 0) {
      json_decref(keys);
      return NULL;
    }
  }
  bool others = own < row->missing_settings_count;
  const char *ask = own > 0 ? "round_missing_rest" : "round_missing_ask";
  return json_pack(
      "{s:o, s:o, s:b, s:s?}", "keys", keys, "own",
      own == 0 ? json_null() : json_pack("{s:s}", "href", own_path(work, row, "/notice")), "where",
      admin && others, "ask", admin || !others ? NULL : console_word(work, ask));
}

static bool key_settled(int round, enum crypto_result result) {
  if (result != CRYPTO_OK) {
    log_event(LOG_LEVEL_ERROR, "round_key_failed", "s:i, s:s", "round", round, "error",
              errno == 0 ? "" : strerror(errno));
  }
  return result == CRYPTO_OK;
}

bool console_round_key_make(const struct work *work, int round) {
  errno = 0;
  return key_settled(round, crypto_round_key_create(work->config->key_dir, round));
}

bool console_round_key_delete(const struct work *work, int round) {
  errno = 0;
  return key_settled(round, crypto_round_key_delete(work->config->key_dir, round));
}

/* ---- all rounds */

static json_t *rounds_json(const struct work *work, const struct rounds_list *list) {
  json_t *rows = json_array();
  for (size_t i = 0; i < list->count; i++) {
    const struct rounds_entry *entry = &list->entries[i];
    const struct round_row *round = entry->round;
    json_t *row = json_pack("{s:i, s:s, s:s, s:i, s:b}", "id", round->id, "title", round->title,
                            "state", console_round_state(work, round), "municipalities",
                            (int)entry->links_count, "personal", round->personal_of != 0);
    if (json_array_append_new(rows, row) != 0) {
      json_decref(rows);
      return NULL;
    }
  }
  return rows;
}

struct rounds_due {
  struct work *work;
  struct retention_row *rows;
  size_t count;
};

static enum store_result find_due(struct store *store, void *context) {
  struct rounds_due *due = context;
  return retention_list(store, due->work->arena, &due->rows, &due->count);
}

static const char *due_text(const struct work *work, const struct retention_row *row) {
  const char *state = row->archive != 0 ? "ready" : row->finalised ? "no_archive" : "open";
  return words_fill(work->arena, console_word(work, "end_due_text"), "day",
                    console_day(work, row->kept_until), "state",
                    console_word_of(work, "end_due_", state), NULL);
}

/* What is past its retention, as `purge --dry-run` tells. */
static json_t *due_json(const struct rounds_due *due) {
  json_t *rows = due->count == 0 ? NULL : json_array();
  for (size_t i = 0; rows != NULL && i < due->count; i++) {
    const struct retention_row *row = &due->rows[i];
    if (json_array_append_new(rows, json_pack("{s:i, s:s, s:s}", "id", row->round, "title",
                                              row->title, "text", due_text(due->work, row))) != 0) {
      json_decref(rows);
      return NULL;
    }
  }
  return rows == NULL ? NULL : json_pack("{s:o}", "rows", rows);
}

void rounds_show(struct work *work) {
  struct rounds_list list;
  struct rounds_due due = {.work = work};
  if (!console_settle(work, rounds_load(work, &list)) ||
      !console_settle(work, console_ask(work, find_due, &due))) {
    return;
  }
  const struct staff_scope *scope = &console_staff(work)->scope;
  json_t *data = console_frame(work, console_word(work, "rounds_title"));
  bool all = scope->municipality == 0 && scope->rounds_count == 0;
  bool own = scope->municipality != 0 && scope->rounds_count == 0;
  console_put(&data, "may_create", json_boolean(all));
  console_put(&data, "may_create_own", json_boolean(own));
  console_put(&data, "due", due_json(&due));
  console_put(&data, "rows", rounds_json(work, &list));
  console_send(work, MHD_HTTP_OK, CONSOLE_ROUNDS, data);
}

/* ---- one */

enum kind { EITHER, ANONYMOUS, PERSONAL };

struct link {
  const char *tail, *word;
  bool whole;     /* for who sees all of the round */
  enum kind kind; /* PERSONAL: the tail is of its municipality */
};

/* What there is to do with a round: the button NAME and the hint NAME_text beside it. */
static const struct link TASKS[] = {
    {"/municipalities", "round_task_municipalities", false, ANONYMOUS},
    {"/forms", "round_task_forms", false, PERSONAL},
    {"", "round_task_link", false, PERSONAL},
    {"/notice", "round_task_notice", false, PERSONAL},
    {"/documentation", "round_task_documentation", false, ANONYMOUS},
    {"/duplicates", "round_task_duplicates", false, ANONYMOUS},
    {"/comments", "round_task_comments", false, EITHER},
    {"/exports", "round_task_exports", false, EITHER},
    {"/report", "round_task_report", false, EITHER},
    {"/end", "round_task_end", true, EITHER},
};

static bool add_link(json_t *list, const struct work *work, const char *tail, const char *word) {
  return json_array_append_new(list,
                               json_pack("{s:s, s:s, s:s}", "href", console_round_path(work, tail),
                                         "label", console_word(work, word), "text",
                                         console_word_of(work, word, "_text"))) == 0;
}

static bool sees_all(const struct work *work) {
  return work->session->runs;
}

static bool is_of(const struct round_row *row, enum kind kind) {
  return kind == EITHER || (row->personal_of != 0) == (kind == PERSONAL);
}

static bool add_task(json_t *list, const struct work *work, const struct round_row *row,
                     const struct link *task) {
  const char *text = arena_printf(work->arena, "%s_text", task->word);
  return json_array_append_new(
             list, json_pack("{s:s, s:s, s:s}", "href",
                             task->kind == PERSONAL ? own_path(work, row, task->tail)
                                                    : console_round_path(work, task->tail),
                             "label", console_word(work, task->word), "text",
                             text == NULL ? "" : console_round_word(work, row, text))) == 0;
}

static json_t *tasks_json(const struct work *work, const struct round_row *row) {
  json_t *list = json_array();
  bool good = list != NULL;
  for (size_t i = 0; good && i < array_length(TASKS); i++) {
    const struct link *task = &TASKS[i];
    bool shown = is_of(row, task->kind) && (!task->whole || sees_all(work));
    good = !shown || add_task(list, work, row, task);
  }
  if (!good) {
    json_decref(list);
    return NULL;
  }
  return list;
}

/* What the state allows, by word: each is asked about on a page of its own. */
static bool add_acts(json_t *list, const struct work *work, const struct round_row *row) {
  switch (row->state) {
  case ROUND_SCHEDULED:
    return add_link(list, work, "/edit", "round_act_edit") &&
           add_link(list, work, "/state?to=open", "round_act_open") &&
           add_link(list, work, "/state?to=close", "round_act_close");
  case ROUND_OPEN:
    return add_link(list, work, "/edit", "round_act_edit") &&
           add_link(list, work, "/state?to=close", "round_act_close");
  case ROUND_CLOSED:
    return add_link(list, work, "/edit", "round_act_edit") &&
           add_link(list, work, "/state?to=reopen", "round_act_reopen") &&
           add_link(list, work, "/finalise", "round_act_finalise");
  case ROUND_FINALISED:
    break;
  }
  return true;
}

static json_t *acts_json(const struct work *work, const struct round_row *row) {
  if (!sees_all(work) || row->state == ROUND_FINALISED) {
    return NULL;
  }
  json_t *list = json_array();
  if (list == NULL || !add_acts(list, work, row)) {
    json_decref(list);
    return NULL;
  }
  return json_pack("{s:o}", "links", list);
}

static const char *languages_text(const struct work *work, const struct round_row *row) {
  const char *text = "";
  for (size_t i = 0; i < row->languages_count && text != NULL; i++) {
    text = arena_printf(work->arena, "%s%s%s", text, i > 0 ? ", " : "",
                        console_round_language(work, row->languages[i]));
  }
  return text != NULL ? text : "";
}

static const char *yes_or_no(const struct work *work, bool yes) {
  return console_word(work, yes ? "yes" : "no");
}

static const char *codes_text(const struct work *work, const struct round_row *row) {
  return words_fill(
      work->arena,
      console_word(work, row->single_codes ? "round_codes_single" : "round_codes_open"), "n",
      console_round_number(work, row->uses), NULL);
}

/* When it closes or closed. A day alone where that is what was chosen. */
static const char *closes_text(const struct work *work, const struct round_row *row) {
  if (row->closed_at != NULL) {
    return console_moment(work, row->closed_at);
  }
  if (row->closes_at == NULL) {
    return console_word(work, "round_no_end");
  }
  bool whole = strlen(row->closes_at) > 16 && strncmp(row->closes_at + 10, "T00:00", 6) == 0;
  return whole ? last_day(work, row->closes_at) : console_moment(work, row->closes_at);
}

static json_t *facts_json(const struct work *work, const struct round_row *row) {
  const char *version = console_round_number(work, row->version);
  const struct {
    const char *word, *value;
    enum kind kind;
  } facts[] = {
      {"round_number", console_round_number(work, row->id), EITHER},
      {"round_kind",
       console_word(work, row->personal_of != 0 ? "round_kind_personal" : "round_kind_anonymous"),
       EITHER},
      {"round_questionnaire",
       words_fill(work->arena, console_word(work, "round_version"), "id", row->questionnaire,
                  "version", version, NULL),
       EITHER},
      {"round_opens", row->opens_at == NULL ? "" : console_moment(work, row->opens_at), EITHER},
      {row->closed_at != NULL ? "round_closed" : "round_closes", closes_text(work, row), EITHER},
      {"round_languages", languages_text(work, row), EITHER},
      {"round_codes", codes_text(work, row), ANONYMOUS},
      {"round_drafts", yes_or_no(work, row->allow_drafts), EITHER},
      {"round_confirm", yes_or_no(work, row->confirm_scale), ANONYMOUS},
      {"round_invite", yes_or_no(work, row->invite), ANONYMOUS},
      {"round_traces", yes_or_no(work, row->traces), ANONYMOUS},
  };
  json_t *list = json_array();
  for (size_t i = 0; i < array_length(facts); i++) {
    json_t *fact =
        json_pack("{s:s, s:s}", "name", console_word(work, facts[i].word), "value", facts[i].value);
    if (!is_of(row, facts[i].kind)) {
      json_decref(fact);
    } else if (json_array_append_new(list, fact) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

void round_show(struct work *work) {
  struct round_row row = {0};
  if (!console_round_find(work, &row)) {
    return;
  }
  json_t *data = console_frame(work, row.title);
  console_put_text(&data, "heading", row.title);
  console_put_text(&data, "state", console_round_state(work, &row));
  console_put(&data, "missing", console_round_missing(work, &row));
  console_put_text(&data, "writing",
                   row.writing_until == NULL
                       ? NULL
                       : words_fill(work->arena, console_word(work, "round_writing"), "moment",
                                    console_moment(work, row.writing_until), NULL));
  console_put(&data, "personal",
              row.personal_of == 0 ? NULL : json_pack("{s:s}", "who", console_round_who(work)));
  console_put(&data, "tasks", tasks_json(work, &row));
  console_put(&data, "facts", facts_json(work, &row));
  console_put(&data, "acts", acts_json(work, &row));
  console_send(work, MHD_HTTP_OK, CONSOLE_ROUND, data);
}
