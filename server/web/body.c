#include "web/body.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "web/reply.h"

struct body {
  char *packed;
  size_t packed_length;
  size_t length;
  struct MHD_Response *response;
};

enum { GZIP_WINDOW = 15 + 16 }; /* zlib manual, deflateInit2: 16 more writes gzip */

bool body_compress(const char *bytes, size_t length, int level, struct text *out) {
  z_stream stream = {0};
  if (length > UINT32_MAX ||
      deflateInit2(&stream, level, Z_DEFLATED, GZIP_WINDOW, 9, Z_DEFAULT_STRATEGY) != Z_OK)
    return false;
  size_t bound = deflateBound(&stream, (uLong)length);
  char *packed = malloc(bound);
  if (packed != NULL) {
    stream.next_in = (Bytef *)(uintptr_t)bytes;
    stream.avail_in = (uInt)length;
    stream.next_out = (Bytef *)packed;
    stream.avail_out = (uInt)bound;
  }
  bool done = packed != NULL && deflate(&stream, Z_FINISH) == Z_STREAM_END;
  if (done)
    text_add_bytes(out, packed, stream.total_out);
  deflateEnd(&stream);
  free(packed);
  return done && !out->failed;
}

struct body *body_new(const struct text *page, const char *policy) {
  struct body *body = calloc(1, sizeof *body);
  struct text packed;
  text_init(&packed);
  if (body == NULL || page->failed || !body_compress(page->data, page->length, 9, &packed)) {
    text_clear(&packed);
    body_free(body);
    return NULL;
  }
  body->length = page->length;
  body->packed_length = packed.length;
  body->packed = text_take(&packed);
  if (body->packed != NULL)
    body->response =
        MHD_create_response_from_buffer(body->packed_length, body->packed, MHD_RESPMEM_PERSISTENT);
  if (body->response == NULL ||
      !reply_headers(body->response, REPLY_HTML, REPLY_REVALIDATE, policy, true)) {
    body_free(body);
    return NULL;
  }
  return body;
}

void body_free(struct body *body) {
  if (body == NULL)
    return;
  if (body->response != NULL)
    MHD_destroy_response(body->response);
  free(body->packed);
  free(body);
}

struct MHD_Response *body_gzip(const struct body *body) {
  return body->response;
}

bool body_unpack(const struct body *body, struct text *page) {
  z_stream stream = {0};
  char *plain = malloc(body->length + 1);
  if (plain == NULL || inflateInit2(&stream, GZIP_WINDOW) != Z_OK) {
    free(plain);
    return false;
  }
  stream.next_in = (Bytef *)body->packed;
  stream.avail_in = (uInt)body->packed_length;
  stream.next_out = (Bytef *)plain;
  stream.avail_out = (uInt)body->length;
  bool done = inflate(&stream, Z_FINISH) == Z_STREAM_END;
  if (done)
    text_add_bytes(page, plain, body->length);
  inflateEnd(&stream);
  free(plain);
  return done && !page->failed;
}
