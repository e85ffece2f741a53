/* course_upload: courses between their preview and their storing.
 *
 * Kept is what would be stored of a sheet, as CSV that course_file reads, never the sheet
 * itself. Of the account that previewed it alone, inside store_as; for an hour. */
#ifndef HJEMSVAR_STORE_COURSE_UPLOAD_H
#define HJEMSVAR_STORE_COURSE_UPLOAD_H

#include "store/store.h"

enum { COURSE_UPLOAD_MAX_BYTES = 16 * 1024 * 1024 };

/* Keeps courses in the place of what the account has kept for that municipality before.
 * STORE_OK with the number; STORE_REFUSED: empty or over COURSE_UPLOAD_MAX_BYTES;
 * STORE_DENIED: not the session's to see, or it is of no account. */
must_check enum store_result course_upload_keep(struct store *store, int round, int municipality,
                                                const char *courses, long long *id);

/* Takes them out again, once: writes them to fd, a file at its beginning. STORE_NONE: there
 * are none of that number, or no longer; STORE_FAULT: the file could not be written. */
must_check enum store_result course_upload_take(struct store *store, int round, int municipality,
                                                const char *id, int fd);

/* Deletes what nobody has stored within an hour; dry: counts it only. By the operator. */
must_check enum store_result course_upload_sweep(struct store *store, bool dry, int *count);

#endif
