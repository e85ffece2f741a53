/* tally: how often each network has lately done what nobody should do often.
 *
 * Counts in memory alone, by a 16-bit tag of the client's network whose key is drawn here and
 * lives as long as the tally: no address is kept. One is forgotten every forgive_s seconds, so
 * that a network slows down and is never locked out. Seconds are of any clock that goes forward.
 * Not thread-safe: the loop's own. */
#ifndef HJEMSVAR_WEB_TALLY_H
#define HJEMSVAR_WEB_TALLY_H

#include "base/base.h"

struct tally;

/* forgive_s: 1 or more. NULL when memory is out. */
must_check struct tally *tally_new(uint32_t forgive_s);
void tally_free(struct tally *tally); /* NULL is allowed */

/* The tag under which an address, as text, is counted; NULL is a network of its own. */
uint16_t tally_tag(const struct tally *tally, const char *address);

/* What is not forgotten yet. */
uint32_t tally_count(struct tally *tally, uint16_t tag, uint32_t now_s);

/* Counts one more; takes one back that was counted and should not have been. */
void tally_add(struct tally *tally, uint16_t tag, uint32_t now_s);
void tally_take_back(struct tally *tally, uint16_t tag, uint32_t now_s);

/* Seconds until the next one is forgotten: 1 to forgive_s. */
int tally_wait_s(struct tally *tally, uint16_t tag, uint32_t now_s);

#endif
