/* logo_svg: whether an SVG is as plain as a logo may be.
 *
 * A file of a few hundred bytes can name its own parts again and again and keep a processor
 * busy for hours, and what is shown in a page should hold no script and load nothing. */
#ifndef HJEMSVAR_PRESS_LOGO_SVG_H
#define HJEMSVAR_PRESS_LOGO_SVG_H

#include "base/base.h"

enum { LOGO_SVG_FAULT_BYTES = 120 };

/* Takes shapes, text, gradients, clips and style sheets that refer to nothing but the file's own
 * gradients and clips; no dashes; at most 20,000 nodes (elements and texts), and 50,000 pairs of an
 * element in a clip and one, there or elsewhere, that it may cut. False with what is wrong, in
 * English. A file that is no XML passes: the one that draws it says so. */
must_check bool logo_svg_plain(const unsigned char *bytes, size_t size,
                               char fault[LOGO_SVG_FAULT_BYTES]);

#endif
