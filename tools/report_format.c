#include "report_format.h"

#include <stdlib.h>
#include <string.h>

#include "report_draw.h"

static int render_json(const struct report_work *work, const json_t *kept, struct text *out) {
  json_t *json = kept == NULL ? report_json(&work->report) : NULL;
  char *string = json_dumps(kept == NULL ? json : kept, JSON_INDENT(2));
  text_addf(out, "%s\n", string == NULL ? "" : string);
  bool good = string != NULL && !out->failed;
  free(string);
  json_decref(json);
  return good ? 0 : cli_fail_memory();
}

static const struct report_format formats[] = {
    {"json", REPORT_INTERNAL, render_json},     {"html", REPORT_PUBLISHED, report_draw_html},
    {"pdf", REPORT_PUBLISHED, report_draw_pdf}, {"xlsx", REPORT_PUBLISHED, report_draw_xlsx},
    {"svg", REPORT_PUBLISHED, report_draw_svg},
};

const struct report_format *report_format_find(const char *name) {
  for (size_t i = 0; i < array_length(formats); i++) {
    if (strcmp(formats[i].name, name) == 0) {
      return &formats[i];
    }
  }
  return NULL;
}

const char *report_format_names(const struct cli *cli) {
  size_t count = array_length(formats);
  const char *names = formats[0].name;
  for (size_t i = 1; names != NULL && i < count; i++) {
    names =
        arena_printf(cli->arena, "%s%s%s", names, i + 1 < count ? ", " : " or ", formats[i].name);
  }
  return names == NULL ? "" : names;
}
