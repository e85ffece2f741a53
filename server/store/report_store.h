/* report_store: what a report is made of, as a stream.
 *
 * Asked as STORE_AS_EXPORT, or as STORE_AS_EXPORTER inside store_as_reader: then of what lies in
 * scope. Answers and courses come from one snapshot of the database, so that
 * coverage never compares two moments; at most a thousand rows are in memory. */
#ifndef HJEMSVAR_STORE_REPORT_STORE_H
#define HJEMSVAR_STORE_REPORT_STORE_H

#include "store/course_store.h"
#include "store/export_store.h"

/* Calls each for every answer that the filter takes, then course for every course of the round,
 * whatever its municipality and dates. False of either ends it early (the result is then
 * STORE_OK). STORE_NONE: no such round. */
must_check enum store_result report_rows(struct store *store, const struct export_filter *filter,
                                         export_each *each, course_each *course, void *context);

#endif
