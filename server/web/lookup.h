/* lookup: which round and municipality a single-use code opens.
 *
 * Asked of the database by a worker while the request is suspended, before the route's
 * handler runs; GETs each time, for they say whether the code lives. The worker then
 * renders the first page with the code, too: the loop has no time for that. The round and
 * municipality of a code never change, so a POST is spared the question when this server
 * has lately found the code: what becomes of the answer is the writer's to decide anyway.
 * What is remembered is a hash, in memory, of the last few thousand codes.
 *
 * Guessing is bounded: whoever asks for codes that are none, well-formed ones, is soon
 * refused (429) for a while (tally.h). All of it is the loop's own. */
#ifndef HJEMSVAR_WEB_LOOKUP_H
#define HJEMSVAR_WEB_LOOKUP_H

#include "web/request.h"

enum {
  LOOKUP_MISSES_MAX = 30,        /* wrong codes in a row that one network may ask for */
  LOOKUP_FORGIVE_S = 10,         /* after so long one of them is forgotten */
  LOOKUP_PATIENCE_MS = 3000,     /* for the database */
  LOOKUP_ANSWER_WITHIN_MS = 9000 /* for the look-up and the writer together */
};

struct lookup;

/* NULL when memory is out. */
must_check struct lookup *lookup_new(void);
void lookup_free(struct lookup *lookup); /* NULL is allowed */

/* Whether the request has a single-use code whose round is not known yet. */
must_check bool lookup_wanted(const struct request *request);

/* Finds it in memory (*done: go on), or suspends the request until a worker has asked, or
 * answers: 429, or 503 when no worker can. */
must_check enum MHD_Result lookup_begin(struct request *request, bool *done);

/* Work for the workers that look things up. The form stays with the request: it must not be lost
 * when the worker is late. NULL when memory is out. */
must_check struct work *lookup_work(struct request *request, route_work *run);

/* Whether the request's network has asked for too many codes that are none; counts one more. For
 * other links that can be guessed. */
must_check bool lookup_guesses(const struct request *request);
void lookup_count_miss(const struct request *request);

/* The worker is done: sets the request's link, language, code_state and
 * own page. *done: go on;
 * otherwise the request was answered. An unknown code leaves the link NULL. */
must_check enum MHD_Result lookup_finish(struct request *request, bool *done);

#endif
