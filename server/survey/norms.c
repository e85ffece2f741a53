#include "survey/norms.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "survey/nearest.h"
#include "survey/reader.h"
#include "survey/score.h"

enum { AGE_MAX = 120, LIMIT_MAX = 99 * 64, COUNTRY_LETTERS = 2 };

struct loading {
  struct reader *reader;
  struct norms *norms;
  struct norms_table *tables;
};

/* ---- bands */

/* The words for them stand in templates/report_words ("band_average"). */
static bool is_band(const char *name, struct nearest *nearest) {
  static const char *const names[] = {"average", "raised", "high", "very_high"};
  for (size_t i = 0; i < array_length(names); i++) {
    nearest_try(nearest, names[i]);
    if (strcmp(names[i], name) == 0) {
      return true;
    }
  }
  return false;
}

static void read_bands(struct loading *loading, struct spot list) {
  struct reader *reader = loading->reader;
  size_t count = reader_list(reader, list, 2);
  const char **bands = reader_array(reader, count + 1, sizeof *bands);
  for (size_t i = 0; bands != NULL && i < count; i++) {
    struct spot spot = reader_item(reader, list, i);
    struct nearest nearest;
    bands[i] = reader_text(reader, spot);
    if (bands[i] == NULL) {
      continue;
    }
    nearest_init(&nearest, bands[i]);
    if (!is_band(bands[i], &nearest)) {
      reader_complain(reader, spot.path, "there is no band \"%s\"%s", bands[i],
                      nearest_hint(reader, &nearest, "; hint: average, raised, high or very_high"));
    }
    for (size_t j = 0; j < i; j++) {
      if (bands[j] != NULL && strcmp(bands[j], bands[i]) == 0) {
        reader_complain(reader, spot.path, "\"%s\" stands twice in this list", bands[i]);
      }
    }
  }
  loading->norms->bands = bands;
  loading->norms->bands_count = count;
}

/* ---- limits */

static struct band read_pair(struct reader *reader, struct spot spot, int most, const char *hint) {
  struct band pair = {0, 0};
  size_t before = reader->complaints->count;
  if (reader_list(reader, spot, 2) != 2) {
    if (reader->complaints->count == before) {
      reader_complain(reader, spot.path, "must be two numbers; hint: %s", hint);
    }
    return pair;
  }
  struct spot last = reader_item(reader, spot, 1);
  pair.from = reader_integer(reader, reader_item(reader, spot, 0), 0, most);
  pair.to = reader_integer(reader, last, 0, most);
  if (reader->complaints->count == before && pair.to < pair.from) {
    reader_complain(reader, last.path, "the second number must not be below the first");
  }
  return pair;
}

/* Whether they are the numbers from 0, each once, in order; up or down. */
static bool make_up(const struct band *bands, size_t count, bool up) {
  int next = 0;
  for (size_t i = 0; i < count; i++) {
    const struct band *band = &bands[up ? i : count - 1 - i];
    if (band->from != next) {
      return false;
    }
    next = band->to + 1;
  }
  return true;
}

static void read_scale(struct loading *loading, struct spot spot, struct norms_scale *scale) {
  struct reader *reader = loading->reader;
  size_t before = reader->complaints->count, wanted = loading->norms->bands_count;
  size_t count = reader_list(reader, spot, 1);
  struct band *bands = reader_array(reader, count + 1, sizeof *bands);
  for (size_t i = 0; bands != NULL && i < count; i++) {
    bands[i] = read_pair(reader, reader_item(reader, spot, i), LIMIT_MAX, "[0, 13]");
  }
  scale->bands = bands;
  if (bands == NULL || reader->complaints->count != before) {
    return;
  }
  if (count != wanted) {
    reader_complain(reader, spot.path, "has limits of %zu bands, \"bands\" names %zu", count,
                    wanted);
  } else if (!make_up(bands, count, true) && !make_up(bands, count, false)) {
    reader_complain(reader, spot.path,
                    "the limits leave out a number or repeat one; hint: from 0 on, [[0, 13], "
                    "[14, 16], …], or down to it");
  }
}

