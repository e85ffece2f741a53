/* secret_file: files that hold key bytes. Private to base/: crypto.c and
 * round_key.c read and write keys through it and nobody else does. */
#ifndef HJEMSVAR_BASE_SECRET_FILE_H
#define HJEMSVAR_BASE_SECRET_FILE_H

#include "base/crypto.h"

/* The unkeyed BLAKE2b of a whole file of 32 bytes to 64 KiB. */
must_check enum crypto_result secret_file_hash(const char *path,
                                               unsigned char out[CRYPTO_KEY_BYTES]);

/* Reads a file of exactly 32 bytes; CRYPTO_IO when it is longer. */
must_check enum crypto_result secret_file_read_key(const char *path,
                                                   unsigned char key[CRYPTO_KEY_BYTES]);

/* Writes size bytes to the descriptor and brings them to the disk. */
must_check bool secret_file_write(int fd, const unsigned char *bytes, size_t size);

#endif
