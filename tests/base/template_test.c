#include "base/template.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "folder.h"

static struct folder folder;
static struct arena *arena;

static void setup(void) {
  folder_init(&folder);
  arena = arena_new(0);
  cr_assert_not_null(arena);
}

static void teardown(void) {
  arena_free(arena);
  folder_clear(&folder);
}

TestSuite(template, .init = setup, .fini = teardown);

static void write_template(const char *name, const char *source) {
  char path[FOLDER_PATH_BYTES];
  folder_write(&folder, name, source, strlen(source), 0600, path);
}

static json_t *data_of(const char *json) {
  json_error_t error;
  json_t *data = json_loads(json, 0, &error);
  cr_assert_not_null(data, "%s: %s", json, error.text);
  return data;
}

static void expect_page(const char *source, const char *json, const char *expected) {
  const char *message;
  struct text text;
  write_template("page.html", source);
  struct template_set *set = template_set_load(folder.path, arena, &message);
  cr_assert_not_null(set, "%s: %s", source, message);
  json_t *data = data_of(json);
  text_init(&text);
  text_add_char(&text, '|');
  template_render(template_find(set, "page"), data, &text);
  cr_expect_str_eq(text.data + 1, expected, "%s with %s gives: %s", source, json, text.data + 1);
  text_clear(&text);
  json_decref(data);
  template_set_free(set);
}

struct page {
  const char *source, *data, *expected;
};

static void expect_pages(const struct page *pages, size_t count) {
  for (size_t i = 0; i < count; i++) {
    expect_page(pages[i].source, pages[i].data, pages[i].expected);
  }
}

Test(template, fills_names_and_escapes_them) {
  static const struct page pages[] = {
      {"", "{}", ""},
      {"no holes", "{}", "no holes"},
      {"a {{name}} b", "{\"name\": \"x\"}", "a x b"},
      {"{{ name }}{{\tname}}", "{\"name\": \"x\"}", "xx"},
      {"{{name}}", "{\"name\": \"<a href='x\\\"'>&\"}", "&lt;a href=&#39;x&quot;&#39;&gt;&amp;"},
      {"{{{html_trusted_name}}}", "{\"html_trusted_name\": \"<b>&</b>\"}", "<b>&</b>"},
      {"{{{a.html_trusted_name}}}", "{\"a\": {\"html_trusted_name\": \"<b>\"}}", "<b>"},
      {"{{html_trusted_name}}", "{\"html_trusted_name\": \"<b>\"}", "&lt;b&gt;"},
      {"{{n}} {{m}}", "{\"n\": 12345678901234, \"m\": -7}", "12345678901234 -7"},
      {"{{r}}", "{\"r\": 8.5}", "8.5"},
      {"{{t}}{{f}}", "{\"t\": true, \"f\": false}", "truefalse"},
      {"[{{x}}{{n}}{{o}}{{l}}]", "{\"n\": null, \"o\": {\"a\": 1}, \"l\": [1]}", "[]"},
      {"{{a.b.c}}", "{\"a\": {\"b\": {\"c\": \"deep\"}}}", "deep"},
      {"[{{a.x.c}}]", "{\"a\": {\"b\": 1}}", "[]"},
      {"{ {x} } }}", "{\"x\": 1}", "{ {x} } }}"},
      {"a{{! not\nprinted }}b", "{}", "ab"},
      {"æ{{x}}ø", "{\"x\": \"å\"}", "æåø"},
  };
  expect_pages(pages, array_length(pages));
}

Test(template, repeats_and_leaves_out_sections) {
  static const struct page pages[] = {
      {"{{#l}}<{{.}}>{{/l}}", "{\"l\": [1, \"b\", \"&\"]}", "<1><b><&amp;>"},
      {"{{#l}}{{n}};{{/l}}", "{\"l\": [{\"n\": 1}, {\"n\": 2}]}", "1;2;"},
      {"{{#l}}x{{/l}}{{^l}}none{{/l}}", "{\"l\": []}", "none"},
      {"{{#s}}x{{/s}}{{^s}}none{{/s}}", "{\"s\": \"\"}", "none"},
      {"{{#s}}x{{/s}}{{^s}}none{{/s}}", "{\"s\": null}", "none"},
      {"{{#s}}x{{/s}}{{^s}}none{{/s}}", "{\"s\": false}", "none"},
      {"{{#s}}x{{/s}}{{^s}}none{{/s}}", "{}", "none"},
      {"{{#s}}x{{/s}}{{^s}}none{{/s}}", "{\"s\": true}", "x"},
      {"{{#s}}x{{/s}}{{^s}}none{{/s}}", "{\"s\": 0}", "x"},
      {"{{#s}}x{{/s}}{{^s}}none{{/s}}", "{\"s\": {}}", "x"},
      {"{{#s}}<{{.}}>{{/s}}", "{\"s\": \"word\"}", "<word>"},
      {"{{#o}}{{a}}{{b}}{{/o}}", "{\"a\": 1, \"b\": 2, \"o\": {\"a\": 3}}", "32"},
      {"{{#o.l}}{{.}}{{/o.l}}", "{\"o\": {\"l\": [1, 2]}}", "12"},
      {"{{#l}}{{#.}}{{.}}{{/.}};{{/l}}", "{\"l\": [[1, 2], [3]]}", "12;3;"},
      {"{{#a}}{{#a}}{{n}}{{/a}}{{/a}}", "{\"a\": {\"a\": {\"n\": 1}}}", "1"},
      {"{{#l}}{{#first}}f{{/first}}{{^first}}-{{/first}}{{/l}}",
       "{\"l\": [{\"first\": true}, {\"first\": false}, {}]}", "f--"},
      {"{{#a}}{{#b}}x{{/b}}y{{/a}}z", "{\"a\": true, \"b\": null}", "yz"},
  };
  expect_pages(pages, array_length(pages));
}

