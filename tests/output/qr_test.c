#include "output/qr.h"

#include <criterion/criterion.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>

static const char link_text[] = "HTTPS://EXAMPLE.DK/S/7KQ4M2V";
enum { LINK_MODULES = 25, LINK_WIDTH = LINK_MODULES + 2 * QR_QUIET_MODULES };

static struct text out;

static void setup(void) {
  text_init(&out);
}

static void teardown(void) {
  text_clear(&out);
}

TestSuite(qr, .init = setup, .fini = teardown);

/* The modules of a symbol as rows of '#' and '.', quiet zone included, whatever
 * it was drawn as. */
struct grid {
  size_t width;
  char modules[200][200];
};

static void grid_from_terminal(const char *text, struct grid *grid) {
  size_t row = 0;
  memset(grid, 0, sizeof *grid);
  for (; *text != '\0'; row += 2) {
    size_t column = 0;
    for (; *text != '\n'; column++) {
      bool full = strncmp(text, "█", 3) == 0, upper = strncmp(text, "▀", 3) == 0;
      bool lower = strncmp(text, "▄", 3) == 0;
      cr_assert(full || upper || lower || *text == ' ', "row %zu", row);
      grid->modules[row][column] = full || upper ? '.' : '#';
      grid->modules[row + 1][column] = full || lower ? '.' : '#';
      text += *text == ' ' ? 1 : 3;
    }
    grid->width = column;
    text++;
  }
}

/* Reads the rectangles "Mx yhWv1h-Wz" of the SVG's path. */
static void grid_from_svg(const char *svg, size_t width, struct grid *grid) {
  memset(grid, 0, sizeof *grid);
  grid->width = width;
  for (size_t row = 0; row < width; row++) {
    memset(grid->modules[row], '.', width);
  }
  const char *path = strstr(svg, " d=\"");
  cr_assert_not_null(path);
  path += 4;
  while (*path == 'M') {
    char *end;
    size_t x = strtoul(path + 1, &end, 10);
    size_t y = strtoul(end, &end, 10);
    size_t run = strtoul(end + 1, &end, 10);
    cr_assert(x + run <= width && y < width);
    memset(&grid->modules[y][x], '#', run);
    path = strchr(end, 'z') + 1;
  }
  cr_assert_eq(*path, '"');
}

static void grid_from_png(const struct text *png, int pixels, struct grid *grid) {
  png_image image = {.version = PNG_IMAGE_VERSION};
  memset(grid, 0, sizeof *grid);
  cr_assert(png_image_begin_read_from_memory(&image, png->data, png->length), "%s", image.message);
  image.format = PNG_FORMAT_GRAY;
  unsigned char *buffer = malloc(PNG_IMAGE_SIZE(image));
  cr_assert_not_null(buffer);
  cr_assert(png_image_finish_read(&image, NULL, buffer, 0, NULL), "%s", image.message);
  cr_assert_eq(image.width, image.height);
  grid->width = image.width / (unsigned)pixels;
  for (size_t y = 0; y < image.height; y++) {
    for (size_t x = 0; x < image.width; x++) {
      char module = buffer[y * image.width + x] < 128 ? '#' : '.';
      char *kept = &grid->modules[y / (size_t)pixels][x / (size_t)pixels];
      cr_assert(*kept == '\0' || *kept == module, "pixel %zu,%zu", x, y);
      *kept = module;
    }
  }
  free(buffer);
}

static void expect_same(const struct grid *one, const struct grid *other) {
  cr_assert_eq(one->width, other->width);
  for (size_t row = 0; row < one->width; row++) {
    cr_expect_eq(memcmp(one->modules[row], other->modules[row], one->width), 0, "row %zu", row);
  }
}

static struct grid terminal, drawn;

Test(qr, needs_25_modules_for_an_upper_case_link) {
  cr_assert_eq(qr_terminal(link_text, false, &out), QR_OK);
  grid_from_terminal(out.data, &terminal);
  cr_expect_eq(terminal.width, LINK_WIDTH);
  text_reset(&out);
  cr_assert_eq(qr_terminal("https://example.dk/s/7kq4m2v", false, &out), QR_OK);
  grid_from_terminal(out.data, &terminal);
  cr_expect_gt(terminal.width, LINK_WIDTH, "lower case takes more");
}

