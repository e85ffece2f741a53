#include "web/submit.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/base32.h"
#include "survey/trace.h"
#include "web/server.h"

/* "Never stored twice" rests on the number; the receipt follows from it, so that a
 * repeat can be given the same one. */
static void receipt_bytes(const struct request *request, int generation,
                          const unsigned char number[CRYPTO_NUMBER_BYTES],
                          unsigned char receipt[CRYPTO_RECEIPT_BYTES]) {
  const uint32_t round = htonl((uint32_t)request->job.round);
  const struct crypto_part parts[] = {{&round, sizeof round}, {number, CRYPTO_NUMBER_BYTES}};
  crypto_digest(request->server->keys, generation, CRYPTO_FOR_RECEIPT, parts, array_length(parts),
                receipt, CRYPTO_RECEIPT_BYTES);
}

static void hash_receipt(const struct request *request, int generation,
                         const unsigned char receipt[CRYPTO_RECEIPT_BYTES],
                         unsigned char hash[CRYPTO_DIGEST_BYTES]) {
  const struct crypto_part part = {receipt, CRYPTO_RECEIPT_BYTES};
  crypto_digest(request->server->keys, generation, CRYPTO_FOR_RECEIPT_HASH, &part, 1, hash,
                CRYPTO_DIGEST_BYTES);
}

struct forwarded {
  struct arena *arena;
  char *list;
};

static enum MHD_Result join_forwarded(void *context, enum MHD_ValueKind kind, const char *name,
                                      const char *value) {
  (void)kind;
  struct forwarded *forwarded = context;
  if (strcasecmp(name, "X-Forwarded-For") == 0 && value != NULL) {
    forwarded->list = forwarded->list == NULL
                          ? arena_string(forwarded->arena, value)
                          : arena_printf(forwarded->arena, "%s,%s", forwarded->list, value);
  }
  return MHD_YES;
}

/* All X-Forwarded-For lines as one list, in order (RFC 9110, section 5.2): a proxy may add
 * a line of its own after the client's. NULL when there is none. */
static char *forwarded_for(const struct request *request) {
  struct forwarded forwarded = {.arena = request->arena};
  MHD_get_connection_values(request->connection, MHD_HEADER_KIND, join_forwarded, &forwarded);
  return forwarded.list;
}

/* The client's address: behind trusted proxies the rightmost address of X-Forwarded-For
 * that is not itself one of them. */
const char *submit_client_address(const struct request *request) {
  const struct config *config = request->server->config;
  char *text = arena_alloc(request->arena, INET6_ADDRSTRLEN);
  if (text == NULL ||
      inet_ntop(AF_INET6, request->entry->address, text, INET6_ADDRSTRLEN) == NULL) {
    return NULL;
  }
  if (!config_trusts(config, request->entry->address)) {
    return text;
  }
  char *list = forwarded_for(request);
  if (list == NULL) {
    return text;
  }
  for (char *comma = list; comma != NULL;) {
    comma = strrchr(list, ',');
    char *last = comma != NULL ? comma + 1 : list;
    last += strspn(last, " \t");
    last[strcspn(last, " \t")] = '\0';
    unsigned char address[16] = {0};
    struct in_addr v4;
    if (inet_pton(AF_INET, last, &v4) == 1) {
      address[10] = address[11] = 0xff;
      memcpy(address + 12, &v4, 4);
    } else if (inet_pton(AF_INET6, last, address) != 1) {
      return text; /* the chain breaks here: nothing before it can be believed */
    }
    text = last;
    if (!config_trusts(config, address)) {
      return text;
    }
    if (comma != NULL) {
      *comma = '\0';
    }
  }
  return text;
}

