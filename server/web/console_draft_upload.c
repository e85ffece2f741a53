/* The file of the form: a definition, a translation or a workbook, told by its first bytes. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/sheet_lines.h"
#include "base/utf8.h"
#include "web/console_draft.h"

enum { TEXT_MAX_BYTES = 1 << 20, MAGIC_BYTES = 4 };

void draft_upload_drop(struct draft_upload *upload) {
  json_decref(upload->faults);
  json_decref(upload->translations);
  json_decref(upload->remarks);
}

static void refuse(const struct work *work, struct draft_upload *upload, const char *word) {
  upload->problem = console_word(work, word);
}

/* ---- bytes */

static bool read_all(int fd, char *bytes, size_t size) {
  for (size_t at = 0; at < size;) {
    ssize_t got = pread(fd, bytes + at, size - at, (off_t)at);
    if (got <= 0) {
      return false;
    }
    at += (size_t)got;
  }
  return true;
}

/* Packed (ZIP), or a workbook of another kind (Compound File): sheet_read tells which. */
static bool is_book(const struct upload *file) {
  static const char *const magics[] = {"PK\x03\x04", "\xD0\xCF\x11\xE0"};
  char first[MAGIC_BYTES];
  bool found = false;
  if (file->bytes < MAGIC_BYTES || !read_all(file->fd, first, MAGIC_BYTES)) {
    return false;
  }
  for (size_t i = 0; i < array_length(magics); i++) {
    found = found || memcmp(first, magics[i], MAGIC_BYTES) == 0;
  }
  return found;
}

/* ---- text */

static const char *text_of(const struct work *work, struct draft_upload *upload) {
  const struct upload *file = &work->upload;
  static const char mark[] = "\xEF\xBB\xBF";
  if (file->bytes > TEXT_MAX_BYTES) {
    refuse(work, upload, "draft_large");
    return NULL;
  }
  char *text = arena_alloc(work->arena, (size_t)file->bytes + 1);
  if (text == NULL || !read_all(file->fd, text, (size_t)file->bytes)) {
    refuse(work, upload, "sheet_unreadable");
    return NULL;
  }
  bool marked = strncmp(text, mark, strlen(mark)) == 0;
  const char *json = marked ? text + strlen(mark) : text;
  bool plain = strlen(text) == file->bytes && utf8_valid(text, (size_t)file->bytes);
  if (!plain || json[strspn(json, " \t\r\n")] != '{') {
    refuse(work, upload, "draft_unknown");
    return NULL;
  }
  return json;
}

static void read_text(const struct work *work, struct draft_upload *upload) {
  upload->json = text_of(work, upload);
  json_t *root = upload->json == NULL ? NULL : json_loads(upload->json, 0, NULL);
  const json_t *id = json_object_get(root, "questionnaire");
  if (id != NULL || json_object_get(root, "texts") != NULL) {
    const char *name = json_string_value(id);
    upload->of = arena_string(work->arena, name == NULL ? "" : name);
  }
  json_decref(root);
}

/* ---- workbooks */

/* Forms are told in other words than registration sheets where those speak of courses. */
static const char *sheet_problem(const struct work *work, enum sheet_result result) {
  const char *name = sheet_result_name(result);
  const char *own = console_word_of(work, "form_", name);
  return own[0] != '\0' ? own : console_word_of(work, "sheet_", name);
}

static enum sheet_result read_sheets(const struct work *work,
                                     struct sheet_lines sheets[XLSFORM_PARTS]) {
  enum { SPARE_MS = 1000 };
  struct sheet_end last;
  enum sheet_result result = SHEET_DONE;
  for (int part = 0; part < XLSFORM_PARTS && result == SHEET_DONE; part++) {
    result = sheet_lines_read(work->upload.fd, xlsform_part_name((enum xlsform_part)part),
                              work->deadline_ms - SPARE_MS, work->arena, &sheets[part], &last);
  }
  return result;
}

static bool take_form(const struct work *work, const struct xlsform *form,
                      struct draft_upload *upload) {
  char *text = json_dumps(form->definition, JSON_COMPACT);
  upload->json = text == NULL ? NULL : arena_string(work->arena, text);
  free(text);
  upload->translations = json_object();
  bool good = upload->json != NULL && upload->translations != NULL;
  for (size_t i = 0; good && i < form->translations_count; i++) {
    good = json_object_set(upload->translations, form->translations[i].language,
                           form->translations[i].json) == 0;
  }
  return good;
}

/* Of a form that is refused, what was taken otherwise is not told: it is looked at again anyway. */
static json_t *only_refused(json_t *remarks, bool refused) {
  for (size_t i = json_array_size(remarks); i-- > 0;) {
    if (json_is_true(json_object_get(json_array_get(remarks, i), "refused")) != refused) {
      (void)json_array_remove(remarks, i);
    }
  }
  return remarks;
}

static bool take_book(const struct work *work, const struct sheet_lines *sheets,
                      struct draft_upload *upload) {
  struct xlsform form;
  bool good = xlsform_read(sheets, NULL, work->upload.name, work->arena, &form);
  if (good) {
    upload->remarks = only_refused(xlsform_remarks(&form), form.definition == NULL);
    good = upload->remarks != NULL;
  }
  if (good && form.definition == NULL) {
    upload->faults = draft_list_remarks(work, upload->remarks);
    good = upload->faults != NULL;
  } else if (good) {
    good = take_form(work, &form, upload);
  }
  xlsform_clear(&form);
  return good;
}

static void read_book(const struct work *work, struct draft_upload *upload) {
  struct sheet_lines sheets[XLSFORM_PARTS] = {0};
  enum sheet_result result = read_sheets(work, sheets);
  if (result != SHEET_DONE) {
    upload->problem = sheet_problem(work, result);
  } else if (!take_book(work, sheets, upload)) {
    upload->problem = sheet_problem(work, SHEET_MEMORY);
  }
}

void draft_upload_read(const struct work *work, struct draft_upload *upload) {
  const struct upload *file = &work->upload;
  *upload = (struct draft_upload){0};
  if (file->failed) {
    refuse(work, upload, "sheet_failed");
  } else if (file->fd < 0 || strcmp(file->field, "file") != 0 ||
             (file->bytes == 0 && file->name[0] == '\0')) {
    refuse(work, upload, "sheet_no_file");
  } else if (file->bytes == 0) {
    refuse(work, upload, "sheet_empty_file");
  } else if (is_book(file)) {
    read_book(work, upload);
  } else {
    read_text(work, upload);
  }
}
