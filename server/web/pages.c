#include "web/pages.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "web/registration_page.h"

/* A section, and the list of answers: in pages of their own and in the page script's parts. */
#define SECTION                                                                                                                     \
  "\"progress\":null,\"place\":null,\"total\":null,\"intro\":[null],\"questions\":[{\"number\":null,"                               \
  "\"text\":null,\"hint\":null,\"repeated\":null,\"data\":{\"q\":null,\"each\":null,\"if\":null,\"need\":null,"                     \
  "\"quiet\":null,\"plus\":null,\"minus\":null,\"unknown\":null,\"confirm\":null,\"first\":null,\"low\":null,\"high\":null},"       \
  "\"parts\":[{\"choices\":{\"id\":null,\"child\":null,\"describedby\":null,\"problem\":null,\"hint\":null,"                        \
  "\"options\":[{\"divider\":null,\"id\":null,\"name\":null,\"value\":null,\"label\":null,\"checked\":null,"                        \
  "\"describe\":{\"id\":null,\"name\":null,\"value\":null,\"label\":null,\"asks\":null,\"advice\":null,"                            \
  "\"problem\":null,\"of\":null,\"max\":null}}]},\"area\":{\"id\":null,\"name\":null,\"value\":null,\"child\":null,\"limit\":null," \
  "\"problem\":null,\"hint\":null,\"advice\":null,\"max\":null,\"case\":null}}]}]"
#define CHECK                                                                                                      \
  "\"items\":[{\"id\":null,\"label\":null,\"value\":null}],\"confirm\":{\"id\":null,\"title\":null,\"text\":null," \
  "\"keep\":null,\"again\":null},\"action\":null,\"button\":null,\"message\":{\"title\":null,\"text\":null,\"bad\":null}"

/* What is wrong or doubtful, each with the field it is of. */
#define ITEMS "{\"items\":[{\"target\":null,\"text\":null}]}"

/* What the code gives each template: the shape that template_check compares with.
 * The frame's own members are added to every one. */
static const struct {
  const char *name;
  const char *sample;
} PAGES[PAGE_COUNT] = {
    [PAGE_INTRO] =
        {"intro",
         "{\"heading\":null,\"intro\":[null],\"fair\":[null],\"code\":null,"
         "\"hidden\":[{\"name\":null,\"value\":null}],\"sections\":[{\"id\":null," SECTION
         "}]," CHECK ",\"thanks\":{\"heading\":null,\"thanks\":[null],"
         "\"receipt\":null},\"invite\":{\"unless\":null},\"html_trusted_words\":null,\"html_trusted_script\":null}"},
    [PAGE_SECTION] = {"section",
                      "{\"problems\":{\"title\":null,\"items\":[{\"target\":null,\"text\":null}]},"
                      "\"notice\":{\"title\":null,\"text\":null}," SECTION
                      ",\"hidden\":[{\"name\":null,\"value\":null}],"
                      "\"switch\":[{\"lang\":null,\"name\":null}]}"},
    [PAGE_CHECK] = {"check", "{\"heading\":null,"
                             "\"hidden\":[{\"name\":null,\"value\":null}],"
                             "\"switch\":[{\"lang\":null,\"name\":null}]," CHECK "}"},
    [PAGE_THANKS] =
        {"thanks",
         "{\"heading\":null,\"thanks\":[null],\"receipt\":null,\"code\":null,\"invite\":{\"unless\":null}}"},
    [PAGE_MESSAGE] = {"message", "{\"heading\":null,\"text\":null,\"again\":{\"path\":null,"
                                 "\"action\":null,\"fields\":[{\"name\":null,\"value\":null}]}}"},
    [PAGE_WITHDRAW] = {"withdraw", "{\"heading\":null,\"problem\":null,\"value\":null}"},
    [PAGE_START] = {"start", "{\"heading\":null,\"problem\":null,\"value\":null}"},
    [PAGE_REGISTRATION] =
        {"registration",
         "{\"made\":null,\"problems\":" ITEMS ",\"questions\":[{\"choices\":{\"id\":null,"
         "\"later\":null,\"described\":null,\"text\":null,\"problem\":null,\"options\":"
         "[{\"divider\":null,\"value\":null,\"checked\":null,\"label\":null}]},"
         "\"line\":{\"id\":null,\"text\":null,\"hint\":null,\"problem\":null,"
         "\"kind\":null,\"value\":null,\"keys\":null,\"described\":null}}]}"},
    [PAGE_REGISTRATION_CHECK] = {"registration_check",
                                 "{\"busy\":null,\"warnings\":" ITEMS
                                 ",\"hidden\":[{\"name\":null,\"value\":null}],\"items\":"
                                 "[{\"id\":null,\"label\":null,\"value\":null}],"
                                 "\"button\":null}"},
    [PAGE_REGISTRATION_DONE] = {"registration_done",
                                "{\"text\":null,\"made\":null,\"again\":null}"},
    [PAGE_PRIVACY] =
        {"privacy", "{\"heading\":null,\"intro\":null,\"parts\":[{\"title\":null,\"text\":null}]}"},
};

