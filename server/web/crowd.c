#include "web/crowd.h"

#include "base/clock.h"
#include "base/password.h"
#include "base/token.h"
#include "web/console_door.h"
#include "web/reply.h"
#include "web/submit.h"
#include "web/tally.h"
#include "web/work.h"

static uint32_t now_s(void) {
  return (uint32_t)(clock_now_ms() / 1000);
}

static bool is_known(const struct request *request) {
  const char *device =
      request_cookie(request_header(request, "Cookie"), DOOR_DEVICE, request->arena);
  return device != NULL &&
         token_device_check(request->server->keys, form_value(&request->form, "email"), device);
}

static enum MHD_Result refuse(struct request *request, unsigned status, int seconds) {
  request->retry_after_s = seconds;
  return reply_problem(request, status, "crowd",
                       status == MHD_HTTP_TOO_MANY_REQUESTS ? "too_many_sign_ins" : "busy");
}

bool crowd_admit(struct request *request, bool *ahead, enum MHD_Result *result) {
  struct tally *tally = request->server->sign_ins;
  struct worker_pool *pool = request->server->pools[POOL_DOOR];
  struct worker_figures figures = {0};
  *ahead = is_known(request);
  if (*ahead) {
    return true;
  }
  uint16_t tag = tally_tag(tally, submit_client_address(request));
  if (tally_count(tally, tag, now_s()) >= CROWD_WRONG_MAX) {
    *result = refuse(request, MHD_HTTP_TOO_MANY_REQUESTS, tally_wait_s(tally, tag, now_s()));
    return false;
  }
  if (pool != NULL) {
    worker_pool_figures(pool, &figures);
  }
  /* Not who is queued alone: that is also who is about to be taken. */
  if (figures.running + figures.queued >= PASSWORD_PLACES + CROWD_STRANGERS_MAX) {
    *result = refuse(request, MHD_HTTP_SERVICE_UNAVAILABLE, CROWD_WAIT_S);
    return false;
  }
  tally_add(tally, tag, now_s());
  request->crowd_tag = tag;
  request->crowd_counted = true;
  return true;
}

void crowd_settle(struct request *request) {
  bool wrong = request->work != NULL && request->work->wrong_password;
  if (request->crowd_counted && !wrong) {
    tally_take_back(request->server->sign_ins, request->crowd_tag, now_s());
  }
  request->crowd_counted = false;
}
