/* trace: what may be kept of where an answer came from.
 *
 * Never the address or the headers themselves: a 16-bit tag of each under the
 * round's own key (crypto_tag). A live request and an imported row come through
 * here, so that the same home gets the same tag by both ways. */
#ifndef HJEMSVAR_SURVEY_TRACE_H
#define HJEMSVAR_SURVEY_TRACE_H

#include "base/crypto.h"

/* The tag of a network, from an address as text: IPv4 whole, IPv6 its first 64
 * bits (what one home is given, RFC 6177), IPv4 mapped into IPv6 as IPv4. White
 * space around an address, "[" and "]", and a zone ("%eth0") do not matter. A
 * text that is no address is tagged as it is. */
uint16_t trace_network_tag(const unsigned char key[CRYPTO_KEY_BYTES], const char *text_address);

/* The tag of a device, from the bytes of its request headers. */
uint16_t trace_device_tag(const unsigned char key[CRYPTO_KEY_BYTES], const char *bytes,
                          size_t size);

#endif
