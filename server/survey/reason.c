#include "survey/reason.h"

#include <string.h>

static const char *const names[] = {
    [LINKAGE_REASON_NETWORK] = "network",
    [LINKAGE_REASON_DEVICE] = "device",
    [LINKAGE_REASON_SHARED] = "shared",
    [LINKAGE_REASON_GAP] = "gap",
    [LINKAGE_REASON_RESPONDENT] = "respondent",
    [LINKAGE_REASON_CHILDREN] = "children",
    [LINKAGE_REASON_OPINIONS] = "opinions",
    [LINKAGE_REASON_IDENTICAL] = "identical",
    [LINKAGE_REASON_WORDS] = "words",
    [LINKAGE_REASON_WORDS_NEAR] = "words_near",
    [LINKAGE_REASON_LANGUAGE] = "language",
    [LINKAGE_REASON_NO_TAGS] = "no_tags",
    [LINKAGE_REASON_OTHER_DEVICE] = "other_device",
    [LINKAGE_REASON_OTHER_CHILDREN] = "other_children",
    [LINKAGE_REASON_HOUSEHOLD] = "household",
};

const char *reason_name(enum linkage_reason_kind kind) {
  return names[kind];
}

json_t *reasons_json(const struct questionnaire *questionnaire,
                     const struct linkage_reason *reasons, size_t count) {
  json_t *list = json_array();
  for (size_t i = 0; i < count; i++) {
    const struct linkage_reason *reason = &reasons[i];
    const char *question =
        reason->question < 0 ? NULL : questionnaire->questions[reason->question].id;
    json_t *item =
        json_pack("{s:s, s:s*, s:I, s:I}", "kind", names[reason->kind], "question", question,
                  "number", (json_int_t)reason->number, "of", (json_int_t)reason->of);
    if (json_array_append_new(list, item) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

static bool find_kind(const char *name, enum linkage_reason_kind *kind) {
  for (size_t i = 0; name != NULL && i < array_length(names); i++) {
    if (strcmp(names[i], name) == 0) {
      *kind = (enum linkage_reason_kind)i;
      return true;
    }
  }
  return false;
}

size_t reasons_read(const struct questionnaire *questionnaire, const char *json,
                    struct linkage_reason *reasons, size_t most) {
  json_t *list = json_loads(json, 0, NULL), *item;
  size_t i, count = 0;
  json_array_foreach(list, i, item) {
    const char *question = json_string_value(json_object_get(item, "question"));
    struct linkage_reason reason = {
        .question = question == NULL ? -1 : questionnaire_question(questionnaire, question),
        .number = json_integer_value(json_object_get(item, "number")),
        .of = json_integer_value(json_object_get(item, "of")),
    };
    if (count < most && find_kind(json_string_value(json_object_get(item, "kind")), &reason.kind)) {
      reasons[count++] = reason;
    }
  }
  json_decref(list);
  return count;
}
