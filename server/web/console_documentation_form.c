#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "web/console.h"
#include "web/console_course.h"
#include "web/console_documentation.h"
#include "web/console_gate.h"
#include "web/console_pages.h"

enum { PROBLEMS_MAX = 4 };

/* One part as a form: what is stored, what was typed, and what stands in the way. */
struct documentation_form {
  struct work *work;
  const struct documentation_part *part;
  struct documentation_version *versions;
  size_t count; /* the last is the newest */
  int today;
  int seen; /* the version that whoever writes has seen; 0: none */
  struct documentation_typed typed;
  struct documentation_entry entry;
  struct console_problem problems[PROBLEMS_MAX];
  size_t problems_count;
  bool newer;       /* somebody saved another version meanwhile */
  const char *told; /* what looks personal, by name: "cpr phone"; "" */
};

static void problem(struct documentation_form *form, const char *target, const char *text) {
  if (form->problems_count < PROBLEMS_MAX) {
    form->problems[form->problems_count++] = (struct console_problem){target, text};
  }
}

static const struct documentation_version *newest(const struct documentation_form *form) {
  return form->count == 0 ? NULL : &form->versions[form->count - 1];
}

/* ---- the page */

static const char *warning_text(const struct documentation_form *form) {
  const struct work *work = form->work;
  const char *text = "", *rest = form->told;
  while (rest[0] != '\0') {
    size_t length = strcspn(rest, " ");
    const char *kind = arena_printf(work->arena, "%.*s", (int)length, rest);
    const char *word = kind == NULL ? "" : console_word_of(work, "documentation_personal_", kind);
    const char *joined =
        arena_printf(work->arena, "%s%s%s", text, text[0] == '\0' ? "" : ", ", word);
    text = joined == NULL ? "" : joined;
    rest += length + (rest[length] == ' ');
  }
  return words_fill(work->arena, console_word(work, "documentation_personal"), "what", text, NULL);
}

static json_t *warning_json(const struct documentation_form *form) {
  return form->told[0] == '\0' || form->problems_count > 0
             ? json_null()
             : json_pack("{s:s, s:s}", "text", warning_text(form), "told", form->told);
}

static const char *number_text(const struct work *work, int number) {
  const char *text = arena_printf(work->arena, "%d", number);
  return text == NULL ? "" : text;
}

static const char *text_hint(const struct documentation_form *form) {
  const struct work *work = form->work;
  const struct documentation_part *part = form->part;
  if (part->kind == DOCUMENTATION_NUMBER) {
    return words_fill(work->arena, console_word(work, "documentation_range"), "least",
                      number_text(work, part->least), "most", number_text(work, part->most), NULL);
  }
  return words_fill(work->arena, console_word(work, "documentation_room"), "n",
                    number_text(work, DOCUMENTATION_TEXT_MAX), NULL);
}

static void put_fields(json_t **data, const struct documentation_form *form) {
  const struct work *work = form->work;
  bool number = form->part->kind == DOCUMENTATION_NUMBER, changes = form->count > 0;
  const char *hint = console_documentation_word(work, form->part->hint);
  console_put_text(data, "hint", hint[0] == '\0' ? NULL : hint);
  console_put_text(data, "label",
                   console_word(work, number ? "documentation_number" : "documentation_own_text"));
  console_put_text(data, "text_hint", text_hint(form));
  console_put(data, "number", json_boolean(number));
  console_put_text(data, "typed_text", form->typed.text);
  console_put_text(data, "typed_from", form->typed.valid_from);
  console_put(data, "change",
              !changes ? json_null()
                       : json_pack("{s:s, s:s}", "typed_why", form->typed.why, "hint",
                                   console_word(work, form->part->kind == DOCUMENTATION_REFLECTION
                                                          ? "documentation_why_may"
                                                          : "documentation_why_hint")));
}

