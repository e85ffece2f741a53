/* xlsform: a form written in a workbook (XLSForm, as ODK, Kobo and others read it) becomes a
 * definition.
 *
 * What has an exact counterpart is taken; all else is refused by sheet, row and column with a
 * reason and a way out (docs/questionnaires.md lists both). Columns "hjemsvar_…", which other
 * programs pass over, carry what XLSForm has no word for; output/xlsform_book writes them. Pure:
 * the caller reads the workbook (base/sheet.h).
 *
 * Source: the XLSForm standard, https://xlsform.org, and the ODK XForms specification for the
 * expressions. */
#ifndef HJEMSVAR_SURVEY_XLSFORM_H
#define HJEMSVAR_SURVEY_XLSFORM_H

#include "survey/questionnaire.h"

struct xlsform_row {
  long number;              /* in the workbook, from 1 */
  const char *const *cells; /* UTF-8; "" where nothing stands */
  size_t count;
};

struct xlsform_sheet {
  const struct xlsform_row *rows; /* the first one holds the headings */
  size_t count;                   /* 0: the workbook has no such sheet */
};

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

/* Reads a form. language is that of labels without one ("da"), when the form does not say; may
 * be NULL. What is in form but the JSON is the arena's; xlsform_clear is due either way. False
 * when memory is out. */
must_check bool xlsform_read(const struct xlsform_sheet sheets[XLSFORM_PARTS], const char *language,
                             struct arena *arena, struct xlsform *form);
void xlsform_clear(struct xlsform *form);

#endif
