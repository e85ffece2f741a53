#include "output/certificate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/words.h"

enum { NUMBER_BYTES = 32 };

/* ---- for machines */

static const char *level_name(enum anonymise_level level) {
  switch (level) {
  case ANONYMISE_EXACT:
    return "exact";
  case ANONYMISE_POOLED:
    return "pooled";
  case ANONYMISE_CAPPED:
    return "capped";
  case ANONYMISE_SUMMARY:
    return "summary";
  case ANONYMISE_NONE:
    return "none";
  }
  return "";
}

static json_t *quasi_json(const struct anonymise_quasi *quasi) {
  json_t *json =
      json_pack("{s:s, s:s, s:I, s:f}", "name", quasi->name, "level", level_name(quasi->level),
                "withheld", (json_int_t)quasi->withheld, "loss", quasi->loss);
  int failed = json == NULL;
  if (quasi->level == ANONYMISE_POOLED) {
    failed |= json_object_set_new(json, "pooled", json_string(quasi->pooled));
  } else if (quasi->level == ANONYMISE_CAPPED) {
    failed |= json_object_set_new(json, "limit", json_integer(quasi->limit));
  }
  if (failed != 0) {
    json_decref(json);
    return NULL;
  }
  return json;
}

static json_t *opinion_json(const struct anonymise_opinion *opinion) {
  return json_pack("{s:s, s:I, s:I, s:i, s:I}", "name", opinion->name, "kept",
                   (json_int_t)opinion->kept, "lost", (json_int_t)opinion->lost, "l",
                   opinion->diversity, "uniform", (json_int_t)opinion->uniform);
}

json_t *certificate_json(const struct anonymise_certificate *anonymised) {
  json_t *columns = json_array(), *questions = json_array();
  int failed = columns == NULL || questions == NULL;
  for (size_t i = 0; i < anonymised->quasis_count; i++) {
    failed |= json_array_append_new(columns, quasi_json(&anonymised->quasis[i]));
  }
  for (size_t i = 0; i < anonymised->opinions_count; i++) {
    failed |= json_array_append_new(questions, opinion_json(&anonymised->opinions[i]));
  }
  json_t *json = json_pack(
      "{s:I, s:i, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:f, s:o, s:o}", "rows",
      (json_int_t)anonymised->rows, "k_asked", anonymised->k_asked, "k_reached",
      (json_int_t)anonymised->k_reached, "classes", (json_int_t)anonymised->classes,
      "uniques_before", (json_int_t)anonymised->uniques_before, "below_before",
      (json_int_t)anonymised->below_before, "uniques_after", (json_int_t)anonymised->uniques_after,
      "below_after", (json_int_t)anonymised->below_after, "touched",
      (json_int_t)anonymised->touched, "combinations", (json_int_t)anonymised->combinations, "loss",
      anonymised->loss, "columns", columns, "questions", questions);
  if (failed != 0) {
    json_decref(json);
    return NULL;
  }
  return json;
}

static json_t *text_or_null(const char *text) {
  return text == NULL ? json_null() : json_string(text);
}

bool certificate_document(const struct certificate *certificate, struct text *out) {
  json_t *json = certificate_json(certificate->anonymised);
  int failed = json == NULL;
  failed |= json_object_set_new(json, "release", json_integer(certificate->release));
  failed |= json_object_set_new(json, "round", json_integer(certificate->round));
  failed |= json_object_set_new(json, "questionnaire", json_string(certificate->questionnaire));
  failed |= json_object_set_new(json, "made_at", json_string(certificate->made_at));
  failed |= json_object_set_new(json, "checksum", json_string(certificate->checksum));
  failed |= json_object_set_new(json, "program", json_string(certificate->program));
  failed |= json_object_set_new(json, "override_by", text_or_null(certificate->override_by));
  failed |= json_object_set_new(json, "override_why", text_or_null(certificate->override_why));
  if (certificate->has_comments) {
    failed |=
        json_object_set_new(json, "comments",
                            json_pack("{s:I, s:I, s:s}", "count", (json_int_t)certificate->comments,
                                      "masked", (json_int_t)certificate->comments_masked,
                                      "checksum", certificate->comments_checksum));
  }
  char *string = failed == 0 ? json_dumps(json, JSON_INDENT(2)) : NULL;
  text_addf(out, "%s\n", string == NULL ? "" : string);
  bool done = string != NULL && !out->failed;
  free(string);
  json_decref(json);
  return done;
}

/* ---- for people: what both the page and the text are made of */

struct paper {
  const struct certificate *certificate;
  const json_t *words;
  struct arena *arena;
  int failed;
};

static const char *number(struct paper *paper, size_t value) {
  const char *string = arena_printf(paper->arena, "%zu", value);
  paper->failed |= string == NULL;
  return string == NULL ? "" : string;
}

