/* corpora: drives a fuzz target without libFuzzer.
 *
 *   corpora [--starve] PATH…   files, or folders of files
 *
 * Each file is an input. With --starve it is one as often as it makes allocations, and each time
 * another of them fails, first alone, then with all after it: a target may then see that memory is
 * out, and nothing else may happen. Of long rows of allocations, not every one. The exit code is
 * that of the target, or 1 when there is nothing to feed it. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz.h"
#include "starve.h"

enum {
  PATH_BYTES = 4096,
  INPUT_MAX_BYTES = 1 << 20,
  STARVED_INPUT_BYTES = 8192, /* larger ones make the same allocations, only more of them */
  EVERY_ONE = 60              /* of so many; then one in twenty */
};

struct feeding {
  bool starves;
  long inputs, runs;
};

__attribute__((weak)) int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc, (void)argv;
  return 0;
}

bool fuzz_starved(void) {
  return starve_happened();
}

static void feed(const uint8_t *data, size_t size) {
  fuzz_require(LLVMFuzzerTestOneInput(data, size) == 0);
}

static void feed_starved(struct feeding *feeding, const uint8_t *data, size_t size, bool all) {
  bool happened = true;
  for (long nth = 1; happened; nth += 1 + nth / EVERY_ONE * (nth / 20)) {
    starve_begin(nth, all);
    int result = LLVMFuzzerTestOneInput(data, size);
    happened = starve_end();
    fuzz_require(result == 0);
    feeding->runs++;
  }
}

static void feed_file(struct feeding *feeding, const char *path) {
  FILE *file = fopen(path, "rb");
  uint8_t *data = malloc(INPUT_MAX_BYTES);
  if (file == NULL || data == NULL) {
    perror(path);
    exit(1);
  }
  size_t size = fread(data, 1, INPUT_MAX_BYTES, file);
  (void)fclose(file);
  /* Of its own size, so that a byte behind it is not the target's. */
  uint8_t *input = malloc(size + (size == 0));
  fuzz_require(input != NULL);
  memcpy(input, data, size);
  free(data);
  (void)fprintf(stderr, "input %s\n", path);
  feeding->inputs++;
  feed(input, size);
  if (feeding->starves && size <= STARVED_INPUT_BYTES) {
    feed_starved(feeding, input, size, false);
    feed_starved(feeding, input, size, true);
    feed(input, size);
  }
  free(input);
}

static int by_name(const struct dirent *entry) {
  return entry->d_name[0] != '.';
}

static void feed_path(struct feeding *feeding, const char *path) {
  struct dirent **entries;
  struct stat status;
  char name[PATH_BYTES];
  if (stat(path, &status) == 0 && !S_ISDIR(status.st_mode)) {
    feed_file(feeding, path);
    return;
  }
  int count = scandir(path, &entries, by_name, alphasort);
  for (int i = 0; i < count; i++) {
    int length = snprintf(name, sizeof name, "%s/%s", path, entries[i]->d_name);
    if (length > 0 && (size_t)length < sizeof name) {
      feed_path(feeding, name);
    }
    free(entries[i]);
  }
  if (count >= 0) {
    free(entries);
  }
}

int main(int argc, char **argv) {
  struct feeding feeding = {0};
  (void)LLVMFuzzerInitialize(&argc, &argv);
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--starve") == 0) {
      feeding.starves = true;
    } else {
      feed_path(&feeding, argv[i]);
    }
  }
  printf("%ld inputs, %ld runs short of memory\n", feeding.inputs, feeding.runs);
  return feeding.inputs > 0 ? 0 : 1;
}
