#include "survey/definition.h"

#include <string.h>

static void read_describe(struct definition *definition, struct spot spot, const char *id,
                          struct choice *choice) {
  static const char *const known[] = {"field", "text", "max", NULL};
  struct reader *reader = definition->reader;
  if (spot.value == NULL || !reader_object(reader, spot, "\"describe\"", known)) {
    return;
  }
  struct spot field = reader_member(reader, spot, "field");
  struct spot text = reader_member(reader, spot, "text");
  choice->describe_field = reader_name(reader, field, false);
  choice->describe_max =
      reader_integer(reader, reader_member(reader, spot, "max"), 1, QUESTIONNAIRE_TEXT_MAX);
  if (choice->describe_field != NULL && definition_reserved(choice->describe_field)) {
    reader_complain(reader, field.path, "the name \"%s\" is taken; hint: choose another",
                    choice->describe_field);
  }
  if (text.value != NULL) {
    choice->describe =
        reader_words(reader, text, reader_printf(reader, "%s.%d.describe", id, choice->code));
  }
}

static void read_kind(struct reader *reader, struct spot spot, struct choice *choice) {
  if (spot.value == NULL) {
    return;
  }
  const char *kind = reader_text(reader, spot);
  choice->dont_know = kind != NULL && strcmp(kind, "dont_know") == 0;
  if (kind != NULL && !choice->dont_know) {
    reader_complain(reader, spot.path,
                    "a choice has no kind \"%s\"; hint: \"dont_know\", or leave \"kind\" out",
                    kind);
  }
}

static bool read_choice(struct definition *definition, struct spot spot, const char *id,
                        struct choice *choice) {
  static const char *const known[] = {"code", "text", "kind", "describe", NULL};
  struct reader *reader = definition->reader;
  if (!reader_object(reader, spot, "a choice", known)) {
    return false;
  }
  struct spot code = reader_member(reader, spot, "code");
  choice->code = reader_integer(reader, code, 0, DEFINITION_CODE_MAX);
  choice->words = reader_words(reader, reader_member(reader, spot, "text"),
                               reader_printf(reader, "%s.%d", id, choice->code));
  read_kind(reader, reader_member(reader, spot, "kind"), choice);
  choice->describe.index = -1;
  read_describe(definition, reader_member(reader, spot, "describe"), id, choice);
  return json_is_integer(code.value);
}

struct choice *definition_choices(struct definition *definition, struct spot spot, const char *id,
                                  size_t *count) {
  struct reader *reader = definition->reader;
  bool seen[DEFINITION_CODE_MAX + 1] = {false};
  *count = reader_list(reader, spot, 1);
  struct choice *choices = reader_array(reader, *count, sizeof *choices);
  for (size_t i = 0; choices != NULL && i < *count; i++) {
    struct spot item = reader_item(reader, spot, i);
    if (!read_choice(definition, item, id, &choices[i])) {
      continue;
    }
    int code = choices[i].code;
    if (seen[code]) {
      reader_complain(reader, reader_member(reader, item, "code").path,
                      "code %d stands twice in this list; hint: each choice has its own code",
                      code);
    }
    seen[code] = true;
  }
  if (seen[DEFINITION_UNANSWERED] && seen[DEFINITION_UNANSWERED_LONG]) {
    reader_complain(reader, spot.path,
                    "the codes %d and %d both stand in this list; hint: one of them must stay "
                    "free, exports write it for \"not answered\"",
                    DEFINITION_UNANSWERED, DEFINITION_UNANSWERED_LONG);
  }
  return choices;
}
