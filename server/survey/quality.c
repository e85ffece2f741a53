#include "survey/quality.h"

#include <stdlib.h>

#include "survey/confirm.h"
#include "survey/routing.h"
#include "survey/scale.h"

enum { BATTERY_CODES_LEAST = 3, LINE_QUESTIONS_LEAST = 3, SLOWER_THAN_SPEEDING = 3 };

/* ---- what the definition says */

static int substantive_codes(const struct question *question) {
  int count = 0;
  for (size_t i = 0; i < question->choices_count; i++) {
    count += !question->choices[i].dont_know;
  }
  return count;
}

/* Questions that name the same list share its choices. */
static bool same_list(const struct questionnaire *questionnaire, int one, int other) {
  const struct question *questions = questionnaire->questions;
  return questions[other].kind == QUESTION_CHOICE &&
         questions[one].choices == questions[other].choices;
}

bool quality_in_battery(const struct questionnaire *questionnaire, int index) {
  const struct question *question = &questionnaire->questions[index];
  if (question->kind != QUESTION_CHOICE || substantive_codes(question) < BATTERY_CODES_LEAST) {
    return false;
  }
  for (int other = 0; other < (int)questionnaire->questions_count; other++) {
    if (other != index && same_list(questionnaire, index, other)) {
      return true;
    }
  }
  return false;
}

static bool is_opinion(const struct questionnaire *questionnaire, int index) {
  const struct question *question = &questionnaire->questions[index];
  return question->kind == QUESTION_SCALE || question->kind == QUESTION_TEXT ||
         question->compare == COMPARE_OPINION || quality_in_battery(questionnaire, index);
}

/* ---- speeding */

static int words_in(const char *text) {
  int words = 0;
  bool inside = false;
  for (; text != NULL && *text != '\0'; text++) {
    bool blank = *text == ' ' || *text == '\t' || *text == '\n';
    words += !blank && !inside;
    inside = !blank;
  }
  return words;
}

static int words_of(const struct question *question) {
  int words = words_in(question->words.text) + words_in(question->hint.text) +
              words_in(question->low.text) + words_in(question->high.text);
  for (size_t i = 0; i < question->choices_count; i++) {
    words += words_in(question->choices[i].words.text);
  }
  return words;
}

/* The values given to a question; -1: it was not asked. */
static int values_given(const struct answer *answer, const struct question *question) {
  int given = -1;
  for (size_t i = question->first_field; i < question->first_field + question->fields_count; i++) {
    if (answer->questionnaire->fields[i].kind != FIELD_VALUE || !routing_asked(answer, (int)i)) {
      continue;
    }
    given = given < 0 ? 0 : given;
    given += answer->codes[i] != ANSWER_NONE || answer->texts[i] != NULL;
  }
  return given;
}

struct quality_load quality_load_of(const struct answer *answer) {
  int words = 0, values = 0;
  for (size_t i = 0; i < answer->questionnaire->questions_count; i++) {
    const struct question *question = &answer->questionnaire->questions[i];
    int given = values_given(answer, question);
    words += given < 0 ? 0 : words_of(question);
    values += given < 0 ? 0 : given;
  }
  return (struct quality_load){.ordinary = words / 4.0 + values * 2.0,
                               .least = words / 10.0 + values / 2.0};
}

static int by_size(const void *a, const void *b) {
  double one = *(const double *)a, other = *(const double *)b;
  return (one > other) - (one < other);
}

struct quality_pace quality_pace_of(double *ratios, size_t count) {
  if (count == 0) {
    return (struct quality_pace){0, 0};
  }
  qsort(ratios, count, sizeof *ratios, by_size);
  double median =
      count % 2 == 1 ? ratios[count / 2] : (ratios[count / 2 - 1] + ratios[count / 2]) / 2;
  return (struct quality_pace){median, count};
}

enum quality_mark quality_speed(const struct answer *answer, int seconds,
                                const struct quality_pace *pace) {
  if (seconds < 0) {
    return QUALITY_UNKNOWN;
  }
  struct quality_load load = quality_load_of(answer);
  if (seconds < load.least) {
    return QUALITY_FLAGGED;
  }
  bool known = pace->known >= QUALITY_PACE_LEAST && load.ordinary > 0;
  return known && seconds / load.ordinary < pace->median / SLOWER_THAN_SPEEDING ? QUALITY_FLAGGED
                                                                                : QUALITY_CLEAR;
}

