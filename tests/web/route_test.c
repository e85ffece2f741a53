#include "web/route.h"

#include <criterion/criterion.h>
#include <string.h>

Test(route, finds_what_is_asked_for_in_any_case) {
  static const struct {
    enum listener_kind listener;
    const char *method, *path;
    enum route_result result;
    const char *segment, *allow;
  } cases[] = {
      {LISTENER_RESPONDENTS, "GET", "/S/7KQ4M2V", ROUTE_FOUND, "7KQ4M2V", NULL},
      {LISTENER_RESPONDENTS, "GET", "/s/7kq4m2v", ROUTE_FOUND, "7kq4m2v", NULL},
      {LISTENER_RESPONDENTS, "HEAD", "/S/7KQ4M2V", ROUTE_FOUND, "7KQ4M2V", NULL},
      {LISTENER_RESPONDENTS, "POST", "/S/7KQ4M2V", ROUTE_FOUND, "7KQ4M2V", NULL},
      {LISTENER_RESPONDENTS, "GET", "/S/7KQ4M2V/qr.svg", ROUTE_FOUND, "7KQ4M2V", NULL},
      {LISTENER_RESPONDENTS, "POST", "/S/7KQ4M2V/qr.svg", ROUTE_METHOD, NULL, "GET, HEAD"},
      {LISTENER_RESPONDENTS, "GET", "/S/", ROUTE_MISSING, NULL, NULL},
      {LISTENER_RESPONDENTS, "GET", "/S/7KQ4M2V/", ROUTE_MISSING, NULL, NULL},
      {LISTENER_RESPONDENTS, "GET", "/S/7KQ4M2V/withdraw/x", ROUTE_MISSING, NULL, NULL},
      {LISTENER_RESPONDENTS, "GET", "/metrics", ROUTE_MISSING, NULL, NULL},
      {LISTENER_OPS, "GET", "/metrics", ROUTE_FOUND, NULL, NULL},
      {LISTENER_OPS, "GET", "/S/7KQ4M2V", ROUTE_MISSING, NULL, NULL},
      {LISTENER_CONSOLE, "GET", "/", ROUTE_MISSING, NULL, NULL},
  };
  struct arena *arena = arena_new(0);
  for (size_t i = 0; i < array_length(cases); i++) {
    struct route_match match = {0};
    enum route_result result =
        route_find(cases[i].listener, cases[i].method, cases[i].path, arena, &match);
    cr_expect_eq(result, cases[i].result, "%s %s", cases[i].method, cases[i].path);
    if (cases[i].segment != NULL) {
      cr_assert_eq(match.count, 1);
      cr_expect_str_eq(match.parameters[0].name, "code");
      cr_expect_str_eq(match.parameters[0].value, cases[i].segment);
    }
    if (cases[i].allow != NULL) {
      cr_expect_str_eq(match.allow, cases[i].allow);
    }
  }
  arena_free(arena);
}
