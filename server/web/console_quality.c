#include <math.h>
#include <string.h>

#include "survey/confirm.h"
#include "web/console.h"
#include "web/console_duplicates.h"
#include "web/console_gate.h"

static bool add(json_t *list, json_t *item) {
  return json_array_append_new(list, item) == 0;
}

static const char *fill(const struct work *work, const char *key, const char *name,
                        const char *value) {
  return words_fill(work->arena, console_word(work, key), name, value, NULL);
}

/* ---- other signs */

const char *quality_signs(const struct work *work, const struct quality_flags *flags) {
  const struct {
    bool set;
    const char *name;
  } signs[] = {{flags->scale == 1, "reversed"}, {flags->scale == 2, "mirrored"},
               {flags->speed == 1, "speed"},    {flags->straightline == 1, "straightline"},
               {flags->empty == 1, "empty"},    {flags->burst == 1, "burst"}};
  const char *all = "";
  for (size_t i = 0; i < array_length(signs); i++) {
    if (signs[i].set) {
      const char *more = arena_printf(work->arena, "%s%s%s", all, all[0] == '\0' ? "" : ", ",
                                      console_word_of(work, "quality_sign_", signs[i].name));
      all = more == NULL ? all : more;
    }
  }
  return all;
}

/* "3", or that nobody could be looked at. */
static const char *count_text(const struct work *work, long long n, long long looked_at) {
  const char *text = arena_printf(work->arena, "%lld", n);
  return looked_at == 0 || text == NULL ? console_word(work, "quality_unknown") : text;
}

/* A finalised round tells of some municipalities only which answers are repeated. */
static const char *repeated_text(const struct work *work, const struct quality_counts *counts) {
  const char *text = count_text(work, counts->duplicate, counts->judged);
  const char *of = arena_printf(work->arena, "%lld", counts->judged);
  return counts->judged == 0 || counts->judged == counts->answers
             ? text
             : words_fill(work->arena, console_word(work, "quality_n_of"), "n", text, "of",
                          of == NULL ? "" : of, NULL);
}

