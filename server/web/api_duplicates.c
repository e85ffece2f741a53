/* Answers that may be one person's: the pairs that the last refresh found, decisions, a refresh. */
#include <string.h>
#include <strings.h>

#include "output/sentence.h"
#include "store/review_store.h"
#include "web/api.h"
#include "web/console.h"
#include "web/console_gate.h"
#include "web/console_pages.h"
#include "web/console_round.h"

enum { NOTE_MAX = 1000, PAGE = 100, PAGE_MAX = 500 };

struct duplicates {
  struct work *work;
  struct round_row round;
  const struct questionnaire *questionnaire;
  struct quality_run run;
  struct quality_counts counts;
  struct pair_page page;
  bool lost; /* there is no such pair to go on from */
  struct pair_cluster *clusters;
  size_t clusters_count;
};

static enum store_result load_round(struct store *store, void *context) {
  struct duplicates *found = context;
  return console_round_load(store, found->work, &found->round, &found->questionnaire);
}

/* False when the work is answered: a finalised round has no pairs any more. */
static bool open_round(struct duplicates *found, struct work *work) {
  *found = (struct duplicates){.work = work};
  if (!console_settle(work, console_ask(work, load_round, found))) {
    return false;
  }
  if (found->round.state == ROUND_FINALISED) {
    api_fail(work, MHD_HTTP_CONFLICT, "finalised");
    return false;
  }
  return true;
}

/* ---- list */

/* "A:B", the ids of a pair. */
static const char *cursor_of(const struct duplicates *found, const struct pair_row *pair) {
  return arena_printf(found->work->arena, "%s:%s", pair->a, pair->b);
}

static bool read_cursor(struct duplicates *found) {
  const char *cursor = work_query(found->work, "after");
  const char *colon = cursor == NULL ? NULL : strchr(cursor, ':');
  if (colon != NULL) {
    found->page.after_a = arena_copy(found->work->arena, cursor, (size_t)(colon - cursor));
    found->page.after_b = colon + 1;
  }
  return cursor == NULL || (colon != NULL && found->page.after_a != NULL);
}

static enum store_result note_view(struct store *store, const struct duplicates *found) {
  const struct pair_page *page = &found->page;
  int *municipalities = arena_array(found->work->arena, page->count + 1, sizeof *municipalities);
  for (size_t i = 0; municipalities != NULL && i < page->count; i++) {
    municipalities[i] = page->rows[i].municipality;
  }
  return municipalities == NULL
             ? STORE_FAULT
             : review_note_view(store, found->round.id, municipalities, page->count);
}

/* Pairs have the order of the last refresh: after another one the pair may be gone. */
static enum store_result load_pairs(struct store *store, void *context) {
  struct duplicates *found = context;
  struct arena *arena = found->work->arena;
  enum store_result result = quality_run_find(store, found->round.id, arena, &found->run);
  if (result == STORE_OK) {
    result = pair_page(store, found->round.id, arena, &found->page);
    found->lost = result == STORE_NONE || result == STORE_REFUSED;
  }
  if (result == STORE_OK) {
    result = pair_groups(store, found->round.id, &found->page, arena, &found->clusters,
                         &found->clusters_count);
  }
  return result == STORE_OK ? note_view(store, found) : result;
}

static json_t *reasons_texts(const struct duplicates *found, const char *stored) {
  struct linkage_reason reasons[LINKAGE_REASONS_MAX];
  size_t count = reasons_read(found->questionnaire, stored, reasons, LINKAGE_REASONS_MAX);
  json_t *list = json_array();
  for (size_t i = 0; i < count; i++) {
    const char *text = sentence_of_reason(found->work->arena, console_words(found->work),
                                          found->questionnaire, &reasons[i]);
    (void)json_array_append_new(list, json_string(text));
  }
  return list;
}

static json_t *decision_json(const struct review_row *decided) {
  if (decided->decision == NULL) {
    return json_null();
  }
  return json_pack("{s:s, s:s?, s:s, s:s, s:s, s:s, s:i}", "decision", decided->decision, "counts",
                   decided->counts, "note", decided->note, "by", decided->actor, "by_name",
                   decided->actor_name, "at", decided->decided_at, "place", decided->place);
}

