#include "scene.h"

#include <arpa/inet.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz.h"
#include "survey/personal.h"
#include "web/console.h"
#include "web/crowd.h"
#include "web/listener.h"
#include "web/lookup.h"
#include "web/regulars.h"
#include "web/tally.h"

enum { TURNS_MAX = 2000, PIECE_BYTES = 16 * 1024 };

static const struct config config = {.public_url = "https://fuzz.example.org",
                                     .console_url = "https://fuzz.example.org",
                                     .listen = "127.0.0.1:0",
                                     .key_dir = "/nonexistent",
                                     .share_dir = ".",
                                     .connections_per_address = 100,
                                     .work_max_s = 60,
                                     .batch_max = 256,
                                     .console_proxy_header = "X-Forwarded-User"};

static const struct crypto_keys keys = {.generations = 1};

static void load_site(struct server *server) {
  static const char *const languages[] = {"da"};
  static struct catalogue_round rounds[3];
  struct arena *arena = arena_new(0); /* the site's */
  fuzz_require(arena != NULL);
  const char *definition = questionnaire_read(FUZZ_BILAG8, arena);
  fuzz_require(definition != NULL);
  static const enum round_state states[] = {ROUND_OPEN, ROUND_CLOSED, ROUND_SCHEDULED};
  for (size_t i = 0; i < array_length(rounds); i++) {
    rounds[i] = (struct catalogue_round){.id = (int)i + 1,
                                         .questionnaire = "bilag8",
                                         .version = 1,
                                         .definition = definition,
                                         .state = states[i],
                                         .takes_posts = states[i] == ROUND_OPEN,
                                         .traces = true,
                                         .confirm_scale = true,
                                         .invite = true,
                                         .languages = languages,
                                         .languages_count = 1};
  }
  static const struct catalogue_link links[] = {
      {SCENE_OPEN, 0, 217, "Helsingør", false, NULL},
      {SCENE_CLOSED, 1, 217, "Helsingør", false, SCENE_OPEN},
      {SCENE_LATER, 2, 101, "København", false, NULL}};
  const struct catalogue catalogue = {.rounds = rounds,
                                      .rounds_count = array_length(rounds),
                                      .links = links,
                                      .links_count = array_length(links)};
  server->site =
      site_new(arena, &catalogue, &server->pages, server->config, &server->keyless_round);
  fuzz_require(server->site != NULL);
  for (size_t i = 0; i < array_length(links); i++) {
    const struct site_link *link = site_find(server->site, links[i].code);
    fuzz_require(link != NULL);
    /* There are no workers here. */
    const struct site_language *language = &link->round->languages[0];
    fuzz_require(link->pages == NULL || (site_render(server->site, link, language, CODING_GZIP) &&
                                         site_render(server->site, link, language, CODING_BROTLI)));
  }
}

static void start_listeners(struct server *server, struct arena *arena) {
  for (int i = 0; i < LISTENER_COUNT; i++) {
    server->listeners[i].server = server;
    server->listeners[i].kind = (enum listener_kind)i;
    const char *message = listener_start(&server->listeners[i], "127.0.0.1:0", "", arena);
    fuzz_require(message == NULL);
  }
}

struct server *scene_new(void) {
  static struct server server;
  static struct arena *arena;
  const char *message = NULL;
  server = (struct server){.config = &config, .keys = &keys, .keyless_round = 100};
  arena = arena_new(0);
  fuzz_require(crypto_init() && arena != NULL);
  fuzz_require(pages_load(&server.pages, config.share_dir, arena) == NULL);
  server.console = console_load(config.share_dir, arena, &message);
  server.personal = personal_new();
  server.lookup = lookup_new();
  server.regulars = regulars_new();
  server.sign_ins = tally_new(CROWD_FORGIVE_S);
  fuzz_require(server.console != NULL && server.personal != NULL && server.lookup != NULL &&
               server.regulars != NULL);
  fuzz_require(server.sign_ins != NULL);
  load_site(&server);
  start_listeners(&server, arena);
  return &server;
}

/* Sends a piece when there is room; true when all is sent. */
static bool send_on(int fd, const char **bytes, size_t *left) {
  if (*left > 0) {
    size_t piece = *left < PIECE_BYTES ? *left : PIECE_BYTES;
    ssize_t sent = send(fd, *bytes, piece, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent > 0) {
      *bytes += sent;
      *left -= (size_t)sent;
    }
  }
  return *left == 0;
}

/* Takes in what came; false when the other side has closed. */
static bool receive_on(int fd, struct text *reply, bool *came) {
  char bytes[PIECE_BYTES];
  ssize_t size = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
  if (size > 0) {
    text_add_bytes(reply, bytes, (size_t)size);
  }
  *came = size > 0;
  return size != 0;
}

/* The server has had its say when it has neither taken nor given anything for a few turns. */
void scene_talk(struct server *server, enum listener_kind kind, const void *bytes, size_t size,
                struct text *reply) {
  struct MHD_Daemon *daemon = server->listeners[kind].daemon;
  const struct sockaddr_in client = {.sin_family = AF_INET,
                                     .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  const char *at = bytes;
  int ends[2], quiet = 0;
  bool open = true, came;
  fuzz_require(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) == 0);
  if (MHD_add_connection(daemon, ends[1], (const struct sockaddr *)&client, sizeof client) !=
      MHD_YES) {
    fuzz_require(fuzz_starved());
    (void)close(ends[0]);
    return;
  }
  for (int turn = 0; turn < TURNS_MAX && open && quiet < 4; turn++) {
    size_t before = size;
    bool sent = send_on(ends[0], &at, &size);
    (void)MHD_run(daemon);
    open = receive_on(ends[0], reply, &came);
    quiet = came || before != size || !sent ? 0 : quiet + 1;
  }
  (void)close(ends[0]);
  for (int turn = 0; turn < TURNS_MAX && connection_count(server->listeners[kind].connections) > 0;
       turn++) {
    (void)MHD_run(daemon);
  }
  fuzz_require(connection_count(server->listeners[kind].connections) == 0);
}
