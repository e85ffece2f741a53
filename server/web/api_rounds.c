/* Rounds, their links, how far they have come: GET. */
#include <string.h>

#include "store/course_store.h"
#include "store/status_store.h"
#include "web/api.h"
#include "web/console.h"
#include "web/console_gate.h"
#include "web/console_pages.h"

/* ---- rounds */

static json_t *texts_json(const char *const *texts, size_t count) {
  json_t *list = json_array();
  for (size_t i = 0; i < count; i++) {
    (void)json_array_append_new(list, json_string(texts[i]));
  }
  return list;
}

static json_t *municipalities_json(const struct rounds_entry *entry) {
  json_t *list = json_array();
  for (size_t i = 0; i < entry->links_count; i++) {
    const struct link_row *link = &entry->links[i];
    (void)json_array_append_new(
        list, json_pack("{s:i, s:s}", "municipality", link->municipality, "name", link->name));
  }
  return list;
}

/* A round as the list shows it, with its municipalities as far as the session sees them. NULL when
 * memory is out. */
static json_t *entry_json(const struct rounds_entry *entry) {
  const struct round_row *row = entry->round;
  return json_pack(
      "{s:i, s:s, s:i, s:s, s:s, s:s?, s:s?, s:s?, s:s?, s:b, s:b, s:b, s:b, s:s, s:o, s:o, s:o, "
      "s:o, s:s}",
      "round", row->id, "questionnaire", row->questionnaire, "version", row->version, "title",
      row->title, "state", round_state_name(row->state), "opens_at", row->opens_at, "closes_at",
      row->closes_at, "closed_at", row->closed_at, "finalised_at", row->finalised_at, "traces",
      row->traces, "allow_drafts", row->allow_drafts, "confirm", row->confirm_scale, "invite",
      row->invite, "codes", row->single_codes ? "single" : "open", "uses",
      row->single_codes ? json_integer(row->uses) : json_null(), "languages",
      texts_json(row->languages, row->languages_count), "municipalities",
      municipalities_json(entry), "missing_settings",
      texts_json(row->missing_settings, row->missing_settings_count), "kind",
      row->personal_of != 0 ? "personal" : "anonymous");
}

void api_rounds(struct work *work) {
  struct rounds_list rounds;
  if (!console_settle(work, rounds_load(work, &rounds))) {
    return;
  }
  json_t *list = json_array();
  for (size_t i = 0; i < rounds.count; i++) {
    (void)json_array_append_new(list, entry_json(&rounds.entries[i]));
  }
  work_json(work, MHD_HTTP_OK, json_pack("{s:o}", "rounds", list));
}

struct round_question {
  struct work *work;
  int round;
  struct round_row row;
  struct rounds_entry entry;
};

static enum store_result find_round(struct store *store, void *context) {
  struct round_question *question = context;
  struct arena *arena = question->work->arena;
  enum store_result result = round_find(store, question->round, arena, &question->row);
  question->entry.round = &question->row;
  return result != STORE_OK ? result
                            : link_list(store, question->round, arena, &question->entry.links,
                                        &question->entry.links_count);
}

/* False when the work is answered. */
static bool ask_round(struct round_question *question, struct work *work, int round) {
  *question = (struct round_question){.work = work, .round = round};
  return console_settle(work, console_ask(work, find_round, question));
}

void api_send_round(struct work *work, unsigned status, int round) {
  struct round_question question;
  if (ask_round(&question, work, round)) {
    work_json(work, status, entry_json(&question.entry));
  }
}

void api_round(struct work *work) {
  api_send_round(work, MHD_HTTP_OK, work_number(work, "round"));
}

/* ---- links */

static json_t *link_json(const struct work *work, const struct link_row *link) {
  const char *url = link->code == NULL ? NULL
                                       : arena_printf(work->arena, "%s/S/%s",
                                                      work->config->public_url, link->code);
  return json_pack("{s:i, s:s, s:s?, s:s?}", "municipality", link->municipality, "name", link->name,
                   "code", link->code, "url", url);
}

void api_links(struct work *work) {
  struct round_question question;
  if (!ask_round(&question, work, work_number(work, "round"))) {
    return;
  }
  json_t *list = json_array();
  for (size_t i = 0; i < question.entry.links_count; i++) {
    (void)json_array_append_new(list, link_json(work, &question.entry.links[i]));
  }
  work_json(work, MHD_HTTP_OK, json_pack("{s:i, s:o}", "round", question.round, "links", list));
}

/* ---- status */

