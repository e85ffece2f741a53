#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "survey/xlsform_part.h"

enum { MESSAGE_BYTES = 512, HEADING_BYTES = 128 };

/* ---- remarks */

static int find_column(const struct xlsform_work *work, enum xlsform_part part,
                       enum xlsform_key key) {
  for (size_t i = 0; key < KEY_REFUSED && i < work->columns_count[part]; i++) {
    if (work->columns[part][i].key == key) {
      return (int)i;
    }
  }
  return -1;
}

static void remark(struct xlsform_work *work, bool refused, enum xlsform_part part, long row,
                   int column, const char *message) {
  struct xlsform *form = work->form;
  if (form->remarks_count == form->remarks_capacity) {
    size_t capacity = form->remarks_capacity == 0 ? 16 : form->remarks_capacity * 2;
    struct xlsform_remark *more = arena_array(work->arena, capacity, sizeof *more);
    if (more == NULL) {
      work->failed = true;
      return;
    }
    if (form->remarks_count > 0) {
      memcpy(more, form->remarks, form->remarks_count * sizeof *more);
    }
    form->remarks = more;
    form->remarks_capacity = capacity;
  }
  const char *copy = arena_string(work->arena, message);
  work->failed = work->failed || copy == NULL;
  form->remarks[form->remarks_count++] =
      (struct xlsform_remark){.refused = refused,
                              .part = part,
                              .row = row,
                              .column = column,
                              .heading = column < 0 ? "" : work->columns[part][column].heading,
                              .message = copy == NULL ? "" : copy};
}

static long number_of(const struct xlsform_work *work, enum xlsform_part part, size_t row) {
  return row < work->sheets[part].count ? work->sheets[part].rows[row].number : 0;
}

static void remark_on(struct xlsform_work *work, bool refused, enum xlsform_part part, size_t row,
                      enum xlsform_key key, const char *format, va_list arguments) {
  char message[MESSAGE_BYTES];
  (void)vsnprintf(message, sizeof message, format, arguments);
  remark(work, refused, part, number_of(work, part, row), find_column(work, part, key), message);
}

void xlsform_refuse(struct xlsform_work *work, enum xlsform_part part, size_t row,
                    enum xlsform_key key, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  remark_on(work, true, part, row, key, format, arguments);
  va_end(arguments);
}

void xlsform_note(struct xlsform_work *work, enum xlsform_part part, size_t row,
                  enum xlsform_key key, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  remark_on(work, false, part, row, key, format, arguments);
  va_end(arguments);
}

/* ---- cells */

/* Without white space at its ends; a line break inside becomes a blank: our texts are one
 * paragraph. */
static const char *tidy(const struct xlsform_work *work, const char *cell) {
  static const char blanks[] = " \t\r\n";
  cell += strspn(cell, blanks);
  size_t length = strlen(cell);
  while (length > 0 && strchr(blanks, cell[length - 1]) != NULL) {
    length--;
  }
  char *out = arena_copy(work->arena, cell, length);
  size_t to = 0;
  for (size_t i = 0; out != NULL && i < length; i++) {
    bool space = strchr(blanks, cell[i]) != NULL;
    bool broken = cell[i] == '\r' || cell[i] == '\n';
    if (!space || to == 0 || out[to - 1] != ' ' || !broken) {
      out[to++] = space ? ' ' : cell[i];
    }
  }
  if (out != NULL) {
    out[to] = '\0';
  }
  work->form->memory_out = work->form->memory_out || out == NULL;
  return out == NULL ? "" : out;
}

static const char *raw_cell(const struct xlsform_work *work, enum xlsform_part part, size_t row,
                            size_t column) {
  const struct sheet_line *cells = &work->sheets[part].rows[row];
  return column < cells->count ? cells->cells[column] : "";
}

const char *xlsform_cell_in(const struct xlsform_work *work, enum xlsform_part part, size_t row,
                            enum xlsform_key key, size_t language) {
  for (size_t i = 0; i < work->columns_count[part]; i++) {
    const struct xlsform_column *column = &work->columns[part][i];
    if (column->key == key && column->language == (int)language) {
      const char *cell = tidy(work, raw_cell(work, part, row, i));
      if (cell[0] != '\0') {
        return cell;
      }
    }
  }
  return "";
}

