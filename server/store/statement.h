/* statement: the table of all SQL statements that the programs send (migrations and
 * the role set-up apart). Private to store/; a test prepares them all on a fresh
 * database, each as the role that uses it. */
#ifndef HJEMSVAR_STORE_STATEMENT_H
#define HJEMSVAR_STORE_STATEMENT_H

#include "store/store.h"

enum statement {
  /* One a question, grouped by the file that asks it; add at the group's end. */

  /* store.c */
  STATEMENT_SCHEMA_EXISTS,
  STATEMENT_SCHEMA_LIST,
  STATEMENT_FINGERPRINT_FIND,

  /* migrate.c */
  STATEMENT_SETUP_LIST,
  STATEMENT_MIGRATE_LOCK,
  STATEMENT_MIGRATION_FIND,
  STATEMENT_MIGRATION_INSERT,
  STATEMENT_FINGERPRINT_SET,
  STATEMENT_MUNICIPALITY_LOAD,

  /* round_store.c */
  STATEMENT_ROUND_LIST,
  STATEMENT_ROUND_INSERT,
  STATEMENT_ROUND_LOCK,
  STATEMENT_ROUND_UPDATE,
  STATEMENT_ROUND_CLOSE,
  STATEMENT_ROUND_REOPEN,
  STATEMENT_ROUND_FINALISE,
  STATEMENT_TIME_READ,
  STATEMENT_TIMES_COMPARE,
  STATEMENT_LANGUAGES_CHECK,
  STATEMENT_MUNICIPALITIES_CHECK,

  /* link_store.c */
  STATEMENT_LINK_INSERT,
  STATEMENT_LINK_LIST,

  /* setting_store.c */
  STATEMENT_MUNICIPALITY_LIST,
  STATEMENT_MUNICIPALITY_UPDATE,
  STATEMENT_SETTING_LIST,
  STATEMENT_SETTING_KEEP,
  STATEMENT_SETTING_SET,

  /* questionnaire_store.c */
  STATEMENT_QUESTIONNAIRE_INSERT,
  STATEMENT_QUESTIONNAIRE_COMPARE,
  STATEMENT_QUESTIONNAIRE_UPDATE,
  STATEMENT_QUESTIONNAIRE_FIND,
  STATEMENT_QUESTIONNAIRE_LIST,
  STATEMENT_TRANSLATION_INSERT,
  STATEMENT_TRANSLATION_LIST,
  STATEMENT_TRANSLATION_APPROVE,
  STATEMENT_TRANSLATION_DOUBT,

  /* catalogue.c */
  STATEMENT_CATALOGUE_DEFINITIONS,
  STATEMENT_CATALOGUE_TEXTS,
  STATEMENT_CATALOGUE_ROUNDS,
  STATEMENT_CATALOGUE_LINKS,
  STATEMENT_CATALOGUE_SETTINGS,
  STATEMENT_CATALOGUE_NEXT,

  /* submission_store.c */
  STATEMENT_SUBMISSION_INSERT,
  STATEMENT_SUBMISSION_JUDGE,
  STATEMENT_SUBMISSION_LOCK,
  STATEMENT_SUBMISSION_SUPERSEDE,
  STATEMENT_SUBMISSION_HELD,
  STATEMENT_SUBMISSION_WITHDRAW,

  /* export_store.c */
  STATEMENT_EXPORT_COUNT,
  STATEMENT_EXPORT_ROUND,
  STATEMENT_EXPORT_DECLARE,
  STATEMENT_EXPORT_FETCH,

  /* import_store.c; those after the first need the table that it makes */
  STATEMENT_IMPORT_TABLE,
  STATEMENT_IMPORT_LATEST,
  STATEMENT_IMPORT_ROUND,
  STATEMENT_IMPORT_COPY,
  STATEMENT_IMPORT_ANALYZE,
  STATEMENT_IMPORT_LOCK,
  STATEMENT_IMPORT_CONFLICTS,
  STATEMENT_IMPORT_INSERT,

  /* course_store.c: statement_courses.c; those after _TABLE need the table that it makes */
  STATEMENT_COURSES_FIRST,
  STATEMENT_COURSE_MUNICIPALITIES = STATEMENT_COURSES_FIRST,
  STATEMENT_COURSE_ROUND,
  STATEMENT_COURSE_DELETE,
  STATEMENT_COURSE_DECLARE,
  STATEMENT_COURSE_FETCH,
  STATEMENT_COURSE_SUMMARY,
  STATEMENT_COURSE_QUARTERS,
  STATEMENT_COURSE_TABLE,
  STATEMENT_COURSE_COPY,
  STATEMENT_COURSE_ANALYZE,
  STATEMENT_COURSE_LOCK,
  STATEMENT_COURSE_TWICE,
  STATEMENT_COURSE_COMPARE,
  STATEMENT_COURSE_STORE,

  STATEMENT_COUNT
};

/* Which rows a statement gives: none, at most one, any number. */
enum statement_rows { ROWS_NONE, ROWS_ONE, ROWS_ANY };

struct statement_entry {
  const char *name; /* as prepared */
  const char *text;
  int parameters;
  enum statement_rows rows;
  enum store_role role; /* who asks it */
};

/* Writes an entry's name, role, number of parameters and rows. */
#define STATEMENT_ROW(entry, statement_role, count, expected)                                      \
  .name = #entry, .parameters = (count), .rows = (expected), .role = (statement_role)

/* Tables of a part of their own, each by statement minus its first. */
extern const struct statement_entry statement_courses[];

/* The entry of a statement. */
const struct statement_entry *statement_find(enum statement statement);

#endif
