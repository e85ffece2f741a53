#include "output/press.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/utf8.h"
#include "base/version.h"

enum {
  BATCH_BYTES = 64 * 1024, /* so much is sent without being asked for */
  PIECE_BYTES = 16 * 1024,
  KEPT_MAX = 64
};

struct press {
  pid_t process;
  int fd;
  struct text orders; /* behind the bytes of the batch's length */
  letter_sink *sink;
  void *context;
  enum letter_result result; /* the first that nothing can follow */
  struct press_reply reply;
};

/* ---- the program */

/* All that it has of our environment: where fonts are, and what the tests want to know of it. */
static const char *const kept[] = {"HOME=", "XDG_", "FONTCONFIG_", "ASAN_", "LSAN_", "UBSAN_"};

static bool is_kept(const char *variable) {
  for (size_t i = 0; i < array_length(kept); i++) {
    if (strncmp(variable, kept[i], strlen(kept[i])) == 0) {
      return true;
    }
  }
  return false;
}

static void keep_environment(char *out[KEPT_MAX + 1]) {
  size_t count = 0;
  for (char **variable = environ; *variable != NULL && count < KEPT_MAX; variable++) {
    if (is_kept(*variable)) {
      out[count++] = *variable;
    }
  }
  out[count] = NULL;
}

