/* body: a page that never changes, compressed once and kept.
 *
 * Only the gzip form is kept; a client that does not take gzip gets it unpacked
 * for the moment. */
#ifndef HJEMSVAR_WEB_BODY_H
#define HJEMSVAR_WEB_BODY_H

#include <microhttpd.h>

#include "base/text.h"

struct body;

/* Compresses a page (borrowed) at the best level and prepares its response with the
 * headers of cacheable questionnaire pages. NULL when memory is out. */
must_check struct body *body_new(const struct text *page, const char *policy);
void body_free(struct body *body);

/* The response for a client that takes gzip; the body keeps it. */
struct MHD_Response *body_gzip(const struct body *body);

/* Unpacks the page into text. False when memory is out. */
must_check bool body_unpack(const struct body *body, struct text *page);

/* Compresses length bytes as gzip (RFC 1952) at a level from 1 to 9 into out. False
 * when memory is out. */
must_check bool body_compress(const char *bytes, size_t length, int level, struct text *out);

#endif
