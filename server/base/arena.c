#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK_MIN_BYTES = 4096, CHUNK_MAX_BYTES = 1 << 20, ALIGNMENT = _Alignof(max_align_t) };

struct chunk {
  struct chunk *next;
  size_t size;
  size_t used;
  _Alignas(max_align_t) unsigned char bytes[];
};

struct arena {
  struct chunk *chunks; /* the first is the one being filled */
  size_t limit_bytes;   /* SIZE_MAX: none */
  size_t used_bytes;
  size_t next_bytes; /* size of the next chunk: they double, so that few are made */
};

struct arena *arena_new(size_t limit_bytes) {
  struct arena *arena = calloc(1, sizeof *arena);
  if (arena == NULL) {
    return NULL;
  }
  arena->limit_bytes = limit_bytes == 0 ? SIZE_MAX : limit_bytes;
  arena->next_bytes = CHUNK_MIN_BYTES;
  return arena;
}

void arena_free(struct arena *arena) {
  if (arena == NULL) {
    return;
  }
  for (struct chunk *chunk = arena->chunks, *next; chunk != NULL; chunk = next) {
    next = chunk->next;
    free(chunk);
  }
  free(arena);
}

static struct chunk *chunk_new(size_t size) {
  struct chunk *chunk = calloc(1, sizeof *chunk + size);
  if (chunk != NULL) {
    chunk->size = size;
  }
  return chunk;
}

/* A piece that would waste most of a chunk gets one of its own, behind the one
 * being filled. */
static void *take_alone(struct arena *arena, size_t size) {
  struct chunk *chunk = chunk_new(size);
  if (chunk == NULL) {
    return NULL;
  }
  chunk->used = size;
  if (arena->chunks == NULL) {
    arena->chunks = chunk;
  } else {
    chunk->next = arena->chunks->next;
    arena->chunks->next = chunk;
  }
  return chunk->bytes;
}

static void *take_from_chunk(struct arena *arena, size_t size) {
  struct chunk *chunk = arena->chunks;
  if (chunk == NULL || chunk->size - chunk->used < size) {
    chunk = chunk_new(arena->next_bytes);
    if (chunk == NULL) {
      return NULL;
    }
    if (arena->next_bytes < CHUNK_MAX_BYTES) {
      arena->next_bytes *= 2;
    }
    chunk->next = arena->chunks;
    arena->chunks = chunk;
  }
  void *bytes = chunk->bytes + chunk->used;
  chunk->used += size;
  return bytes;
}

void *arena_alloc(struct arena *arena, size_t size) {
  if (size > arena->limit_bytes - arena->used_bytes || size > SIZE_MAX / 2) {
    return NULL;
  }
  size_t rounded = size == 0 ? ALIGNMENT : (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  void *bytes =
      rounded > CHUNK_MIN_BYTES / 4 ? take_alone(arena, rounded) : take_from_chunk(arena, rounded);
  if (bytes != NULL) {
    arena->used_bytes += size;
  }
  return bytes;
}

void *arena_array(struct arena *arena, size_t count, size_t size) {
  size_t product;
  if (__builtin_mul_overflow(count, size, &product)) {
    return NULL;
  }
  return arena_alloc(arena, product);
}

char *arena_copy(struct arena *arena, const char *bytes, size_t length) {
  if (length == SIZE_MAX) {
    return NULL;
  }
  char *copy = arena_alloc(arena, length + 1);
  if (copy != NULL && length > 0) {
    memcpy(copy, bytes, length);
  }
  return copy;
}

char *arena_string(struct arena *arena, const char *string) {
  return arena_copy(arena, string, strlen(string));
}

char *arena_printf(struct arena *arena, const char *format, ...) {
  va_list arguments, again;
  va_start(arguments, format);
  va_copy(again, arguments);
  char *string = NULL;
  int length = vsnprintf(NULL, 0, format, arguments);
  if (length >= 0) {
    string = arena_alloc(arena, (size_t)length + 1);
  }
  if (string != NULL) {
    (void)vsnprintf(string, (size_t)length + 1, format, again);
  }
  va_end(again);
  va_end(arguments);
  return string;
}
