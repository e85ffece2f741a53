/* press_wire: what is said between a program and hjemsvar-press, its helper.
 *
 * Private to output/press and press/. In turns over a socket: a batch of orders, then one reply
 * to it, so that neither waits for the other for ever. Both are of one version and one machine:
 * numbers are as they are in memory.
 *
 * A batch is a uint32_t, its bytes, and the orders: a byte (enum press_order), then what stands
 * beside it: numbers as doubles, texts as a uint32_t, so many bytes and a NUL. Lengths are in
 * millimetres from the upper left corner. */
#ifndef HJEMSVAR_OUTPUT_PRESS_WIRE_H
#define HJEMSVAR_OUTPUT_PRESS_WIRE_H

#include <errno.h>
#include <sys/socket.h>

#include "base/base.h"

enum { PRESS_BATCH_MAX = 64 * 1024 * 1024, PRESS_PILE_MAX = 256, PRESS_WHAT_BYTES = 160 };

/* Texts may be empty: then there is none. */
enum press_order {
  PRESS_FONTS,     /* replied to: LETTER_FONT with what when one is not there */
  PRESS_SET,       /* points, bold, side, broken, width; language, text: a block onto the pile.
                      Replied to: LETTER_GLYPH, and its measures */
  PRESS_DROP,      /* takes the uppermost block from the pile */
  PRESS_OPEN,      /* width, height, scale: begins the PDF */
  PRESS_DESCRIBE,  /* title, author, date */
  PRESS_TAG_BEGIN, /* tag */
  PRESS_TAG_END,   /* tag */
  PRESS_DRAW,      /* number in the pile from 0, x, y, shade; tag, link */
  PRESS_FIT,       /* least, points, bold, side, broken, width, x, y, shade; language, text, tag,
                      link: draws at once, as large as it stays on one line */
  PRESS_LINE,      /* x1, y1, x2, y2, points, grey */
  PRESS_QR,        /* x, y, size, modules a side; a byte a module, row by row, 1 is dark */
  PRESS_SVG,       /* x, y, width, height; the SVG */
  PRESS_LOGO,      /* type, the file. Replied to: LETTER_LOGO with what */
  PRESS_SHOW_LOGO, /* x, y, width, height */
  PRESS_OUTLINE,   /* page; title */
  PRESS_TURN,      /* ends the page */
  PRESS_CLOSE,     /* ends the PDF */
  PRESS_ORDERS
};

/* After it come pdf_bytes of the file. */
struct press_reply {
  int32_t result; /* enum letter_result, of the last order, or of the PDF so far */
  int32_t lines;  /* of a block that was set */
  double height;  /* likewise */
  uint32_t pdf_bytes;
  char what[PRESS_WHAT_BYTES];
};

/* All of so many bytes over the socket. False when the other end is gone, which raises no signal.
 */
must_check static inline bool press_wire_send(int fd, const void *bytes, size_t size) {
  const char *at = bytes;
  while (size > 0) {
    ssize_t sent = send(fd, at, size, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) {
      continue;
    }
    if (sent <= 0) {
      return false;
    }
    at += sent;
    size -= (size_t)sent;
  }
  return true;
}

must_check static inline bool press_wire_receive(int fd, void *out, size_t size) {
  char *at = out;
  while (size > 0) {
    ssize_t got = recv(fd, at, size, 0);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got <= 0) {
      return false;
    }
    at += got;
    size -= (size_t)got;
  }
  return true;
}

#endif
