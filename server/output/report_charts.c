#include "output/report_charts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

enum { NAME_BYTES = 128 };

/* The archive keeps its own copy of the SVG, which it frees. */
static bool add(zip_t *zip, const char *name, struct text *svg) {
  size_t length = svg->length;
  char *bytes = text_take(svg);
  zip_source_t *source = bytes == NULL ? NULL : zip_source_buffer(zip, bytes, length, 1);
  if (source == NULL) {
    free(bytes);
    return false;
  }
  zip_int64_t index = zip_file_add(zip, name, source, ZIP_FL_ENC_UTF_8);
  if (index < 0) {
    zip_source_free(source);
    return false;
  }
  /* 1 January 1980, as no time is told. */
  return zip_file_set_dostime(zip, (zip_uint64_t)index, 0, 1 << 5 | 1, 0) == 0;
}

static bool add_figure(zip_t *zip, const struct view_figure *figure, size_t number) {
  char name[NAME_BYTES];
  struct text svg;
  if (figure->chart == NULL) {
    return true;
  }
  (void)snprintf(name, sizeof name, "%02zu-%s.svg", number, figure->id);
  text_init(&svg);
  chart_svg(figure->chart, CHART_WIDE, CHART_AS_FILE, &svg);
  bool good = !svg.failed && add(zip, name, &svg);
  text_clear(&svg);
  return good;
}

static bool add_all(zip_t *zip, const struct report_view *view) {
  size_t number = 0;
  for (size_t i = 0; i < view->sections_count; i++) {
    for (size_t j = 0; j < view->sections[i].figures_count; j++) {
      if (!add_figure(zip, &view->sections[i].figures[j], ++number)) {
        return false;
      }
    }
  }
  return true;
}

/* What libzip has written into memory. */
static bool read_all(zip_source_t *source, struct text *out) {
  char piece[8192];
  zip_int64_t got = zip_source_open(source) == 0 ? 1 : -1;
  while (got > 0 && (got = zip_source_read(source, piece, sizeof piece)) > 0) {
    text_add_bytes(out, piece, (size_t)got);
  }
  return got == 0 && zip_source_close(source) == 0 && !out->failed;
}

bool report_charts(const struct report_view *view, struct text *out) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, &error);
  zip_t *zip = source == NULL ? NULL : zip_open_from_source(source, ZIP_TRUNCATE, &error);
  bool good = zip != NULL;
  if (zip != NULL) {
    zip_source_keep(source);
    good = add_all(zip, view) && zip_close(zip) == 0;
    if (!good) {
      zip_discard(zip);
    }
    good = good && read_all(source, out);
  }
  if (source != NULL) {
    zip_source_free(source);
  }
  zip_error_fini(&error);
  return good;
}
