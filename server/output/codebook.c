#include "output/codebook.h"

#include <stdio.h>
#include <string.h>

#include "base/version.h"
#include "base/words.h"

static const char *word(const struct export *export, const char *key) {
  return words_get(export->options.words, key);
}

static const char *or_empty(const char *text) {
  return text == NULL ? "" : text;
}

const char *codebook_hex(const struct export *export, const unsigned char *bytes, size_t size) {
  const char *text = "";
  for (size_t i = 0; i < size && text != NULL; i++) {
    text = arena_printf(export->arena, "%s%02x", text, bytes[i]);
  }
  return or_empty(text);
}

/* "2026-W40 - 2026-W47", what was asked for or else what there is; "" without answers. */
static const char *period_text(const struct export *export) {
  const struct export_options *options = &export->options;
  const char *from = options->from != NULL ? options->from : export->first_week;
  const char *to = options->to != NULL ? options->to : export->last_week;
  if (from[0] == '\0' && to[0] == '\0') {
    return "";
  }
  return strcmp(from, to) == 0 ? from : or_empty(arena_printf(export->arena, "%s - %s", from, to));
}

/* ---- facts */

struct facts {
  const struct export *export;
  struct codebook_fact *items;
  size_t count;
};

static void fact(struct facts *facts, const char *key, const char *value) {
  facts->items[facts->count++] =
      (struct codebook_fact){.name = word(facts->export, key), .value = value};
}

static const char *number(const struct export *export, long long count) {
  return or_empty(arena_printf(export->arena, "%lld", count));
}

static const char *all_or(const struct export *export, const char *filter) {
  return filter == NULL ? word(export, "all") : filter;
}

static const char *comments(const struct export *export) {
  return export->options.no_comments
             ? word(export, "comments_none")
             : words_fill(export->arena, word(export, "comments_masked"), "n",
                          number(export, export->counts.masked), "marked",
                          number(export, export->counts.marked), "apart",
                          number(export, export->counts.apart), NULL);
}

static void describe_what(struct facts *facts) {
  const struct export *export = facts->export;
  const struct questionnaire *questionnaire = export->options.questionnaire;
  fact(facts, "fact_questionnaire",
       or_empty(arena_printf(export->arena, "%s (%s, version %d)", questionnaire->title.text,
                             questionnaire->id, questionnaire->version)));
  if (questionnaire->source != NULL) {
    fact(facts, "fact_source", questionnaire->source);
  }
  fact(facts, "fact_hash", codebook_hex(export, questionnaire->hash, sizeof questionnaire->hash));
  fact(facts, "fact_round",
       or_empty(arena_printf(export->arena, "%d: %s", export->options.round,
                             export->options.round_title)));
  fact(facts, "fact_controller", export->options.controller);
}

size_t codebook_facts(const struct export *export, struct codebook_fact items[CODEBOOK_FACTS_MAX]) {
  struct facts facts = {.export = export, .items = items};
  const struct export_options *options = &export->options;
  describe_what(&facts);
  if (options->anonymised != NULL) {
    fact(&facts, "fact_release", number(export, options->release));
    fact(&facts, "fact_k", number(export, (long long)options->anonymised->k_reached));
    fact(&facts, "fact_answers", number(export, export->counts.answers));
    fact(&facts, "fact_program", "Hjemsvar " VERSION_TEXT);
    return facts.count;
  }
  fact(&facts, "fact_period", period_text(export));
  fact(&facts, "fact_municipalities", all_or(export, options->only_municipalities));
  fact(&facts, "fact_languages", all_or(export, options->only_languages));
  fact(&facts, "fact_flagged",
       options->without_flagged ? words_fill(export->arena, word(export, "flagged_left_out"), "n",
                                             number(export, export->counts.flagged), NULL)
                                : word(export, "flagged_kept"));
  fact(&facts, "fact_weighted", word(export, options->weighted ? "weighted_on" : "weighted_off"));
  fact(&facts, "fact_answers", number(export, export->counts.answers));
  if ((export->shapes & EXPORT_LONG) != 0) {
    fact(&facts, "fact_children", number(export, export->counts.children));
  }
  fact(&facts, "fact_comments", comments(export));
  fact(&facts, "fact_program", "Hjemsvar " VERSION_TEXT);
  return facts.count;
}

