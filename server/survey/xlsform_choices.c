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

int xlsform_code(const struct xlsform_list *list, const char *name) {
  for (size_t i = 0; i < list->count; i++) {
    if (strcmp(list->choices[i].name, name) == 0) {
      return list->choices[i].code;
    }
  }
  return MISSING;
}

static struct xlsform_list *list_of_row(struct xlsform_work *work, size_t row) {
  const char *name = xlsform_cell(work, XLSFORM_CHOICES, row, KEY_LIST_NAME);
  struct xlsform_list *list = xlsform_list_find(work, name);
  if (list != NULL) {
    return list;
  }
  if (name[0] == '\0') {
    xlsform_refuse(work, XLSFORM_CHOICES, row, KEY_LIST_NAME,
                   "it is not said to which list this choice belongs; hint: fill in list_name");
    return NULL;
  }
  list = &work->lists[work->lists_count++];
  list->name = name;
  list->id = xlsform_field_id(work, XLSFORM_CHOICES, row, KEY_LIST_NAME, name);
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
    if (numbers) {
      continue;
    }
    if (choice->code > DEFINITION_CODE_MAX) {
      xlsform_refuse(work, XLSFORM_CHOICES, choice->row, KEY_NAME,
                     "the list %s has too many choices; hint: at most 98", list->name);
      return;
    }
    xlsform_note(work, XLSFORM_CHOICES, choice->row, KEY_NAME, "\"%s\" is the code %d",
                 choice->name, choice->code);
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
                xlsform_words_needed(work, XLSFORM_CHOICES, choice->row, KEY_LABEL,
                                     arena_printf(work->arena, "%s.%d", id, choice->code)));
    if (choice->dont_know) {
      xlsform_set(work, object, "kind", json_string("dont_know"));
    }
    xlsform_append(work, array, object);
  }
  return array;
}