/* A whole percent, as the words' language writes it. */
static const char *percent(struct paper *paper, double share) {
  const char *space = strcmp(words_get(paper->words, "lang"), "da") == 0 ? "\u00a0" : "";
  const char *string = arena_printf(paper->arena, "%ld%s%%", lround(share * 100), space);
  paper->failed |= string == NULL;
  return string == NULL ? "" : string;
}

static void line(struct paper *paper, json_t *list, const char *word, const char *value) {
  paper->failed |= json_array_append_new(
      list, json_pack("{s:s, s:s}", "name", words_get(paper->words, word), "value", value));
}

static json_t *facts_of(struct paper *paper) {
  const struct certificate *certificate = paper->certificate;
  json_t *list = json_array();
  const char *round =
      arena_printf(paper->arena, "%d: %s", certificate->round, certificate->round_title);
  paper->failed |= list == NULL || round == NULL;
  line(paper, list, "release", number(paper, (size_t)certificate->release));
  line(paper, list, "round", round == NULL ? "" : round);
  line(paper, list, "questionnaire", certificate->questionnaire);
  line(paper, list, "made_at", certificate->made_at);
  line(paper, list, "checksum", certificate->checksum);
  line(paper, list, "program", certificate->program);
  if (certificate->has_comments) {
    line(paper, list, "comments",
         words_fill(paper->arena, words_get(paper->words, "comments_value"), "n",
                    number(paper, certificate->comments), "masked",
                    number(paper, certificate->comments_masked), "checksum",
                    certificate->comments_checksum, NULL));
  }
  if (certificate->override_by != NULL) {
    line(paper, list, "override",
         words_fill(paper->arena, words_get(paper->words, "override_value"), "by",
                    certificate->override_by, "why", certificate->override_why, NULL));
  }
  return list;
}

static json_t *results_of(struct paper *paper) {
  const struct anonymise_certificate *anonymised = paper->certificate->anonymised;
  json_t *list = json_array();
  paper->failed |= list == NULL;
  line(paper, list, "rows", number(paper, anonymised->rows));
  line(paper, list, "k_asked", number(paper, (size_t)anonymised->k_asked));
  line(paper, list, "k_reached", number(paper, anonymised->k_reached));
  line(paper, list, "classes", number(paper, anonymised->classes));
  line(paper, list, "uniques_before", number(paper, anonymised->uniques_before));
  line(paper, list, "below_before", number(paper, anonymised->below_before));
  line(paper, list, "below_after", number(paper, anonymised->below_after));
  line(paper, list, "touched", number(paper, anonymised->touched));
  line(paper, list, "loss", percent(paper, anonymised->loss));
  return list;
}

static const char *what_of(struct paper *paper, const struct anonymise_quasi *quasi) {
  const char *key = arena_printf(paper->arena, "level_%s", level_name(quasi->level));
  const char *limit = number(paper, (size_t)quasi->limit);
  paper->failed |= key == NULL;
  return key == NULL ? ""
                     : words_fill(paper->arena, words_get(paper->words, key), "pooled",
                                  quasi->pooled, "limit", limit, NULL);
}

static json_t *quasis_of(struct paper *paper) {
  const struct anonymise_certificate *anonymised = paper->certificate->anonymised;
  json_t *list = json_array();
  paper->failed |= list == NULL;
  for (size_t i = 0; i < anonymised->quasis_count; i++) {
    const struct anonymise_quasi *quasi = &anonymised->quasis[i];
    const char *own = json_string_value(json_object_get(paper->words, quasi->name));
    paper->failed |= json_array_append_new(
        list, json_pack("{s:s, s:s, s:s, s:s}", "name", own == NULL ? quasi->name : own, "what",
                        what_of(paper, quasi), "withheld", number(paper, quasi->withheld), "loss",
                        percent(paper, quasi->loss)));
  }
  return list;
}

static json_t *opinions_of(struct paper *paper) {
  const struct anonymise_certificate *anonymised = paper->certificate->anonymised;
  json_t *list = json_array();
  paper->failed |= list == NULL;
  for (size_t i = 0; i < anonymised->opinions_count; i++) {
    const struct anonymise_opinion *opinion = &anonymised->opinions[i];
    paper->failed |= json_array_append_new(
        list, json_pack("{s:s, s:s, s:s, s:s, s:s}", "name", opinion->name, "kept",
                        number(paper, opinion->kept), "lost", number(paper, opinion->lost),
                        "diversity", number(paper, (size_t)opinion->diversity), "uniform",
                        number(paper, opinion->uniform)));
  }
  return list;
}

