#include "import_read.h"

#include <string.h>

#include "base/utf8.h"
#include "output/csv.h"
#include "survey/moment.h"
#include "survey/trace.h"

/* One row on its way. */
struct reading {
  const struct import_rules *rules;
  const char *const *cells; /* unguarded */
  long line;
  struct arena *arena;
  struct import_report *report;
  struct import_row *out;
  const char *week; /* in which it was answered, or "" */
  bool bad;
  bool no_memory;
};

static const char *cell_at(const struct reading *reading, int place) {
  return place < 0 ? "" : reading->cells[place];
}

static const char *leading(const struct reading *reading, enum leading_column column) {
  return cell_at(reading, reading->rules->layout->leading[column]);
}

static const char *trailing(const struct reading *reading, enum trailing_column column) {
  return cell_at(reading, reading->rules->layout->trailing[column]);
}

static void tell(struct reading *reading, const char *column, const char *what) {
  reading->bad = true;
  import_report_add(reading->report, reading->line, column, "%s", what);
}

/* A whole decimal number, or -1. */
static int parse_number(const char *text, int most) {
  int number = 0;
  if (text[0] == '\0') {
    return -1;
  }
  for (; *text != '\0'; text++) {
    if (*text < '0' || *text > '9') {
      return -1;
    }
    number = number * 10 + (*text - '0');
    if (number > most) {
      return -1;
    }
  }
  return number;
}

/* ---- the columns around the questionnaire's */

static void read_municipality(struct reading *reading) {
  const struct import_rules *rules = reading->rules;
  const char *column = leading_columns[LEADING_MUNICIPALITY_CODE];
  int code = parse_number(leading(reading, LEADING_MUNICIPALITY_CODE), 999);
  if (code < 100) {
    tell(reading, column, "no municipality code; hint: three digits");
    return;
  }
  for (size_t i = 0; i < rules->municipalities_count; i++) {
    if (rules->municipalities[i] == code) {
      reading->out->municipality = code;
      return;
    }
  }
  tell(reading, column, "the municipality is not in the round; hint: hjemsvar round show");
}

static void read_language(struct reading *reading) {
  const struct import_rules *rules = reading->rules;
  const char *language = leading(reading, LEADING_LANGUAGE);
  for (size_t i = 0; i < rules->languages_count; i++) {
    if (language[0] == '\0' || strcmp(rules->languages[i], language) == 0) {
      reading->out->language = rules->languages[i];
      return;
    }
  }
  tell(reading, leading_columns[LEADING_LANGUAGE],
       "the questionnaire is not there in this language; hint: hjemsvar questionnaire show");
}

static void read_time(struct reading *reading) {
  const char *week = leading(reading, LEADING_RECEIVED_WEEK);
  const char *time = trailing(reading, TRAILING_SUBMITTED_AT);
  reading->week = week;
  if (week[0] != '\0') {
    reading->out->received_week = week;
    if (!moment_is_week(week)) {
      tell(reading, leading_columns[LEADING_RECEIVED_WEEK],
           "no week; hint: 2026-W47, or a quarter: 2026-Q4");
    }
  }
  if (time[0] != '\0') {
    char *exact = arena_alloc(reading->arena, MOMENT_WEEK_BYTES);
    reading->out->submitted_at = time;
    if (exact == NULL) {
      reading->no_memory = true;
    } else if (moment_parse(time, exact)) {
      reading->week = exact;
      if (moment_is_later(time, reading->rules->latest)) {
        tell(reading, trailing_columns[TRAILING_SUBMITTED_AT],
             "in the future; hint: see the year, and the clock of the database");
      }
    } else {
      tell(reading, trailing_columns[TRAILING_SUBMITTED_AT],
           "no date and time that there was; hint: 2026-11-20T14:05, Danish time, or with +01:00");
    }
  }
}

