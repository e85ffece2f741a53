#include "output/qr.h"

#include <errno.h>
#include <png.h>
#include <qrencode.h>
#include <stdlib.h>

/* A module of the symbol with its quiet zone around it; outside is light. */
static bool is_dark(const QRcode *code, int x, int y) {
  int column = x - QR_QUIET_MODULES, row = y - QR_QUIET_MODULES;
  if (column < 0 || row < 0 || column >= code->width || row >= code->width) {
    return false;
  }
  return (code->data[row * code->width + column] & 1) != 0;
}

static int whole_width(const QRcode *code) {
  return code->width + 2 * QR_QUIET_MODULES;
}

/* QR_MODE_8 with case kept lets libqrencode choose the smallest mode for each
 * part: upper case becomes alphanumeric, the rest bytes. Version 0: the smallest
 * that holds it. */
static enum qr_result encode(const char *content, QRcode **code) {
  *code = QRcode_encodeString(content, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
  if (*code != NULL) {
    return QR_OK;
  }
  return errno == ENOMEM ? QR_MEMORY : QR_LONG;
}

enum qr_result qr_modules(const char *content, struct qr_modules *modules) {
  QRcode *code;
  *modules = (struct qr_modules){0};
  enum qr_result result = encode(content, &code);
  if (result != QR_OK) {
    return result;
  }
  size_t count = (size_t)code->width * (size_t)code->width;
  modules->width = code->width;
  modules->dark = malloc(count);
  for (size_t i = 0; modules->dark != NULL && i < count; i++) {
    modules->dark[i] = code->data[i] & 1;
  }
  QRcode_free(code);
  return modules->dark != NULL ? QR_OK : QR_MEMORY;
}

void qr_modules_clear(struct qr_modules *modules) {
  free(modules->dark);
  *modules = (struct qr_modules){0};
}

/* The dark modules of a row as rectangles of one path. */
static void add_svg_row(const QRcode *code, int y, struct text *out) {
  int width = whole_width(code);
  for (int x = 0; x < width; x++) {
    int begin = x;
    while (is_dark(code, x, y)) {
      x++;
    }
    if (x > begin) {
      text_addf(out, "M%d %dh%dv1h-%dz", begin, y, x - begin, x - begin);
    }
  }
}

enum qr_result qr_svg(const char *content, const char *title, int size_mm, struct text *out) {
  QRcode *code;
  enum qr_result result = encode(content, &code);
  if (result != QR_OK) {
    return result;
  }
  int width = whole_width(code);
  text_addf(out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%dmm\" height=\"%dmm\" "
            "viewBox=\"0 0 %d %d\" role=\"img\" shape-rendering=\"crispEdges\">\n<title>",
            size_mm, size_mm, width, width);
  text_add_escaped(out, title);
  text_addf(out, "</title>\n<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n", width, width);
  text_add(out, "<path fill=\"#000\" d=\"");
  for (int y = 0; y < width; y++) {
    add_svg_row(code, y, out);
  }
  text_add(out, "\"/>\n</svg>\n");
  QRcode_free(code);
  return out->failed ? QR_MEMORY : QR_OK;
}

static void write_png(png_structp png, png_bytep bytes, size_t size) {
  struct text *out = png_get_io_ptr(png);
  text_add_bytes(out, (const char *)bytes, size);
  if (out->failed) {
    png_error(png, "memory is out");
  }
}

/* Without it libpng would take the text for a FILE. */
static void flush_png(png_structp png) {
  (void)png;
}

/* libpng's own would print; the caller learns of it by the result. */
static void fail_png(png_structp png, png_const_charp message) {
  (void)message;
  png_longjmp(png, 1);
}

static void warn_png(png_structp png, png_const_charp message) {
  (void)png;
  (void)message;
}

/* One line of pixels, 8 a byte, 1 is white. */
static void fill_row(const QRcode *code, int pixels, int y, png_bytep row) {
  int width = whole_width(code) * pixels;
  for (int i = 0; i < (width + 7) / 8; i++) {
    row[i] = 0xff;
  }
  for (int x = 0; x < width; x++) {
    if (is_dark(code, x / pixels, y)) {
      row[x / 8] &= (png_byte) ~(0x80 >> x % 8);
    }
  }
}

static bool write_image(png_structp png, png_infop info, const QRcode *code, int pixels,
                        png_bytep row, struct text *out) {
  png_uint_32 width = (png_uint_32)(whole_width(code) * pixels);
  if (setjmp(png_jmpbuf(png)) != 0) {
    return false;
  }
  png_set_write_fn(png, out, write_png, flush_png);
  png_set_IHDR(png, info, width, width, 1, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, info);
  for (int y = 0; y < whole_width(code); y++) {
    fill_row(code, pixels, y, row);
    for (int i = 0; i < pixels; i++) {
      png_write_row(png, row);
    }
  }
  png_write_end(png, info);
  return true;
}

enum qr_result qr_png(const char *content, int pixels, struct text *out) {
  QRcode *code;
  enum qr_result result = encode(content, &code);
  if (result != QR_OK) {
    return result;
  }
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, fail_png, warn_png);
  png_infop info = png == NULL ? NULL : png_create_info_struct(png);
  png_bytep row = malloc(((size_t)whole_width(code) * (size_t)pixels + 7) / 8);
  if (info == NULL || row == NULL || !write_image(png, info, code, pixels, row, out)) {
    result = QR_MEMORY;
  }
  free(row);
  png_destroy_write_struct(&png, &info);
  QRcode_free(code);
  return result;
}

/* Two modules a character; light ones are drawn, dark ones left as background. */
static const char *half_block(bool upper_dark, bool lower_dark) {
  if (upper_dark) {
    return lower_dark ? " " : "▄";
  }
  return lower_dark ? "▀" : "█";
}

enum qr_result qr_terminal(const char *content, bool colours, struct text *out) {
  QRcode *code;
  enum qr_result result = encode(content, &code);
  if (result != QR_OK) {
    return result;
  }
  int width = whole_width(code);
  for (int y = 0; y < width; y += 2) {
    /* 231 and 16 are white and black in every palette of xterm-256color; 37 and
     * 40 are what the user's theme makes of them. */
    text_add(out, colours ? "\x1b[38;5;231;48;5;16m" : "");
    for (int x = 0; x < width; x++) {
      text_add(out, half_block(is_dark(code, x, y), is_dark(code, x, y + 1)));
    }
    text_add(out, colours ? "\x1b[0m\n" : "\n");
  }
  QRcode_free(code);
  return out->failed ? QR_MEMORY : QR_OK;
}