static json_t *notes_of(struct paper *paper) {
  bool comments = paper->certificate->has_comments;
  const char *const notes[] = {"note_codes",   comments ? "note_left_out_rows" : "note_left_out",
                               "note_uniform", "note_knowledge",
                               "note_again",   "note_comments"};
  size_t count = array_length(notes) - (comments ? 0 : 1);
  json_t *list = json_array();
  paper->failed |= list == NULL;
  for (size_t i = 0; i < count; i++) {
    paper->failed |= json_array_append_new(list, json_string(words_get(paper->words, notes[i])));
  }
  return list;
}

static json_t *data_of(const struct certificate *certificate, const json_t *words,
                       struct arena *arena) {
  struct paper paper = {.certificate = certificate, .words = words, .arena = arena};
  const char *combinations = number(&paper, certificate->anonymised->combinations);
  const char *method =
      words_fill(arena, words_get(words, "method"), "combinations", combinations, NULL);
  json_t *data =
      json_pack("{s:O, s:s, s:o, s:o, s:o, s:o, s:o}", "words", words, "method", method, "facts",
                facts_of(&paper), "results", results_of(&paper), "quasis", quasis_of(&paper),
                "opinions", opinions_of(&paper), "notes", notes_of(&paper));
  if (paper.failed != 0) {
    json_decref(data);
    return NULL;
  }
  return data;
}

bool certificate_html(const struct certificate *certificate, const json_t *words,
                      const struct template *template, struct text *out) {
  struct arena *arena = arena_new(0);
  json_t *data = arena == NULL ? NULL : data_of(certificate, words, arena);
  if (data != NULL) {
    template_render(template, data, out);
  }
  bool done = data != NULL && !out->failed;
  json_decref(data);
  arena_free(arena);
  return done;
}

/* ---- plain text */

static const char *member(const json_t *object, const char *key) {
  const char *string = json_string_value(json_object_get(object, key));
  return string == NULL ? "" : string;
}

static void add_pairs(struct text *out, const json_t *list) {
  for (size_t i = 0; i < json_array_size(list); i++) {
    const json_t *item = json_array_get(list, i);
    text_addf(out, "  %s: %s\n", member(item, "name"), member(item, "value"));
  }
}

static void add_quasis(struct text *out, const json_t *words, const json_t *list) {
  text_addf(out, "\n%s\n", words_get(words, "quasis_title"));
  for (size_t i = 0; i < json_array_size(list); i++) {
    const json_t *item = json_array_get(list, i);
    text_addf(out, "  %s: %s; %s %s; %s %s\n", member(item, "name"), member(item, "what"),
              words_get(words, "withheld"), member(item, "withheld"),
              words_get(words, "lost_share"), member(item, "loss"));
  }
}

static void add_opinions(struct text *out, const json_t *words, const json_t *list) {
  text_addf(out, "\n%s\n", words_get(words, "opinions_title"));
  for (size_t i = 0; i < json_array_size(list); i++) {
    const json_t *item = json_array_get(list, i);
    text_addf(out, "  %s: %s %s; %s %s; %s %s; %s %s\n", member(item, "name"),
              words_get(words, "kept"), member(item, "kept"), words_get(words, "lost"),
              member(item, "lost"), words_get(words, "diversity"), member(item, "diversity"),
              words_get(words, "uniform"), member(item, "uniform"));
  }
}

bool certificate_text(const struct certificate *certificate, const json_t *words,
                      struct text *out) {
  struct arena *arena = arena_new(0);
  json_t *data = arena == NULL ? NULL : data_of(certificate, words, arena);
  if (data != NULL) {
    const json_t *notes = json_object_get(data, "notes");
    text_addf(out, "%s\n\n", words_get(words, "title"));
    add_pairs(out, json_object_get(data, "facts"));
    text_addf(out, "\n%s\n  %s\n", words_get(words, "method_title"), member(data, "method"));
    add_pairs(out, json_object_get(data, "results"));
    add_quasis(out, words, json_object_get(data, "quasis"));
    add_opinions(out, words, json_object_get(data, "opinions"));
    text_addf(out, "\n%s\n", words_get(words, "notes_title"));
    for (size_t i = 0; i < json_array_size(notes); i++) {
      text_addf(out, "  - %s\n", json_string_value(json_array_get(notes, i)));
    }
  }
  bool done = data != NULL && !out->failed;
  json_decref(data);
  arena_free(arena);
  return done;
}

json_t *certificate_template_sample(const json_t *words) {
  return json_pack("{s:O, s:s, s:[{s:s, s:s}], s:[{s:s, s:s}], s:[{s:s, s:s, s:s, s:s}],"
                   " s:[{s:s, s:s, s:s, s:s, s:s}], s:[s]}",
                   "words", words, "method", "", "facts", "name", "", "value", "", "results",
                   "name", "", "value", "", "quasis", "name", "", "what", "", "withheld", "",
                   "loss", "", "opinions", "name", "", "kept", "", "lost", "", "diversity", "",
                   "uniform", "", "notes", "");
}