/* ---- straightlining */

/* The answers to one battery. */
struct line {
  int answers, questions;
  int question; /* the last that was answered */
  int code;
  bool alike;
};

static void add_question(const struct answer *answer, int index, struct line *line) {
  const struct question *question = &answer->questionnaire->questions[index];
  int before = line->answers;
  for (size_t i = question->first_field; i < question->first_field + question->fields_count; i++) {
    if (answer->questionnaire->fields[i].kind != FIELD_VALUE || answer->codes[i] == ANSWER_NONE ||
        !routing_asked(answer, (int)i)) {
      continue;
    }
    line->alike = line->answers == 0 || (line->alike && line->code == answer->codes[i]);
    line->code = answer->codes[i];
    line->answers++;
    line->question = index;
  }
  line->questions += line->answers > before;
}

static struct line line_of(const struct answer *answer, int first) {
  struct line line = {.question = first};
  for (int i = first; i < (int)answer->questionnaire->questions_count; i++) {
    if (same_list(answer->questionnaire, first, i)) {
      add_question(answer, i, &line);
    }
  }
  return line;
}

static bool is_first_of_battery(const struct questionnaire *questionnaire, int index) {
  for (int i = 0; i < index; i++) {
    if (same_list(questionnaire, index, i)) {
      return false;
    }
  }
  return quality_in_battery(questionnaire, index);
}

static bool held_against(const struct answer *answer, const struct question *scale,
                         const struct line *line) {
  for (size_t i = 0; i < scale->confirm_against_count; i++) {
    if (same_list(answer->questionnaire, line->question, scale->confirm_against[i])) {
      return true;
    }
  }
  return false;
}

static bool contradicted(const struct answer *answer, const struct line *line) {
  const struct questionnaire *questionnaire = answer->questionnaire;
  const struct question *battery = &questionnaire->questions[line->question];
  for (size_t i = 0; i < questionnaire->questions_count; i++) {
    const struct question *scale = &questionnaire->questions[i];
    int last = scale->each < 0 ? 0 : routing_children(answer, scale->each);
    struct scale_reading reading;
    for (int child = scale->each < 0 ? 0 : 1; held_against(answer, scale, line) && child <= last;
         child++) {
      if (!scale_read(answer, (int)i, child, &reading) || reading.asked ||
          reading.sign != SCALE_PLAUSIBLE) {
        continue;
      }
      if ((confirm_positive(battery, line->code) && confirm_negative(scale, reading.final)) ||
          (confirm_negative(battery, line->code) && confirm_positive(scale, reading.final))) {
        return true;
      }
    }
  }
  return false;
}

enum quality_mark quality_straightline(const struct answer *answer, enum quality_mark speed) {
  const struct questionnaire *questionnaire = answer->questionnaire;
  enum quality_mark mark = QUALITY_UNKNOWN;
  for (int i = 0; i < (int)questionnaire->questions_count && mark != QUALITY_FLAGGED; i++) {
    if (!is_first_of_battery(questionnaire, i)) {
      continue;
    }
    struct line line = line_of(answer, i);
    if (line.answers < QUALITY_LINE_LEAST || line.questions < LINE_QUESTIONS_LEAST) {
      continue;
    }
    const struct question *battery = &questionnaire->questions[line.question];
    bool takes_side = confirm_positive(battery, line.code) || confirm_negative(battery, line.code);
    bool second = !takes_side || speed == QUALITY_FLAGGED || contradicted(answer, &line);
    mark = line.alike && second ? QUALITY_FLAGGED : QUALITY_CLEAR;
  }
  return mark;
}

/* ---- nothing answered */

enum quality_mark quality_empty(const struct answer *answer) {
  const struct questionnaire *questionnaire = answer->questionnaire;
  bool opinions = false;
  for (int i = 0; i < (int)questionnaire->questions_count; i++) {
    opinions = opinions || is_opinion(questionnaire, i);
  }
  for (int i = 0; i < (int)questionnaire->questions_count; i++) {
    const struct question *question = &questionnaire->questions[i];
    bool matters = opinions ? is_opinion(questionnaire, i) : !question->needed;
    if (matters && values_given(answer, question) > 0) {
      return QUALITY_CLEAR;
    }
  }
  return QUALITY_FLAGGED;
}