const char *xlsform_cell(const struct xlsform_work *work, enum xlsform_part part, size_t row,
                         enum xlsform_key key) {
  return xlsform_cell_in(work, part, row, key, 0);
}

bool xlsform_yes(const char *cell) {
  return strcasecmp(cell, "yes") == 0 || strcasecmp(cell, "true") == 0 ||
         strcasecmp(cell, "true()") == 0 || strcmp(cell, "1") == 0;
}

/* ---- headings */

#define SURVEY   (1U << XLSFORM_SURVEY)
#define CHOICES  (1U << XLSFORM_CHOICES)
#define SETTINGS (1U << XLSFORM_SETTINGS)

static const struct heading {
  const char *name;
  enum xlsform_key key;
  unsigned parts;
  const char *why;
} headings[] = {
    {"type", KEY_TYPE, SURVEY, NULL},
    {"name", KEY_NAME, SURVEY | CHOICES, NULL},
    {"value", KEY_NAME, CHOICES, NULL},
    {"label", KEY_LABEL, SURVEY | CHOICES, NULL},
    {"hint", KEY_HINT, SURVEY, NULL},
    {"required", KEY_REQUIRED, SURVEY, NULL},
    {"relevant", KEY_RELEVANT, SURVEY, NULL},
    {"relevance", KEY_RELEVANT, SURVEY, NULL},
    {"constraint", KEY_CONSTRAINT, SURVEY, NULL},
    {"repeat_count", KEY_REPEAT_COUNT, SURVEY, NULL},
    {"parameters", KEY_PARAMETERS, SURVEY, NULL},
    {"list_name", KEY_LIST_NAME, CHOICES, NULL},
    {"form_title", KEY_FORM_TITLE, SETTINGS, NULL},
    {"title", KEY_FORM_TITLE, SETTINGS, NULL},
    {"form_id", KEY_FORM_ID, SETTINGS, NULL},
    {"id_string", KEY_FORM_ID, SETTINGS, NULL},
    {"version", KEY_VERSION, SETTINGS, NULL},
    {"default_language", KEY_DEFAULT_LANGUAGE, SETTINGS, NULL},
    {"hjemsvar_low", KEY_LOW, SURVEY, NULL},
    {"hjemsvar_high", KEY_HIGH, SURVEY, NULL},
    {"hjemsvar_ours", KEY_OURS, SURVEY | CHOICES | SETTINGS, NULL},
    {"hjemsvar_kind", KEY_KIND, CHOICES, NULL},
    {"hjemsvar_notice", KEY_NOTICE, SURVEY, NULL},
    {"hjemsvar_confirm", KEY_CONFIRM, SURVEY, NULL},
    {"hjemsvar_compare", KEY_COMPARE, SURVEY, NULL},
    {"hjemsvar_identifying", KEY_IDENTIFYING, SURVEY | SETTINGS, NULL},
    {"hjemsvar_report", KEY_REPORT, SURVEY, NULL},
    {"hjemsvar_unit", KEY_UNIT, SETTINGS, NULL},
    {"hjemsvar_count_unanswered", KEY_COUNT_UNANSWERED, SETTINGS, NULL},
    {"hjemsvar_invite_unless", KEY_INVITE_UNLESS, SETTINGS, NULL},
    {"hjemsvar_source", KEY_SOURCE, SETTINGS, NULL},
    {"calculation", KEY_REFUSED, SURVEY,
     "nothing is computed while parents answer; hint: compute it from the export"},
    {"default", KEY_REFUSED, SURVEY, "no answer is chosen beforehand; hint: take the default out"},
    {"choice_filter", KEY_REFUSED, SURVEY,
     "choices do not depend on other answers; hint: a question for each list, with \"relevant\""},
    {"trigger", KEY_REFUSED, SURVEY, "nothing is computed while parents answer; hint: take it out"},
    {"read_only", KEY_REFUSED, SURVEY,
     "every question can be answered; hint: a note shows text only"},
    {"readonly", KEY_REFUSED, SURVEY,
     "every question can be answered; hint: a note shows text only"},
};