/* Beside this program (a build), above it (tests), or where make install puts it. */
static bool find_program(char path[PATH_MAX]) {
  static const char *const places[] = {"hjemsvar-press", "../hjemsvar-press",
                                       "../libexec/hjemsvar-press"};
  char own[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", own, sizeof own - 1);
  own[length > 0 ? length : 0] = '\0';
  char *name = strrchr(own, '/');
  if (name == NULL) {
    return false;
  }
  name[1] = '\0'; /* an upgrade has put " (deleted)" behind it */
  int why = ENOENT;
  for (size_t i = 0; i < array_length(places); i++) {
    int written = snprintf(path, PATH_MAX, "%s%s", own, places[i]);
    if (written > 0 && written < PATH_MAX && access(path, X_OK) == 0) {
      return true;
    }
    why = errno == EACCES ? EACCES : why;
  }
  errno = why;
  return false;
}

/* Its socket is its standard input, and it has nothing else of ours: no descriptor, no blocked or
 * ignored signal. */
static int start(posix_spawn_file_actions_t *files, posix_spawnattr_t *attributes, int end,
                 pid_t *process) {
  char path[PATH_MAX], *environment[KEPT_MAX + 1];
  char name[] = "hjemsvar-press", version[] = VERSION_TEXT, *arguments[] = {name, version, NULL};
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  keep_environment(environment);
  if (!find_program(path)) {
    return errno;
  }
  int failed = posix_spawn_file_actions_adddup2(files, end, STDIN_FILENO);
  failed |= posix_spawn_file_actions_addopen(files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  failed |= posix_spawn_file_actions_addopen(files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  failed |= posix_spawn_file_actions_addclosefrom_np(files, STDERR_FILENO + 1);
  failed |= posix_spawnattr_setsigmask(attributes, &none);
  failed |= posix_spawnattr_setsigdefault(attributes, &all);
  failed |= posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  return failed != 0 ? ENOMEM
                     : posix_spawn(process, path, files, attributes, arguments, environment);
}

static int spawn(int end, pid_t *process) {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  if (posix_spawn_file_actions_init(&files) != 0) {
    return ENOMEM;
  }
  int failed = ENOMEM;
  if (posix_spawnattr_init(&attributes) == 0) {
    failed = start(&files, &attributes, end, process);
    posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_destroy(&files);
  return failed;
}

bool press_wait(struct press *press, int seconds) {
  const struct timeval patience = {.tv_sec = seconds};
  return setsockopt(press->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) == 0 &&
         setsockopt(press->fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) == 0;
}

static int open_press(struct press *press) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return errno;
  }
  int failed = spawn(ends[1], &press->process);
  (void)close(ends[1]);
  press->fd = ends[0];
  return failed != 0 || press_wait(press, PRESS_TURN_S) ? failed : errno;
}

static void begin_batch(struct press *press) {
  const uint32_t later = 0;
  text_reset(&press->orders);
  text_add_bytes(&press->orders, (const char *)&later, sizeof later);
}

struct press *press_open(enum letter_result *result, struct letter_trouble *trouble) {
  struct press *press = calloc(1, sizeof *press);
  *result = LETTER_MEMORY;
  if (press == NULL) {
    return NULL;
  }
  press->fd = -1;
  text_init(&press->orders);
  begin_batch(press);
  int failed = open_press(press);
  if (failed == 0) {
    *result = LETTER_OK;
    return press;
  }
  const char *why = strerrordesc_np(failed);
  *result = LETTER_PROGRAM;
  (void)snprintf(trouble->what, sizeof trouble->what, "%s", why != NULL ? why : "");
  press_free(press);
  return NULL;
}

/* The one that has lost its socket ends by itself; one that does not listen is made to. */
void press_free(struct press *press) {
  if (press == NULL) {
    return;
  }
  if (press->fd >= 0) {
    (void)close(press->fd);
  }
  if (press->process > 0) {
    if (press->result == LETTER_PROGRAM) {
      (void)kill(press->process, SIGKILL);
    }
    while (waitpid(press->process, NULL, 0) < 0 && errno == EINTR) {
    }
  }
  text_clear(&press->orders);
  free(press);
}

/* ---- orders */

void press_give_to(struct press *press, letter_sink *sink, void *context) {
  press->sink = sink;
  press->context = context;
}

void press_order(struct press *press, enum press_order order) {
  const struct press_reply *reply;
  if (press->orders.length >= BATCH_BYTES) {
    enum letter_result result = press_ask(press, &reply);
    press->result = press->result == LETTER_OK ? result : press->result;
  }
  text_add_char(&press->orders, (char)order);
}

void press_number(struct press *press, double number) {
  text_add_bytes(&press->orders, (const char *)&number, sizeof number);
}

void press_bytes(struct press *press, const void *bytes, size_t size) {
  const uint32_t length = (uint32_t)size;
  if (size >= PRESS_BATCH_MAX) {
    press->result = press->result == LETTER_OK ? LETTER_MEMORY : press->result;
    return;
  }
  text_add_bytes(&press->orders, (const char *)&length, sizeof length);
  text_add_bytes(&press->orders, bytes, size);
  text_add_char(&press->orders, '\0');
}

void press_text(struct press *press, const char *text) {
  press_bytes(press, text, strlen(text));
}

/* ---- batches */

static enum letter_result hand_on(struct press *press) {
  char piece[PIECE_BYTES];
  enum letter_result result = LETTER_OK;
  for (size_t left = press->reply.pdf_bytes, size; left > 0; left -= size) {
    size = left < sizeof piece ? left : sizeof piece;
    if (!press_wire_receive(press->fd, piece, size)) {
      return LETTER_PROGRAM;
    }
    if (result == LETTER_OK && press->sink != NULL && !press->sink(press->context, piece, size)) {
      result = LETTER_STOPPED;
    }
  }
  return result;
}

/* It reads what strangers made, so its own words are taken with care. */
static enum letter_result hear(struct press *press) {
  struct press_reply *reply = &press->reply;
  if (!press_wire_receive(press->fd, reply, sizeof *reply) || reply->result < LETTER_OK ||
      reply->result > LETTER_MEMORY) {
    return LETTER_PROGRAM;
  }
  reply->what[sizeof reply->what - 1] = '\0';
  if (!utf8_valid(reply->what, strlen(reply->what))) {
    reply->what[0] = '\0';
  }
  return hand_on(press);
}

static enum letter_result turn(struct press *press) {
  if (press->orders.failed || press->orders.length > PRESS_BATCH_MAX) {
    return LETTER_MEMORY;
  }
  const uint32_t size = (uint32_t)(press->orders.length - sizeof size);
  memcpy(press->orders.data, &size, sizeof size);
  return press_wire_send(press->fd, press->orders.data, press->orders.length) ? hear(press)
                                                                              : LETTER_PROGRAM;
}

enum letter_result press_ask(struct press *press, const struct press_reply **reply) {
  *reply = &press->reply;
  if (press->result == LETTER_OK) {
    memset(&press->reply, 0, sizeof press->reply);
    press->result = turn(press);
    begin_batch(press);
  }
  return press->result != LETTER_OK ? press->result : (enum letter_result)press->reply.result;
}