static void read_external_id(struct reading *reading) {
  const char *cell = trailing(reading, TRAILING_EXTERNAL_ID);
  const char *column = trailing_columns[TRAILING_EXTERNAL_ID];
  char *id;
  size_t points;
  switch (utf8_normalise(reading->arena, cell, strlen(cell), &id, &points)) {
  case UTF8_OK:
    if (points > IMPORT_EXTERNAL_ID_MAX) {
      tell(reading, column, "longer than 200 characters");
    }
    reading->out->external_id = id[0] == '\0' ? NULL : id;
    return;
  case UTF8_INVALID:
    tell(reading, column, "not UTF-8; hint: save the file as UTF-8");
    return;
  case UTF8_MEMORY:
    reading->no_memory = true;
    return;
  }
}

static void read_trace(struct reading *reading) {
  const struct import_rules *rules = reading->rules;
  const char *seconds = trailing(reading, TRAILING_SECONDS);
  const char *network = trailing(reading, TRAILING_NETWORK);
  const char *device = trailing(reading, TRAILING_DEVICE);
  struct import_row *out = reading->out;
  out->seconds = parse_number(seconds, IMPORT_SECONDS_MAX);
  if (seconds[0] != '\0' && out->seconds < 0) {
    tell(reading, trailing_columns[TRAILING_SECONDS],
         "no number of seconds; hint: a whole number up to 2592000 (30 days)");
  }
  out->network_tag = out->device_tag = -1;
  if (!rules->traces) {
    out->seconds = -1;
  } else if (rules->trace_key != NULL) {
    out->network_tag = network[0] == '\0' ? -1 : (int)trace_network_tag(rules->trace_key, network);
    out->device_tag =
        device[0] == '\0' ? -1 : (int)trace_device_tag(rules->trace_key, device, strlen(device));
  }
}

/* ---- the questionnaire's own columns */

static void tell_codes(struct reading *reading, const struct column *column) {
  const struct questionnaire *questionnaire = reading->rules->questionnaire;
  const struct question *question =
      &questionnaire->questions[questionnaire->fields[column->field].question];
  struct text list;
  text_init(&list);
  for (size_t i = 0; i < question->choices_count; i++) {
    text_addf(&list, "%s%d", i == 0 ? "" : ", ", question->choices[i].code);
  }
  if (question->choices_count == 0) {
    text_addf(&list, "%d to %d", question->min, question->max);
  }
  if (!question->needed) {
    text_addf(&list, ", not answered %d", column_unanswered(questionnaire, column->field));
  }
  reading->bad = true;
  import_report_add(reading->report, reading->line, column->name,
                    "not a code of the question, or at odds with what it hangs on; hint: %s",
                    list.failed ? "?" : list.data);
  text_clear(&list);
}

static void tell_problem(struct reading *reading, const struct answer_problem *problem) {
  const struct column *column = &reading->rules->layout->columns.items[problem->field];
  switch (problem->fault) {
  case ANSWER_OK:
    return;
  case ANSWER_UNKNOWN:
    tell(reading, column->name, "there is no such column");
    return;
  case ANSWER_INVALID:
    if (column->kind == COLUMN_CHECK) {
      tell(reading, column->name,
           "at odds with the first and the last answer; hint: 0 not asked back, 1 kept, 2 changed");
    } else {
      tell_codes(reading, column);
    }
    return;
  case ANSWER_LONG:
    reading->bad = true;
    import_report_add(reading->report, reading->line, column->name,
                      "%d characters too long; hint: shorten it, nothing is cut", problem->over);
    return;
  case ANSWER_BYTES:
    tell(reading, column->name, "not UTF-8; hint: save the file as UTF-8");
    return;
  case ANSWER_MISSING:
    tell(reading, column->name, "empty, but the question has to be answered");
    return;
  case ANSWER_UNASKED:
    tell(reading, column->name,
         "has a value, but the question was not asked; hint: empty the "
         "cell, or see what it hangs on");
    return;
  case ANSWER_CASE:
    tell(reading, column->name,
         "no case number; hint: letters a-z, digits and - / . _, at least one digit, at most three "
         "letters in a row");
    return;
  case ANSWER_CPR:
    tell(reading, column->name, "looks like a CPR number; hint: a number of your own");
    return;
  case ANSWER_MEMORY:
    reading->no_memory = true;
    return;
  }
}

