#include "web/site.h"

#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1 /* uthash would end the program */
#include <uthash.h>

#include "base/log.h"
#include "web/view.h"

struct site_page {
  struct body *_Atomic body; /* NULL: nobody has asked for it yet */
};

/* By code, or without one by round and municipality. */
struct link_entry {
  struct site_link link;
  int64_t member; /* member_key */
  UT_hash_handle hh;
};

struct site {
  struct arena *arena;
  const struct catalogue *catalogue; /* copied into the arena */
  const struct pages *pages;
  int references;
  struct site_round **rounds; /* parallel to the catalogue's; NULL: left out */
  struct link_entry *links;   /* hash by code */
  struct link_entry *members; /* hash by member: rounds of single-use codes */
};

static int64_t member_key(int round, int municipality) {
  return (int64_t)round << 32 | municipality;
}

static void complain(int round, const char *what, const struct complaints *complaints) {
  log_event(LOG_LEVEL_ERROR, "round_left_out", "s:i, s:s, s:s, s:s", "round", round, "what", what,
            "path", complaints->count > 0 ? complaints->items[0].path : "", "message",
            complaints->count > 0 ? complaints->items[0].message : "out of memory");
}

static const struct translation *load_translation(const struct site *site,
                                                  const struct catalogue_round *row,
                                                  const struct questionnaire *questionnaire,
                                                  const struct catalogue_text *text) {
  struct complaints complaints = {0};
  const struct translation *translation =
      translation_load(questionnaire, text->json, site->arena, &complaints);
  if (translation == NULL) {
    complain(row->id, "translation", &complaints);
  }
  return translation;
}

static void set_language(const struct site *site, struct site_language *language, const char *code,
                         const struct translation *translation, bool draft) {
  language->code = code;
  language->translation = translation;
  language->draft = draft;
  language->words = words_of(site->pages->words, code);
  language->right_to_left = translation->right_to_left;
  language->name = translation->name;
}

/* The languages that can be offered, the authoritative one at least. */
static bool load_languages(struct site *site, const struct catalogue_round *row,
                           struct site_round *round) {
  const struct questionnaire *questionnaire = round->questionnaire;
  struct site_language *languages =
      arena_array(site->arena, row->languages_count + 1, sizeof *languages);
  const struct translation *source = translation_source(questionnaire, site->arena);
  if (languages == NULL || source == NULL) {
    return false;
  }
  for (size_t i = 0; i < row->languages_count; i++) {
    const struct translation *translation = NULL;
    bool draft = false;
    if (strcmp(row->languages[i], questionnaire->language) == 0) {
      translation = source;
    }
    for (size_t t = 0; translation == NULL && t < row->texts_count; t++) {
      if (strcmp(row->texts[t].language, row->languages[i]) != 0) {
        continue;
      }
      translation = load_translation(site, row, questionnaire, &row->texts[t]);
      draft = !row->texts[t].approved;
    }
    if (translation != NULL) {
      set_language(site, &languages[round->languages_count++], row->languages[i], translation,
                   draft);
    }
  }
  if (round->languages_count == 0) {
    set_language(site, &languages[round->languages_count++], questionnaire->language, source,
                 false);
  }
  round->languages = languages;
  return true;
}

/* Whoever finalises a round deletes its key; not so when they lose the database between the two,
 * or the program ends. Then each server does it that hears of it, now or when it starts. */
static void drop_trace_key(const struct config *config, int round) {
  unsigned char key[CRYPTO_KEY_BYTES];
  bool there = crypto_round_key_load(config->key_dir, round, key) != CRYPTO_MISSING;
  crypto_wipe(key, sizeof key);
  if (there && crypto_round_key_delete(config->key_dir, round) == CRYPTO_OK) {
    log_event(LOG_LEVEL_INFO, "round_key_deleted", "s:i", "round", round);
  } else if (there) {
    log_event(LOG_LEVEL_ERROR, "round_key_failed", "s:i, s:s", "round", round, "hint",
              "delete the round's file in HJEMSVAR_KEY_DIR; it is finalised");
  }
}

static void load_trace_key(const struct config *config, struct site_round *round,
                           int *keyless_round) {
  if (round->state == ROUND_FINALISED) {
    drop_trace_key(config, round->id);
    return;
  }
  if (!round->traces) {
    return;
  }
  round->has_trace_key =
      crypto_round_key_load(config->key_dir, round->id, round->trace_key) == CRYPTO_OK;
  if (!round->has_trace_key && round->id > *keyless_round) {
    *keyless_round = round->id;
    log_event(LOG_LEVEL_WARNING, "trace_key_missing", "s:i, s:s", "round", round->id, "hint",
              "copy the round's key file into HJEMSVAR_KEY_DIR; answers are taken without tags");
  }
}

/* ---- what the pages of a round follow from */

static void digest_string(crypto_generichash_state *state, const char *string) {
  static const unsigned char none = 1; /* no string ends with it */
  if (string == NULL) {
    crypto_generichash_update(state, &none, 1);
  } else {
    crypto_generichash_update(state, (const unsigned char *)string, strlen(string) + 1);
  }
}

