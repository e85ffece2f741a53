/* What a client says before its body: Accept-Language, Accept, Accept-Encoding, the target of the
 * request line, the path that it becomes, and an address that a proxy passes on. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "survey/trace.h"
#include "web/accept.h"
#include "web/guard.h"
#include "web/route.h"
#include "web/tally.h"

static struct tally *tally;

static void check_accept(const char *list) {
  static const char *const languages[] = {"da", "en", "ar", "uk", "pt-BR"};
  static const char *const codings[] = {"gzip", "br"};
  for (size_t i = 0; i < array_length(languages); i++) {
    int weight = accept_language(list, languages[i]);
    fuzz_require(weight >= 0 && weight <= 1000);
    fuzz_require(weight == 0 || strcasestr(list, languages[i]) != NULL);
  }
  for (size_t i = 0; i < array_length(codings); i++) {
    fuzz_require(!accept_coding(list, codings[i]) || strcasestr(list, codings[i]) != NULL);
  }
  fuzz_require(!accept_media(list, "application", "json") || strchr(list, '/') != NULL);
}

/* A parameter is a segment of the path as it was sent. */
static void check_match(const struct route_match *match, const char *path) {
  for (size_t i = 0; i < match->count; i++) {
    const char *value = match->parameters[i].value;
    fuzz_require(value[0] != '\0' && strchr(value, '/') == NULL && strstr(path, value) != NULL);
  }
}

static void check_route(enum listener_kind listener, const char *path, struct arena *arena) {
  static const char *const methods[] = {"GET", "HEAD", "POST", "BREW"};
  for (size_t i = 0; i < array_length(methods); i++) {
    struct route_match match = {0};
    switch (route_find(listener, methods[i], path, arena, &match)) {
    case ROUTE_FOUND:
      fuzz_require(match.route != NULL && match.route->listener == listener);
      check_match(&match, path);
      break;
    case ROUTE_METHOD:
      fuzz_require(match.allow != NULL || fuzz_starved());
      break;
    case ROUTE_MISSING:
      fuzz_require(match.route == NULL);
    }
  }
}

static void check_target(const char *target) {
  bool good = guard_target(target);
  fuzz_require(!good || (target[0] == '/' && strpbrk(target, " \t\r\n\\") == NULL));
  fuzz_require(!good || strstr(target, "%00") == NULL);
}

/* Brackets and blanks around an address do not make it another one. */
static void check_address(const char *text, struct arena *arena) {
  static const unsigned char key[CRYPTO_KEY_BYTES] = {1};
  unsigned char address[16];
  uint16_t tag = trace_network_tag(key, text);
  if (inet_pton(AF_INET, text, address) == 1 || inet_pton(AF_INET6, text, address) == 1) {
    const char *dressed = arena_printf(arena, " [%s]\t", text);
    fuzz_require(dressed == NULL || trace_network_tag(key, dressed) == tag);
  }
  (void)tally_tag(tally, text);
  (void)trace_device_tag(key, text, strlen(text));
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc, (void)argv;
  tally = tally_new(1);
  fuzz_require(tally != NULL && crypto_init());
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct arena *arena = arena_new(0);
  char *text = fuzz_string(data, size);
  if (arena != NULL && text != NULL) {
    check_accept(text);
    check_target(text);
    for (int i = 0; i < LISTENER_COUNT; i++) {
      check_route((enum listener_kind)i, text, arena);
    }
    check_address(text, arena);
  }
  free(text);
  arena_free(arena);
  return 0;
}