static void read_scales(struct loading *loading, struct spot spot, struct norms_table *table) {
  struct reader *reader = loading->reader;
  if (!json_is_object(spot.value) || json_object_size(spot.value) == 0) {
    reader_complain(reader, spot.path,
                    "must be an object of scores; hint: {\"total\": [[0, 13], …]}");
    return;
  }
  struct norms_scale *scales = reader_array(reader, json_object_size(spot.value), sizeof *scales);
  const char *id;
  json_t *value;
  table->scales = scales;
  json_object_foreach(spot.value, id, value) {
    if (scales != NULL) {
      struct norms_scale *scale = &scales[table->scales_count++];
      scale->score = reader_string(reader, id);
      read_scale(loading, reader_member(reader, spot, id), scale);
    }
  }
}

/* ---- tables */

static void check_alone(struct loading *loading, struct spot spot,
                        const struct norms_table *table) {
  for (const struct norms_table *other = loading->tables; other < table; other++) {
    if (other->informant != NULL && table->informant != NULL &&
        strcmp(other->informant, table->informant) == 0 && other->age_from <= table->age_to &&
        table->age_from <= other->age_to) {
      reader_complain(loading->reader, spot.path,
                      "another table is of \"%s\" at the age of %d, too; hint: one for each age",
                      table->informant,
                      other->age_from > table->age_from ? other->age_from : table->age_from);
    }
  }
}

static void read_table(struct loading *loading, struct spot spot, struct norms_table *table) {
  static const char *const known[] = {"informant", "age", "source", "scores", NULL};
  struct reader *reader = loading->reader;
  if (!reader_object(reader, spot, "a table", known)) {
    return;
  }
  struct spot source = reader_member(reader, spot, "source");
  struct band age =
      read_pair(reader, reader_member(reader, spot, "age"), AGE_MAX, "[4, 17], both included");
  table->informant = reader_name(reader, reader_member(reader, spot, "informant"), false);
  table->age_from = age.from;
  table->age_to = age.to;
  table->source = source.value == NULL ? NULL : reader_words_text(reader, source);
  read_scales(loading, reader_member(reader, spot, "scores"), table);
  check_alone(loading, spot, table);
}

static void read_tables(struct loading *loading, struct spot list) {
  size_t count = reader_list(loading->reader, list, 1);
  loading->tables = reader_array(loading->reader, count + 1, sizeof *loading->tables);
  for (size_t i = 0; loading->tables != NULL && i < count; i++) {
    read_table(loading, reader_item(loading->reader, list, i), &loading->tables[i]);
  }
  loading->norms->tables = loading->tables;
  loading->norms->tables_count = loading->tables == NULL ? 0 : count;
}

/* ---- the whole */

