#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/version.h"
#include "base/words.h"
#include "round_archive.h"
#include "round_view.h"

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

/* The settings that parents read are those that a round cannot open without. */
static json_t *round_of(const struct round_archive_facts *facts) {
  json_t *round = round_view_json(&facts->round), *told = json_object();
  for (size_t i = 0; i < facts->settings_count; i++) {
    if (facts->settings[i].required) {
      (void)json_object_set_new(told, facts->settings[i].key,
                                json_string(facts->settings[i].value));
    }
  }
  (void)json_object_set_new(round, "parents_were_told", told);
  (void)json_object_set_new(round, "program", json_string("Hjemsvar " VERSION_TEXT));
  (void)json_object_set_new(round, "rows",
                            json_string(facts->internal ? "internal" : "anonymised"));
  return round;
}

static json_t *release_of(const struct release_record *record) {
  char digest[2 * RELEASE_DIGEST_BYTES + 1];
  for (size_t i = 0; i < sizeof record->digest; i++) {
    (void)snprintf(digest + 2 * i, 3, "%02x", record->digest[i]);
  }
  json_t *certificate =
      record->certificate == NULL ? json_null() : json_loads(record->certificate, 0, NULL);
  return json_pack("{s:i, s:s, s:i, s:s, s:s, s:o, s:o, s:o, s:s?, s:s?}", "release", record->id,
                   "kind", record->kind, "floor", record->floor, "made_at", record->made_at,
                   "sha256", digest, "options", json_loads(record->options, 0, NULL), "content",
                   json_loads(record->content, 0, NULL), "certificate", certificate, "override_by",
                   record->override_by, "override_why", record->override_why);
}

static json_t *releases_of(const struct release_record *records, size_t count) {
  json_t *list = json_array();
  for (size_t i = 0; i < count; i++) {
    if (json_array_append_new(list, release_of(&records[i])) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
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
  const struct round_archive_facts *facts;
  const json_t *words;
  struct arena *arena;
  struct text text;
};

static void add_fact(struct readme *readme, const char *key, const char *value) {
  text_addf(&readme->text, "%s: %s\n", words_get(readme->words, key),
            value == NULL || value[0] == '\0' ? words_get(readme->words, "not_known") : value);
}

static const char *setting_value(const struct round_archive_facts *facts, const char *key) {
  for (size_t i = 0; i < facts->settings_count; i++) {
    if (strcmp(facts->settings[i].key, key) == 0) {
      return facts->settings[i].value;
    }
  }
  return NULL;
}

static const char *municipalities_of(const struct readme *readme) {
  const struct round_row *round = &readme->facts->round;
  const char *list = "";
  for (size_t i = 0; i < round->municipalities_count && list != NULL; i++) {
    list =
        arena_printf(readme->arena, "%s%s%d", list, i == 0 ? "" : ", ", round->municipalities[i]);
  }
  return list;
}

static void add_facts(struct readme *readme) {
  const struct round_row *round = &readme->facts->round;
  add_heading(&readme->text, words_get(readme->words, "facts"));
  add_fact(readme, "fact_round", arena_printf(readme->arena, "%d", round->id));
  add_fact(readme, "fact_questionnaire",
           arena_printf(readme->arena, "%s %d", round->questionnaire, round->version));
  add_fact(readme, "fact_opened", round->opens_at);
  add_fact(readme, "fact_closed", round->closed_at);
  add_fact(readme, "fact_finalised", round->finalised_at);
  add_fact(readme, "fact_municipalities", municipalities_of(readme));
  add_fact(readme, "fact_controller", setting_value(readme->facts, "controller"));
  add_fact(readme, "fact_purpose", setting_value(readme->facts, "purpose"));
  add_fact(readme, "fact_program", "Hjemsvar " VERSION_TEXT);
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

static void add_readme(const struct cli *cli, struct archive *archive, const char *name,
                       const struct round_archive_facts *facts, const json_t *words) {
  struct readme readme = {.facts = facts, .words = words, .arena = cli->arena};
  bool internal = facts->internal;
  text_init(&readme.text);
  text_addf(&readme.text, "%s\n\n",
            words_fill(cli->arena, words_get(words, "title"), "title", facts->round.title, NULL));
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
  add_part(&readme, "archive", (const char *const[]){"archive_text", NULL});
  archive_add_text(archive, name, &readme.text);
}

int round_archive_add_texts(const struct cli *cli, struct archive *archive,
                            const struct round_archive_facts *facts,
                            const struct release_record *releases, size_t count) {
  const char *message = NULL;
  const char *folder =
      arena_printf(cli->arena, "%s/templates/archive/words", cli->config.share_dir);
  struct words_set *set = folder == NULL ? NULL : words_set_load(folder, cli->arena, &message);
  if (set == NULL) {
    return cli_fail(EXIT_CODE_CONFIG, "%s", message == NULL ? "memory is out" : message);
  }
  add_readme(cli, archive, "README.txt", facts, words_of(set, "da"));
  add_readme(cli, archive, "README.en.txt", facts, words_of(set, "en"));
  words_set_free(set);
  add_json(archive, "round.json", round_of(facts));
  add_json(archive, "questionnaire.json", json_loads(facts->questionnaire.definition, 0, NULL));
  add_json(archive, "releases.json", releases_of(releases, count));
  return 0;
}
