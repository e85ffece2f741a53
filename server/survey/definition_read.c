#include "survey/definition.h"

#include <string.h>

#include "survey/nearest.h"

enum { VERSION_MAX = 1000000, SCALE_MAX = 98 };

bool definition_reserved(const char *name) {
  /* Fields of the form, columns of the export, prefixes of words ids. */
  static const char *const names[] = {
      "action",     "child",      "device",     "external_id",       "flag_burst",
      "flag_empty", "flag_scale", "flag_speed", "flag_straightline", "flag_duplicate",
      "intro",      "lang",       "language",   "municipality",      "municipality_code",
      "network",    "page",       "receipt",    "received_week",     "response_id",
      "seconds",    "section",    "submission", "submitted_at",      "thanks",
      "title",      "weight"};
  for (size_t i = 0; i < array_length(names); i++) {
    if (strcmp(names[i], name) == 0) {
      return true;
    }
  }
  return false;
}

static struct words *read_paragraphs(struct definition *definition, struct spot spot,
                                     const char *prefix, size_t *count) {
  struct reader *reader = definition->reader;
  *count = reader_list(reader, spot, 0);
  struct words *paragraphs = reader_array(reader, *count, sizeof *paragraphs);
  for (size_t i = 0; paragraphs != NULL && i < *count; i++) {
    paragraphs[i] = reader_words(reader, reader_item(reader, spot, i),
                                 reader_printf(reader, "%s.%zu", prefix, i + 1));
  }
  return paragraphs;
}

/* Words that may be left out: without text then. */
static struct words read_optional(struct definition *definition, struct spot spot, const char *key,
                                  const char *id) {
  struct spot member = reader_member(definition->reader, spot, key);
  const char *words_id = reader_printf(definition->reader, "%s.%s", id, key);
  if (member.value == NULL) {
    return (struct words){.id = words_id, .index = -1};
  }
  return reader_words(definition->reader, member, words_id);
}

static void read_list(struct definition *definition, struct spot spot, const char *name,
                      struct choice_list *list) {
  struct reader *reader = definition->reader;
  json_t *key = json_string(name);
  if (key == NULL) {
    reader->memory_out = true;
  }
  list->path = spot.path;
  list->name = reader_name(reader, (struct spot){.value = key, .path = spot.path}, false);
  if (list->name != NULL && definition_reserved(list->name)) {
    reader_complain(reader, spot.path, "the name \"%s\" is taken; hint: choose another", name);
  }
  list->choices = definition_choices(definition, spot, name, &list->count);
  json_decref(key);
}

static void read_lists(struct definition *definition, struct spot spot) {
  if (spot.value == NULL) {
    return;
  }
  if (!json_is_object(spot.value)) {
    reader_complain(definition->reader, spot.path,
                    "must be an object of named lists; hint: {\"yes_no\": [ … ]}");
    return;
  }
  definition->lists =
      reader_array(definition->reader, json_object_size(spot.value), sizeof *definition->lists);
  if (definition->lists == NULL) {
    return;
  }
  const char *name;
  json_t *value;
  json_object_foreach(spot.value, name, value) {
    read_list(definition, reader_member(definition->reader, spot, name), name,
              &definition->lists[definition->lists_count]);
    definition->lists_count++;
  }
}

static void refer_to_list(struct definition *definition, struct spot spot,
                          struct question *question) {
  const char *name = json_string_value(spot.value);
  struct nearest nearest;
  nearest_init(&nearest, name);
  for (size_t i = 0; i < definition->lists_count; i++) {
    struct choice_list *list = &definition->lists[i];
    if (list->name == NULL) {
      continue;
    }
    nearest_try(&nearest, list->name);
    if (strcmp(list->name, name) != 0) {
      continue;
    }
    list->used = true;
    question->choices = list->choices;
    question->choices_count = list->count;
    return;
  }
  reader_complain(definition->reader, spot.path, "there is no list of choices \"%s\"%s", name,
                  nearest_hint(definition->reader, &nearest,
                               "; hint: add it to \"choices\" at the top of the file"));
}

