/* The program for Stata is read as Stata reads it: no package of Debian holds one that would run
 * it. What it may hold is that of Stata's manuals (User's Guide 11.3 names, 18.3 macros and quotes;
 * Data Management: import delimited, label, rename group). */
#include <criterion/criterion.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "export_scene.h"
#include "output/syntax.h"

/* Everything that Stata might take for something else. */
static const char odd[] =
    "{\"id\": \"odd\", \"version\": 1, \"language\": \"da\", \"title\": {\"ours\": \"T\"},"
    " \"thanks\": [{\"ours\": \"Tak\"}], \"sections\": [{\"id\": \"a\", \"questions\": ["
    "{\"id\": \"v2\", \"kind\": \"choice\", \"text\": {\"ours\": \"$5 \\\\$x `mor' \\\"far\\\"'s"
    " //nej /*ja*/ C:\\\\ æøå\"}, \"choices\": ["
    "{\"code\": 1, \"text\": {\"ours\": \"\\\"ja\\\"\"}},"
    "{\"code\": 2, \"text\": {\"ours\": \"nej, $x og `=1+1'\"}},"
    "{\"code\": 8, \"text\": {\"ours\": \"ved ikke\"}, \"kind\": \"dont_know\"}]},"
    "{\"id\": \"if\", \"kind\": \"scale\", \"min\": 1, \"max\": 10, \"text\": {\"ours\": \"Et"
    " spørgsmål, som er længere end de firs tegn, Stata har plads til i en variabels etiket, æøå"
    "\"}},"
    "{\"id\": \"str5\", \"kind\": \"text\", \"max\": 2000, \"text\": {\"ours\": \"Ord?\"}}]}]}";

enum { LINES_MAX = 200, STRINGS_MAX = 20 };

struct line {
  char *form;                 /* with S for each string */
  char *strings[STRINGS_MAX]; /* as Stata has them once macros are filled in */
  size_t count;
};

static struct export_scene scene;
static struct text program;
static struct line lines[LINES_MAX];
static size_t lines_count;

/* The end of a string in compound quotes, which may hold others; NULL: it has none. */
static const char *string_end(const char *at) {
  int depth = 0;
  for (; *at != '\0'; at++) {
    if (strncmp(at, "`\"", 2) == 0) {
      depth++;
      at++;
    } else if (strncmp(at, "\"'", 2) == 0 && --depth == 0) {
      return at;
    }
  }
  return NULL;
}

/* What is left of a string when macros are filled in: there must be none. */
static char *plain(const char *from, const char *end) {
  struct text text;
  text_init(&text);
  for (; from < end; from++) {
    bool escaped = *from == '\\' && strchr("\\$`", from[1]) != NULL && from + 1 < end;
    from += escaped;
    cr_expect(escaped || strchr("$`", *from) == NULL, "a macro begins at %s", from);
    text_add_char(&text, *from);
  }
  char *copy = text.data == NULL ? arena_string(scene.arena, "")
                                 : arena_copy(scene.arena, text.data, text.length);
  text_clear(&text);
  return copy;
}

static void read_line(const char *at) {
  struct line *line = &lines[lines_count++];
  struct text form;
  text_init(&form);
  bool comment = strncmp(at, "* ", 2) == 0;
  cr_expect(comment ||
                (strstr(at, "//") == NULL && strstr(at, "/*") == NULL && strstr(at, "*/") == NULL),
            "a comment begins: %s", at);
  while (*at != '\0') {
    const char *end = strncmp(at, "`\"", 2) == 0 ? string_end(at) : NULL;
    if (end != NULL) {
      line->strings[line->count++] = plain(at + 2, end);
      text_add_char(&form, 'S');
      at = end + 2;
    } else {
      cr_expect(comment || strchr("`$\\", *at) == NULL, "outside of strings: %s", at);
      text_add_char(&form, *at++);
    }
  }
  line->form = arena_copy(scene.arena, form.data, form.length);
  text_clear(&form);
}

