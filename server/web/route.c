#include "web/route.h"

#include <string.h>
#include <strings.h>

#include "web/listener.h"
#include "web/ops.h"
#include "web/public.h"
#include "web/respondent.h"
#include "web/withdraw.h"

/* The columns of the table. */
#define RESPONDENTS         .listener = LISTENER_RESPONDENTS, .may = ROUTE_ANYBODY
#define OPERATIONS          .listener = LISTENER_OPS, .may = ROUTE_ANYBODY
#define GET(path)           .method = "GET", .pattern = (path)
#define POST(path, bytes)   .method = "POST", .pattern = (path), .body_max_bytes = (bytes)
#define INSTANT(now)        .kind = ROUTE_INSTANT, .handle = (now)
#define QUEUED(first, then) .kind = ROUTE_QUEUED, .handle = (first), .finish = (then)

static const struct route ROUTES[] = {
    {RESPONDENTS, GET("/S/{code}"), INSTANT(respondent_open)},
    {RESPONDENTS, POST("/S/{code}", FORM_BODY_MAX), QUEUED(respondent_post, respondent_finish)},
    {RESPONDENTS, GET("/S/{code}/qr.svg"), INSTANT(public_qr)},
    {RESPONDENTS, GET("/S/{code}/withdraw"), INSTANT(withdraw_open)},
    {RESPONDENTS, POST("/S/{code}/withdraw", 4096), QUEUED(withdraw_post, withdraw_finish)},
    {RESPONDENTS, GET("/"), INSTANT(public_start)},
    {RESPONDENTS, GET("/privacy"), INSTANT(public_privacy)},
    {RESPONDENTS, GET("/was"), INSTANT(public_accessibility)},
    {OPERATIONS, GET("/healthz"), INSTANT(ops_health)},
    {OPERATIONS, GET("/readyz"), INSTANT(ops_ready)},
    {OPERATIONS, GET("/metrics"), INSTANT(ops_metrics)},
};

/* Whether a path fits a pattern; the segments at {names} become the match's parameters. */
static bool fits(const char *pattern, const char *path, struct arena *arena,
                 struct route_match *match) {
  match->count = 0;
  while (*pattern != '\0') {
    if (*pattern == '{') {
      size_t length = strcspn(path, "/");
      size_t name = strcspn(pattern, "}") - 1;
      if (length == 0 || match->count == REQUEST_PARAMETERS_MAX) {
        return false;
      }
      struct request_value *value = &match->parameters[match->count++];
      value->name = arena_copy(arena, pattern + 1, name);
      value->value = arena_copy(arena, path, length);
      if (value->name == NULL || value->value == NULL) {
        return false;
      }
      pattern += name + 2;
      path += length;
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
                             struct arena *arena, struct route_match *match) {
  bool reads = false, posts = false;
  for (size_t i = 0; i < array_length(ROUTES); i++) {
    const struct route *candidate = &ROUTES[i];
    if (candidate->listener != listener || !fits(candidate->pattern, path, arena, match)) {
      continue;
    }
    if (takes(candidate, method)) {
      match->route = candidate;
      return ROUTE_FOUND;
    }
    reads = reads || candidate->method[0] == 'G';
    posts = posts || candidate->method[0] == 'P';
  }
  match->count = 0;
  if (!reads && !posts) {
    return ROUTE_MISSING;
  }
  match->allow = arena_printf(arena, "%s%s%s", reads ? "GET, HEAD" : "", reads && posts ? ", " : "",
                              posts ? "POST" : "");
  return ROUTE_METHOD;
}

static json_t *may_list(unsigned may) {
  static const struct {
    unsigned bit;
    const char *name;
  } roles[] = {{ROUTE_ANYBODY, "anybody"},
               {ROUTE_MUNICIPALITY, "municipality"},
               {ROUTE_EVALUATOR, "evaluator"},
               {ROUTE_ADMIN, "admin"}};
  json_t *list = json_array();
  for (size_t i = 0; i < array_length(roles); i++) {
    if ((may & roles[i].bit) != 0 && json_array_append_new(list, json_string(roles[i].name)) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

json_t *route_list(void) {
  static const char *const kinds[] = {
      [ROUTE_INSTANT] = "instant", [ROUTE_QUEUED] = "queued", [ROUTE_BLOCKING] = "blocking"};
  static const char *const scopes[] = {[ROUTE_NO_SCOPE] = "none",
                                       [ROUTE_ROUND] = "round",
                                       [ROUTE_ROUND_MUNICIPALITY] = "municipality"};
  json_t *list = json_array();
  for (size_t i = 0; i < array_length(ROUTES); i++) {
    const struct route *route = &ROUTES[i];
    json_t *row =
        json_pack("{s:s, s:s, s:s, s:s, s:o, s:s, s:b, s:b}", "listener",
                  listener_name(route->listener), "method", route->method, "pattern",
                  route->pattern, "kind", kinds[route->kind], "may", may_list(route->may), "scope",
                  scopes[route->scope], "file", route->takes_file, "api", route->api);
    if (json_array_append_new(list, row) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}
