#include <stdlib.h>
#include <string.h>

#include "survey/definition.h"
#include "survey/xlsform_part.h"

enum { MISSING = -1, UNNUMBERED = -2 };

struct xlsform_list *xlsform_list_find(const struct xlsform_work *work, const char *name) {
  for (size_t i = 0; i < work->lists_count; i++) {
    if (strcmp(work->lists[i].name, name) == 0) {
      return &work->lists[i];
    }
  }
  return NULL;
}

size_t xlsform_choice_index(const struct xlsform_list *list, const char *name) {
  size_t i = 0;
  while (i < list->count && strcmp(list->choices[i].name, name) != 0) {
    i++;
  }
  return i;
}

int xlsform_code(const struct xlsform_list *list, const char *name) {
  size_t i = xlsform_choice_index(list, name);
  return i < list->count ? list->choices[i].code : MISSING;
}

static struct xlsform_list *list_of_row(struct xlsform_work *work, size_t row) {
  const char *name = xlsform_cell(work, XLSFORM_CHOICES, row, KEY_LIST_NAME);
  struct xlsform_list *list = xlsform_list_find(work, name);
  if (list != NULL) {
    return list;
  }
  if (name[0] == '\0' && xlsform_cell(work, XLSFORM_CHOICES, row, KEY_NAME)[0] == '\0') {
    return NULL; /* a row between lists */
  }
  if (name[0] == '\0') {
    xlsform_refuse(work, XLSFORM_CHOICES, row, KEY_LIST_NAME,
                   "it is not said to which list this choice belongs; hint: fill in list_name");
    return NULL;
  }
  list = &work->lists[work->lists_count++];
  list->name = name;
  list->id = xlsform_field_id(work, XLSFORM_CHOICES, row, KEY_LIST_NAME, name, work->list_ids);
  return list;
}

/* A name that forms commonly use for it, or our own mark. */
static bool is_dont_know(const struct xlsform_work *work, size_t row, const char *name) {
  return strcmp(name, "dont_know") == 0 || strcmp(name, "dk") == 0 ||
         strcmp(xlsform_cell(work, XLSFORM_CHOICES, row, KEY_KIND), "dont_know") == 0;
}

static void add_choice(struct xlsform_work *work, struct xlsform_list *list, size_t row) {
  const char *name = xlsform_cell(work, XLSFORM_CHOICES, row, KEY_NAME);
  if (name[0] == '\0') {
    xlsform_refuse(work, XLSFORM_CHOICES, row, KEY_NAME,
                   "the choice has no name; hint: a number is its code in exports");
    return;
  }
  if (xlsform_code(list, name) != MISSING) {
    xlsform_refuse(work, XLSFORM_CHOICES, row, KEY_NAME,
                   "\"%s\" stands twice in the list %s; hint: each choice has its own name", name,
                   list->name);
    return;
  }
  if (list->count == list->capacity) {
    size_t capacity = list->capacity == 0 ? 8 : list->capacity * 2;
    struct xlsform_choice *more = arena_array(work->arena, capacity, sizeof *more);
    if (more == NULL) {
      work->failed = true;
      return;
    }
    if (list->count > 0) {
      memcpy(more, list->choices, list->count * sizeof *more);
    }
    list->choices = more;
    list->capacity = capacity;
  }
  list->choices[list->count++] = (struct xlsform_choice){
      .name = name, .code = UNNUMBERED, .dont_know = is_dont_know(work, row, name), .row = row};
}

static int as_code(const char *name) {
  size_t length = strspn(name, "0123456789");
  bool number = name[length] == '\0' && (length == 1 || (length == 2 && name[0] != '0'));
  return number ? (int)strtol(name, NULL, 10) : -1;
}

static void tell_codes(struct xlsform_work *work, const struct xlsform_list *list) {
  const char *codes = "";
  for (size_t i = 0; codes != NULL && i < list->count; i++) {
    codes = arena_printf(work->arena, "%s%s%s %d", codes, i == 0 ? "" : ", ", list->choices[i].name,
                         list->choices[i].code);
  }
  work->failed = work->failed || codes == NULL;
  if (codes != NULL && list->count > 0) {
    xlsform_note(work, XLSFORM_CHOICES, list->choices[0].row, KEY_NAME,
                 "the choices of %s have the codes %s", list->name, codes);
  }
}

