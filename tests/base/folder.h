/* folder: a temporary folder for one test. Every function fails the test when
 * the system refuses. */
#ifndef HJEMSVAR_TESTS_BASE_FOLDER_H
#define HJEMSVAR_TESTS_BASE_FOLDER_H

#include <stddef.h>
#include <sys/types.h>

enum { FOLDER_PATH_BYTES = 512 };

struct folder {
  char path[FOLDER_PATH_BYTES];
};

void folder_init(struct folder *folder);

/* Removes it with everything in it. */
void folder_clear(struct folder *folder);

/* Writes a file of the mode given; its path is put into path. */
void folder_write(const struct folder *folder, const char *name, const void *bytes, size_t size,
                  mode_t mode, char path[FOLDER_PATH_BYTES]);

/* The path of a name in it. */
void folder_path(const struct folder *folder, const char *name, char path[FOLDER_PATH_BYTES]);

#endif
