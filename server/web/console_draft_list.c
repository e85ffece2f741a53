/* What checks say of a questionnaire, in the reader's language and with its places. */
#include <stdlib.h>
#include <string.h>

#include "base/phrases.h"
#include "base/sheet.h"
#include "web/console_draft.h"
#include "web/console_round.h"

enum { SHOWN_MAX = 100 };

/* ---- a list */

struct list {
  const struct work *work;
  json_t *rows;
  size_t count;
  bool failed;
};

static struct list begin(const struct work *work) {
  return (struct list){.work = work, .rows = json_array()};
}

/* message is as a check says it: "what; hint: how to mend it". */
static void add(struct list *list, const char *place, const char *message) {
  const struct work *work = list->work;
  if (list->count++ >= SHOWN_MAX) {
    return;
  }
  struct phrase phrase = phrases_split(console_phrases(work), work->arena, message);
  json_t *row =
      json_pack("{s:s, s:s, s:s?}", "place", place, "text", phrase.text, "hint", phrase.hint);
  list->failed = json_array_append_new(list->rows, row) != 0 || list->failed;
}

static json_t *end(struct list *list) {
  const struct work *work = list->work;
  if (list->failed || list->count == 0) {
    json_decref(list->rows);
    return list->failed ? NULL : json_null();
  }
  const char *more =
      list->count <= SHOWN_MAX
          ? NULL
          : words_fill(work->arena, console_word(work, "check_more"), "n",
                       console_round_number(work, (long long)(list->count - SHOWN_MAX)), NULL);
  return json_pack("{s:o, s:s?}", "rows", list->rows, "more", more);
}

/* ---- places in a file of JSON */

/* Steps over "NAME[7]" in a path. */
static bool step(const char **path, const char *name, size_t *index) {
  char *end;
  if (strncmp(*path, name, strlen(name)) != 0) {
    return false;
  }
  *index = strtoul(*path + strlen(name), &end, 10);
  *path = end + 1;
  return *end == ']';
}

static const char *question_at(const json_t *root, const char *path) {
  size_t section, question;
  if (!step(&path, "$.sections[", &section) || !step(&path, ".questions[", &question)) {
    return NULL;
  }
  const json_t *one = json_array_get(json_object_get(root, "sections"), section);
  const json_t *list = json_object_get(one, "questions");
  return json_string_value(json_object_get(json_array_get(list, question), "id"));
}

/* "Linje 12, spørgsmål glad"; the path where there is neither. A line of 0 is none. */
static const char *place_of(const struct work *work, const json_t *root, int line,
                            const char *path) {
  struct arena *arena = work->arena;
  const char *id = question_at(root, path);
  const char *at = line <= 0 ? ""
                             : words_fill(arena, console_word(work, "check_line"), "n",
                                          console_round_number(work, line), NULL);
  const char *of = id != NULL
                       ? words_fill(arena, console_word(work, "check_question"), "id", id, NULL)
                   : line > 0               ? ""
                   : strcmp(path, "$") == 0 ? console_word(work, "check_whole")
                                            : path;
  const char *place =
      arena_printf(arena, "%s%s%s", at, at[0] != '\0' && of[0] != '\0' ? ", " : "", of);
  return place != NULL ? place : path;
}

json_t *draft_list_faults(const struct work *work, const struct complaints *complaints,
                          const json_t *root) {
  struct list list = begin(work);
  for (size_t i = 0; i < complaints->count; i++) {
    const struct complaint *complaint = &complaints->items[i];
    add(&list, place_of(work, root, complaint->line, complaint->path), complaint->message);
  }
  return end(&list);
}

json_t *draft_list_warnings(const struct work *work, const struct lint *lint, const json_t *root) {
  struct list list = begin(work);
  for (size_t i = 0; i < lint->count; i++) {
    const struct lint_warning *warning = &lint->items[i];
    add(&list, place_of(work, root, warning->line, warning->path), warning->message);
  }
  return end(&list);
}

/* ---- places in a workbook */

/* "Ark survey, celle D7 (relevant)", "Ark choices, række 3", "Ark settings". */
static const char *cell_of(const struct work *work, const json_t *remark) {
  struct arena *arena = work->arena;
  const char *sheet = words_get(remark, "sheet"), *cell = words_get(remark, "cell");
  const char *heading = words_get(remark, "heading");
  json_int_t row = json_integer_value(json_object_get(remark, "row"));
  bool whole_row = cell[strspn(cell, "0123456789")] == '\0';
  const char *word = row == 0 ? "check_sheet" : whole_row ? "check_row" : "check_cell";
  const char *place = words_fill(arena, console_word(work, word), "sheet", sheet, "cell", cell, "n",
                                 console_round_number(work, row), NULL);
  const char *whole = heading[0] == '\0' ? place : arena_printf(arena, "%s (%s)", place, heading);
  return whole != NULL ? whole : place;
}

json_t *draft_list_remarks(const struct work *work, const json_t *remarks) {
  struct list list = begin(work);
  size_t i;
  json_t *remark;
  json_array_foreach(remarks, i, remark) {
    add(&list, cell_of(work, remark), words_get(remark, "message"));
  }
  return end(&list);
}

/* ---- changes */

/* Whether old and new are words of the check rather than of the questionnaire. */
static bool is_told(enum difference_kind kind) {
  return kind == DIFFERENCE_KIND || kind == DIFFERENCE_DONT_KNOW || kind == DIFFERENCE_FILTER ||
         kind == DIFFERENCE_UNIT || kind == DIFFERENCE_DESCRIBE || kind == DIFFERENCE_NEEDED ||
         kind == DIFFERENCE_NOTICE || kind == DIFFERENCE_COMPARE ||
         kind == DIFFERENCE_IDENTIFYING || kind == DIFFERENCE_INVITE || kind == DIFFERENCE_REPORT;
}

static const char *side(const struct work *work, const struct difference *change,
                        const char *text) {
  if (text == NULL) {
    return console_word(work, "check_nothing");
  }
  return is_told(change->kind) ? phrases_say(console_phrases(work), work->arena, text) : text;
}

/* "Før: … – nu: …"; NULL when the change itself says it all. */
static const char *sides(const struct work *work, const struct difference *change) {
  return change->old == NULL && change->fresh == NULL
             ? NULL
             : words_fill(work->arena, console_word(work, "check_sides"), "old",
                          side(work, change, change->old), "new", side(work, change, change->fresh),
                          NULL);
}

static const char *changed_place(const struct work *work, const struct difference *change) {
  struct arena *arena = work->arena;
  const char *of = change->question == NULL
                       ? console_word(work, "check_whole")
                       : words_fill(arena, console_word(work, "check_question_alone"), "id",
                                    change->question, NULL);
  const char *what =
      change->what == NULL ? NULL : phrases_say(console_phrases(work), arena, change->what);
  const char *place = what == NULL ? of : arena_printf(arena, "%s, %s", of, what);
  return place != NULL ? place : of;
}

json_t *draft_list_changes(const struct work *work, const struct difference_list *changes,
                           bool breaking) {
  struct list list = begin(work);
  for (size_t i = 0; i < changes->count; i++) {
    const struct difference *change = &changes->items[i];
    if (difference_breaks(change->kind) != breaking || list.count++ >= SHOWN_MAX) {
      continue;
    }
    json_t *row = json_pack(
        "{s:s, s:s, s:s?}", "place", changed_place(work, change), "text",
        phrases_say(console_phrases(work), work->arena, difference_kind_text(change->kind)), "hint",
        sides(work, change));
    list.failed = json_array_append_new(list.rows, row) != 0 || list.failed;
  }
  return end(&list);
}
