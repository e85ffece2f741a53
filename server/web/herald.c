#include "web/herald.h"

#include <systemd/sd-daemon.h>

#include "base/clock.h"

void herald_ready(struct herald *herald) {
  uint64_t limit_us = 0;
  *herald = (struct herald){0};
  if (sd_watchdog_enabled(0, &limit_us) > 0) {
    herald->every_ms = (int64_t)(limit_us / 1000 / 2);
  }
  (void)sd_notify(0, "READY=1");
}

void herald_stopping(void) {
  (void)sd_notify(0, "STOPPING=1");
}

void herald_alive(struct herald *herald) {
  int64_t now_ms = clock_now_ms();
  if (herald->every_ms > 0 && now_ms >= herald->next_ms) {
    herald->next_ms = now_ms + herald->every_ms;
    (void)sd_notify(0, "WATCHDOG=1");
  }
}
