#include "web/console_duplicates.h"

#include <stdlib.h>
#include <string.h>

#include "store/questionnaire_store.h"
#include "web/console.h"
#include "web/console_gate.h"
#include "web/console_pages.h"

/* More answers are not compared while somebody waits for a page. */
enum { REFRESH_ANSWERS_MAX = 2000, NOTE_MAX = 1000 };

/* ---- asking */

static enum store_result load_round(struct store *store, void *context) {
  struct quality_page *page = context;
  struct arena *arena = page->work->arena;
  struct questionnaire_row row;
  struct complaints complaints = {0};
  enum store_result result =
      round_find(store, work_number(page->work, "round"), arena, &page->round);
  if (result == STORE_OK) {
    result = questionnaire_find(store, page->round.questionnaire, page->round.version, arena, &row);
  }
  if (result != STORE_OK) {
    return result;
  }
  page->questionnaire = questionnaire_load(row.definition, arena, &complaints);
  return page->questionnaire == NULL ? STORE_FAULT : STORE_OK;
}

static bool is_in_cluster(const struct pair_cluster *clusters, size_t count, const char *id) {
  for (size_t i = 0; i < count; i++) {
    for (size_t j = 0; j < clusters[i].count; j++) {
      if (strcmp(clusters[i].ids[j], id) == 0) {
        return true;
      }
    }
  }
  return false;
}

/* Clusters, then decided pairs of which one at least is in none. */
static bool make_groups(struct quality_page *page) {
  struct pair_cluster *clusters;
  size_t count;
  struct arena *arena = page->work->arena;
  page->groups = arena_array(arena, 2 * page->pairs_count + 1, sizeof *page->groups);
  if (page->groups == NULL ||
      !pair_clusters(page->pairs, page->pairs_count, arena, &clusters, &count)) {
    return false;
  }
  page->clusters_count = page->groups_count = count;
  for (size_t i = 0; i < count; i++) {
    page->groups[i] =
        (struct quality_group){clusters[i].ids, clusters[i].count, clusters[i].municipality,
                               clusters[i].municipality_name};
  }
  for (size_t i = 0; i < page->pairs_count; i++) {
    const struct pair_row *pair = &page->pairs[i];
    if (pair->flagged || pair->decided.decision == NULL ||
        (is_in_cluster(clusters, count, pair->a) && is_in_cluster(clusters, count, pair->b))) {
      continue;
    }
    const char **ids = arena_array(arena, 2, sizeof *ids);
    if (ids == NULL) {
      return false;
    }
    ids[0] = pair->a;
    ids[1] = pair->b;
    page->groups[page->groups_count++] =
        (struct quality_group){ids, 2, pair->municipality, pair->municipality_name};
  }
  return true;
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
  if (result == STORE_OK && !make_groups(page)) {
    result = STORE_FAULT;
  }
  if (result == STORE_OK) {
    result = review_list(store, round, arena, &page->reviews, &page->reviews_count);
  }
  return result == STORE_OK ? load_answers(store, page) : result;
}

static enum store_result load_figures(struct store *store, struct quality_page *page) {
  int municipality = console_staff(page->work)->scope.municipality;
  enum store_result result =
      quality_figures(store, page->round.id, municipality, page->work->arena, &page->figures);
  return result == STORE_NONE ? STORE_OK : result;
}

/* A day that does not exist is the form's fault, and fails no more than the one question, as
 * this stands last. */
static enum store_result load_coverage(struct store *store, struct quality_page *page) {
  enum store_result result =
      coverage_list(store, page->round.id, page->from, page->to, page->work->arena, &page->coverage,
                    &page->coverage_count);
  page->coverage_wrong = result == STORE_REFUSED;
  return result;
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
  return result == STORE_OK ? load_coverage(store, page) : result;
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
  return console_staff(page->work)->scope.municipality == 0;
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
  const char *number = arena_printf(work->arena, "%lld", page->run.answers);
  return words_fill(work->arena, console_word(work, "quality_computed"), "moment",
                    console_moment(work, page->run.refreshed_at), "n", number == NULL ? "" : number,
                    NULL);
}

