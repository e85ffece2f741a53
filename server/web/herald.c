#include "web/herald.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"

/* A word to the socket that is named: a path, or after '@' a name without a file. Nobody hears
 * what cannot be said. */
static void say(const char *word) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  const char *name = getenv("NOTIFY_SOCKET");
  size_t length = name == NULL ? 0 : strlen(name);
  if (length < 2 || length >= sizeof address.sun_path || (name[0] != '/' && name[0] != '@')) {
    return;
  }
  memcpy(address.sun_path, name, length);
  if (name[0] == '@') {
    address.sun_path[0] = '\0';
  }
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd >= 0) {
    (void)sendto(fd, word, strlen(word), MSG_NOSIGNAL, (const struct sockaddr *)&address,
                 (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length));
    (void)close(fd);
  }
}

static long long number_of(const char *variable) {
  const char *value = getenv(variable);
  return value == NULL ? 0 : strtoll(value, NULL, 10);
}

/* Not that of whoever has started us and passed its own environment on. */
static int64_t limit_us(void) {
  long long process = number_of("WATCHDOG_PID"), limit = number_of("WATCHDOG_USEC");
  return limit < 0 || (process != 0 && process != getpid()) ? 0 : limit;
}

void herald_ready(struct herald *herald) {
  *herald = (struct herald){.every_ms = limit_us() / 1000 / 2};
  say("READY=1");
}

void herald_stopping(void) {
  say("STOPPING=1");
}

void herald_alive(struct herald *herald) {
  int64_t now_ms = clock_now_ms();
  if (herald->every_ms > 0 && now_ms >= herald->next_ms) {
    herald->next_ms = now_ms + herald->every_ms;
    say("WATCHDOG=1");
  }
}
