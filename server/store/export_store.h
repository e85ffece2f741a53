/* export_store: answers out, as a stream.
 *
 * Asked as STORE_AS_EXPORT, or as STORE_AS_EXPORTER inside store_as_reader: then of what lies in
 * scope. A cursor in one repeatable-read, read-only transaction; at most a thousand rows are in
 * memory. */
#ifndef HJEMSVAR_STORE_EXPORT_STORE_H
#define HJEMSVAR_STORE_EXPORT_STORE_H

#include "store/quality_store.h"
#include "survey/response.h"

/* Which answers of a round; all that are not withdrawn when the rest is zero. */
struct export_filter {
  int round;
  const int *municipalities;
  size_t municipalities_count; /* 0: all */
  const char *const *languages;
  size_t languages_count; /* 0: all */
  const char *from, *to;  /* first and last week ("2026-W47"), of a finalised round the quarter
                             ("2026-Q4"); NULL: no end */
};

struct export_row {        /* strings live until the callback returns */
  const char *response_id; /* UUID text */
  int municipality;
  const char *municipality_name;
  const char *language;
  const char *received_week;  /* "2026-W47"; of a finalised round the quarter, "2026-Q4" */
  const char *answers;        /* canonical JSON */
  const char *external_id;    /* or NULL */
  struct quality_flags flags; /* as last made */
};

/* The row as a response, whose answer lives in the arena and whose strings are the row's. False
 * when the answer does not fit the questionnaire, or memory is out. */
must_check bool export_response(const struct export_row *row,
                                const struct questionnaire *questionnaire, struct arena *arena,
                                struct response *response);

/* False ends the export early (the result is then STORE_OK). */
typedef bool export_each(void *context, const struct export_row *row);

/* Called after the last row: true gives the same rows once more, from the same snapshot. */
typedef bool export_repeat(void *context);

/* How many rows an export will have now. STORE_NONE: no such round. */
must_check enum store_result export_count(struct store *store, const struct export_filter *filter,
                                          long long *count);

/* Calls each for every answer that the filter takes, by response_id; again may be NULL. */
must_check enum store_result export_rows(struct store *store, const struct export_filter *filter,
                                         export_each *each, export_repeat *again, void *context);

#endif