static void read_choice_question(struct definition *definition, struct spot spot,
                                 struct question *question) {
  struct spot choices = reader_member(definition->reader, spot, "choices");
  if (json_is_string(choices.value)) {
    refer_to_list(definition, choices, question);
  } else {
    question->choices =
        definition_choices(definition, choices, question->id, &question->choices_count);
  }
}

static void read_range(struct definition *definition, struct spot spot, struct question *question,
                       int most) {
  struct reader *reader = definition->reader;
  size_t before = reader->complaints->count;
  struct spot max = reader_member(reader, spot, "max");
  question->min = reader_integer(reader, reader_member(reader, spot, "min"), 0, most);
  question->max = reader_integer(reader, max, 0, most);
  if (reader->complaints->count == before && question->max <= question->min) {
    reader_complain(reader, max.path, "\"max\" must be above \"min\"");
  }
}

/* What a question of each kind may hold. */
#define COMMON_KEYS "id", "kind", "text", "hint", "each", "only_if", "needed", "notice", "compare"
static const char *const choice_keys[] = {COMMON_KEYS, "choices", NULL};
static const char *const count_keys[] = {COMMON_KEYS, "min", "max", NULL};
static const char *const scale_keys[] = {COMMON_KEYS, "min",     "max",    "low",
                                         "high",      "confirm", "report", NULL};
static const char *const text_keys[] = {COMMON_KEYS, "max", NULL};
static const struct kind {
  const char *name;
  const char *what;
  const char *const *keys;
} kinds[] = {
    [QUESTION_CHOICE] = {"choice", "a question of kind choice", choice_keys},
    [QUESTION_COUNT] = {"count", "a question of kind count", count_keys},
    [QUESTION_SCALE] = {"scale", "a question of kind scale", scale_keys},
    [QUESTION_TEXT] = {"text", "a question of kind text", text_keys},
};

static bool read_question_kind(struct definition *definition, struct spot spot,
                               struct question *question) {
  struct reader *reader = definition->reader;
  struct spot member = reader_member(reader, spot, "kind");
  const char *name = reader_text(reader, member);
  if (name == NULL) {
    return false;
  }
  struct nearest nearest;
  nearest_init(&nearest, name);
  for (size_t i = 0; i < array_length(kinds); i++) {
    nearest_try(&nearest, kinds[i].name);
    if (strcmp(kinds[i].name, name) != 0) {
      continue;
    }
    question->kind = (enum question_kind)i;
    return reader_object(reader, spot, kinds[i].what, kinds[i].keys);
  }
  reader_complain(reader, member.path, "there is no kind of question \"%s\"%s", name,
                  nearest_hint(reader, &nearest, "; hint: choice, count, scale or text"));
  return false;
}

static void read_by_kind(struct definition *definition, struct spot spot,
                         struct question *question) {
  struct reader *reader = definition->reader;
  switch (question->kind) {
  case QUESTION_CHOICE:
    read_choice_question(definition, spot, question);
    break;
  case QUESTION_COUNT:
    read_range(definition, spot, question, QUESTIONNAIRE_CHILDREN_MAX);
    break;
  case QUESTION_SCALE:
    read_range(definition, spot, question, SCALE_MAX);
    question->low = read_optional(definition, spot, "low", question->id);
    question->high = read_optional(definition, spot, "high", question->id);
    break;
  case QUESTION_TEXT:
    question->max_length =
        reader_integer(reader, reader_member(reader, spot, "max"), 1, QUESTIONNAIRE_TEXT_MAX);
    break;
  }
}

static void read_question_id(struct definition *definition, struct spot spot,
                             struct question *question) {
  struct reader *reader = definition->reader;
  struct spot member = reader_member(reader, spot, "id");
  question->id = reader_name(reader, member, false);
  if (question->id == NULL) {
    return;
  }
  if (definition_reserved(question->id)) {
    reader_complain(reader, member.path, "the name \"%s\" is taken; hint: choose another",
                    question->id);
  }
  for (struct question *other = definition->questions; other < question; other++) {
    if (other->id != NULL && strcmp(other->id, question->id) == 0) {
      reader_complain(reader, member.path,
                      "the question id \"%s\" is used before, by question %d; hint: each question "
                      "has its own id",
                      question->id, other->number);
    }
  }
  for (size_t i = 0; i < definition->lists_count; i++) {
    if (definition->lists[i].name != NULL && strcmp(definition->lists[i].name, question->id) == 0) {
      reader_complain(reader, member.path,
                      "\"%s\" is both a question and a list of choices; hint: rename the list",
                      question->id);
    }
  }
}

