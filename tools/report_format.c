#include "report_format.h"

#include <stdlib.h>
#include <string.h>

#include "out_file.h"

static const struct report_format formats[] = {
    {"json", REPORT_INTERNAL, true, REPORT_HTML}, {"html", REPORT_PUBLISHED, false, REPORT_HTML},
    {"pdf", REPORT_PUBLISHED, false, REPORT_PDF}, {"xlsx", REPORT_PUBLISHED, false, REPORT_XLSX},
    {"svg", REPORT_PUBLISHED, false, REPORT_SVG},
};

/* NULL: there is none of that name. */
static const struct report_format *find(const char *name) {
  for (size_t i = 0; i < array_length(formats); i++) {
    if (strcmp(formats[i].name, name) == 0) {
      return &formats[i];
    }
  }
  return NULL;
}

/* "json, html or pdf", for people. */
static const char *names_of_all(const struct cli *cli) {
  size_t count = array_length(formats);
  const char *names = formats[0].name;
  for (size_t i = 1; names != NULL && i < count; i++) {
    names =
        arena_printf(cli->arena, "%s%s%s", names, i + 1 < count ? ", " : " or ", formats[i].name);
  }
  return names == NULL ? "" : names;
}

int report_format_read(const struct cli *cli, const struct report_format **format,
                       enum report_profile *profile) {
  const char *named = cli_value(cli, "profile");
  *format = find(cli_value(cli, "format"));
  if (*format == NULL) {
    return cli_fail(EXIT_CODE_USAGE, "--format is \"%s\"; hint: %s", cli_value(cli, "format"),
                    names_of_all(cli));
  }
  bool internal = named != NULL && strcmp(named, "internal") == 0;
  if (named != NULL && !internal && strcmp(named, "published") != 0) {
    return cli_fail(EXIT_CODE_USAGE, "--profile is \"%s\"; hint: internal or published", named);
  }
  *profile = named == NULL ? (*format)->profile : internal ? REPORT_INTERNAL : REPORT_PUBLISHED;
  return report_draw_check(cli);
}

int report_format_write(const struct report_format *format, const json_t *json,
                        const struct report_drawn *drawn, struct text *out) {
  if (!format->data) {
    return report_draw(drawn, format->file, out);
  }
  char *string = json == NULL ? NULL : json_dumps(json, JSON_INDENT(2));
  text_addf(out, "%s\n", string == NULL ? "" : string);
  bool good = string != NULL && !out->failed;
  free(string);
  return good ? 0 : cli_fail_memory();
}

int report_format_deliver(const struct cli *cli, const struct text *content) {
  return out_file_text(cli, cli_has(cli, "out") ? cli_value(cli, "out") : "-", 0600, content);
}
