#include "store/quality_part.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "survey/burst.h"
#include "survey/person.h"
#include "survey/reason.h"
#include "survey/scale.h"

enum { CHUNK = 500, PAIRS_CHUNK = 100, PAIRS_OF_ANSWER = 16 };

/* What is found of an answer by itself. */
struct marks {
  signed char scale, speed, straightline, empty; /* as in the table; -1: NULL */
};

struct part {
  struct store *store;
  struct quality_work *work;
  char municipality[PG_DECIMAL_MAX];
  const char (*ids)[QUALITY_ID_BYTES];
  size_t count;
  struct linkage *linkage;
  struct sensitivity *sums;
  struct marks *marks;
  int64_t *minutes;
  bool *burst;
  uint32_t *person;
  uint32_t *size; /* of the group that begins here */
  uint32_t *kept; /* pairs of the answer */
  uint32_t *tied; /* groups by the pairs that are kept (persons_tie) */
  double *weight;
  struct person_decision *decisions;
  size_t decisions_count;
};

/* ---- reading answers, a chunk at a time */

struct reading {
  size_t index; /* in the part */
  const struct answer *answer;
  struct linkage_evidence evidence;
  int seconds;
  bool traced;
};
typedef bool take_answer(struct part *part, const struct reading *reading);

static int number_or(const PGresult *rows, int row, int column, int otherwise) {
  return PQgetisnull(rows, row, column) ? otherwise : pg_number(rows, row, column);
}

static enum store_result take_row(struct part *part, const PGresult *rows, int row, size_t index,
                                  take_answer *take) {
  struct arena *arena = arena_new(0);
  if (arena == NULL) {
    return pg_no_memory(part->store);
  }
  struct answer *answer =
      answer_from_json(part->work->questionnaire, arena, PQgetvalue(rows, row, 2));
  if (answer != NULL) {
    answer_prune(answer);
  }
  struct reading reading = {
      .index = index,
      .answer = answer,
      .evidence = {.language = PQgetvalue(rows, row, 1),
                   .network = number_or(rows, row, 3, -1),
                   .device = number_or(rows, row, 4, -1),
                   .minute = PQgetisnull(rows, row, 6)
                                 ? -1
                                 : strtoll(PQgetvalue(rows, row, 6), NULL, 10)},
      .seconds = number_or(rows, row, 5, -1),
      .traced = pg_true(rows, row, 7),
  };
  enum store_result result = STORE_OK;
  if (reading.answer == NULL) {
    pg_say(part->store, "answer %s does not fit its questionnaire; hint: report this",
           part->ids[index]);
    result = STORE_FAULT;
  } else if (!take(part, &reading)) {
    result = pg_no_memory(part->store);
  }
  arena_free(arena);
  return result;
}

static enum store_result ask_chunk(const struct part *part, size_t first, size_t count,
                                   PGresult **rows) {
  struct text ids;
  text_init(&ids);
  for (size_t i = 0; i < count; i++) {
    text_addf(&ids, "%c%s", i == 0 ? '{' : ',', part->ids[first + i]);
  }
  text_add_char(&ids, '}');
  enum store_result result = ids.failed ? pg_no_memory(part->store)
                                        : pg_query(part->store, rows, STATEMENT_QUALITY_ANSWERS, 2,
                                                   part->work->round, ids.data);
  text_clear(&ids);
  return result;
}

/* In the order of their ids, whatever order they come in. Within store_as there is no snapshot, so
 * that an answer may be withdrawn meanwhile: then all is begun anew. */
static enum store_result take_chunk(struct part *part, size_t first, size_t count,
                                    take_answer *take) {
  PGresult *rows = NULL;
  int row_of[CHUNK] = {0};
  enum store_result result = ask_chunk(part, first, count, &rows);
  if (result == STORE_OK && (size_t)PQntuples(rows) != count) {
    pg_say(part->store, "an answer was withdrawn while flags were made; hint: try again");
    result = STORE_BUSY;
  }
  for (int row = 0; result == STORE_OK && row < PQntuples(rows); row++) {
    row_of[pg_number(rows, row, 0)] = row;
  }
  for (size_t i = 0; result == STORE_OK && i < count; i++) {
    result = take_row(part, rows, row_of[i], first + i, take);
  }
  PQclear(rows);
  return result;
}

/* What is done after each chunk: NULL, or storing its flags. */
typedef enum store_result end_chunk(struct part *part, size_t first, size_t count);

