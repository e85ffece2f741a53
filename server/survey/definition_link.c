#include "survey/definition.h"

#include <string.h>

#include "survey/nearest.h"

int definition_question(struct definition *definition, struct spot spot) {
  struct reader *reader = definition->reader;
  const char *id = reader_text(reader, spot);
  if (id == NULL) {
    return -1;
  }
  struct nearest nearest;
  nearest_init(&nearest, id);
  for (size_t i = 0; i < definition->questionnaire->questions_count; i++) {
    const char *other = definition->questions[i].id;
    if (other != NULL && strcmp(other, id) == 0) {
      return (int)i;
    }
    if (other != NULL) {
      nearest_try(&nearest, other);
    }
  }
  reader_complain(reader, spot.path, "there is no question \"%s\"%s", id,
                  nearest_hint(reader, &nearest, ""));
  return -1;
}

/* Complains unless a question that decides whether this one is asked stands on
 * an earlier page: on the same page nothing could react to it without a script. */
static bool check_earlier(struct definition *definition, struct spot spot,
                          const struct question *question, const struct question *other) {
  if (other->section < question->section) {
    return true;
  }
  reader_complain(definition->reader, spot.path,
                  "question \"%s\" stands in %s section; hint: it must stand in an earlier one",
                  other->id, other->section == question->section ? "the same" : "a later");
  return false;
}

static void link_each(struct definition *definition, struct spot spot, struct question *question) {
  if (spot.value == NULL) {
    return;
  }
  if (question->kind == QUESTION_COUNT) {
    reader_complain(definition->reader, spot.path, "a question of kind count cannot be repeated");
    return;
  }
  int index = definition_question(definition, spot);
  if (index < 0) {
    return;
  }
  const struct question *count = &definition->questions[index];
  if (count->kind != QUESTION_COUNT) {
    reader_complain(definition->reader, spot.path,
                    "question \"%s\" is no count; hint: \"each\" names a question of kind count",
                    count->id);
  } else if (check_earlier(definition, spot, question, count)) {
    question->each = index;
  }
}

bool definition_has_code(const struct question *question, int code) {
  if (question->kind != QUESTION_CHOICE) {
    return code >= question->min && code <= question->max;
  }
  for (size_t i = 0; i < question->choices_count; i++) {
    if (question->choices[i].code == code) {
      return true;
    }
  }
  return false;
}

static void link_codes(struct definition *definition, struct spot spot, struct filter *filter,
                       const struct question *other) {
  struct reader *reader = definition->reader;
  size_t count = reader_list(reader, spot, 1);
  int *codes = reader_array(reader, count, sizeof *codes);
  if (codes == NULL) {
    return;
  }
  /* Not when the choices themselves could not be read: one fault, one complaint. */
  bool known = other->kind != QUESTION_CHOICE || other->choices_count > 0;
  for (size_t i = 0; i < count; i++) {
    struct spot item = reader_item(reader, spot, i);
    size_t before = reader->complaints->count;
    codes[i] = reader_integer(reader, item, 0, DEFINITION_CODE_MAX);
    if (reader->complaints->count == before && known && !definition_has_code(other, codes[i])) {
      reader_complain(reader, item.path, "question \"%s\" cannot be answered %d", other->id,
                      codes[i]);
    }
    for (size_t j = 0; j < i; j++) {
      if (codes[j] == codes[i]) {
        reader_complain(reader, item.path, "%d stands twice in this list", codes[i]);
        break;
      }
    }
  }
  filter->codes = codes;
  filter->codes_count = count;
}

/* The question that a filter looks at, or NULL with a complaint. */
static const struct question *find_filtered(struct definition *definition, struct spot name) {
  int index = definition_question(definition, name);
  if (index < 0) {
    return NULL;
  }
  const struct question *other = &definition->questions[index];
  if (other->kind == QUESTION_TEXT) {
    reader_complain(definition->reader, name.path,
                    "question \"%s\" is a free text; hint: a filter looks at a choice, count or "
                    "scale",
                    other->id);
    return NULL;
  }
  return other;
}

static void link_filter(struct definition *definition, struct spot spot,
                        struct question *question) {
  static const char *const known[] = {"question", "is", NULL};
  struct reader *reader = definition->reader;
  if (spot.value == NULL || !reader_object(reader, spot, "\"only_if\"", known)) {
    return;
  }
  struct spot name = reader_member(reader, spot, "question");
  const struct question *other = find_filtered(definition, name);
  if (other == NULL || !check_earlier(definition, name, question, other)) {
    return;
  }
  question->filter.question = (int)(other - definition->questions);
  link_codes(definition, reader_member(reader, spot, "is"), &question->filter, other);
}

bool definition_filter(struct definition *definition, struct spot spot, const char *what,
                       struct filter *filter) {
  static const char *const known[] = {"question", "is", NULL};
  struct reader *reader = definition->reader;
  if (!reader_object(reader, spot, what, known)) {
    return false;
  }
  struct spot name = reader_member(reader, spot, "question");
  const struct question *other = find_filtered(definition, name);
  if (other == NULL) {
    return false;
  }
  if (other->each >= 0) {
    reader_complain(reader, name.path,
                    "question \"%s\" is asked for each child; hint: %s looks at a question that is "
                    "asked once",
                    other->id, what);
    return false;
  }
  filter->question = (int)(other - definition->questions);
  link_codes(definition, reader_member(reader, spot, "is"), filter, other);
  return true;
}

