#include "web/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "web/request.h"

enum {
  BACKLOG = 1024,
  POOL_BYTES = 8 * 1024,  /* memory of one connection; longer headers are 431 */
  DESCRIPTORS_SPARE = 64, /* kept for the database, files and the other listeners */
  STAFF_CONNECTIONS = 256
};

const char *listener_name(enum listener_kind kind) {
  static const char *const names[LISTENER_COUNT] = {"respondents", "console", "operations"};
  return names[kind];
}

static enum MHD_Result accept_policy(void *context, const struct sockaddr *address,
                                     socklen_t length) {
  (void)length;
  const struct listener *listener = context;
  return connection_welcome(listener->connections, address) ? MHD_YES : MHD_NO;
}

static void notify_connection(void *context, struct MHD_Connection *connection,
                              void **socket_context, enum MHD_ConnectionNotificationCode code) {
  struct listener *listener = context;
  if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
    struct connection_entry *entry = *socket_context;
    if (entry != NULL) {
      request_abandon(entry->untold);
      connection_close(listener->connections, entry);
    }
    *socket_context = NULL;
    return;
  }
  const union MHD_ConnectionInfo *fd =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  int number = fd->connect_fd;
  const union MHD_ConnectionInfo *address =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  *socket_context = connection_open(listener->connections, number, address->client_addr);
}

/* As many as the process may open, raised to its hard limit. */
static unsigned connection_limit(enum listener_kind kind) {
  struct rlimit limit;
  if (kind != LISTENER_RESPONDENTS) {
    return STAFF_CONNECTIONS;
  }
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return STAFF_CONNECTIONS;
  }
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY ||
      limit.rlim_cur > 65536) {
    limit.rlim_cur = limit.rlim_cur > 65536 ? 65536 : limit.rlim_cur;
  }
  rlim_t spare = DESCRIPTORS_SPARE + 2 * STAFF_CONNECTIONS;
  return limit.rlim_cur > spare * 2 ? (unsigned)(limit.rlim_cur - spare)
                                    : (unsigned)(limit.rlim_cur / 2);
}

/* "host:port" into a bound, listening socket; host may be a name or [v6]. */
static int bind_address(const char *address, struct arena *arena, const char **why) {
  const char *colon = strrchr(address, ':');
  char *host = arena_copy(arena, address, (size_t)(colon - address));
  if (host == NULL) {
    return -1;
  }
  if (host[0] == '[' && host[strlen(host) - 1] == ']') {
    host[strlen(host) - 1] = '\0';
    host++;
  }
  struct addrinfo hints = {
      .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
  struct addrinfo *found = NULL;
  int failed = getaddrinfo(host, colon + 1, &hints, &found);
  if (failed != 0) {
    *why = gai_strerror(failed);
    return -1;
  }
  const int yes = 1;
  int fd = socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
      bind(fd, found->ai_addr, found->ai_addrlen) != 0 || listen(fd, BACKLOG) != 0) {
    *why = strerror(errno);
    if (fd >= 0) {
      close(fd);
    }
    fd = -1;
  }
  freeaddrinfo(found);
  return fd;
}

const char *listener_start(struct listener *listener, const char *address, const char *variable,
                           struct arena *arena) {
  const char *why = "out of memory";
  int fd = bind_address(address, arena, &why);
  if (fd < 0) {
    return arena_printf(
        arena,
        "cannot listen on %s: %s; hint: set %s to another address; port 0 takes any that is free",
        address, why, variable);
  }
  listener->connections = connection_table_new(listener->server->config);
  /* Without MHD_USE_ERROR_LOG: its lines are no JSON, a client can cause them at will, and
   * some quote the path, code and all. */
  if (listener->connections != NULL) {
    listener->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, accept_policy, listener, request_handle,
        listener, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_NOTIFY_CONNECTION, notify_connection,
        listener, MHD_OPTION_URI_LOG_CALLBACK, request_begin, listener, MHD_OPTION_NOTIFY_COMPLETED,
        request_end, listener, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)CONNECTION_SILENCE_S,
        MHD_OPTION_CONNECTION_LIMIT, connection_limit(listener->kind),
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)POOL_BYTES, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_END);
  }
  if (listener->daemon == NULL) {
    close(fd);
    return "the HTTP server could not start; hint: is memory or are file descriptors out?";
  }
  listener->quiesced_fd = -1;
  listener->epoll_fd = MHD_get_daemon_info(listener->daemon, MHD_DAEMON_INFO_EPOLL_FD)->listen_fd;
  return NULL;
}

bool listener_address(const struct listener *listener, char out[LISTENER_ADDRESS_BYTES]) {
  struct sockaddr_storage address = {0};
  socklen_t length = sizeof address;
  char host[64], port[16];
  int fd = MHD_get_daemon_info(listener->daemon, MHD_DAEMON_INFO_LISTEN_FD)->listen_fd;
  if (getsockname(fd, (struct sockaddr *)&address, &length) != 0 ||
      getnameinfo((struct sockaddr *)&address, length, host, sizeof host, port, sizeof port,
                  NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
    return false;
  }
  snprintf(out, LISTENER_ADDRESS_BYTES, address.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host,
           port);
  return true;
}

void listener_announce(const struct listener *listener) {
  char address[LISTENER_ADDRESS_BYTES];
  if (listener_address(listener, address)) {
    log_event(LOG_LEVEL_INFO, "listening", "s:s, s:s", "listener", listener_name(listener->kind),
              "address", address);
  }
}

/* Once accept(2) has found no descriptor, libmicrohttpd lets everybody wait until one of its
 * connections has ended; those that are there may stay for long. So one comes that has ended. */
static void listener_rouse(struct listener *listener) {
  const struct sockaddr nobody = {.sa_family = AF_UNSPEC};
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0) {
    return; /* still none */
  }
  close(ends[0]);
  (void)MHD_add_connection(listener->daemon, ends[1], &nobody, sizeof nobody);
}

void listener_sweep(struct listener *listener, bool stopping) {
  if (listener->daemon == NULL) {
    return;
  }
  connection_sweep(listener->connections, stopping);
  if (stopping) {
    return;
  }
  struct pollfd door = {
      .fd = MHD_get_daemon_info(listener->daemon, MHD_DAEMON_INFO_LISTEN_FD)->listen_fd,
      .events = POLLIN};
  bool waits = poll(&door, 1, 0) > 0;
  if (waits && listener->kept_waiting) {
    listener_rouse(listener);
  }
  listener->kept_waiting = waits;
}

void listener_quiesce(struct listener *listener) {
  listener->quiesced_fd = MHD_quiesce_daemon(listener->daemon);
  if (listener->quiesced_fd >= 0) {
    close(listener->quiesced_fd);
  }
}

void listener_stop(struct listener *listener) {
  if (listener->daemon != NULL) {
    MHD_stop_daemon(listener->daemon);
  }
  connection_table_free(listener->connections);
  listener->daemon = NULL;
  listener->connections = NULL;
}
