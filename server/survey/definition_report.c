#include "survey/definition.h"

/* ---- the scale it is compared with */

static bool may_compare(const struct question *question, const struct question *other) {
  return other->kind == QUESTION_SCALE && other->number < question->number &&
         other->min == question->min && other->max == question->max &&
         other->each == question->each;
}

static void read_before(struct definition *definition, struct spot spot,
                        struct question *question) {
  struct reader *reader = definition->reader;
  int index = spot.value == NULL ? -1 : definition_question(definition, spot);
  if (index < 0) {
    return;
  }
  if (!may_compare(question, &definition->questions[index])) {
    reader_complain(
        reader, spot.path,
        "question \"%s\" cannot be compared with this one; hint: name a scale before it "
        "with the same \"min\", \"max\" and \"each\"",
        definition->questions[index].id);
    return;
  }
  question->before = index;
}

/* ---- bands */

static struct band read_band(struct definition *definition, struct spot spot,
                             const struct question *question) {
  struct reader *reader = definition->reader;
  struct band band = {0, 0};
  if (reader_list(reader, spot, 2) != 2) {
    reader_complain(reader, spot.path, "a band has two numbers; hint: [1, 2]");
    return band;
  }
  band.from = reader_integer(reader, reader_item(reader, spot, 0), question->min, question->max);
  band.to = reader_integer(reader, reader_item(reader, spot, 1), question->min, question->max);
  return band;
}

/* Whether they are the whole scale, each once and in order. */
static bool make_up(const struct band *bands, size_t count, const struct question *question) {
  int next = question->min;
  for (size_t i = 0; i < count; i++) {
    if (bands[i].from != next || bands[i].to < next) {
      return false;
    }
    next = bands[i].to + 1;
  }
  return next == question->max + 1;
}

static void read_bands(struct definition *definition, struct spot spot, struct question *question) {
  struct reader *reader = definition->reader;
  size_t before = reader->complaints->count;
  size_t count = spot.value == NULL ? 0 : reader_list(reader, spot, 2);
  struct band *bands = reader_array(reader, count + 1, sizeof *bands);
  for (size_t i = 0; bands != NULL && i < count; i++) {
    bands[i] = read_band(definition, reader_item(reader, spot, i), question);
  }
  if (bands == NULL || count == 0 || reader->complaints->count != before) {
    return;
  }
  if (!make_up(bands, count, question)) {
    reader_complain(reader, spot.path,
                    "the bands are not the numbers %d to %d, each once; hint: [[%d, …], …, […, "
                    "%d]]",
                    question->min, question->max, question->min, question->max);
    return;
  }
  question->bands = bands;
  question->bands_count = count;
}

static bool are_same(const struct question *one, const struct question *other) {
  bool same = one->bands_count == other->bands_count;
  for (size_t i = 0; same && i < one->bands_count; i++) {
    same = one->bands[i].to == other->bands[i].to;
  }
  return same;
}

/* Both scales are told in the same bands: those of either, where the other has none. */
static void share_bands(struct definition *definition, struct spot spot,
                        struct question *question) {
  struct question *other = &definition->questions[question->before];
  if (question->bands != NULL && other->bands != NULL && !are_same(question, other)) {
    reader_complain(definition->reader, spot.path,
                    "question \"%s\" has other bands; hint: give those of both at one of them",
                    other->id);
    return;
  }
  const struct question *from = question->bands != NULL ? question : other;
  struct question *to = question->bands != NULL ? other : question;
  to->bands = from->bands;
  to->bands_count = from->bands_count;
}

void definition_report(struct definition *definition, struct spot spot, struct question *question) {
  static const char *const known[] = {"before", "bands", NULL};
  struct reader *reader = definition->reader;
  if (spot.value == NULL || question->kind != QUESTION_SCALE || question->max <= question->min ||
      !reader_object(reader, spot, "\"report\"", known)) {
    return;
  }
  read_before(definition, reader_member(reader, spot, "before"), question);
  read_bands(definition, reader_member(reader, spot, "bands"), question);
  if (question->before >= 0) {
    share_bands(definition, spot, question);
  }
}
