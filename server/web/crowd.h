/* crowd: who may try a password at the console's door now, and who is asked to come again.
 *
 * Comparing a password costs as much as serving thousands of pages, whether anybody has the
 * address or not. So it is decided on the loop, before anything is counted or asked, and by what
 * costs nothing: how many wait already, and how often the client's network was wrong lately
 * (tally.h). A browser in which the typed address has signed in before (token_device_check) comes
 * in all the same, and before the strangers who wait: a flood of those must not keep staff out,
 * not from their own network either. */
#ifndef HJEMSVAR_WEB_CROWD_H
#define HJEMSVAR_WEB_CROWD_H

#include "web/request.h"

enum {
  CROWD_STRANGERS_MAX = 4, /* waiting; browsers that are known have the rest of the queue */
  CROWD_WAIT_S = 2,        /* by then those have had their turn */
  CROWD_WRONG_MAX = 5,     /* strangers of one network: wrong lately, or not judged yet */
  CROWD_FORGIVE_S = 5      /* after so long one of them is forgotten */
};

/* Whether the request may be given to the door's workers, and if so whether it goes ahead of others
 * (*ahead); otherwise it is answered, with *result: 429 or 503, both with Retry-After. */
must_check bool crowd_admit(struct request *request, bool *ahead, enum MHD_Result *result);

/* The request's work is done or was given up: only a wrong password stays counted. */
void crowd_settle(struct request *request);

#endif
