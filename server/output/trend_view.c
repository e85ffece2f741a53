#include "output/trend_view.h"

#include <string.h>

#include "base/version.h"
#include "output/trend_view_part.h"

enum { FEW = 30 /* answers, below which one of them is more than 3 per cent */ };

struct viewing *trend_of_round(struct showing *showing, size_t round) {
  showing->viewing.report = showing->trend->rounds[round];
  showing->viewing.translation = showing->translations[round];
  return &showing->viewing;
}

const char *trend_name(const struct showing *showing, size_t round) {
  return showing->trend->names[round].labels[0].name;
}

/* ---- rounds by name and time */

/* "uge 10, 2026"; a quarter likewise. */
static const char *short_week(struct viewing *viewing, const char *iso) {
  if (strlen(iso) < 7) {
    return iso;
  }
  bool quarter = iso[5] == 'Q';
  const char *number = iso + (iso[6] == '0' ? 7 : 6);
  return show_fill_two(viewing, quarter ? "quarter_short" : "week_short",
                       quarter ? "quarter" : "week", number, "year",
                       show_print(viewing, "%.4s", iso));
}

static const char *when(struct viewing *viewing, const struct report *report) {
  const struct report_period *period = &report->period;
  const char *from = period->first_week, *to = period->last_week;
  if (from == NULL || to == NULL) {
    return show_word(viewing, "span_none");
  }
  return strcmp(from, to) == 0
             ? short_week(viewing, from)
             : show_fill_two(viewing, "span_short", "from", short_week(viewing, from), "to",
                             short_week(viewing, to));
}

static void name_rounds(struct showing *showing) {
  struct viewing *viewing = &showing->viewing;
  const struct trend *trend = showing->trend;
  const char *list = "";
  for (size_t i = 0; i < trend->rounds_count; i++) {
    showing->heads[i] = show_fill_two(viewing, "trend_head", "title", trend_name(showing, i),
                                      "when", when(viewing, trend->rounds[i]));
    list = show_join(viewing, list, trend_name(showing, i));
  }
  const struct questionnaire *last = trend->rounds[trend->rounds_count - 1]->questionnaire;
  showing->source = show_fill_two(viewing, "trend_source", "questionnaire",
                                  show_words(viewing, &last->title), "rounds", list);
  showing->source_courses = show_fill(viewing, "trend_source_courses", "rounds", list);
}

/* ---- what stands beneath a figure */

void trend_end(struct showing *showing, struct view_figure *figure, const char *source,
               struct view_list *figures) {
  figure->period = show_word(&showing->viewing, "trend_period");
  figure->source = source;
  show_add(&showing->viewing, figures, figure);
}

static const char *n_of(struct viewing *viewing, const struct report_table *table,
                        const struct report_row *row) {
  if (!row->n.shown) {
    return show_n(viewing, &row->n);
  }
  if (table->unit == REPORT_CHILD && row->respondents > 0) {
    return show_fill_two(viewing, "n_child", "n", show_count(viewing, row->n.count), "respondents",
                         show_count(viewing, row->respondents));
  }
  return show_n_unit(viewing, row->n.count, table->unit);
}

const char *trend_base(struct viewing *viewing, const struct report_table *table,
                       const struct report_row *rows, size_t count) {
  const char *base = "";
  for (size_t i = 0; i < count; i++) {
    const char *one = show_fill_two(viewing, "trend_base", "round", rows[i].who.labels[0].name, "n",
                                    n_of(viewing, table, &rows[i]));
    base = i == 0 ? one : show_print(viewing, "%s; %s", base, one);
  }
  return base;
}

void trend_note_few(struct viewing *viewing, const struct report_table *table,
                    struct view_figure *figure) {
  const char *few = "";
  for (size_t i = 0; i < table->rows_count; i++) {
    const struct report_row *row = &table->rows[i];
    if (row->n.shown && row->n.count > 0 && row->n.count < FEW) {
      few = show_join(viewing, few, row->who.labels[0].name);
    }
  }
  if (few[0] != '\0') {
    show_note(viewing, figure, show_fill(viewing, "trend_few", "rounds", few));
  }
}

const char *trend_title(struct showing *showing, const struct trend_figure *figure) {
  struct viewing *viewing = &showing->viewing;
  const struct questionnaire *questionnaire = viewing->report->questionnaire;
  const struct question *questions = questionnaire->questions;
  if (figure->like->question < 0) {
    return show_fill(viewing, show_print(viewing, "score_at_%s", figure->member), "score",
                     show_words(viewing, &questionnaire->scores[figure->like->score].words));
  }
  const struct question *question = &questions[figure->like->question];
  const char *number = show_print(viewing, "%d", question->number);
  if (figure->like->before >= 0) {
    return show_fill_two(viewing, "change", "n", number, "before",
                         show_print(viewing, "%d", questions[figure->like->before].number));
  }
  return show_fill_two(viewing, "question", "n", number, "text",
                       show_words(viewing, &question->words));
}

