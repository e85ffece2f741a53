#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "output/course_sheet.h"
#include "web/console.h"
#include "web/console_course.h"
#include "web/console_gate.h"
#include "web/console_pages.h"

enum { FLUSH_BYTES = 64 * 1024 };

/* A file that is being written. */
struct courses_file {
  struct work *work;
  int fd;
  bool workbook;
  struct text buffer; /* of CSV */
  struct csv csv;
  struct course_sheet *sheet;
  long long courses;
  bool failed;
};

static void flush(struct courses_file *file) {
  const char *bytes = file->buffer.data;
  size_t left = file->buffer.length;
  file->failed = file->failed || file->buffer.failed;
  while (left > 0 && !file->failed) {
    ssize_t written = write(file->fd, bytes, left);
    file->failed = written < 0 && errno != EINTR;
    bytes += written > 0 ? written : 0;
    left -= written > 0 ? (size_t)written : 0;
  }
  text_reset(&file->buffer);
}

static bool add(void *context, const struct course_row *row) {
  struct courses_file *file = context;
  file->courses++;
  if (file->workbook) {
    course_sheet_add(file->sheet, &row->course);
    return true;
  }
  course_csv_row(&file->csv, &row->course);
  if (file->buffer.length >= FLUSH_BYTES) {
    flush(file);
  }
  return !file->failed;
}

static enum store_result list(struct store *store, struct courses_file *file) {
  const struct link_row *link = &file->work->session->link;
  return course_list(store, link->round, link->municipality, add, file);
}

static enum store_result write_workbook(struct store *store, struct courses_file *file) {
  file->sheet = course_sheet_new(file->fd, 0);
  if (file->sheet == NULL) {
    return STORE_FAULT;
  }
  enum store_result result = list(store, file);
  bool made = course_sheet_finish(file->sheet);
  return result == STORE_OK && !made ? STORE_FAULT : result;
}

static enum store_result write_csv(struct store *store, struct courses_file *file) {
  text_reset(&file->buffer);
  csv_begin(&file->csv, CSV_EXCEL, &file->buffer);
  course_csv_header(&file->csv);
  enum store_result result = list(store, file);
  flush(file);
  return result == STORE_OK && file->failed ? STORE_FAULT : result;
}

/* May run again, so it begins with an empty file. */
static enum store_result write_courses(struct store *store, void *context) {
  struct courses_file *file = context;
  file->courses = 0;
  file->failed = ftruncate(file->fd, 0) != 0 || lseek(file->fd, 0, SEEK_SET) != 0;
  if (file->failed) {
    return STORE_FAULT;
  }
  enum store_result result = (file->workbook ? write_workbook : write_csv)(store, file);
  if (result != STORE_OK) {
    return result;
  }
  const char *details = arena_printf(file->work->arena, "{\"format\":\"%s\",\"courses\":%lld}",
                                     file->workbook ? "xlsx" : "csv", file->courses);
  return details == NULL ? STORE_FAULT
                         : console_course_note(store, file->work, "course.export", details);
}

static void send_file(struct work *work, int fd, bool workbook, const char *stem) {
  const char *name = arena_printf(work->arena, "%s-%s.%s", stem, work->session->link.name,
                                  workbook ? "xlsx" : "csv");
  work_file(work, workbook ? REPLY_XLSX : REPLY_CSV, fd, name != NULL ? name : "forløb");
}

static void export(struct work *work, bool workbook) {
  struct courses_file file = {.work = work, .fd = work_temporary(), .workbook = workbook};
  text_init(&file.buffer);
  enum store_result result = file.fd < 0 ? STORE_FAULT : console_ask(work, write_courses, &file);
  text_clear(&file.buffer);
  if (console_settle(work, result)) {
    send_file(work, file.fd, workbook, "forløb");
  } else if (file.fd >= 0) {
    close(file.fd);
  }
}

void courses_csv(struct work *work) {
  export(work, false);
}

void courses_xlsx(struct work *work) {
  export(work, true);
}

void courses_template(struct work *work) {
  int fd = work_temporary();
  struct course_sheet *sheet =
      fd < 0 ? NULL : course_sheet_new(fd, work->session->link.municipality);
  if (sheet != NULL && course_sheet_finish(sheet)) {
    send_file(work, fd, true, "skabelon-forløb");
    return;
  }
  if (fd >= 0) {
    close(fd);
  }
  console_fail(work, STORE_FAULT);
}
