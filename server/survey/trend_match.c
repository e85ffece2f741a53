#include <string.h>

#include "survey/difference.h"
#include "survey/trend_part.h"

struct matching {
  const struct questionnaire *ours, *theirs; /* of the reference, of the other round */
  const struct questionnaire *old;           /* the one of them that came first */
  size_t round;                              /* the other */
  const char *left_out;                      /* NULL, or the first reason */
  struct trend_note reason;
  struct arena *arena;
  struct trend_notes *changed;
  bool failed;
};

bool trend_note_add(struct arena *arena, struct trend_notes *notes, struct trend_note note) {
  if (notes->count == notes->capacity) {
    size_t capacity = notes->capacity * 2 + 4;
    struct trend_note *items = arena_array(arena, capacity, sizeof *items);
    if (items == NULL) {
      return false;
    }
    if (notes->count > 0) {
      memcpy(items, notes->items, notes->count * sizeof *items);
    }
    notes->items = items;
    notes->capacity = capacity;
  }
  notes->items[notes->count++] = note;
  return true;
}

/* ---- what a difference means */

static bool same(const char *a, const char *b) {
  return a != NULL && b != NULL && strcmp(a, b) == 0;
}

static const struct question *question_of(const struct questionnaire *questionnaire,
                                          const char *id) {
  int index = questionnaire_question(questionnaire, id);
  return index < 0 ? NULL : &questionnaire->questions[index];
}

/* Whether a code took the words of another one, or an end those of the other end: numbers of both
 * rounds then mean different things, however alike the questions read. */
static bool is_exchanged(const struct matching *matching, const struct difference *difference) {
  const struct question *question = question_of(matching->old, difference->question);
  bool found = false;
  if (question == NULL) {
    return false;
  }
  if (difference->kind == DIFFERENCE_END) {
    bool low = same(difference->what, "low");
    return same(difference->fresh, low ? question->high.text : question->low.text);
  }
  for (size_t i = 0; i < question->choices_count; i++) {
    found = found || same(question->choices[i].words.text, difference->fresh);
  }
  return found;
}

enum meaning { MEANS_NOTHING, MEANS_WORDS, MEANS_OTHER };

/* Of a difference of the question itself. */
static enum meaning meaning_of(const struct matching *matching,
                               const struct difference *difference) {
  switch (difference->kind) {
  case DIFFERENCE_TEXT:
  case DIFFERENCE_HINT:
  case DIFFERENCE_CHOICE_ORDER:
  case DIFFERENCE_DONT_KNOW:
    return MEANS_WORDS;
  case DIFFERENCE_CODE_MEANING:
  case DIFFERENCE_END:
    return is_exchanged(matching, difference) ? MEANS_OTHER : MEANS_WORDS;
  case DIFFERENCE_LANGUAGE:
  case DIFFERENCE_QUESTION_REMOVED:
  case DIFFERENCE_QUESTION_RENAMED:
  case DIFFERENCE_KIND:
  case DIFFERENCE_CHOICE_ADDED:
  case DIFFERENCE_CHOICE_REMOVED:
  case DIFFERENCE_RANGE:
  case DIFFERENCE_FILTER:
  case DIFFERENCE_EACH:
  case DIFFERENCE_UNIT:
  case DIFFERENCE_PAIRS:
  case DIFFERENCE_QUESTION_ADDED:
    return MEANS_OTHER;
  case DIFFERENCE_QUESTION_MOVED:
  case DIFFERENCE_LENGTH:
  case DIFFERENCE_DESCRIBE:
  case DIFFERENCE_NEEDED:
  case DIFFERENCE_NOTICE:
  case DIFFERENCE_CONFIRM:
  case DIFFERENCE_COMPARE:
  case DIFFERENCE_IDENTIFYING:
  case DIFFERENCE_INVITE:
  case DIFFERENCE_SCORE: /* no question's, and no score is compared */
  case DIFFERENCE_REPORT:
  case DIFFERENCE_AROUND:
  case DIFFERENCE_VERSION:
    return MEANS_NOTHING;
  }
  return MEANS_NOTHING;
}

/* Of a difference of the whole questionnaire: "count_unanswered" is the base of every question but
 * a number. */
static enum meaning meaning_of_whole(const struct difference *difference, bool counts) {
  if (difference->kind == DIFFERENCE_LANGUAGE || difference->kind == DIFFERENCE_UNIT ||
      difference->kind == DIFFERENCE_PAIRS) {
    return MEANS_OTHER;
  }
  bool base = difference->kind == DIFFERENCE_REPORT && same(difference->what, "count_unanswered");
  return base && !counts ? MEANS_OTHER : MEANS_NOTHING;
}

static void keep(struct matching *matching, const struct difference *difference,
                 enum meaning meaning) {
  bool ours_first = matching->old == matching->ours;
  const char *why =
      difference->kind == DIFFERENCE_REPORT ? "unanswered" : difference_kind_name(difference->kind);
  const struct trend_note note = {.round = matching->round,
                                  .why = why,
                                  .what = difference->what,
                                  .theirs = ours_first ? difference->fresh : difference->old,
                                  .ours = ours_first ? difference->old : difference->fresh};
  if (meaning == MEANS_WORDS) {
    matching->failed =
        matching->failed || !trend_note_add(matching->arena, matching->changed, note);
  } else if (matching->left_out == NULL) {
    matching->left_out = why;
    matching->reason = note;
  }
}

/* A question goes by its new name, when it has another; then it is none of the old one's. */
static bool is_of(const struct difference *difference, const char *id) {
  return same(difference->question, id) ||
         (difference->kind == DIFFERENCE_QUESTION_RENAMED && same(difference->old, id));
}

static void match_question(struct matching *matching, const struct difference_list *list,
                           const struct question *question) {
  bool counts = question->kind == QUESTION_COUNT;
  for (size_t i = 0; i < list->count; i++) {
    const struct difference *difference = &list->items[i];
    enum meaning meaning = difference->question == NULL      ? meaning_of_whole(difference, counts)
                           : is_of(difference, question->id) ? meaning_of(matching, difference)
                                                             : MEANS_NOTHING;
    if (meaning != MEANS_NOTHING) {
      keep(matching, difference, meaning);
    }
  }
}

/* ---- both questions of a figure */

bool trend_match(const struct report *const *reports, size_t reference, size_t other,
                 const struct report_figure *figure, struct arena *arena,
                 struct trend_notes *changed, struct trend_notes *left_out) {
  struct trend_notes words = {.items = NULL};
  struct matching matching = {.ours = reports[reference]->questionnaire,
                              .theirs = reports[other]->questionnaire,
                              .round = other,
                              .arena = arena,
                              .changed = &words};
  struct difference_list list = {.items = NULL};
  bool ours_first = matching.ours->version < matching.theirs->version;
  matching.old = ours_first ? matching.ours : matching.theirs;
  if (!difference_find(matching.old, ours_first ? matching.theirs : matching.ours, arena, &list)) {
    return false;
  }
  match_question(&matching, &list, &matching.ours->questions[figure->question]);
  if (figure->before >= 0) {
    match_question(&matching, &list, &matching.ours->questions[figure->before]);
  }
  bool good = !matching.failed;
  if (matching.left_out != NULL) {
    return good && trend_note_add(arena, left_out, matching.reason);
  }
  for (size_t i = 0; i < words.count && good; i++) {
    good = trend_note_add(arena, changed, words.items[i]);
  }
  return good;
}