static json_t *counts_json(const struct quality_page *page) {
  const struct quality_counts *counts = &page->counts;
  const struct {
    const char *name;
    long long n, looked_at;
  } signs[] = {{"duplicate", counts->duplicate, counts->judged},
               {"reversed", counts->reversed, counts->answers},
               {"mirrored", counts->mirrored, counts->answers},
               {"speed", counts->speed, counts->timed},
               {"straightline", counts->straightline, counts->answers},
               {"empty", counts->empty, counts->answers},
               {"burst", counts->burst, counts->placed}};
  const struct work *work = page->work;
  json_t *list = json_array();
  for (size_t i = 0; i < array_length(signs); i++) {
    const char *text = arena_printf(work->arena, "quality_means_%s", signs[i].name);
    json_t *item = json_pack(
        "{s:s, s:s, s:s}", "name", console_word_of(work, "quality_sign_", signs[i].name), "n",
        i == 0 ? repeated_text(work, counts) : count_text(work, signs[i].n, signs[i].looked_at),
        "text", console_word(work, text == NULL ? "" : text));
    if (!add(list, item)) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

static json_t *flags_json(const struct quality_page *page) {
  json_t *list = json_array();
  for (size_t i = 0; i < page->flags_count; i++) {
    const struct flag_row *row = &page->flags[i];
    json_t *item =
        json_pack("{s:s, s:s, s:s, s:s}", "id", quality_short_id(page->work, row->response_id),
                  "municipality", row->municipality_name, "week", row->received_week, "signs",
                  quality_signs(page->work, &row->flags));
    if (!add(list, item)) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

json_t *quality_signs_json(const struct quality_page *page) {
  const char *more = page->flags_count == QUALITY_FLAGS_A_PAGE
                         ? console_word(page->work, "quality_signs_more")
                         : NULL;
  return json_pack("{s:o, s:o, s:s?}", "counts", counts_json(page), "rows", flags_json(page),
                   "more", more);
}

/* ---- how much it matters */

static const char *const bases[] = {"all", "unflagged", "weighted"};

/* A mean with two decimals, a share in percent. */
static const char *figure_text(const struct work *work, const json_t *figure, const char *name) {
  const json_t *value = json_object_get(figure, name);
  if (!json_is_number(value)) {
    return console_word(work, "quality_unknown");
  }
  bool share = strcmp(name, "agree") == 0;
  const char *number =
      quality_decimal(work, json_number_value(value) * (share ? 100 : 1), share ? 0 : 2);
  const char *text = share ? arena_printf(work->arena, "%s %%", number) : number;
  return text == NULL ? "" : text;
}

/* "N = 71"; a sum of weights may have a decimal. */
static const char *n_text(const struct work *work, const json_t *figure) {
  double base = json_number_value(json_object_get(figure, "base"));
  bool whole = fabs(base - round(base)) < 0.05;
  return fill(work, "quality_n", "n", quality_decimal(work, base, whole ? 0 : 1));
}

/* The answers that agree: "meget enig, enig". */
static const char *agreeing(const struct quality_page *page, int index) {
  const char *list = "";
  for (size_t i = 0; index >= 0 && i < page->questionnaire->questions[index].choices_count; i++) {
    const struct question *question = &page->questionnaire->questions[index];
    const struct choice *choice = &question->choices[i];
    if (confirm_positive(question, choice->code)) {
      const char *more = arena_printf(page->work->arena, "%s%s%s", list,
                                      list[0] == '\0' ? "" : ", ", choice->words.text);
      list = more == NULL ? list : more;
    }
  }
  return list;
}

static json_t *figure_row(const struct quality_page *page, const char *id, const json_t *figure,
                          const char *name) {
  const struct work *work = page->work;
  int question = questionnaire_question(page->questionnaire, id);
  const char *number = question < 0 ? id
                                    : arena_printf(work->arena, "%d",
                                                   page->questionnaire->questions[question].number);
  const char *key = arena_printf(work->arena, "quality_%s", name);
  json_t *row = json_pack(
      "{s:s, s:s}", "label",
      words_fill(work->arena, console_word(work, key == NULL ? "quality_mean" : key), "question",
                 number == NULL ? id : number, "answers", agreeing(page, question), NULL),
      "unit",
      console_word_of(work, "quality_unit_", json_string_value(json_object_get(figure, "unit"))));
  for (size_t i = 0; i < array_length(bases); i++) {
    const json_t *base = json_object_get(figure, bases[i]);
    const char *n = arena_printf(work->arena, "n_%s", bases[i]);
    console_put_text(&row, bases[i], figure_text(work, base, name));
    console_put_text(&row, n == NULL ? "" : n, n_text(work, base));
  }
  return row;
}

static bool add_figure(const struct quality_page *page, const char *id, const json_t *figure,
                       json_t *list) {
  const char *kind = json_string_value(json_object_get(figure, "kind"));
  if (kind == NULL || strcmp(kind, "scale") != 0) {
    return add(list, figure_row(page, id, figure, "agree"));
  }
  bool asked_back = json_object_get(json_object_get(figure, bases[0]), "mean_turned") != NULL;
  return add(list, figure_row(page, id, figure, "mean")) &&
         (!asked_back || (add(list, figure_row(page, id, figure, "mean_turned")) &&
                          add(list, figure_row(page, id, figure, "mean_confirmed"))));
}

json_t *quality_figures_json(const struct quality_page *page) {
  json_t *figures = page->figures == NULL ? NULL : json_loads(page->figures, 0, NULL);
  json_t *list = figures == NULL ? NULL : json_array();
  bool good = list != NULL;
  /* In the questionnaire's order: JSONB keeps none. */
  for (size_t i = 0; good && i < page->questionnaire->questions_count; i++) {
    const char *id = page->questionnaire->questions[i].id;
    const json_t *figure = json_object_get(figures, id);
    good = figure == NULL || add_figure(page, id, figure, list);
  }
  json_decref(figures);
  if (!good) {
    json_decref(list);
    return NULL;
  }
  return json_pack("{s:o}", "rows", list);
}

/* ---- coverage */

static const char *number(const struct work *work, int n) {
  const char *text = arena_printf(work->arena, "%d", n);
  return text == NULL ? "" : text;
}

/* "fra 3 til 5", "højst 4" or "5". */
static const char *bounds(const struct work *work, const char *stem, int least, int most) {
  const char *ending = least == most ? "_same" : least == 0 ? "_most" : "_bounds";
  return words_fill(work->arena, console_word_of(work, stem, ending), "least", number(work, least),
                    "most", number(work, most), NULL);
}

/* The stem of the words for a row that is not plausible, or NULL. */
static const char *stem_of(const struct coverage *coverage) {
  if (coverage->sign != COVERAGE_PLAUSIBLE && coverage->closed + coverage->interrupted == 0) {
    return "quality_unregistered";
  }
  switch (coverage->sign) {
  case COVERAGE_OVER_PARENTS:
    return "quality_alarm";
  case COVERAGE_OVER_COURSES:
    return "quality_warning";
  case COVERAGE_PLAUSIBLE:
    break;
  }
  return NULL;
}

static json_t *coverage_row(const struct work *work, const struct coverage_row *row) {
  const struct coverage *coverage = &row->coverage;
  const char *stem = stem_of(coverage);
  bool known = coverage->closed > 0 && coverage->sign != COVERAGE_OVER_PARENTS;
  return json_pack(
      "{s:s, s:i, s:i, s:i, s:s?, s:s, s:s?, s:b}", "name", row->name, "answers", row->answers,
      "closed", coverage->closed, "interrupted", coverage->interrupted, "families",
      known ? bounds(work, "home_families", coverage->families_least, coverage->families_most)
            : NULL,
      "percent",
      known ? bounds(work, "home_percent", coverage->percent_least, coverage->percent_most)
            : console_word(work, "quality_unknown"),
      "sign", stem == NULL ? NULL : console_word_for(work, stem, coverage->most == 1), "bad",
      stem != NULL && strcmp(stem, "quality_alarm") == 0);
}

/* What each sign in the table means, once. */
static json_t *notes_json(const struct quality_page *page) {
  static const char *const stems[] = {"quality_alarm", "quality_warning", "quality_unregistered"};
  json_t *list = json_array();
  bool child = page->questionnaire->per_child;
  for (size_t i = 0; i < array_length(stems); i++) {
    bool found = false;
    for (size_t j = 0; j < page->coverage_count; j++) {
      const char *stem = stem_of(&page->coverage[j].coverage);
      found = found || (stem != NULL && strcmp(stem, stems[i]) == 0);
    }
    const char *text = arena_printf(page->work->arena, "%s_text", stems[i]);
    if (found &&
        !add(list,
             json_pack("{s:s, s:s}", "sign", console_word_for(page->work, stems[i], child), "text",
                       text == NULL ? "" : console_word_for(page->work, text, child)))) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

static const char *caption(const struct quality_page *page) {
  const struct work *work = page->work;
  if (page->coverage_wrong != NULL || (page->from == NULL && page->to == NULL)) {
    return console_word(work, "quality_whole_period");
  }
  const char *beginning = console_word(work, "quality_beginning");
  const char *today = console_word(work, "quality_today");
  return words_fill(work->arena, console_word(work, "quality_period"), "from",
                    page->from == NULL ? beginning : console_day(work, page->from), "to",
                    page->to == NULL ? today : console_day(work, page->to), NULL);
}

json_t *quality_coverage_json(const struct quality_page *page) {
  json_t *list = json_array();
  for (size_t i = 0; i < page->coverage_count; i++) {
    if (!add(list, coverage_row(page->work, &page->coverage[i]))) {
      json_decref(list);
      return NULL;
    }
  }
  return json_pack("{s:s, s:s, s:s, s:o, s:o}", "from", page->from == NULL ? "" : page->from, "to",
                   page->to == NULL ? "" : page->to, "caption", caption(page), "rows", list,
                   "notes", notes_json(page));
}
