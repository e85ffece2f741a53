#include "web/console_duplicates.h"

#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "base/log.h"
#include "base/text.h"
#include "web/console.h"
#include "web/console_gate.h"
#include "web/console_pages.h"
#include "web/console_round.h"

/* More answers are not compared while somebody waits for a page. */
enum { REFRESH_ANSWERS_MAX = 2000, NOTE_MAX = 1000 };

/* ---- asking */

static enum store_result load_round(struct store *store, void *context) {
  struct quality_page *page = context;
  return console_round_load(store, page->work, &page->round, &page->questionnaire);
}

static size_t shown(size_t count) {
  return count < QUALITY_ANSWERS_SHOWN ? count : QUALITY_ANSWERS_SHOWN;
}

static enum store_result load_answers(struct store *store, struct quality_page *page) {
  size_t end = page->first_group + QUALITY_GROUPS_A_PAGE, count = 0;
  end = end < page->groups_count ? end : page->groups_count;
  const char **ids = arena_array(
      page->work->arena, (size_t)QUALITY_GROUPS_A_PAGE * QUALITY_ANSWERS_SHOWN + 1, sizeof *ids);
  for (size_t i = page->first_group; ids != NULL && i < end; i++) {
    for (size_t j = 0; j < shown(page->groups[i].ids_count); j++) {
      ids[count++] = page->groups[i].ids[j];
    }
  }
  return ids == NULL ? STORE_FAULT
                     : review_answers(store, page->round.id, ids, count, page->work->arena,
                                      &page->answers, &page->answers_count);
}

static enum store_result load_groups(struct store *store, struct quality_page *page) {
  struct arena *arena = page->work->arena;
  int round = page->round.id;
  if (page->run.finalised) {
    return STORE_OK; /* pairs and decisions are gone */
  }
  enum store_result result = pair_list(store, round, true, arena, &page->pairs, &page->pairs_count);
  if (result == STORE_OK) {
    result = review_list(store, round, arena, &page->reviews, &page->reviews_count);
  }
  if (result == STORE_OK && !quality_groups_find(page)) {
    result = STORE_FAULT;
  }
  return result == STORE_OK ? load_answers(store, page) : result;
}

static enum store_result load_figures(struct store *store, struct quality_page *page) {
  int municipality = console_staff(page->work)->scope.municipality;
  enum store_result result =
      quality_figures(store, page->round.id, municipality, page->work->arena, &page->figures);
  return result == STORE_NONE ? STORE_OK : result;
}

/* Not which ones. */
static enum store_result note_view(struct store *store, const struct quality_page *page) {
  int *municipalities =
      arena_array(page->work->arena, page->answers_count + 1, sizeof *municipalities);
  for (size_t i = 0; municipalities != NULL && i < page->answers_count; i++) {
    municipalities[i] = page->answers[i].municipality;
  }
  return municipalities == NULL
             ? STORE_FAULT
             : review_note_view(store, page->round.id, municipalities, page->answers_count);
}

static enum store_result load(struct store *store, void *context) {
  struct quality_page *page = context;
  struct arena *arena = page->work->arena;
  int round = page->round.id;
  enum store_result result = quality_run_find(store, round, arena, &page->run);
  if (result == STORE_OK) {
    result = quality_count(store, round, &page->counts);
  }
  if (result == STORE_OK) {
    result = load_groups(store, page);
  }
  if (result == STORE_OK) {
    result = flag_list(store, round, 0, NULL, QUALITY_FLAGS_A_PAGE, arena, &page->flags,
                       &page->flags_count);
  }
  if (result == STORE_OK) {
    result = load_figures(store, page);
  }
  if (result == STORE_OK) {
    bool bounded = page->coverage_wrong == NULL;
    result = coverage_list(store, round, bounded ? page->from : NULL, bounded ? page->to : NULL,
                           arena, &page->coverage, &page->coverage_count);
  }
  return result == STORE_OK ? note_view(store, page) : result;
}

