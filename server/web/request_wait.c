#include "base/clock.h"
#include "base/log.h"
#include "web/handover.h"
#include "web/request.h"
#include "web/server.h"
#include "web/work.h"
#include "web/worker.h"

static void wait_for_it(struct request *request) {
  request->stage = REQUEST_WAITING;
  connection_waiting(request->entry);
  MHD_suspend_connection(request->connection);
}

/* What a writer would have said, had it stored or withdrawn something. */
static void drop(struct request *request) {
  request->job.result = request->job.kind == WRITER_WITHDRAW ? WRITER_WITHDRAWN : WRITER_STORED;
  wait_for_it(request);
  handover_jobs(request->server->handover, &request->job);
}

/* Enqueueing first is safe: a finished job comes back through the loop, which is this
 * thread. */
bool request_queue(struct request *request) {
  request->job.context = request;
  int64_t patience_ms = clock_now_ms() + WRITER_PATIENCE_MS;
  if (request->answer_by_ms != 0 && request->answer_by_ms < patience_ms) {
    request->job.deadline_ms = request->answer_by_ms;
  }
  /* What comes in by the console is a preview's, and never kept. */
  if (request->server->preview || request->listener != LISTENER_RESPONDENTS) {
    drop(request);
    return true;
  }
  /* The writer is gone before the last replies are. */
  if (request->server->writer == NULL || !writer_enqueue(request->server->writer, &request->job)) {
    return false;
  }
  wait_for_it(request);
  return true;
}

/* What was typed is not lost with work that was never run. */
static void give_form_back(struct request *request, struct work *work) {
  if (work->form.count > 0) {
    request->form = work->form;
    work->form = (struct form){0};
  }
}

bool request_send(struct request *request, struct work *work) {
  struct server *server = request->server;
  work->request = request;
  struct worker_pool *pool = server->pools[work->pool];
  if (pool == NULL || !worker_pool_queue(pool, work)) {
    give_form_back(request, work);
    work_free(work);
    return false;
  }
  work->older = server->works;
  if (server->works != NULL) {
    server->works->newer = work;
  }
  server->works = work;
  request->work = work;
  wait_for_it(request);
  return true;
}

static void resume(struct request *request) {
  request->stage = REQUEST_DONE;
  MHD_resume_connection(request->connection);
}

void request_worked(struct server *server, struct work *work) {
  struct request *request = work->request;
  if (work->newer != NULL) {
    work->newer->older = work->older;
  } else {
    server->works = work->older;
  }
  if (work->older != NULL) {
    work->older->newer = work->newer;
  }
  work->older = work->newer = NULL;
  if (request != NULL && work->expired) {
    give_form_back(request, work);
  }
  if (request == NULL || work->expired) {
    work_free(work);
    work = NULL;
  }
  if (request != NULL) {
    request->work = work;
    request->work_late = work == NULL;
    resume(request);
  }
}

/* Told once until all have come back. What may take longer than a page is stuck as much later. */
static void note_stuck(struct server *server, const struct work *oldest, int64_t now_ms) {
  int64_t most_ms = (int64_t)server->config->work_max_s * 1000;
  bool stuck = oldest != NULL && now_ms - oldest->stuck_ms > most_ms;
  if (stuck && !server->stuck) {
    log_event(LOG_LEVEL_ERROR, "work_stuck", "s:s, s:I, s:s", "route", oldest->route->pattern,
              "seconds", (json_int_t)((now_ms - oldest->queued_ms) / 1000), "hint",
              "a worker does not come back; if it stays so, start the server anew");
  } else if (server->stuck && !stuck) {
    log_event(LOG_LEVEL_INFO, "work_unstuck", NULL);
  }
  server->stuck = stuck;
}

void request_abandon_late(struct server *server) {
  int64_t now_ms = clock_now_ms();
  const struct work *oldest = NULL;
  for (struct work *work = server->works; work != NULL; work = work->older) {
    oldest = oldest == NULL || work->stuck_ms <= oldest->stuck_ms ? work : oldest;
    if (work->request != NULL && work->abandon_ms <= now_ms) {
      if (work->form.count > 0) { /* the worker may be reading it, and nobody changes it */
        work->request->form = form_copy(&work->form);
      }
      work->request->work = NULL;
      work->request->work_late = true;
      resume(work->request);
      work->request = NULL;
    }
  }
  note_stuck(server, oldest, now_ms);
}

void request_hurry(struct server *server, enum server_pool pool, int64_t deadline_ms) {
  worker_pool_hurry(server->pools[pool], deadline_ms);
  for (struct work *work = server->works; work != NULL; work = work->older) {
    if (work->pool == pool && work->abandon_ms > deadline_ms + WORKER_LATE_MS) {
      work->abandon_ms = deadline_ms + WORKER_LATE_MS;
    }
  }
}
