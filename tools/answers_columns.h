/* answers_columns: the columns around the questionnaire's own, the same in
 * export and import. */
#ifndef HJEMSVAR_TOOLS_ANSWERS_COLUMNS_H
#define HJEMSVAR_TOOLS_ANSWERS_COLUMNS_H

#include "base/base.h"

/* Before the questionnaire's columns, in the order of enum leading_column. */
enum leading_column {
  LEADING_RESPONSE_ID,
  LEADING_MUNICIPALITY_CODE,
  LEADING_MUNICIPALITY,
  LEADING_LANGUAGE,
  LEADING_RECEIVED_WEEK,
  LEADING_COUNT
};
extern const char *const leading_columns[LEADING_COUNT];

/* After them: what the review computes. */
enum { REVIEW_COUNT = 7 };
extern const char *const review_columns[REVIEW_COUNT];

/* Last: external_id of the internal export; the others are read only. */
enum trailing_column {
  TRAILING_EXTERNAL_ID,
  TRAILING_SUBMITTED_AT,
  TRAILING_SECONDS,
  TRAILING_NETWORK,
  TRAILING_DEVICE,
  TRAILING_COUNT
};
extern const char *const trailing_columns[TRAILING_COUNT];

#endif