/* ---- the page */

const char *quality_decimal(const struct work *work, double number, int decimals) {
  char *text = arena_printf(work->arena, "%.*f", decimals, number);
  char *point = text == NULL ? NULL : strchr(text, '.');
  if (point != NULL && strcmp(console_language(work), "da") == 0) {
    *point = ',';
  }
  return text == NULL ? "" : text;
}

const char *quality_short_id(const struct work *work, const char *id) {
  const char *text = arena_printf(work->arena, "%.8s", id);
  return text == NULL ? "" : text;
}

static bool runs_round(const struct quality_page *page) {
  return page->work->session->runs;
}

static const char *base(const struct quality_page *page) {
  const char *path = arena_printf(page->work->arena, "/rounds/%d/duplicates", page->round.id);
  return path == NULL ? "/" : path;
}

static const char *computed(const struct quality_page *page) {
  const struct work *work = page->work;
  if (page->run.refreshed_at == NULL) {
    return console_word(work, "quality_never");
  }
  if (!runs_round(page)) {
    return words_fill(work->arena, console_word(work, "quality_computed_when"), "moment",
                      console_moment(work, page->run.refreshed_at), NULL);
  }
  const char *number = arena_printf(work->arena, "%lld", page->run.answers);
  return words_fill(work->arena, console_word(work, "quality_computed"), "moment",
                    console_moment(work, page->run.refreshed_at), "n", number == NULL ? "" : number,
                    NULL);
}

/* What the flags cannot rest on. NULL: nothing is missing, or it is of the whole round and not the
 * reader's to know. */
static const char *traces_text(const struct quality_page *page) {
  if (page->run.finalised || !runs_round(page) || page->run.answers == 0 ||
      page->run.traced == page->run.answers) {
    return NULL;
  }
  return console_word(page->work,
                      page->run.traced == 0 ? "quality_no_traces" : "quality_some_traces");
}

static json_t *stale_json(const struct quality_page *page) {
  if (page->run.finalised || !page->run.stale) {
    return NULL;
  }
  bool may = runs_round(page) && page->counts.answers <= REFRESH_ANSWERS_MAX;
  return json_pack("{s:s, s:b}", "text",
                   console_word(page->work, may ? "quality_stale" : "quality_stale_large"), "may",
                   may);
}

static const char *const shows[] = {
    [QUALITY_SHOW_ALL] = "all", [QUALITY_SHOW_OPEN] = "open", [QUALITY_SHOW_DECIDED] = "decided"};

static const char *groups_from(const struct quality_page *page, size_t first) {
  return arena_printf(page->work->arena, "%s?show=%s&from_group=%zu#groups", base(page),
                      shows[page->show], first);
}

static const char *next_page(const struct quality_page *page) {
  size_t next = page->first_group + QUALITY_GROUPS_A_PAGE;
  return next >= page->groups_count ? NULL : groups_from(page, next);
}

static const char *previous_page(const struct quality_page *page) {
  size_t first = page->first_group;
  return first == 0
             ? NULL
             : groups_from(page, first < QUALITY_GROUPS_A_PAGE ? 0 : first - QUALITY_GROUPS_A_PAGE);
}

