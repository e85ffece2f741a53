/* The body of a form in pieces, through the decoder of a connection whose headers have come: the
 * first byte chooses urlencoded or multipart (boundary "bb"), the second how large a piece is. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/utf8.h"
#include "fuzz.h"
#include "web/form.h"

enum { KINDS = 2, TURNS = 16, DECODER_BYTES = 1024 };

static struct MHD_Connection *connections[KINDS];

static enum MHD_Result keep(void *context, struct MHD_Connection *connection, const char *url,
                            const char *method, const char *version, const char *upload_data,
                            size_t *upload_data_size, void **request) {
  (void)url, (void)method, (void)version, (void)upload_data, (void)upload_data_size;
  struct MHD_Connection **place = context;
  *place = connection;
  *request = place;
  return MHD_YES;
}

/* A connection that waits for its body for ever. */
static void begin(int kind, const char *type) {
  char head[256];
  int ends[2];
  struct MHD_Daemon *daemon = MHD_start_daemon(MHD_USE_NO_LISTEN_SOCKET | MHD_USE_EPOLL, 0, NULL,
                                               NULL, keep, &connections[kind], MHD_OPTION_END);
  fuzz_require(daemon != NULL);
  int length = snprintf(head, sizeof head,
                        "POST / HTTP/1.1\r\nHost: h\r\nContent-Type: %s\r\n"
                        "Content-Length: 99999\r\n\r\n",
                        type);
  fuzz_require(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) == 0);
  fuzz_require(send(ends[0], head, (size_t)length, 0) == length);
  const struct sockaddr client = {.sa_family = AF_UNIX};
  fuzz_require(MHD_add_connection(daemon, ends[1], &client, sizeof client) == MHD_YES);
  for (int turn = 0; turn < TURNS && connections[kind] == NULL; turn++) {
    fuzz_require(MHD_run(daemon) == MHD_YES);
  }
  fuzz_require(connections[kind] != NULL);
}

static void check_fields(const struct form *form) {
  fuzz_require(form->count <= FORM_FIELDS_MAX);
  for (size_t i = 0; i < form->count; i++) {
    const struct form_field *field = &form->fields[i];
    fuzz_require(strlen(field->name) <= FORM_NAME_MAX);
    fuzz_require(form_find(form, field->name) == field);
    const char *value = form_value(form, field->name);
    fuzz_require(strlen(value) == field->value.length || value[0] == '\0');
  }
}

/* The file is as long as it is said to be, and its name is a name. */
static void check_upload(const struct upload *upload) {
  struct stat status;
  if (upload->fd < 0) {
    fuzz_require(upload->bytes == 0);
    return;
  }
  fuzz_require(fstat(upload->fd, &status) == 0 && (uint64_t)status.st_size == upload->bytes);
  fuzz_require(utf8_valid(upload->name, strlen(upload->name)));
  fuzz_require(strpbrk(upload->name, "/\\") == NULL);
}

static void decode(struct MHD_PostProcessor *decoder, const uint8_t *data, size_t size,
                   size_t piece, struct form *form) {
  for (size_t at = 0; at < size && !form->bad; at += piece) {
    size_t length = size - at < piece ? size - at : piece;
    if (MHD_post_process(decoder, (const char *)data + at, length) != MHD_YES) {
      form->bad = true;
    }
  }
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc, (void)argv;
  begin(0, "application/x-www-form-urlencoded");
  begin(1, "multipart/form-data; boundary=bb");
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct form form = {0};
  struct upload upload;
  if (size < 2) {
    return 0;
  }
  upload_init(&upload);
  form.upload = data[0] % KINDS == 1 ? &upload : NULL;
  struct MHD_PostProcessor *decoder =
      MHD_create_post_processor(connections[data[0] % KINDS], DECODER_BYTES, form_take, &form);
  fuzz_require(decoder != NULL || fuzz_starved());
  if (decoder != NULL) {
    decode(decoder, data + 2, size - 2, (size_t)data[1] + 1, &form);
    (void)MHD_destroy_post_processor(decoder);
    check_fields(&form);
    check_upload(&upload);
  }
  form_clear(&form);
  upload_clear(&upload);
  return 0;
}
