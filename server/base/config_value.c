#include "base/config_value.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

enum {
  PORT_MAX = 65535,
  CONNECTIONS_MAX = 100000,
  SECONDS_LEAST = 10, /* WORKER_PATIENCE_MS and _LATE_MS: an ordinary request may take nine */
  SECONDS_MAX = 3600,
  BATCH_MOST = 256,
  FILE_MAX_BYTES = 64 * 1024,
  MAPPED_BITS = 96 /* ::ffff:0:0/96, RFC 4291 section 2.5.5.2 */
};

static const char out_of_memory[] = "memory is out; hint: free some and start again";

static bool is_digit(char byte) {
  return byte >= '0' && byte <= '9';
}

static bool is_host_character(char byte) {
  return is_digit(byte) || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         byte == '.' || byte == '-';
}

/* Reads a number that is all of text; -1 when it is none or above max. */
static int read_number(const char *text, size_t length, int max) {
  int number = 0;
  if (length == 0) {
    return -1;
  }
  for (size_t i = 0; i < length; i++) {
    if (!is_digit(text[i])) {
      return -1;
    }
    number = number * 10 + (text[i] - '0');
    if (number > max) {
      return -1;
    }
  }
  return number;
}

/* Tells whether the bytes are a name, an IPv4 address or an IPv6 address in
 * brackets. */
static bool is_host(const char *host, size_t length) {
  char address[INET6_ADDRSTRLEN];
  struct in6_addr parsed;
  if (length > 2 && host[0] == '[' && host[length - 1] == ']') {
    if (length - 2 >= sizeof address) {
      return false;
    }
    memcpy(address, host + 1, length - 2);
    address[length - 2] = '\0';
    return inet_pton(AF_INET6, address, &parsed) == 1;
  }
  for (size_t i = 0; i < length; i++) {
    if (!is_host_character(host[i])) {
      return false;
    }
  }
  return length > 0;
}

const char *config_value_listen(const char *value, struct arena *arena, const char **out) {
  static const char local[] = "127.0.0.1";
  const char *colon = strrchr(value, ':');
  const char *port = colon == NULL ? value : colon + 1;
  size_t host_length = colon == NULL ? 0 : (size_t)(colon - value);
  if (read_number(port, strlen(port), PORT_MAX) < 0) {
    return "the port is not a number from 0 to 65535; hint: write HOST:PORT, e.g. 127.0.0.1:8080";
  }
  if (host_length > 0 && !is_host(value, host_length)) {
    return "the host is no name or address; hint: write HOST:PORT, e.g. 127.0.0.1:8080, or "
           "[::1]:8080 for IPv6";
  }
  const char *host = host_length > 0 ? value : local;
  *out = arena_printf(arena, "%.*s:%s", (int)(host_length > 0 ? host_length : sizeof local - 1),
                      host, port);
  return *out == NULL ? out_of_memory : NULL;
}

/* Splits "host", "host:port", "[v6]" and "[v6]:port" and checks both. */
static bool is_authority(const char *text, size_t length) {
  size_t host_length = length;
  for (size_t i = length; i-- > 0 && text[i] != ']';) {
    if (text[i] == ':') {
      host_length = i;
      break;
    }
  }
  if (host_length < length &&
      read_number(text + host_length + 1, length - host_length - 1, PORT_MAX) < 0) {
    return false;
  }
  return is_host(text, host_length);
}

static char *lower_copy(struct arena *arena, const char *bytes, size_t length) {
  char *copy = arena_copy(arena, bytes, length);
  for (size_t i = 0; copy != NULL && i < length; i++) {
    if (copy[i] >= 'A' && copy[i] <= 'Z') {
      copy[i] = (char)(copy[i] - 'A' + 'a');
    }
  }
  return copy;
}

const char *config_value_url(const char *value, struct arena *arena, const char **out) {
  size_t length = strlen(value);
  char *url = lower_copy(arena, value, length);
  if (url == NULL) {
    return out_of_memory;
  }
  const char *authority;
  if (strncmp(url, "https://", 8) == 0) {
    authority = url + 8;
  } else if (strncmp(url, "http://", 7) == 0) {
    authority = url + 7;
  } else {
    return "it does not begin with https:// or http://; hint: write https://HOST";
  }
  if (strpbrk(authority, "?#@") != NULL) {
    return "it holds a query, a fragment or a user; hint: write only https://HOST";
  }
  const char *slash = strchr(authority, '/');
  if (slash != NULL && slash[1] != '\0') {
    return "it holds a path; hint: write only https://HOST, links begin with /S/ below it";
  }
  if (slash != NULL) {
    url[--length] = '\0';
  }
  if (!is_authority(authority, strlen(authority))) {
    return "its host or port is not valid; hint: write https://HOST or https://HOST:PORT, a host "
           "with æ, ø or å as xn--";
  }
  *out = url;
  return NULL;
}

