#include <string.h>

#include "store/code_store.h"
#include "store/course_store.h"
#include "web/console_gate.h"
#include "web/console_letter.h"
#include "web/console_pages.h"
#include "web/console_round.h"
#include "web/console_rounds.h"

/* What the page tells, of one municipality in one round. */
struct status {
  struct work *work;
  int round, municipality;
  struct round_row row;
  struct course_summary courses;
  int letters; /* printed; in a round with single-use codes those of all batches */
  const char *printed_on;
  struct code_batch *batches; /* of a round with single-use codes */
  size_t batches_count;
};

/* ---- asking */

/* Who sees many municipalities has a summary of each of them. */
static enum store_result ask_courses(struct store *store, struct status *status) {
  struct course_summary *rows;
  size_t count;
  enum store_result result =
      course_summarise(store, status->round, NULL, NULL, status->work->arena, &rows, &count);
  for (size_t i = 0; result == STORE_OK && i < count; i++) {
    if (rows[i].municipality == status->municipality) {
      status->courses = rows[i];
      return STORE_OK;
    }
  }
  return result == STORE_OK ? STORE_NONE : result;
}

/* Codes may have been made for a mail merge, which the log of prints does not know. */
static void count_batches(struct status *status) {
  status->letters = 0;
  for (size_t i = 0; i < status->batches_count; i++) {
    status->letters += status->batches[i].letters;
    status->printed_on = status->batches[i].made_on;
  }
}

static enum store_result ask(struct store *store, void *context) {
  struct status *status = context;
  struct arena *arena = status->work->arena;
  enum store_result result = round_find(store, status->round, arena, &status->row);
  if (result == STORE_OK) {
    result = ask_courses(store, status);
  }
  if (result == STORE_OK) {
    result = letter_print_count(store, status->round, status->municipality, arena, &status->letters,
                                &status->printed_on);
  }
  if (result == STORE_OK && status->row.single_codes) {
    result = code_batch_list(store, status->round, status->municipality, arena, &status->batches,
                             &status->batches_count);
    count_batches(status);
  }
  return result;
}

/* ---- in words */

static const char *number(const struct work *work, int n) {
  const char *text = arena_printf(work->arena, "%d", n);
  return text != NULL ? text : "";
}

static const char *fill_number(const struct work *work, const char *key, int n) {
  return words_fill(work->arena, console_word(work, key), "n", number(work, n), NULL);
}

static const char *printed_text(const struct work *work, const struct status *status) {
  if (status->letters == 0 || status->printed_on == NULL) {
    return console_word(work, "home_letters_none");
  }
  return words_fill(work->arena, console_word(work, "home_letters_last"), "n",
                    number(work, status->letters), "day", console_day(work, status->printed_on),
                    NULL);
}

/* "fra 3 til 5", "højst 4" or "5". */
static const char *bounds(const struct work *work, const char *stem, int least, int most) {
  const char *ending = least == most ? "_same" : least == 0 ? "_most" : "_bounds";
  return words_fill(work->arena, console_word_of(work, stem, ending), "least", number(work, least),
                    "most", number(work, most), NULL);
}

/* ---- tables */

static json_t *quarters_json(const struct work *work, const struct course_summary *courses) {
  json_t *rows = json_array();
  for (size_t i = 0; i < courses->quarters_count; i++) {
    const struct course_quarter *quarter = &courses->quarters[i];
    if (quarter->quarter == NULL) {
      continue;
    }
    json_t *row = json_pack("{s:s, s:i, s:i}", "quarter", console_quarter(work, quarter->quarter),
                            "closed", quarter->closed, "interrupted", quarter->interrupted);
    if (json_array_append_new(rows, row) != 0) {
      json_decref(rows);
      return NULL;
    }
  }
  return rows;
}

/* NULL when nothing is closed yet: an empty table tells nobody anything. */
static json_t *closed_json(const struct work *work, const struct course_summary *courses) {
  int interrupted = courses->interrupted - courses->interrupted_undated;
  if (courses->closed + interrupted == 0) {
    return NULL;
  }
  return json_pack("{s:o, s:i, s:i}", "quarters", quarters_json(work, courses), "closed",
                   courses->closed, "interrupted", interrupted);
}

/* How many there are, and what stands in no quarter. NULL: none. */
static const char *courses_text(const struct work *work, const struct course_summary *courses) {
  if (courses->courses == 0) {
    return NULL;
  }
  const char *text =
      arena_printf(work->arena, "%s %s", fill_number(work, "home_registered", courses->courses),
                   fill_number(work, "home_running", courses->running));
  if (text != NULL && courses->interrupted_undated > 0) {
    text = arena_printf(work->arena, "%s %s", text,
                        fill_number(work, "home_undated", courses->interrupted_undated));
  }
  return text != NULL ? text : "";
}