static void read_question(struct definition *definition, struct spot spot, size_t index,
                          int section) {
  struct reader *reader = definition->reader;
  struct question *question = &definition->questions[index];
  definition->spots[index] = spot;
  *question = (struct question){.section = section,
                                .number = (int)index + 1,
                                .each = -1,
                                .before = -1,
                                .filter = {.question = -1},
                                .low = {.index = -1},
                                .high = {.index = -1},
                                .hint = {.index = -1}};
  if (!json_is_object(spot.value)) {
    reader_complain(reader, spot.path, "a question must be an object in { }");
    return;
  }
  read_question_id(definition, spot, question);
  const char *id = question->id == NULL ? "" : question->id;
  question->words = reader_words(reader, reader_member(reader, spot, "text"),
                                 reader_printf(reader, "%s.text", id));
  question->hint = read_optional(definition, spot, "hint", id);
  question->needed = reader_boolean(reader, reader_member(reader, spot, "needed"), false);
  question->notice = reader_boolean(reader, reader_member(reader, spot, "notice"), true);
  if (read_question_kind(definition, spot, question)) {
    read_by_kind(definition, spot, question);
  }
}

static void read_section_id(struct definition *definition, struct spot spot,
                            struct section *section) {
  struct reader *reader = definition->reader;
  struct spot member = reader_member(reader, spot, "id");
  section->id = reader_name(reader, member, false);
  if (section->id == NULL) {
    return;
  }
  for (struct section *other = definition->sections; other < section; other++) {
    if (other->id != NULL && strcmp(other->id, section->id) == 0) {
      reader_complain(reader, member.path,
                      "the section id \"%s\" is used before; hint: each section has its own id",
                      section->id);
    }
  }
}

/* Returns the number of questions read so far. */
static size_t read_section(struct definition *definition, struct spot spot, size_t index,
                           size_t first_question) {
  static const char *const known[] = {"id", "intro", "questions", NULL};
  struct reader *reader = definition->reader;
  struct section *section = &definition->sections[index];
  if (!reader_object(reader, spot, "a section", known)) {
    return first_question;
  }
  read_section_id(definition, spot, section);
  section->intro = read_paragraphs(
      definition, reader_member(reader, spot, "intro"),
      reader_printf(reader, "section.%s.intro", section->id == NULL ? "" : section->id),
      &section->intro_count);
  struct spot list = reader_member(reader, spot, "questions");
  section->first_question = first_question;
  section->questions_count = reader_list(reader, list, 1);
  for (size_t i = 0; i < section->questions_count; i++) {
    read_question(definition, reader_item(reader, list, i), first_question + i, (int)index);
  }
  return first_question + section->questions_count;
}

static void read_sections(struct definition *definition, struct spot spot) {
  struct reader *reader = definition->reader;
  struct questionnaire *questionnaire = definition->questionnaire;
  size_t sections = reader_list(reader, spot, 1);
  size_t questions = 0;
  for (size_t i = 0; i < sections; i++) {
    questions += json_array_size(json_object_get(json_array_get(spot.value, i), "questions"));
  }
  if (questions > QUESTIONNAIRE_FIELDS_MAX) {
    reader_complain(reader, spot.path, "%zu questions are too many; hint: at most %d", questions,
                    QUESTIONNAIRE_FIELDS_MAX);
    return;
  }
  definition->sections = reader_array(reader, sections, sizeof *definition->sections);
  definition->questions = reader_array(reader, questions, sizeof *definition->questions);
  definition->spots = reader_array(reader, questions, sizeof *definition->spots);
  if (reader->memory_out) {
    return;
  }
  size_t read = 0;
  for (size_t i = 0; i < sections; i++) {
    read = read_section(definition, reader_item(reader, spot, i), i, read);
  }
  questionnaire->sections = definition->sections;
  questionnaire->sections_count = sections;
  questionnaire->questions = definition->questions;
  questionnaire->questions_count = read;
}

