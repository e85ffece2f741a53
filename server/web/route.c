#include "web/route.h"

#include <string.h>
#include <strings.h>

#include "web/ops.h"
#include "web/public.h"
#include "web/respondent.h"
#include "web/withdraw.h"

static const struct route ROUTES[] = {
    {LISTENER_RESPONDENTS, "GET", "/S/{code}", ROUTE_INSTANT, 0, respondent_open, NULL},
    {LISTENER_RESPONDENTS, "POST", "/S/{code}", ROUTE_QUEUED, FORM_BODY_MAX, respondent_post,
     respondent_finish},
    {LISTENER_RESPONDENTS, "GET", "/S/{code}/qr.svg", ROUTE_INSTANT, 0, public_qr, NULL},
    {LISTENER_RESPONDENTS, "GET", "/S/{code}/withdraw", ROUTE_INSTANT, 0, withdraw_open, NULL},
    {LISTENER_RESPONDENTS, "POST", "/S/{code}/withdraw", ROUTE_QUEUED, 4096, withdraw_post,
     withdraw_finish},
    {LISTENER_RESPONDENTS, "GET", "/", ROUTE_INSTANT, 0, public_start, NULL},
    {LISTENER_RESPONDENTS, "GET", "/privacy", ROUTE_INSTANT, 0, public_privacy, NULL},
    {LISTENER_RESPONDENTS, "GET", "/was", ROUTE_INSTANT, 0, public_accessibility, NULL},
    {LISTENER_OPS, "GET", "/healthz", ROUTE_INSTANT, 0, ops_health, NULL},
    {LISTENER_OPS, "GET", "/readyz", ROUTE_INSTANT, 0, ops_ready, NULL},
    {LISTENER_OPS, "GET", "/metrics", ROUTE_INSTANT, 0, ops_metrics, NULL},
};

static bool match(const char *pattern, const char *path, const char **segment) {
  *segment = NULL;
  while (*pattern != '\0') {
    if (*pattern == '{') {
      *segment = path;
      pattern = strchr(pattern, '}') + 1;
      path += strcspn(path, "/");
      if (path == *segment) {
        return false;
      }
    } else if (strncasecmp(pattern, path, 1) == 0) {
      pattern++;
      path++;
    } else {
      return false;
    }
  }
  return *path == '\0';
}

static bool takes(const struct route *route, const char *method) {
  return strcmp(route->method, method) == 0 ||
         (strcmp(method, "HEAD") == 0 && strcmp(route->method, "GET") == 0);
}

enum route_result route_find(enum listener_kind listener, const char *method, const char *path,
                             struct arena *arena, const struct route **route, const char **segment,
                             const char **allow) {
  bool reads = false, posts = false;
  for (size_t i = 0; i < array_length(ROUTES); i++) {
    const struct route *candidate = &ROUTES[i];
    if (candidate->listener != listener || !match(candidate->pattern, path, segment)) {
      continue;
    }
    *route = candidate;
    if (takes(candidate, method)) {
      return ROUTE_FOUND;
    }
    reads = reads || candidate->method[0] == 'G';
    posts = posts || candidate->method[0] == 'P';
  }
  *route = NULL;
  if (!reads && !posts) {
    return ROUTE_MISSING;
  }
  *allow = arena_printf(arena, "%s%s%s", reads ? "GET, HEAD" : "", reads && posts ? ", " : "",
                        posts ? "POST" : "");
  return ROUTE_METHOD;
}