static void show(const struct documentation_form *form, unsigned status) {
  struct work *work = form->work;
  const struct documentation_version *now = newest(form);
  const char *tail = arena_printf(work->arena, "/%s", form->part->id);
  const char *title = console_documentation_word(work, form->part->title);
  json_t *data = console_frame(work, title);
  json_t *warning = warning_json(form);
  bool warns = !json_is_null(warning);
  console_put_problems(&data, form->problems, form->problems_count);
  console_put_text(&data, "heading", title);
  console_put_text(&data, "municipality", work->session->link.name);
  console_put_text(&data, "back", console_documentation_path(work, ""));
  console_put_text(&data, "here", console_documentation_path(work, tail == NULL ? "" : tail));
  console_put(&data, "seen", json_integer(form->seen));
  console_put(&data, "newer",
              form->newer && now != NULL ? console_documentation_version(work, now) : json_null());
  console_put(&data, "warning", warning);
  put_fields(&data, form);
  console_put_text(&data, "button",
                   console_word(work, warns ? "documentation_save_anyway" : "documentation_save"));
  console_put(&data, "earlier", console_documentation_earlier(work, form->versions, form->count));
  console_send(work, status, CONSOLE_DOCUMENTATION_PART, data);
}

/* ---- what is stored */

static enum store_result load(struct store *store, void *context) {
  struct documentation_form *form = context;
  const struct link_row *link = &form->work->session->link;
  enum store_result result = documentation_list(store, link->round, link->municipality,
                                                form->part->id, console_documentation(form->work),
                                                form->work->arena, &form->versions, &form->count);
  return result == STORE_OK ? documentation_today(store, &form->today) : result;
}

/* A new version begins as the newest is, from today on; its reason is its own. */
static void fill(struct documentation_form *form) {
  const struct documentation_version *now = newest(form);
  const struct work *work = form->work;
  char mark = strcmp(console_language(work), "da") == 0 ? ',' : '.';
  const char *said = now == NULL ? "" : documentation_said(now, mark, work->arena);
  form->seen = now == NULL ? 0 : now->number;
  form->typed = (struct documentation_typed){.text = said == NULL ? "" : said,
                                             .why = "",
                                             .valid_from = console_course_day(work, form->today)};
}

/* False when the work is answered: no such part. */
static bool begin(struct documentation_form *form, struct work *work) {
  *form = (struct documentation_form){.work = work, .told = ""};
  form->part = documentation_part_find(console_documentation(work), work_parameter(work, "part"));
  if (form->part == NULL) {
    console_fail(work, STORE_NONE);
  }
  return form->part != NULL;
}

void documentation_part_show(struct work *work) {
  struct documentation_form form;
  if (begin(&form, work) && console_settle(work, console_ask(work, load, &form))) {
    fill(&form);
    show(&form, MHD_HTTP_OK);
  }
}

/* ---- what was typed */

static const char *read_field(struct documentation_form *form, const char *name, size_t *length) {
  struct work *work = form->work;
  const struct form_field *field = form_find(&work->form, name);
  char *text = NULL;
  *length = 0;
  if (field == NULL || field->value.data == NULL) {
    return "";
  }
  if (utf8_normalise(work->arena, field->value.data, field->value.length, &text, length) !=
      UTF8_OK) {
    problem(form, name, console_word(work, "settings_unreadable"));
    return "";
  }
  return text;
}

static void read_form(struct documentation_form *form) {
  const char *seen = work_field(form->work, "seen");
  size_t digits = strspn(seen, "0123456789"), length;
  form->seen = digits == 0 || digits > 6 || seen[digits] != '\0' ? 0 : (int)strtol(seen, NULL, 10);
  form->typed.text = read_field(form, DOCUMENTATION_FIELD, &form->typed.text_length);
  form->typed.why = read_field(form, "why", &form->typed.why_length);
  form->typed.valid_from = read_field(form, "valid_from", &length);
}

static void tell_fault(struct documentation_form *form, const char *target,
                       enum documentation_fault fault, int most, size_t length) {
  const struct work *work = form->work;
  bool whole = fault == DOCUMENTATION_NO_NUMBER && form->part->decimals == 0;
  const char *name = whole ? "whole" : documentation_fault_name(fault);
  if (fault == DOCUMENTATION_GOOD) {
    return;
  }
  int over = (int)length > most ? (int)length - most : 0;
  problem(form, target,
          words_fill(work->arena, console_word_of(work, "documentation_fault_", name), "n",
                     number_text(work, over), "least", number_text(work, form->part->least), "most",
                     number_text(work, most), NULL));
}

