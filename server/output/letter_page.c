#include <sodium.h>
#include <string.h>

#include "output/qr.h"
#include "output/wording.h"

enum { QR_WIDTH_MM = 38 };

/* ---- plain text */

/* A paragraph and the empty line after it; nothing for an empty one. */
static void paragraph(struct text *out, const char *text) {
  if (text[0] != '\0') {
    text_add(out, text);
    text_add(out, "\n\n");
  }
}

static void line(struct text *out, const char *text) {
  if (text[0] != '\0') {
    text_add(out, text);
    text_add(out, "\n");
  }
}

static void add_text(const struct wording *wording, const char *code, struct text *out) {
  const struct letter_options *options = wording->options;
  if (options->in.draft) {
    paragraph(out, wording_get(wording, "draft"));
  }
  paragraph(out, words_fill(wording->arena, wording_get(wording, "text_subject"), "title",
                            wording_get(wording, "title"), NULL));
  paragraph(out, wording_get(wording, "greeting"));
  paragraph(out, wording_get(wording, "about"));
  paragraph(out, wording_controller(wording));
  paragraph(out, options->own_words);
  paragraph(out, wording_link(wording, code));
  line(out, wording_get(wording, "voluntary"));
  paragraph(out, wording_get(wording, "unseen"));
  line(out, wording_get(wording, "gone"));
  paragraph(out, wording_both(wording));
  for (size_t i = 0; i < options->offered_count; i++) {
    line(out, wording_offer(wording, &options->offered[i]));
  }
  text_add(out, options->offered_count > 0 ? "\n" : "");
  paragraph(out, words_fill(wording->arena, wording_get(wording, "privacy"), "link",
                            wording_privacy_link(wording), NULL));
  line(out, wording_get(wording, "closing"));
  line(out, options->contact);
  line(out, options->sender);
  line(out, wording_phone(wording));
  line(out, options->email);
}

enum letter_result letter_text(const struct letter_options *options, const char *code,
                               struct text *out, struct letter_trouble *trouble) {
  struct letter_trouble own = {.lines = 0};
  struct wording wording = {.options = options, .arena = arena_new(0)};
  enum letter_result result = wording.arena == NULL ? LETTER_MEMORY : wording_check(options, &own);
  if (result == LETTER_OK) {
    add_text(&wording, code, out);
    result = out->failed ? LETTER_MEMORY : LETTER_OK;
  }
  if (trouble != NULL) {
    *trouble = own;
  }
  arena_free(wording.arena);
  return result;
}

/* ---- the page */

json_t *letter_template_sample(void) {
  return json_pack(
      "{s:n, s:n, s:n, s:n, s:{s:n, s:n}, s:n, s:n, s:n, s:n, s:n, s:n, s:n, s:n, s:n, s:n, s:n,"
      " s:[{s:n, s:n, s:n, s:n, s:n, s:n}], s:n, s:n}",
      "lang", "dir", "w", "draft", "logo", "source", "alt", "sender", "contact", "phone", "email",
      "date", "controller", "own_words", "link", "printed", "both", "html_trusted_qr", "offered",
      "lang", "dir", "line", "draft", "mark", "mark_lang", "privacy", "privacy_link");
}

static const char *direction(const json_t *words) {
  return wording_is_mirrored(words) ? "rtl" : "ltr";
}

/* An <img> loads nothing that an SVG refers to. */
static json_t *logo_data(const struct wording *wording) {
  const struct letter_options *options = wording->options;
  if (options->logo_type == NULL) {
    return json_null();
  }
  size_t length = sodium_base64_encoded_len(options->logo_size, sodium_base64_VARIANT_ORIGINAL);
  char *base64 = arena_alloc(wording->arena, length);
  if (base64 == NULL) {
    return NULL;
  }
  (void)sodium_bin2base64(base64, length, options->logo, options->logo_size,
                          sodium_base64_VARIANT_ORIGINAL);
  const char *type = strcmp(options->logo_type, "svg") == 0 ? "svg+xml" : "png";
  const char *source = arena_printf(wording->arena, "data:image/%s;base64,%s", type, base64);
  return json_pack(
      "{s:s, s:s}", "source", source, "alt",
      words_fill(wording->arena, wording_get(wording, "logo_alt"), "name", options->sender, NULL));
}

static json_t *offers_data(const struct wording *wording) {
  const struct letter_options *options = wording->options;
  json_t *list = json_array();
  for (size_t i = 0; i < options->offered_count; i++) {
    const struct letter_language *offered = &options->offered[i];
    (void)json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:b, s:s, s:s}", "lang",
                                                offered->language, "dir", direction(offered->words),
                                                "line", words_get(offered->words, "language_line"),
                                                "draft", (int)offered->draft, "mark",
                                                wording_get(wording, "draft_mark"), "mark_lang",
                                                options->in.language));
  }
  return list;
}

static json_t *page_data(const struct wording *wording, const char *code, const char *qr) {
  const struct letter_options *options = wording->options;
  return json_pack(
      "{s:s, s:s, s:O, s:b, s:o, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:s,"
      " s:s}",
      "lang", options->in.language, "dir", direction(options->in.words), "w", options->in.words,
      "draft", (int)options->in.draft, "logo", logo_data(wording), "sender", options->sender,
      "contact", options->contact, "phone", wording_phone(wording), "email", options->email, "date",
      wording_date(wording), "controller", wording_controller(wording), "own_words",
      options->own_words, "link", wording_link(wording, code), "printed",
      wording_printed(wording, code), "both", wording_both(wording), "html_trusted_qr", qr,
      "offered", offers_data(wording), "privacy", wording_privacy(wording), "privacy_link",
      wording_privacy_link(wording));
}

static enum letter_result render_page(const struct wording *wording,
                                      const struct template *template, const char *code,
                                      struct text *out) {
  struct text qr;
  text_init(&qr);
  const char *title = words_fill(wording->arena, wording_get(wording, "qr_alt"), "link",
                                 wording_link(wording, code), NULL);
  enum qr_result drawn = qr_svg(wording_qr(wording, code), title, QR_WIDTH_MM, &qr);
  json_t *data = drawn == QR_OK ? page_data(wording, code, qr.data) : NULL;
  enum letter_result result = drawn == QR_LONG ? LETTER_LINK : LETTER_MEMORY;
  if (data != NULL) {
    template_render(template, data, out);
    result = out->failed ? LETTER_MEMORY : LETTER_OK;
  }
  json_decref(data);
  text_clear(&qr);
  return result;
}

enum letter_result letter_html(const struct letter_options *options,
                               const struct template *template, const char *code, struct text *out,
                               struct letter_trouble *trouble) {
  struct letter_trouble own = {.lines = 0};
  struct wording wording = {.options = options, .arena = arena_new(0)};
  enum letter_result result = wording.arena == NULL ? LETTER_MEMORY : wording_check(options, &own);
  if (result == LETTER_OK) {
    result = render_page(&wording, template, code, out);
  }
  if (trouble != NULL) {
    *trouble = own;
  }
  arena_free(wording.arena);
  return result;
}