static void add_trace(struct request *request) {
  static const char *const headers[] = {"User-Agent",         "Accept-Language",
                                        "Sec-CH-UA",          "Sec-CH-UA-Mobile",
                                        "Sec-CH-UA-Platform", "Sec-CH-UA-Model"};
  const struct site_round *round = request->link->round;
  struct writer_job *job = &request->job;
  job->traced = round->traces;
  job->network_tag = job->device_tag = job->seconds = -1;
  if (!round->traces) {
    return;
  }
  const char *seconds = form_value(&request->form, "seconds");
  size_t digits = strspn(seconds, "0123456789");
  if (digits > 0 && digits <= 6 && seconds[digits] == '\0') {
    job->seconds = (int)strtol(seconds, NULL, 10);
  }
  if (!round->has_trace_key) {
    return;
  }
  struct text device;
  text_init(&device);
  for (size_t i = 0; i < array_length(headers); i++) {
    const char *value = request_header(request, headers[i]);
    text_add(&device, value != NULL ? value : "");
    text_add_char(&device, '\n');
  }
  if (!device.failed) {
    job->device_tag = trace_device_tag(round->trace_key, device.data, device.length);
  }
  text_clear(&device);
  const char *address = submit_client_address(request);
  if (address != NULL) {
    job->network_tag = trace_network_tag(round->trace_key, address);
  }
}

/* A retry of the same replacement must find what the first one stored, so the new number
 * follows from the old one and the new answers. */
static void draw_replacement(struct request *request) {
  struct writer_job *job = &request->job;
  const struct crypto_part parts[] = {{job->number, CRYPTO_NUMBER_BYTES},
                                      {job->answers, strlen(job->answers)}};
  crypto_digest(request->server->keys, 0, CRYPTO_FOR_REPLACEMENT, parts, array_length(parts),
                job->replacement, CRYPTO_NUMBER_BYTES);
}

bool submit_prepare(struct request *request, enum writer_kind kind,
                    const unsigned char number[CRYPTO_NUMBER_BYTES]) {
  const struct crypto_keys *keys = request->server->keys;
  struct writer_job *job = &request->job;
  *job = (struct writer_job){.kind = kind,
                             .round = request->link->round->id,
                             .municipality = request->link->municipality,
                             .generations = keys->generations,
                             .coded = request->single,
                             .language = request->language->code};
  memcpy(job->code, request->code_hash, sizeof job->code);
  job->answers = answer_json(request->answer);
  if (job->answers == NULL) {
    return false;
  }
  memcpy(job->number, number, CRYPTO_NUMBER_BYTES);
  memcpy(job->translation, request->language->translation->hash, sizeof job->translation);
  crypto_random(job->id, sizeof job->id);
  if (kind == WRITER_REPLACE) {
    draw_replacement(request);
  }
  const struct crypto_part answers = {job->answers, strlen(job->answers)};
  for (int generation = 0; generation < keys->generations; generation++) {
    unsigned char receipt[CRYPTO_RECEIPT_BYTES];
    crypto_digest(keys, generation, CRYPTO_FOR_ANSWERS, &answers, 1, job->digest[generation],
                  CRYPTO_DIGEST_BYTES);
    receipt_bytes(request, generation, kind == WRITER_REPLACE ? job->replacement : job->number,
                  receipt);
    hash_receipt(request, generation, receipt, job->receipt[generation]);
  }
  add_trace(request);
  return true;
}

void submit_receipt(const struct request *request, char receipt[CRYPTO_RECEIPT_CHARACTERS + 1]) {
  const struct writer_job *job = &request->job;
  bool replaced = job->kind == WRITER_REPLACE && !job->original;
  int generation = job->result == WRITER_REPEAT ? job->generation : 0;
  unsigned char bytes[CRYPTO_RECEIPT_BYTES];
  receipt_bytes(request, generation, replaced ? job->replacement : job->number, bytes);
  base32_encode(bytes, sizeof bytes, receipt);
}

bool submit_withdrawal(struct request *request, const char *typed) {
  const struct crypto_keys *keys = request->server->keys;
  unsigned char receipt[CRYPTO_RECEIPT_BYTES];
  char digits[64];
  size_t length = 0;
  for (; *typed != '\0' && length < sizeof digits - 1; typed++) {
    if (*typed != ' ') {
      digits[length++] = *typed;
    }
  }
  digits[length] = '\0';
  if (!base32_decode(digits, receipt, sizeof receipt)) {
    return false;
  }
  request->job = (struct writer_job){.kind = WRITER_WITHDRAW,
                                     .round = request->link->round->id,
                                     .municipality = request->link->municipality,
                                     .generations = keys->generations};
  for (int generation = 0; generation < keys->generations; generation++) {
    hash_receipt(request, generation, receipt, request->job.receipt[generation]);
  }
  return true;
}
