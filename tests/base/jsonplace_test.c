#include "base/jsonplace.h"

#include <criterion/criterion.h>

static const char source[] = "{\n"                                       /* 1 */
                             "  \"id\": \"bilag8\",\n"                   /* 2 */
                             "  \"title\":\n"                            /* 3 */
                             "    \"a \\\"quoted\\\" { [ title\",\n"     /* 4 */
                             "  \"sections\": [\n"                       /* 5 */
                             "    {\"id\": \"a\", \"questions\": []},\n" /* 6 */
                             "    {\n"                                   /* 7 */
                             "      \"id\": \"b\",\n"                    /* 8 */
                             "      \"codes\": [1, -2.5e3, [\n"          /* 9 */
                             "        null, true\n"                      /* 10 */
                             "      ], {}],\n"                           /* 11 */
                             "      \"questions\": [{\"id\": \"q1\"},\n" /* 12 */
                             "        {\"id\": \"q2\", \"max\":\n"       /* 13 */
                             "          6}]\n"                           /* 14 */
                             "    }\n"                                   /* 15 */
                             "  ],\n"                                    /* 16 */
                             "  \"q1.text\": 1,\n"                       /* 17 */
                             "  \"q1\": {\n"                             /* 18 */
                             "    \"text\": 2,\n"                        /* 19 */
                             "    \"\\u00e6 \\\"\\\\\\/\\n\": 3,\n"      /* 20 */
                             "    \"\\ud83d\\udc76\": 4,\n"              /* 21 */
                             "    \"\": 5\n"                             /* 22 */
                             "  }\n"                                     /* 23 */
                             "}\n";

Test(jsonplace, finds_the_line_of_a_value) {
  static const struct {
    const char *path;
    int line;
  } cases[] = {
      {"$", 1},
      {"$.id", 2},
      {"$.title", 4},
      {"$.sections", 5},
      {"$.sections[0]", 6},
      {"$.sections[0].questions", 6},
      {"$.sections[1]", 7},
      {"$.sections[1].id", 8},
      {"$.sections[1].codes[1]", 9},
      {"$.sections[1].codes[2][0]", 10},
      {"$.sections[1].codes[2][1]", 10},
      {"$.sections[1].codes[3]", 11},
      {"$.sections[1].questions[0].id", 12},
      {"$.sections[1].questions[1].max", 14},
      {"$.q1.text", 17}, /* a key with a dot goes before two keys */
      {"$.q1", 18},
      {"$.q1.æ \"\\/\n", 20},
      {"$.q1.\xF0\x9F\x91\xB6", 21},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    int line = jsonplace_line(source, cases[i].path);
    cr_expect_eq(line, cases[i].line, "%s: %d", cases[i].path, line);
  }
}

Test(jsonplace, stays_where_a_path_leads_nowhere) {
  static const struct {
    const char *path;
    int line;
  } cases[] = {
      {"$.nothing", 1},
      {"$.i", 1},
      {"$.ids", 1},
      {"$.id.more", 2},
      {"$.id[0]", 2},
      {"$.sections[2]", 5},
      {"$.sections[2].id", 5},
      {"$.sections[0].questions[0].id", 6},
      {"$.sections.id", 5},
      {"$.sections[1].questions[1].min", 13},
      {"$.sections[x]", 5},
      {"$.sections[]", 5},
      {"$.sections[1", 5},
      {"$[0]", 1},
      {"", 1},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    int line = jsonplace_line(source, cases[i].path);
    cr_expect_eq(line, cases[i].line, "%s: %d", cases[i].path, line);
  }
}

Test(jsonplace, prefers_the_longest_key_whatever_the_order) {
  cr_expect_eq(jsonplace_line("{\"a\": {\"b\": 1},\n\"a.b\": 2}", "$.a.b"), 2);
  cr_expect_eq(jsonplace_line("{\"a.b\": 2,\n\"a\": {\"b\": 1}}", "$.a.b"), 1);
  cr_expect_eq(jsonplace_line("{\"a.c\": 2,\n\"a\": {\"b\": 1}}", "$.a.b"), 2);
}

Test(jsonplace, begins_at_the_value_and_not_before) {
  cr_expect_eq(jsonplace_line("\n\n [\n1,\n2]", "$"), 3);
  cr_expect_eq(jsonplace_line("\n\n [\n1,\n2]", "$[1]"), 5);
  cr_expect_eq(jsonplace_line("\"text\"", "$"), 1);
}

Test(jsonplace, comes_to_an_end_in_what_is_cut_off) {
  char cut[sizeof source];
  for (size_t length = 0; length < sizeof source; length++) {
    for (size_t i = 0; i < length; i++) {
      cut[i] = source[i];
    }
    cut[length] = '\0';
    cr_expect_geq(jsonplace_line(cut, "$.sections[1].questions[1].max"), 1);
    cr_expect_geq(jsonplace_line(cut, "$.q1.æ \"\\/\n"), 1);
  }
}
