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
  /* Of the 41 KB of Bilag 8's first page level 5 makes 12,006 bytes in 2 ms with tables of 1 MB,
   * level 9 11,972 in 25 ms with 32 MB, level 11 10,990 in 119 ms. */
  BROTLI_LEVEL = 5
};

struct packed {
  char *bytes;
  size_t length;
  struct MHD_Response *response;
};

struct body {
  struct packed gzip, brotli;
  size_t length;
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

bool body_brotli(const char *bytes, size_t length, struct text *out) {
  size_t packed_length = BrotliEncoderMaxCompressedSize(length);
  uint8_t *packed = malloc(packed_length);
  bool done = packed != NULL &&
              BrotliEncoderCompress(BROTLI_LEVEL, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, length,
                                    (const uint8_t *)bytes, &packed_length, packed) == BROTLI_TRUE;
  if (done) {
    text_add_bytes(out, (const char *)packed, packed_length);
  }
  free(packed);
  return done && !out->failed;
}

/* Takes what was compressed, to the last byte, and makes its response. */
static bool keep(struct packed *packed, struct text *compressed, const char *policy,
                 enum coding coding) {
  packed->length = compressed->length;
  packed->bytes = malloc(packed->length);
  if (packed->bytes == NULL) {
    return false;
  }
  memcpy(packed->bytes, compressed->data, packed->length);
  packed->response =
      MHD_create_response_from_buffer(packed->length, packed->bytes, MHD_RESPMEM_PERSISTENT);
  return packed->response != NULL &&
         reply_headers(packed->response, REPLY_HTML, REPLY_REVALIDATE, policy, coding);
}

static void release(struct packed *packed) {
  if (packed->response != NULL) {
    MHD_destroy_response(packed->response);
  }
  free(packed->bytes);
}

void body_release(struct body *body) {
  if (body == NULL || atomic_fetch_sub(&body->references, 1) > 1) {
    return;
  }
  release(&body->gzip);
  release(&body->brotli);
  free(body);
}

struct body *body_new(const struct text *page, const char *policy) {
  struct body *body = calloc(1, sizeof *body);
  struct text gzip, brotli;
  text_init(&gzip);
  text_init(&brotli);
  bool done = body != NULL && !page->failed &&
              body_gzip(page->data, page->length, GZIP_LEVEL, &gzip) &&
              body_brotli(page->data, page->length, &brotli) &&
              keep(&body->gzip, &gzip, policy, CODING_GZIP) &&
              keep(&body->brotli, &brotli, policy, CODING_BROTLI);
  text_clear(&gzip);
  text_clear(&brotli);
  if (body != NULL) {
    body->length = page->length;
    atomic_init(&body->references, 1);
  }
  if (!done) {
    body_release(body);
    return NULL;
  }
  return body;
}

struct body *body_hold(struct body *body) {
  if (body != NULL) {
    atomic_fetch_add(&body->references, 1);
  }
  return body;
}

struct MHD_Response *body_response(const struct body *body, enum coding coding) {
  return coding == CODING_BROTLI ? body->brotli.response : body->gzip.response;
}

bool body_unpack(const struct body *body, struct text *page) {
  z_stream stream = {0};
  char *plain = malloc(body->length + 1);
  if (plain == NULL || inflateInit2(&stream, GZIP_WINDOW) != Z_OK) {
    free(plain);
    return false;
  }
  stream.next_in = (Bytef *)body->gzip.bytes;
  stream.avail_in = (uInt)body->gzip.length;
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
