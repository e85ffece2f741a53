#include "progress.h"

#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"

enum { PAUSE_MS = 200, BAR_CHARACTERS = 40 };

void progress_init(struct progress *progress, long long total) {
  *progress = (struct progress){.shown = isatty(STDERR_FILENO) != 0, .total = total};
}

void progress_update(struct progress *progress, long long done) {
  if (!progress->shown || progress->total <= 0 || clock_now_ms() < progress->next_ms) {
    return;
  }
  progress->next_ms = clock_now_ms() + PAUSE_MS;
  long long part = done > progress->total ? progress->total : done;
  int filled = (int)(part * BAR_CHARACTERS / progress->total);
  (void)fprintf(stderr, "\r[%.*s%*s] %3d %%", filled, "########################################",
                BAR_CHARACTERS - filled, "", (int)(part * 100 / progress->total));
  (void)fflush(stderr);
}

void progress_clear(const struct progress *progress) {
  if (progress->shown && progress->next_ms != 0) {
    (void)fputs("\r\033[K", stderr);
  }
}