/* All, those that wait, those that are decided, with how many there are. NULL without any. */
static json_t *filters_json(const struct quality_page *page) {
  const struct work *work = page->work;
  const size_t counts[] = {[QUALITY_SHOW_ALL] = page->open_count + page->decided_count,
                           [QUALITY_SHOW_OPEN] = page->open_count,
                           [QUALITY_SHOW_DECIDED] = page->decided_count};
  if (counts[QUALITY_SHOW_ALL] == 0) {
    return NULL;
  }
  json_t *list = json_array();
  for (size_t i = 0; i < array_length(shows); i++) {
    const char *n = arena_printf(work->arena, "%zu", counts[i]);
    json_t *item = json_pack(
        "{s:o, s:s, s:b}", "href", json_sprintf("%s?show=%s#groups", base(page), shows[i]), "label",
        words_fill(work->arena, console_word_of(work, "quality_show_", shows[i]), "n",
                   n == NULL ? "" : n, NULL),
        "current", i == page->show);
    if (json_array_append_new(list, item) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return json_pack("{s:o}", "items", list);
}

/* What was done, once more where the reader comes back to, when no group has that number any more.
 */
static json_t *beyond_json(const struct quality_page *page) {
  size_t end = page->first_group + QUALITY_GROUPS_A_PAGE;
  end = end < page->groups_count ? end : page->groups_count;
  return page->at == 0 || (page->at > page->first_group && page->at <= end)
             ? NULL
             : json_integer((json_int_t)page->at);
}

static const char *heading_of_groups(const struct quality_page *page) {
  const struct work *work = page->work;
  const char *form = page->clusters_count == 0   ? "quality_groups_0"
                     : page->clusters_count == 1 ? "quality_groups_1"
                                                 : "quality_groups_many";
  const char *number = arena_printf(work->arena, "%zu", page->clusters_count);
  return words_fill(work->arena, console_word(work, form), "n", number == NULL ? "" : number, NULL);
}

static void put_head(json_t **data, const struct quality_page *page) {
  const struct work *work = page->work;
  console_put_text(data, "round", page->round.title);
  console_put_text(data, "state",
                   console_word_of(work, "state_", round_state_name(page->round.state)));
  console_put_text(data, "base", base(page));
  console_put_text(data, "computed", computed(page));
  console_put_text(data, "traces", traces_text(page));
  console_put(data, "stale", stale_json(page));
  console_put_text(data, "finalised",
                   page->run.finalised ? console_word(work, "quality_finalised") : NULL);
  console_put(data, "child", json_boolean(page->questionnaire->per_child));
  console_put_text(data, "groups_title", page->run.finalised ? NULL : heading_of_groups(page));
}

static void show(struct work *work, unsigned status, const struct quality_page *page,
                 const struct console_problem *problem) {
  json_t *data = console_frame(work, console_word(work, "quality_title"));
  put_head(&data, page);
  console_put_problems(&data, problem, problem == NULL ? 0 : 1);
  console_put(&data, "groups", quality_groups_json(page));
  console_put(&data, "filters", filters_json(page));
  console_put(&data, "beyond", beyond_json(page));
  console_put_text(&data, "show", shows[page->show]);
  console_put(&data, "first_group", json_integer((json_int_t)page->first_group));
  console_put_text(&data, "next", next_page(page));
  console_put_text(&data, "previous", previous_page(page));
  console_put(&data, "signs", quality_signs_json(page));
  console_put(&data, "figures", quality_figures_json(page));
  console_put_text(
      &data, "no_figures",
      console_word(work, page->run.finalised ? "quality_figures_gone" : "quality_figures_none"));
  console_put(&data, "coverage", quality_coverage_json(page));
  console_send(work, status, CONSOLE_DUPLICATES, data);
}

/* A value of the query, or of the form that was sent from the same place. NULL: neither. */
static const char *given(const struct work *work, const char *name) {
  const char *value = work_query(work, name);
  value = value != NULL ? value : work_field(work, name);
  return value[0] == '\0' ? NULL : value;
}

static size_t given_number(const struct work *work, const char *name) {
  const char *text = given(work, name);
  size_t digits = text == NULL ? 0 : strspn(text, "0123456789");
  return digits == 0 || digits > 6 || text[digits] != '\0' ? 0 : strtoul(text, NULL, 10);
}

static enum quality_show given_show(const struct work *work) {
  const char *text = given(work, "show");
  for (size_t i = 0; text != NULL && i < array_length(shows); i++) {
    if (strcmp(text, shows[i]) == 0) {
      return (enum quality_show)i;
    }
  }
  return QUALITY_SHOW_ALL;
}

/* "2026-11-30": a day that exists. */
static bool is_day(const char *text) {
  if (strlen(text) != 10 || strspn(text, "0123456789-") != 10 || text[4] != '-' || text[7] != '-') {
    return false;
  }
  long year = strtol(text, NULL, 10), month = strtol(text + 5, NULL, 10),
       day = strtol(text + 8, NULL, 10);
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 &&
         day <= calendar_month_days((int)year, (int)month);
}

/* Which field is wrong, and why; target NULL: none. */
static struct console_problem day_problem(const struct quality_page *page) {
  bool from = page->from == NULL || is_day(page->from), to = page->to == NULL || is_day(page->to);
  bool turned =
      from && to && page->from != NULL && page->to != NULL && strcmp(page->from, page->to) > 0;
  const char *target = !from ? "from" : !to || turned ? "to" : NULL;
  return (struct console_problem){
      target, target == NULL
                  ? NULL
                  : console_word(page->work, turned ? "quality_days_turned" : "quality_day_wrong")};
}

static struct quality_page page_of(struct work *work) {
  return (struct quality_page){.work = work,
                               .from = given(work, "from"),
                               .to = given(work, "to"),
                               .show = given_show(work),
                               .at = given_number(work, "at"),
                               .first_group = given_number(work, "from_group")};
}

/* What is wrong with the form of coverage is told before what a sent form was refused for. */
static void show_again(struct work *work, unsigned status, const struct console_problem *problem) {
  struct quality_page page = page_of(work);
  struct console_problem day = day_problem(&page);
  page.coverage_wrong = day.text;
  page.refused = problem != NULL;
  if (!console_settle(work, console_ask(work, load_round, &page)) ||
      !console_settle(work, console_review(work, load, &page))) {
    return;
  }
  show(work, day.text != NULL ? MHD_HTTP_UNPROCESSABLE_CONTENT : status, &page,
       day.text != NULL ? &day : problem);
}

void duplicates_show(struct work *work) {
  show_again(work, MHD_HTTP_OK, NULL);
}

/* ---- refresh */

static enum store_result refresh(struct store *store, void *context) {
  struct quality_page *page = context;
  enum store_result result = quality_count(store, page->round.id, &page->counts);
  if (result != STORE_OK || page->counts.answers > REFRESH_ANSWERS_MAX) {
    return result == STORE_OK ? STORE_INCOMPLETE : result;
  }
  return quality_refresh(store, page->round.id, page->questionnaire);
}

static enum store_result refresh_now(struct work *work) {
  struct quality_page page = {.work = work};
  enum store_result result = console_ask(work, load_round, &page);
  return result == STORE_OK ? console_review(work, refresh, &page) : result;
}

/* The decision is kept whatever becomes of the flags: where they are not made anew here (a large
 * round, an evaluator of one municipality, a busy database) they are stale, and the page says so.
 */
static void refresh_after(struct work *work) {
  if (refresh_now(work) == STORE_FAULT) {
    log_event(LOG_LEVEL_ERROR, "refresh_failed", "s:s", "route", work->route->pattern);
  }
}

/* To the group that was decided on: the next one of those that wait has its number then. */
static void go_back(struct work *work, const char *what) {
  struct quality_page page = page_of(work);
  int round = work_number(work, "round");
  const char *path =
      page.at == 0
          ? arena_printf(work->arena, "/rounds/%d/duplicates?done=%s", round, what)
          : arena_printf(work->arena,
                         "/rounds/%d/duplicates?show=%s&from_group=%zu&at=%zu&done=%s#group-%zu",
                         round, shows[page.show], page.first_group, page.at, what, page.at);
  work_redirect(work, path == NULL ? "/" : path);
}

static void refuse(struct work *work, unsigned status, const char *key) {
  size_t at = given_number(work, "at");
  const char *target = at == 0 ? NULL : arena_printf(work->arena, "group-%zu", at);
  const struct console_problem problem = {target, console_word(work, key)};
  show_again(work, status, &problem);
}

void duplicates_refresh(struct work *work) {
  if (!work->session->runs) {
    refuse(work, MHD_HTTP_FORBIDDEN, "quality_refresh_whole");
    return;
  }
  enum store_result result = refresh_now(work);
  if (result == STORE_INCOMPLETE) {
    refuse(work, MHD_HTTP_CONFLICT, "quality_stale_large");
  } else if (result == STORE_CLOSED) {
    refuse(work, MHD_HTTP_CONFLICT, "quality_finalised");
  } else if (console_settle(work, result)) {
    go_back(work, "quality_refreshed");
  }
}

/* ---- deciding */

struct deciding {
  int round;
  const char *a, *b, *decision, *counts, *note, *place;
};

static enum store_result decide(struct store *store, void *context) {
  const struct deciding *deciding = context;
  if (strcmp(deciding->decision, "undo") == 0) {
    return review_undo(store, deciding->round, deciding->a, deciding->b, deciding->place);
  }
  return review_decide(store, deciding->round, deciding->a, deciding->b, deciding->decision,
                       deciding->counts, deciding->note);
}

/* "same", "same_a", "same_b", "different", "undecided", "undo" of the form. */
static bool read_deciding(const struct work *work, struct deciding *deciding) {
  static const char *const plain[] = {"same", "different", "undecided", "undo"};
  const char *typed = work_field(work, "decision");
  *deciding = (struct deciding){.round = work_number(work, "round"),
                                .a = work_field(work, "a"),
                                .b = work_field(work, "b"),
                                .note = work_field(work, "note"),
                                .place = work_field(work, "place")};
  if (deciding->place[0] == '\0') {
    deciding->place = NULL;
  }
  for (size_t i = 0; i < array_length(plain); i++) {
    if (strcmp(typed, plain[i]) == 0) {
      deciding->decision = plain[i];
    }
  }
  if (strcmp(typed, "same_a") == 0 || strcmp(typed, "same_b") == 0) {
    deciding->decision = "same";
    deciding->counts = typed[5] == 'a' ? deciding->a : deciding->b;
  }
  return deciding->decision != NULL;
}

void duplicates_decide(struct work *work) {
  struct deciding deciding;
  if (!read_deciding(work, &deciding)) {
    refuse(work, MHD_HTTP_UNPROCESSABLE_CONTENT, "quality_decision_missing");
    return;
  }
  if (strcmp(deciding.a, deciding.b) == 0) {
    refuse(work, MHD_HTTP_UNPROCESSABLE_CONTENT, "quality_same_answer");
    return;
  }
  enum store_result result = console_review(work, decide, &deciding);
  if (result == STORE_REFUSED) {
    /* Either the note has more characters than fit, or an id is none. */
    refuse(work, MHD_HTTP_UNPROCESSABLE_CONTENT,
           strlen(deciding.note) > NOTE_MAX ? "quality_note_long" : "quality_gone");
  } else if (result == STORE_CONFLICT && strcmp(deciding.decision, "undo") == 0) {
    refuse(work, MHD_HTTP_CONFLICT, "quality_newer");
  } else if (result == STORE_CONFLICT) {
    refuse(work, MHD_HTTP_UNPROCESSABLE_CONTENT, "quality_apart");
  } else if (result == STORE_CLOSED) {
    refuse(work, MHD_HTTP_CONFLICT, "quality_finalised");
  } else if (result == STORE_NONE) {
    refuse(work, MHD_HTTP_CONFLICT, "quality_gone");
  } else if (console_settle(work, result)) {
    refresh_after(work);
    go_back(work, strcmp(deciding.decision, "undo") == 0 ? "quality_undone" : "quality_decided");
  }
}