/* Names that are codes already are kept, if all of the list are; else the choices are numbered
 * from 1, and the code that exports write for "not answered" stays free. */
static void number_choices(struct xlsform_work *work, struct xlsform_list *list) {
  bool numbers = true;
  for (size_t i = 0; i < list->count; i++) {
    numbers = numbers && as_code(list->choices[i].name) >= 0;
  }
  int next = 1;
  for (size_t i = 0; i < list->count; i++) {
    struct xlsform_choice *choice = &list->choices[i];
    choice->code = numbers ? as_code(choice->name) : next;
    next += next + 1 == DEFINITION_UNANSWERED ? 2 : 1;
    if (choice->code > DEFINITION_CODE_MAX) {
      xlsform_refuse(work, XLSFORM_CHOICES, choice->row, KEY_NAME,
                     "the list %s has too many choices; hint: at most 98", list->name);
      return;
    }
  }
  if (!numbers) {
    tell_codes(work, list);
  }
}

void xlsform_lists(struct xlsform_work *work) {
  size_t rows = work->sheets[XLSFORM_CHOICES].count;
  work->lists = arena_array(work->arena, rows + 1, sizeof *work->lists);
  if (work->lists == NULL) {
    work->failed = true;
    return;
  }
  for (size_t row = 1; row < rows && !work->failed; row++) {
    struct xlsform_list *list = list_of_row(work, row);
    if (list != NULL) {
      add_choice(work, list, row);
    }
  }
  for (size_t i = 0; i < work->lists_count; i++) {
    number_choices(work, &work->lists[i]);
  }
}

/* ---- "or_other" */

/* The words that XLSForm has for it, in whatever language. */
static const char other_words[] = "Other";

static int code_behind(const struct xlsform_list *list) {
  int code = 0;
  for (size_t i = 0; i < list->count; i++) {
    code = list->choices[i].code > code ? list->choices[i].code : code;
  }
  return code + 1 == DEFINITION_UNANSWERED ? code + 2 : code + 1;
}

const struct xlsform_list *xlsform_list_or_other(struct xlsform_work *work, size_t row,
                                                 const struct xlsform_list *list) {
  if (xlsform_choice_index(list, "other") < list->count) {
    return list;
  }
  struct xlsform_list *more = arena_alloc(work->arena, sizeof *more);
  struct xlsform_choice *choices = arena_array(work->arena, list->count + 1, sizeof *choices);
  int code = code_behind(list);
  if (more == NULL || choices == NULL) {
    work->failed = true;
    return NULL;
  }
  if (code > DEFINITION_CODE_MAX) {
    xlsform_refuse(work, XLSFORM_SURVEY, row, KEY_TYPE,
                   "the list %s has too many choices; hint: at most 98", list->name);
    return NULL;
  }
  if (list->count > 0) {
    memcpy(choices, list->choices, list->count * sizeof *choices);
  }
  choices[list->count] = (struct xlsform_choice){.name = "other", .code = code};
  *more = (struct xlsform_list){
      .name = list->name, .id = list->id, .choices = choices, .count = list->count + 1};
  xlsform_note(work, XLSFORM_SURVEY, row, KEY_TYPE,
               "the choice \"%s\" with the code %d is added, as XLSForm has it; a choice named "
               "other in the list would say it otherwise",
               other_words, code);
  return more;
}

/* ---- as JSON */

static json_t *words_of(struct xlsform_work *work, const struct xlsform_choice *choice,
                        const char *id) {
  if (id == NULL) {
    work->failed = true;
    return NULL;
  }
  return choice->row == 0 ? xlsform_words_alike(work, id, other_words)
                          : xlsform_words_needed(work, XLSFORM_CHOICES, choice->row, KEY_LABEL, id);
}

json_t *xlsform_choices(struct xlsform_work *work, const struct xlsform_list *list,
                        const char *id) {
  json_t *array = json_array();
  if (array == NULL) {
    work->failed = true;
    return NULL;
  }
  for (size_t i = 0; i < list->count; i++) {
    const struct xlsform_choice *choice = &list->choices[i];
    json_t *object = json_pack("{s:i}", "code", choice->code);
    xlsform_put(work, object, "text",
                words_of(work, choice, arena_printf(work->arena, "%s.%d", id, choice->code)));
    if (choice->dont_know) {
      xlsform_set(work, object, "kind", json_string("dont_know"));
    }
    xlsform_append(work, array, object);
  }
  return array;
}
