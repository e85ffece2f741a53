/* site: all that the respondents' listener serves, at one moment.
 *
 * Built from a catalogue on the thread that watches for changes, never on the loop;
 * immutable afterwards, but for the first pages: each is rendered by a worker when it is first
 * asked for. The loop holds the newest site and every request the one it began
 * with, by counted references that only the loop thread touches. */
#ifndef HJEMSVAR_WEB_SITE_H
#define HJEMSVAR_WEB_SITE_H

#include "base/config.h"
#include "base/crypto.h"
#include "store/catalogue.h"
#include "survey/code.h"
#include "survey/translation.h"
#include "web/body.h"
#include "web/pages.h"

enum { SITE_DIGEST_BYTES = 32 };

struct site_language {
  const char *code; /* BCP 47 */
  const char *name; /* in itself */
  bool right_to_left;
  bool draft;
  json_t *words; /* our own words; borrowed from the pages */
  const struct translation *translation;
};

struct site_round {
  int id;
  enum round_state state;
  bool takes_posts;
  bool traces;
  bool confirm_scale; /* a scale that contradicts all else is asked back */
  bool invite;        /* the other parent is invited after the thank-you */
  bool has_trace_key;
  unsigned char trace_key[CRYPTO_KEY_BYTES];
  const struct questionnaire *questionnaire;
  const struct site_language *languages;   /* as offered; the first one opens */
  size_t languages_count;                  /* at least 1 */
  unsigned char digest[SITE_DIGEST_BYTES]; /* of all that the catalogue says of it, and of the
                                              settings: its links' pages follow from these */
};

struct site_page; /* a first page: site_page() */

struct site_link {
  const char *code; /* NULL: a round of single-use codes; each request has its own */
  const struct site_round *round;
  int municipality;
  const char *municipality_name;
  bool cancelled;
  const char *successor;   /* code, or NULL */
  struct site_page *pages; /* per language of the round; NULL unless open, or without a code */
};

struct site;

/* Builds a site from a catalogue, taking over its arena (which it frees, also on
 * failure). A round whose definition cannot be read, or a translation that cannot, is
 * left out and logged. A traced round without its key is logged once: keyless_round, owned by the
 * caller, is the highest round that was. NULL when memory is out. The reference count starts at
 * 1. */
must_check struct site *site_new(struct arena *arena, const struct catalogue *catalogue,
                                 const struct pages *pages, const struct config *config,
                                 int *keyless_round);

/* On the loop, before a site is served: takes over the pages of the one before it (or NULL) that
 * say the same in both. */
void site_inherit(struct site *site, const struct site *before);

/* Counts a reference up, or down (freeing at 0). NULL is allowed. */
struct site *site_hold(struct site *site);
void site_release(struct site *site);

/* The link of a canonical code, or NULL. */
const struct site_link *site_find(const struct site *site, const char *code);

/* The first page of an open link with a code in a language of its round; NULL until it was
 * rendered. On any thread. */
const struct body *site_page(const struct site_link *link, const struct site_language *language);

/* Renders and compresses that page unless it is there, which takes milliseconds: on a worker's
 * thread, while the loop holds the site for it. False when memory is out. */
must_check bool site_render(const struct site *site, const struct site_link *link,
                            const struct site_language *language);

/* A municipality of a round whose letters have codes of their own: a link without a code
 * and first pages; NULL when the site does not have it. */
const struct site_link *site_member(const struct site *site, int round, int municipality);

/* The language of a round by code, or NULL when it is not offered. */
const struct site_language *site_language(const struct site_round *round, const char *code);

/* An installation-wide setting, "" when it is not set. */
const char *site_setting(const struct site *site, const char *key);

/* The municipality of a personal round and its name; 0 when there is no such round. */
int site_personal(const struct site *site, int round, const char **name);

/* What a municipality tells the parents of its personal rounds, "" when it is not set. */
const char *site_notice(const struct site *site, int municipality, const char *key);

#endif
