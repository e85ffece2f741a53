#include "output/report_page.h"

enum { BROAD_COLUMNS = 5 /* a table with as many has a line of its own */ };

static bool is_broad(const struct view_figure *figure) {
  return figure->table.columns >= BROAD_COLUMNS;
}

/* ---- pictures */

static json_t *text_json(struct text *text) {
  json_t *json = text->failed || text->data == NULL ? NULL : json_string(text->data);
  text_clear(text);
  return json;
}

static json_t *picture(const struct chart *chart, double width) {
  struct text text;
  text_init(&text);
  chart_svg(chart, width, CHART_IN_PAGE, &text);
  return text_json(&text);
}

/* Two pictures of one chart on a page have names of their own. */
static json_t *wide_picture(const struct chart *chart) {
  struct text id;
  struct chart wide = *chart;
  text_init(&id);
  text_addf(&id, "%s-wide", chart->id);
  wide.id = id.failed ? chart->id : id.data;
  json_t *json = picture(&wide, CHART_WIDE);
  text_clear(&id);
  return json;
}

static json_t *pictures_json(const struct view_figure *figure) {
  if (figure->chart == NULL) {
    return json_null();
  }
  return json_pack("{s:o, s:o}", "html_trusted_narrow", picture(figure->chart, CHART_NARROW),
                   "html_trusted_wide",
                   is_broad(figure) ? wide_picture(figure->chart) : json_null());
}

/* ---- tables */

static json_t *heads_json(const struct view_table *table) {
  json_t *list = json_array();
  int failed = list == NULL;
  for (size_t i = 0; i < table->columns; i++) {
    failed |= json_array_append_new(list, json_pack("{s:s, s:b}", "name", table->heads[i].name,
                                                    "number", table->heads[i].form != VIEW_TEXT));
  }
  return failed != 0 ? (json_decref(list), NULL) : list;
}

static json_t *cells_json(const struct view_table *table, size_t row) {
  json_t *list = json_array();
  int failed = list == NULL;
  for (size_t i = 1; i < table->columns; i++) {
    const struct view_cell *cell = &table->cells[row * table->columns + i];
    failed |= json_array_append_new(list, json_pack("{s:s, s:b, s:b}", "text", cell->text, "hidden",
                                                    cell->hidden, "number",
                                                    table->heads[i].form != VIEW_TEXT));
  }
  return failed != 0 ? (json_decref(list), NULL) : list;
}

static json_t *rows_json(const struct view_table *table) {
  json_t *list = json_array();
  int failed = list == NULL;
  for (size_t i = 0; i < table->rows; i++) {
    failed |= json_array_append_new(list, json_pack("{s:s, s:o}", "name",
                                                    table->cells[i * table->columns].text, "cells",
                                                    cells_json(table, i)));
  }
  return failed != 0 ? (json_decref(list), NULL) : list;
}

static json_t *table_json(const struct report_view *view, const struct view_figure *figure) {
  struct text name;
  if (figure->table.columns == 0 || figure->table.rows == 0) {
    return json_null();
  }
  text_init(&name);
  text_addf(&name, "%s, %s", figure->number, words_get(view->words, "table"));
  return json_pack("{s:o, s:o, s:o}", "name", text_json(&name), "heads", heads_json(&figure->table),
                   "rows", rows_json(&figure->table));
}

/* ---- the whole */

static json_t *texts_json(const char *const *texts, size_t count) {
  json_t *list = json_array();
  int failed = list == NULL;
  for (size_t i = 0; i < count; i++) {
    failed |= json_array_append_new(list, json_string(texts[i]));
  }
  return failed != 0 ? (json_decref(list), NULL) : list;
}