static enum store_result take_all(struct part *part, take_answer *take, end_chunk *end) {
  enum store_result result = STORE_OK;
  for (size_t first = 0; first < part->count && result == STORE_OK; first += CHUNK) {
    size_t count = part->count - first < CHUNK ? part->count - first : CHUNK;
    result = take_chunk(part, first, count, take);
    if (result == STORE_OK && end != NULL) {
      result = end(part, first, count);
    }
  }
  return result;
}

/* ---- what an answer says by itself */

static signed char scale_mark(const struct answer *answer) {
  enum scale_sign sign;
  if (!scale_judge(answer, &sign)) {
    return -1;
  }
  switch (sign) {
  case SCALE_PLAUSIBLE:
    break;
  case SCALE_REVERSED:
    return 1;
  case SCALE_MIRRORED:
    return 2;
  }
  return 0;
}

static bool look(struct part *part, const struct reading *reading) {
  struct marks *marks = &part->marks[reading->index];
  enum quality_mark speed = quality_speed(reading->answer, reading->seconds, &part->work->pace);
  marks->scale = scale_mark(reading->answer);
  marks->speed = (signed char)speed;
  marks->straightline = (signed char)quality_straightline(reading->answer, speed);
  marks->empty = (signed char)quality_empty(reading->answer);
  part->minutes[reading->index] = reading->evidence.minute;
  part->work->traced += reading->traced;
  return linkage_add(part->linkage, reading->answer, &reading->evidence);
}

/* ---- decisions */

static int by_id(const void *id, const void *element) {
  return strcmp(id, *(const char(*)[QUALITY_ID_BYTES])element);
}

/* False when the answer is not there: its decisions went with it. */
static bool index_of(const struct part *part, const char *id, uint32_t *index) {
  const char(*found)[QUALITY_ID_BYTES] =
      bsearch(id, part->ids, part->count, sizeof *part->ids, by_id);
  *index = found == NULL ? 0 : (uint32_t)(found - part->ids);
  return found != NULL;
}

static bool read_decision(const struct part *part, const PGresult *rows, int row,
                          struct person_decision *decision) {
  const char *verdict = PQgetvalue(rows, row, 2);
  decision->verdict = strcmp(verdict, "same") == 0        ? PERSON_SAME
                      : strcmp(verdict, "different") == 0 ? PERSON_DIFFERENT
                                                          : PERSON_UNDECIDED;
  decision->counts = PERSON_BOTH;
  if (!index_of(part, PQgetvalue(rows, row, 0), &decision->a) ||
      !index_of(part, PQgetvalue(rows, row, 1), &decision->b)) {
    return false;
  }
  return PQgetisnull(rows, row, 3) || index_of(part, PQgetvalue(rows, row, 3), &decision->counts);
}

/* Forms of known children are told apart by their case numbers; a child's start and close, and two
 * children who do well, look alike and are no repeats. */
static bool compares(const struct part *part) {
  return !part->work->questionnaire->personal;
}

static enum store_result read_decisions(struct part *part) {
  PGresult *rows = NULL;
  enum store_result result = pg_query(part->store, &rows, STATEMENT_QUALITY_DECISIONS, 2,
                                      part->work->round, part->municipality);
  if (result != STORE_OK) {
    return result;
  }
  part->decisions = calloc((size_t)PQntuples(rows) + 1, sizeof *part->decisions);
  int count = compares(part) ? PQntuples(rows) : 0;
  for (int i = 0; part->decisions != NULL && i < count; i++) {
    part->decisions_count += read_decision(part, rows, i, &part->decisions[part->decisions_count]);
  }
  PQclear(rows);
  return part->decisions == NULL ? pg_no_memory(part->store) : STORE_OK;
}

static const struct person_decision *decision_on(const struct part *part, uint32_t a, uint32_t b) {
  for (size_t i = 0; i < part->decisions_count; i++) {
    const struct person_decision *decision = &part->decisions[i];
    if ((decision->a == a && decision->b == b) || (decision->a == b && decision->b == a)) {
      return decision;
    }
  }
  return NULL;
}

/* ---- persons */

static bool find_persons(struct part *part) {
  size_t pairs = linkage_pairs_count(part->linkage), likely_count = 0;
  struct person_pair *likely = calloc(pairs + 1, sizeof *likely);
  if (likely == NULL) {
    return false;
  }
  for (size_t i = 0; i < pairs; i++) {
    const struct linkage_pair *pair = linkage_pair(part->linkage, i);
    if (pair->flagged) {
      likely[likely_count++] = (struct person_pair){pair->a, pair->b};
    }
  }
  bool good = persons_find(part->count, part->decisions, part->decisions_count, likely,
                           likely_count, part->person) &&
              persons_weigh(part->count, part->person, part->decisions, part->decisions_count,
                            part->weight);
  free(likely);
  for (uint32_t i = 0; good && i < part->count; i++) {
    part->size[part->person[i]]++;
    part->tied[i] = i;
  }
  return good;
}

