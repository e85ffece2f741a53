/* api: the API under /api/v1: what its handlers share. Its documentation is docs/openapi.json, for
 * people docs/api.md; a test compares both with the route table.
 *
 * A handler is one of the console's (console.h, console_gate.h) that answers JSON. Errors leave by
 * api_fail and its kin, also those that console_settle tells, as problem details. */
#ifndef HJEMSVAR_WEB_API_H
#define HJEMSVAR_WEB_API_H

#include "store/release_store.h"
#include "store/round_store.h"
#include "web/api_document.h"
#include "web/console_rounds.h"
#include "web/work.h"

/* ---- errors */

/* A problem by its name in the document. api_refuse: with what the store says of it, for people. */
void api_fail(struct work *work, unsigned status, const char *name);
void api_refuse(struct work *work, unsigned status, const char *name, const char *message);

/* 422 for one field: the code's words stand in the document. */
void api_invalid(struct work *work, const char *field, const char *code);

/* 422 for several: [{"field":…,"code":…,"message":…, …}], borrowed. */
void api_invalid_list(struct work *work, const char *name, json_t *errors);

/* ---- what was sent as JSON: an object, each of whose members is asked for */

struct api_fields {
  struct work *work;
  json_t *body;
  json_t *asked; /* the names of the members that were asked for */
  json_t *errors;
  bool failed; /* memory is out */
};

/* Reads the body. False: it is no JSON object, and the work is answered. api_fields_end in any
 * case. */
must_check bool api_fields_begin(struct api_fields *fields, struct work *work);

/* A member; texts live until api_fields_end, lists are of the work's arena. NULL, -1, 0 or false
 * when it is not there (or null) or, with an error, of another kind. */
const char *api_text(struct api_fields *fields, const char *name);
int api_switch(struct api_fields *fields, const char *name); /* -1, 0, 1 */
int api_number(struct api_fields *fields, const char *name); /* 1 to INT_MAX; 0 */
bool api_texts(struct api_fields *fields, const char *name, const char *const **items,
               size_t *count);
bool api_numbers(struct api_fields *fields, const char *name, const int **items, size_t *count);

/* Something is wrong with a field: a code of the document's x-field-errors. */
void api_field_error(struct api_fields *fields, const char *field, const char *code);

/* Whether all was good; else 422 with every error, also for members that nobody asked for. */
must_check bool api_fields_settle(struct api_fields *fields);
void api_fields_end(struct api_fields *fields);

/* ---- reports */

/* The format of the query, "json" without one; whether it, the language and without_flagged are
 * ones that there are. False: the work is answered. */
const char *api_report_format(const struct work *work);
must_check bool api_report_check(struct work *work);

/* A problem that is over after a while. */
void api_later(struct work *work, unsigned status, const char *name);

/* ---- what several answers show */

/* A number of the query from 1 to most; fallback when it is not there. 0: it is none, and the work
 * is answered. */
must_check int api_query_number(struct work *work, const char *name, int most, int fallback);

/* A release of either kind. NULL when memory is out. */
must_check json_t *api_release_json(const struct release_record *record);

/* Answers with the round of that number, as 200 or 201. */
void api_send_round(struct work *work, unsigned status, int round);

#endif
