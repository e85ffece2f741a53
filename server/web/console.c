#include "web/console.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/phrases.h"
#include "base/utf8.h"
#include "store/documentation_store.h"
#include "web/again.h"
#include "web/api.h"
#include "web/console_documentation.h"
#include "web/console_gate.h"
#include "web/console_shape.h"
#include "web/export_kit.h"
#include "web/letter_kit.h"
#include "web/report_kit.h"
#include "web/vouched.h"

struct console {
  struct template_set *templates;
  const struct template *pages[CONSOLE_PAGES];
  struct words_set *words;
  json_t *phrases; /* by language: what checks say */
  struct letter_kit letters;
  struct export_kit exports;
  struct report_kit reports;
  struct api_document *document;
  struct arena *documentation_arena;
  const struct documentation_model *documentation; /* of that arena */
  char *style;
  char policy[256];
  pthread_mutex_t mutex; /* guards the desk's opening */
  struct password_desk *desk;
  struct vouched *vouched;
};

static const char FRAME[] =
    "{\"lang\":null,\"title\":null,\"html_trusted_style\":null,\"csrf\":null,\"done\":null,"
    "\"user\":{\"name\":null},\"nav\":[{\"href\":null,\"label\":null,\"current\":null}],"
    "\"languages\":[{\"href\":null,\"lang\":null,\"name\":null}]}";

/* ---- loading */

static const char *check_page(struct console *console, enum console_page page,
                              struct arena *arena) {
  console->pages[page] = template_find(console->templates, console_shapes[page].name);
  if (console->pages[page] == NULL) {
    return arena_printf(arena, "templates/console/%s.html is missing", console_shapes[page].name);
  }
  json_t *sample = json_loads(FRAME, 0, NULL);
  json_t *own = json_loads(console_shapes[page].sample, 0, NULL);
  const char *message = "out of memory";
  if (sample != NULL && own != NULL &&
      json_object_set(sample, "w", words_of(console->words, "da")) == 0 &&
      json_object_update(sample, own) == 0) {
    message = template_check(console->pages[page], sample, arena);
  }
  json_decref(own);
  json_decref(sample);
  return message;
}

/* The style sheet is a template without holes, and that of reports; its hash allows it alone (CSP
 * level 3, section 2.3.1). Of scripts there are none. */
static const char *load_style(struct console *console) {
  const struct template *style = template_find(console->templates, "style");
  json_t *nothing = json_object();
  struct text text;
  text_init(&text);
  if (style != NULL && nothing != NULL) {
    template_render(style, nothing, &text);
    report_kit_style(&console->reports, &text);
  }
  json_decref(nothing);
  console->style = text_take(&text);
  if (console->style == NULL) {
    return "out of memory";
  }
  unsigned char hash[crypto_hash_sha256_BYTES];
  char base64[sodium_base64_ENCODED_LEN(sizeof hash, sodium_base64_VARIANT_ORIGINAL)];
  crypto_hash_sha256(hash, (const unsigned char *)console->style, strlen(console->style));
  sodium_bin2base64(base64, sizeof base64, hash, sizeof hash, sodium_base64_VARIANT_ORIGINAL);
  snprintf(console->policy, sizeof console->policy,
           "default-src 'none'; style-src 'sha256-%s'; img-src 'self' data:; form-action 'self'; "
           "base-uri 'none'; frame-ancestors 'none'",
           base64);
  return NULL;
}

static const char *load_phrases(struct console *console, const char *share_dir,
                                struct arena *arena) {
  static const char *const languages[] = {"da", "en"};
  const char *message = NULL;
  console->phrases = json_object();
  for (size_t i = 0; message == NULL && i < array_length(languages); i++) {
    const char *path =
        arena_printf(arena, "%s/templates/check_words/%s.json", share_dir, languages[i]);
    json_t *phrases = path == NULL ? NULL : phrases_load(path, arena, &message);
    if (message == NULL && json_object_set_new(console->phrases, languages[i], phrases) != 0) {
      message = "out of memory";
    }
  }
  return message;
}

/* It lives as long as the console; a message has to outlive that. */
static const char *load_documentation(struct console *console, const char *share_dir,
                                      struct arena *arena) {
  const char *message = "out of memory";
  console->documentation_arena = arena_new(0);
  if (console->documentation_arena != NULL) {
    console->documentation = documentation_load(share_dir, console->documentation_arena, &message);
  }
  return console->documentation == NULL ? arena_printf(arena, "%s", message) : NULL;
}

