/* body: a page that never changes, compressed once and kept. */
#ifndef HJEMSVAR_WEB_BODY_H
#define HJEMSVAR_WEB_BODY_H

#include <microhttpd.h>

#include "base/text.h"

/* How a reply's bytes are coded (RFC 9110, section 8.4). */
enum coding { CODING_NONE, CODING_GZIP, CODING_BROTLI, CODING_COUNT };

struct body;

/* Compresses a page (borrowed) in a coding other than CODING_NONE, with the headers of cacheable
 * questionnaire pages. The caller holds it once; body_hold counts up, body_release down, freeing at
 * 0: on any thread, and NULL is allowed. NULL when memory is out. */
must_check struct body *body_new(const struct text *page, const char *policy, enum coding coding);
struct body *body_hold(struct body *body);
void body_release(struct body *body);

/* The response; the body keeps it. */
struct MHD_Response *body_response(const struct body *body);

/* Unpacks a page that is coded as gzip into text, for a client that takes no coding. False when
 * memory is out. */
must_check bool body_unpack(const struct body *body, struct text *page);

/* Compresses length bytes as gzip (RFC 1952) at a level from 1 to 9 into out. False
 * when memory is out. */
must_check bool body_gzip(const char *bytes, size_t length, int level, struct text *out);

#endif
