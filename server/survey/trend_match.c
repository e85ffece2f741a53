#include <string.h>

#include "survey/difference.h"
#include "survey/score.h"
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
  case DIFFERENCE_SCORE: /* no question's: match_score */
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

/* ---- a score */

bool trend_is_banded(const struct trend_figure *figure) {
  return figure->like->question < 0 && strcmp(figure->member, "change") != 0;
}

/* Whether the answers to a question decide where a form is counted: what feeds the score, what
 * pairs forms, and of bands what finds their limits. */
static bool decides(const struct questionnaire *ours, int score, bool banded, int question) {
  const struct pairs *pairs = &ours->pairs;
  const struct score_norms *norms = &ours->norms;
  return question >= 0 && (score_feeds(ours, score, question) || question == pairs->case_question ||
                           question == pairs->occasion || question == pairs->informant ||
                           (banded && (question == norms->age || question == norms->informant)));
}

/* "score total": how it is made, or one of its parts. */
static bool is_made_otherwise(const struct questionnaire *ours, int score,
                              const struct difference *difference) {
  const char *id = difference->kind == DIFFERENCE_SCORE ? strchr(difference->what, ' ') : NULL;
  int part = id == NULL ? -1 : score_find(ours, id + 1);
  return part >= 0 && score_has_part(ours, score, part);
}

static void match_score(struct matching *matching, const struct difference_list *list, int score,
                        bool banded) {
  for (size_t i = 0; i < list->count; i++) {
    const struct difference *difference = &list->items[i];
    const char *id = difference->question;
    enum meaning meaning = MEANS_NOTHING;
    if (id == NULL) {
      meaning = is_made_otherwise(matching->ours, score, difference)
                    ? MEANS_OTHER
                    : meaning_of_whole(difference, true);
    } else if (decides(matching->ours, score, banded, questionnaire_question(matching->ours, id))) {
      meaning = meaning_of(matching, difference);
    }
    if (meaning != MEANS_NOTHING) {
      keep(matching, difference, meaning);
    }
  }
}

/* ---- a figure: a score, or one or two questions */

bool trend_match(const struct report *const *reports, const struct trend_figure *figure,
                 size_t other, struct arena *arena, struct trend_notes *changed,
                 struct trend_notes *left_out) {
  struct trend_notes words = {.items = NULL};
  const struct report_figure *like = figure->like;
  struct matching matching = {.ours = reports[figure->reference]->questionnaire,
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
  if (like->question < 0) {
    match_score(&matching, &list, like->score, trend_is_banded(figure));
  } else {
    match_question(&matching, &list, &matching.ours->questions[like->question]);
  }
  if (like->before >= 0) {
    match_question(&matching, &list, &matching.ours->questions[like->before]);
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
