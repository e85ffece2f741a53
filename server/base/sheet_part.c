#include "base/sheet_part.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

enum { NUMBER_BYTES = 24 };

static int read_bytes(void *context, char *buffer, int length) {
  struct part *part = context;
  zip_int64_t got = zip_fread(part->file, buffer, (zip_uint64_t)length);
  if (got < 0) {
    part->fault = SHEET_BROKEN;
    return -1;
  }
  part->bytes += (unsigned long long)got;
  if (part->bytes > PART_RATIO_FROM && part->bytes / PART_RATIO_MAX > part->packed) {
    part->fault = SHEET_BOMB;
    return -1;
  }
  if (part->until_ms > 0 && clock_left_ms(part->until_ms) == 0) {
    part->fault = SHEET_LATE;
    return -1;
  }
  if (part->bytes > part->limit) {
    part->fault = SHEET_LARGE;
    return -1;
  }
  return (int)got;
}

/* libxml2 would print to stderr; what is wrong is told by the result alone. */
static void keep_quiet(void *context, xmlErrorPtr error) {
  (void)context;
  (void)error;
}

static bool stat_part(struct part *part, zip_t *zip, zip_int64_t index) {
  const zip_uint64_t needed = ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_ENCRYPTION_METHOD;
  zip_stat_t status;
  zip_stat_init(&status);
  if (index < 0 || zip_stat_index(zip, (zip_uint64_t)index, 0, &status) != 0 ||
      (status.valid & needed) != needed) {
    part->fault = SHEET_BROKEN;
  } else if (status.encryption_method != ZIP_EM_NONE) {
    part->fault = SHEET_ENCRYPTED;
  }
  part->packed = status.comp_size;
  part->size = status.size;
  return part->fault == SHEET_DONE;
}

bool part_open(struct part *part, const struct package *package, const char *name,
               unsigned long long limit) {
  zip_t *zip = package->zip;
  *part = (struct part){.limit = limit, .until_ms = package->until_ms};
  zip_int64_t index = zip_name_locate(zip, name, ZIP_FL_NOCASE);
  if (!stat_part(part, zip, index)) {
    return false;
  }
  part->file = zip_fopen_index(zip, (zip_uint64_t)index, 0);
  if (part->file == NULL) {
    part->fault = SHEET_BROKEN;
    return false;
  }
  part->reader = xmlReaderForIO(read_bytes, NULL, part, NULL, NULL,
                                XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
  if (part->reader == NULL) {
    part->fault = part->fault == SHEET_DONE ? SHEET_MEMORY : part->fault;
    return false;
  }
  xmlTextReaderSetStructuredErrorHandler(part->reader, keep_quiet, NULL);
  return true;
}

void part_close(struct part *part) {
  if (part->reader != NULL) {
    xmlFreeTextReader(part->reader);
  }
  if (part->file != NULL) {
    (void)zip_fclose(part->file);
  }
  part->reader = NULL;
  part->file = NULL;
}

/* Tells whether the node is one that callers know; sets the fault for those that no
 * workbook needs. */
static bool is_known(struct part *part) {
  switch (xmlTextReaderNodeType(part->reader)) {
  case XML_READER_TYPE_ELEMENT:
  case XML_READER_TYPE_END_ELEMENT:
  case XML_READER_TYPE_TEXT:
  case XML_READER_TYPE_CDATA:
  case XML_READER_TYPE_SIGNIFICANT_WHITESPACE:
    return true;
  case XML_READER_TYPE_DOCUMENT_TYPE:
  case XML_READER_TYPE_ENTITY_REFERENCE:
  case XML_READER_TYPE_ENTITY:
    part->fault = SHEET_DOCTYPE;
    return false;
  default:
    return false;
  }
}

bool part_next(struct part *part) {
  while (part->fault == SHEET_DONE) {
    int got = xmlTextReaderRead(part->reader);
    if (got == 0 || part->fault != SHEET_DONE) {
      return false;
    }
    if (got < 0) {
      part->fault = SHEET_BROKEN;
    } else if (is_known(part)) {
      return true;
    }
  }
  return false;
}

static bool is_tag(const struct part *part, int type, const char *name) {
  return xmlTextReaderNodeType(part->reader) == type &&
         strcmp((const char *)xmlTextReaderConstLocalName(part->reader), name) == 0;
}

bool part_begins(const struct part *part, const char *name) {
  return is_tag(part, XML_READER_TYPE_ELEMENT, name);
}

bool part_ends(const struct part *part, const char *name) {
  return is_tag(part, XML_READER_TYPE_END_ELEMENT, name);
}

bool part_is_empty(const struct part *part) {
  return xmlTextReaderIsEmptyElement(part->reader) == 1;
}

/* The node's text, or NULL when it is a tag. */
static const char *node_text(const struct part *part) {
  int type = xmlTextReaderNodeType(part->reader);
  bool is_text = type == XML_READER_TYPE_TEXT || type == XML_READER_TYPE_CDATA ||
                 type == XML_READER_TYPE_SIGNIFICANT_WHITESPACE;
  return is_text ? (const char *)xmlTextReaderConstValue(part->reader) : NULL;
}

bool part_attribute(const struct part *part, const char *name, char *out, size_t size) {
  bool found = false;
  out[0] = '\0';
  for (int got = xmlTextReaderMoveToFirstAttribute(part->reader); got == 1 && !found;
       got = xmlTextReaderMoveToNextAttribute(part->reader)) {
    const char *value = (const char *)xmlTextReaderConstValue(part->reader);
    found = strcmp((const char *)xmlTextReaderConstLocalName(part->reader), name) == 0 &&
            value != NULL && strlen(value) < size;
    if (found) {
      memcpy(out, value, strlen(value) + 1);
    }
  }
  (void)xmlTextReaderMoveToElement(part->reader);
  return found;
}

long part_number(const struct part *part, const char *name, long otherwise) {
  char text[NUMBER_BYTES];
  char *rest;
  if (!part_attribute(part, name, text, sizeof text)) {
    return otherwise;
  }
  long number = strtol(text, &rest, 10);
  return rest != text && *rest == '\0' ? number : otherwise;
}

bool part_add_text(struct part *part, struct text *cell) {
  const char *text = node_text(part);
  if (text == NULL) {
    return true;
  }
  text_add(cell, text);
  if (cell->failed) {
    part->fault = SHEET_MEMORY;
  } else if (cell->length > SHEET_CELL_BYTES) {
    part->fault = SHEET_CELL;
  }
  return part->fault == SHEET_DONE;
}
