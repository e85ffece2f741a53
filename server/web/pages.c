#include "web/pages.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* What the code gives each template: the shape that template_check compares with.
 * The frame's own members are added to every one. */
static const struct {
  const char *name;
  const char *sample;
} PAGES[PAGE_COUNT] = {
    [PAGE_INTRO] = {"intro", "{\"heading\":null,\"intro\":[null],\"fair\":[null],\"code\":null,"
                             "\"hidden\":[{\"name\":null,\"value\":null}]}"},
    [PAGE_SECTION] =
        {"section",
         "{\"problems\":{\"title\":null,\"items\":[{\"target\":null,\"text\":null}]},"
         "\"notice\":{\"title\":null,\"text\":null},\"progress\":null,\"heading\":null,\"intro\":["
         "null],"
         "\"hidden\":[{\"name\":null,\"value\":null}],\"switch\":[{\"lang\":null,\"name\":null}],"
         "\"questions\":[{\"number\":null,\"text\":null,\"hint\":null,\"repeated\":null,\"parts\":["
         "{"
         "\"choices\":{\"id\":null,\"child\":null,\"describedby\":null,\"problem\":null,\"hint\":"
         "null,"
         "\"options\":[{\"divider\":null,\"id\":null,\"name\":null,\"value\":null,\"label\":null,"
         "\"checked\":null,\"describe\":{\"id\":null,\"name\":null,\"value\":null,\"label\":null,"
         "\"problem\":null}}]},"
         "\"area\":{\"id\":null,\"name\":null,\"value\":null,\"child\":null,\"limit\":null,"
         "\"problem\":null,"
         "\"hint\":null}}]}]}"},
    [PAGE_CHECK] = {"check",
                    "{\"message\":{\"title\":null,\"text\":null,\"bad\":null},\"heading\":null,"
                    "\"hidden\":[{\"name\":null,\"value\":null}],\"action\":null,\"button\":null,"
                    "\"switch\":[{\"lang\":null,\"name\":null}],"
                    "\"items\":[{\"id\":null,\"label\":null,\"value\":null}]}"},
    [PAGE_THANKS] = {"thanks",
                     "{\"heading\":null,\"thanks\":[null],\"receipt\":null,\"code\":null}"},
    [PAGE_MESSAGE] = {"message", "{\"heading\":null,\"text\":null}"},
    [PAGE_WITHDRAW] = {"withdraw", "{\"heading\":null,\"problem\":null,\"value\":null}"},
    [PAGE_START] = {"start", "{\"heading\":null,\"problem\":null,\"value\":null}"},
    [PAGE_PRIVACY] = {"privacy", "{\"heading\":null,\"parts\":[{\"title\":null,\"text\":null}]}"},
};

static char *load_style(const struct template_set *templates) {
  const struct template *style = template_find(templates, "style");
  json_t *nothing = json_object();
  struct text text;
  text_init(&text);
  if (style != NULL && nothing != NULL)
    template_render(style, nothing, &text);
  json_decref(nothing);
  return text_take(&text);
}

/* The hash that lets the content security policy allow this style sheet alone (CSP
 * level 3, section 2.3.1). */
static void hash_style(struct pages *pages) {
  unsigned char hash[crypto_hash_sha256_BYTES];
  char base64[sodium_base64_ENCODED_LEN(sizeof hash, sodium_base64_VARIANT_ORIGINAL)];
  crypto_hash_sha256(hash, (const unsigned char *)pages->style, strlen(pages->style));
  sodium_bin2base64(base64, sizeof base64, hash, sizeof hash, sodium_base64_VARIANT_ORIGINAL);
  snprintf(pages->style_hash, sizeof pages->style_hash, "'sha256-%s'", base64);
}

/* The sample of one page: its own members and the frame's. */
static json_t *sample_of(const struct pages *pages, enum page page) {
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
  return sample;
}

static const char *check_page(struct pages *pages, enum page page, struct arena *arena) {
  pages->pages[page] = template_find(pages->templates, PAGES[page].name);
  if (pages->pages[page] == NULL)
    return arena_printf(arena, "templates/pages/%s.html is missing", PAGES[page].name);
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
  if (folder == NULL || words == NULL)
    return "out of memory";
  pages->templates = template_set_load(folder, arena, &message);
  if (message == NULL)
    pages->words = words_set_load(words, arena, &message);
  if (message == NULL && (pages->style = load_style(pages->templates)) == NULL)
    message = "out of memory";
  if (message == NULL)
    hash_style(pages);
  for (int page = 0; message == NULL && page < PAGE_COUNT; page++)
    message = check_page(pages, (enum page)page, arena);
  if (message != NULL)
    pages_clear(pages);
  return message;
}

void pages_clear(struct pages *pages) {
  template_set_free(pages->templates);
  words_set_free(pages->words);
  free(pages->style);
  *pages = (struct pages){0};
}

json_t *pages_frame(const struct pages *pages, const struct page_frame *frame, const char *title) {
  return json_pack("{s:s, s:s, s:s, s:s, s:O, s:s, s:b, s:n}", "lang", frame->language, "dir",
                   frame->right_to_left ? "rtl" : "ltr", "title", title, "header", frame->header,
                   "w", frame->words, "html_trusted_style", pages->style, "draft", frame->draft,
                   "languages");
}

bool pages_render(const struct pages *pages, enum page page, json_t *data, struct text *out) {
  if (data == NULL)
    return false;
  template_render(pages->pages[page], data, out);
  json_decref(data);
  return !out->failed;
}
