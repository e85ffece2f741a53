#include "web/report_send.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "output/report_file.h"
#include "web/console.h"
#include "web/console_gate.h"
#include "web/export_dress.h"
#include "web/report_kit.h"

bool report_send_knows(const char *format) {
  enum report_file_format known;
  return format != NULL &&
         (strcmp(format, "json") == 0 || report_file_format_parse(format, &known));
}

static bool to_file(void *context, const char *bytes, size_t size) {
  const int *fd = context;
  return work_write(*fd, bytes, size);
}

static bool draw(const struct work *work, const struct report_view *view,
                 enum report_file_format format, int fd) {
  struct letter_trouble trouble;
  const struct report_file file = {.view = view,
                                   .page = console_reports(work)->page,
                                   .scratch = export_dress_scratch(),
                                   .arena = work->arena};
  enum report_file_result result = report_file(&file, format, to_file, &fd, &trouble);
  if (result != REPORT_FILE_OK) {
    log_event(LOG_LEVEL_ERROR, "report_failed", "s:i, s:s", "result", (int)result, "what",
              trouble.what);
  }
  return result == REPORT_FILE_OK;
}

static void print(const json_t *json, struct text *text) {
  char *string = json == NULL ? NULL : json_dumps(json, JSON_INDENT(2));
  text_init(text);
  text_addf(text, "%s\n", string == NULL ? "" : string);
  text->failed = text->failed || string == NULL;
  free(string);
}

bool report_send_write(const struct work *work, const struct report_view *view, const json_t *json,
                       const char *format, int fd) {
  enum report_file_format known;
  if (report_file_format_parse(format, &known)) {
    return draw(work, view, known, fd);
  }
  struct text text;
  print(json, &text);
  bool good = !text.failed && work_write(fd, text.data, text.length);
  text_clear(&text);
  return good;
}

static void send_file(struct work *work, const struct report_view *view,
                      enum report_file_format format, const char *name) {
  static const enum reply_type types[] = {[REPORT_HTML] = REPLY_HTML,
                                          [REPORT_PDF] = REPLY_PDF,
                                          [REPORT_XLSX] = REPLY_XLSX,
                                          [REPORT_SVG] = REPLY_ZIP};
  const char *full =
      arena_printf(work->arena, "%s-%s%s", name, view->language, report_file_format_ending(format));
  int fd = work_temporary();
  if (fd >= 0 && full != NULL && draw(work, view, format, fd) && lseek(fd, 0, SEEK_SET) == 0) {
    work_file(work, types[format], fd, full);
    return;
  }
  if (fd >= 0) {
    close(fd);
  }
  console_fail(work, STORE_FAULT);
}

static void send_json(struct work *work, const json_t *json, const char *name) {
  struct text text;
  print(json, &text);
  if (text.failed) {
    text_clear(&text);
    console_fail(work, STORE_FAULT);
  } else {
    work_text(work, MHD_HTTP_OK, REPLY_JSON, &text);
    work->reply.filename = arena_printf(work->arena, "%s.json", name);
  }
}

void report_send(struct work *work, const struct report_view *view, const json_t *json,
                 const char *format, const char *name) {
  enum report_file_format known;
  if (name == NULL) {
    console_fail(work, STORE_FAULT);
  } else if (report_file_format_parse(format, &known)) {
    send_file(work, view, known, name);
  } else {
    send_json(work, json, name);
  }
}
