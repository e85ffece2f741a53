/* logo: the municipality's own mark on a letter, a PNG or an SVG of at most 256 KiB.
 *
 * Private to output/. An SVG stays vectors; what it refers to outside itself is not loaded. */
#ifndef HJEMSVAR_OUTPUT_LOGO_H
#define HJEMSVAR_OUTPUT_LOGO_H

#include <cairo.h>

#include "output/letter.h"

struct logo {
  cairo_surface_t *surface; /* NULL: none */
  double width, height;     /* in units of the surface */
};

/* Reads it. LETTER_OK; LETTER_LOGO with trouble.what; LETTER_MEMORY. */
must_check enum letter_result logo_load(struct logo *logo, const char *type,
                                        const unsigned char *bytes, size_t size,
                                        struct letter_trouble *trouble);
void logo_clear(struct logo *logo);

/* Draws it into a box in millimetres, as large as fits, at the box's upper left corner. */
void logo_draw(cairo_t *cairo, bool tagged, const struct logo *logo, double x, double y,
               double width, double height);

#endif