/* Style and script are templates without holes. */
static char *load_plain(const struct template_set *templates, const char *name) {
  const struct template *plain = template_find(templates, name);
  json_t *nothing = json_object();
  struct text text;
  text_init(&text);
  if (plain != NULL && nothing != NULL) {
    template_render(plain, nothing, &text);
  }
  json_decref(nothing);
  return text_take(&text);
}

enum {
  HASH_TEXT = sodium_base64_ENCODED_LEN(crypto_hash_sha256_BYTES, sodium_base64_VARIANT_ORIGINAL)
};

/* A hash allows one inline element alone (CSP level 3, section 2.3.1). */
static void hash_text(const char *text, char base64[HASH_TEXT]) {
  unsigned char hash[crypto_hash_sha256_BYTES];
  crypto_hash_sha256(hash, (const unsigned char *)text, strlen(text));
  sodium_bin2base64(base64, HASH_TEXT, hash, sizeof hash, sodium_base64_VARIANT_ORIGINAL);
}

static void write_policy(struct pages *pages) {
  char style[HASH_TEXT], script[HASH_TEXT];
  hash_text(pages->style, style);
  hash_text(pages->script, script);
  snprintf(pages->policy, sizeof pages->policy,
           "default-src 'none'; style-src 'sha256-%s'; script-src 'sha256-%s'; connect-src 'self'; "
           "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
           style, script);
}

/* The sample of one page: its own members and the frame's. */
static json_t *sample_of(const struct pages *pages, enum page page) {
  bool registers = page >= PAGE_REGISTRATION && page <= PAGE_REGISTRATION_DONE;
  struct page_frame frame = {.words = words_of(pages->words, "da"), .language = "", .header = ""};
  json_t *own = json_loads(PAGES[page].sample, 0, NULL);
  json_t *sample = pages_frame(pages, &frame, "");
  json_t *languages = json_pack("[{s:n,s:n,s:n}]", "href", "lang", "name");
  if (own == NULL || sample == NULL || json_object_set_new(sample, "languages", languages) != 0 ||
      json_object_update(sample, own) != 0) {
    json_decref(sample);
    sample = NULL;
  }
  json_decref(own);
  if (registers && sample != NULL) {
    (void)json_object_set(sample, "s", words_of(pages->registration, "da"));
  }
  return sample;
}

static const char *check_page(struct pages *pages, enum page page, struct arena *arena) {
  pages->pages[page] = template_find(pages->templates, PAGES[page].name);
  if (pages->pages[page] == NULL) {
    return arena_printf(arena, "templates/pages/%s.html is missing", PAGES[page].name);
  }
  json_t *sample = sample_of(pages, page);
  const char *message =
      sample == NULL ? "out of memory" : template_check(pages->pages[page], sample, arena);
  json_decref(sample);
  return message;
}

const char *pages_load(struct pages *pages, const char *share_dir, struct arena *arena) {
  *pages = (struct pages){0};
  const char *message = NULL;
  const char *folder = arena_printf(arena, "%s/templates/pages", share_dir);
  const char *words = arena_printf(arena, "%s/templates/words", share_dir);
  const char *registration = arena_printf(arena, "%s/templates/registration", share_dir);
  if (folder == NULL || words == NULL || registration == NULL) {
    return "out of memory";
  }
  pages->templates = template_set_load(folder, arena, &message);
  if (message == NULL) {
    pages->words = words_set_load(words, arena, &message);
  }
  if (message == NULL) {
    pages->registration = words_set_load(registration, arena, &message);
  }
  if (message == NULL) {
    message = registration_words_check(words_of(pages->registration, "da"), arena);
  }
  if (message == NULL && ((pages->style = load_plain(pages->templates, "style")) == NULL ||
                          (pages->script = load_plain(pages->templates, "script")) == NULL)) {
    message = "out of memory";
  }
  if (message == NULL) {
    write_policy(pages);
  }
  for (int page = 0; message == NULL && page < PAGE_COUNT; page++) {
    message = check_page(pages, (enum page)page, arena);
  }
  if (message != NULL) {
    pages_clear(pages);
  }
  return message;
}

void pages_clear(struct pages *pages) {
  template_set_free(pages->templates);
  words_set_free(pages->words);
  words_set_free(pages->registration);
  free(pages->style);
  free(pages->script);
  *pages = (struct pages){0};
}

json_t *pages_frame(const struct pages *pages, const struct page_frame *frame, const char *title) {
  return json_pack("{s:s, s:s, s:s, s:s, s:O, s:s, s:b, s:b, s:b, s:s?, s:s?, s:n}", "lang",
                   frame->language, "dir", frame->right_to_left ? "rtl" : "ltr", "title", title,
                   "header", frame->header, "w", frame->words, "html_trusted_style", pages->style,
                   "draft", frame->draft, "staff", frame->staff, "preview", pages->preview, "back",
                   pages->back, "notice_of", frame->notice, "languages");
}

bool pages_render(const struct pages *pages, enum page page, json_t *data, struct text *out) {
  if (data == NULL) {
    return false;
  }
  template_render(pages->pages[page], data, out);
  json_decref(data);
  return !out->failed;
}