Test(template, leaves_no_empty_line_behind_a_tag_that_stands_alone) {
  static const struct page pages[] = {
      {"a\n{{#l}}\n- {{.}}\n{{/l}}\nb\n", "{\"l\": [1, 2]}", "a\n- 1\n- 2\nb\n"},
      {"a\r\n  {{#l}}  \r\n{{.}}\r\n\t{{/l}}\r\nb", "{\"l\": [1]}", "a\r\n1\r\nb"},
      {"a\n  {{! comment\n over lines }}\nb", "{}", "a\nb"},
      {"{{#l}}\nx\n{{/l}}", "{\"l\": true}", "x\n"},
      {"a\n {{^l}}\nx\n {{/l}}", "{}", "a\nx\n"},
      {" {{x}}\n", "{\"x\": 1}", " 1\n"},
      {" {{x}}\n", "{}", " \n"},
      {"{{#l}} {{/l}}\n", "{\"l\": true}", " \n"},
      {"<p> {{#l}}\nx{{/l}} </p>", "{\"l\": true}", "<p> \nx </p>"},
  };
  expect_pages(pages, array_length(pages));
}

Test(template, inserts_partials_with_the_data_around_them) {
  write_template("head.html", "<h1>{{title}}</h1>\n");
  write_template("item-row.html", "{{name}}{{>end}}");
  write_template("end.html", ";");
  expect_page("{{>head}}\n<p>", "{\"title\": \"A\"}", "<h1>A</h1>\n<p>");
  expect_page("{{#l}}{{> item-row }}{{/l}}", "{\"l\": [{\"name\": 1}, {\"name\": 2}]}", "1;2;");
}

Test(template, finds_only_what_the_folder_holds) {
  const char *message;
  write_template("one.html", "1");
  write_template("two.html", "2");
  write_template("notes.txt", "{{#broken}}");
  write_template(".hidden.html", "{{#broken}}");
  struct template_set *set = template_set_load(folder.path, arena, &message);
  cr_assert_not_null(set, "%s", message);
  cr_expect_not_null(template_find(set, "one"));
  cr_expect_not_null(template_find(set, "two"));
  cr_expect_null(template_find(set, "three"));
  cr_expect_null(template_find(set, "notes"));
  cr_expect_null(template_find(set, ""));
  template_set_free(set);
  template_set_free(NULL);
}

Test(template, says_where_a_template_is_broken) {
  static const struct {
    const char *source, *place, *what;
  } cases[] = {
      {"\n\n{{name", "page.html:3: ", "not closed"},
      {"{{name}", "page.html:1: ", "not closed"},
      {"{{{html_trusted_a}}", "page.html:1: ", "not closed"},
      {"a\n{{#b}}\nc\n", "page.html:2: ", "b"},
      {"a\n{{#b}}\n{{^c}}{{/b}}", "page.html:3: ", "b"},
      {"{{/b}}", "page.html:1: ", "b"},
      {"\n{{}}", "page.html:2: ", "name"},
      {"{{a b}}", "page.html:1: ", "a b"},
      {"{{a..b}}", "page.html:1: ", "a..b"},
      {"{{a.}}", "page.html:1: ", "a."},
      {"{{.a}}", "page.html:1: ", ".a"},
      {"{{#æ}}{{/æ}}", "page.html:1: ", "æ"},
      {"x\n{{{name}}}", "page.html:2: ", "html_trusted_"},
      {"{{{.}}}", "page.html:1: ", "html_trusted_"},
      {"{{{html_trusted_a.name}}}", "page.html:1: ", "html_trusted_"},
      {"{{&name}}", "page.html:1: ", "name"},
      {"{{=<% %>=}}", "page.html:1: ", "="},
      {"a\n\n{{>missing}}", "page.html:3: ", "missing"},
      {"{{>../page}}", "page.html:1: ", "../page"},
      {"{{>a.b}}", "page.html:1: ", "a.b"},
      {"\n{{>page}}", "page.html:2: ", "circle"},
      {"\xff", "page.html:1: ", "UTF-8"},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    const char *message = NULL;
    write_template("page.html", cases[i].source);
    struct template_set *set = template_set_load(folder.path, arena, &message);
    cr_expect_null(set, "%s is taken", cases[i].source);
    cr_assert_not_null(message);
    cr_expect_not_null(strstr(message, cases[i].place), "%s: %s", cases[i].source, message);
    cr_expect_not_null(strstr(message, cases[i].what), "%s: %s", cases[i].source, message);
    template_set_free(set);
  }
}

