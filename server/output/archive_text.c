#include "output/archive_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/version.h"

enum { LINE_CHARACTERS_MAX = 78 };

/* ---- for machines */

/* Takes json. */
static void add_json(struct archive *archive, const char *name, json_t *json) {
  char *dump = json == NULL ? NULL : json_dumps(json, JSON_INDENT(2));
  struct text text;
  text_init(&text);
  text_add(&text, dump == NULL ? "" : dump);
  text_add_char(&text, '\n');
  text.failed = text.failed || dump == NULL;
  archive_add_text(archive, name, &text);
  free(dump);
  json_decref(json);
}

/* ---- for people */

static void add_heading(struct text *text, const char *heading) {
  text_addf(text, "\n%s\n", heading);
  for (const char *c = heading; *c != '\0'; c++) {
    if (((unsigned char)*c & 0xC0) != 0x80) { /* a code point's first byte */
      text_add_char(text, '-');
    }
  }
  text_add(text, "\n\n");
}

/* Breaks lines at blanks. */
static void add_paragraph(struct text *text, const char *paragraph) {
  size_t column = 0;
  for (const char *word = paragraph; *word != '\0';) {
    size_t length = strcspn(word, " "), wide = 0;
    for (size_t i = 0; i < length; i++) {
      wide += ((unsigned char)word[i] & 0xC0) != 0x80;
    }
    bool breaks = column > 0 && column + 1 + wide > LINE_CHARACTERS_MAX;
    if (column > 0) {
      text_add_char(text, breaks ? '\n' : ' ');
    }
    text_add_bytes(text, word, length);
    column = breaks || column == 0 ? wide : column + 1 + wide;
    word += length;
    word += strspn(word, " ");
  }
  text_add_char(text, '\n');
}

struct readme {
  const struct archive_facts *facts;
  const json_t *words;
  struct arena *arena;
  struct text text;
};

static void add_fact(struct readme *readme, const char *key, const char *value) {
  text_addf(&readme->text, "%s: %s\n", words_get(readme->words, key),
            value == NULL || value[0] == '\0' ? words_get(readme->words, "not_known") : value);
}

static const char *municipalities_of(const struct readme *readme) {
  const struct archive_facts *facts = readme->facts;
  const char *list = "";
  for (size_t i = 0; i < facts->municipalities_count && list != NULL; i++) {
    list =
        arena_printf(readme->arena, "%s%s%d", list, i == 0 ? "" : ", ", facts->municipalities[i]);
  }
  return list;
}

static void add_facts(struct readme *readme) {
  const struct archive_facts *facts = readme->facts;
  add_heading(&readme->text, words_get(readme->words, "facts"));
  add_fact(readme, "fact_round", arena_printf(readme->arena, "%d", facts->round));
  add_fact(readme, "fact_questionnaire",
           arena_printf(readme->arena, "%s %d", facts->questionnaire, facts->version));
  add_fact(readme, "fact_opened", facts->opened);
  add_fact(readme, "fact_closed", facts->closed);
  add_fact(readme, "fact_finalised", facts->finalised);
  add_fact(readme, "fact_municipalities", municipalities_of(readme));
  add_fact(readme, "fact_controller", facts->controller);
  add_fact(readme, "fact_purpose", facts->purpose);
  add_fact(readme, "fact_program", "Hjemsvar " VERSION_TEXT);
  if (facts->receipt != NULL) {
    add_fact(readme, "fact_receipt", facts->receipt);
  }
}

static void add_part(struct readme *readme, const char *heading, const char *const *keys) {
  add_heading(&readme->text, words_get(readme->words, heading));
  for (size_t i = 0; keys[i] != NULL; i++) {
    if (i > 0) {
      text_add_char(&readme->text, '\n');
    }
    add_paragraph(&readme->text, words_get(readme->words, keys[i]));
  }
}

static void add_readme(struct archive *archive, const char *name, const struct archive_facts *facts,
                       const json_t *words, struct arena *arena) {
  struct readme readme = {.facts = facts, .words = words, .arena = arena};
  bool internal = facts->internal;
  text_init(&readme.text);
  text_addf(&readme.text, "%s\n\n",
            words_fill(arena, words_get(words, "title"), "title", facts->title, NULL));
  add_paragraph(&readme.text, words_get(words, "what"));
  add_facts(&readme);
  add_part(&readme, "rows",
           (const char *const[]){internal ? "rows_internal" : "rows_anonymised", NULL});
  add_part(&readme, "files",
           internal
               ? (const char *const[]){"file_answers", "file_courses", "file_releases",
                                       "file_questionnaire", "file_round", "file_audit",
                                       "file_sums", NULL}
               : (const char *const[]){"file_releases", "file_questionnaire", "file_round",
                                       "file_audit", "file_audit_anonymised", "file_sums", NULL});
  add_part(&readme, "read", (const char *const[]){"read_text", NULL});
  add_part(&readme, "missing", (const char *const[]){"missing_text", NULL});
  if (internal && facts->sheets_waiting > 0) {
    const char *number = arena_printf(arena, "%d", facts->sheets_waiting);
    text_add_char(&readme.text, '\n');
    add_paragraph(&readme.text, words_fill(arena, words_get(words, "missing_sheets"), "n",
                                           number == NULL ? "" : number, NULL));
  }
  add_part(&readme, "archive", (const char *const[]){"archive_text", NULL});
  archive_add_text(archive, name, &readme.text);
}

void archive_add_texts(struct archive *archive, const struct archive_facts *facts,
                       const struct words_set *words, struct arena *arena) {
  add_readme(archive, "README.txt", facts, words_of(words, "da"), arena);
  add_readme(archive, "README.en.txt", facts, words_of(words, "en"), arena);
  add_json(archive, "round.json", facts->about);
  add_json(archive, "questionnaire.json", json_loads(facts->definition, 0, NULL));
  add_json(archive, "releases.json", facts->releases);
}