struct console *console_load(const char *share_dir, struct arena *arena, const char **message) {
  struct console *console = calloc(1, sizeof *console);
  const char *folder = arena_printf(arena, "%s/templates/console", share_dir);
  const char *words = arena_printf(arena, "%s/templates/console_words", share_dir);
  *message = "out of memory";
  if (console == NULL || folder == NULL || words == NULL ||
      pthread_mutex_init(&console->mutex, NULL) != 0) {
    free(console);
    return NULL;
  }
  *message = NULL;
  console->templates = template_set_load(folder, arena, message);
  if (*message == NULL) {
    console->words = words_set_load(words, arena, message);
  }
  if (*message == NULL) {
    *message = load_phrases(console, share_dir, arena);
  }
  if (*message == NULL) {
    *message = report_kit_load(&console->reports, share_dir, arena);
  }
  if (*message == NULL) {
    *message = load_style(console);
  }
  if (*message == NULL) {
    console->vouched = vouched_new();
    *message = console->vouched == NULL ? "out of memory" : NULL;
  }
  if (*message == NULL) {
    *message = letter_kit_load(&console->letters, share_dir, arena);
  }
  if (*message == NULL) {
    *message = export_kit_load(&console->exports, share_dir, arena);
  }
  if (*message == NULL) {
    console->document = api_document_load(share_dir, arena, message);
  }
  if (*message == NULL) {
    *message = load_documentation(console, share_dir, arena);
  }
  for (int page = 0; *message == NULL && page < CONSOLE_PAGES; page++) {
    *message = check_page(console, (enum console_page)page, arena);
  }
  if (*message == NULL) {
    return console;
  }
  console_free(console);
  return NULL;
}

void console_free(struct console *console) {
  if (console == NULL) {
    return;
  }
  template_set_free(console->templates);
  words_set_free(console->words);
  json_decref(console->phrases);
  letter_kit_clear(&console->letters);
  export_kit_clear(&console->exports);
  report_kit_clear(&console->reports);
  api_document_free(console->document);
  arena_free(console->documentation_arena);
  free(console->style);
  if (console->desk != NULL) {
    password_desk_close(console->desk);
  }
  vouched_free(console->vouched);
  pthread_mutex_destroy(&console->mutex);
  free(console);
}

struct password_desk *console_desk(struct console *console) {
  pthread_mutex_lock(&console->mutex);
  if (console->desk == NULL) {
    console->desk = password_desk_open(&password_cost, PASSWORD_PLACES, PASSWORD_PATIENCE_MS);
  }
  struct password_desk *desk = console->desk;
  pthread_mutex_unlock(&console->mutex);
  return desk;
}

const struct api_document *console_document(const struct console *console) {
  return console->document;
}

struct report_kit *console_reports(const struct work *work) {
  return &work->console->reports;
}

struct export_kit *console_exports(const struct work *work) {
  return &work->console->exports;
}

const struct documentation_model *console_documentation(const struct work *work) {
  return work->console->documentation;
}

struct vouched *console_vouched(const struct work *work) {
  return work->console->vouched;
}

unsigned long console_hashes(struct console *console) {
  pthread_mutex_lock(&console->mutex);
  unsigned long used = console->desk == NULL ? 0 : password_desk_used(console->desk);
  pthread_mutex_unlock(&console->mutex);
  return used;
}

struct letter_kit *console_letters(const struct work *work) {
  return &work->console->letters;
}

const char *console_policy(const struct console *console) {
  return console->policy;
}

/* ---- words */

const char *console_language(const struct work *work) {
  const struct staff_session *session = console_staff(work);
  const char *const asked[] = {work_query(work, "lang"), session == NULL ? NULL : session->language,
                               work_cookie(work, CONSOLE_LANGUAGE_COOKIE)};
  for (size_t i = 0; i < array_length(asked); i++) {
    if (asked[i] != NULL && words_has(work->console->words, asked[i])) {
      return asked[i];
    }
  }
  return "da";
}

static json_t *words(const struct work *work) {
  return words_of(work->console->words, console_language(work));
}

const json_t *console_words(const struct work *work) {
  return words(work);
}

const json_t *console_phrases(const struct work *work) {
  return json_object_get(work->console->phrases, console_language(work));
}

const char *console_word(const struct work *work, const char *key) {
  return words_get(words(work), key);
}

const char *console_word_of(const struct work *work, const char *stem, const char *ending) {
  const char *key = arena_printf(work->arena, "%s%s", stem, ending);
  return key == NULL ? "" : console_word(work, key);
}

const char *console_word_for(const struct work *work, const char *key, bool per_child) {
  const char *word = per_child ? console_word_of(work, key, "_child") : "";
  return word[0] != '\0' ? word : console_word(work, key);
}

