/* guard: refuses what no honest client sends, before anything else looks at it.
 *
 * libmicrohttpd lets through requests that two servers in a row read differently
 * (request smuggling, RFC 9112 section 11.2). What is refused here gets 400 and the
 * connection is closed. */
#ifndef HJEMSVAR_WEB_GUARD_H
#define HJEMSVAR_WEB_GUARD_H

#include "web/request.h"

/* Looks at the request line as sent: false for anything but an origin-form target
 * without control bytes, %00 or back-slashes. */
must_check bool guard_target(const char *target);

/* Looks at method, version, decoded path and headers. False for: a method that no
 * route has, a version other than HTTP/1.0 and 1.1, a ".." segment, a header name that
 * is no token, a control byte in a value, more than one Content-Length or one that is
 * no number, any Transfer-Encoding, other than one Host (HTTP/1.1), a path or
 * query that is no UTF-8, on the console more than one header of the name by which a proxy says who
 * is signed in, a body on GET or HEAD, or an Expect, which asks for one to be wanted (RFC 9110,
 * section 10.1.1). *length gets the Content-Length, 0 without one. */
must_check bool guard_headers(const struct request *request, const char *method,
                              const char *version, const char *path, uint64_t *length);

#endif
