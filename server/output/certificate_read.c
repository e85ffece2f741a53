#include <string.h>

#include "output/certificate.h"

static bool read_level(const char *name, enum anonymise_level *level) {
  static const char *const names[] = {[ANONYMISE_EXACT] = "exact",
                                      [ANONYMISE_POOLED] = "pooled",
                                      [ANONYMISE_CAPPED] = "capped",
                                      [ANONYMISE_SUMMARY] = "summary",
                                      [ANONYMISE_NONE] = "none"};
  for (size_t i = 0; i < array_length(names); i++) {
    if (strcmp(name, names[i]) == 0) {
      *level = (enum anonymise_level)i;
      return true;
    }
  }
  return false;
}

static bool read_quasi(json_t *json, struct arena *arena, struct anonymise_quasi *quasi) {
  const char *name, *level, *pooled = "";
  json_int_t withheld;
  *quasi = (struct anonymise_quasi){.pooled = ""};
  if (json_unpack(json, "{s:s, s:s, s:I, s:F, s?s, s?i}", "name", &name, "level", &level,
                  "withheld", &withheld, "loss", &quasi->loss, "pooled", &pooled, "limit",
                  &quasi->limit) != 0) {
    return false;
  }
  quasi->withheld = (size_t)withheld;
  quasi->name = arena_string(arena, name);
  quasi->pooled = arena_string(arena, pooled);
  return quasi->name != NULL && quasi->pooled != NULL && read_level(level, &quasi->level);
}

static bool read_opinion(json_t *json, struct arena *arena, struct anonymise_opinion *opinion) {
  const char *name;
  json_int_t kept, lost, uniform;
  *opinion = (struct anonymise_opinion){0};
  if (json_unpack(json, "{s:s, s:I, s:I, s:i, s:I}", "name", &name, "kept", &kept, "lost", &lost,
                  "l", &opinion->diversity, "uniform", &uniform) != 0) {
    return false;
  }
  opinion->kept = (size_t)kept;
  opinion->lost = (size_t)lost;
  opinion->uniform = (size_t)uniform;
  opinion->name = arena_string(arena, name);
  return opinion->name != NULL;
}

static bool read_numbers(json_t *json, struct anonymise_certificate *out) {
  struct {
    const char *name;
    size_t *to;
  } const numbers[] = {{"rows", &out->rows},
                       {"k_reached", &out->k_reached},
                       {"classes", &out->classes},
                       {"uniques_before", &out->uniques_before},
                       {"below_before", &out->below_before},
                       {"uniques_after", &out->uniques_after},
                       {"below_after", &out->below_after},
                       {"touched", &out->touched},
                       {"combinations", &out->combinations}};
  for (size_t i = 0; i < array_length(numbers); i++) {
    const json_t *number = json_object_get(json, numbers[i].name);
    if (!json_is_integer(number) || json_integer_value(number) < 0) {
      return false;
    }
    *numbers[i].to = (size_t)json_integer_value(number);
  }
  return json_unpack(json, "{s:i, s:F}", "k_asked", &out->k_asked, "loss", &out->loss) == 0;
}

bool certificate_parse(json_t *json, struct arena *arena, struct anonymise_certificate *out) {
  json_t *columns = json_object_get(json, "columns");
  json_t *questions = json_object_get(json, "questions");
  size_t i;
  json_t *item;
  *out = (struct anonymise_certificate){.quasis_count = json_array_size(columns),
                                        .opinions_count = json_array_size(questions)};
  struct anonymise_opinion *opinions =
      arena_array(arena, out->opinions_count + 1, sizeof *opinions);
  if (opinions == NULL || out->quasis_count > array_length(out->quasis) ||
      !read_numbers(json, out)) {
    return false;
  }
  json_array_foreach(columns, i, item) {
    if (!read_quasi(item, arena, &out->quasis[i])) {
      return false;
    }
  }
  json_array_foreach(questions, i, item) {
    if (!read_opinion(item, arena, &opinions[i])) {
      return false;
    }
  }
  out->opinions = opinions;
  return true;
}