/* "List Name", "list-name" and "list_name" are one heading. */
static void plain_heading(const char *heading, size_t length, char out[HEADING_BYTES]) {
  size_t to = 0;
  for (size_t i = 0; i < length && to < HEADING_BYTES - 1; i++) {
    char byte = heading[i];
    out[to++] = byte == ' ' || byte == '-' ? '_' : (char)tolower((unsigned char)byte);
  }
  while (to > 0 && out[to - 1] == '_') {
    to--;
  }
  out[to] = '\0';
}

static const struct heading *find_heading(const char *name, enum xlsform_part part) {
  for (size_t i = 0; i < array_length(headings); i++) {
    if ((headings[i].parts & (1U << part)) != 0 && strcmp(headings[i].name, name) == 0) {
      return &headings[i];
    }
  }
  return NULL;
}

/* "label::English", of old "label:English": what stands behind the colons, or NULL. */
static const char *after_colons(const char *heading) {
  const char *colon = strchr(heading, ':');
  return colon == NULL ? NULL : colon + strspn(colon, ":");
}

/* Of old, a column of logic was called "bind:relevant". */
static const char *without_bind(const char *heading) {
  bool bound = strncasecmp(heading, "bind:", strlen("bind:")) == 0;
  return bound ? after_colons(heading) : heading;
}

/* ---- languages */

static int find_language(const struct xlsform_work *work, const struct xlsform_language *wanted) {
  for (size_t i = 0; i < work->languages_count; i++) {
    const struct xlsform_language *language = &work->languages[i];
    bool same = wanted->code != NULL && language->code != NULL
                    ? strcmp(wanted->code, language->code) == 0
                    : wanted->name != NULL && language->name != NULL &&
                          strcasecmp(wanted->name, language->name) == 0;
    if (same) {
      return (int)i;
    }
  }
  return -1;
}

static int add_language(struct xlsform_work *work, struct xlsform_language language) {
  int index = find_language(work, &language);
  if (index >= 0 || work->languages_count == XLSFORM_LANGUAGES) {
    return index;
  }
  work->languages[work->languages_count] = language;
  return (int)work->languages_count++;
}

/* The language of a heading. */
static int heading_language(struct xlsform_work *work, enum xlsform_part part, int column,
                            const char *text) {
  struct xlsform_language language = xlsform_language_parse(work->arena, tidy(work, text));
  int known = find_language(work, &language);
  if (known >= 0) {
    return known;
  }
  if (language.code == NULL) {
    remark(work, true, part, 1, column,
           "the language has no code; hint: in brackets behind its name, label::English (en)");
    return 0;
  }
  int index = add_language(work, language);
  if (index < 0) {
    remark(work, true, part, 1, column, "too many languages; hint: at most 31 besides the first");
  }
  return index < 0 ? 0 : index;
}

static void read_heading(struct xlsform_work *work, enum xlsform_part part, size_t index) {
  char name[HEADING_BYTES];
  struct xlsform_column *column = &work->columns[part][index];
  const char *heading = tidy(work, raw_cell(work, part, 0, index));
  const char *plain = without_bind(heading), *language = after_colons(plain);
  plain_heading(plain, strcspn(plain, ":"), name);
  const struct heading *known = find_heading(name, part);
  *column = (struct xlsform_column){.key = known == NULL ? KEY_OTHER : known->key,
                                    .heading = heading,
                                    .why = known == NULL ? NULL : known->why};
  work->columns_count[part] = index + 1;
  bool spoken = column->key >= KEY_LABEL && column->key <= KEY_FORM_TITLE;
  if (language != NULL && spoken) {
    column->language = heading_language(work, part, (int)index, language);
  }
}