/* ---- groups of variables */

static bool same_group(const struct variable *a, const struct variable *b) {
  return a->role == VARIABLE_ANSWER && b->role == VARIABLE_ANSWER && a->question == b->question &&
         a->child > 0 && b->child > 0 && a->form == b->form && a->codes_count == b->codes_count &&
         a->column.kind == b->column.kind && a->free_text == b->free_text;
}

/* The next variable after first of the same group as it, or count. */
static size_t next_of(const struct variable_list *list, size_t first, size_t after) {
  size_t i = after + 1;
  while (i < list->count && !same_group(&list->items[first], &list->items[i])) {
    i++;
  }
  return i;
}

/* A question that repeats stands where its first child does. */
static bool is_begun(const struct variable_list *list, size_t index) {
  for (size_t i = 0; i < index; i++) {
    if (same_group(&list->items[i], &list->items[index])) {
      return true;
    }
  }
  return false;
}

enum row_kind { ROW_CODE, ROW_NOT_ASKED, ROW_WITHHELD, ROW_FILLED };

static long long count_of(const struct export_table *table, size_t variable, enum row_kind kind,
                          size_t code) {
  const struct export_count *count = &table->counts[variable];
  switch (kind) {
  case ROW_CODE:
    return table->variables.items[variable].codes[code].valid ? count->codes[code]
                                                              : count->not_answered;
  case ROW_NOT_ASKED:
    return count->not_asked;
  case ROW_WITHHELD:
    return count->withheld;
  case ROW_FILLED:
    break;
  }
  return count->filled;
}

static json_t *counts_of(const struct export_table *table, size_t first, enum row_kind kind,
                         size_t code) {
  char printed[24];
  json_t *counts = json_array();
  for (size_t i = first; i < table->variables.count; i = next_of(&table->variables, first, i)) {
    (void)snprintf(printed, sizeof printed, "%lld", count_of(table, i, kind, code));
    (void)json_array_append_new(counts, json_string(printed));
  }
  return counts;
}

static void add_row(json_t *rows, const char *code, const char *meaning, bool missing,
                    json_t *counts) {
  (void)json_array_append_new(rows, json_pack("{s:s, s:s, s:b, s:o}", "code", code, "meaning",
                                              or_empty(meaning), "missing", missing ? 1 : 0,
                                              "counts", counts));
}

static json_t *rows_of(const struct export *export, const struct export_table *table,
                       size_t first) {
  const struct variable *variable = &table->variables.items[first];
  char printed[16];
  json_t *rows = json_array();
  for (size_t i = 0; i < variable->codes_count; i++) {
    (void)snprintf(printed, sizeof printed, "%d", variable->codes[i].code);
    add_row(rows, printed, variable->codes[i].label, !variable->codes[i].valid,
            counts_of(table, first, ROW_CODE, i));
  }
  if (variable->may_be_unasked) {
    add_row(rows, word(export, "code_not_asked"), word(export, "not_asked"), true,
            counts_of(table, first, ROW_NOT_ASKED, 0));
  }
  if (variable->may_be_withheld) {
    (void)snprintf(printed, sizeof printed, "%d", ANONYMISE_WITHHELD);
    add_row(rows, printed, word(export, "withheld"), true,
            counts_of(table, first, ROW_WITHHELD, 0));
  }
  if (variable->codes_count == 0) {
    add_row(rows, "", word(export, "filled"), false, counts_of(table, first, ROW_FILLED, 0));
  }
  return rows;
}

static json_t *names_of(const struct variable_list *list, size_t first) {
  json_t *names = json_array();
  for (size_t i = first; i < list->count; i = next_of(list, first, i)) {
    (void)json_array_append_new(names, json_string(list->items[i].name));
  }
  return names;
}

