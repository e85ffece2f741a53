#include <string.h>

#include "survey/xlsform_part.h"

static json_t *last_section(const struct xlsform_work *work) {
  size_t count = json_array_size(work->sections);
  return count == 0 ? NULL : json_array_get(work->sections, count - 1);
}

/* The innermost group with a name, else the row itself; "name_2" where that is a section
 * already. */
static const char *section_id(struct xlsform_work *work, size_t row) {
  size_t named = row;
  for (size_t i = 0; i < work->depth; i++) {
    const struct xlsform_group *group = &work->groups[i];
    named = !group->repeat && group->name[0] != '\0' ? group->row : named;
  }
  const char *name = xlsform_cell(work, XLSFORM_SURVEY, named, KEY_NAME);
  name = name[0] == '\0' ? "page" : xlsform_id(work, XLSFORM_SURVEY, named, KEY_NAME, name);
  return name == NULL ? NULL : xlsform_unlike(work, work->section_ids, name);
}

/* Notes without a question are part of the next page. */
json_t *xlsform_section(struct xlsform_work *work, size_t row) {
  json_t *section = last_section(work);
  if (section != NULL && (work->section_open || json_object_get(section, "questions") == NULL)) {
    work->section_open = true;
    return section;
  }
  const char *id = section_id(work, row);
  if (id == NULL) {
    return NULL;
  }
  section = json_pack("{s:s}", "id", id);
  xlsform_append(work, work->sections, section);
  work->section_open = !work->failed;
  return work->failed ? NULL : section;
}

void xlsform_section_end(struct xlsform_work *work) {
  work->section_open = false;
}

/* ---- notes */

/* Rows that ask nothing may stand behind the thanks: a form often ends in computed ones. */
static bool question_follows(struct xlsform_work *work, size_t row) {
  static const char *const types[] = {"select", "integer", "range", "text", "begin"};
  for (size_t i = row + 1; i < work->sheets[XLSFORM_SURVEY].count; i++) {
    const char *type = xlsform_type(work, i);
    for (size_t j = 0; j < array_length(types); j++) {
      if (strncmp(type, types[j], strlen(types[j])) == 0) {
        return true;
      }
    }
  }
  return false;
}

static void add_paragraph(struct xlsform_work *work, json_t *list, const char *prefix, size_t row) {
  const char *id = arena_printf(work->arena, "%s.%zu", prefix, json_array_size(list) + 1);
  json_t *words = xlsform_words_needed(work, XLSFORM_SURVEY, row, KEY_LABEL, id);
  json_t *hint = words == NULL ? NULL : xlsform_words(work, XLSFORM_SURVEY, row, KEY_HINT, id);
  if (hint != NULL) {
    xlsform_refuse(work, XLSFORM_SURVEY, row, KEY_HINT,
                   "a note has one text; hint: a note of its own for the hint");
    json_decref(hint);
  }
  if (words != NULL) {
    xlsform_append(work, list, words);
  }
}

static void add_to_section(struct xlsform_work *work, size_t row) {
  json_t *section = xlsform_section(work, row);
  if (section == NULL) {
    return;
  }
  if (json_object_get(section, "intro") == NULL) {
    xlsform_set(work, section, "intro", json_array());
  }
  const char *prefix = arena_printf(work->arena, "section.%s.intro",
                                    json_string_value(json_object_get(section, "id")));
  if (prefix == NULL || work->failed) {
    work->failed = true;
    return;
  }
  add_paragraph(work, json_object_get(section, "intro"), prefix, row);
}

/* Above the questions of its page; before all of them it introduces, after all of them it
 * thanks. */
static void add_note(struct xlsform_work *work, size_t row) {
  bool around = work->depth == 0;
  if (xlsform_cell(work, XLSFORM_SURVEY, row, KEY_RELEVANT)[0] != '\0') {
    xlsform_refuse(work, XLSFORM_SURVEY, row, KEY_RELEVANT,
                   "a note with a condition has no counterpart; hint: put it into a group with "
                   "questions of the same condition");
    return;
  }
  if (around && json_array_size(work->sections) == 0) {
    add_paragraph(work, work->intro, "intro", row);
    return;
  }
  if (around && !question_follows(work, row)) {
    add_paragraph(work, work->thanks, "thanks", row);
    return;
  }
  if (json_object_get(last_section(work), "questions") != NULL) {
    xlsform_section_end(work);
  }
  add_to_section(work, row);
}

/* ---- groups */

static void read_repeat_count(struct xlsform_work *work, size_t row, struct xlsform_group *group) {
  const char *cell = xlsform_cell(work, XLSFORM_SURVEY, row, KEY_REPEAT_COUNT);
  const char *name = xlsform_reference(work->arena, cell);
  const struct xlsform_question *count = name == NULL ? NULL : xlsform_question_find(work, name);
  if (group->each != NULL) {
    xlsform_refuse(work, XLSFORM_SURVEY, row, KEY_TYPE,
                   "a repeat in a repeat has no counterpart; hint: one after the other");
  } else if (count == NULL || count->kind != QUESTION_COUNT) {
    xlsform_refuse(work, XLSFORM_SURVEY, row, KEY_REPEAT_COUNT,
                   "how often it repeats is not asked before; hint: repeat_count ${children}, "
                   "where children is an integer further up");
  } else {
    group->each = count->id;
  }
}