/* Reads "address" or "address/bits". */
static bool read_network(const char *text, size_t length, struct config_network *network) {
  char address[INET6_ADDRSTRLEN];
  const char *slash = memchr(text, '/', length);
  size_t address_length = slash == NULL ? length : (size_t)(slash - text);
  if (address_length >= sizeof address) {
    return false;
  }
  memcpy(address, text, address_length);
  address[address_length] = '\0';
  int bits_max = 128, mapped_bits = 0;
  if (inet_pton(AF_INET, address, network->address + 12) == 1) {
    memset(network->address, 0, 10);
    memset(network->address + 10, 0xff, 2);
    bits_max = 32;
    mapped_bits = MAPPED_BITS;
  } else if (inet_pton(AF_INET6, address, network->address) != 1) {
    return false;
  }
  int bits = bits_max;
  if (slash != NULL) {
    bits = read_number(slash + 1, length - address_length - 1, bits_max);
  }
  network->prefix_bits = bits + mapped_bits;
  return bits >= 0;
}

const char *config_value_networks(const char *value, struct arena *arena,
                                  const struct config_network **out, size_t *count) {
  static const char separators[] = ", \t\r\n";
  /* Each network takes one byte and, but for the last, a separator. */
  struct config_network *networks = arena_array(arena, strlen(value) / 2 + 1, sizeof *networks);
  if (networks == NULL) {
    return out_of_memory;
  }
  *count = 0;
  for (;;) {
    value += strspn(value, separators);
    size_t length = strcspn(value, separators);
    if (length == 0) {
      break;
    }
    if (!read_network(value, length, &networks[*count])) {
      return "it holds something that is no network; hint: write addresses or networks separated "
             "by commas, e.g. 10.0.0.0/8,fd00::/8";
    }
    (*count)++;
    value += length;
  }
  *out = networks;
  return NULL;
}

const char *config_value_connections(const char *value, int *out) {
  *out = read_number(value, strlen(value), CONNECTIONS_MAX);
  return *out < 1 ? "it is not a number from 1 to 100000; hint: leave it out for 1024" : NULL;
}

const char *config_value_seconds(const char *value, int *out) {
  *out = read_number(value, strlen(value), SECONDS_MAX);
  return *out < SECONDS_LEAST
             ? "it is not a number of seconds from 10 to 3600; hint: leave it out for 30"
             : NULL;
}

const char *config_value_batch(const char *value, int *out) {
  *out = read_number(value, strlen(value), BATCH_MOST);
  return *out < 1 ? "it is not a number from 1 to 256; hint: leave it out for 256" : NULL;
}

const char *config_value_header(const char *value, struct arena *arena, const char **out) {
  *out = NULL;
  if (value == NULL) {
    return NULL;
  }
  size_t letters =
      strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
  if (letters == 0 || letters > 64 || value[letters] != '\0') {
    return "this is no name of a header; hint: write it as in X-Remote-User";
  }
  *out = arena_string(arena, value);
  return *out == NULL ? out_of_memory : NULL;
}

const char *config_value_file(const char *path, struct arena *arena, const char **out) {
  FILE *file = fopen(path, "re");
  if (file == NULL) {
    return "the file cannot be opened; hint: check the path and who may read it";
  }
  const char *wrong = NULL;
  char *content = arena_alloc(arena, FILE_MAX_BYTES + 1);
  if (content == NULL) {
    wrong = out_of_memory;
  } else {
    size_t length = fread(content, 1, FILE_MAX_BYTES + 1, file);
    if (ferror(file) != 0 || length > FILE_MAX_BYTES || memchr(content, '\0', length) != NULL) {
      wrong = "the file cannot be read, is longer than 64 KiB or is no text; hint: it holds the "
              "value and nothing else";
    } else {
      while (length > 0 && (content[length - 1] == '\n' || content[length - 1] == '\r')) {
        length--;
      }
      content[length] = '\0';
      *out = content;
    }
  }
  (void)fclose(file);
  return wrong;
}
