#include "survey/casenumber.h"
#include "survey/definition.h"

/* ---- what a personal questionnaire has not */

/* Its answers are told apart by their case numbers, are never anonymised, and nobody hands the
 * link on. */
static void refuse_anonymous(struct definition *definition) {
  struct reader *reader = definition->reader;
  if (definition->identifying.value != NULL) {
    reader_complain(reader, definition->identifying.path,
                    "answers of a personal questionnaire are never anonymised; hint: take it out");
  }
  if (definition->invite_unless.value != NULL) {
    reader_complain(reader, definition->invite_unless.path,
                    "a personal questionnaire invites nobody else; hint: take it out");
  }
  for (size_t i = 0; i < definition->questionnaire->questions_count; i++) {
    struct spot compare = reader_member(reader, definition->spots[i], "compare");
    if (compare.value != NULL) {
      reader_complain(reader, compare.path,
                      "answers of a personal questionnaire are told apart by their case numbers; "
                      "hint: take it out");
    }
  }
  if (!definition->questionnaire->per_child) {
    reader_complain(reader, "$",
                    "an answer of a personal questionnaire is of a child; hint: take "
                    "\"unit\" out");
  }
}

/* ---- pairs */

static int find_of_kind(struct definition *definition, struct spot spot, enum question_kind kind,
                        const char *hint) {
  struct reader *reader = definition->reader;
  int index = definition_question(definition, spot);
  if (index < 0) {
    return -1;
  }
  const struct question *question = &definition->questions[index];
  if (question->kind != kind) {
    reader_complain(reader, spot.path, "question \"%s\" is of another kind; hint: %s", question->id,
                    hint);
    return -1;
  }
  if (question->each >= 0 || question->filter.question >= 0 || !question->needed) {
    reader_complain(reader, spot.path,
                    "question \"%s\" is not answered in every form; hint: \"needed\": true, "
                    "without \"each\" and \"only_if\"",
                    question->id);
  }
  return index;
}

static void check_case(struct definition *definition, struct spot spot, int index) {
  if (index >= 0 && definition->questions[index].max_length > CASENUMBER_MAX) {
    reader_complain(definition->reader, spot.path,
                    "question \"%s\" takes more than a case number; hint: \"max\" of at most %d",
                    definition->questions[index].id, CASENUMBER_MAX);
  }
}

static void check_occasion(struct definition *definition, struct spot spot, int index) {
  if (index >= 0 && definition->questions[index].choices_count != 2) {
    reader_complain(definition->reader, spot.path,
                    "question \"%s\" has not two choices; hint: the first is the start, the "
                    "second the close",
                    definition->questions[index].id);
  }
}

static void read_pairs(struct definition *definition, struct spot spot) {
  static const char *const known[] = {"case", "occasion", "informant", NULL};
  struct reader *reader = definition->reader;
  if (!reader_object(reader, spot, "\"pairs\"", known)) {
    return;
  }
  struct pairs *pairs = &definition->questionnaire->pairs;
  struct spot number = reader_member(reader, spot, "case");
  struct spot occasion = reader_member(reader, spot, "occasion");
  struct spot informant = reader_member(reader, spot, "informant");
  pairs->case_question = find_of_kind(definition, number, QUESTION_TEXT, "a case is a text");
  pairs->occasion = find_of_kind(definition, occasion, QUESTION_CHOICE, "an occasion is a choice");
  pairs->informant =
      find_of_kind(definition, informant, QUESTION_CHOICE, "an informant is a choice");
  check_case(definition, number, pairs->case_question);
  check_occasion(definition, occasion, pairs->occasion);
  if (pairs->occasion >= 0 && pairs->occasion == pairs->informant) {
    reader_complain(reader, informant.path, "\"%s\" is the occasion already",
                    definition->questions[pairs->informant].id);
  }
}

void definition_pairs(struct definition *definition, struct spot spot) {
  struct reader *reader = definition->reader;
  if (definition->questionnaire->personal) {
    refuse_anonymous(definition);
  }
  if (definition->questionnaire->personal != (spot.value != NULL)) {
    reader_complain(reader, spot.value == NULL ? "$" : spot.path,
                    spot.value == NULL
                        ? "\"pairs\" is missing; hint: a personal questionnaire says which "
                          "questions hold case, occasion and informant"
                        : "only a personal questionnaire has pairs; hint: \"kind\": \"personal\"");
  } else if (spot.value != NULL) {
    read_pairs(definition, spot);
  }
}