Test(template, finds_a_circle_through_several_partials) {
  const char *message = NULL;
  write_template("a.html", "{{>b}}{{>d}}");
  write_template("b.html", "\n{{>c}}");
  write_template("c.html", "\n\n{{>b}}");
  write_template("d.html", "{{>e}}{{>e}}");
  write_template("e.html", "");
  cr_expect_null(template_set_load(folder.path, arena, &message));
  cr_expect_not_null(strstr(message, "c.html:3: "), "%s", message);
  write_template("c.html", "{{>d}}");
  struct template_set *set = template_set_load(folder.path, arena, &message);
  cr_expect_not_null(set, "%s", message);
  template_set_free(set);
}

Test(template, refuses_sections_deeper_than_it_can_keep) {
  const char *message = NULL;
  struct text source;
  text_init(&source);
  for (int i = 0; i < 33; i++) {
    text_add(&source, "{{#a}}");
  }
  for (int i = 0; i < 33; i++) {
    text_add(&source, "{{/a}}");
  }
  write_template("page.html", source.data);
  text_clear(&source);
  cr_expect_null(template_set_load(folder.path, arena, &message));
  cr_expect_not_null(strstr(message, "too many sections"), "%s", message);
}

Test(template, says_when_there_is_no_folder) {
  char path[FOLDER_PATH_BYTES];
  const char *message = NULL;
  folder_path(&folder, "absent", path);
  cr_expect_null(template_set_load(path, arena, &message));
  cr_expect_not_null(strstr(message, "absent"), "%s", message);
}

static const char sample[] = "{\"title\": \"x\", \"list\": [{\"name\": \"x\", \"any\": null}],"
                             " \"empty\": null, \"flag\": true}";

/* What template_check says of a page and a partial beside it. */
static const char *check(const char *source, const char *partial) {
  const char *message;
  write_template("page.html", source);
  write_template("part.html", partial);
  struct template_set *set = template_set_load(folder.path, arena, &message);
  cr_assert_not_null(set, "%s", message);
  json_t *data = data_of(sample);
  message = template_check(template_find(set, "page"), data, arena);
  json_decref(data);
  template_set_free(set);
  return message;
}

Test(template, passes_the_check_when_names_and_sample_agree) {
  static const char *const cases[] = {
      "{{title}}{{#list}}{{name}}{{any}}{{/list}}{{empty}}{{#flag}}{{/flag}}",
      "{{#list}}{{title}}{{any.thing.at.all}}{{/list}}{{#empty}}{{whatever}}{{/empty}}"
      "{{^flag}}{{/flag}}",
      "{{#list}}{{#any}}{{unknown}}{{/any}}{{/list}}{{title}}{{empty}}{{#flag}}{{.}}{{/flag}}",
      "{{^list}}{{title}}{{/list}}{{>part}}",
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    const char *message = check(cases[i], "{{empty}}{{#flag}}{{/flag}}{{#list}}{{/list}}");
    cr_expect_null(message, "%s: %s", cases[i], message);
  }
}

Test(template, says_which_name_the_sample_has_not_or_has_too_much) {
  static const struct {
    const char *source, *place, *name;
  } cases[] = {
      {"{{title}}\n{{titel}}{{>part}}", "page.html:2: ", "\"titel\""},
      {"{{title}}{{name}}{{>part}}", "page.html:1: ", "\"name\""},
      {"{{title}}{{>part}}{{#list}}\n{{nam}}{{/list}}", "page.html:2: ", "\"nam\""},
      {"{{title}}{{>part}}{{title.length}}", "page.html:1: ", "\"title.length\""},
      {"{{title}}{{>part}}{{^lst}}{{/lst}}", "page.html:1: ", "\"lst\""},
      {"{{title}}{{>part}}{{list}}", "page.html:1: ", "\"list\""},
      {"{{title}}{{>part}}{{.}}", "page.html:1: ", "\".\""},
      {"{{#flag}}\n{{>part}}{{/flag}}", "page.html:1: ", "\"title\""},
      {"{{title}}{{#list}}{{name}}{{/list}}", "page.html:1: ", "\"empty\""},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    const char *message = check(cases[i].source, "{{empty}}{{#list}}{{name}}{{/list}}{{flag}}");
    cr_assert_not_null(message, "%s is taken", cases[i].source);
    cr_expect_not_null(strstr(message, cases[i].place), "%s: %s", cases[i].source, message);
    cr_expect_not_null(strstr(message, cases[i].name), "%s: %s", cases[i].source, message);
  }
}

Test(template, checks_names_inside_partials) {
  const char *message =
      check("{{title}}{{empty}}{{flag}}{{#list}}{{>part}}{{/list}}", "{{name}}\n{{nothing}}");
  cr_assert_not_null(message);
  cr_expect_not_null(strstr(message, "part.html:2: "), "%s", message);
}