static void digest_number(crypto_generichash_state *state, int number) {
  crypto_generichash_update(state, (const unsigned char *)&number, sizeof number);
}

static void digest_settings(crypto_generichash_state *state, const struct catalogue *catalogue) {
  for (size_t i = 0; i < catalogue->settings_count; i++) {
    digest_string(state, catalogue->settings[i].key);
    digest_string(state, catalogue->settings[i].value);
    digest_number(state, catalogue->settings[i].municipality);
  }
}

/* All of it, whether or not a page says it today. */
static void digest_round(crypto_generichash_state *state, const struct catalogue_round *row) {
  const int numbers[] = {row->id,
                         row->version,
                         (int)row->state,
                         row->takes_posts,
                         row->traces,
                         row->confirm_scale,
                         row->invite,
                         row->allow_drafts,
                         (int)row->languages_count,
                         (int)row->texts_count};
  for (size_t i = 0; i < array_length(numbers); i++) {
    digest_number(state, numbers[i]);
  }
  digest_string(state, row->questionnaire);
  digest_string(state, row->definition);
  for (size_t i = 0; i < row->languages_count; i++) {
    digest_string(state, row->languages[i]);
  }
  for (size_t i = 0; i < row->texts_count; i++) {
    digest_string(state, row->texts[i].language);
    digest_string(state, row->texts[i].json);
    digest_number(state, row->texts[i].approved);
  }
}

static void set_digest(const struct catalogue *catalogue, const struct catalogue_round *row,
                       struct site_round *round) {
  crypto_generichash_state state;
  crypto_generichash_init(&state, NULL, 0, sizeof round->digest);
  digest_settings(&state, catalogue);
  digest_round(&state, row);
  crypto_generichash_final(&state, round->digest, sizeof round->digest);
}

/* ---- rounds and links */

/* Rounds of one questionnaire version share the definition's text, and so the
 * questionnaire. */
static const struct questionnaire *load_definition(struct site *site, size_t index) {
  const struct catalogue_round *rows = site->catalogue->rounds;
  for (size_t i = 0; i < index; i++) {
    if (rows[i].definition == rows[index].definition && site->rounds[i] != NULL) {
      return site->rounds[i]->questionnaire;
    }
  }
  struct complaints complaints = {0};
  const struct questionnaire *questionnaire =
      questionnaire_load(rows[index].definition, site->arena, &complaints);
  if (questionnaire == NULL) {
    complain(rows[index].id, "questionnaire", &complaints);
  }
  return questionnaire;
}

static bool load_round(struct site *site, size_t index, const struct config *config,
                       int *keyless_round) {
  const struct catalogue_round *row = &site->catalogue->rounds[index];
  struct site_round *round = arena_alloc(site->arena, sizeof *round);
  if (round == NULL) {
    return false;
  }
  round->id = row->id;
  round->state = row->state;
  round->takes_posts = row->takes_posts;
  round->traces = row->traces;
  round->confirm_scale = row->confirm_scale;
  round->invite = row->invite;
  round->questionnaire = load_definition(site, index);
  if (round->questionnaire == NULL) {
    return true;
  }
  load_trace_key(config, round, keyless_round);
  if (!load_languages(site, row, round)) {
    return false;
  }
  set_digest(site->catalogue, row, round);
  site->rounds[index] = round;
  return true;
}

static bool load_link(struct site *site, const struct catalogue_link *row) {
  const struct site_round *round = site->rounds[row->round];
  if (round == NULL || (row->code == NULL && round->state == ROUND_FINALISED)) {
    return true;
  }
  struct link_entry *entry = arena_alloc(site->arena, sizeof *entry);
  if (entry == NULL) {
    return false;
  }
  entry->link = (struct site_link){.code = row->code,
                                   .round = round,
                                   .municipality = row->municipality,
                                   .municipality_name = row->municipality_name,
                                   .cancelled = row->cancelled,
                                   .successor = row->successor};
  if (row->code == NULL) {
    entry->member = member_key(round->id, row->municipality);
    HASH_ADD(hh, site->members, member, sizeof entry->member, entry);
    return entry->hh.tbl != NULL;
  }
  HASH_ADD_KEYPTR(hh, site->links, entry->link.code, strlen(entry->link.code), entry);
  if (entry->hh.tbl == NULL) {
    return false;
  }
  if (round->state == ROUND_OPEN && !row->cancelled) {
    entry->link.pages =
        arena_array(site->arena, round->languages_count, sizeof entry->link.pages[0]);
    return entry->link.pages != NULL;
  }
  return true;
}

static bool load_all(struct site *site, const struct config *config, int *keyless_round) {
  const struct catalogue *catalogue = site->catalogue;
  site->rounds = arena_array(site->arena, catalogue->rounds_count + 1, sizeof(struct site_round *));
  if (site->rounds == NULL) {
    return false;
  }
  for (size_t i = 0; i < catalogue->rounds_count; i++) {
    if (!load_round(site, i, config, keyless_round)) {
      return false;
    }
  }
  for (size_t i = 0; i < catalogue->links_count; i++) {
    if (!load_link(site, &catalogue->links[i])) {
      return false;
    }
  }
  return true;
}

