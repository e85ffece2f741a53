/* report_json_part: what the files of report_json share.
 *
 * Private to survey/. Every function that makes a value gives NULL when memory is out; Jansson's
 * setters take NULL and fail, so that one sum of failures is enough. */
#ifndef HJEMSVAR_SURVEY_REPORT_JSON_PART_H
#define HJEMSVAR_SURVEY_REPORT_JSON_PART_H

#include "survey/report.h"

/* The value, or NULL when anything failed. */
static inline json_t *finish(json_t *value, int failed) {
  if (failed != 0) {
    json_decref(value);
    return NULL;
  }
  return value;
}

static inline json_t *text_json(const char *text) {
  return text == NULL ? json_null() : json_string(text);
}

/* A figure, of a question or of a score. The caller owns it, as all here. */
must_check json_t *report_json_figure(const struct report *report,
                                      const struct report_figure *figure);

/* Scores of forms that are paired; null where there are none. */
must_check json_t *report_json_scores(const struct report *report);

#endif
