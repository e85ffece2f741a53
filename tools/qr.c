#include "output/qr.h"

#include <string.h>
#include <unistd.h>

#include "out_file.h"
#include "store/audit_store.h"
#include "stored.h"

enum {
  QR_PIXELS = 16, /* a module: 33 modules with the quiet zone are 4.5 cm at 300 dpi */
  QR_WIDTH_MM = 33
};

enum qr_format { QR_SVG, QR_PNG, QR_TEXT };

static int read_format(const struct cli *cli, enum qr_format *format) {
  static const struct {
    const char *name;
    enum qr_format format;
  } formats[] = {{"svg", QR_SVG}, {"png", QR_PNG}, {"text", QR_TEXT}};
  const char *name = cli_value(cli, "format");
  for (size_t i = 0; i < array_length(formats); i++) {
    if (strcmp(formats[i].name, name) == 0) {
      *format = formats[i].format;
      return 0;
    }
  }
  return cli_fail(EXIT_CODE_USAGE, "--format is \"%s\"; hint: svg, png or text", name);
}

static int find_url(struct cli *cli, const char **url) {
  struct link_row link;
  int round = 0, municipality = 0;
  int failed = cli_round(cli_value(cli, "round"), &round);
  failed = failed != 0 ? failed
                       : stored_municipality_code(cli_value(cli, "municipality"), &municipality);
  failed = failed != 0 ? failed : cli_open(cli, STORE_AS_CONSOLE);
  if (failed != 0) {
    return failed;
  }
  enum store_result result = link_find(cli->store, round, municipality, cli->arena, &link);
  if (result == STORE_NONE) {
    return cli_fail(EXIT_CODE_DATA,
                    "municipality %d has no link in round %d; hint: hjemsvar link list --round %d",
                    municipality, round, round);
  }
  if (result != STORE_OK) {
    return cli_store_failed(cli, result, "finding the link");
  }
  struct round_row row;
  if (link.code == NULL && round_find(cli->store, round, cli->arena, &row) == STORE_OK &&
      row.single_codes && row.state != ROUND_FINALISED) {
    return cli_fail(EXIT_CODE_DENIED,
                    "each letter of round %d has a code of its own; hint: hjemsvar letters, or "
                    "hjemsvar codes make",
                    round);
  }
  if (link.code == NULL) {
    return cli_fail(EXIT_CODE_DENIED,
                    "round %d has no links any more; hint: it is finalised, make a new round",
                    round);
  }
  *url = cli_url(cli, link.code);
  return *url == NULL ? cli_fail_memory() : 0;
}

/* Before the first byte leaves. */
static int tell(struct cli *cli) {
  int round = 0, municipality = 0;
  if (cli_round(cli_value(cli, "round"), &round) != 0 ||
      stored_municipality_code(cli_value(cli, "municipality"), &municipality) != 0) {
    return EXIT_CODE_INTERNAL;
  }
  const struct audit_entry entry = {.action = "letters.print",
                                    .round = round,
                                    .municipality = municipality,
                                    .details = "{\"what\":\"qr\"}"};
  enum store_result result = audit_append(cli->store, &entry);
  return result == STORE_OK ? 0 : cli_store_failed(cli, result, "telling the audit log");
}

static enum qr_result make(enum qr_format format, const char *url, bool colours, struct text *out) {
  switch (format) {
  case QR_SVG:
    return qr_svg(url, url, QR_WIDTH_MM, out);
  case QR_PNG:
    return qr_png(url, QR_PIXELS, out);
  case QR_TEXT:
    return qr_terminal(url, colours, out);
  }
  return QR_MEMORY;
}

int command_qr(struct cli *cli) {
  const char *path = cli_has(cli, "out") ? cli_value(cli, "out") : "-", *url = NULL;
  bool terminal = strcmp(path, "-") == 0 && isatty(STDOUT_FILENO) != 0;
  enum qr_format format = QR_SVG;
  int failed = read_format(cli, &format);
  if (failed == 0 && format == QR_PNG && terminal) {
    failed = cli_fail(EXIT_CODE_USAGE, "a PNG is nothing for a terminal; hint: --out FILE.png");
  }
  failed = failed != 0 ? failed : find_url(cli, &url);
  if (failed != 0) {
    return failed;
  }
  struct text image;
  text_init(&image);
  enum qr_result result = make(format, url, terminal, &image);
  if (result == QR_LONG) {
    failed = cli_fail(EXIT_CODE_CONFIG, "the link is too long for a QR code; hint: a shorter "
                                        "HJEMSVAR_PUBLIC_URL");
  } else if (result == QR_MEMORY || image.failed) {
    failed = cli_fail_memory();
  } else {
    failed = tell(cli);
    failed = failed != 0 ? failed : out_file_text(cli, path, 0644, &image);
  }
  text_clear(&image);
  return failed;
}
