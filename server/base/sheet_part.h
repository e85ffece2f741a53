/* sheet_part: one XML part of a workbook, pulled node by node. Private to base/: the
 * readers of workbook, styles, texts and cells share it.
 *
 * What is unpacked is counted as it comes, not as the archive claims. */
#ifndef HJEMSVAR_BASE_SHEET_PART_H
#define HJEMSVAR_BASE_SHEET_PART_H

#include <libxml/xmlreader.h>
#include <zip.h>

#include "base/sheet.h"
#include "base/text.h"

enum {
  PART_RATIO_MAX = 200,      /* unpacked to packed, of a part over PART_RATIO_FROM */
  PART_RATIO_FROM = 1 << 20, /* small parts may repeat themselves */
  PART_NAME_BYTES = 256,     /* of a name in the archive */
  PART_TABLE_MAX = 16 << 20, /* bytes of workbook, relations, styles */
  PART_STRINGS_MAX = 256 << 20,
  PART_SHEET_MAX = 1 << 30
};

/* The archive, and until when its parts are unpacked. */
struct package {
  zip_t *zip;
  int64_t until_ms; /* base/clock.h; 0: no limit */
};

struct part {
  zip_file_t *file;
  xmlTextReaderPtr reader;
  unsigned long long bytes;  /* unpacked so far */
  unsigned long long packed; /* size in the archive */
  unsigned long long size;   /* unpacked, as claimed */
  unsigned long long limit;
  int64_t until_ms;
  enum sheet_result fault; /* SHEET_DONE: none */
};

/* Opens a part by its name. False with part->fault set; SHEET_BROKEN when it is not
 * there. part_close is due either way. */
must_check bool part_open(struct part *part, const struct package *package, const char *name,
                          unsigned long long limit);
void part_close(struct part *part);

/* Goes on to the next begin tag, end tag or text. False at the end or at a fault. */
must_check bool part_next(struct part *part);

/* Tells whether the node is the begin (or end) tag of an element, by local name. */
bool part_begins(const struct part *part, const char *name);
bool part_ends(const struct part *part, const char *name);

/* The node is an element that has no end tag. */
bool part_is_empty(const struct part *part);

/* Copies the value of an attribute, by local name. False when there is none or it does
 * not fit. */
must_check bool part_attribute(const struct part *part, const char *name, char *out, size_t size);

/* A whole number in an attribute, or otherwise. */
long part_number(const struct part *part, const char *name, long otherwise);

/* Adds text to a cell's; false with part->fault set when it grows too long. */
must_check bool part_add_text(struct part *part, struct text *cell);

#endif