/* ---- storing pairs */

static json_t *pair_json(const struct part *part, const struct linkage_pair *pair) {
  struct linkage_reason reasons[LINKAGE_REASONS_MAX];
  size_t count = linkage_reasons(part->linkage, pair, reasons, LINKAGE_REASONS_MAX);
  const struct person_decision *decision = decision_on(part, pair->a, pair->b);
  bool likely = pair->flagged || (decision != NULL && decision->verdict == PERSON_SAME);
  uint32_t a = pair->a < pair->b ? pair->a : pair->b, b = pair->a < pair->b ? pair->b : pair->a;
  return json_pack("{s:s, s:s, s:f, s:f, s:f, s:b, s:b, s:o}", "a", part->ids[a], "b", part->ids[b],
                   "bits", isfinite(pair->weight_bits) ? pair->weight_bits : -1000.0, "probability",
                   pair->probability, "chance", isfinite(pair->chance) ? pair->chance : 1e300,
                   "flagged", likely && part->person[a] == part->person[b], "words",
                   pair->certain_words_only, "reasons",
                   reasons_json(part->work->questionnaire, reasons,
                                count < LINKAGE_REASONS_MAX ? count : LINKAGE_REASONS_MAX));
}

/* Takes the rows. */
static enum store_result store_pairs(struct part *part, json_t *list) {
  char *json = json_dumps(list, JSON_COMPACT);
  PGresult *rows = NULL;
  enum store_result result = json == NULL
                                 ? pg_no_memory(part->store)
                                 : pg_query(part->store, &rows, STATEMENT_QUALITY_PAIRS_INSERT, 3,
                                            part->work->round, part->municipality, json);
  PQclear(rows);
  free(json);
  json_decref(list);
  return result;
}

/* Adds a pair to *list and stores the list when it is long enough. */
static enum store_result add_pair(struct part *part, const struct linkage_pair *pair,
                                  json_t **list) {
  if (*list == NULL) {
    *list = json_array();
  }
  if (json_array_append_new(*list, pair_json(part, pair)) != 0) {
    return pg_no_memory(part->store);
  }
  if (json_array_size(*list) < PAIRS_CHUNK) {
    return STORE_OK;
  }
  json_t *full = *list;
  *list = NULL;
  return store_pairs(part, full);
}

/* A thousand answers of one parent are half a million pairs. Each answer has its most probable ones
 * kept, and what is flagged hangs together by those that are. */
static bool is_kept(struct part *part, const struct linkage_pair *pair) {
  bool together = pair->flagged && part->person[pair->a] == part->person[pair->b];
  bool kept = (together && persons_tie(part->tied, pair->a, pair->b)) ||
              part->kept[pair->a] < PAIRS_OF_ANSWER || part->kept[pair->b] < PAIRS_OF_ANSWER;
  part->kept[pair->a] += kept;
  part->kept[pair->b] += kept;
  return kept;
}

/* Those that were found, and those that somebody decided whether they were or not. */
static enum store_result make_pairs(struct part *part) {
  json_t *list = NULL;
  enum store_result result = STORE_OK;
  size_t count = linkage_pairs_count(part->linkage);
  for (size_t i = 0; i < count && result == STORE_OK; i++) {
    const struct linkage_pair *pair = linkage_pair(part->linkage, i);
    result = is_kept(part, pair) ? add_pair(part, pair, &list) : STORE_OK;
  }
  for (size_t i = 0; i < part->decisions_count && result == STORE_OK; i++) {
    const struct person_decision *decision = &part->decisions[i];
    struct linkage_pair pair = linkage_judge(part->linkage, decision->a, decision->b);
    result = add_pair(part, &pair, &list);
  }
  if (result != STORE_OK || list == NULL) {
    json_decref(list);
    return result;
  }
  return store_pairs(part, list);
}

/* ---- storing flags */

static bool is_flagged(const struct part *part, size_t index) {
  const struct marks *marks = &part->marks[index];
  return part->size[part->person[index]] > 1 || marks->scale > 0 || marks->speed > 0 ||
         marks->straightline > 0 || marks->empty > 0 || part->burst[index];
}

static bool count_in(struct part *part, const struct reading *reading) {
  bool flagged = is_flagged(part, reading->index);
  double weight = part->weight[reading->index];
  sensitivity_add(part->sums, reading->answer, flagged, weight);
  sensitivity_add(part->work->sums, reading->answer, flagged, weight);
  return true;
}

