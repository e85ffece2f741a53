/* progress: a bar on stderr, when that is a terminal. */
#ifndef HJEMSVAR_TOOLS_PROGRESS_H
#define HJEMSVAR_TOOLS_PROGRESS_H

#include "base/base.h"

struct progress {
  bool shown;
  long long total; /* 0: unknown */
  int64_t next_ms; /* when to draw again */
};

void progress_init(struct progress *progress, long long total);

/* Draws the bar anew, at most five times a second. */
void progress_update(struct progress *progress, long long done);

/* Takes the bar away, before anything else is said. */
void progress_clear(const struct progress *progress);

#endif
