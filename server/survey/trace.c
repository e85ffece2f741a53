#include "survey/trace.h"

#include <arpa/inet.h>
#include <string.h>

enum { IPV4_BYTES = 4, IPV6_BYTES = 16, IPV6_NETWORK_BYTES = 8 };

static const unsigned char mapped_prefix[IPV6_BYTES - IPV4_BYTES] = {0, 0, 0, 0, 0,    0,
                                                                     0, 0, 0, 0, 0xff, 0xff};

/* The address alone, without what people and servers write around it. False when
 * it is too long to be one. */
static bool bare_address(const char *text, char *out, size_t size) {
  text += strspn(text, " \t[");
  size_t length = strcspn(text, " \t]%");
  if (length >= size) {
    return false;
  }
  memcpy(out, text, length);
  out[length] = '\0';
  return true;
}

/* The bytes of the network, or 0 when the text is no address. */
static size_t parse_network(const char *text, unsigned char out[IPV6_BYTES]) {
  char address[INET6_ADDRSTRLEN];
  if (!bare_address(text, address, sizeof address)) {
    return 0;
  }
  if (inet_pton(AF_INET, address, out) == 1) {
    return IPV4_BYTES;
  }
  if (inet_pton(AF_INET6, address, out) != 1) {
    return 0;
  }
  if (memcmp(out, mapped_prefix, sizeof mapped_prefix) == 0) {
    memmove(out, out + sizeof mapped_prefix, IPV4_BYTES);
    return IPV4_BYTES;
  }
  return IPV6_NETWORK_BYTES;
}

uint16_t trace_network_tag(const unsigned char key[CRYPTO_KEY_BYTES], const char *text_address) {
  unsigned char network[IPV6_BYTES];
  size_t size = parse_network(text_address, network);
  if (size == 0) {
    return crypto_tag(key, "network", text_address, strlen(text_address));
  }
  return crypto_tag(key, "network", network, size);
}

uint16_t trace_device_tag(const unsigned char key[CRYPTO_KEY_BYTES], const char *bytes,
                          size_t size) {
  return crypto_tag(key, "device", bytes, size);
}
