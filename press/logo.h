/* logo: the municipality's own mark on a letter, a PNG or an SVG of at most 256 KiB.
 *
 * An SVG stays vectors; what it refers to outside itself is not loaded. */
#ifndef HJEMSVAR_PRESS_LOGO_H
#define HJEMSVAR_PRESS_LOGO_H

#include <cairo.h>

#include "output/letter.h"

struct logo {
  cairo_surface_t *surface; /* NULL: none */
  double width, height;     /* in units of the surface */
};

/* Reads it. LETTER_OK; LETTER_LOGO with trouble.what; LETTER_MEMORY. logo_clear frees it. */
must_check enum letter_result logo_load(struct logo *logo, const char *type,
                                        const unsigned char *bytes, size_t size,
                                        struct letter_trouble *trouble);
void logo_clear(struct logo *logo);

#endif
