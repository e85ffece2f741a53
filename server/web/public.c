#include "web/public.h"

#include <ctype.h>
#include <string.h>

#include "output/qr.h"
#include "web/reply.h"
#include "web/respondent.h"
#include "web/server.h"
#include "web/view_part.h"

enum { QR_SIZE_MM = 30 };

static bool right_to_left(const json_t *words) {
  return strcmp(words_get(words, "direction"), "rtl") == 0;
}

/* These pages have no round; ?lang= chooses among the languages of our own words. */
static json_t *frame(struct request *request, const char *title, json_t **words) {
  const char *asked =
      MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, "lang");
  const struct pages *pages = &request->server->pages;
  const char *language = asked != NULL && words_has(pages->words, asked) ? asked : "da";
  *words = words_of(pages->words, language);
  const char *service = site_setting(request->site, "service_name");
  struct page_frame frame = {.words = *words,
                             .language = language,
                             .right_to_left = right_to_left(*words),
                             .header = service[0] != '\0' ? service : words_get(*words, "service")};
  return pages_frame(pages, &frame, words_get(*words, title));
}

static enum MHD_Result send_html(struct request *request, unsigned status, enum page page,
                                 json_t *data) {
  struct text text;
  text_init(&text);
  if (pages_render(&request->server->pages, page, data, &text)) {
    return reply_text(request, status, REPLY_HTML, REPLY_NO_STORE, &text);
  }
  text_clear(&text);
  return MHD_NO;
}

enum MHD_Result public_start(struct request *request) {
  const char *typed =
      MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, "code");
  const char *problem = NULL;
  json_t *words;
  char code[CODE_MAX + 1];
  if (typed != NULL && code_parse(typed, code) == CODE_OK) {
    const char *location = arena_printf(request->arena, "/S/%s", code);
    return location == NULL ? MHD_NO : reply_redirect(request, location);
  }
  json_t *data = frame(request, "start_title", &words);
  if (typed != NULL) {
    problem = words_get(words, "mistyped_text");
  }
  view_add(&data, "heading", json_string(words_get(words, "start_title")));
  view_add(&data, "problem", problem == NULL ? json_null() : json_string(problem));
  view_add(&data, "value", json_string(typed == NULL || strlen(typed) > 64 ? "" : typed));
  return send_html(request, typed == NULL ? MHD_HTTP_OK : MHD_HTTP_NOT_FOUND, PAGE_START, data);
}

static bool add_part(const struct request *request, json_t *parts, const json_t *words,
                     const char *title, const char *first, const char *second) {
  const char *one = site_setting(request->site, first);
  const char *two = second == NULL ? "" : site_setting(request->site, second);
  const char *text = arena_printf(request->arena, "%s%s%s", one, two[0] != '\0' ? ", " : "", two);
  return text != NULL &&
         json_array_append_new(
             parts, json_pack("{s:s, s:s}", "title", words_get(words, title), "text", text)) == 0;
}

enum MHD_Result public_privacy(struct request *request) {
  static const struct {
    const char *title, *first, *second;
  } wanted[] = {
      {"privacy_controller", "controller", "controller_contact"},
      {"privacy_dpo", "dpo_contact", NULL},
      {"privacy_purpose", "purpose", NULL},
      {"privacy_basis", "legal_basis", NULL},
      {"privacy_recipients", "recipients", NULL},
      {"privacy_retention", "retention", NULL},
      {"privacy_rights", "rights", NULL},
      {"privacy_complaint", "complaint", NULL},
      {"privacy_help", "help_contact", NULL},
  };
  json_t *words;
  json_t *data = frame(request, "privacy_title", &words);
  json_t *parts = json_array();
  bool good = parts != NULL;
  for (size_t i = 0; good && i < array_length(wanted); i++) {
    good = add_part(request, parts, words, wanted[i].title, wanted[i].first, wanted[i].second);
  }
  good = good &&
         json_array_append_new(parts, json_pack("{s:s, s:s}", "title",
                                                words_get(words, "privacy_traces_title"), "text",
                                                words_get(words, "privacy_traces"))) == 0;
  if (!good) {
    json_decref(parts);
    parts = NULL;
  }
  view_add(&data, "heading", json_string(words_get(words, "privacy_title")));
  view_add(&data, "parts", parts);
  return send_html(request, MHD_HTTP_OK, PAGE_PRIVACY, data);
}

enum MHD_Result public_accessibility(struct request *request) {
  const char *statement = site_setting(request->site, "accessibility_statement");
  json_t *words;
  if (strncmp(statement, "https://", 8) == 0 || strncmp(statement, "http://", 7) == 0) {
    return reply_redirect(request, statement);
  }
  json_t *data = frame(request, "was_title", &words);
  view_add(&data, "heading", json_string(words_get(words, "was_title")));
  view_add(&data, "text",
           json_string(words_fill(request->arena, words_get(words, "was_text"), "contact",
                                  words_isolated(request->arena, right_to_left(words),
                                                 site_setting(request->site, "help_contact")),
                                  NULL)));
  return send_html(request, MHD_HTTP_OK, PAGE_MESSAGE, data);
}

/* The host in upper case keeps the QR code in its small, alphanumeric mode. */
static char *upper_url(const struct request *request) {
  char *url = arena_printf(request->arena, "%s/S/%s", request->server->config->public_url,
                           request->link->code);
  for (char *at = url; at != NULL && *at != '\0'; at++) {
    *at = (char)toupper((unsigned char)*at);
  }
  return url;
}

enum MHD_Result public_qr(struct request *request) {
  bool answered;
  enum MHD_Result result = respondent_check_link(request, &answered);
  if (answered) {
    return result;
  }
  const char *url = upper_url(request);
  struct text svg;
  text_init(&svg);
  if (url == NULL || qr_svg(url, url, QR_SIZE_MM, &svg) != QR_OK) {
    text_clear(&svg);
    return MHD_NO;
  }
  return reply_text(request, MHD_HTTP_OK, REPLY_SVG, REPLY_NO_STORE, &svg);
}
