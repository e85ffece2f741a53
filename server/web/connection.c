#include "web/connection.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define HASH_NONFATAL_OOM 1 /* uthash would end the program */
#include <uthash.h>

#include "base/clock.h"

/* Of an IPv4 address, or of an IPv6 network: a household has 2^64 addresses. */
struct address_count {
  unsigned char address[16];
  int connections;
  UT_hash_handle hh;
};

struct connection_table {
  const struct config *config;
  struct connection_entry *first;
  struct address_count *addresses;
  size_t count;
};

/* The 16-byte form of a socket address (IPv4 mapped; others all zero). */
static void to_bytes(const struct sockaddr *address, unsigned char out[16]) {
  memset(out, 0, 16);
  if (address == NULL) {
    return;
  }
  if (address->sa_family == AF_INET) {
    const struct sockaddr_in *in = (const struct sockaddr_in *)(const void *)address;
    out[10] = out[11] = 0xff;
    memcpy(out + 12, &in->sin_addr, 4);
  } else if (address->sa_family == AF_INET6) {
    const struct sockaddr_in6 *in = (const struct sockaddr_in6 *)(const void *)address;
    memcpy(out, &in->sin6_addr, 16);
  }
}

struct connection_table *connection_table_new(const struct config *config) {
  struct connection_table *table = calloc(1, sizeof *table);
  if (table != NULL) {
    table->config = config;
  }
  return table;
}

void connection_table_free(struct connection_table *table) {
  if (table == NULL) {
    return;
  }
  while (table->first != NULL) {
    connection_close(table, table->first);
  }
  free(table);
}

static void network_of(const unsigned char address[16], unsigned char network[16]) {
  static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
  memcpy(network, address, 16);
  if (memcmp(address, mapped, sizeof mapped) != 0) {
    memset(network + 8, 0, 8);
  }
}

static struct address_count *find_count(struct connection_table *table,
                                        const unsigned char address[16]) {
  struct address_count *count = NULL;
  unsigned char network[16];
  network_of(address, network);
  HASH_FIND(hh, table->addresses, network, 16, count);
  return count;
}

bool connection_welcome(struct connection_table *table, const struct sockaddr *address) {
  unsigned char key[16];
  to_bytes(address, key);
  const struct address_count *count = find_count(table, key);
  return count == NULL || count->connections < table->config->connections_per_address ||
         config_trusts(table->config, key);
}

static bool count_up(struct connection_table *table, const unsigned char address[16]) {
  struct address_count *count = find_count(table, address);
  if (count == NULL) {
    count = calloc(1, sizeof *count);
    if (count == NULL) {
      return false;
    }
    network_of(address, count->address);
    HASH_ADD(hh, table->addresses, address, 16, count);
    if (count->hh.tbl == NULL) {
      free(count);
      return false;
    }
  }
  count->connections++;
  return true;
}

static void count_down(struct connection_table *table, const unsigned char address[16]) {
  struct address_count *count = find_count(table, address);
  if (count != NULL && --count->connections == 0) {
    HASH_DEL(table->addresses, count);
    free(count);
  }
}

struct connection_entry *connection_open(struct connection_table *table, int fd,
                                         const struct sockaddr *address) {
  struct connection_entry *entry = calloc(1, sizeof *entry);
  if (entry == NULL) {
    return NULL;
  }
  to_bytes(address, entry->address);
  if (!count_up(table, entry->address)) {
    free(entry);
    return NULL;
  }
  entry->fd = fd;
  entry->since_ms = clock_now_ms();
  entry->deadline_ms = entry->since_ms + CONNECTION_HEADERS_MS;
  entry->next = table->first;
  if (table->first != NULL) {
    table->first->previous = entry;
  }
  table->first = entry;
  table->count++;
  return entry;
}

void connection_close(struct connection_table *table, struct connection_entry *entry) {
  if (entry->previous != NULL) {
    entry->previous->next = entry->next;
  } else {
    table->first = entry->next;
  }
  if (entry->next != NULL) {
    entry->next->previous = entry->previous;
  }
  count_down(table, entry->address);
  table->count--;
  free(entry);
}

void connection_headers_done(struct connection_entry *entry) {
  entry->busy = true;
  entry->deadline_ms = entry->since_ms + CONNECTION_REQUEST_MS;
}

void connection_uploading(struct connection_entry *entry) {
  entry->deadline_ms = entry->since_ms + CONNECTION_UPLOAD_MS;
}

void connection_waiting(struct connection_entry *entry) {
  entry->deadline_ms = INT64_MAX;
}

void connection_replying(struct connection_entry *entry, uint64_t bytes) {
  entry->deadline_ms =
      clock_now_ms() + CONNECTION_REPLY_MS + (int64_t)(bytes / CONNECTION_REPLY_BYTES);
}

void connection_reply_done(struct connection_entry *entry) {
  entry->busy = false;
  entry->since_ms = clock_now_ms();
  entry->deadline_ms = entry->since_ms + CONNECTION_IDLE_MS;
}

void connection_sweep(struct connection_table *table, bool stopping) {
  int64_t now = clock_now_ms();
  for (struct connection_entry *entry = table->first; entry != NULL; entry = entry->next) {
    if (entry->deadline_ms > now && !(stopping && !entry->busy)) {
      continue;
    }
    shutdown(entry->fd, SHUT_RDWR);
    entry->deadline_ms = INT64_MAX;
  }
}

size_t connection_count(const struct connection_table *table) {
  return table->count;
}

size_t connection_busy(const struct connection_table *table) {
  size_t busy = 0;
  for (const struct connection_entry *entry = table->first; entry != NULL; entry = entry->next) {
    busy += entry->busy;
  }
  return busy;
}
