#include "web/body.h"

#include <brotli/encode.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "web/reply.h"

enum {
  GZIP_WINDOW = 15 + 16, /* zlib manual, deflateInit2: 16 more writes gzip */
  GZIP_LEVEL = 9,
  /* Of the 41 KB of Bilag 8's first page level 5 makes 12,051 bytes in 1.6 ms (12,059 in 2.6 ms
   * with the default window of 4 MB), level 9 11,972 in 25 ms with 32 MB, level 11 10,990 in 119
   * ms. */
  BROTLI_LEVEL = 5,
  BROTLI_WINDOW_LEAST = 16
};

struct body {
  char *bytes; /* packed */
  size_t packed_length, length;
  struct MHD_Response *response;
  atomic_int references;
};

bool body_gzip(const char *bytes, size_t length, int level, struct text *out) {
  z_stream stream = {0};
  if (length > UINT32_MAX ||
      deflateInit2(&stream, level, Z_DEFLATED, GZIP_WINDOW, 9, Z_DEFAULT_STRATEGY) != Z_OK) {
    return false;
  }
  size_t bound = deflateBound(&stream, (uLong)length);
  char *packed = malloc(bound);
  if (packed != NULL) {
    stream.next_in = (Bytef *)(uintptr_t)bytes;
    stream.avail_in = (uInt)length;
    stream.next_out = (Bytef *)packed;
    stream.avail_out = (uInt)bound;
  }
  bool done = packed != NULL && deflate(&stream, Z_FINISH) == Z_STREAM_END;
  if (done) {
    text_add_bytes(out, packed, stream.total_out);
  }
  deflateEnd(&stream);
  free(packed);
  return done && !out->failed;
}

/* The smallest window that holds all of it: a larger one takes longer to be cleared. */
static int window_bits(size_t length) {
  int bits = BROTLI_WINDOW_LEAST;
  while (bits < BROTLI_MAX_WINDOW_BITS && ((size_t)1 << bits) < length) {
    bits++;
  }
  return bits;
}

/* Compresses length bytes as brotli (RFC 7932) into out. False when memory is out. */
static bool pack_brotli(const char *bytes, size_t length, struct text *out) {
  size_t packed_length = BrotliEncoderMaxCompressedSize(length);
  uint8_t *packed = malloc(packed_length);
  bool done = packed != NULL &&
              BrotliEncoderCompress(BROTLI_LEVEL, window_bits(length), BROTLI_MODE_TEXT, length,
                                    (const uint8_t *)bytes, &packed_length, packed) == BROTLI_TRUE;
  if (done) {
    text_add_bytes(out, (const char *)packed, packed_length);
  }
  free(packed);
  return done && !out->failed;
}

/* Takes what was compressed, to the last byte, and makes its response. */
static bool keep(struct body *body, const struct text *packed, const char *policy,
                 enum coding coding) {
  body->packed_length = packed->length;
  body->bytes = malloc(packed->length);
  if (body->bytes == NULL) {
    return false;
  }
  memcpy(body->bytes, packed->data, packed->length);
  body->response =
      MHD_create_response_from_buffer(packed->length, body->bytes, MHD_RESPMEM_PERSISTENT);
  return body->response != NULL &&
         reply_headers(body->response, REPLY_HTML, REPLY_REVALIDATE, policy, coding);
}

void body_release(struct body *body) {
  if (body == NULL || atomic_fetch_sub(&body->references, 1) > 1) {
    return;
  }
  if (body->response != NULL) {
    MHD_destroy_response(body->response);
  }
  free(body->bytes);
  free(body);
}

static bool pack(const struct text *page, enum coding coding, struct text *packed) {
  return coding == CODING_BROTLI ? pack_brotli(page->data, page->length, packed)
                                 : body_gzip(page->data, page->length, GZIP_LEVEL, packed);
}

struct body *body_new(const struct text *page, const char *policy, enum coding coding) {
  struct body *body = page->failed ? NULL : calloc(1, sizeof *body);
  struct text packed;
  if (body == NULL) {
    return NULL;
  }
  text_init(&packed);
  body->length = page->length;
  atomic_init(&body->references, 1);
  if (!pack(page, coding, &packed) || !keep(body, &packed, policy, coding)) {
    body_release(body);
    body = NULL;
  }
  text_clear(&packed);
  return body;
}

struct body *body_hold(struct body *body) {
  if (body != NULL) {
    atomic_fetch_add(&body->references, 1);
  }
  return body;
}

struct MHD_Response *body_response(const struct body *body) {
  return body->response;
}

bool body_unpack(const struct body *body, struct text *page) {
  z_stream stream = {0};
  char *plain = malloc(body->length + 1);
  if (plain == NULL || inflateInit2(&stream, GZIP_WINDOW) != Z_OK) {
    free(plain);
    return false;
  }
  stream.next_in = (Bytef *)body->bytes;
  stream.avail_in = (uInt)body->packed_length;
  stream.next_out = (Bytef *)plain;
  stream.avail_out = (uInt)body->length;
  bool done = inflate(&stream, Z_FINISH) == Z_STREAM_END;
  if (done) {
    text_add_bytes(page, plain, body->length);
  }
  inflateEnd(&stream);
  free(plain);
  return done && !page->failed;
}