static void read_answers(struct reading *reading) {
  const struct import_layout *layout = reading->rules->layout;
  size_t count = layout->columns.count;
  struct answer *answer = answer_new(reading->rules->questionnaire, reading->arena);
  const char **cells = arena_array(reading->arena, count, sizeof *cells);
  struct answer_problem *problems = arena_array(reading->arena, count, sizeof *problems);
  if (answer == NULL || cells == NULL || problems == NULL) {
    reading->no_memory = true;
    return;
  }
  for (size_t i = 0; i < count; i++) {
    cells[i] = cell_at(reading, layout->own[i]);
  }
  size_t found = column_read(answer, &layout->columns, cells, problems, count);
  for (size_t i = 0; i < found && i < count; i++) {
    tell_problem(reading, &problems[i]);
  }
  if (found == 0) {
    reading->out->answers = answer_json(answer);
    reading->no_memory = reading->no_memory || reading->out->answers == NULL;
  }
}

/* ---- the whole row */

static bool is_empty(const struct csv_reader_row *row) {
  for (size_t i = 0; i < row->count; i++) {
    if (row->cells[i][0] != '\0') {
      return false;
    }
  }
  return true;
}

static bool set_cells(struct reading *reading, const struct csv_reader_row *row) {
  if (!row->excel) {
    reading->cells = row->cells;
    return true;
  }
  const char **cells = arena_array(reading->arena, row->count, sizeof *cells);
  for (size_t i = 0; cells != NULL && i < row->count; i++) {
    cells[i] = csv_excel_unguard(row->cells[i]);
  }
  reading->cells = cells;
  return cells != NULL;
}

/* The day of an answer is known to others by its week alone, so two rows of one
 * week are equal, whether it is told by a time or as the week. */
static void set_digest(const struct reading *reading) {
  struct import_row *out = reading->out;
  const unsigned char municipality[] = {(unsigned char)(out->municipality >> 8),
                                        (unsigned char)out->municipality};
  const struct crypto_part parts[] = {
      {out->answers, strlen(out->answers)},
      {municipality, sizeof municipality},
      {out->language, strlen(out->language)},
      {reading->week, strlen(reading->week)},
  };
  crypto_digest(reading->rules->keys, 0, CRYPTO_FOR_ANSWERS, parts, array_length(parts),
                out->digest, sizeof out->digest);
  crypto_random(out->id, sizeof out->id);
}

enum import_read_result import_read(const struct import_rules *rules,
                                    const struct csv_reader_row *row, struct arena *arena,
                                    struct import_report *report, struct import_row *out) {
  struct reading reading = {
      .rules = rules, .line = row->line, .arena = arena, .report = report, .out = out};
  *out = (struct import_row){.line = row->line};
  if (is_empty(row)) {
    return IMPORT_READ_EMPTY;
  }
  if (row->count != rules->layout->cells) {
    import_report_add(report, row->line, NULL, "the row has %zu cells, the header %zu", row->count,
                      rules->layout->cells);
    return IMPORT_READ_BAD;
  }
  if (!set_cells(&reading, row)) {
    return IMPORT_READ_MEMORY;
  }
  read_municipality(&reading);
  read_language(&reading);
  read_time(&reading);
  read_answers(&reading);
  read_external_id(&reading);
  read_trace(&reading);
  if (reading.no_memory) {
    return IMPORT_READ_MEMORY;
  }
  if (reading.bad) {
    return IMPORT_READ_BAD;
  }
  set_digest(&reading);
  return IMPORT_READ_OK;
}