static json_t *pair_json(const struct duplicates *found, const struct pair_row *pair) {
  bool told = !pair->words_only;
  return json_pack("{s:s, s:s, s:i, s:f, s:o, s:o, s:b, s:b, s:o, s:o}", "a", pair->a, "b", pair->b,
                   "municipality", pair->municipality, "weight_bits", pair->weight_bits,
                   "probability", told ? json_real(pair->probability) : json_null(), "chance",
                   told ? json_real(pair->chance) : json_null(), "flagged", pair->flagged,
                   "reasons_only", pair->words_only, "reasons", reasons_texts(found, pair->reasons),
                   "decided", decision_json(&pair->decided));
}

static json_t *cluster_json(const struct pair_cluster *cluster) {
  json_t *list = json_array();
  for (size_t i = 0; i < cluster->count; i++) {
    (void)json_array_append_new(list, json_string(cluster->ids[i]));
  }
  return list;
}

static void send_page(const struct duplicates *found) {
  const struct pair_page *page = &found->page;
  json_t *pairs = json_array(), *clusters = json_array();
  for (size_t i = 0; i < page->count; i++) {
    (void)json_array_append_new(pairs, pair_json(found, &page->rows[i]));
  }
  for (size_t i = 0; i < found->clusters_count; i++) {
    (void)json_array_append_new(clusters, cluster_json(&found->clusters[i]));
  }
  work_json(found->work, MHD_HTTP_OK,
            json_pack("{s:i, s:s?, s:b, s:I, s:I, s:I, s:o, s:o, s:s?}", "round", found->round.id,
                      "computed_at", found->run.refreshed_at, "stale", found->run.stale, "answers",
                      (json_int_t)found->run.answers, "traced", (json_int_t)found->run.traced,
                      "total", (json_int_t)page->total, "pairs", pairs, "clusters", clusters,
                      "next", page->more ? cursor_of(found, &page->rows[page->count - 1]) : NULL));
}

void api_duplicates(struct work *work) {
  struct duplicates found;
  int limit = api_query_number(work, "limit", PAGE_MAX, PAGE);
  if (limit == 0 || !open_round(&found, work)) {
    return;
  }
  found.page.limit = (size_t)limit;
  found.lost = !read_cursor(&found);
  enum store_result result = found.lost ? STORE_NONE : console_review(work, load_pairs, &found);
  if (found.lost) {
    api_invalid(work, "after", "cursor");
  } else if (console_settle(work, result)) {
    send_page(&found);
  }
}

/* ---- refresh */

static enum store_result refresh(struct store *store, void *context) {
  struct duplicates *found = context;
  enum store_result result = quality_refresh(store, found->round.id, found->questionnaire);
  if (result == STORE_OK) {
    result = quality_run_find(store, found->round.id, found->work->arena, &found->run);
  }
  return result == STORE_OK ? quality_count(store, found->round.id, &found->counts) : result;
}

void api_duplicates_refresh(struct work *work) {
  struct duplicates found;
  const struct quality_counts *counts = &found.counts;
  if (!open_round(&found, work)) {
    return;
  }
  enum store_result result = console_review(work, refresh, &found);
  if (result == STORE_CLOSED) {
    api_fail(work, MHD_HTTP_CONFLICT, "finalised");
  } else if (console_settle(work, result)) {
    work_json(work, MHD_HTTP_OK,
              json_pack("{s:i, s:s?, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:f}", "round",
                        found.round.id, "computed_at", found.run.refreshed_at, "answers",
                        (json_int_t)counts->answers, "traced", (json_int_t)found.run.traced,
                        "flag_duplicate", (json_int_t)counts->duplicate, "scale_reversed",
                        (json_int_t)counts->reversed, "scale_mirrored",
                        (json_int_t)counts->mirrored, "flag_speed", (json_int_t)counts->speed,
                        "flag_straightline", (json_int_t)counts->straightline, "flag_empty",
                        (json_int_t)counts->empty, "flag_burst", (json_int_t)counts->burst,
                        "weight", counts->weight));
  }
}