const char *console_day(const struct work *work, const char *at) {
  const char *day =
      strlen(at) < 10 ? NULL : arena_printf(work->arena, "%.2s.%.2s.%.4s", at + 8, at + 5, at);
  return day != NULL ? day : at;
}

const char *console_moment(const struct work *work, const char *at) {
  const char *moment =
      strlen(at) < 16 ? NULL : arena_printf(work->arena, "%s %.5s", console_day(work, at), at + 11);
  return moment != NULL ? moment : at;
}

const char *console_quarter(const struct work *work, const char *at) {
  const char *year = arena_printf(work->arena, "%.4s", at);
  long month = strlen(at) < 10 ? 0 : strtol(at + 5, NULL, 10);
  const char *quarter = month == 0 ? at + 6 : arena_printf(work->arena, "%ld", (month + 2) / 3);
  return year == NULL || quarter == NULL
             ? at
             : words_fill(work->arena, console_word(work, "home_quarter"), "quarter", quarter,
                          "year", year, NULL);
}

/* ---- the frame */

void console_put(json_t **data, const char *name, json_t *value) {
  value = value == NULL ? json_null() : value;
  if (*data != NULL && json_object_set_new(*data, name, value) == 0) {
    return;
  }
  if (*data == NULL) {
    json_decref(value);
  }
  json_decref(*data);
  *data = NULL;
}

void console_put_text(json_t **data, const char *name, const char *text) {
  console_put(data, name, text == NULL ? json_null() : json_string(text));
}