Test(qr, has_a_quiet_zone_of_four_light_modules) {
  cr_assert_eq(qr_terminal(link_text, false, &out), QR_OK);
  grid_from_terminal(out.data, &terminal);
  for (size_t row = 0; row < LINK_WIDTH; row++) {
    for (size_t column = 0; column < LINK_WIDTH; column++) {
      bool quiet = row < QR_QUIET_MODULES || column < QR_QUIET_MODULES ||
                   row >= LINK_WIDTH - QR_QUIET_MODULES || column >= LINK_WIDTH - QR_QUIET_MODULES;
      cr_expect(!quiet || terminal.modules[row][column] == '.', "%zu,%zu", row, column);
    }
  }
  cr_expect_eq(strncmp(&terminal.modules[4][4], "#######", 7), 0, "the finder pattern");
}

Test(qr, is_the_same_symbol_in_svg_png_and_terminal) {
  cr_assert_eq(qr_terminal(link_text, false, &out), QR_OK);
  grid_from_terminal(out.data, &terminal);
  text_reset(&out);
  cr_assert_eq(qr_svg(link_text, "Link", 30, &out), QR_OK);
  grid_from_svg(out.data, LINK_WIDTH, &drawn);
  expect_same(&terminal, &drawn);
  static const int pixels[] = {1, 3, 8, 64};
  for (size_t i = 0; i < array_length(pixels); i++) {
    text_reset(&out);
    cr_assert_eq(qr_png(link_text, pixels[i], &out), QR_OK);
    grid_from_png(&out, pixels[i], &drawn);
    expect_same(&terminal, &drawn);
  }
}

Test(qr, says_its_size_and_title_in_svg) {
  static const char *const wanted[] = {
      "width=\"30mm\" height=\"30mm\"",
      "viewBox=\"0 0 33 33\"",
      "shape-rendering=\"crispEdges\"",
      "<title>København &lt;&amp;&gt;</title>",
      "<rect width=\"33\" height=\"33\" fill=\"#fff\"/>",
  };
  cr_assert_eq(qr_svg(link_text, "København <&>", 30, &out), QR_OK);
  for (size_t i = 0; i < array_length(wanted); i++) {
    cr_expect_not_null(strstr(out.data, wanted[i]), "%s in %s", wanted[i], out.data);
  }
  const char *path = strstr(out.data, "<path");
  cr_assert_not_null(path);
  cr_expect_null(strstr(path + 1, "<path"), "one path");
}

Test(qr, makes_a_png_of_one_bit_a_pixel) {
  cr_assert_eq(qr_png(link_text, 2, &out), QR_OK);
  cr_assert_gt(out.length, 33);
  cr_expect_arr_eq(out.data, "\x89PNG\r\n\x1a\n", 8);
  cr_expect_eq(out.data[24], 1, "bit depth");
  cr_expect_eq(out.data[25], PNG_COLOR_TYPE_GRAY);
}

Test(qr, sets_its_own_colours_in_a_terminal) {
  cr_assert_eq(qr_terminal(link_text, true, &out), QR_OK);
  size_t lines = 0;
  for (const char *line = out.data; *line != '\0'; line = strchr(line, '\n') + 1) {
    cr_expect_eq(strncmp(line, "\x1b[38;5;231;48;5;16m", 19), 0, "line %zu", lines);
    const char *end = strchr(line, '\n');
    cr_expect_eq(strncmp(end - 4, "\x1b[0m", 4), 0, "line %zu", lines);
    lines++;
  }
  cr_expect_eq(lines, (LINK_WIDTH + 1) / 2);
}

Test(qr, says_when_a_text_is_too_long) {
  enum { TOO_LONG = 3400 };
  char *content = malloc(TOO_LONG + 1);
  cr_assert_not_null(content);
  memset(content, 'A', TOO_LONG);
  content[TOO_LONG] = '\0';
  cr_expect_eq(qr_svg(content, "", 30, &out), QR_LONG);
  cr_expect_eq(qr_png(content, 4, &out), QR_LONG);
  cr_expect_eq(qr_terminal(content, false, &out), QR_LONG);
  cr_expect_eq(out.length, 0);
  free(content);
}

Test(qr, says_when_memory_is_out) {
  text_add(&out, "x");
  text_add_bytes(&out, "x", SIZE_MAX - 1);
  cr_expect_eq(qr_svg(link_text, "", 30, &out), QR_MEMORY);
  cr_expect_eq(qr_png(link_text, 4, &out), QR_MEMORY);
  cr_expect_eq(qr_terminal(link_text, false, &out), QR_MEMORY);
}
