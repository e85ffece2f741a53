/* form: the fields of a urlencoded or multipart body, decoded piece by piece as they arrive
 * (MHD_PostProcessor), with caps. */
#ifndef HJEMSVAR_WEB_FORM_H
#define HJEMSVAR_WEB_FORM_H

#include <microhttpd.h>

#include "base/arena.h"
#include "base/text.h"
#include "web/upload.h"

enum {
  FORM_FIELDS_MAX = 640,
  FORM_NAME_MAX = 64,
  FORM_BODY_MAX = 96 * 1024 /* bytes of a body */
};

struct form_field {
  char name[FORM_NAME_MAX + 1];
  struct text value; /* raw bytes as sent; NULL data when empty */
};

struct form {
  struct form_field *fields;
  size_t count;
  size_t capacity;
  struct upload *upload; /* where a file goes; NULL: a file is a field like others */
  bool bad;              /* too many fields, a name too long or given twice, or memory out */
};

/* MHD's iterator; the context is the form. */
enum MHD_Result form_take(void *form, enum MHD_ValueKind kind, const char *key,
                          const char *filename, const char *content_type,
                          const char *transfer_encoding, const char *data, uint64_t offset,
                          size_t size);

void form_clear(struct form *form);

/* A copy of its fields; of the caller. What memory does not reach for is left out. */
struct form form_copy(const struct form *form);

/* The field of a name, or NULL. */
const struct form_field *form_find(const struct form *form, const char *name);

/* Its value as a string, "" when there is none or it is no text: no UTF-8, or with a NUL. */
const char *form_value(const struct form *form, const char *name);

/* Whether all values are text. */
must_check bool form_is_text(const struct form *form);

#endif
