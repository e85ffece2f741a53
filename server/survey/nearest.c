#include "survey/nearest.h"

#include <string.h>

enum { NEAREST_LENGTH_MAX = 64, NEAREST_EDITS_MAX = 2 };

/* Keeps one row of the table of Wagner and Fischer (1974). */
static size_t distance(const char *a, const char *b) {
  size_t row[NEAREST_LENGTH_MAX + 1];
  size_t columns = strlen(b);
  for (size_t j = 0; j <= columns; j++) {
    row[j] = j;
  }
  for (size_t i = 0; a[i] != '\0'; i++) {
    size_t diagonal = row[0];
    row[0] = i + 1;
    for (size_t j = 1; j <= columns; j++) {
      size_t cost = diagonal + (a[i] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      if (row[j - 1] + 1 < cost) {
        cost = row[j - 1] + 1;
      }
      if (row[j] + 1 < cost) {
        cost = row[j] + 1;
      }
      row[j] = cost;
    }
  }
  return row[columns];
}

void nearest_init(struct nearest *nearest, const char *name) {
  *nearest = (struct nearest){.name = name, .distance = NEAREST_EDITS_MAX + 1};
}

void nearest_try(struct nearest *nearest, const char *candidate) {
  size_t length = strlen(nearest->name);
  size_t other = strlen(candidate);
  size_t gap = length > other ? length - other : other - length;
  if (length > NEAREST_LENGTH_MAX || other > NEAREST_LENGTH_MAX || gap >= nearest->distance) {
    return;
  }
  size_t edits = distance(nearest->name, candidate);
  if (edits < nearest->distance && edits < length) {
    nearest->best = candidate;
    nearest->distance = edits;
  }
}

const char *nearest_hint(struct reader *reader, const struct nearest *nearest,
                         const char *otherwise) {
  if (nearest->best == NULL) {
    return otherwise;
  }
  const char *hint = reader_printf(reader, "; hint: did you mean \"%s\"?", nearest->best);
  return hint == NULL ? otherwise : hint;
}
