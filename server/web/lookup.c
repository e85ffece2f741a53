#include "web/lookup.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "web/reply.h"
#include "web/respondent.h"
#include "web/server.h"
#include "web/submit.h"
#include "web/tally.h"
#include "web/view.h"
#include "web/work.h"

enum { KNOWN_SLOTS = 8192, ASK_TURNS = 2 };

/* Found here, by current hash. */
struct known {
  unsigned char hash[CRYPTO_DIGEST_BYTES];
  int round; /* 0: empty */
  int municipality;
  int generation;
};

struct lookup {
  struct tally *misses; /* wrong codes */
  struct known known[KNOWN_SLOTS];
};

/* What the worker is given and gives back. */
struct inquiry {
  unsigned char hashes[CRYPTO_GENERATIONS][CRYPTO_DIGEST_BYTES];
  int generations;
  int64_t deadline_ms;
  bool opens;           /* the first page is asked for: */
  const char *code;     /* of the work's arena, as is what follows */
  const char *language; /* NULL: the round's first */
  bool takes_gzip;
  enum store_result result;
  struct code_found found;
  enum coding coding; /* of the work's reply text: the page, empty when there is none */
};

struct lookup *lookup_new(void) {
  struct lookup *lookup = calloc(1, sizeof *lookup);
  if (lookup == NULL) {
    return NULL;
  }
  lookup->misses = tally_new(LOOKUP_FORGIVE_S);
  if (lookup->misses == NULL) {
    free(lookup);
    return NULL;
  }
  return lookup;
}

void lookup_free(struct lookup *lookup) {
  if (lookup != NULL) {
    tally_free(lookup->misses);
  }
  free(lookup);
}

bool lookup_wanted(const struct request *request) {
  return request->single && !request->looked_up;
}

/* ---- guessing */

static uint32_t now_s(void) {
  return (uint32_t)(clock_now_ms() / 1000);
}

bool lookup_guesses(const struct request *request) {
  struct tally *misses = request->server->lookup->misses;
  uint16_t tag = tally_tag(misses, submit_client_address(request));
  return tally_count(misses, tag, now_s()) >= LOOKUP_MISSES_MAX;
}

void lookup_count_miss(const struct request *request) {
  struct tally *misses = request->server->lookup->misses;
  tally_add(misses, tally_tag(misses, submit_client_address(request)), now_s());
}

/* ---- what is known already */

static struct known *slot_of(const struct request *request, const unsigned char *hash) {
  size_t slot = (size_t)(hash[0] << 8 | hash[1]) % KNOWN_SLOTS;
  return &request->server->lookup->known[slot];
}

static void remember(const struct request *request, const struct inquiry *inquiry) {
  struct known *known = slot_of(request, inquiry->hashes[0]);
  memcpy(known->hash, inquiry->hashes[0], sizeof known->hash);
  known->round = inquiry->found.round;
  known->municipality = inquiry->found.municipality;
  known->generation = inquiry->found.generation;
}

static bool recall(const struct request *request, struct inquiry *inquiry) {
  const struct known *known = slot_of(request, inquiry->hashes[0]);
  if (known->round == 0 || memcmp(known->hash, inquiry->hashes[0], sizeof known->hash) != 0) {
    return false;
  }
  inquiry->found = (struct code_found){.round = known->round,
                                       .municipality = known->municipality,
                                       .generation = known->generation,
                                       .state = CODE_LIVES};
  return true;
}

/* ---- the link */

/* A link with the code that was typed, of the arena. NULL when the site does not have the
 * round (yet) or memory is out. */
static const struct site_link *own_link(const struct site *site, const struct code_found *found,
                                        const char *code, struct arena *arena) {
  const struct site_link *member = site_member(site, found->round, found->municipality);
  struct site_link *link = member == NULL ? NULL : arena_alloc(arena, sizeof *link);
  if (link != NULL) {
    *link = *member;
    link->code = code;
    link->cancelled = link->cancelled || found->state == CODE_CANCELLED;
  }
  return link;
}

static bool set_link(struct request *request, const struct inquiry *inquiry) {
  const struct code_found *found = &inquiry->found;
  request->link = own_link(request->site, found, request->code, request->arena);
  if (request->link == NULL) {
    return false;
  }
  request->code_state = found->state;
  memcpy(request->code_hash, inquiry->hashes[found->generation], sizeof request->code_hash);
  request_choose_language(request);
  return true;
}

/* Without the round there is no form to show; what was typed is in the page all the same. */
static enum MHD_Result say_later(struct request *request) {
  const char *kind = strcmp(request->route->method, "POST") == 0 ? "busy" : "later";
  return reply_problem(request, MHD_HTTP_SERVICE_UNAVAILABLE, kind, "busy");
}