static json_t *group_of(const struct export *export, const struct export_table *table,
                        size_t first) {
  const struct variable *variable = &table->variables.items[first];
  json_t *names = names_of(&table->variables, first);
  size_t count = json_array_size(names);
  const char *last = json_string_value(json_array_get(names, count == 0 ? 0 : count - 1));
  const char *title =
      count < 2 ? variable->name
                : or_empty(arena_printf(export->arena, "%s … %s", variable->name, or_empty(last)));
  const char *label = count < 2 ? variable->label : variable->question->words.text;
  if (count < 2) {
    (void)json_array_set_new(names, 0, json_string(word(export, "book_count")));
  }
  return json_pack("{s:s, s:s, s:s, s:s, s:o, s:o}", "id", variable->name, "title", title, "label",
                   label, "universe", or_empty(variable->universe), "heads", names, "rows",
                   rows_of(export, table, first));
}

static json_t *groups_of(const struct export *export, enum variable_shape shape) {
  const struct export_table *table = &export->tables[shape];
  json_t *groups = json_array();
  for (size_t i = 0; i < table->variables.count; i++) {
    if (!is_begun(&table->variables, i)) {
      (void)json_array_append_new(groups, group_of(export, table, i));
    }
  }
  return groups;
}

/* The names of the long shape, a line each: the rest is said above. NULL: there is none beside the
 * wide one, whose groups are shown then. */
static json_t *long_names(const struct export *export) {
  const struct variable_list *list = &export->tables[VARIABLE_LONG].variables;
  if (export->shapes != EXPORT_BOTH) {
    return NULL;
  }
  json_t *rows = json_array();
  for (size_t i = 0; i < list->count; i++) {
    (void)json_array_append_new(
        rows, json_pack("{s:s, s:s}", "name", list->items[i].name, "label", list->items[i].label));
  }
  return json_pack("{s:o}", "rows", rows);
}

/* ---- the whole */

static json_t *facts_json(const struct export *export) {
  struct codebook_fact facts[CODEBOOK_FACTS_MAX];
  size_t count = codebook_facts(export, facts);
  json_t *items = json_array();
  for (size_t i = 0; i < count; i++) {
    (void)json_array_append_new(
        items, json_pack("{s:s, s:s}", "name", facts[i].name, "value", facts[i].value));
  }
  return items;
}

static json_t *notes_json(const struct export *export) {
  static const char *const internal[] = {"note_period", "note_missing",  "note_dont_know",
                                         "note_order",  "note_parts",    "note_flags",
                                         "note_counts", "note_internal", "note_long"};
  static const char *const anonymised[] = {"note_withheld", "note_dont_know", "note_shuffled",
                                           "note_counts", "note_anonymised"};
  bool away = export->options.anonymised != NULL;
  const char *const *keys = away ? anonymised : internal;
  bool without_long = (export->shapes & EXPORT_LONG) == 0;
  size_t count = away ? array_length(anonymised) : array_length(internal) - (without_long ? 1 : 0);
  json_t *items = json_array();
  for (size_t i = 0; i < count; i++) {
    (void)json_array_append_new(items, json_string(word(export, keys[i])));
  }
  return items;
}

json_t *codebook_model(const struct export *export) {
  bool wide = (export->shapes & EXPORT_WIDE) != 0;
  return json_pack(
      "{s:s, s:s, s:O, s:o, s:o, s:o, s:o?}", "lang", export->options.questionnaire->language,
      "title", export->options.round_title, "words", export->options.words, "facts",
      facts_json(export), "notes", notes_json(export), "groups",
      groups_of(export, wide ? VARIABLE_WIDE : VARIABLE_LONG), "long", long_names(export));
}

json_t *codebook_template_sample(const json_t *words) {
  return json_pack(
      "{s:s, s:s, s:O, s:[{s:s, s:s}], s:[s], s:[{s:s, s:s, s:s, s:s, s:[s], s:[{s:s, s:s, s:b, "
      "s:[s]}]}], s:{s:[{s:s, s:s}]}}",
      "lang", "", "title", "", "words", words, "facts", "name", "", "value", "", "notes", "",
      "groups", "id", "", "title", "", "label", "", "universe", "", "heads", "", "rows", "code", "",
      "meaning", "", "missing", 1, "counts", "", "long", "rows", "name", "", "label", "");
}

bool codebook_html(const struct export *export, const json_t *model, struct text *out) {
  template_render(export->options.codebook, model, out);
  return !out->failed;
}