static json_t *nav(const struct work *work) {
  static const struct {
    const char *href, *word;
    unsigned may;
  } entries[] = {{"/", "nav_home", ROUTE_STAFF},
                 {"/rounds", "nav_rounds", ROUTE_ADMIN | ROUTE_EVALUATOR},
                 {"/staff", "nav_staff", ROUTE_ADMIN | ROUTE_EVALUATOR},
                 {"/tokens", "nav_tokens", ROUTE_EVALUATOR | ROUTE_ADMIN},
                 {"/installation", "nav_installation", ROUTE_ADMIN},
                 {"/audit", "nav_audit", ROUTE_STAFF},
                 {"/help", "nav_help", ROUTE_STAFF}};
  json_t *list = json_array();
  for (size_t i = 0; i < array_length(entries); i++) {
    if ((entries[i].may & console_role_bit(work)) == 0) {
      continue;
    }
    json_t *entry = json_pack("{s:s, s:s, s:b}", "href", entries[i].href, "label",
                              console_word(work, entries[i].word), "current",
                              strcmp(work->path, entries[i].href) == 0);
    if (json_array_append_new(list, entry) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

/* Other languages for who is not signed in; who is has them on the page of the account. */
static json_t *languages(const struct work *work) {
  const char *other = strcmp(console_language(work), "da") == 0 ? "en" : "da";
  const char *name = console_word_of(work, "language_", other);
  const char *next = work_query(work, "next");
  const char *href = next == NULL || console_next(work, next)[1] == '\0'
                         ? arena_printf(work->arena, "?lang=%s", other)
                         : arena_printf(work->arena, "?lang=%s&next=%s", other,
                                        console_escape(work, console_next(work, next)));
  return json_pack("[{s:s, s:s, s:s}]", "href", href, "lang", other, "name", name);
}

static json_t *user(const struct work *work) {
  if (console_role_bit(work) == 0) {
    return json_null();
  }
  const struct staff_session *session = console_staff(work);
  return json_pack("{s:s}", "name", session->name[0] != '\0' ? session->name : session->email);
}

static const char *done(const struct work *work) {
  const char *what = work_query(work, "done");
  const char *word = what == NULL || strlen(what) > 40 ? "" : console_word_of(work, "done_", what);
  return word[0] != '\0' ? word : NULL;
}

json_t *console_frame(const struct work *work, const char *title) {
  const char *whole = words_fill(work->arena, console_word(work, "title"), "title", title,
                                 "service", console_word(work, "service"), NULL);
  json_t *data = json_pack("{s:s, s:s, s:O, s:s, s:s, s:s?}", "lang", console_language(work),
                           "title", whole, "w", words(work), "html_trusted_style",
                           work->console->style, "csrf", console_csrf(work), "done", done(work));
  console_put(&data, "nav", nav(work));
  console_put(&data, "user", user(work));
  console_put(&data, "languages", languages(work));
  return data;
}

void console_put_problems(json_t **data, const struct console_problem *problems, size_t count) {
  json_t *items = json_array();
  for (size_t i = 0; i < count; i++) {
    json_t *item = json_pack("{s:s?, s:s}", "target", problems[i].target, "text", problems[i].text);
    if (json_array_append_new(items, item) != 0) {
      break;
    }
  }
  const char *title = json_string_value(json_object_get(*data, "title"));
  const char *words_error =
      json_string_value(json_object_get(json_object_get(*data, "w"), "title_error"));
  if (count > 0 && title != NULL && words_error != NULL) {
    json_t *whole = json_sprintf("%.*s%s", (int)strcspn(words_error, "{"), words_error, title);
    console_put(data, "title", whole);
  }
  json_t *at = json_object();
  for (size_t i = 0; at != NULL && i < count; i++) {
    if (problems[i].target != NULL &&
        json_object_set_new(at, problems[i].target, json_string(problems[i].text)) != 0) {
      break;
    }
  }
  console_put(data, "at", at);
  console_put(data, "problems", count > 0 ? json_pack("{s:o}", "items", items) : NULL);
  if (count == 0) {
    json_decref(items);
  }
}

/* ---- replies */

void console_speak(struct work *work, const char *language) {
  work_set_cookie(work, arena_printf(work->arena,
                                     CONSOLE_LANGUAGE_COOKIE "=%s; Path=/; Secure; HttpOnly; "
                                                             "SameSite=Lax; Max-Age=31536000",
                                     language));
}

/* The loop, which knows no account, answers some requests: the browser tells it the language. */
static void keep_language(struct work *work) {
  const struct staff_session *session = console_staff(work);
  const char *own = session == NULL ? NULL : session->language;
  const char *told = work_cookie(work, CONSOLE_LANGUAGE_COOKIE);
  if (own != NULL && (told == NULL || strcmp(told, own) != 0)) {
    console_speak(work, own);
  }
}

void console_send(struct work *work, unsigned status, enum console_page page, json_t *data) {
  struct text text;
  text_init(&text);
  if (data == NULL) {
    text.failed = true;
  } else {
    template_render(work->console->pages[page], data, &text);
  }
  json_decref(data);
  work_text(work, status, REPLY_HTML, &text);
  work->reply.policy = work->console->policy;
  keep_language(work);
}

/* Somebody's long text, when nothing came of the form that it was sent with; not what another site
 * had sent. */
static const char *kept(const struct work *work) {
  bool ours = work->fetch_site == NULL || strcmp(work->fetch_site, "same-origin") == 0;
  const char *text = ours ? work_field(work, DOCUMENTATION_FIELD) : "";
  return text[0] == '\0' || !utf8_valid(text, strlen(text)) ? NULL : text;
}

void console_message(struct work *work, unsigned status, const char *kind, const char *error) {
  if (work->route->api) {
    api_fail(work, status, error);
    return;
  }
  if (work->wants_json) {
    work_json(work, status, json_pack("{s:s}", "error", error));
    return;
  }
  const char *heading = console_word_of(work, kind, "_title");
  json_t *data = console_frame(work, heading);
  console_put_text(&data, "heading", heading);
  json_t *again = again_json(work->route, status, work->fetch_site, work->path, &work->form);
  console_put_text(&data, "text", console_word_of(work, kind, "_text"));
  console_put_text(&data, "kept", again == NULL ? kept(work) : NULL);
  console_put(&data, "again", again);
  console_put(&data, "link",
              json_pack("{s:s, s:s}", "href", "/", "label", console_word(work, "home_link")));
  console_send(work, status, CONSOLE_MESSAGE, data);
}

void console_done(struct work *work, const char *path, const char *what) {
  const char *location = what == NULL ? arena_string(work->arena, path)
                                      : arena_printf(work->arena, "%s?done=%s", path, what);
  work_redirect(work, location != NULL ? location : "/");
}

bool console_plain(const struct console *console, const char *kind, const char *language,
                   json_t *again, struct text *out) {
  const char *spoken = language != NULL && words_has(console->words, language) ? language : "da";
  json_t *w = words_of(console->words, spoken);
  char title[64], text[64];
  snprintf(title, sizeof title, "%s_title", kind);
  snprintf(text, sizeof text, "%s_text", kind);
  json_t *data =
      json_pack("{s:s, s:s, s:O, s:s, s:s, s:s, s:o?, s:{s:s, s:s}}", "lang", spoken, "title",
                words_get(w, title), "w", w, "html_trusted_style", console->style, "heading",
                words_get(w, title), "text", words_get(w, text), "again", again, "link", "href",
                "/", "label", words_get(w, "home_link"));
  if (data == NULL) {
    return false;
  }
  template_render(console->pages[CONSOLE_MESSAGE], data, out);
  json_decref(data);
  return !out->failed;
}
