/* xlsform_part: what the files of xlsform share. Private to them.
 *
 * Each function goes on after a fault, so that all are told in one go; memory that is out is
 * kept in `failed`. Strings are the arena's, JSON values borrowed unless said otherwise. */
#ifndef HJEMSVAR_SURVEY_XLSFORM_PART_H
#define HJEMSVAR_SURVEY_XLSFORM_PART_H

#include "survey/xlsform.h"

enum { XLSFORM_COLUMNS = 256, XLSFORM_LANGUAGES = 32, XLSFORM_DEPTH = 8, XLSFORM_CODES = 100 };

/* Columns that are read, on any sheet. */
enum xlsform_key {
  KEY_TYPE,
  KEY_NAME,
  KEY_LABEL, /* and hint, low, high, form_title: one for each language */
  KEY_HINT,
  KEY_LOW,
  KEY_HIGH,
  KEY_FORM_TITLE,
  KEY_REQUIRED,
  KEY_RELEVANT,
  KEY_CONSTRAINT,
  KEY_REPEAT_COUNT,
  KEY_PARAMETERS,
  KEY_LIST_NAME,
  KEY_FORM_ID,
  KEY_VERSION,
  KEY_DEFAULT_LANGUAGE,
  KEY_OURS,
  KEY_KIND,
  KEY_NOTICE,
  KEY_CONFIRM,
  KEY_COMPARE,
  KEY_IDENTIFYING,
  KEY_REPORT,
  KEY_INVITE_UNLESS,
  KEY_UNIT,
  KEY_COUNT_UNANSWERED,
  KEY_SOURCE,
  KEY_REFUSED, /* a cell that is filled in is refused */
  KEY_OTHER    /* left out */
};

struct xlsform_column {
  enum xlsform_key key;
  int language; /* index of languages; 0 also for a heading without one */
  const char *heading;
  const char *why; /* KEY_REFUSED */
};

struct xlsform_language {
  const char *code, *name;
  json_t *texts; /* owned; by words id. NULL for the first: its words are in the definition */
};

struct xlsform_choice {
  const char *name; /* in the form */
  int code;
  bool dont_know;
  size_t row; /* index of the sheet's rows; 0: of "or_other", which has none */
};

struct xlsform_list {
  const char *name; /* in the form */
  const char *id;
  struct xlsform_choice *choices;
  size_t count, capacity;
};

struct xlsform_question;

/* Only if that question is answered with one of these codes. */
struct xlsform_condition {
  const struct xlsform_question *question; /* NULL: always */
  bool codes[XLSFORM_CODES];
};

struct xlsform_question {
  const char *name; /* in the form */
  const char *id;
  enum question_kind kind;
  const struct xlsform_list *list; /* of a choice */
  bool or_other;                   /* its choice "other" opens a field */
  int min, max;
  struct xlsform_condition condition; /* its own and that of the groups around it */
  bool needed;
  size_t section;   /* index */
  const char *path; /* in the definition; "" when it was refused */
  size_t row;
  json_t *json; /* borrowed from the sections; NULL when it was refused */
};

struct xlsform_group {
  bool repeat;
  const char *name; /* in the form */
  const char *each; /* id of the count, of a repeat or around it; or NULL */
  struct xlsform_condition condition;
  size_t row;
};

struct xlsform_work {
  const struct sheet_lines *sheets;
  struct arena *arena;
  struct xlsform *form;
  bool failed;

  struct xlsform_column columns[XLSFORM_PARTS][XLSFORM_COLUMNS];
  size_t columns_count[XLSFORM_PARTS];
  struct xlsform_language languages[XLSFORM_LANGUAGES]; /* the first: the authoritative one */
  size_t languages_count;

  struct xlsform_list *lists;
  size_t lists_count;
  struct xlsform_question *questions;
  size_t questions_count;
  struct xlsform_group groups[XLSFORM_DEPTH]; /* that are open */
  size_t depth;
  const char *child;  /* as the first repeat is called; NULL: none yet */
  size_t describable; /* index + 1 of the question that stands just before; 0: none */

  json_t *sections, *intro, *thanks, *identifying, *child_json; /* owned */
  json_t *field_ids, *list_ids, *section_ids; /* owned; objects whose keys are taken */
  bool section_open;
  bool numbers_told; /* that labels have numbers of their own */
};

/* ---- sheets (xlsform_sheet.c, xlsform_language.c, xlsform_words.c) */

/* Reads headings and languages. */
void xlsform_headings(struct xlsform_work *work, const char *language);

/* "English (en)" is the language en, called English; without brackets the code is that of a
 * well-known name, or NULL. */
struct xlsform_language xlsform_language_parse(struct arena *arena, const char *text);

/* A cell without white space around it; "" when it is empty. row is an index of the sheet's. */
const char *xlsform_cell(const struct xlsform_work *work, enum xlsform_part part, size_t row,
                         enum xlsform_key key);
const char *xlsform_cell_in(const struct xlsform_work *work, enum xlsform_part part, size_t row,
                            enum xlsform_key key, size_t language);

/* "yes", "true", "true()", "1". */
bool xlsform_yes(const char *cell);

/* Tells of a cell, or with KEY_OTHER of the row. */
void xlsform_refuse(struct xlsform_work *work, enum xlsform_part part, size_t row,
                    enum xlsform_key key, const char *format, ...) printf_like(5, 6);
