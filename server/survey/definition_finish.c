#include "survey/definition.h"

#include <stdlib.h>
#include <string.h>

enum { NAME_MAX_BYTES = 32 };

/* A name that a field or column takes, and who takes it. */
struct taken {
  const char *name;
  int field;    /* index, or -1: a column of its own */
  int question; /* index */
};

struct naming {
  struct definition *definition;
  struct field *fields;
  size_t fields_count;
  struct taken *taken; /* fields and check columns */
  size_t taken_count;
};

/* How many a question has for one child. */
static size_t fields_each(const struct question *question) {
  size_t count = question->confirm_against_count > 0 ? 2 : 1;
  for (size_t i = 0; i < question->choices_count; i++) {
    count += question->choices[i].describe_field == NULL ? 0 : 1;
  }
  return count;
}

static size_t repetitions(const struct definition *definition, const struct question *question) {
  return question->each < 0 ? 1 : (size_t)definition->questions[question->each].max;
}

static size_t count_fields(struct definition *definition) {
  size_t total = 0;
  for (size_t i = 0; i < definition->questionnaire->questions_count; i++) {
    struct question *question = &definition->questions[i];
    question->first_field = total;
    question->fields_each = fields_each(question);
    question->fields_count = question->fields_each * repetitions(definition, question);
    total += question->fields_count;
  }
  if (total > QUESTIONNAIRE_FIELDS_MAX) {
    reader_complain(definition->reader, "$.sections",
                    "with all children the answers have %zu fields; hint: at most %d", total,
                    QUESTIONNAIRE_FIELDS_MAX);
  }
  return total;
}

/* Statistics programs take names of up to 32 bytes. */
static const char *name_for(struct naming *naming, int question, const char *stem,
                            const char *ending, int child) {
  struct reader *reader = naming->definition->reader;
  const char *name = child == 0 ? reader_printf(reader, "%s%s", stem, ending)
                                : reader_printf(reader, "%s%s_%d", stem, ending, child);
  if (name != NULL && strlen(name) > NAME_MAX_BYTES) {
    reader_complain(reader, naming->definition->spots[question].path,
                    "its column \"%s\" has a name of more than %d characters; hint: a shorter id",
                    name, NAME_MAX_BYTES);
  }
  return name;
}

static void take(struct naming *naming, const char *name, int field, int question) {
  naming->taken[naming->taken_count++] =
      (struct taken){.name = name, .field = field, .question = question};
}

static void add_field(struct naming *naming, enum field_kind kind, int question, int child,
                      int choice) {
  const struct question *asked = &naming->definition->questions[question];
  const char *stem = kind == FIELD_DESCRIBE ? asked->choices[choice].describe_field : asked->id;
  const char *name = name_for(naming, question, stem, kind == FIELD_FIRST ? "_first" : "", child);
  take(naming, name, (int)naming->fields_count, question);
  naming->fields[naming->fields_count++] = (struct field){
      .name = name, .kind = kind, .question = question, .child = child, .choice = choice};
}

static void add_fields(struct naming *naming, int index) {
  const struct question *question = &naming->definition->questions[index];
  size_t times = repetitions(naming->definition, question);
  for (size_t i = 1; i <= times; i++) {
    int child = question->each < 0 ? 0 : (int)i;
    add_field(naming, FIELD_VALUE, index, child, -1);
    for (size_t j = 0; j < question->choices_count; j++) {
      if (question->choices[j].describe_field != NULL) {
        add_field(naming, FIELD_DESCRIBE, index, child, (int)j);
      }
    }
    if (question->confirm_against_count == 0) {
      continue;
    }
    add_field(naming, FIELD_FIRST, index, child, -1);
    take(naming, name_for(naming, index, question->id, "_check", child), -1, index);
  }
}

static int by_name(const void *a, const void *b) {
  const struct taken *left = a;
  const struct taken *right = b;
  int order = strcmp(left->name, right->name);
  return order != 0 ? order : left->question - right->question;
}

static void check_names(struct naming *naming) {
  struct definition *definition = naming->definition;
  qsort(naming->taken, naming->taken_count, sizeof *naming->taken, by_name);
  for (size_t i = 0; i < naming->taken_count; i++) {
    const struct taken *taken = &naming->taken[i];
    if (i > 0 && strcmp(taken->name, taken[-1].name) == 0) {
      reader_complain(definition->reader, definition->spots[taken->question].path,
                      "the field \"%s\" is there twice, here and in question \"%s\"; hint: rename "
                      "one",
                      taken->name, definition->questions[taken[-1].question].id);
    }
  }
}