/* ---- asking */

static void render(struct work *work, struct inquiry *inquiry) {
  const struct site_link *link = own_link(work->site, &inquiry->found, inquiry->code, work->arena);
  if (link == NULL || link->cancelled || inquiry->found.state != CODE_LIVES ||
      link->round->state != ROUND_OPEN) {
    return;
  }
  const struct site_language *language =
      inquiry->language == NULL ? NULL : site_language(link->round, inquiry->language);
  struct view view = {.pages = work->pages,
                      .site = work->site,
                      .link = link,
                      .language = language != NULL ? language : &link->round->languages[0],
                      .arena = work->arena,
                      .number = "",
                      .asked = "",
                      .noticed = ""};
  if (view_intro(&view, &work->reply.text)) {
    inquiry->coding = reply_pack(&work->reply.text, inquiry->takes_gzip);
  } else {
    text_clear(&work->reply.text);
  }
}

/* On a worker's thread. A connection that was lost while nobody used it is found out by
 * the first question alone, so that one is asked again. */
static void ask(struct work *work) {
  struct inquiry *inquiry = work->context;
  if (work->deadline_ms > inquiry->deadline_ms) {
    work->deadline_ms = inquiry->deadline_ms;
  }
  for (int turn = 0; turn < ASK_TURNS && inquiry->result == STORE_DOWN; turn++) {
    struct store *store = work_store(work, STORE_AS_WRITER);
    if (store == NULL) {
      break;
    }
    inquiry->result = code_find(store, inquiry->hashes, inquiry->generations, &inquiry->found);
  }
  if (inquiry->result == STORE_OK && inquiry->opens) {
    render(work, inquiry);
  }
  work->result = inquiry;
}

struct work *lookup_work(struct request *request, route_work *run) {
  struct form form = request->form;
  request->form = (struct form){0};
  struct work *work = work_new(request, run);
  if (work != NULL) {
    work->pool = POOL_LOOKUPS;
  }
  request->form = form;
  return work;
}

static bool hand_over(struct request *request, const struct inquiry *inquiry) {
  struct work *work = lookup_work(request, ask);
  struct inquiry *asked = work == NULL ? NULL : arena_alloc(work->arena, sizeof *asked);
  if (asked == NULL) {
    work_free(work);
    return false;
  }
  *asked = *inquiry;
  asked->opens = request->route->handle == respondent_open;
  asked->code = arena_string(work->arena, request->code);
  asked->language = work_query(work, "lang");
  asked->takes_gzip = request->takes_gzip;
  work->site = site_hold(request->site);
  work->context = asked;
  if (asked->code == NULL) {
    work_free(work);
    return false;
  }
  request->looking = true;
  if (!request_send(request, work)) {
    request->looking = false;
    return false;
  }
  return true;
}

enum MHD_Result lookup_begin(struct request *request, bool *done) {
  const struct crypto_keys *keys = request->server->keys;
  int64_t now_ms = clock_now_ms();
  struct inquiry inquiry = {.generations = keys->generations,
                            .deadline_ms = now_ms + LOOKUP_PATIENCE_MS,
                            .result = STORE_DOWN};
  *done = false;
  request->answer_by_ms = now_ms + LOOKUP_ANSWER_WITHIN_MS;
  code_hash(keys, request->code, inquiry.hashes);
  bool posts = strcmp(request->route->method, "POST") == 0;
  if (posts && recall(request, &inquiry) && set_link(request, &inquiry)) {
    request->looked_up = true;
    *done = true;
    return MHD_YES;
  }
  if (lookup_guesses(request)) {
    return reply_problem(request, MHD_HTTP_TOO_MANY_REQUESTS, "guessing", "too_many_codes");
  }
  return hand_over(request, &inquiry) ? MHD_YES : say_later(request);
}

enum MHD_Result lookup_finish(struct request *request, bool *done) {
  struct inquiry inquiry = {.result = STORE_DOWN};
  *done = false;
  if (request->work != NULL && request->work->result != NULL) {
    inquiry = *(const struct inquiry *)request->work->result;
    request->own_page = request->work->reply.text;
    request->own_page_coding = inquiry.coding;
    text_init(&request->work->reply.text);
  }
  work_free(request->work);
  request->work = NULL;
  request->looking = false;
  request->looked_up = true;
  if (inquiry.result == STORE_NONE) {
    lookup_count_miss(request);
    *done = true;
    return MHD_YES;
  }
  if (inquiry.result != STORE_OK || !set_link(request, &inquiry)) {
    return say_later(request);
  }
  remember(request, &inquiry);
  *done = true;
  return MHD_YES;
}
