#include "web/route.h"

#include <criterion/criterion.h>
#include <string.h>

Test(route, finds_a_parents_link_in_any_case_and_all_else_as_it_is_written) {
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
      {LISTENER_OPS, "GET", "/Metrics", ROUTE_MISSING, NULL, NULL},
      {LISTENER_OPS, "GET", "/S/7KQ4M2V", ROUTE_MISSING, NULL, NULL},
      {LISTENER_RESPONDENTS, "GET", "/sign-in", ROUTE_MISSING, NULL, NULL},
      {LISTENER_OPS, "GET", "/sign-in", ROUTE_MISSING, NULL, NULL},
      {LISTENER_CONSOLE, "GET", "/sign-in", ROUTE_FOUND, NULL, NULL},
      {LISTENER_CONSOLE, "GET", "/Sign-In", ROUTE_MISSING, NULL, NULL},
      {LISTENER_CONSOLE, "POST", "/sign-iN", ROUTE_MISSING, NULL, NULL},
      {LISTENER_CONSOLE, "GET", "/ROUNDS/1/municipalities/217", ROUTE_MISSING, NULL, NULL},
      {LISTENER_CONSOLE, "GET", "/S/7KQ4M2V", ROUTE_MISSING, NULL, NULL},
      {LISTENER_CONSOLE, "GET", "/metrics", ROUTE_MISSING, NULL, NULL},
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

Test(route, names_each_segment_of_a_path) {
  struct arena *arena = arena_new(0);
  struct route_match match = {0};
  cr_assert_eq(route_find(LISTENER_CONSOLE, "GET", "/rounds/12/municipalities/0101", arena, &match),
               ROUTE_FOUND);
  cr_assert_eq(match.count, 2);
  cr_expect_str_eq(match.parameters[0].name, "round");
  cr_expect_str_eq(match.parameters[0].value, "12");
  cr_expect_str_eq(match.parameters[1].name, "municipality");
  cr_expect_str_eq(match.parameters[1].value, "0101");
  cr_expect_eq(route_find(LISTENER_CONSOLE, "GET", "/rounds//municipalities/1", arena, &match),
               ROUTE_MISSING);
  arena_free(arena);
}

/* Whoever adds a page with a round in its path has to say what of it must be in scope. */
Test(route, gives_every_console_path_with_a_round_a_scope) {
  json_t *list = route_list();
  size_t i;
  json_t *row;
  json_array_foreach(list, i, row) {
    const char *listener = json_string_value(json_object_get(row, "listener"));
    const char *pattern = json_string_value(json_object_get(row, "pattern"));
    const char *scope = json_string_value(json_object_get(row, "scope"));
    bool round = strstr(pattern, "{round}") != NULL;
    bool municipality = strstr(pattern, "{municipality}") != NULL;
    const char *wanted = round && municipality ? "municipality" : round ? "round" : "none";
    const char *narrow = municipality                          ? wanted
                         : round                               ? "whole_round"
                         : strcmp(pattern, "/rounds/new") == 0 ? "new_round"
                                                               : "all_rounds";
    if (strcmp(listener, "console") == 0) {
      cr_expect(strcmp(scope, wanted) == 0 || strcmp(scope, narrow) == 0, "%s: %s", pattern, scope);
      cr_expect_gt(json_array_size(json_object_get(row, "may")), 0, "%s", pattern);
    }
  }
  cr_expect_gt(json_array_size(list), 30);
  json_decref(list);
}
