#include "web/ops.h"

#include <inttypes.h>

#include "web/console.h"
#include "web/listener.h"
#include "web/reply.h"
#include "web/server.h"

static enum MHD_Result say(struct request *request, unsigned status, const char *line) {
  struct text text;
  text_init(&text);
  text_add(&text, line);
  return reply_text(request, status, REPLY_TEXT, REPLY_NO_STORE, &text);
}

enum MHD_Result ops_health(struct request *request) {
  return say(request, MHD_HTTP_OK, "ok\n");
}

static const char *unready(const struct server *server) {
  if (server->stopping) {
    return "stopping\n";
  }
  return writer_healthy(server->writer) ? NULL : "database unavailable\n";
}

static enum MHD_Result say_ready(struct request *request, const char *unless) {
  return unless != NULL ? say(request, MHD_HTTP_SERVICE_UNAVAILABLE, unless)
                        : say(request, MHD_HTTP_OK, "ready\n");
}

enum MHD_Result ops_ready(struct request *request) {
  const char *unless = unready(request->server);
  return say_ready(request,
                   unless == NULL && request->server->stuck ? "a worker is stuck\n" : unless);
}

enum MHD_Result ops_ready_parents(struct request *request) {
  return say_ready(request, unready(request->server));
}

static void add_counter(struct text *text, const char *name, const char *help, uint64_t value) {
  text_addf(text, "# HELP hjemsvar_%s %s\n# TYPE hjemsvar_%s counter\nhjemsvar_%s %" PRIu64 "\n",
            name, help, name, name, value);
}

static void add_batches(struct text *text, const struct writer_figures *figures) {
  uint64_t sum = 0;
  text_add(text, "# HELP hjemsvar_writer_batch_jobs Jobs of a transaction of the writer.\n"
                 "# TYPE hjemsvar_writer_batch_jobs histogram\n");
  for (int i = 0; i < WRITER_SIZES; i++) {
    sum += figures->sizes[i];
    text_addf(text, "hjemsvar_writer_batch_jobs_bucket{le=\"%d\"} %" PRIu64 "\n", 1 << i, sum);
  }
  text_addf(text,
            "hjemsvar_writer_batch_jobs_bucket{le=\"+Inf\"} %" PRIu64 "\n"
            "hjemsvar_writer_batch_jobs_sum %" PRIu64 "\n"
            "hjemsvar_writer_batch_jobs_count %" PRIu64 "\n",
            sum, figures->taken, sum);
}

static void add_writer(struct text *text, const struct server *server) {
  struct writer_figures figures;
  writer_figures(server->writer, &figures);
  add_counter(text, "writer_batches_total", "Transactions of the writer.", figures.batches);
  add_counter(text, "writer_jobs_total", "Jobs answered by the writer.", figures.jobs);
  add_counter(text, "writer_failures_total",
              "Jobs that were not stored because the database failed.", figures.failures);
  add_counter(text, "writer_reconnects_total", "Connections made anew to the database.",
              figures.reconnects);
  text_addf(text,
            "# HELP hjemsvar_writer_queued Jobs waiting now.\n"
            "# TYPE hjemsvar_writer_queued gauge\nhjemsvar_writer_queued %" PRIu64 "\n",
            figures.queued);
  add_batches(text, &figures);
}

static void add_by_pool(struct text *text, const char *name, const char *type, const char *help,
                        const uint64_t values[POOL_COUNT]) {
  static const char *const pools[] = {
      [POOL_LOOKUPS] = "lookups", [POOL_SHEETS] = "sheets",   [POOL_STAFF] = "staff",
      [POOL_DOOR] = "door",       [POOL_EXPORTS] = "exports", [POOL_PAGES] = "pages"};
  text_addf(text, "# HELP hjemsvar_%s %s\n# TYPE hjemsvar_%s %s\n", name, help, name, type);
  for (int i = 0; i < POOL_COUNT; i++) {
    text_addf(text, "hjemsvar_%s{pool=\"%s\"} %" PRIu64 "\n", name, pools[i], values[i]);
  }
}

static void add_workers(struct text *text, const struct server *server) {
  uint64_t done[POOL_COUNT] = {0}, expired[POOL_COUNT] = {0}, refused[POOL_COUNT] = {0},
           busy[POOL_COUNT] = {0};
  for (int i = 0; i < POOL_COUNT; i++) {
    struct worker_figures figures = {0};
    if (server->pools[i] != NULL) {
      worker_pool_figures(server->pools[i], &figures);
    }
    done[i] = figures.done;
    expired[i] = figures.expired;
    refused[i] = figures.refused;
    busy[i] = figures.running + figures.queued;
  }
  add_by_pool(text, "worker_done_total", "counter", "Pieces of work answered by the workers.",
              done);
  add_by_pool(text, "worker_expired_total", "counter",
              "Of these, not run since they had waited too long.", expired);
  add_by_pool(text, "worker_refused_total", "counter",
              "Requests refused because the queue was full.", refused);
  add_by_pool(text, "worker_busy", "gauge", "Pieces of work under way or waiting.", busy);
  text_addf(text,
            "# HELP hjemsvar_worker_stuck Whether one is older than HJEMSVAR_WORK_MAX_S.\n"
            "# TYPE hjemsvar_worker_stuck gauge\nhjemsvar_worker_stuck %d\n",
            server->stuck);
}

enum MHD_Result ops_metrics(struct request *request) {
  const struct server *server = request->server;
  struct text text;
  text_init(&text);
  text_add(&text, "# HELP hjemsvar_requests_total Requests by listener.\n"
                  "# TYPE hjemsvar_requests_total counter\n");
  for (int i = 0; i < LISTENER_COUNT; i++) {
    text_addf(&text, "hjemsvar_requests_total{listener=\"%s\"} %" PRIu64 "\n",
              listener_name((enum listener_kind)i), server->figures.requests[i]);
  }
  text_add(&text, "# HELP hjemsvar_connections Open connections by listener.\n"
                  "# TYPE hjemsvar_connections gauge\n");
  for (int i = 0; i < LISTENER_COUNT; i++) {
    text_addf(&text, "hjemsvar_connections{listener=\"%s\"} %zu\n",
              listener_name((enum listener_kind)i),
              connection_count(server->listeners[i].connections));
  }
  text_add(&text, "# HELP hjemsvar_replies_total Replies by class of status.\n"
                  "# TYPE hjemsvar_replies_total counter\n");
  for (int class = 2; class < 6; class ++) {
    text_addf(&text, "hjemsvar_replies_total{status=\"%dxx\"} %" PRIu64 "\n", class,
              server->figures.replies[class]);
  }
  add_counter(&text, "refused_total", "Requests refused by the guard.", server->figures.refused);
  add_counter(&text, "password_hashes_total", "Passwords hashed or compared.",
              console_hashes(server->console));
  add_workers(&text, server);
  if (server->writer != NULL) {
    add_writer(&text, server);
  }
  return reply_text(request, MHD_HTTP_OK, REPLY_TEXT, REPLY_NO_STORE, &text);
}
