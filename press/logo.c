#include "logo.h"

#include <librsvg/rsvg.h>
#include <stdio.h>
#include <string.h>

#include "logo_svg.h"

enum {
  LOGO_MAX_BYTES = 256 * 1024,
  PNG_MAX_PIXELS_A_SIDE = 3000,
  PNG_HEADER_BYTES = 24,
  SVG_SIDE = 1000 /* units that the longer side of an SVG is drawn in */
};

static enum letter_result wrong(struct letter_trouble *trouble, const char *what) {
  (void)snprintf(trouble->what, sizeof trouble->what, "%s", what);
  return LETTER_LOGO;
}

/* ---- PNG */

struct reader {
  const unsigned char *bytes;
  size_t left;
};

static cairo_status_t read_png(void *closure, unsigned char *out, unsigned length) {
  struct reader *reader = closure;
  if (length > reader->left) {
    return CAIRO_STATUS_READ_ERROR;
  }
  memcpy(out, reader->bytes, length);
  reader->bytes += length;
  reader->left -= length;
  return CAIRO_STATUS_SUCCESS;
}

static unsigned long big_endian(const unsigned char *bytes) {
  return (unsigned long)bytes[0] << 24 | (unsigned long)bytes[1] << 16 |
         (unsigned long)bytes[2] << 8 | bytes[3];
}

/* The pixels are counted before they are unpacked. */
static enum letter_result load_png(struct logo *logo, const unsigned char *bytes, size_t size,
                                   struct letter_trouble *trouble) {
  if (size < PNG_HEADER_BYTES || big_endian(bytes + 16) > PNG_MAX_PIXELS_A_SIDE ||
      big_endian(bytes + 20) > PNG_MAX_PIXELS_A_SIDE) {
    return wrong(trouble, "the PNG has more than 3000 pixels on a side");
  }
  struct reader reader = {bytes, size};
  logo->surface = cairo_image_surface_create_from_png_stream(read_png, &reader);
  if (cairo_surface_status(logo->surface) != CAIRO_STATUS_SUCCESS) {
    return wrong(trouble, "the PNG cannot be read");
  }
  logo->width = cairo_image_surface_get_width(logo->surface);
  logo->height = cairo_image_surface_get_height(logo->surface);
  return LETTER_OK;
}

/* ---- SVG */

/* The size that the picture has by itself, or by its view box, or else a square. */
static void measure(RsvgHandle *handle, struct logo *logo) {
  double width = 1, height = 1;
  gboolean has_width, has_height, has_box;
  RsvgLength w, h;
  RsvgRectangle box;
  if (!rsvg_handle_get_intrinsic_size_in_pixels(handle, &width, &height)) {
    rsvg_handle_get_intrinsic_dimensions(handle, &has_width, &w, &has_height, &h, &has_box, &box);
    width = has_box ? box.width : 1;
    height = has_box ? box.height : 1;
  }
  if (!(width > 0) || !(height > 0)) {
    width = height = 1;
  }
  double larger = width > height ? width : height;
  logo->width = width * SVG_SIDE / larger;
  logo->height = height * SVG_SIDE / larger;
}

/* Without a base address librsvg loads nothing but data: URLs. */
static enum letter_result load_svg(struct logo *logo, const unsigned char *bytes, size_t size,
                                   struct letter_trouble *trouble) {
  char fault[LOGO_SVG_FAULT_BYTES];
  if (!logo_svg_plain(bytes, size, fault)) {
    return wrong(trouble, fault);
  }
  RsvgHandle *handle = rsvg_handle_new_from_data(bytes, size, NULL);
  if (handle == NULL) {
    return wrong(trouble, "it is neither a PNG nor an SVG that can be read");
  }
  measure(handle, logo);
  const cairo_rectangle_t extents = {0, 0, logo->width, logo->height};
  const RsvgRectangle viewport = {0, 0, logo->width, logo->height};
  logo->surface = cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, &extents);
  cairo_t *cairo = cairo_create(logo->surface);
  gboolean drawn = rsvg_handle_render_document(handle, cairo, &viewport, NULL);
  drawn = drawn && cairo_status(cairo) == CAIRO_STATUS_SUCCESS;
  cairo_destroy(cairo);
  g_object_unref(handle);
  return drawn ? LETTER_OK : wrong(trouble, "the SVG cannot be drawn");
}

/* ---- both */

enum letter_result logo_load(struct logo *logo, const char *type, const unsigned char *bytes,
                             size_t size, struct letter_trouble *trouble) {
  *logo = (struct logo){0};
  if (size == 0 || size > LOGO_MAX_BYTES) {
    return wrong(trouble, "it is larger than 256 KiB, or empty");
  }
  enum letter_result result = strcmp(type, "png") == 0 ? load_png(logo, bytes, size, trouble)
                                                       : load_svg(logo, bytes, size, trouble);
  if (result != LETTER_OK) {
    logo_clear(logo);
  }
  return result;
}

void logo_clear(struct logo *logo) {
  if (logo->surface != NULL) {
    cairo_surface_destroy(logo->surface);
  }
  *logo = (struct logo){0};
}
