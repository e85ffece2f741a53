/* simulate_place: from where, on what and when a simulated parent answers.
 *
 * Networks. A home has an address of its own, or one that its provider shares
 * out among many; phones away from it go through their operator's translators
 * (carrier-grade NAT), where a few addresses carry most of the traffic, or have
 * an IPv6 prefix of their own. Sharing is the rule in cellular networks and found
 * in a good part of the fixed ones (P. Richter et al., "A multi-perspective
 * analysis of carrier-grade NAT deployment", IMC 2016, doi 10.1145/2987443.2987474);
 * how many addresses an operator has for a region, and Zipf's law for their
 * use, are our assumption. Addresses are of the ranges kept for such use: 10/8
 * for homes, 100.64/10 (RFC 6598) for shared ones, 2001:db8/32 (RFC 3849).
 *
 * Devices. What a browser's headers tell: on most phones no more than kind,
 * version and languages (Chrome on Android says "Android 10; K" for every
 * model: chromium.org, "User-Agent Reduction"), in an application's own browser
 * also the model. The shares are our assumption. */
#ifndef HJEMSVAR_BENCH_SIMULATE_PLACE_H
#define HJEMSVAR_BENCH_SIMULATE_PLACE_H

#include "chance.h"

enum { PLACE_TEXT_BYTES = 192, PLACE_TIME_BYTES = 32 };

/* What a network or device is known by; equal when the same. */
typedef uint32_t place_key;

/* Fresh serial numbers for what nobody shares. */
struct place_serials {
  uint32_t last;
};

/* A network with an address of its own, such as a daycare's. */
place_key place_network_own(struct place_serials *serials);
/* Where a home's router is. */
place_key place_network_home(struct chance *chance, struct place_serials *serials);
/* Where a parent answers whose home has this network: at home, by the phone's own
 * connection or elsewhere. */
place_key place_network(struct chance *chance, struct place_serials *serials, place_key home);
/* A network other than this one. */
place_key place_network_other(struct chance *chance, struct place_serials *serials, place_key home,
                              place_key not_this);

place_key place_device(struct chance *chance);
place_key place_device_other(struct chance *chance, place_key not_this);
/* A tablet of an institution: one of a few models. */
place_key place_tablet(struct chance *chance);

/* As `answers import` reads them. */
void place_network_text(place_key network, char out[PLACE_TEXT_BYTES]);
void place_device_text(place_key device, char out[PLACE_TEXT_BYTES]);

/* Times are minutes since 1970 by a Danish clock on the wall; never from 2 to 3
 * at night, which one Sunday in spring does not have. */

/* A first answer: January to September 2022, six in the morning to midnight, most
 * after the children's bedtime. */
int64_t place_time_first(struct chance *chance);
/* The other parent's: mostly the same evening, else some days later. */
int64_t place_time_partner(struct chance *chance, int64_t first);
/* A repeat: two minutes to six weeks later, each doubling as likely. */
int64_t place_time_repeat(struct chance *chance, int64_t before);
/* On an institution's tablet: when children are fetched, half of them at one of the
 * meetings that it holds every fourth week. */
int64_t place_time_tablet(struct chance *chance);

/* "2022-03-04T20:15". */
void place_time_text(int64_t minute, char out[PLACE_TIME_BYTES]);

#endif