static void name_fields(struct definition *definition) {
  struct reader *reader = definition->reader;
  struct questionnaire *questionnaire = definition->questionnaire;
  struct naming naming = {.definition = definition};
  size_t total = count_fields(definition);
  if (!reader_clean(reader)) {
    return;
  }
  naming.fields = reader_array(reader, total, sizeof *naming.fields);
  naming.taken = reader_array(reader, total * 2, sizeof *naming.taken);
  int *sorted = reader_array(reader, total, sizeof *sorted);
  if (reader->memory_out) {
    return;
  }
  for (size_t i = 0; i < questionnaire->questions_count; i++) {
    add_fields(&naming, (int)i);
  }
  if (reader->memory_out) {
    return;
  }
  check_names(&naming);
  size_t count = 0;
  for (size_t i = 0; i < naming.taken_count; i++) {
    if (naming.taken[i].field >= 0) {
      sorted[count++] = naming.taken[i].field;
    }
  }
  questionnaire->fields = naming.fields;
  questionnaire->fields_count = naming.fields_count;
  questionnaire->fields_by_name = sorted;
}

/* Called twice: words NULL counts, then the same walk writes. Choices of a named
 * list belong to the first question that uses it. */
struct walk {
  const struct words **words;
  size_t count;
};

static void walk_words(struct walk *walk, struct words *words) {
  if (words->text == NULL) {
    return;
  }
  if (walk->words != NULL) {
    words->index = (int)walk->count;
    walk->words[walk->count] = words;
  }
  walk->count++;
}

static void walk_paragraphs(struct walk *walk, const struct words *paragraphs, size_t count) {
  for (size_t i = 0; i < count; i++) {
    walk_words(walk, (struct words *)&paragraphs[i]);
  }
}

static bool choices_are_new(const struct definition *definition, const struct question *question) {
  for (const struct question *other = definition->questions; other < question; other++) {
    if (other->choices == question->choices) {
      return false;
    }
  }
  return true;
}

static void walk_question(struct walk *walk, struct definition *definition,
                          struct question *question) {
  walk_words(walk, &question->words);
  walk_words(walk, &question->hint);
  if (choices_are_new(definition, question)) {
    for (size_t i = 0; i < question->choices_count; i++) {
      walk_words(walk, (struct words *)&question->choices[i].words);
      walk_words(walk, (struct words *)&question->choices[i].describe);
    }
  }
  walk_words(walk, &question->low);
  walk_words(walk, &question->high);
}

static void walk_all(struct walk *walk, struct definition *definition) {
  struct questionnaire *questionnaire = definition->questionnaire;
  walk_words(walk, &questionnaire->title);
  walk_paragraphs(walk, questionnaire->intro, questionnaire->intro_count);
  walk_words(walk, &questionnaire->child);
  for (size_t i = 0; i < questionnaire->sections_count; i++) {
    const struct section *section = &definition->sections[i];
    walk_paragraphs(walk, section->intro, section->intro_count);
    for (size_t j = 0; j < section->questions_count; j++) {
      walk_question(walk, definition, &definition->questions[section->first_question + j]);
    }
  }
  walk_paragraphs(walk, questionnaire->thanks, questionnaire->thanks_count);
  for (size_t i = 0; i < questionnaire->scores_count; i++) {
    walk_words(walk, (struct words *)&questionnaire->scores[i].words);
  }
}

static void order_words(struct definition *definition) {
  struct walk counted = {.words = NULL};
  walk_all(&counted, definition);
  struct walk written = {
      .words = reader_array(definition->reader, counted.count, sizeof(struct words *))};
  if (written.words == NULL) {
    return;
  }
  walk_all(&written, definition);
  definition->questionnaire->words = written.words;
  definition->questionnaire->words_count = written.count;
}

void definition_finish(struct definition *definition) {
  name_fields(definition);
  definition_score_names(definition);
  order_words(definition);
  if (!reader_clean(definition->reader)) {
    return;
  }
  if (!definition_hash(definition->questionnaire, definition->questionnaire->hash)) {
    definition->reader->memory_out = true;
  }
}