static json_t *figures_json(const struct report_view *view, const struct view_section *section) {
  json_t *list = json_array();
  int failed = list == NULL;
  for (size_t i = 0; i < section->figures_count; i++) {
    const struct view_figure *figure = &section->figures[i];
    failed |= json_array_append_new(
        list, json_pack("{s:s, s:s, s:s, s:b, s:o, s:o, s:s, s:o, s:s, s:s}", "id", figure->id,
                        "number", figure->number, "title", figure->title, "broad", is_broad(figure),
                        "picture", pictures_json(figure), "table", table_json(view, figure), "base",
                        figure->base, "notes", texts_json(figure->notes, figure->notes_count),
                        "period", figure->period, "source", figure->source));
  }
  return failed != 0 ? (json_decref(list), NULL) : list;
}

static json_t *passages_json(const struct view_section *section) {
  json_t *list = json_array();
  int failed = list == NULL;
  for (size_t i = 0; i < section->passages_count; i++) {
    const struct view_passage *passage = &section->passages[i];
    failed |=
        json_array_append_new(list, json_pack("{s:s?, s:s, s:s, s:o}", "who", passage->who, "title",
                                              passage->title, "when", passage->when, "texts",
                                              texts_json(passage->texts, passage->texts_count)));
  }
  return failed != 0 ? (json_decref(list), NULL) : list;
}

static json_t *sections_json(const struct report_view *view) {
  json_t *list = json_array();
  int failed = list == NULL;
  for (size_t i = 0; i < view->sections_count; i++) {
    const struct view_section *section = &view->sections[i];
    failed |= json_array_append_new(
        list, json_pack("{s:s, s:s, s:o, s:o, s:o}", "id", section->id, "title", section->title,
                        "texts", texts_json(section->texts, section->texts_count), "figures",
                        figures_json(view, section), "passages", passages_json(section)));
  }
  return failed != 0 ? (json_decref(list), NULL) : list;
}

static json_t *facts_json(const struct report_view *view) {
  json_t *list = json_array();
  int failed = list == NULL;
  for (size_t i = 0; i < view->facts_count; i++) {
    failed |= json_array_append_new(
        list, json_pack("{s:s, s:s}", "name", view->facts[i].name, "value", view->facts[i].value));
  }
  return failed != 0 ? (json_decref(list), NULL) : list;
}

json_t *report_page_data(const struct report_view *view) {
  struct text style;
  text_init(&style);
  chart_style(&style);
  return json_pack("{s:s, s:s, s:s, s:s, s:O, s:o, s:o, s:o}", "lang", view->language, "title",
                   view->title, "kind", view->kind, "kind_text", view->kind_text, "w", view->words,
                   "html_trusted_chart_style", text_json(&style), "facts", facts_json(view),
                   "sections", sections_json(view));
}

bool report_page(const struct report_view *view, const struct template *template,
                 struct text *out) {
  json_t *data = report_page_data(view);
  if (data == NULL) {
    return false;
  }
  template_render(template, data, out);
  json_decref(data);
  return !out->failed;
}

json_t *report_page_sample(const json_t *words) {
  json_t *sample = json_loads(
      "{\"lang\":null,\"title\":null,\"kind\":null,\"kind_text\":null,"
      "\"html_trusted_chart_style\":null,\"facts\":[{\"name\":null,\"value\":null}],"
      "\"sections\":[{\"id\":null,\"title\":null,\"texts\":[null],\"figures\":[{\"id\":null,"
      "\"number\":null,\"title\":null,\"broad\":null,\"base\":null,\"notes\":[null],"
      "\"period\":null,\"source\":null,"
      "\"picture\":{\"html_trusted_narrow\":null,\"html_trusted_wide\":null},"
      "\"table\":{\"name\":null,\"heads\":[{\"name\":null,\"number\":null}],"
      "\"rows\":[{\"name\":null,\"cells\":[{\"text\":null,\"hidden\":null,\"number\":null}]}]}"
      "}],\"passages\":[{\"who\":null,\"title\":null,\"when\":null,\"texts\":[null]}]}]}",
      0, NULL);
  if (sample != NULL && json_object_set(sample, "w", (json_t *)words) != 0) {
    json_decref(sample);
    return NULL;
  }
  return sample;
}
