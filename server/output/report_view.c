#include "output/report_view.h"

#include <string.h>

#include "base/version.h"
#include "output/report_view_part.h"

/* ---- periods */

/* "fra … til …" of two ends as asked for, or as found; the form of one end is given. */
static const char *span(struct viewing *viewing, const char *from, const char *to,
                        const char *nothing,
                        const char *write(struct viewing *viewing, const char *iso)) {
  if (from == NULL && to == NULL) {
    return show_word(viewing, nothing);
  }
  if (from == NULL || to == NULL) {
    return from == NULL ? show_fill(viewing, "span_to", "to", write(viewing, to))
                        : show_fill(viewing, "span_from", "from", write(viewing, from));
  }
  if (strcmp(from, to) == 0) {
    return write(viewing, from);
  }
  return show_fill_two(viewing, "span", "from", write(viewing, from), "to", write(viewing, to));
}

static const char *municipalities(struct viewing *viewing) {
  const char *list = "";
  for (size_t i = 0; i < viewing->report->municipalities_count; i++) {
    const struct report_set one = {viewing->report->municipalities[i].code,
                                   &viewing->report->municipalities[i], 1};
    list = show_join(viewing, list, show_name(viewing, &one, ""));
  }
  return list;
}

static const char *languages(struct viewing *viewing) {
  const char *list = "";
  for (size_t i = 0; i < viewing->report->languages_count; i++) {
    const struct report_set one = {viewing->report->languages[i].code,
                                   &viewing->report->languages[i], 1};
    list = show_join(viewing, list, show_name(viewing, &one, "language_"));
  }
  return list;
}

static const char *sentence(struct viewing *viewing, const char *so_far, const char *more) {
  return show_print(viewing, "%s %s", so_far, more);
}

/* What every caption says, with the filters that were set. */
static void name_periods(struct viewing *viewing) {
  const struct report *report = viewing->report;
  const struct report_period *period = &report->period;
  bool asked = period->from != NULL || period->to != NULL;
  bool closed = period->closed_from != NULL || period->closed_to != NULL;
  viewing->answers_period = span(viewing, asked ? period->from : period->first_week,
                                 asked ? period->to : period->last_week, "span_none", show_week);
  viewing->courses_period =
      span(viewing, closed ? period->closed_from : report->courses.first_closed,
           closed ? period->closed_to : report->courses.last_closed, "span_none", show_day);
  viewing->period = report->courses.registered > 0
                        ? show_fill_two(viewing, "period", "answers", viewing->answers_period,
                                        "courses", viewing->courses_period)
                        : show_fill(viewing, "period_answers", "answers", viewing->answers_period);
  if (report->without_flagged) {
    viewing->period = sentence(viewing, viewing->period, show_word(viewing, "period_flagged"));
  }
  if (!report->all_municipalities) {
    viewing->period =
        sentence(viewing, viewing->period,
                 show_fill(viewing, "period_part", "municipalities", municipalities(viewing)));
  }
  if (report->languages_count > 0) {
    viewing->period =
        sentence(viewing, viewing->period,
                 show_fill(viewing, "period_languages", "languages", languages(viewing)));
  }
}

/* ---- facts */

static void fact(struct viewing *viewing, struct view_list *facts, const char *key,
                 const char *value) {
  const struct view_fact item = {show_word(viewing, key), value};
  if (value != NULL && value[0] != '\0') {
    show_add(viewing, facts, &item);
  }
}

static const char *round_value(struct viewing *viewing) {
  const struct report *report = viewing->report;
  return words_fill(viewing->arena, show_word(viewing, "round_value"), "title", report->round_title,
                    "n", show_print(viewing, "%d", report->round), "state",
                    show_word_of(viewing, "state_", report->round_state), NULL);
}

static void release_facts(struct viewing *viewing, struct view_list *facts) {
  const struct report_published *published = &viewing->report->published;
  if (viewing->report->profile != REPORT_PUBLISHED) {
    return;
  }
  fact(viewing, facts, "fact_release",
       published->number == 0 ? show_word(viewing, "release_none")
                              : show_fill_two(viewing, "release_number", "n",
                                              show_print(viewing, "%d", published->number), "day",
                                              show_day(viewing, published->made_at)));
  fact(viewing, facts, "fact_floor", show_count(viewing, published->floor));
  if (published->override_by != NULL && published->override_why != NULL) {
    fact(viewing, facts, "fact_override",
         show_fill_two(viewing, "fact_override_value", "by", published->override_by, "why",
                       published->override_why));
  }
}

