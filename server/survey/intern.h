/* intern: equal bytes get the same number, from 0 in the order in which they come.
 *
 * Private to survey/. All keys of a table are of one size. */
#ifndef HJEMSVAR_SURVEY_INTERN_H
#define HJEMSVAR_SURVEY_INTERN_H

#include "base/base.h"

struct intern {
  size_t size; /* of a key, in bytes; at least 1 */
  size_t count;
  unsigned char *keys; /* count of them */
  uint32_t *slots;     /* number + 1, or 0: free */
  size_t slots_count, room;
};

enum { INTERN_FAILED = -1 };

/* An empty table; nothing is allocated yet. */
void intern_init(struct intern *intern, size_t size);
void intern_clear(struct intern *intern);

/* Forgets all keys and keeps the memory. */
void intern_reset(struct intern *intern);

/* The number of a key, a new one when it was not there. INTERN_FAILED when memory is out. */
must_check int64_t intern_add(struct intern *intern, const void *key);

#endif