static void setup(void) {
  struct complaints complaints = {0};
  export_scene_init(&scene);
  scene.options.questionnaire = questionnaire_load(odd, scene.arena, &complaints);
  cr_assert_not_null(scene.options.questionnaire);
  const struct variable_options options = {.questionnaire = scene.options.questionnaire,
                                           .words = scene.options.words,
                                           .municipalities = scene.options.municipalities,
                                           .municipalities_count = 2};
  struct export_table table = {.rows = 0};
  cr_assert(export_table_init(&table, &options, VARIABLE_WIDE, scene.arena));
  const struct syntax syntax = {
      .table = &table, .words = scene.options.words, .csv = "answers_wide.csv", .weighted = true};
  text_init(&program);
  lines_count = 0;
  syntax_stata(&syntax, &program);
  cr_assert_not(program.failed);
  cr_assert(utf8_valid(program.data, program.length));
  char *next = NULL;
  char *copy = arena_string(scene.arena, program.data);
  for (char *line = strtok_r(copy, "\n", &next); line != NULL; line = strtok_r(NULL, "\n", &next)) {
    cr_assert_lt(lines_count, (size_t)LINES_MAX);
    read_line(line);
  }
}

static void teardown(void) {
  text_clear(&program);
  export_scene_clear(&scene);
}

TestSuite(stata, .init = setup, .fini = teardown);

static bool fits(const char *form, const char *pattern) {
  regex_t regex;
  cr_assert_eq(regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB), 0, "%s", pattern);
  bool good = regexec(&regex, form, 0, NULL, 0) == 0;
  regfree(&regex);
  return good;
}

static const struct line *find(const char *form) {
  const struct line *found = NULL;
  for (size_t i = 0; i < lines_count; i++) {
    if (strcmp(lines[i].form, form) == 0) {
      found = &lines[i];
    }
  }
  cr_assert_not_null(found, "there is no line %s in\n%s", form, program.data);
  return found;
}

#define NAME "[a-z][a-z0-9_]{0,31}"

Test(stata, every_line_is_a_command_of_its_manual) {
  static const char *const forms[] = {
      "^version 14$",
      "^clear$",
      "^import delimited using S, varnames\\(nonames\\) rowrange\\(2\\) delimiters\\(\",\"\\)"
      " bindquotes\\(strict\\) maxquotedrows\\(unlimited\\) encoding\\(\"UTF-8\"\\) asdouble"
      " stringcols\\(( [0-9]+)+\\) numericcols\\(( [0-9]+)+\\)$",
      "^rename \\(v1( v[0-9]+)*\\) \\(" NAME "( " NAME ")*\\)$",
      "^label variable " NAME " S$",
      "^replace (" NAME ") = \\.a if missing\\(" NAME "\\)$",
      "^replace (" NAME ") = \\.[bc] if " NAME " == -?[0-9]+$",
      "^label define " NAME "( (-?[0-9]+|\\.[abc]) S)+$",
      "^label values " NAME " " NAME "$",
      "^\\* ",
      "^svyset \\[pweight = weight\\]$",
  };
  size_t seen[array_length(forms)] = {0};
  for (size_t i = 0; i < lines_count; i++) {
    size_t form = 0;
    while (form < array_length(forms) && !fits(lines[i].form, forms[form])) {
      form++;
    }
    cr_assert_lt(form, array_length(forms), "Stata has no such command: %s", lines[i].form);
    seen[form]++;
  }
  for (size_t form = 0; form < 3; form++) {
    cr_expect_eq(seen[form], 1);
  }
  cr_expect_str_eq(lines[2].strings[0], "answers_wide.csv");
}

Test(stata, words_stay_as_they_are_but_for_what_would_end_the_string) {
  cr_expect_str_eq(find("label variable v2 S")->strings[0],
                   "$5 \\$x 'mor' \"far\"’s / /nej / *ja* / C:\\ æøå");
  const struct line *codes = find("label define v2 1 S 2 S 8 S .b S");
  cr_expect_str_eq(codes->strings[0], "\"ja\"");
  cr_expect_str_eq(codes->strings[1], "nej, $x og '=1+1'");
  cr_expect_str_eq(codes->strings[2], "ved ikke");
}

Test(stata, labels_of_variables_have_eighty_characters_at_most) {
  const char *label = find("label variable if_ S")->strings[0];
  size_t characters = 0;
  for (const char *at = label; *at != '\0'; at++) {
    characters += (*at & 0xC0) != 0x80;
  }
  cr_expect_eq(characters, 80, "%s", label);
}

/* A question may be called what import delimited calls another column, or what Stata reserves. */
Test(stata, columns_get_their_names_all_at_once_and_none_that_is_reserved) {
  for (size_t i = 0; i < lines_count; i++) {
    if (strncmp(lines[i].form, "rename ", 7) == 0) {
      cr_expect_not_null(strstr(lines[i].form, ") (response_id municipality_code "));
      cr_expect_not_null(strstr(lines[i].form, " v2 if_ str5_ "), "%s", lines[i].form);
      return;
    }
  }
  cr_assert_fail("no names");
}
