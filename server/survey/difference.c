#include "survey/difference.h"

#include <string.h>

#include "survey/difference_words.h"
#include "survey/score.h"

struct comparing {
  const struct questionnaire *old, *fresh;
  struct arena *arena;
  struct difference_list *list;
};

/* ---- what is told */

static void tell(struct comparing *comparing, enum difference_kind kind, const char *question,
                 const char *what, const char *old, const char *fresh) {
  struct difference_list *list = comparing->list;
  if (list->count == list->capacity) {
    size_t capacity = list->capacity == 0 ? 16 : list->capacity * 2;
    struct difference *items = arena_array(comparing->arena, capacity, sizeof *items);
    if (items == NULL) {
      list->failed = true;
      return;
    }
    if (list->count > 0) {
      memcpy(items, list->items, list->count * sizeof *items);
    }
    list->items = items;
    list->capacity = capacity;
  }
  list->items[list->count++] = (struct difference){
      .kind = kind, .question = question, .what = what, .old = old, .fresh = fresh};
}

static bool same(const char *a, const char *b) {
  return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void compare(struct comparing *comparing, enum difference_kind kind, const char *question,
                    const char *what, const char *old, const char *fresh) {
  if (!same(old, fresh)) {
    tell(comparing, kind, question, what, old, fresh);
  }
}

static const char *yes_no(bool value) {
  return value ? "yes" : "no";
}

/* ---- choices */

static const struct choice *find_code(const struct question *question, int code, size_t *index) {
  for (size_t i = 0; i < question->choices_count; i++) {
    if (question->choices[i].code == code) {
      *index = i;
      return &question->choices[i];
    }
  }
  return NULL;
}

static const char *describe_text(struct comparing *comparing, const struct choice *choice) {
  return choice->describe_field == NULL
             ? NULL
             : arena_printf(comparing->arena, "%s, %d characters%s%s", choice->describe_field,
                            choice->describe_max, choice->describe.text == NULL ? "" : ": ",
                            choice->describe.text == NULL ? "" : choice->describe.text);
}

/* Whether the choices that both have stand in another order. */
static bool reordered(const struct question *old, const struct question *fresh) {
  size_t last = 0, index;
  for (size_t i = 0; i < fresh->choices_count; i++) {
    if (find_code(old, fresh->choices[i].code, &index) != NULL) {
      if (index < last) {
        return true;
      }
      last = index;
    }
  }
  return false;
}

static void compare_choices(struct comparing *comparing, const struct question *old,
                            const struct question *fresh) {
  size_t index;
  for (size_t i = 0; i < fresh->choices_count; i++) {
    const struct choice *choice = &fresh->choices[i];
    const struct choice *before = find_code(old, choice->code, &index);
    const char *what = arena_printf(comparing->arena, "choice %d", choice->code);
    if (before == NULL) {
      tell(comparing, DIFFERENCE_CHOICE_ADDED, fresh->id, what, NULL, choice->words.text);
      continue;
    }
    compare(comparing, DIFFERENCE_CODE_MEANING, fresh->id, what, before->words.text,
            choice->words.text);
    compare(comparing, DIFFERENCE_DONT_KNOW, fresh->id, what, yes_no(before->dont_know),
            yes_no(choice->dont_know));
    compare(comparing, DIFFERENCE_DESCRIBE, fresh->id, what, describe_text(comparing, before),
            describe_text(comparing, choice));
  }
  for (size_t i = 0; i < old->choices_count; i++) {
    if (find_code(fresh, old->choices[i].code, &index) == NULL) {
      tell(comparing, DIFFERENCE_CHOICE_REMOVED, fresh->id,
           arena_printf(comparing->arena, "choice %d", old->choices[i].code),
           old->choices[i].words.text, NULL);
    }
  }
  if (reordered(old, fresh)) {
    tell(comparing, DIFFERENCE_CHOICE_ORDER, fresh->id, NULL,
         difference_codes(old, comparing->arena), difference_codes(fresh, comparing->arena));
  }
}

/* ---- a question */

static void compare_asked(struct comparing *comparing, const struct question *old,
                          const struct question *fresh) {
  struct arena *arena = comparing->arena;
  compare(comparing, DIFFERENCE_FILTER, fresh->id, NULL,
          difference_filter(comparing->old, &old->filter, arena),
          difference_filter(comparing->fresh, &fresh->filter, arena));
  compare(comparing, DIFFERENCE_EACH, fresh->id, NULL,
          old->each < 0 ? NULL : comparing->old->questions[old->each].id,
          fresh->each < 0 ? NULL : comparing->fresh->questions[fresh->each].id);
  compare(comparing, DIFFERENCE_NEEDED, fresh->id, NULL, yes_no(old->needed),
          yes_no(fresh->needed));
  compare(comparing, DIFFERENCE_NOTICE, fresh->id, NULL, yes_no(old->notice),
          yes_no(fresh->notice));
}

static void compare_answers(struct comparing *comparing, const struct question *old,
                            const struct question *fresh) {
  struct arena *arena = comparing->arena;
  switch (fresh->kind) {
  case QUESTION_CHOICE:
    compare_choices(comparing, old, fresh);
    break;
  case QUESTION_TEXT:
    compare(comparing, DIFFERENCE_LENGTH, fresh->id, NULL,
            arena_printf(arena, "%d", old->max_length),
            arena_printf(arena, "%d", fresh->max_length));
    break;
  case QUESTION_COUNT:
  case QUESTION_SCALE:
    compare(comparing, DIFFERENCE_RANGE, fresh->id, NULL,
            arena_printf(arena, "%d-%d", old->min, old->max),
            arena_printf(arena, "%d-%d", fresh->min, fresh->max));
    compare(comparing, DIFFERENCE_END, fresh->id, "low", old->low.text, fresh->low.text);
    compare(comparing, DIFFERENCE_END, fresh->id, "high", old->high.text, fresh->high.text);
    break;
  }
}

static void compare_use(struct comparing *comparing, size_t old, size_t fresh) {
  const struct question *before = &comparing->old->questions[old];
  const struct question *after = &comparing->fresh->questions[fresh];
  struct arena *arena = comparing->arena;
  compare(comparing, DIFFERENCE_CONFIRM, after->id, NULL,
          difference_confirm(comparing->old, before, arena),
          difference_confirm(comparing->fresh, after, arena));
  compare(comparing, DIFFERENCE_REPORT, after->id, NULL,
          difference_report(comparing->old, before, arena),
          difference_report(comparing->fresh, after, arena));
  compare(comparing, DIFFERENCE_COMPARE, after->id, NULL, difference_compare(before, arena),
          difference_compare(after, arena));
  compare(comparing, DIFFERENCE_IDENTIFYING, after->id, NULL,
          yes_no(comparing->old->identifying[old]), yes_no(comparing->fresh->identifying[fresh]));
}

static void compare_question(struct comparing *comparing, size_t old, size_t fresh) {
  const struct question *before = &comparing->old->questions[old];
  const struct question *after = &comparing->fresh->questions[fresh];
  compare(comparing, DIFFERENCE_QUESTION_RENAMED, after->id, NULL, before->id, after->id);
  compare(comparing, DIFFERENCE_TEXT, after->id, NULL, before->words.text, after->words.text);
  compare(comparing, DIFFERENCE_HINT, after->id, NULL, before->hint.text, after->hint.text);
  if (before->kind == after->kind) {
    compare_answers(comparing, before, after);
  } else {
    tell(comparing, DIFFERENCE_KIND, after->id, NULL, difference_kind_of(before),
         difference_kind_of(after));
  }
  compare_asked(comparing, before, after);
  compare_use(comparing, old, fresh);
}

/* ---- which is which */

/* The old question that a new one is: by id, else by its words among those that have gone; -1:
 * it is new. */
static int find_old(const struct comparing *comparing, size_t fresh) {
  const struct question *question = &comparing->fresh->questions[fresh];
  int index = questionnaire_question(comparing->old, question->id);
  if (index >= 0) {
    return index;
  }
  for (size_t i = 0; i < comparing->old->questions_count; i++) {
    const struct question *other = &comparing->old->questions[i];
    if (other->kind == question->kind && same(other->words.text, question->words.text) &&
        questionnaire_question(comparing->fresh, other->id) < 0) {
      return (int)i;
    }
  }
  return -1;
}

/* Questions of the new version, each with its old one; those of the old one that no new one
 * claims have gone. A second new question of the same words is new. */
static bool compare_questions(struct comparing *comparing) {
  size_t count = comparing->old->questions_count;
  bool *claimed = arena_array(comparing->arena, count + 1, sizeof *claimed);
  if (claimed == NULL) {
    return false;
  }
  int last = -1;
  for (size_t i = 0; i < comparing->fresh->questions_count; i++) {
    const struct question *question = &comparing->fresh->questions[i];
    int old = find_old(comparing, i);
    if (old < 0 || claimed[old]) {
      tell(comparing, DIFFERENCE_QUESTION_ADDED, question->id, NULL, NULL, question->words.text);
      continue;
    }
    claimed[old] = true;
    compare_question(comparing, (size_t)old, i);
    if (old < last) {
      tell(comparing, DIFFERENCE_QUESTION_MOVED, question->id, NULL, NULL, NULL);
    } else {
      last = old;
    }
  }
  for (size_t i = 0; i < count; i++) {
    if (!claimed[i]) {
      tell(comparing, DIFFERENCE_QUESTION_REMOVED, comparing->old->questions[i].id, NULL,
           comparing->old->questions[i].words.text, NULL);
    }
  }
  return true;
}

/* ---- all around */

static const char *paragraphs(const struct words *words, size_t count, struct arena *arena) {
  const char *joined = NULL;
  for (size_t i = 0; i < count; i++) {
    joined = joined == NULL ? words[i].text : arena_printf(arena, "%s / %s", joined, words[i].text);
  }
  return joined;
}

/* NULL: an anonymous questionnaire. */
static const char *pairs_of(const struct questionnaire *questionnaire, struct arena *arena) {
  const struct pairs *pairs = &questionnaire->pairs;
  const struct question *questions = questionnaire->questions;
  return !questionnaire->personal
             ? NULL
             : arena_printf(arena, "%s, %s, %s", questions[pairs->case_question].id,
                            questions[pairs->occasion].id, questions[pairs->informant].id);
}

static void compare_around(struct comparing *comparing) {
  const struct questionnaire *old = comparing->old, *fresh = comparing->fresh;
  struct arena *arena = comparing->arena;
  compare(comparing, DIFFERENCE_LANGUAGE, NULL, NULL, old->language, fresh->language);
  compare(comparing, DIFFERENCE_UNIT, NULL, NULL, old->per_child ? "child" : "parent",
          fresh->per_child ? "child" : "parent");
  compare(comparing, DIFFERENCE_PAIRS, NULL, NULL, pairs_of(old, arena), pairs_of(fresh, arena));
  compare(comparing, DIFFERENCE_REPORT, NULL, "count_unanswered", yes_no(old->count_unanswered),
          yes_no(fresh->count_unanswered));
  compare(comparing, DIFFERENCE_AROUND, NULL, "title", old->title.text, fresh->title.text);
  compare(comparing, DIFFERENCE_AROUND, NULL, "intro",
          paragraphs(old->intro, old->intro_count, arena),
          paragraphs(fresh->intro, fresh->intro_count, arena));
  compare(comparing, DIFFERENCE_AROUND, NULL, "child", old->child.text, fresh->child.text);
  compare(comparing, DIFFERENCE_AROUND, NULL, "thanks",
          paragraphs(old->thanks, old->thanks_count, arena),
          paragraphs(fresh->thanks, fresh->thanks_count, arena));
  compare(comparing, DIFFERENCE_INVITE, NULL, NULL,
          difference_filter(old, &old->invite_unless, arena),
          difference_filter(fresh, &fresh->invite_unless, arena));
}

/* By id, as questions. Words for a score are the report's, and break nothing. */
static void compare_scores(struct comparing *comparing) {
  const struct questionnaire *old = comparing->old, *fresh = comparing->fresh;
  struct arena *arena = comparing->arena;
  for (size_t i = 0; i < fresh->scores_count; i++) {
    const struct score *score = &fresh->scores[i];
    int index = score_find(old, score->id);
    const char *what = arena_printf(arena, "score %s", score->id);
    compare(comparing, DIFFERENCE_SCORE, NULL, what,
            index < 0 ? NULL : difference_score(old, &old->scores[index], arena),
            difference_score(fresh, score, arena));
    if (index >= 0) {
      compare(comparing, DIFFERENCE_AROUND, NULL, what, old->scores[index].words.text,
              score->words.text);
    }
  }
  for (size_t i = 0; i < old->scores_count; i++) {
    if (score_find(fresh, old->scores[i].id) < 0) {
      tell(comparing, DIFFERENCE_SCORE, NULL, arena_printf(arena, "score %s", old->scores[i].id),
           difference_score(old, &old->scores[i], arena), NULL);
    }
  }
  compare(comparing, DIFFERENCE_REPORT, NULL, "norms", old->norms.file, fresh->norms.file);
}

/* By id: a section that has been renamed is one that has gone and one that has come. */
static void compare_sections(struct comparing *comparing) {
  const struct questionnaire *old = comparing->old, *fresh = comparing->fresh;
  for (size_t i = 0; i < fresh->sections_count; i++) {
    const struct section *section = &fresh->sections[i];
    for (size_t j = 0; j < old->sections_count; j++) {
      const struct section *before = &old->sections[j];
      if (same(before->id, section->id)) {
        compare(comparing, DIFFERENCE_AROUND, NULL,
                arena_printf(comparing->arena, "section %s", section->id),
                paragraphs(before->intro, before->intro_count, comparing->arena),
                paragraphs(section->intro, section->intro_count, comparing->arena));
      }
    }
  }
}

bool difference_find(const struct questionnaire *old, const struct questionnaire *fresh,
                     struct arena *arena, struct difference_list *list) {
  struct comparing comparing = {.old = old, .fresh = fresh, .arena = arena, .list = list};
  compare_around(&comparing);
  compare_sections(&comparing);
  compare_scores(&comparing);
  if (!compare_questions(&comparing)) {
    return false;
  }
  bool changed = memcmp(old->hash, fresh->hash, sizeof old->hash) != 0;
  if (changed && list->count > 0 && old->version == fresh->version && same(old->id, fresh->id)) {
    const char *version = arena_printf(arena, "%d", fresh->version);
    tell(&comparing, DIFFERENCE_VERSION, NULL, NULL, version, version);
  }
  return !list->failed;
}