static json_t *coverage_json(const struct work *work, const struct course_summary *courses,
                             const struct coverage *coverage) {
  if (coverage->closed == 0 || coverage->sign == COVERAGE_OVER_PARENTS) {
    return NULL; /* numbers that do not belong together have no quotient */
  }
  const char *caption = words_fill(work->arena, console_word(work, "home_coverage_caption"), "from",
                                   console_day(work, courses->first_closed), "to",
                                   console_day(work, courses->last_closed), NULL);
  return json_pack("{s:s, s:i, s:s, s:s, s:s, s:b}", "caption", caption, "closed", coverage->closed,
                   "answers", rounds_answers(work, courses->answers), "families",
                   bounds(work, "home_families", coverage->families_least, coverage->families_most),
                   "percent",
                   bounds(work, "home_percent", coverage->percent_least, coverage->percent_most),
                   "loose", coverage->families_least != coverage->families_most);
}

/* What the numbers say when there are more answers than the courses explain. */
static json_t *sign_json(const struct work *work, const struct course_summary *courses,
                         const struct coverage *coverage) {
  if (coverage->sign == COVERAGE_PLAUSIBLE) {
    return NULL;
  }
  const char *stem = coverage->sign == COVERAGE_OVER_COURSES ? "home_over_courses"
                     : courses->courses == 0                 ? "home_over_nothing"
                                                             : "home_over_parents";
  return json_pack("{s:s, s:s, s:b}", "title", console_word_of(work, stem, "_title"), "text",
                   console_word_for(work, stem, coverage->most == 1), "bad",
                   coverage->sign == COVERAGE_OVER_PARENTS);
}

static json_t *batches_json(const struct work *work, const struct status *status) {
  json_t *rows = json_array();
  for (size_t i = 0; i < status->batches_count; i++) {
    const struct code_batch *batch = &status->batches[i];
    const char *answers = batch->answers == NULL ? console_word(work, "home_batch_finalised")
                                                 : rounds_answers(work, batch->answers);
    json_t *row = json_pack("{s:s, s:s, s:i, s:s, s:b}", "name", batch->name, "made",
                            console_day(work, batch->made_on), "letters", batch->letters, "answers",
                            answers, "cancelled", batch->cancelled);
    if (json_array_append_new(rows, row) != 0) {
      json_decref(rows);
      return NULL;
    }
  }
  return rows;
}

/* ---- the page */

static void put_head(json_t **data, const struct work *work, const struct status *status) {
  const struct link_row *link = &work->session->link;
  bool open = status->row.state == ROUND_OPEN && link->code != NULL;
  unsigned role = console_role_bit(work);
  console_put_text(data, "heading", link->name);
  console_put_text(data, "round", status->row.title);
  console_put_text(data, "state", console_round_state(work, &status->row));
  console_put_text(data, "base", letter_path(work, ""));
  console_put_text(data, "url",
                   open ? arena_printf(work->arena, "%s/S/%s", work->config->public_url, link->code)
                        : NULL);
  console_put(data, "personal",
              status->row.personal_of == 0
                  ? NULL
                  : json_pack("{s:b, s:b}", "notice", role == ROUTE_EVALUATOR, "shut", !open));
  console_put(
      data, "of",
      role == ROUTE_MUNICIPALITY ? NULL : json_pack("{s:s}", "href", console_round_path(work, "")));
  console_put(data, "may_set",
              json_boolean((role & (ROUTE_MUNICIPALITY | ROUTE_ADMIN)) != 0 &&
                           status->row.personal_of == 0));
}

static void show(struct work *work, const struct status *status) {
  const struct course_summary *courses = &status->courses;
  struct coverage coverage = course_coverage(courses);
  json_t *data = console_frame(work, work->session->link.name);
  put_head(&data, work, status);
  console_put(&data, "child", json_boolean(coverage.most == 1));
  console_put(&data, "sign", sign_json(work, courses, &coverage));
  console_put_text(&data, "answers", rounds_answers(work, courses->answers));
  console_put_text(&data, "letters", printed_text(work, status));
  console_put_text(&data, "courses", courses_text(work, courses));
  console_put_text(&data, "courses_none",
                   words_fill(work->arena, console_word(work, "home_courses_none"), "import",
                              console_word(work, "home_import"), NULL));
  console_put(&data, "closed", closed_json(work, courses));
  console_put_text(&data, "coverage_none",
                   console_word(work, coverage.sign == COVERAGE_OVER_PARENTS
                                          ? "home_coverage_off"
                                          : "home_coverage_none"));
  console_put(&data, "coverage", coverage_json(work, courses, &coverage));
  console_put(&data, "single",
              status->row.single_codes ? json_pack("{s:o}", "batches", batches_json(work, status))
                                       : NULL);
  console_send(work, MHD_HTTP_OK, CONSOLE_MUNICIPALITY, data);
}

void municipality_show(struct work *work) {
  const struct link_row *link = &work->session->link;
  struct status status = {.work = work, .round = link->round, .municipality = link->municipality};
  if (console_settle(work, console_ask(work, ask, &status))) {
    show(work, &status);
  }
}