/* Whether it may be stored as it is; what is wrong is told. */
static bool check(struct documentation_form *form) {
  struct documentation_faults faults;
  bool number = form->part->kind == DOCUMENTATION_NUMBER;
  bool good = documentation_check(form->part, &form->typed, form->count > 0, form->today,
                                  &form->entry, &faults);
  tell_fault(form, DOCUMENTATION_FIELD, faults.text,
             number ? form->part->most : DOCUMENTATION_TEXT_MAX, form->typed.text_length);
  tell_fault(form, "valid_from", faults.valid_from, 0, 0);
  tell_fault(form, "why", faults.why, DOCUMENTATION_WHY_MAX, form->typed.why_length);
  return good && form->problems_count == 0;
}

/* What looks like a number or an address of a person is told once; whoever has read it saves again.
 * False when there is something that was not told. */
static bool is_read(struct documentation_form *form) {
  static const struct {
    enum personal_kind kind;
    const char *name;
  } kinds[] = {{PERSONAL_CPR, "cpr"}, {PERSONAL_PHONE, "phone"}, {PERSONAL_EMAIL, "email"}};
  struct personal_finder *finder = personal_new();
  unsigned found =
      finder == NULL ? 1U << PERSONAL_FAULT : documentation_personal(finder, &form->entry);
  personal_free(finder);
  for (size_t i = 0; i < array_length(kinds); i++) {
    if ((found & (1U << kinds[i].kind)) != 0) {
      const char *told = arena_printf(form->work->arena, "%s%s%s", form->told,
                                      form->told[0] == '\0' ? "" : " ", kinds[i].name);
      form->told = told == NULL ? form->told : told;
    }
  }
  if ((found & (1U << PERSONAL_FAULT)) != 0) {
    problem(form, NULL, console_word(form->work, "documentation_failed"));
    return false;
  }
  return strcmp(form->told, work_field(form->work, "accepted")) == 0;
}

/* ---- storing */

static enum store_result insert(struct store *store, void *context) {
  struct documentation_form *form = context;
  return documentation_insert(store, form->work->session->link.municipality, form->part->id,
                              form->seen, &form->entry);
}

/* Nothing that was typed may be lost to a database that does not answer. */
static void show_failed(struct documentation_form *form, enum store_result result) {
  if (result == STORE_NONE || result == STORE_DENIED) {
    console_fail(form->work, result);
    return;
  }
  problem(form, NULL, console_word(form->work, "documentation_failed"));
  show(form, MHD_HTTP_SERVICE_UNAVAILABLE);
}

static void show_newer(struct documentation_form *form) {
  form->newer = true;
  form->seen = newest(form)->number;
  problem(form, NULL, console_word(form->work, "documentation_newer"));
  show(form, MHD_HTTP_CONFLICT);
}

static void save(struct documentation_form *form) {
  struct work *work = form->work;
  enum store_result result = console_ask(work, insert, form);
  if (result == STORE_CONFLICT && console_ask(work, load, form) == STORE_OK && form->count > 0) {
    /* Sent twice at once, it is there already. */
    result = documentation_same(newest(form), &form->entry) ? STORE_OK : STORE_CONFLICT;
  }
  if (result == STORE_CONFLICT && form->count > 0) {
    show_newer(form);
  } else if (result == STORE_OK) {
    console_done(work, console_documentation_path(work, ""), "documentation");
  } else {
    show_failed(form, result);
  }
}

void documentation_part_save(struct work *work) {
  struct documentation_form form;
  if (!begin(&form, work)) {
    return;
  }
  read_form(&form);
  enum store_result result = console_ask(work, load, &form);
  if (result != STORE_OK) {
    show_failed(&form, result);
    return;
  }
  bool good = check(&form);
  if (good && newest(&form) != NULL && documentation_same(newest(&form), &form.entry)) {
    console_done(work, console_documentation_path(work, ""), "documentation");
  } else if (newest(&form) != NULL && newest(&form)->number != form.seen) {
    show_newer(&form);
  } else if (!good || !is_read(&form)) {
    show(&form, MHD_HTTP_UNPROCESSABLE_CONTENT);
  } else {
    save(&form);
  }
}