/* What a child is called: the label of the first repeat, with its number. */
static void read_child(struct xlsform_work *work, size_t row) {
  const char *label = xlsform_cell(work, XLSFORM_SURVEY, row, KEY_LABEL);
  if (work->child != NULL) {
    if (label[0] != '\0' && strcmp(label, work->child) != 0) {
      xlsform_note(work, XLSFORM_SURVEY, row, KEY_LABEL,
                   "a child is called \"%s\" as in the first repeat", work->child);
    }
    return;
  }
  if (label[0] == '\0') {
    xlsform_refuse(work, XLSFORM_SURVEY, row, KEY_LABEL,
                   "it is not said what one of them is called; hint: a label such as \"Child\"; "
                   "its number is put behind it");
    return;
  }
  work->child = label;
  work->child_json = xlsform_words(work, XLSFORM_SURVEY, row, KEY_LABEL, "child");
}

static void read_condition(struct xlsform_work *work, size_t row, struct xlsform_group *group) {
  const char *relevant = xlsform_cell(work, XLSFORM_SURVEY, row, KEY_RELEVANT);
  const char *why = xlsform_condition_read(work, relevant, &group->condition);
  if (why != NULL) {
    xlsform_refuse(work, XLSFORM_SURVEY, row, KEY_RELEVANT, "%s", why);
    group->condition = (struct xlsform_condition){0};
  }
}

static void begin_group(struct xlsform_work *work, size_t row, bool repeat) {
  if (work->depth == XLSFORM_DEPTH) {
    xlsform_refuse(work, XLSFORM_SURVEY, row, KEY_TYPE,
                   "groups stand too deep in one another; hint: at most %d", XLSFORM_DEPTH);
    return;
  }
  struct xlsform_group *group = &work->groups[work->depth];
  *group = (struct xlsform_group){
      .repeat = repeat, .name = xlsform_cell(work, XLSFORM_SURVEY, row, KEY_NAME), .row = row};
  if (work->depth > 0) {
    group->each = group[-1].each;
  }
  read_condition(work, row, group);
  work->depth++;
  if (repeat) {
    read_repeat_count(work, row, group);
    read_child(work, row);
    return;
  }
  xlsform_section_end(work);
  if (xlsform_cell(work, XLSFORM_SURVEY, row, KEY_LABEL)[0] != '\0') {
    add_to_section(work, row);
  }
}

static void end_group(struct xlsform_work *work, size_t row, bool repeat) {
  if (work->depth == 0 || work->groups[work->depth - 1].repeat != repeat) {
    xlsform_refuse(work, XLSFORM_SURVEY, row, KEY_TYPE,
                   "nothing of this kind is open here; hint: each begin has its own end");
    return;
  }
  work->depth--;
  if (!repeat) {
    xlsform_section_end(work);
  }
}

/* ---- the walk */

static void read_row(struct xlsform_work *work, size_t row) {
  const char *type = xlsform_type(work, row), *left_out = xlsform_left_out(work, row);
  if (left_out != NULL) {
    xlsform_note(work, XLSFORM_SURVEY, row, KEY_TYPE, "%s", left_out);
    return;
  }
  if (strcmp(type, "text") == 0 && xlsform_describe(work, row)) {
    return;
  }
  work->describable = 0;
  if (type[0] == '\0') {
    if (xlsform_cell(work, XLSFORM_SURVEY, row, KEY_NAME)[0] != '\0') {
      xlsform_refuse(work, XLSFORM_SURVEY, row, KEY_TYPE,
                     "the row has no type; hint: select_one, integer, range, text or note");
    }
  } else if (strcmp(type, "note") == 0) {
    add_note(work, row);
  } else if (strcmp(type, "begin_group") == 0 || strcmp(type, "begin_repeat") == 0) {
    begin_group(work, row, strcmp(type, "begin_repeat") == 0);
  } else if (strcmp(type, "end_group") == 0 || strcmp(type, "end_repeat") == 0) {
    end_group(work, row, strcmp(type, "end_repeat") == 0);
  } else {
    xlsform_question_add(work, row, type);
  }
}

void xlsform_rows(struct xlsform_work *work) {
  size_t rows = work->sheets[XLSFORM_SURVEY].count;
  work->questions = arena_array(work->arena, rows + 1, sizeof *work->questions);
  work->failed = work->failed || work->questions == NULL;
  for (size_t row = 1; row < rows && !work->failed; row++) {
    read_row(work, row);
  }
  if (work->depth > 0) {
    xlsform_refuse(work, XLSFORM_SURVEY, work->groups[work->depth - 1].row, KEY_TYPE,
                   "it is never ended; hint: end_group or end_repeat");
  }
  json_t *last = last_section(work);
  if (last != NULL && json_object_get(last, "questions") == NULL) {
    xlsform_refuse(work, XLSFORM_SURVEY, rows - 1, KEY_OTHER,
                   "no question follows the notes of this group; hint: outside a group they are "
                   "the thanks at the end");
  }
}
