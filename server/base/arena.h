/* arena: memory that is freed all at once.
 *
 * One arena lives as long as one request, one loaded questionnaire or one
 * command; what is taken from it is never freed singly. Not thread-safe: an
 * arena belongs to one thread at a time. */
#ifndef HJEMSVAR_BASE_ARENA_H
#define HJEMSVAR_BASE_ARENA_H

#include "base/base.h"

struct arena;

/* Makes an empty arena that hands out at most limit_bytes in all (0: no
 * limit). Returns NULL when memory is out. The caller frees it. */
must_check struct arena *arena_new(size_t limit_bytes);

/* Frees the arena and all that was taken from it. NULL is allowed. */
void arena_free(struct arena *arena);

/* Takes size zeroed bytes, aligned for any type. Returns NULL when memory or
 * the arena's limit is out. The bytes live as long as the arena. */
must_check void *arena_alloc(struct arena *arena, size_t size);

/* As arena_alloc for count elements; NULL also when the product overflows. */
must_check void *arena_array(struct arena *arena, size_t count, size_t size);

/* Copies length bytes and ends them with a NUL. NULL as arena_alloc. */
must_check char *arena_copy(struct arena *arena, const char *bytes, size_t length);

/* Copies a string. NULL as arena_alloc. */
must_check char *arena_string(struct arena *arena, const char *string);

/* Prints into a new string. NULL as arena_alloc. */
must_check char *arena_printf(struct arena *arena, const char *format, ...) printf_like(2, 3);

#endif
