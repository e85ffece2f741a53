/* The forms of a personal round, case by case: which have come in at start and at close. */
#include <stdlib.h>
#include <string.h>

#include "web/console.h"
#include "web/console_form.h"
#include "web/console_gate.h"
#include "web/console_pages.h"
#include "web/console_round.h"

/* As the report pairs them (survey/report_case.h): by case number and informant; where there are
 * several of an occasion, none of them counts. */
enum pairing { PAIRED, START_ONLY, CLOSE_ONLY, DOUBLED, PAIRINGS };
static const char *const NAMES[PAIRINGS] = {"paired", "start", "close", "doubled"};

struct form_case {
  const struct form_row *forms;
  size_t count, starts;
};

struct cases {
  const struct form_page *page;
  struct form_case *items;
  size_t count;
  size_t of[PAIRINGS + 1]; /* how many; the last: in all */
  size_t chosen;           /* those alone are shown; PAIRINGS: all */
};

static size_t closes(const struct form_case *one) {
  return one->count - one->starts;
}

static enum pairing pairing_of(const struct form_case *one) {
  return one->starts > 1 || closes(one) > 1 ? DOUBLED
         : closes(one) == 0                 ? START_ONLY
         : one->starts == 0                 ? CLOSE_ONLY
                                            : PAIRED;
}

/* ---- pairing */

static int by_case(const void *left, const void *right) {
  const struct form_row *x = left, *y = right;
  int order = strcmp(x->number, y->number);
  return order != 0 ? order : (x->informant > y->informant) - (x->informant < y->informant);
}

/* The first choice of the occasion is the start. */
static bool is_start(const struct form_page *page, const struct form_row *form) {
  const struct questionnaire *questionnaire = page->questionnaire;
  return form->occasion == questionnaire->questions[questionnaire->pairs.occasion].choices[0].code;
}

/* False when memory is out. */
static bool pair(struct cases *cases) {
  const struct form_page *page = cases->page;
  cases->items = arena_array(page->work->arena, page->forms_count + 1, sizeof *cases->items);
  if (cases->items == NULL) {
    return false;
  }
  qsort(page->forms, page->forms_count, sizeof *page->forms, by_case);
  for (size_t i = 0; i < page->forms_count; i++) {
    const struct form_row *form = &page->forms[i];
    if (i == 0 || by_case(form - 1, form) != 0) {
      cases->items[cases->count++] = (struct form_case){.forms = form};
    }
    struct form_case *one = &cases->items[cases->count - 1];
    one->count++;
    one->starts += is_start(page, form) ? 1 : 0;
  }
  for (size_t i = 0; i < cases->count; i++) {
    cases->of[pairing_of(&cases->items[i])]++;
  }
  cases->of[PAIRINGS] = cases->count;
  return true;
}

static size_t chosen(const struct work *work) {
  const char *asked = work_query(work, "show");
  size_t found = 0;
  while (found < PAIRINGS && (asked == NULL || strcmp(asked, NAMES[found]) != 0)) {
    found++;
  }
  return found;
}

/* ---- the page */

/* How many there are of each kind, with a link to those alone; the first is all. */
static json_t *kinds_json(const struct cases *cases) {
  const struct work *work = cases->page->work;
  json_t *list = json_array();
  for (size_t i = 0; i <= PAIRINGS; i++) {
    size_t kind = i == 0 ? PAIRINGS : i - 1;
    const char *name = kind == PAIRINGS ? "all" : NAMES[kind];
    const char *rest = kind == PAIRINGS ? "" : arena_printf(work->arena, "?show=%s", name);
    json_t *item = json_pack(
        "{s:s, s:s, s:s, s:b}", "href", console_form_path(work, rest == NULL ? "" : rest), "name",
        console_word_of(work, "forms_", name), "n",
        console_round_number(work, (long long)cases->of[kind]), "here", kind == cases->chosen);
    if (json_array_append_new(list, item) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

/* Finalising leaves the quarter, as the first day of it. */
static const char *entered(const struct form_page *page, const struct form_row *form) {
  return page->row.state == ROUND_FINALISED ? console_quarter(page->work, form->entered_on)
                                            : console_day(page->work, form->entered_on);
}

static json_t *forms_json(const struct cases *cases, const struct form_case *one, bool start) {
  const struct form_page *page = cases->page;
  json_t *list = json_array();
  for (size_t i = 0; i < one->count; i++) {
    const struct form_row *form = &one->forms[i];
    const char *rest = arena_printf(page->work->arena, "/%s", form->form);
    json_t *item = json_pack("{s:s, s:s, s:s}", "href",
                             console_form_path(page->work, rest == NULL ? "" : rest), "day",
                             entered(page, form), "name", console_form_name(page, form));
    if (is_start(page, form) != start) {
      json_decref(item);
    } else if (json_array_append_new(list, item) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

static json_t *case_json(const struct cases *cases, const struct form_case *one) {
  const struct form_page *page = cases->page;
  enum pairing pairing = pairing_of(one);
  int informant = page->questionnaire->pairs.informant;
  return json_pack("{s:s, s:s, s:o, s:o, s:s, s:b}", "number", one->forms[0].number, "informant",
                   console_form_choice(page, informant, one->forms[0].informant), "starts",
                   forms_json(cases, one, true), "closes", forms_json(cases, one, false), "pairing",
                   console_word_of(page->work, "forms_is_", NAMES[pairing]), "bad",
                   pairing == DOUBLED);
}

static json_t *rows_json(const struct cases *cases) {
  json_t *rows = json_array();
  for (size_t i = 0; i < cases->count; i++) {
    const struct form_case *one = &cases->items[i];
    bool shown = cases->chosen == PAIRINGS || pairing_of(one) == cases->chosen;
    if (shown && json_array_append_new(rows, case_json(cases, one)) != 0) {
      json_decref(rows);
      return NULL;
    }
  }
  return rows;
}

static const char *occasion(const struct form_page *page, size_t which) {
  const struct questionnaire *questionnaire = page->questionnaire;
  return questionnaire->questions[questionnaire->pairs.occasion].choices[which].words.text;
}

static void show(const struct cases *cases) {
  const struct form_page *page = cases->page;
  struct work *work = page->work;
  json_t *data = console_frame(work, console_word(work, "forms_title"));
  console_put_text(&data, "round", page->row.title);
  bool evaluates = console_role_bit(work) == ROUTE_EVALUATOR;
  console_put_text(&data, "back",
                   evaluates ? console_round_path(work, "") : console_form_home(work));
  console_put_text(&data, "here", console_form_path(work, ""));
  console_put(&data, "open", json_boolean(page->row.state == ROUND_OPEN));
  console_put_text(&data, "start", occasion(page, 0));
  console_put_text(&data, "close", occasion(page, 1));
  console_put(&data, "kinds",
              cases->count == 0 ? NULL : json_pack("{s:o}", "items", kinds_json(cases)));
  console_put(&data, "doubled", json_boolean(cases->of[DOUBLED] > 0));
  console_put(&data, "rows", rows_json(cases));
  console_send(work, MHD_HTTP_OK, CONSOLE_FORMS, data);
}

void forms_show(struct work *work) {
  struct form_page page;
  if (!console_form_load(&page, work)) {
    return;
  }
  struct cases cases = {.page = &page, .chosen = chosen(work)};
  if (pair(&cases)) {
    show(&cases);
  } else {
    console_fail(work, STORE_FAULT);
  }
}