struct status_question {
  struct work *work;
  struct round_row round;
  struct status_row *rows;
  size_t count;
};

static enum store_result find_status(struct store *store, void *context) {
  struct status_question *question = context;
  struct arena *arena = question->work->arena;
  int round = work_number(question->work, "round");
  enum store_result result = round_find(store, round, arena, &question->round);
  return result != STORE_OK ? result
                            : status_list(store, round, arena, &question->rows, &question->count);
}

static json_t *status_json(const struct status_row *row) {
  return json_pack("{s:i, s:s, s:s, s:i, s:i, s:s?, s:s?}", "municipality", row->municipality,
                   "name", row->name, "answers", row->answers, "closed", row->closed, "interrupted",
                   row->interrupted, "courses_on", row->courses_on, "printed_on", row->printed_on);
}

void api_status(struct work *work) {
  struct status_question question = {.work = work};
  if (!console_settle(work, console_ask(work, find_status, &question))) {
    return;
  }
  json_t *list = json_array();
  for (size_t i = 0; i < question.count; i++) {
    (void)json_array_append_new(list, status_json(&question.rows[i]));
  }
  work_json(work, MHD_HTTP_OK,
            json_pack("{s:i, s:s, s:o}", "round", question.round.id, "state",
                      round_state_name(question.round.state), "municipalities", list));
}

/* ---- courses counted, and coverage */

struct summary_question {
  struct work *work;
  const char *from, *to;
  struct course_summary *rows;
  size_t count;
};

static enum store_result summarise(struct store *store, void *context) {
  struct summary_question *question = context;
  return course_summarise(store, work_number(question->work, "round"), question->from, question->to,
                          question->work->arena, &question->rows, &question->count);
}

static json_t *coverage_json(const struct course_summary *row) {
  struct coverage coverage = course_coverage(row);
  bool known = coverage.closed > 0;
  return json_pack("{s:s, s:i, s:i, s:i, s:i, s:i, s:o, s:o, s:s}", "answers", row->answers,
                   "answers_least", coverage.answers.least, "answers_most", coverage.answers.most,
                   "n", coverage.closed, "families_least", coverage.families_least, "families_most",
                   coverage.families_most, "percent_least",
                   known ? json_integer(coverage.percent_least) : json_null(), "percent_most",
                   known ? json_integer(coverage.percent_most) : json_null(), "sign",
                   coverage_sign_name(coverage.sign));
}

static json_t *summary_json(const struct course_summary *row) {
  json_t *quarters = json_array();
  for (size_t i = 0; i < row->quarters_count; i++) {
    const struct course_quarter *quarter = &row->quarters[i];
    (void)json_array_append_new(quarters,
                                json_pack("{s:s?, s:i, s:i}", "quarter", quarter->quarter, "closed",
                                          quarter->closed, "interrupted", quarter->interrupted));
  }
  return json_pack("{s:i, s:s, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:s?, s:s?, s:o, s:o}",
                   "municipality", row->municipality, "name", row->name, "courses", row->courses,
                   "running", row->running, "closed", row->closed, "interrupted", row->interrupted,
                   "interrupted_undated", row->interrupted_undated, "visitation_late",
                   row->visitation_late, "closed_first", row->closed_first, "first_closed",
                   row->first_closed, "last_closed", row->last_closed, "quarters", quarters,
                   "coverage", coverage_json(row));
}

/* A day of the query; false when it looks like none, and the work is answered. Whether there is
 * such a day the database says. */
static bool read_day(struct work *work, const char *name, const char **day) {
  *day = work_query(work, name);
  if (*day != NULL && (strlen(*day) != 10 || strspn(*day, "0123456789-") != 10)) {
    api_invalid(work, name, "day");
    return false;
  }
  return true;
}

void api_coverage(struct work *work) {
  struct summary_question question = {.work = work};
  if (!read_day(work, "from", &question.from) || !read_day(work, "to", &question.to)) {
    return;
  }
  enum store_result result = console_ask(work, summarise, &question);
  if (result == STORE_REFUSED) {
    api_invalid(work, question.from != NULL ? "from" : "to", "day");
    return;
  }
  if (!console_settle(work, result)) {
    return;
  }
  json_t *list = json_array();
  for (size_t i = 0; i < question.count; i++) {
    (void)json_array_append_new(list, summary_json(&question.rows[i]));
  }
  work_json(work, MHD_HTTP_OK,
            json_pack("{s:i, s:s?, s:s?, s:o}", "round", work_number(work, "round"), "from",
                      question.from, "to", question.to, "municipalities", list));
}
