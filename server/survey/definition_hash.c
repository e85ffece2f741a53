#include "survey/definition.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

void canonical_string(struct text *text, const char *string) {
  if (string == NULL) {
    string = "";
  }
  text_addf(text, "%zu:", strlen(string));
  text_add(text, string);
  text_add_char(text, ',');
}

bool canonical_hash(const struct text *text, unsigned char hash[QUESTIONNAIRE_HASH_BYTES]) {
  if (text->failed) {
    return false;
  }
  return crypto_generichash(hash, QUESTIONNAIRE_HASH_BYTES, (const unsigned char *)text->data,
                            text->length, NULL, 0) == 0;
}

static void add_number(struct text *text, long long number) {
  char digits[24];
  int length = snprintf(digits, sizeof digits, "%lld", number);
  text_addf(text, "%d:%s,", length, digits);
}

static void add_words(struct text *text, const struct words *words) {
  canonical_string(text, words->text);
  canonical_string(text, words->text == NULL ? "" : words->ours ? "ours" : "source");
}

static void add_paragraphs(struct text *text, const struct words *paragraphs, size_t count) {
  add_number(text, (long long)count);
  for (size_t i = 0; i < count; i++) {
    add_words(text, &paragraphs[i]);
  }
}

static void add_choices(struct text *text, const struct question *question) {
  add_number(text, (long long)question->choices_count);
  for (size_t i = 0; i < question->choices_count; i++) {
    const struct choice *choice = &question->choices[i];
    add_number(text, choice->code);
    canonical_string(text, choice->words.id);
    add_words(text, &choice->words);
    canonical_string(text, choice->dont_know ? "dont_know" : "");
    canonical_string(text, choice->describe_field);
    add_number(text, choice->describe_max);
    if (choice->describe.text != NULL) {
      canonical_string(text, "describe");
      add_words(text, &choice->describe);
    }
  }
}

static void add_numbers(struct text *text, const int *numbers, size_t count) {
  add_number(text, (long long)count);
  for (size_t i = 0; i < count; i++) {
    add_number(text, numbers[i]);
  }
}

static void add_question(struct text *text, const struct question *question) {
  static const char *const kinds[] = {[QUESTION_CHOICE] = "choice",
                                      [QUESTION_COUNT] = "count",
                                      [QUESTION_SCALE] = "scale",
                                      [QUESTION_TEXT] = "text"};
  canonical_string(text, question->id);
  canonical_string(text, kinds[question->kind]);
  add_words(text, &question->words);
  add_words(text, &question->hint);
  add_words(text, &question->low);
  add_words(text, &question->high);
  add_choices(text, question);
  add_number(text, question->min);
  add_number(text, question->max);
  add_number(text, question->max_length);
  add_number(text, question->each + 1);
  add_number(text, question->filter.question + 1);
  add_numbers(text, question->filter.codes, question->filter.codes_count);
  canonical_string(text, question->needed ? "needed" : "");
  canonical_string(text, question->notice ? "notice" : "");
  add_numbers(text, question->confirm_against, question->confirm_against_count);
}

static void add_section(struct text *text, const struct questionnaire *questionnaire,
                        const struct section *section) {
  canonical_string(text, section->id);
  add_paragraphs(text, section->intro, section->intro_count);
  add_number(text, (long long)section->questions_count);
  for (size_t i = 0; i < section->questions_count; i++) {
    add_question(text, &questionnaire->questions[section->first_question + i]);
  }
}

/* Only where there are any: the hash of an anonymous questionnaire stays what it was. */
static void add_pairs(struct text *text, const struct questionnaire *questionnaire) {
  if (questionnaire->personal) {
    canonical_string(text, "personal");
    add_number(text, questionnaire->pairs.case_question);
    add_number(text, questionnaire->pairs.occasion);
    add_number(text, questionnaire->pairs.informant);
  }
}

static void add_score(struct text *text, const struct score *score) {
  canonical_string(text, score->id);
  add_words(text, &score->words);
  add_number(text, (long long)score->items_count);
  for (size_t i = 0; i < score->items_count; i++) {
    add_number(text, score->items[i].question);
    canonical_string(text, score->items[i].reversed ? "reversed" : "");
  }
  add_number(text, (long long)score->values_count);
  for (size_t i = 0; i < score->values_count; i++) {
    add_number(text, score->values[i].code);
    add_number(text, score->values[i].value);
  }
  add_number(text, score->least);
  add_number(text, (long long)score->zero_if_count);
  for (size_t i = 0; i < score->zero_if_count; i++) {
    add_number(text, score->zero_if[i].question);
    add_numbers(text, score->zero_if[i].codes, score->zero_if[i].codes_count);
  }
  add_numbers(text, score->of, score->of_count);
  add_number(text, score->entered + 1);
  canonical_string(text, score->higher_is_better ? "higher" : "lower");
}

/* Only where there are any, and not which norms they are held against. */
static void add_scores(struct text *text, const struct questionnaire *questionnaire) {
  for (size_t i = 0; i < questionnaire->scores_count; i++) {
    add_score(text, &questionnaire->scores[i]);
  }
}

bool definition_hash(const struct questionnaire *questionnaire,
                     unsigned char hash[QUESTIONNAIRE_HASH_BYTES]) {
  struct text text;
  text_init(&text);
  canonical_string(&text, "questionnaire 1");
  canonical_string(&text, questionnaire->id);
  add_number(&text, questionnaire->version);
  canonical_string(&text, questionnaire->language);
  add_words(&text, &questionnaire->title);
  add_paragraphs(&text, questionnaire->intro, questionnaire->intro_count);
  add_words(&text, &questionnaire->child);
  add_number(&text, (long long)questionnaire->sections_count);
  for (size_t i = 0; i < questionnaire->sections_count; i++) {
    add_section(&text, questionnaire, &questionnaire->sections[i]);
  }
  add_paragraphs(&text, questionnaire->thanks, questionnaire->thanks_count);
  add_pairs(&text, questionnaire);
  add_scores(&text, questionnaire);
  bool done = canonical_hash(&text, hash);
  text_clear(&text);
  return done;
}