/* ---- the rounds themselves */

static const char *municipalities(struct viewing *viewing, const struct report *report) {
  const char *list = "";
  for (size_t i = 0; i < report->municipalities_count; i++) {
    const struct report_set one = {report->municipalities[i].code, &report->municipalities[i], 1};
    list = show_join(viewing, list, show_name(viewing, &one, ""));
  }
  return list;
}

/* What a report leaves out of its round: "Kun Helsingør. Uden svar, der er mærket." */
static const char *choice(struct viewing *viewing, const struct report *report) {
  const char *languages = "", *text = "";
  for (size_t i = 0; i < report->languages_count; i++) {
    const struct report_set one = {report->languages[i].code, &report->languages[i], 1};
    languages = show_join(viewing, languages, show_name(viewing, &one, "language_"));
  }
  const struct report_period *period = &report->period;
  const struct {
    bool is;
    const char *text;
  } parts[] = {{period->from != NULL || period->to != NULL, show_word(viewing, "trend_weeks")},
               {period->closed_from != NULL || period->closed_to != NULL,
                show_word(viewing, "trend_closed")},
               {report->without_flagged, show_word(viewing, "period_flagged")},
               {report->languages_count > 0,
                show_fill(viewing, "period_languages", "languages", languages)}};
  for (size_t i = 0; i < array_length(parts); i++) {
    text = !parts[i].is      ? text
           : text[0] == '\0' ? parts[i].text
                             : show_print(viewing, "%s %s", text, parts[i].text);
  }
  return text[0] == '\0' ? show_word(viewing, "trend_all") : text;
}

enum { ROUND_CELLS = 7 };

static const char *release_of(struct viewing *viewing, const struct report *report) {
  const struct report_published *published = &report->published;
  return report->profile != REPORT_PUBLISHED
             ? show_word(viewing, "trend_internal")
             : words_fill(viewing->arena, show_word(viewing, "trend_release"), "n",
                          show_print(viewing, "%d", published->number), "day",
                          show_day(viewing, published->made_at), "floor",
                          show_count(viewing, published->floor), NULL);
}

static void round_row(struct showing *showing, size_t round, struct view_list *cells) {
  struct viewing *viewing = trend_of_round(showing, round);
  const struct report *report = viewing->report;
  const struct report_cell answers = {report->answers >= 0, report->answers};
  const struct view_cell line[ROUND_CELLS] = {
      show_text_cell(show_fill_two(viewing, "trend_round_value", "title", report->round_title, "n",
                                   show_print(viewing, "%d", report->round))),
      show_text_cell(when(viewing, report)),
      show_count_cell(viewing, &answers),
      show_text_cell(municipalities(viewing, report)),
      show_text_cell(show_print(viewing, "%d", report->questionnaire->version)),
      show_text_cell(choice(viewing, report)),
      show_text_cell(release_of(viewing, report))};
  for (size_t i = 0; i < ROUND_CELLS; i++) {
    show_add(viewing, cells, &line[i]);
  }
}

static bool has_municipality(const struct report *report, const char *code) {
  bool has = false;
  for (size_t i = 0; i < report->municipalities_count; i++) {
    has = has || strcmp(report->municipalities[i].code, code) == 0;
  }
  return has;
}

static bool same_municipalities(const struct trend *trend) {
  bool same = true;
  const struct report *first = trend->rounds[0];
  for (size_t i = 1; i < trend->rounds_count && same; i++) {
    const struct report *report = trend->rounds[i];
    same = report->municipalities_count == first->municipalities_count;
    for (size_t j = 0; same && j < first->municipalities_count; j++) {
      same = has_municipality(report, first->municipalities[j].code);
    }
  }
  return same;
}

static void rounds_section(struct showing *showing, struct view_list *sections) {
  struct viewing *viewing = &showing->viewing;
  const struct view_head heads[ROUND_CELLS] = {
      {show_word(viewing, "trend_round"), VIEW_TEXT},
      {show_word(viewing, "fact_period"), VIEW_TEXT},
      {show_word(viewing, "answers_head"), VIEW_COUNT},
      {show_word(viewing, "fact_municipalities"), VIEW_TEXT},
      {show_word(viewing, "trend_version"), VIEW_TEXT},
      {show_word(viewing, "trend_choice"), VIEW_TEXT},
      {show_word(viewing, "fact_release"), VIEW_TEXT}};
  struct view_list figures = {.size = sizeof(struct view_figure)};
  struct view_list texts = {.size = sizeof(const char *)}, cells;
  struct view_figure figure =
      show_figure_new(viewing, "rounds", show_word(viewing, "trend_rounds"), "source_answers");
  show_table_begin(viewing, &figure.table, &cells, heads, ROUND_CELLS);
  for (size_t i = 0; i < showing->trend->rounds_count; i++) {
    round_row(showing, i, &cells);
  }
  show_table_end(&figure.table, &cells);
  if (!same_municipalities(showing->trend)) {
    show_note(viewing, &figure, show_word(viewing, "trend_municipalities"));
  }
  trend_end(showing, &figure, showing->source, &figures);
  show_section_add(viewing, sections, "rounds", show_word(viewing, "section_trend_rounds"), &texts,
                   &figures);
}