/* What the flags cannot rest on. NULL: nothing is missing. */
static const char *traces_text(const struct quality_page *page) {
  if (page->run.finalised || page->run.answers == 0 || page->run.traced == page->run.answers) {
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

static json_t *next_json(const struct quality_page *page) {
  size_t next = page->first_group + QUALITY_GROUPS_A_PAGE;
  return next >= page->groups_count ? NULL : json_sprintf("%s?from_group=%zu", base(page), next);
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
  console_put_text(data, "groups_title", page->run.finalised ? NULL : heading_of_groups(page));
}

static void show(struct work *work, unsigned status, const struct quality_page *page,
                 const struct console_problem *problem) {
  json_t *data = console_frame(work, console_word(work, "quality_title"));
  put_head(&data, page);
  console_put_problems(&data, problem, problem == NULL ? 0 : 1);
  console_put(&data, "groups", quality_groups_json(page));
  console_put(&data, "next", next_json(page));
  console_put(&data, "signs", quality_signs_json(page));
  console_put(&data, "figures", quality_figures_json(page));
  console_put_text(
      &data, "no_figures",
      console_word(work, page->run.finalised ? "quality_figures_gone" : "quality_figures_none"));
  console_put(&data, "coverage", quality_coverage_json(page));
  console_send(work, status, CONSOLE_DUPLICATES, data);
}

static const char *given(const struct work *work, const char *name) {
  const char *value = work_query(work, name);
  return value == NULL || value[0] == '\0' ? NULL : value;
}

static size_t first_group(const struct work *work) {
  const char *text = given(work, "from_group");
  size_t digits = text == NULL ? 0 : strspn(text, "0123456789");
  return digits == 0 || digits > 6 || text[digits] != '\0' ? 0 : strtoul(text, NULL, 10);
}

static bool is_day(const char *text) {
  return text == NULL || (strlen(text) == 10 && strspn(text, "0123456789-") == 10 &&
                          text[4] == '-' && text[7] == '-');
}

static struct quality_page page_of(struct work *work) {
  struct quality_page page = {.work = work,
                              .from = given(work, "from"),
                              .to = given(work, "to"),
                              .first_group = first_group(work)};
  page.coverage_wrong = !is_day(page.from) || !is_day(page.to);
  return page;
}

static void show_again(struct work *work, unsigned status, const struct console_problem *problem) {
  struct quality_page page = page_of(work);
  bool wrong = page.coverage_wrong;
  if (wrong) {
    page.from = page.to = NULL;
  }
  if (!console_settle(work, console_ask(work, load_round, &page))) {
    return;
  }
  enum store_result result = console_review(work, load, &page);
  if (page.coverage_wrong && result == STORE_REFUSED) {
    wrong = true;
    page.from = page.to = NULL;
    result = console_review(work, load, &page);
  }
  if (!console_settle(work, result)) {
    return;
  }
  page.coverage_wrong = wrong;
  const struct console_problem day = {"from", console_word(work, "quality_day_wrong")};
  show(work, wrong ? MHD_HTTP_UNPROCESSABLE_CONTENT : status, &page, wrong ? &day : problem);
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

/* STORE_OK also when there is too much to do here, or nothing may be changed any more. */
static enum store_result refresh_now(struct work *work) {
  struct quality_page page = {.work = work};
  enum store_result result = console_ask(work, load_round, &page);
  if (result == STORE_OK) {
    result = console_review(work, refresh, &page);
  }
  return result == STORE_INCOMPLETE || result == STORE_CLOSED ? STORE_OK : result;
}

static void go_back(struct work *work, const char *what) {
  const char *path = arena_printf(work->arena, "/rounds/%d/duplicates", work_number(work, "round"));
  console_done(work, path == NULL ? "/" : path, what);
}

static void refuse(struct work *work, unsigned status, const char *key) {
  const struct console_problem problem = {NULL, console_word(work, key)};
  show_again(work, status, &problem);
}

void duplicates_refresh(struct work *work) {
  if (console_staff(work)->scope.municipality != 0) {
    refuse(work, MHD_HTTP_FORBIDDEN, "quality_refresh_whole");
  } else if (console_settle(work, refresh_now(work))) {
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
    /* What cannot be made anew here is stale, and the page says so. */
    (void)!refresh_now(work);
    go_back(work, strcmp(deciding.decision, "undo") == 0 ? "quality_undone" : "quality_decided");
  }
}
