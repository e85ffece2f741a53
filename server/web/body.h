/* body: a page that never changes, compressed once and kept.
 *
 * Kept as gzip and as brotli; a client that takes neither gets it unpacked for the
 * moment. */
#ifndef HJEMSVAR_WEB_BODY_H
#define HJEMSVAR_WEB_BODY_H

#include <microhttpd.h>

#include "base/text.h"

/* How a reply's bytes are coded (RFC 9110, section 8.4). */
enum coding { CODING_NONE, CODING_GZIP, CODING_BROTLI };

struct body;

/* The bodies there are, by what they say: a page that has not changed is compressed only once,
 * whatever else changes. Belongs to one thread. */
struct body_shelf;
must_check struct body_shelf *body_shelf_new(void);
/* Lets go of the bodies that nobody else holds, or of all. */
void body_shelf_sweep(struct body_shelf *shelf);
void body_shelf_free(struct body_shelf *shelf);

/* The body of a page (borrowed), compressed if the shelf has none, with the headers of cacheable
 * questionnaire pages; policy is the same for all of a shelf. The caller holds it until
 * body_release, which any thread may call. NULL when memory is out. */
must_check struct body *body_hold(struct body_shelf *shelf, const struct text *page,
                                  const char *policy);
void body_release(struct body *body);

/* The response in a coding other than CODING_NONE; the body keeps it. */
struct MHD_Response *body_response(const struct body *body, enum coding coding);

/* Unpacks the page into text. False when memory is out. */
must_check bool body_unpack(const struct body *body, struct text *page);

/* Compresses length bytes as gzip (RFC 1952) at a level from 1 to 9 into out. False
 * when memory is out. */
must_check bool body_gzip(const char *bytes, size_t length, int level, struct text *out);

/* Compresses length bytes as brotli (RFC 7932) into out. False when memory is out. */
must_check bool body_brotli(const char *bytes, size_t length, struct text *out);

#endif
