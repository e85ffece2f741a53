#include <string.h>

#include "output/report_view_part.h"

/* When a version held, and why it came. */
static const char *when_of(struct viewing *viewing, const struct documentation_version *version) {
  const char *from = show_day(viewing, version->valid_from);
  bool corrected = documentation_corrected(version);
  const char *period = version->valid_to == NULL
                           ? show_fill(viewing, "documentation_from", "from", from)
                       : corrected ? show_fill(viewing, "documentation_corrected", "from", from)
                                   : show_fill_two(viewing, "documentation_span", "from", from,
                                                   "to", show_day(viewing, version->valid_to));
  return version->why[0] == '\0'
             ? period
             : show_fill_two(viewing, "documentation_when", "period", period, "why", version->why);
}

static const char *said(struct viewing *viewing, const struct documentation_version *version) {
  const char *text = documentation_said(version, show_word(viewing, "decimal")[0], viewing->arena);
  viewing->failed = viewing->failed || text == NULL;
  if (version->erased) {
    return show_word(viewing, "documentation_erased");
  }
  return text == NULL || text[0] == '\0' ? show_word(viewing, "documentation_empty") : text;
}

/* Each line of what was typed is a paragraph. */
static void split(struct viewing *viewing, const char *text, struct view_list *lines) {
  while (text[0] != '\0') {
    size_t length = strcspn(text, "\n");
    const char *line = arena_copy(viewing->arena, text, length);
    viewing->failed = viewing->failed || line == NULL;
    if (length > 0 && line != NULL) {
      show_add(viewing, lines, &line);
    }
    text += length + (text[length] == '\n');
  }
}

static void add_passage(struct viewing *viewing, struct view_list *passages,
                        const struct documentation_version *version, bool first) {
  struct view_list lines = {.size = sizeof(const char *)};
  split(viewing, said(viewing, version), &lines);
  const struct view_passage passage = {
      .who = first ? version->name : NULL,
      .title = documentation_word(version->part->title, show_word(viewing, "lang")),
      .when = when_of(viewing, version),
      .texts = (const char *const *)(const void *)lines.items,
      .texts_count = lines.count};
  show_add(viewing, passages, &passage);
}

/* Where the next part begins. */
static size_t end_of(const struct report *report, size_t first) {
  const struct documentation_version *all = report->documentation;
  size_t end = first + 1;
  while (end < report->documentation_count && all[end].municipality == all[first].municipality &&
         strcmp(all[end].part->id, all[first].part->id) == 0) {
    end++;
  }
  return end;
}

/* The newest of a part first. */
static void list_passages(struct viewing *viewing, struct view_list *passages) {
  const struct report *report = viewing->report;
  int municipality = 0;
  for (size_t first = 0, end; first < report->documentation_count; first = end) {
    end = end_of(report, first);
    for (size_t i = end; i-- > first;) {
      const struct documentation_version *version = &report->documentation[i];
      add_passage(viewing, passages, version, version->municipality != municipality);
      municipality = version->municipality;
    }
  }
}

void show_documentation(struct viewing *viewing, struct view_list *sections) {
  struct view_list passages = {.size = sizeof(struct view_passage)};
  struct view_list texts = {.size = sizeof(const char *)};
  bool published = viewing->report->profile == REPORT_PUBLISHED;
  const char *const keys[] = {"documentation_text", published ? "documentation_text_published"
                                                              : "documentation_text_internal"};
  if (viewing->report->documentation_count == 0) {
    return;
  }
  for (size_t i = 0; i < array_length(keys); i++) {
    const char *text = show_word(viewing, keys[i]);
    show_add(viewing, &texts, &text);
  }
  list_passages(viewing, &passages);
  const struct view_section section = {
      .id = "documentation",
      .title = show_word(viewing, "section_documentation"),
      .texts = (const char *const *)(const void *)texts.items,
      .texts_count = texts.count,
      .passages = (const struct view_passage *)(const void *)passages.items,
      .passages_count = passages.count};
  show_add(viewing, sections, &section);
}
