/* export_package: an export in the making, and the package that holds all of one. Private
 * to output/. */
#ifndef HJEMSVAR_OUTPUT_EXPORT_PACKAGE_H
#define HJEMSVAR_OUTPUT_EXPORT_PACKAGE_H

#include "output/export_file.h"
#include "survey/personal.h"

enum { EXPORT_FILES_MAX = 16, EXPORT_WEEK_BYTES = 12 };

/* Of the work after the last answer: reading files back, and packing them. */
#define EXPORT_CHECK_SHARE 0.4
#define EXPORT_PACK_SHARE  0.5

struct export {
  struct export_options options;
  enum export_shapes shapes; /* that there are */
  struct arena *arena;
  struct personal_finder *finder; /* NULL: comments are left out */
  struct export_table tables[2];  /* by enum variable_shape */
  struct export_file files[EXPORT_FILES_MAX];
  size_t files_count;
  struct export_out out;
  int again;    /* readings that were asked for after the first */
  bool writing; /* this reading writes */
  char first_week[EXPORT_WEEK_BYTES], last_week[EXPORT_WEEK_BYTES]; /* of the answers; "" */
  int day; /* what headers say as the files' day (calendar.h) */
  struct export_counts counts;
  enum export_result result; /* the first that went wrong */
  int error;                 /* errno then */
  struct export_trouble trouble;
};

/* The first day of a week ("2026-W47") or quarter ("2026-Q4"); 1 January 2000 for "". */
int export_day(const char *week);

/* Tells the caller's bar. */
void export_tell(const struct export *export, double part);

/* Builds the archive in a scratch file, which the caller closes. */
must_check enum export_result export_package(struct export *export, FILE **package);

#endif