/* ---- deciding */

struct deciding {
  int round;
  const char *a, *b, *decision, *counts, *note;
  const char *place; /* of the decision that is undone, as text; NULL: whichever holds */
};

static bool undoes(const struct deciding *deciding) {
  return strcmp(deciding->decision, "undo") == 0;
}

static enum store_result decide(struct store *store, void *context) {
  const struct deciding *deciding = context;
  return undoes(deciding)
             ? review_undo(store, deciding->round, deciding->a, deciding->b, deciding->place)
             : review_decide(store, deciding->round, deciding->a, deciding->b, deciding->decision,
                             deciding->counts, deciding->note);
}

static bool is_id(const char *text) {
  return strlen(text) == 36 && strspn(text, "0123456789abcdefABCDEF-") == 36;
}

static const char *read_id(struct api_fields *fields, const char *name) {
  const char *id = api_text(fields, name);
  if (id == NULL || !is_id(id)) {
    api_field_error(fields, name, "response_id");
    return "";
  }
  return id;
}

static void read_verdict(struct api_fields *fields, struct deciding *deciding) {
  static const char *const verdicts[] = {"same", "different", "undecided", "undo"};
  const char *given = api_text(fields, "decision");
  for (size_t i = 0; given != NULL && i < array_length(verdicts); i++) {
    if (strcmp(given, verdicts[i]) == 0) {
      deciding->decision = verdicts[i];
    }
  }
  if (deciding->decision == NULL) {
    api_field_error(fields, "decision", "decision");
    deciding->decision = "";
  }
}

static void read_deciding(struct api_fields *fields, struct deciding *deciding) {
  deciding->a = read_id(fields, "a");
  deciding->b = read_id(fields, "b");
  read_verdict(fields, deciding);
  deciding->counts = api_text(fields, "counts");
  deciding->note = api_text(fields, "note");
  int place = api_number(fields, "place");
  if (place > 0) {
    deciding->place = arena_printf(fields->work->arena, "%d", place);
  }
  if (deciding->a[0] != '\0' && strcasecmp(deciding->a, deciding->b) == 0) {
    api_field_error(fields, "b", "same_answer");
  }
  if (deciding->counts != NULL && (strcmp(deciding->decision, "same") != 0 ||
                                   (strcasecmp(deciding->counts, deciding->a) != 0 &&
                                    strcasecmp(deciding->counts, deciding->b) != 0))) {
    api_field_error(fields, "counts", "counts");
  }
}

static void refuse(struct work *work, const struct deciding *deciding, enum store_result result) {
  if (result == STORE_REFUSED && deciding->note != NULL && strlen(deciding->note) > NOTE_MAX) {
    api_invalid(work, "note", "note");
  } else if (result == STORE_REFUSED) {
    api_invalid(work, "a", "response_id");
  } else if (result == STORE_CONFLICT && undoes(deciding)) {
    api_fail(work, MHD_HTTP_CONFLICT, "newer");
  } else if (result == STORE_CONFLICT) {
    api_invalid(work, "b", "two_municipalities");
  } else if (result == STORE_CLOSED) {
    api_fail(work, MHD_HTTP_CONFLICT, "finalised");
  } else {
    console_fail(work, result);
  }
}

static void decide_now(struct work *work, struct deciding *deciding) {
  enum store_result result = console_review(work, decide, deciding);
  if (result != STORE_OK) {
    refuse(work, deciding, result);
    return;
  }
  work_json(work, MHD_HTTP_OK,
            json_pack("{s:i, s:s, s:s, s:s, s:s?}", "round", deciding->round, "a", deciding->a, "b",
                      deciding->b, "decision", undoes(deciding) ? "undone" : deciding->decision,
                      "counts", deciding->counts));
}

void api_duplicates_decide(struct work *work) {
  struct deciding deciding = {.round = work_number(work, "round")};
  struct api_fields fields;
  if (api_fields_begin(&fields, work)) {
    read_deciding(&fields, &deciding);
    if (api_fields_settle(&fields)) {
      decide_now(work, &deciding);
    }
  }
  api_fields_end(&fields);
}
