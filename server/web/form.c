#include "web/form.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

static struct form_field *find(const struct form *form, const char *name) {
  for (size_t i = 0; i < form->count; i++) {
    if (strcmp(form->fields[i].name, name) == 0) {
      return &form->fields[i];
    }
  }
  return NULL;
}

static bool grow(struct form *form) {
  if (form->count < form->capacity) {
    return true;
  }
  size_t capacity = form->capacity == 0 ? 32 : form->capacity * 2;
  struct form_field *fields = realloc(form->fields, capacity * sizeof *fields);
  if (fields == NULL) {
    return false;
  }
  form->fields = fields;
  form->capacity = capacity;
  return true;
}

static struct form_field *add(struct form *form, const char *name) {
  size_t length = strlen(name);
  if (length > FORM_NAME_MAX || form->count == FORM_FIELDS_MAX || find(form, name) != NULL ||
      !grow(form)) {
    return NULL;
  }
  struct form_field *field = &form->fields[form->count++];
  memcpy(field->name, name, length + 1);
  text_init(&field->value);
  return field;
}

/* A part with a file name is the file. */
static enum MHD_Result take_file(struct upload *upload, const char *key, const char *name,
                                 const char *data, uint64_t offset, size_t size) {
  bool good = (offset > 0 || upload_begin(upload, key, name)) && upload_add(upload, data, size);
  return good ? MHD_YES : MHD_NO;
}

enum MHD_Result form_take(void *context, enum MHD_ValueKind kind, const char *key,
                          const char *filename, const char *content_type,
                          const char *transfer_encoding, const char *data, uint64_t offset,
                          size_t size) {
  (void)kind, (void)content_type, (void)transfer_encoding;
  struct form *form = context;
  if (key == NULL) { /* a part that does not say what it is */
    form->bad = true;
    return MHD_NO;
  }
  if (filename != NULL && form->upload != NULL) {
    return take_file(form->upload, key, filename, data, offset, size);
  }
  struct form_field *field = offset == 0       ? add(form, key)
                             : form->count > 0 ? &form->fields[form->count - 1]
                                               : NULL;
  if (field == NULL || (offset > 0 && strcmp(field->name, key) != 0)) {
    form->bad = true;
    return MHD_NO;
  }
  text_add_bytes(&field->value, data, size);
  form->bad = form->bad || field->value.failed;
  return form->bad ? MHD_NO : MHD_YES;
}

void form_clear(struct form *form) {
  for (size_t i = 0; i < form->count; i++) {
    text_clear(&form->fields[i].value);
  }
  free(form->fields);
  *form = (struct form){0};
}

struct form form_copy(const struct form *form) {
  struct form copy = {0};
  for (size_t i = 0; i < form->count; i++) {
    const struct form_field *from = &form->fields[i];
    struct form_field *to = add(&copy, from->name);
    if (to != NULL && from->value.length > 0) {
      text_add_bytes(&to->value, from->value.data, from->value.length);
    }
  }
  return copy;
}

static bool is_text(const struct form_field *field) {
  return field->value.data == NULL || utf8_valid(field->value.data, field->value.length);
}

const struct form_field *form_find(const struct form *form, const char *name) {
  return find(form, name);
}

const char *form_value(const struct form *form, const char *name) {
  const struct form_field *field = find(form, name);
  return field != NULL && field->value.data != NULL && is_text(field) ? field->value.data : "";
}

bool form_is_text(const struct form *form) {
  for (size_t i = 0; i < form->count; i++) {
    if (!is_text(&form->fields[i])) {
      return false;
    }
  }
  return true;
}
