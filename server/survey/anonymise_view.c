#include <string.h>

#include "survey/anonymise_part.h"

static const struct level exact = {.kind = ANONYMISE_EXACT};
static const struct level none = {.kind = ANONYMISE_NONE};

static const struct level *level_of(const struct view *view, int quasi) {
  if (quasi < 0) {
    return &exact;
  }
  return (view->mask >> quasi & 1) != 0 ? &none
                                        : &view->anonymise->quasis[quasi].levels[view->plan[quasi]];
}

static const struct level *level_of_question(const struct view *view, int question) {
  return level_of(view, view->anonymise->quasi_of[question]);
}

static int place_at(const struct level *level, int place) {
  switch (level->kind) {
  case ANONYMISE_POOLED:
    return level->pooled[place] ? ANONYMISE_SEVERAL : place;
  case ANONYMISE_EXACT:
    return place;
  case ANONYMISE_CAPPED:
  case ANONYMISE_SUMMARY:
  case ANONYMISE_NONE:
    break;
  }
  return ANONYMISE_WITHHELD;
}

/* ---- questions */

/* How many children of a count may be seen, and whether that is all of them. */
struct seen {
  int children;
  bool all;
};

static struct seen seen_of(const struct view *view, int count_question) {
  if (count_question < 0) {
    return (struct seen){.all = true};
  }
  const struct questionnaire *questionnaire = view->anonymise->questionnaire;
  const struct level *level = level_of_question(view, count_question);
  signed char out = view->out[view->anonymise->spans[count_question].first];
  if (level->kind == ANONYMISE_NONE || out == ANONYMISE_WITHHELD) {
    return (struct seen){.children = questionnaire->questions[count_question].min};
  }
  if (level->kind == ANONYMISE_CAPPED && out == level->limit) {
    return (struct seen){.children = level->limit};
  }
  return (struct seen){.all = true};
}

/* Whether a question is asked tells the answer to the one that its filter looks at. */
static bool filter_is_seen(const struct view *view, const struct question *question, int child) {
  int other = question->filter.question;
  if (other < 0) {
    return true;
  }
  const struct span *span = &view->anonymise->spans[other];
  bool repeats = view->anonymise->questionnaire->questions[other].each >= 0;
  size_t column = span->first + (repeats && child > 0 ? ((size_t)child - 1) * span->each : 0);
  signed char out = view->out[column];
  const struct level *level = level_of_question(view, other);
  return out != ANONYMISE_WITHHELD && out != ANONYMISE_SEVERAL &&
         !(level->kind == ANONYMISE_CAPPED && out == level->limit);
}

static signed char value_at(const struct view *view, const struct level *level, size_t column) {
  const struct anonymise *anonymise = view->anonymise;
  signed char value = view->raw[column];
  switch (level->kind) {
  case ANONYMISE_EXACT:
  case ANONYMISE_SUMMARY:
    return value;
  case ANONYMISE_POOLED:
    return level->pooled[value + VALUE_FIRST] ? ANONYMISE_SEVERAL : value;
  case ANONYMISE_CAPPED: {
    int field = anonymise->columns[column].field;
    bool answered = value != column_unanswered(anonymise->questionnaire, field);
    return answered && value > level->limit ? (signed char)level->limit : value;
  }
  case ANONYMISE_NONE:
    break;
  }
  return ANONYMISE_WITHHELD;
}

/* Of children that differ only that they do. */
static void summarise(struct view *view, const struct span *span) {
  bool differ = false;
  long first = -1;
  for (size_t i = span->first; i < span->first + span->count; i += span->each) {
    if (view->out[i] >= 0) {
      first = first < 0 ? (long)i : first;
      differ = differ || view->out[i] != view->out[first];
    }
  }
  for (size_t i = span->first; differ && i < span->first + span->count; i += span->each) {
    if (view->out[i] >= 0) {
      view->out[i] = ANONYMISE_SEVERAL;
    }
  }
}

static void fill_question(struct view *view, int index) {
  const struct question *question = &view->anonymise->questionnaire->questions[index];
  const struct span *span = &view->anonymise->spans[index];
  const struct level *level = level_of_question(view, index);
  struct seen seen = seen_of(view, question->each);
  for (size_t i = 0; i < span->count; i++) {
    size_t column = span->first + i;
    int child = question->each < 0 ? 0 : (int)(i / span->each) + 1;
    bool value = i % span->each == 0;
    if ((!seen.all && child > seen.children) || !filter_is_seen(view, question, child) ||
        (!value && level->kind != ANONYMISE_EXACT)) {
      view->out[column] = ANONYMISE_WITHHELD;
    } else {
      view->out[column] = value_at(view, level, column);
    }
  }
  if (level->kind == ANONYMISE_SUMMARY) {
    summarise(view, span);
  }
}

/* A question that another one looks at stands before it, so what is seen of it is known. */
void view_fill(struct view *view) {
  const struct anonymise *anonymise = view->anonymise;
  view->municipality = view->language = ANONYMISE_WITHHELD;
  for (int i = 0; i < anonymise->quasis_count; i++) {
    const struct level *level = level_of(view, i);
    if (anonymise->quasis[i].of == OF_MUNICIPALITY) {
      view->municipality = place_at(level, view->added->municipality);
    } else if (anonymise->quasis[i].of == OF_LANGUAGE) {
      view->language = place_at(level, view->added->language);
    }
  }
  for (size_t i = 0; i < anonymise->questionnaire->questions_count; i++) {
    fill_question(view, (int)i);
  }
}

/* ---- keys */

static size_t put(unsigned char *part, int place) {
  uint16_t bytes = (uint16_t)place;
  memcpy(part, &bytes, sizeof bytes);
  return sizeof bytes;
}

size_t view_part(const struct view *view, int quasi, unsigned char *part) {
  const struct anonymise *anonymise = view->anonymise;
  switch (anonymise->quasis[quasi].of) {
  case OF_MUNICIPALITY:
    return put(part, view->municipality);
  case OF_LANGUAGE:
    return put(part, view->language);
  case OF_QUESTION:
    break;
  }
  const struct span *span = &anonymise->spans[anonymise->quasis[quasi].question];
  size_t size = 0;
  for (size_t i = 0; i < span->count; i += span->each) {
    part[size++] = (unsigned char)view->out[span->first + i];
  }
  return size;
}

void view_key(const struct view *view, unsigned char *key) {
  memset(key, 0, view->anonymise->key_size);
  size_t size = 0;
  for (int i = 0; i < view->anonymise->quasis_count; i++) {
    size += view_part(view, i, key + size);
  }
}