struct site *site_new(struct arena *arena, const struct catalogue *catalogue,
                      const struct pages *pages, const struct config *config, int *keyless_round) {
  struct site *site = calloc(1, sizeof *site);
  struct catalogue *copy = arena_alloc(arena, sizeof *copy);
  if (site == NULL || copy == NULL) {
    free(site);
    arena_free(arena);
    return NULL;
  }
  *copy = *catalogue;
  *site = (struct site){.arena = arena, .catalogue = copy, .pages = pages, .references = 1};
  if (!load_all(site, config, keyless_round)) {
    site_release(site);
    return NULL;
  }
  return site;
}

struct site *site_hold(struct site *site) {
  if (site != NULL) {
    site->references++;
  }
  return site;
}

void site_release(struct site *site) {
  if (site == NULL || --site->references > 0) {
    return;
  }
  struct link_entry *entry, *next;
  HASH_ITER(hh, site->links, entry, next) {
    HASH_DEL(site->links, entry);
    for (size_t i = 0; entry->link.pages != NULL && i < entry->link.round->languages_count; i++) {
      body_release(atomic_load(&entry->link.pages[i].body));
    }
  }
  HASH_CLEAR(hh, site->members);
  arena_free(site->arena);
  free(site);
}

/* ---- first pages */

const struct body *site_page(const struct site_link *link, const struct site_language *language) {
  return atomic_load(&link->pages[language - link->round->languages].body);
}

static struct body *render(const struct site *site, const struct site_link *link,
                           const struct site_language *language) {
  struct body *body = NULL;
  struct arena *arena = arena_new(0);
  struct view view = {.pages = site->pages,
                      .site = site,
                      .link = link,
                      .language = language,
                      .arena = arena,
                      .number = "",
                      .asked = "",
                      .noticed = ""};
  struct text page;
  text_init(&page);
  if (arena != NULL && view_intro(&view, &page)) {
    body = body_new(&page, site->pages->policy);
  }
  text_clear(&page);
  arena_free(arena);
  return body;
}

bool site_render(const struct site *site, const struct site_link *link,
                 const struct site_language *language) {
  struct site_page *page = &link->pages[language - link->round->languages];
  if (atomic_load(&page->body) != NULL) {
    return true;
  }
  struct body *body = render(site, link, language), *none = NULL;
  if (body != NULL && !atomic_compare_exchange_strong(&page->body, &none, body)) {
    body_release(body); /* another was faster */
  }
  return body != NULL;
}

static bool say_the_same(const struct site_link *a, const struct site_link *b) {
  return memcmp(a->round->digest, b->round->digest, sizeof a->round->digest) == 0 &&
         a->municipality == b->municipality &&
         strcmp(a->municipality_name, b->municipality_name) == 0;
}

void site_inherit(struct site *site, const struct site *before) {
  for (struct link_entry *entry = site->links; entry != NULL; entry = entry->hh.next) {
    const struct site_link *link = &entry->link;
    const struct site_link *old = before == NULL ? NULL : site_find(before, link->code);
    if (link->pages == NULL || old == NULL || old->pages == NULL || !say_the_same(link, old)) {
      continue;
    }
    for (size_t i = 0; i < link->round->languages_count; i++) {
      atomic_store(&link->pages[i].body, body_hold(atomic_load(&old->pages[i].body)));
    }
  }
}

/* ---- looking things up */

const struct site_link *site_find(const struct site *site, const char *code) {
  struct link_entry *entry = NULL;
  HASH_FIND_STR(site->links, code, entry);
  return entry != NULL ? &entry->link : NULL;
}

const struct site_link *site_member(const struct site *site, int round, int municipality) {
  struct link_entry *entry = NULL;
  const int64_t key = member_key(round, municipality);
  HASH_FIND(hh, site->members, &key, sizeof key, entry);
  return entry != NULL ? &entry->link : NULL;
}

const struct site_language *site_language(const struct site_round *round, const char *code) {
  for (size_t i = 0; i < round->languages_count; i++) {
    if (strcmp(round->languages[i].code, code) == 0) {
      return &round->languages[i];
    }
  }
  return NULL;
}

const char *site_notice(const struct site *site, int municipality, const char *key) {
  for (size_t i = 0; i < site->catalogue->settings_count; i++) {
    const struct catalogue_setting *setting = &site->catalogue->settings[i];
    if (setting->municipality == municipality && strcmp(setting->key, key) == 0) {
      return setting->value;
    }
  }
  return "";
}

const char *site_setting(const struct site *site, const char *key) {
  return site_notice(site, 0, key);
}

int site_personal(const struct site *site, int round, const char **name) {
  for (size_t i = 0; i < site->catalogue->links_count; i++) {
    const struct catalogue_link *link = &site->catalogue->links[i];
    const struct site_round *of = site->rounds[link->round];
    if (of != NULL && of->id == round && of->questionnaire->personal) {
      *name = link->municipality_name;
      return link->municipality;
    }
  }
  return 0;
}
