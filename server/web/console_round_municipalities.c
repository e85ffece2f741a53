/* How far each municipality of a round has come, with the evaluator's exact numbers. */
#include "store/quality_store.h"
#include "store/status_store.h"
#include "web/console.h"
#include "web/console_gate.h"
#include "web/console_pages.h"
#include "web/console_round.h"

struct standing {
  struct work *work;
  int round;
  struct round_row row;
  struct status_row *status;
  size_t status_count;
  struct coverage_row *coverage;
  size_t coverage_count;
};

static enum store_result ask(struct store *store, void *context) {
  struct standing *page = context;
  struct arena *arena = page->work->arena;
  enum store_result result = round_find(store, page->round, arena, &page->row);
  return result == STORE_OK
             ? status_list(store, page->round, arena, &page->status, &page->status_count)
             : result;
}

static enum store_result ask_coverage(struct store *store, void *context) {
  struct standing *page = context;
  return coverage_list(store, page->round, NULL, NULL, page->work->arena, &page->coverage,
                       &page->coverage_count);
}

static const struct coverage_row *coverage_of_row(const struct standing *page, int municipality) {
  for (size_t i = 0; i < page->coverage_count; i++) {
    if (page->coverage[i].municipality == municipality) {
      return &page->coverage[i];
    }
  }
  return NULL;
}

/* "mellem 40 og 80 %"; NULL where numbers do not belong together. */
static const char *percent(const struct work *work, const struct coverage *coverage) {
  if (coverage->closed == 0 || coverage->sign == COVERAGE_OVER_PARENTS) {
    return NULL;
  }
  bool same = coverage->percent_least == coverage->percent_most;
  return words_fill(work->arena,
                    console_word(work, same ? "round_percent_same" : "round_percent_bounds"),
                    "least", console_round_number(work, coverage->percent_least), "most",
                    console_round_number(work, coverage->percent_most), NULL);
}

static const char *sign_of(const struct work *work, const struct coverage *coverage) {
  switch (coverage->sign) {
  case COVERAGE_OVER_PARENTS:
    return coverage->closed + coverage->interrupted == 0
               ? console_word(work, "quality_unregistered")
               : console_word_for(work, "quality_alarm", coverage->most == 1);
  case COVERAGE_OVER_COURSES:
    return console_word(work, "quality_warning");
  case COVERAGE_PLAUSIBLE:
    break;
  }
  return NULL;
}

static const char *day_or_not(const struct work *work, const char *on) {
  return on != NULL ? console_day(work, on) : console_word(work, "home_not_yet");
}

static json_t *row_json(const struct standing *page, const struct status_row *row) {
  const struct work *work = page->work;
  const struct coverage_row *coverage = coverage_of_row(page, row->municipality);
  return json_pack("{s:i, s:s, s:i, s:i, s:i, s:s, s:s?, s:s, s:s}", "code", row->municipality,
                   "name", row->name, "answers", coverage == NULL ? 0 : coverage->answers, "closed",
                   row->closed, "interrupted", row->interrupted, "percent",
                   coverage == NULL || percent(work, &coverage->coverage) == NULL
                       ? console_word(work, "quality_unknown")
                       : percent(work, &coverage->coverage),
                   "sign", coverage == NULL ? NULL : sign_of(work, &coverage->coverage), "printed",
                   day_or_not(work, row->printed_on), "changed", day_or_not(work, row->courses_on));
}

static json_t *rows_json(const struct standing *page) {
  json_t *list = json_array();
  for (size_t i = 0; i < page->status_count; i++) {
    if (json_array_append_new(list, row_json(page, &page->status[i])) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

static const char *total_text(const struct standing *page) {
  const struct work *work = page->work;
  long long answers = 0, closed = 0;
  for (size_t i = 0; i < page->status_count; i++) {
    const struct coverage_row *coverage = coverage_of_row(page, page->status[i].municipality);
    answers += coverage == NULL ? 0 : coverage->answers;
    closed += page->status[i].closed;
  }
  return words_fill(work->arena, console_word(work, "round_total"), "answers",
                    console_round_number(work, answers), "closed",
                    console_round_number(work, closed), NULL);
}

void round_municipalities_show(struct work *work) {
  struct standing page = {.work = work, .round = work_number(work, "round")};
  if (!console_settle(work, console_ask(work, ask, &page)) ||
      !console_settle(work, console_review(work, ask_coverage, &page))) {
    return;
  }
  json_t *data = console_frame(work, console_word(work, "round_municipalities_title"));
  console_put_text(&data, "title_of", page.row.title);
  console_put_text(&data, "base", console_round_path(work, ""));
  console_put(&data, "child",
              json_boolean(page.coverage_count > 0 && page.coverage[0].coverage.most == 1));
  console_put(&data, "rows", rows_json(&page));
  console_put_text(&data, "total", total_text(&page));
  console_send(work, MHD_HTTP_OK, CONSOLE_ROUND_MUNICIPALITIES, data);
}
