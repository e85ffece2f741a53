#include "output/documentation_file.h"

#include <stdlib.h>
#include <string.h>

#include "base/words.h"

/* ---- rows */

static void csv_row(struct csv *csv, const struct documentation_version *version) {
  csv_integer(csv, version->municipality);
  csv_text(csv, version->name);
  csv_text(csv, version->part->id);
  csv_text(csv, documentation_kind_name(version->part->kind));
  csv_text(csv, documentation_word(version->part->title, "da"));
  csv_integer(csv, version->number);
  csv_text(csv, version->valid_from);
  csv_text(csv, version->valid_to);
  csv_integer(csv, version->valid_to == NULL);
  csv_integer(csv, documentation_corrected(version));
  csv_text(csv, version->text);
  if (version->hundredths < 0) {
    csv_text(csv, NULL);
  } else {
    csv_decimal(csv, version->hundredths / 100.0, version->hundredths % 100 == 0 ? 0 : 2);
  }
  csv_text(csv, version->why);
  csv_text(csv, version->written_at);
  csv_integer(csv, version->erased);
  csv_end_row(csv);
}

void documentation_csv(const struct documentation_set *set, enum csv_dialect dialect,
                       struct text *out) {
  static const char *const columns[] = {"municipality_code",
                                        "municipality",
                                        "part",
                                        "kind",
                                        "title",
                                        "version",
                                        "valid_from",
                                        "valid_to",
                                        "holds",
                                        "corrected",
                                        "text",
                                        "number",
                                        "why",
                                        "written_at",
                                        "erased"};
  struct csv csv;
  csv_begin(&csv, dialect, out);
  for (size_t i = 0; i < array_length(columns); i++) {
    csv_text(&csv, columns[i]);
  }
  csv_end_row(&csv);
  for (size_t i = 0; i < set->count; i++) {
    csv_row(&csv, &set->versions[i]);
  }
}

void documentation_json_file(const struct documentation_set *set, struct text *out) {
  json_t *rows = documentation_json(set->versions, set->count);
  char *dump = rows == NULL ? NULL : json_dumps(rows, JSON_INDENT(2));
  out->failed = out->failed || dump == NULL;
  text_add(out, dump == NULL ? "" : dump);
  text_add_char(out, '\n');
  free(dump);
  json_decref(rows);
}

/* ---- a page */

struct page {
  const json_t *words;
  struct arena *arena;
};

static const char *filled(const struct page *page, const char *key, const char *name,
                          const char *value) {
  return words_fill(page->arena, words_get(page->words, key), name, value, NULL);
}

static const char *period(const struct page *page, const struct documentation_version *version) {
  if (documentation_corrected(version)) {
    return filled(page, "documentation_corrected", "from", version->valid_from);
  }
  return version->valid_to == NULL
             ? filled(page, "documentation_from", "from", version->valid_from)
             : words_fill(page->arena, words_get(page->words, "documentation_span"), "from",
                          version->valid_from, "to", version->valid_to, NULL);
}

static json_t *version_json(const struct page *page, const struct documentation_version *version) {
  const char *mark = words_get(page->words, "decimal_mark");
  const char *said = documentation_said(version, mark[0], page->arena);
  const char *shown = version->erased ? words_get(page->words, "documentation_erased")
                      : said == NULL || said[0] == '\0'
                          ? words_get(page->words, "documentation_empty")
                          : said;
  return json_pack("{s:s, s:s?, s:s}", "period", period(page, version), "why",
                   version->why[0] == '\0' ? NULL : version->why, "text", shown);
}

/* Where the next municipality, or the next part of this one, begins. */
static size_t end_of(const struct documentation_set *set, size_t first, bool of_part) {
  const struct documentation_version *version = &set->versions[first];
  size_t end = first + 1;
  while (end < set->count && set->versions[end].municipality == version->municipality &&
         (!of_part || strcmp(set->versions[end].part->id, version->part->id) == 0)) {
    end++;
  }
  return end;
}

/* The newest first: that is the one that is looked for. */
static json_t *part_json(const struct page *page, const struct documentation_set *set, size_t first,
                         size_t end) {
  json_t *versions = json_array();
  for (size_t i = end; versions != NULL && i-- > first;) {
    if (json_array_append_new(versions, version_json(page, &set->versions[i])) != 0) {
      json_decref(versions);
      versions = NULL;
    }
  }
  const char *title =
      documentation_word(set->versions[first].part->title, words_get(page->words, "lang"));
  return json_pack("{s:s, s:o}", "title", title, "versions", versions);
}

static json_t *municipality_json(const struct page *page, const struct documentation_set *set,
                                 size_t first, size_t end) {
  json_t *parts = json_array();
  for (size_t i = first; parts != NULL && i < end;) {
    size_t next = end_of(set, i, true);
    if (json_array_append_new(parts, part_json(page, set, i, next)) != 0) {
      json_decref(parts);
      parts = NULL;
    }
    i = next;
  }
  return json_pack("{s:s, s:o}", "name", set->versions[first].name, "parts", parts);
}

static json_t *page_json(const struct page *page, const struct documentation_set *set,
                         const char *round_title) {
  json_t *list = json_array();
  for (size_t i = 0; list != NULL && i < set->count;) {
    size_t next = end_of(set, i, false);
    if (json_array_append_new(list, municipality_json(page, set, i, next)) != 0) {
      json_decref(list);
      list = NULL;
    }
    i = next;
  }
  return json_pack("{s:s, s:s, s:O, s:o}", "lang", words_get(page->words, "lang"), "title",
                   round_title, "words", page->words, "municipalities", list);
}

bool documentation_page(const struct documentation_set *set, const char *round_title,
                        const json_t *words, const struct template *template, struct text *out) {
  struct page page = {.words = words, .arena = arena_new(0)};
  json_t *data = page.arena == NULL ? NULL : page_json(&page, set, round_title);
  if (data != NULL) {
    template_render(template, data, out);
  }
  bool good = data != NULL && !out->failed;
  json_decref(data);
  arena_free(page.arena);
  return good;
}

json_t *documentation_page_sample(const json_t *words) {
  return json_pack("{s:n, s:n, s:O, s:[{s:n, s:[{s:n, s:[{s:n, s:n, s:n}]}]}]}", "lang", "title",
                   "words", words, "municipalities", "name", "parts", "title", "versions", "period",
                   "why", "text");
}