static void list_facts(struct viewing *viewing, struct view_list *facts) {
  const struct report *report = viewing->report;
  const struct questionnaire *questionnaire = report->questionnaire;
  fact(viewing, facts, "fact_round", round_value(viewing));
  fact(viewing, facts, "fact_controller", report->controller);
  fact(viewing, facts, "fact_answers",
       report->answers < 0 ? show_word(viewing, "fact_answers_few")
                           : show_count(viewing, report->answers));
  fact(viewing, facts, "fact_period", viewing->answers_period);
  fact(viewing, facts, "fact_closed",
       report->courses.registered > 0 ? viewing->courses_period
                                      : show_word(viewing, "courses_none"));
  fact(viewing, facts, "fact_municipalities", municipalities(viewing));
  fact(viewing, facts, "fact_languages", languages(viewing));
  fact(viewing, facts, "fact_flagged",
       show_word(viewing, report->without_flagged ? "flagged_out" : "flagged_in"));
  release_facts(viewing, facts);
  fact(viewing, facts, "fact_questionnaire",
       show_print(viewing, "%s (%s, version %d)", show_words(viewing, &questionnaire->title),
                  questionnaire->id, questionnaire->version));
  fact(viewing, facts, "fact_source", questionnaire->source);
  fact(viewing, facts, "fact_made", show_day(viewing, report->made_at));
  fact(viewing, facts, "fact_program", "Hjemsvar " VERSION_TEXT);
}

/* ---- the whole */

/* How answers are counted, by what the questionnaire asks. */
static const char *units_key(const struct questionnaire *questionnaire) {
  bool repeats = false;
  for (size_t i = 0; i < questionnaire->questions_count; i++) {
    repeats = repeats || questionnaire->questions[i].each >= 0;
  }
  return questionnaire->personal    ? "method_units_pairs"
         : questionnaire->per_child ? "method_units_child"
         : repeats                  ? "method_units"
                                    : "method_units_respondent";
}

static void method(struct viewing *viewing, struct view_list *sections) {
  const struct report *report = viewing->report;
  const char *const keys[] = {
      report->courses.registered > 0 ? "method_period" : "method_period_answers",
      units_key(report->questionnaire),
      report->questionnaire->count_unanswered ? "method_unanswered"
      : score_paired(report->questionnaire)   ? "method_n_pairs"
                                              : "method_n",
      "method_numbers",
      "rounded",
      report->profile == REPORT_PUBLISHED ? "method_published" : "method_internal"};
  show_method(viewing, sections, keys, array_length(keys));
}

static void all_sections(struct viewing *viewing, struct view_list *sections) {
  show_scores(viewing, sections);
  show_opinions(viewing, sections);
  show_changes(viewing, sections);
  show_respondents(viewing, sections);
  show_coverage(viewing, sections);
  show_courses(viewing, sections);
  show_documentation(viewing, sections);
  show_sensitivity(viewing, sections);
  show_quality(viewing, sections);
  method(viewing, sections);
}

const struct report_view *report_view_new(const struct report *report,
                                          const struct translation *translation,
                                          const json_t *words, struct arena *arena) {
  struct viewing viewing = {
      .report = report, .translation = translation, .words = words, .arena = arena};
  struct view_list sections = {.size = sizeof(struct view_section)};
  struct view_list facts = {.size = sizeof(struct view_fact)};
  struct report_view *view = arena_alloc(arena, sizeof *view);
  bool published = report->profile == REPORT_PUBLISHED;
  name_periods(&viewing);
  list_facts(&viewing, &facts);
  all_sections(&viewing, &sections);
  if (view == NULL || viewing.failed) {
    return NULL;
  }
  *view = (struct report_view){
      .language = show_word(&viewing, "lang"),
      .title = show_fill(&viewing, "title", "title", report->round_title),
      .kind = show_word(&viewing, published ? "profile_published" : "profile_internal"),
      .kind_text =
          show_word(&viewing, published ? "profile_published_text" : "profile_internal_text"),
      .author = report->controller == NULL ? "" : report->controller,
      .made_at = report->made_at,
      .words = words,
      .facts = (const struct view_fact *)(const void *)facts.items,
      .facts_count = facts.count,
      .sections = (const struct view_section *)(const void *)sections.items,
      .sections_count = sections.count,
      .figures_count = (size_t)viewing.figures};
  return view;
}