void xlsform_note(struct xlsform_work *work, enum xlsform_part part, size_t row,
                  enum xlsform_key key, const char *format, ...) printf_like(5, 6);

/* A name of ours for one of the form's: small letters a-z, digits and "_", cut when it is longer
 * than 32. NULL, and refused, for an empty one. */
const char *xlsform_id(struct xlsform_work *work, enum xlsform_part part, size_t row,
                       enum xlsform_key key, const char *name);

/* The same of a field or list: unlike those in taken, which takes it in, and no reserved one. */
const char *xlsform_field_id(struct xlsform_work *work, enum xlsform_part part, size_t row,
                             enum xlsform_key key, const char *name, json_t *taken);

/* A field's; one that is not as it stands is told. */
const char *xlsform_column_id(struct xlsform_work *work, size_t row, const char *name);

/* id, or id_2, id_3 … where that is taken. NULL when memory is out. */
const char *xlsform_unlike(struct xlsform_work *work, json_t *taken, const char *id);

/* The words of a cell as a new {"source": …} or {"ours": …}, and its translations under their
 * id. NULL without words; refuses a language that lacks them. */
must_check json_t *xlsform_words(struct xlsform_work *work, enum xlsform_part part, size_t row,
                                 enum xlsform_key key, const char *id);

/* The same text in every language, under an id, where the form has no words. */
must_check json_t *xlsform_words_alike(struct xlsform_work *work, const char *id, const char *text);

/* The words of a cell, refused when there are none. */
must_check json_t *xlsform_words_needed(struct xlsform_work *work, enum xlsform_part part,
                                        size_t row, enum xlsform_key key, const char *id);

/* Sets a member or adds an item, taking over value; NULL is memory that is out. */
void xlsform_set(struct xlsform_work *work, json_t *object, const char *key, json_t *value);
/* The same of what may not be there, or has been refused: NULL is left out. */
void xlsform_put(struct xlsform_work *work, json_t *object, const char *key, json_t *value);
void xlsform_append(struct xlsform_work *work, json_t *array, json_t *value);

/* ---- choices (xlsform_choices.c) */

/* Reads all lists. */
void xlsform_lists(struct xlsform_work *work);

/* A list by its name in the form, or NULL. */
struct xlsform_list *xlsform_list_find(const struct xlsform_work *work, const char *name);

/* The index of a choice by its name in the form, or the list's count. */
size_t xlsform_choice_index(const struct xlsform_list *list, const char *name);

/* Its code, or -1. */
int xlsform_code(const struct xlsform_list *list, const char *name);

/* The list with a choice "other", its own or one more behind the others. NULL, and refused, when
 * it is full. */
const struct xlsform_list *xlsform_list_or_other(struct xlsform_work *work, size_t row,
                                                 const struct xlsform_list *list);

/* Its choices as a new array; words get ids of id. */
must_check json_t *xlsform_choices(struct xlsform_work *work, const struct xlsform_list *list,
                                   const char *id);

/* ---- expressions (xlsform_logic.c) */

/* "relevant", of a row or group inside the groups that are open. NULL, or why it cannot be. */
const char *xlsform_condition_read(const struct xlsform_work *work, const char *expression,
                                   struct xlsform_condition *condition);

/* {"question": …, "is": […]}, new; NULL when memory is out. */
must_check json_t *xlsform_condition_json(const struct xlsform_condition *condition);

/* The name in "${name}"; NULL when it is anything else. */
const char *xlsform_reference(struct arena *arena, const char *expression);

/* Limits of a whole number, ". >= 1 and . <= 10", or of the length of a text,
 * "string-length(.) <= 200". What is not said stays as it was. NULL, or why it cannot be. */
const char *xlsform_limits(const char *constraint, bool length, int *min, int *max);

/* "start=1 end=10 step=1", of a range. NULL, or why it cannot be. */
const char *xlsform_range(const char *parameters, int *min, int *max);

/* ---- rows (xlsform_rows.c, xlsform_type.c, xlsform_question.c) */

/* The type of a row as the standard writes it: "begin_group", "select_one yes_no". */
const char *xlsform_type(struct xlsform_work *work, size_t row);

/* Why a row, which asks nobody anything, is left out; NULL for other rows. */
const char *xlsform_left_out(struct xlsform_work *work, size_t row);

/* Refuses a row of a type that asks something in a way that has no counterpart. */
void xlsform_refuse_type(struct xlsform_work *work, size_t row, const char *type);

/* Walks the survey sheet. */
void xlsform_rows(struct xlsform_work *work);

/* A question by its name in the form, or NULL. */
const struct xlsform_question *xlsform_question_find(const struct xlsform_work *work,
                                                     const char *name);

/* Adds the question of a row, whose type is this ("select_one yes_no"). */
void xlsform_question_add(struct xlsform_work *work, size_t row, const char *type);

/* A row that only opens a field for a choice of the question just before it: takes it and tells
 * so. */
bool xlsform_describe(struct xlsform_work *work, size_t row);

/* The section that the question or note of a row goes to: the one that is open, or a new one,
 * named after the group or, without one, after the row. NULL when it cannot be named. */
json_t *xlsform_section(struct xlsform_work *work, size_t row);

/* What comes next stands in a section of its own. */
void xlsform_section_end(struct xlsform_work *work);

#endif
