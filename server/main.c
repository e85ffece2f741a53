/* hjemsvar-server: start and stop. The only file of server/ that knows every room. */
#include <stdio.h>
#include <string.h>

#include "base/config.h"
#include "base/crypto.h"
#include "base/version.h"
#include "web/preview.h"
#include "web/route.h"
#include "web/server.h"

extern char **environ;

static const char *secret_message(enum crypto_result result) {
  switch (result) {
  case CRYPTO_OK:
    return NULL;
  case CRYPTO_MISSING:
    return "the file of HJEMSVAR_SECRET_FILE is not there; hint: head -c 32 /dev/urandom > FILE; "
           "chmod 600 FILE";
  case CRYPTO_EXPOSED:
    return "the file of HJEMSVAR_SECRET_FILE may be read by others; hint: chmod 600 FILE";
  case CRYPTO_SHORT:
    return "the file of HJEMSVAR_SECRET_FILE is shorter than 32 bytes; hint: head -c 32 "
           "/dev/urandom > FILE";
  case CRYPTO_IO:
    break;
  }
  return "the file of HJEMSVAR_SECRET_FILE cannot be read; hint: see that it is a file, and check its owner and mode";
}

static int load(struct config *config, struct crypto_keys *keys, struct arena *arena, int argc,
                char **argv, const char **message) {
  *message = config_load(config, arena, &argc, argv, environ);
  if (*message != NULL) {
    return EXIT_CODE_CONFIG;
  }
  if (argc > 1) {
    *message = arena_printf(arena,
                            "unknown argument %s; hint: the flags are those of the "
                            "HJEMSVAR_ variables, such as --listen",
                            argv[1]);
    return EXIT_CODE_USAGE;
  }
  if (config->secret_file == NULL) {
    *message = "HJEMSVAR_SECRET_FILE is not set; hint: name a file of at least 32 random bytes";
    return EXIT_CODE_CONFIG;
  }
  if (config->database_missing != NULL) {
    *message = config->database_missing;
    return EXIT_CODE_CONFIG;
  }
  *message =
      secret_message(crypto_keys_load(keys, config->secret_file, config->secret_previous_file));
  return *message == NULL ? EXIT_CODE_OK : EXIT_CODE_CONFIG;
}

/* The files of a preview stand where nothing else may. A round that nobody keeps needs no secret of
 * the installation. */
static int preview(struct arena *arena, int argc, char **argv, const char **message) {
  struct config config;
  struct crypto_keys keys = {.generations = 1};
  *message = config_load(&config, arena, &argc, argv, environ);
  if (*message != NULL) {
    return EXIT_CODE_CONFIG;
  }
  int first = argc > 2 && strcmp(argv[2], "--") == 0 ? 3 : 2;
  if (argc <= first) {
    *message = "--preview needs a definition; hint: hjemsvar questionnaire preview FILE";
    return EXIT_CODE_USAGE;
  }
  crypto_random(keys.master[0], sizeof keys.master[0]);
  return preview_run(&config, &keys, (const char *const *)argv + first, (size_t)(argc - first),
                     arena, message);
}

/* For tests and for those who review who may do what. */
static int print_routes(void) {
  json_t *routes = route_list();
  int failed = routes == NULL ? -1 : json_dumpf(routes, stdout, JSON_INDENT(1));
  json_decref(routes);
  putchar('\n');
  return failed == 0 && fflush(stdout) == 0 ? EXIT_CODE_OK : EXIT_CODE_IO;
}

int main(int argc, char **argv) {
  struct config config;
  struct crypto_keys keys = {0};
  const char *message = NULL;
  if (argc == 2 && strcmp(argv[1], "--version") == 0) {
    puts("hjemsvar-server " VERSION_TEXT);
    return EXIT_CODE_OK;
  }
  if (argc == 2 && strcmp(argv[1], "--print-routes") == 0) {
    return print_routes();
  }
  struct arena *arena = arena_new(0);
  if (arena == NULL || !crypto_init()) {
    fputs("hjemsvar-server: no memory or no random source\n", stderr);
    arena_free(arena);
    return EXIT_CODE_INTERNAL;
  }
  bool previews = argc > 1 && strcmp(argv[1], "--preview") == 0;
  int code = previews ? preview(arena, argc, argv, &message)
                      : load(&config, &keys, arena, argc, argv, &message);
  if (code == EXIT_CODE_OK && !previews) {
    code = server_run(&config, &keys, arena, &message);
  }
  if (code != EXIT_CODE_OK) {
    fprintf(stderr, "hjemsvar-server: %s\n", message != NULL ? message : "out of memory");
  }
  crypto_keys_clear(&keys);
  arena_free(arena);
  return code;
}