static void add_mark(struct text *json, const char *name, int mark) {
  if (mark >= 0) {
    text_addf(json, ",\"%s\":%d", name, mark);
  }
}

static void add_flags(const struct part *part, size_t index, struct text *json) {
  const struct marks *marks = &part->marks[index];
  text_addf(json, "%c{\"s\":\"%s\",\"d\":%d", json->length == 0 ? '[' : ',', part->ids[index],
            part->size[part->person[index]] > 1);
  add_mark(json, "c", marks->scale);
  add_mark(json, "p", marks->speed);
  add_mark(json, "l", marks->straightline);
  add_mark(json, "e", marks->empty);
  add_mark(json, "b", part->minutes[index] < 0 ? -1 : part->burst[index]);
  text_addf(json, ",\"w\":%.17g}", part->weight[index]);
}

static enum store_result store_flags(struct part *part, size_t first, size_t count) {
  struct text json;
  text_init(&json);
  for (size_t i = first; i < first + count; i++) {
    add_flags(part, i, &json);
  }
  text_add_char(&json, ']');
  PGresult *rows = NULL;
  enum store_result result = json.failed
                                 ? pg_no_memory(part->store)
                                 : pg_query(part->store, &rows, STATEMENT_QUALITY_FLAGS_INSERT, 3,
                                            part->work->round, part->municipality, json.data);
  PQclear(rows);
  text_clear(&json);
  return result;
}

static enum store_result store_figures(struct part *part) {
  json_t *figures = sensitivity_json(part->sums);
  char *json = figures == NULL ? NULL : json_dumps(figures, JSON_COMPACT);
  PGresult *rows = NULL;
  enum store_result result = json == NULL
                                 ? pg_no_memory(part->store)
                                 : pg_query(part->store, &rows, STATEMENT_QUALITY_FIGURE_INSERT, 3,
                                            part->work->round, part->municipality, json);
  PQclear(rows);
  free(json);
  json_decref(figures);
  return result;
}

/* ---- the whole */

static bool part_init(struct part *part) {
  size_t count = part->count + 1;
  part->linkage = linkage_new(part->work->questionnaire);
  part->sums = sensitivity_new(part->work->questionnaire);
  part->marks = calloc(count, sizeof *part->marks);
  part->minutes = calloc(count, sizeof *part->minutes);
  part->burst = calloc(count, sizeof *part->burst);
  part->person = calloc(count, sizeof *part->person);
  part->size = calloc(count, sizeof *part->size);
  part->kept = calloc(count, sizeof *part->kept);
  part->tied = calloc(count, sizeof *part->tied);
  part->weight = calloc(count, sizeof *part->weight);
  return part->linkage != NULL && part->sums != NULL && part->marks != NULL &&
         part->minutes != NULL && part->burst != NULL && part->person != NULL &&
         part->size != NULL && part->kept != NULL && part->tied != NULL && part->weight != NULL;
}

static void part_clear(struct part *part) {
  linkage_free(part->linkage);
  sensitivity_free(part->sums);
  free(part->marks);
  free(part->minutes);
  free(part->burst);
  free(part->person);
  free(part->size);
  free(part->kept);
  free(part->tied);
  free(part->weight);
  free(part->decisions);
}

static enum store_result compare(struct part *part) {
  bool good = (!compares(part) || linkage_run(part->linkage, NULL) == LINKAGE_OK) &&
              find_persons(part) && burst_mark(part->minutes, part->count, part->burst);
  return good ? STORE_OK : pg_no_memory(part->store);
}

static enum store_result make(struct part *part) {
  enum store_result result = part_init(part) ? STORE_OK : pg_no_memory(part->store);
  if (result == STORE_OK) {
    result = take_all(part, look, NULL);
  }
  if (result == STORE_OK) {
    result = read_decisions(part);
  }
  if (result == STORE_OK) {
    result = compare(part);
  }
  if (result == STORE_OK) {
    result = make_pairs(part);
  }
  if (result == STORE_OK) {
    result = take_all(part, count_in, store_flags);
  }
  return result == STORE_OK ? store_figures(part) : result;
}

enum store_result quality_part_make(struct store *store, struct quality_work *work,
                                    int municipality, const char (*ids)[QUALITY_ID_BYTES],
                                    size_t count) {
  struct part part = {.store = store, .work = work, .ids = ids, .count = count};
  pg_decimal(municipality, part.municipality);
  enum store_result result = make(&part);
  part_clear(&part);
  return result;
}