/* ---- the whole */

static void method(struct showing *showing, struct view_list *sections) {
  struct viewing *viewing = &showing->viewing;
  const struct report *last = showing->trend->rounds[showing->trend->rounds_count - 1];
  const char *const keys[] = {"trend_people",
                              "trend_no_verdict",
                              score_paired(last->questionnaire)       ? "method_units_pairs"
                              : last->questionnaire->count_unanswered ? "method_unanswered"
                                                                      : "method_n",
                              "method_numbers",
                              "rounded",
                              last->profile == REPORT_PUBLISHED ? "trend_method_published"
                                                                : "method_internal"};
  show_method(viewing, sections, keys, array_length(keys));
}

static void fact(struct viewing *viewing, struct view_list *facts, const char *key,
                 const char *value) {
  const struct view_fact item = {show_word(viewing, key), value};
  if (value != NULL && value[0] != '\0') {
    show_add(viewing, facts, &item);
  }
}

static const char *latest(const struct trend *trend) {
  const char *made = "";
  for (size_t i = 0; i < trend->rounds_count; i++) {
    const char *own = trend->rounds[i]->made_at == NULL ? trend->rounds[i]->published.made_at
                                                        : trend->rounds[i]->made_at;
    made = own != NULL && strcmp(own, made) > 0 ? own : made;
  }
  return made;
}

static void list_facts(struct showing *showing, const struct report *last,
                       struct view_list *facts) {
  struct viewing *viewing = &showing->viewing;
  const struct questionnaire *questionnaire = last->questionnaire;
  const char *list = "";
  for (size_t i = 0; i < showing->trend->rounds_count; i++) {
    list = i == 0 ? showing->heads[i] : show_print(viewing, "%s; %s", list, showing->heads[i]);
  }
  fact(viewing, facts, "section_trend_rounds", list);
  fact(viewing, facts, "fact_controller", last->controller);
  fact(viewing, facts, "fact_questionnaire",
       show_print(viewing, "%s (%s)", show_words(viewing, &questionnaire->title),
                  questionnaire->id));
  fact(viewing, facts, "fact_source", questionnaire->source);
  fact(viewing, facts, "fact_made", show_day(viewing, latest(showing->trend)));
  fact(viewing, facts, "fact_program", "Hjemsvar " VERSION_TEXT);
}

const struct report_view *trend_view_new(const struct trend *trend,
                                         const struct translation *const *translations,
                                         const json_t *words, struct arena *arena) {
  size_t final = trend->rounds_count - 1;
  const struct report *last = trend->rounds[final];
  struct showing showing = {.viewing = {.words = words, .arena = arena, .period = ""},
                            .trend = trend,
                            .translations = translations};
  struct viewing *viewing = trend_of_round(&showing, final);
  struct view_list sections = {.size = sizeof(struct view_section)};
  struct view_list facts = {.size = sizeof(struct view_fact)};
  struct report_view *view = arena_alloc(arena, sizeof *view);
  bool published = last->profile == REPORT_PUBLISHED;
  name_rounds(&showing);
  list_facts(&showing, last, &facts);
  rounds_section(&showing, &sections);
  trend_show_questions(&showing, "figures", "section_opinions", &sections);
  trend_show_questions(&showing, "changes", "section_changes", &sections);
  trend_show_scores(&showing, &sections);
  trend_show_questions(&showing, "respondents", "section_respondents", &sections);
  (void)trend_of_round(&showing, final);
  trend_show_courses(&showing, &sections);
  trend_show_left_out(&showing, &sections);
  (void)trend_of_round(&showing, final);
  method(&showing, &sections);
  if (view == NULL || viewing->failed) {
    return NULL;
  }
  *view = (struct report_view){
      .language = show_word(viewing, "lang"),
      .title = show_fill(viewing, "trend_title", "questionnaire",
                         show_words(viewing, &last->questionnaire->title)),
      .kind = show_word(viewing, published ? "profile_published" : "profile_internal"),
      .kind_text =
          show_word(viewing, published ? "profile_published_text" : "profile_internal_text"),
      .author = last->controller == NULL ? "" : last->controller,
      .made_at = latest(trend),
      .words = words,
      .facts = (const struct view_fact *)(const void *)facts.items,
      .facts_count = facts.count,
      .sections = (const struct view_section *)(const void *)sections.items,
      .sections_count = sections.count,
      .figures_count = (size_t)viewing->figures};
  return view;
}
