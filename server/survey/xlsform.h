/* xlsform: a form written in a workbook (XLSForm, as ODK, Kobo and others read it) becomes a
 * definition.
 *
 * What has an exact counterpart is taken; all else is refused by sheet, row and column with a
 * reason and a way out (docs/questionnaires.md lists both). Columns "hjemsvar_…", which other
 * programs pass over, carry what XLSForm has no word for; output/xlsform_book writes them. Pure:
 * the caller reads the workbook (base/sheet_lines.h).
 *
 * Source: the XLSForm standard, https://xlsform.org, and the ODK XForms specification for the
 * expressions. */
#ifndef HJEMSVAR_SURVEY_XLSFORM_H
#define HJEMSVAR_SURVEY_XLSFORM_H

#include "base/sheet_lines.h"
#include "survey/questionnaire.h"

enum xlsform_part { XLSFORM_SURVEY, XLSFORM_CHOICES, XLSFORM_SETTINGS, XLSFORM_PARTS };

/* "survey", "choices", "settings". */
const char *xlsform_part_name(enum xlsform_part part);

struct xlsform_remark {
  bool refused; /* else it was taken, but not quite as it stands */
  enum xlsform_part part;
  long row;            /* 0: none */
  int column;          /* from 0; -1: the whole row */
  const char *heading; /* of the column, or "" */
  const char *message; /* why, and after "hint: " how to mend it */
};

struct xlsform_translation {
  const char *language;
  json_t *json; /* a translation file */
};

struct xlsform {
  json_t *definition; /* NULL when anything was refused */
  struct xlsform_translation *translations;
  size_t translations_count;
  struct xlsform_remark *remarks;
  size_t remarks_count, remarks_capacity;
  bool memory_out; /* while it is read */
};

/* Reads a form; the first line of each sheet holds the headings, and a sheet that the workbook has
 * not has no lines. language is that of labels without one ("da"), when the form does not say; may
 * be NULL. file is the workbook's name, also with its folder, which stands for form_id where there
 * is none, and form_id for form_title; NULL: a form without is refused. What is in form but the
 * JSON is the arena's; xlsform_clear is due either way. False when memory is out. */
must_check bool xlsform_read(const struct sheet_lines sheets[XLSFORM_PARTS], const char *language,
                             const char *file, struct arena *arena, struct xlsform *form);
void xlsform_clear(struct xlsform *form);

/* Writes where a remark is on its sheet, "D7", or "7" of a whole row; "": nowhere. */
enum { XLSFORM_PLACE_BYTES = 32 };
void xlsform_place(const struct xlsform_remark *remark, char place[XLSFORM_PLACE_BYTES]);

/* The remarks as JSON, new: [{"refused","sheet","row","cell","heading","message"}]; row 0 and ""
 * are none. NULL when memory is out. */
must_check json_t *xlsform_remarks(const struct xlsform *form);

#endif