static void read_kind(struct definition *definition, struct spot spot) {
  struct reader *reader = definition->reader;
  const char *kind = spot.value == NULL ? "anonymous" : reader_text(reader, spot);
  definition->questionnaire->personal = kind != NULL && strcmp(kind, "personal") == 0;
  if (kind != NULL && strcmp(kind, "anonymous") != 0 && strcmp(kind, "personal") != 0) {
    reader_complain(reader, spot.path,
                    "there is no kind of questionnaire \"%s\"; hint: anonymous or personal", kind);
  }
}

/* What one answer is of. */
static void read_unit(struct definition *definition, struct spot spot) {
  struct reader *reader = definition->reader;
  const char *otherwise = definition->questionnaire->personal ? "child" : "parent";
  const char *unit = spot.value == NULL ? otherwise : reader_text(reader, spot);
  definition->questionnaire->per_child = unit != NULL && strcmp(unit, "child") == 0;
  if (unit != NULL && strcmp(unit, "parent") != 0 && strcmp(unit, "child") != 0) {
    reader_complain(reader, spot.path, "there is no unit \"%s\"; hint: parent or child", unit);
  }
}

static void read_header(struct definition *definition, struct spot root) {
  struct reader *reader = definition->reader;
  struct questionnaire *questionnaire = definition->questionnaire;
  struct spot name = reader_member(reader, root, "language_name");
  struct spot source = reader_member(reader, root, "source");
  questionnaire->id = reader_name(reader, reader_member(reader, root, "id"), true);
  questionnaire->version =
      reader_integer(reader, reader_member(reader, root, "version"), 1, VERSION_MAX);
  questionnaire->language = reader_language(reader, reader_member(reader, root, "language"));
  questionnaire->language_name =
      name.value == NULL ? questionnaire->language : reader_words_text(reader, name);
  if (source.value != NULL) {
    questionnaire->source = reader_words_text(reader, source);
  }
  questionnaire->title = reader_words(reader, reader_member(reader, root, "title"), "title");
  questionnaire->intro = read_paragraphs(definition, reader_member(reader, root, "intro"), "intro",
                                         &questionnaire->intro_count);
  struct spot child = reader_member(reader, root, "child");
  questionnaire->child = (struct words){.id = "child", .index = -1};
  if (child.value != NULL) {
    questionnaire->child = reader_words(reader, child, "child");
  }
  questionnaire->thanks = read_paragraphs(definition, reader_member(reader, root, "thanks"),
                                          "thanks", &questionnaire->thanks_count);
}

void definition_read(struct definition *definition, struct spot root) {
  static const char *const known[] = {
      "id",          "version", "language",         "language_name", "source",
      "title",       "intro",   "thanks",           "child",         "invite_unless",
      "identifying", "unit",    "count_unanswered", "choices",       "sections",
      "kind",        "pairs",   "scores",           "$schema",       NULL};
  definition->questionnaire->invite_unless.question = -1;
  definition->questionnaire->pairs = (struct pairs){-1, -1, -1};
  definition->questionnaire->norms = (struct score_norms){.age = -1, .informant = -1};
  if (!reader_object(definition->reader, root, "a questionnaire", known)) {
    return;
  }
  read_header(definition, root);
  read_kind(definition, reader_member(definition->reader, root, "kind"));
  read_unit(definition, reader_member(definition->reader, root, "unit"));
  definition->questionnaire->count_unanswered = reader_boolean(
      definition->reader, reader_member(definition->reader, root, "count_unanswered"), false);
  read_lists(definition, reader_member(definition->reader, root, "choices"));
  read_sections(definition, reader_member(definition->reader, root, "sections"));
  definition->invite_unless = reader_member(definition->reader, root, "invite_unless");
  definition->identifying = reader_member(definition->reader, root, "identifying");
  definition->pairs = reader_member(definition->reader, root, "pairs");
  definition->scores = reader_member(definition->reader, root, "scores");
}