static void link_invitation(struct definition *definition, struct spot spot) {
  if (spot.value != NULL) {
    definition_filter(definition, spot, "\"invite_unless\"",
                      &definition->questionnaire->invite_unless);
  }
}

/* Whose answer would decide, when the two do not repeat alike? */
static void check_filter_repeats(struct definition *definition, struct spot spot,
                                 const struct question *question) {
  if (question->filter.question < 0) {
    return;
  }
  const struct question *other = &definition->questions[question->filter.question];
  if (other->each >= 0 && other->each != question->each) {
    reader_complain(definition->reader, spot.path,
                    "question \"%s\" is asked for each child, this one is not; hint: give both "
                    "the same \"each\"",
                    other->id);
  }
}

static void link_confirm(struct definition *definition, struct spot spot,
                         struct question *question) {
  static const char *const known[] = {"against", NULL};
  struct reader *reader = definition->reader;
  if (spot.value == NULL || question->kind != QUESTION_SCALE ||
      !reader_object(reader, spot, "\"confirm\"", known)) {
    return;
  }
  struct spot list = reader_member(reader, spot, "against");
  size_t count = reader_list(reader, list, 1);
  int *against = reader_array(reader, count, sizeof *against);
  for (size_t i = 0; against != NULL && i < count; i++) {
    struct spot item = reader_item(reader, list, i);
    int index = definition_question(definition, item);
    against[i] = index;
    if (index < 0) {
      continue;
    }
    const struct question *other = &definition->questions[index];
    if (other->number >= question->number) {
      reader_complain(reader, item.path,
                      "question \"%s\" does not stand before this one; hint: a scale is confirmed "
                      "against what was answered before it",
                      other->id);
    } else if (other->kind != QUESTION_CHOICE && other->kind != QUESTION_SCALE) {
      reader_complain(reader, item.path,
                      "question \"%s\" is neither a choice nor a scale; hint: a scale is confirmed "
                      "against these only",
                      other->id);
    }
  }
  question->confirm_against = against;
  question->confirm_against_count = count;
}

static void link_identifying(struct definition *definition, struct spot list) {
  struct reader *reader = definition->reader;
  bool *identifying =
      reader_array(reader, definition->questionnaire->questions_count + 1, sizeof *identifying);
  size_t count = list.value == NULL ? 0 : reader_list(reader, list, 0);
  definition->questionnaire->identifying_said = list.value != NULL;
  for (size_t i = 0; identifying != NULL && i < count; i++) {
    struct spot item = reader_item(reader, list, i);
    int index = definition_question(definition, item);
    if (index < 0) {
      continue;
    }
    if (definition->questions[index].kind == QUESTION_TEXT) {
      reader_complain(reader, item.path,
                      "question \"%s\" is a free text; hint: texts never leave in an anonymised "
                      "file, name choices, counts and scales",
                      definition->questions[index].id);
    } else if (identifying[index]) {
      reader_complain(reader, item.path, "\"%s\" stands twice in this list",
                      definition->questions[index].id);
    }
    identifying[index] = true;
  }
  definition->questionnaire->identifying = identifying;
}

static void check_child(struct definition *definition) {
  bool repeats = false;
  for (size_t i = 0; i < definition->questionnaire->questions_count; i++) {
    repeats = repeats || definition->questions[i].each >= 0;
  }
  if (definition->questionnaire->child.text == NULL && repeats) {
    reader_complain(definition->reader, "$",
                    "\"child\" is missing, but questions repeat; hint: {\"ours\": \"Barn {n}\"}");
  }
}

static void check_lists_used(struct definition *definition) {
  for (size_t i = 0; i < definition->lists_count; i++) {
    if (!definition->lists[i].used && definition->lists[i].name != NULL) {
      reader_complain(definition->reader, definition->lists[i].path,
                      "no question uses this list; hint: take it out");
    }
  }
}

void definition_link(struct definition *definition) {
  struct reader *reader = definition->reader;
  size_t count = definition->questionnaire->questions_count;
  for (size_t i = 0; i < count; i++) {
    struct spot spot = definition->spots[i];
    struct question *question = &definition->questions[i];
    link_each(definition, reader_member(reader, spot, "each"), question);
    link_filter(definition, reader_member(reader, spot, "only_if"), question);
    link_confirm(definition, reader_member(reader, spot, "confirm"), question);
    definition_compare(definition, reader_member(reader, spot, "compare"), question);
    definition_report(definition, reader_member(reader, spot, "report"), question);
  }
  for (size_t i = 0; i < count; i++) {
    check_filter_repeats(definition, reader_member(reader, definition->spots[i], "only_if"),
                         &definition->questions[i]);
  }
  link_invitation(definition, definition->invite_unless);
  link_identifying(definition, definition->identifying);
  definition_pairs(definition, definition->pairs);
  definition_scores(definition, definition->scores);
  check_child(definition);
  check_lists_used(definition);
}