/* What stands in columns that are not read, but in rows that are left out anyway. */
static void look_through(struct xlsform_work *work, enum xlsform_part part, size_t index) {
  const struct xlsform_column *column = &work->columns[part][index];
  for (size_t row = 1; row < work->sheets[part].count; row++) {
    if (column->key < KEY_REFUSED || tidy(work, raw_cell(work, part, row, index))[0] == '\0') {
      continue;
    }
    long number = number_of(work, part, row);
    if (column->key == KEY_REFUSED && part == XLSFORM_SURVEY &&
        xlsform_left_out(work, row) != NULL) {
      continue;
    }
    if (column->key == KEY_REFUSED) {
      remark(work, true, part, number, (int)index, column->why);
      continue;
    }
    if (column->heading[0] != '\0') {
      remark(work, false, part, number, (int)index, "this column is left out");
    }
    return;
  }
}

/* The authoritative language comes first: the form's default, else what the caller says, else
 * that of the first heading that names one. */
static void first_language(struct xlsform_work *work, const char *given) {
  static const char hint[] = "it is not said which language the labels are in; hint: "
                             "default_language \"Dansk (da)\" in settings, or --language da";
  const char *cell = "";
  const struct sheet_lines *settings = &work->sheets[XLSFORM_SETTINGS];
  for (size_t i = 0; settings->count > 1 && i < settings->rows[0].count; i++) {
    char name[HEADING_BYTES];
    const char *heading = raw_cell(work, XLSFORM_SETTINGS, 0, i);
    plain_heading(heading, strlen(heading), name);
    if (strcmp(name, "default_language") == 0) {
      cell = tidy(work, raw_cell(work, XLSFORM_SETTINGS, 1, i));
    }
  }
  struct xlsform_language language = xlsform_language_parse(work->arena, cell);
  if (given != NULL) {
    language.code = given;
    language.name = cell[0] == '\0' ? given : language.name;
  }
  if (language.code != NULL || language.name[0] != '\0') {
    (void)add_language(work, language);
    return;
  }
  const struct sheet_line *row = &work->sheets[XLSFORM_SURVEY].rows[0];
  for (size_t i = 0; i < row->count; i++) {
    const char *spoken = after_colons(row->cells[i]);
    if (strncasecmp(row->cells[i], "label", strlen("label")) == 0 && spoken != NULL) {
      (void)add_language(work, xlsform_language_parse(work->arena, tidy(work, spoken)));
      return;
    }
    if (strcasecmp(tidy(work, row->cells[i]), "label") == 0) {
      break;
    }
  }
  remark(work, true, XLSFORM_SETTINGS, 0, -1, hint);
  (void)add_language(work, (struct xlsform_language){.code = "da", .name = "Dansk"});
}

/* "English" in settings, "label::English (en)" in the survey: the heading gives the code. */
static void complete_first_language(struct xlsform_work *work) {
  struct xlsform_language *first = &work->languages[0];
  for (int part = 0; first->code == NULL && part < XLSFORM_SETTINGS; part++) {
    const struct sheet_lines *sheet = &work->sheets[part];
    for (size_t i = 0; sheet->count > 0 && i < sheet->rows[0].count; i++) {
      const char *spoken = after_colons(sheet->rows[0].cells[i]);
      struct xlsform_language language =
          xlsform_language_parse(work->arena, spoken == NULL ? "" : tidy(work, spoken));
      if (language.code != NULL && strcasecmp(language.name, first->name) == 0) {
        first->code = language.code;
      }
    }
  }
  if (first->code == NULL) {
    remark(work, true, XLSFORM_SETTINGS, 0, -1,
           "the language of the labels has no code; hint: default_language \"Dansk (da)\"");
    first->code = "da";
  }
}

static void make_texts(struct xlsform_work *work) {
  for (size_t i = 1; i < work->languages_count; i++) {
    work->languages[i].texts = json_object();
    work->failed = work->failed || work->languages[i].texts == NULL;
  }
}

void xlsform_headings(struct xlsform_work *work, const char *language) {
  first_language(work, language);
  complete_first_language(work);
  for (int part = 0; part < XLSFORM_PARTS; part++) {
    size_t count = work->sheets[part].count == 0 ? 0 : work->sheets[part].rows[0].count;
    for (size_t i = 0; i < count && i < XLSFORM_COLUMNS; i++) {
      read_heading(work, (enum xlsform_part)part, i);
    }
    for (size_t i = 0; i < work->columns_count[part]; i++) {
      look_through(work, (enum xlsform_part)part, i);
    }
  }
  make_texts(work);
}
