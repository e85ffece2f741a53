#include <criterion/criterion.h>

#include "web/accept.h"

Test(accept, takes_a_coding_that_is_named_and_not_refused) {
  static const struct {
    const char *list;
    bool gzip;
  } cases[] = {
      {NULL, false},
      {"", false},
      {"gzip", true},
      {"GZIP", true},
      {"br, gzip", true},
      {"br ,\tgzip;q=0.001", true},
      {"gzip;q=0", false},
      {"gzip;q=0.", false},
      {"gzip; q=0.000", false},
      {"gzip ; q=1", true},
      {"x-gzip", false},
      {"gzipped", false},
      {"deflate;q=1, br", false},
      {"gzip;level=9", true},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    cr_expect_eq(accept_coding(cases[i].list, "gzip"), cases[i].gzip, "%s",
                 cases[i].list != NULL ? cases[i].list : "none");
  }
}

Test(accept, weighs_a_language_by_its_first_range) {
  static const struct {
    const char *list;
    int weight;
  } cases[] = {
      {NULL, 0},
      {"ar", 1000},
      {"ar-SY,ar;q=0.9,en;q=0.8", 1000},
      {"da, en-gb;q=0.8, ar;q=0.7", 700},
      {"da,AR-sy;q=0.25", 250},
      {"arz, da", 0},
      {"da, ar;q=0", 0},
      {"ar;q=0.12345", 123},
      {"ar;q=", 0},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    cr_expect_eq(accept_language(cases[i].list, "ar"), cases[i].weight, "%s",
                 cases[i].list != NULL ? cases[i].list : "none");
  }
}

Test(accept, takes_a_media_type_by_its_name_its_kind_or_as_any) {
  static const struct {
    const char *list;
    bool json;
  } cases[] = {
      {NULL, true},
      {"application/json", true},
      {"Application/JSON; charset=utf-8", true},
      {"text/html, application/*;q=0.1", true},
      {"text/html, */*;q=0.8", true},
      {"application/json;q=0", false},
      {"text/html", false},
      {"application/jsonl", false},
      {"application/problem+json", false},
      {"", false},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    cr_expect_eq(accept_media(cases[i].list, "application", "json"), cases[i].json, "%s",
                 cases[i].list != NULL ? cases[i].list : "none");
  }
}