static void read_country(struct loading *loading, struct spot spot) {
  const char *country = reader_text(loading->reader, spot);
  loading->norms->country = country;
  if (country != NULL && (strlen(country) != COUNTRY_LETTERS ||
                          strspn(country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != COUNTRY_LETTERS)) {
    reader_complain(loading->reader, spot.path,
                    "\"%s\" is no country; hint: two letters of ISO 3166-1, DK", country);
  }
}

static void read_norms(struct loading *loading, struct spot root) {
  static const char *const known[] = {"norms", "title",  "country", "source",
                                      "bands", "tables", "$schema", NULL};
  struct reader *reader = loading->reader;
  struct norms *norms = loading->norms;
  if (!reader_object(reader, root, "norms", known)) {
    return;
  }
  norms->name = reader_name(reader, reader_member(reader, root, "norms"), true);
  norms->title = reader_words_text(reader, reader_member(reader, root, "title"));
  norms->source = reader_words_text(reader, reader_member(reader, root, "source"));
  read_country(loading, reader_member(reader, root, "country"));
  read_bands(loading, reader_member(reader, root, "bands"));
  read_tables(loading, reader_member(reader, root, "tables"));
}

const struct norms *norms_load(const char *json, struct arena *arena,
                               struct complaints *complaints) {
  struct reader reader;
  struct loading loading = {.reader = &reader};
  reader_init(&reader, json, arena, complaints);
  loading.norms = reader_array(&reader, 1, sizeof *loading.norms);
  json_t *root = loading.norms == NULL ? NULL : reader_parse(&reader);
  if (root != NULL) {
    read_norms(&loading, (struct spot){.value = root, .path = "$"});
  }
  json_decref(root);
  return reader_finish(&reader) ? loading.norms : NULL;
}

const struct norms *norms_find(const char *share_dir, const char *name, struct arena *arena,
                               struct complaints *complaints) {
  const char *path = arena_printf(arena, "%s/templates/norms/%s.json", share_dir, name);
  const char *json = path == NULL ? NULL : questionnaire_read(path, arena);
  if (json == NULL) {
    complaints_add(complaints, arena, 0, "$",
                   "there are no norms \"%s\" (%s); hint: put the file there", name,
                   path == NULL ? "?" : path);
    return NULL;
  }
  return norms_load(json, arena, complaints);
}

static int compare_names(const void *left, const void *right) {
  return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* "sdq-gb" of "sdq-gb.json"; NULL: not of norms, or memory is out. */
static const char *name_of(const struct dirent *entry, struct arena *arena) {
  const char *dot = strrchr(entry->d_name, '.');
  return dot == NULL || dot == entry->d_name || strcmp(dot, ".json") != 0
             ? NULL
             : arena_copy(arena, entry->d_name, (size_t)(dot - entry->d_name));
}

const char *const *norms_list(const char *share_dir, struct arena *arena, size_t *count) {
  const char *folder = arena_printf(arena, "%s/templates/norms", share_dir);
  const char **names = arena_array(arena, NORMS_FILES_MAX, sizeof *names);
  DIR *directory = folder == NULL ? NULL : opendir(folder);
  const struct dirent *entry;
  *count = 0;
  while (names != NULL && directory != NULL && *count < NORMS_FILES_MAX &&
         (entry = readdir(directory)) != NULL) {
    names[*count] = name_of(entry, arena);
    *count += names[*count] != NULL ? 1 : 0;
  }
  if (directory != NULL) {
    closedir(directory);
  }
  if (names != NULL) {
    qsort(names, *count, sizeof *names, compare_names);
  }
  return names;
}

/* ---- beside a questionnaire */

static int last_of(const struct norms *norms, const struct norms_scale *scale) {
  int last = scale->bands[0].to, other = scale->bands[norms->bands_count - 1].to;
  return other > last ? other : last;
}

/* Whether a question may be asked of who filled a form in with that code. */
static bool may_be_asked(const struct questionnaire *questionnaire, int question, int code) {
  const struct filter *filter = &questionnaire->questions[question].filter;
  if (filter->question != questionnaire->norms.informant) {
    return filter->question < 0 || may_be_asked(questionnaire, filter->question, code);
  }
  for (size_t i = 0; i < filter->codes_count; i++) {
    if (filter->codes[i] == code) {
      return true;
    }
  }
  return false;
}

/* The most that a score comes to on a form of that code. */
static int most_of(const struct questionnaire *questionnaire, int index, int code) {
  const struct score *score = &questionnaire->scores[index];
  int most = 0;
  for (size_t i = 0; i < score->items_count; i++) {
    bool asked = may_be_asked(questionnaire, score->items[i].question, code);
    most += asked ? score->items[i].high : 0;
  }
  for (size_t i = 0; i < score->of_count; i++) {
    most += most_of(questionnaire, score->of[i], code);
  }
  return most;
}

/* … of all whom the definition calls so; -1: it calls nobody so. */
static int most_of_informant(const struct questionnaire *questionnaire, int index,
                             const char *informant) {
  const char *const *called = questionnaire->norms.called;
  int most = -1;
  if (called == NULL) {
    return most;
  }
  const struct question *question = &questionnaire->questions[questionnaire->norms.informant];
  for (size_t i = 0; i < question->choices_count; i++) {
    if (called[i] != NULL && strcmp(called[i], informant) == 0) {
      int one = most_of(questionnaire, index, question->choices[i].code);
      most = one > most ? one : most;
    }
  }
  return most;
}

/* Whether a score is a number that somebody types: one field then holds what forms of all
 * informants may come to, and the limits of one informant may end before it. */
static bool is_typed(const struct questionnaire *questionnaire, const struct score *score) {
  return score->items_count == 1 &&
         questionnaire->questions[score->items[0].question].kind == QUESTION_SCALE;
}

static bool goes_further(const struct norms *norms, const struct norms_scale *scale) {
  for (size_t i = 0; i < norms->tables_count; i++) {
    for (size_t j = 0; j < norms->tables[i].scales_count; j++) {
      const struct norms_scale *other = &norms->tables[i].scales[j];
      if (strcmp(other->score, scale->score) == 0 &&
          last_of(norms, other) > last_of(norms, scale)) {
        return true;
      }
    }
  }
  return false;
}

static void fit_scale(const struct norms *norms, const struct norms_table *table,
                      const struct norms_scale *scale, const struct questionnaire *questionnaire,
                      struct arena *arena, struct complaints *complaints) {
  int index = score_find(questionnaire, scale->score);
  if (index < 0) {
    complaints_add(complaints, arena, 0, "$.tables",
                   "questionnaire \"%s\" has no score \"%s\"; hint: these norms are of another",
                   questionnaire->id, scale->score);
    return;
  }
  const struct score *score = &questionnaire->scores[index];
  int last = last_of(norms, scale);
  int most = most_of_informant(questionnaire, index, table->informant);
  bool falls = scale->bands[0].from > 0;
  if (falls != score->higher_is_better) {
    complaints_add(complaints, arena, 0, "$.tables",
                   "of score \"%s\" %s is better, and its limits of \"%s\" go the other way; hint: "
                   "the first is the band \"%s\", here that of the %s numbers",
                   scale->score, score->higher_is_better ? "more" : "less", table->informant,
                   norms->bands[0], score->higher_is_better ? "highest" : "lowest");
  }
  bool shorter = last < most && !(is_typed(questionnaire, score) && goes_further(norms, scale));
  if (last > (most < 0 ? score->max : most) || shorter) {
    complaints_add(complaints, arena, 0, "$.tables",
                   "score \"%s\" goes to %d, its limits of \"%s\" to %d; hint: the last of them is "
                   "the end of the score",
                   scale->score, most < 0 ? score->max : most, table->informant, last);
  }
}

static bool has_table(const struct norms *norms, const char *informant) {
  for (size_t i = 0; i < norms->tables_count; i++) {
    if (strcmp(norms->tables[i].informant, informant) == 0) {
      return true;
    }
  }
  return false;
}

bool norms_untold(const struct norms *norms, const struct questionnaire *questionnaire,
                  struct arena *arena, struct complaints *doubts) {
  const char *const *called = questionnaire->norms.called;
  if (called == NULL) {
    return true;
  }
  const struct question *question = &questionnaire->questions[questionnaire->norms.informant];
  bool told = false;
  for (size_t i = 0; i < question->choices_count; i++) {
    const struct choice *choice = &question->choices[i];
    const char *name = called[i];
    if (name != NULL && has_table(norms, name)) {
      told = true;
    } else if (name != NULL) {
      complaints_add(doubts, arena, 0, "$.scores.norms.called",
                     "the norms have no table of \"%s\": forms with answer %d of question \"%s\" "
                     "have no band; hint: the names are those of \"informant\" in the norms",
                     name, choice->code, question->id);
    } else if (!choice->dont_know) {
      complaints_add(doubts, arena, 0, "$.scores.norms.called",
                     "nothing says what the norms call answer %d of question \"%s\": such forms "
                     "have no band",
                     choice->code, question->id);
    }
  }
  return told;
}

bool norms_fit(const struct norms *norms, const struct questionnaire *questionnaire,
               struct arena *arena, struct complaints *complaints) {
  size_t before = complaints->count;
  struct complaints doubts = {0};
  for (size_t i = 0; i < norms->tables_count; i++) {
    for (size_t j = 0; j < norms->tables[i].scales_count; j++) {
      const struct norms_table *table = &norms->tables[i];
      fit_scale(norms, table, &table->scales[j], questionnaire, arena, complaints);
    }
  }
  if (!norms_untold(norms, questionnaire, arena, &doubts)) {
    complaints_add(complaints, arena, 0, "$.tables",
                   "no table is of anybody whom questionnaire \"%s\" names; hint: \"informant\" "
                   "here and \"called\" there are the same names",
                   questionnaire->id);
  }
  return complaints->count == before;
}

const struct norms_table *norms_table(const struct norms *norms, const char *informant, int age) {
  for (size_t i = 0; informant != NULL && i < norms->tables_count; i++) {
    const struct norms_table *table = &norms->tables[i];
    if (strcmp(table->informant, informant) == 0 && age >= table->age_from &&
        age <= table->age_to) {
      return table;
    }
  }
  return NULL;
}

int norms_band(const struct norms *norms, const struct norms_table *table, const char *score,
               int value) {
  for (size_t i = 0; i < table->scales_count; i++) {
    const struct norms_scale *scale = &table->scales[i];
    for (size_t j = 0; strcmp(scale->score, score) == 0 && j < norms->bands_count; j++) {
      if (value >= scale->bands[j].from && value <= scale->bands[j].to) {
        return (int)j;
      }
    }
  }
  return NORMS_NONE;
}
