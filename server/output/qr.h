/* qr: a link as a QR code, by libqrencode.
 *
 * The room output/ makes the files that people keep. It is pure: structs in,
 * bytes out. Upper-case text is encoded in alphanumeric mode at error level M
 * (ISO/IEC 18004), with the quiet zone of 4 modules. */
#ifndef HJEMSVAR_OUTPUT_QR_H
#define HJEMSVAR_OUTPUT_QR_H

#include "base/text.h"

enum { QR_QUIET_MODULES = 4 };

enum qr_result {
  QR_OK,
  QR_LONG, /* the content does not fit a QR code */
  QR_MEMORY
};

/* The symbol itself, for whoever draws it: width modules a side without the quiet zone,
 * row by row, 1 is dark. dark is of the heap; qr_modules_clear frees it. */
struct qr_modules {
  int width;
  unsigned char *dark;
};
must_check enum qr_result qr_modules(const char *content, struct qr_modules *modules);
void qr_modules_clear(struct qr_modules *modules);

/* As an SVG document with a title for screen readers, dark on white, one path,
 * crisp edges; size_mm is the printed width with the quiet zone. */
must_check enum qr_result qr_svg(const char *content, const char *title, int size_mm,
                                 struct text *out);

/* As a 1-bit PNG with so many pixels a module (1-64). */
must_check enum qr_result qr_png(const char *content, int pixels, struct text *out);

/* As lines of half-block characters (UTF-8) for a terminal; readable on dark
 * and light backgrounds when colours is true (ANSI sequences), for a light-on-
 * dark terminal otherwise. */
must_check enum qr_result qr_terminal(const char *content, bool colours, struct text *out);

#endif
