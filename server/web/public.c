#include "web/public.h"

#include <ctype.h>
#include <stdlib.h>
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

/* One paragraph of the notice: two settings, either of which may be missing. */
static bool add_part(const struct request *request, json_t *parts, const char *title,
                     const char *one, const char *two) {
  const char *text = arena_printf(request->arena, "%s%s%s", one,
                                  one[0] != '\0' && two[0] != '\0' ? ", " : "", two);
  return text != NULL &&
         json_array_append_new(parts, json_pack("{s:s, s:s}", "title", title, "text", text)) == 0;
}

/* A row of a notice: settings, of the installation or of a municipality; or words of ours. */
struct notice_part {
  const char *title, *first, *second, *words;
};

static bool add_parts(const struct request *request, json_t *parts, const json_t *words,
                      int municipality, const struct notice_part *wanted, size_t count) {
  const struct site *site = request->site;
  for (size_t i = 0; i < count; i++) {
    const struct notice_part *part = &wanted[i];
    const char *one = part->first == NULL ? "" : site_notice(site, municipality, part->first);
    const char *two = part->second == NULL ? "" : site_setting(site, part->second);
    if (part->words != NULL) {
      one = words_get(words, part->words);
    }
    if (!add_part(request, parts, words_get(words, part->title), one, two)) {
      return false;
    }
  }
  return true;
}

static bool add_anonymous(const struct request *request, json_t *parts, const json_t *words) {
  static const struct notice_part wanted[] = {
      {"privacy_controller", "controller", "controller_contact", NULL},
      {"privacy_dpo", "dpo_contact", NULL, NULL},
      {"privacy_purpose", "purpose", NULL, NULL},
      {"privacy_basis", "legal_basis", NULL, NULL},
      {"privacy_recipients", "recipients", NULL, NULL},
      {"privacy_retention", "retention", NULL, NULL},
      {"privacy_rights", "rights", NULL, NULL},
      {"privacy_complaint", "complaint", NULL, NULL},
      {"privacy_help", "help_contact", NULL, NULL},
      {"privacy_traces_title", NULL, NULL, "privacy_traces"},
  };
  return add_parts(request, parts, words, 0, wanted, array_length(wanted));
}

/* The municipality is the controller, and the children are known to it. */
static bool add_personal(const struct request *request, json_t *parts, const json_t *words,
                         int municipality, const char *name) {
  static const struct notice_part wanted[] = {
      {"privacy_dpo", "personal_dpo", NULL, NULL},
      {"privacy_health_title", NULL, NULL, "privacy_health"},
      {"privacy_purpose", "personal_purpose", NULL, NULL},
      {"privacy_basis", "personal_basis", NULL, NULL},
      {"privacy_recipients", "personal_recipients", NULL, NULL},
      {"privacy_retention", "personal_retention", NULL, NULL},
      {"privacy_rights", NULL, NULL, "privacy_personal_rights"},
      {"privacy_complaint", NULL, "complaint", NULL},
      {"privacy_help", NULL, "help_contact", NULL},
  };
  const char *controller = words_fill(
      request->arena, words_get(words, "privacy_personal_controller"), "name", name, NULL);
  return add_part(request, parts, words_get(words, "privacy_controller"), controller,
                  site_notice(request->site, municipality, "personal_contact")) &&
         add_parts(request, parts, words, municipality, wanted, array_length(wanted));
}

static int asked_round(const struct request *request) {
  const char *asked =
      MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, "round");
  size_t digits = asked == NULL ? 0 : strspn(asked, "0123456789");
  return digits > 0 && digits < 10 && asked[digits] == '\0' ? (int)strtol(asked, NULL, 10) : 0;
}

enum MHD_Result public_privacy(struct request *request) {
  json_t *words;
  json_t *data = frame(request, "privacy_title", &words);
  json_t *parts = json_array();
  const char *name = "";
  int municipality = site_personal(request->site, asked_round(request), &name);
  bool good = parts != NULL &&
              (municipality == 0 ? add_anonymous(request, parts, words)
                                 : add_personal(request, parts, words, municipality, name));
  if (!good) {
    json_decref(parts);
    parts = NULL;
  }
  view_add(&data, "heading", json_string(words_get(words, "privacy_title")));
  view_add(
      &data, "intro",
      json_string(words_get(words, municipality == 0 ? "privacy_intro" : "fair_personal_known")));
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
