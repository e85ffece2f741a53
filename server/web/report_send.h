/* report_send: a report as the work's reply, in the format that was asked for.
 *
 * Used by the console and the API. "json" is what `hjemsvar report --format json` prints, byte for
 * byte; the others are those of output/report_file.h. */
#ifndef HJEMSVAR_WEB_REPORT_SEND_H
#define HJEMSVAR_WEB_REPORT_SEND_H

#include "output/report_view.h"
#include "web/work.h"

/* Whether there is a format of that name; NULL is none. */
must_check bool report_send_knows(const char *format);

/* Sends it under a name without its ending ("rapport-3"), to which a format that has a language
 * adds it ("rapport-3-da.pdf"). json is looked at for "json" alone and borrowed. A failure is
 * answered and in the log. */
void report_send(struct work *work, const struct report_view *view, const json_t *json,
                 const char *format, const char *name);

/* The same into a file, for a package. False: it could not be made, which the log has. */
must_check bool report_send_write(const struct work *work, const struct report_view *view,
                                  const json_t *json, const char *format, int fd);

#endif
