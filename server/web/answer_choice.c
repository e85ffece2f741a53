#include "web/answer_choice.h"

#include <stdlib.h>
#include <string.h>

#include "store/documentation_store.h"
#include "survey/moment.h"
#include "web/console.h"
#include "web/console_gate.h"

enum { MUNICIPALITIES_MAX = 98, LANGUAGES_MAX = 32 };

struct asked {
  struct answer_choice *choice;
  struct work *work;
  work_value *value;
};

static void wrong(struct answer_choice *choice, const char *field, const char *why) {
  if (choice->field == NULL) {
    choice->field = field;
    choice->why = why;
  }
}

/* NULL when it is not there or empty. */
static const char *given(const struct asked *asked, const char *name) {
  const char *value = asked->value(asked->work, name);
  return value == NULL || value[0] == '\0' ? NULL : value;
}

/* The parts between commas, at most `most`; NULL when there are more or memory is out. */
static const char **split(struct arena *arena, const char *list, size_t most, size_t *count) {
  const char **parts = arena_array(arena, most, sizeof *parts);
  *count = 0;
  for (const char *at = list; parts != NULL && at != NULL;) {
    size_t length = strcspn(at, ",");
    const char *part = *count == most ? NULL : arena_copy(arena, at, length);
    if (part == NULL) {
      return NULL;
    }
    parts[(*count)++] = part;
    at = at[length] == ',' ? at + length + 1 : NULL;
  }
  return parts;
}

/* Three digits, as official codes are; else 0. */
static int read_code(const char *text) {
  bool good = strlen(text) == 3 && strspn(text, "0123456789") == 3 && text[0] != '0';
  return good ? (int)strtol(text, NULL, 10) : 0;
}

static void read_municipalities(const struct asked *asked) {
  struct answer_choice *choice = asked->choice;
  struct arena *arena = asked->work->arena;
  const char *list = given(asked, "municipality");
  if (list == NULL) {
    return;
  }
  size_t count;
  const char **parts = split(arena, list, MUNICIPALITIES_MAX, &count);
  int *codes = arena_array(arena, MUNICIPALITIES_MAX, sizeof *codes);
  for (size_t i = 0; parts != NULL && codes != NULL && i < count; i++) {
    codes[i] = read_code(parts[i]);
    if (codes[i] == 0) {
      parts = NULL;
    }
  }
  if (parts == NULL || codes == NULL) {
    wrong(choice, "municipality", "municipality");
    return;
  }
  choice->filter.municipalities = codes;
  choice->filter.municipalities_count = count;
  choice->municipalities = list;
}

static void read_languages(const struct asked *asked) {
  struct answer_choice *choice = asked->choice;
  const char *list = given(asked, "language");
  if (list == NULL) {
    return;
  }
  choice->filter.languages =
      split(asked->work->arena, list, LANGUAGES_MAX, &choice->filter.languages_count);
  choice->languages = list;
  if (choice->filter.languages == NULL) {
    wrong(choice, "language", "language");
  }
}

static const char *read_week(const struct asked *asked, const char *name) {
  const char *week = given(asked, name);
  if (week != NULL && !moment_is_week(week)) {
    wrong(asked->choice, name, "week");
  }
  return week;
}

void answer_choice_read(struct answer_choice *choice, struct work *work, work_value *value) {
  const struct asked asked = {choice, work, value};
  struct export_filter *filter = &choice->filter;
  *choice = (struct answer_choice){.filter = {.round = work_number(work, "round")}};
  read_municipalities(&asked);
  read_languages(&asked);
  filter->from = read_week(&asked, "from");
  filter->to = read_week(&asked, "to");
  if (filter->from != NULL && filter->to != NULL && strcmp(filter->from, filter->to) > 0) {
    wrong(choice, "from", "week_order");
  }
}

static bool has(const struct round_row *round, int municipality) {
  for (size_t i = 0; i < round->municipalities_count; i++) {
    if (round->municipalities[i] == municipality) {
      return true;
    }
  }
  return false;
}

void answer_choice_check(struct answer_choice *choice, const struct work *work,
                         const struct round_row *round) {
  const struct export_filter *filter = &choice->filter;
  const char *const names[] = {"from", "to"}, *const weeks[] = {filter->from, filter->to};
  bool finalised = round->state == ROUND_FINALISED;
  for (size_t i = 0; i < filter->municipalities_count; i++) {
    int code = filter->municipalities[i];
    if (!has(round, code) || !console_in_scope(console_staff(work), round->id, code)) {
      wrong(choice, "municipality", "municipality_round");
    }
  }
  for (size_t i = 0; i < array_length(weeks); i++) {
    if (weeks[i] != NULL && (strstr(weeks[i], "-Q") != NULL) != finalised) {
      wrong(choice, names[i], finalised ? "week_finalised" : "week_open");
    }
  }
}

bool answer_choice_takes(const struct export_filter *filter, int municipality) {
  bool takes = filter->municipalities_count == 0;
  for (size_t i = 0; i < filter->municipalities_count && !takes; i++) {
    takes = filter->municipalities[i] == municipality;
  }
  return takes;
}

enum store_result answer_choice_documentation(struct store *store, const struct work *work,
                                              const struct export_filter *filter,
                                              struct documentation_set *set) {
  struct documentation_version *versions = NULL;
  size_t count = 0;
  enum store_result result = documentation_list(
      store, filter->round, 0, NULL, console_documentation(work), work->arena, &versions, &count);
  *set = (struct documentation_set){.versions = versions};
  for (size_t i = 0; result == STORE_OK && i < count; i++) {
    if (answer_choice_takes(filter, versions[i].municipality)) {
      versions[set->count++] = versions[i];
    }
  }
  return result;
}
