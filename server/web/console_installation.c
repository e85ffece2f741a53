/* What all rounds have in common: the privacy notice, whom to call, names. The administrator's. And
 * what parents of a municipality's personal rounds are told, which its evaluator fills in. */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "web/console.h"
#include "web/console_form.h"
#include "web/console_gate.h"
#include "web/console_letter.h"
#include "web/console_pages.h"
#include "web/console_round.h"

enum { VALUE_MAX_POINTS = 2000 };

struct installation {
  struct work *work;
  int municipality;  /* whose notice it is; 0: the installation's settings */
  const char *round; /* title of the personal round that led here */
  struct setting_row *rows;
  size_t count;
  const char **typed;               /* parallel to rows */
  struct console_problem *problems; /* as many as rows at most */
  size_t problems_count;
  const char *refused; /* the key whose value the database does not take */
};

/* As the privacy notice has them; others after these, by key. */
static const char *const ORDER[] = {
    "controller",       "controller_contact", "dpo_contact",         "purpose",
    "legal_basis",      "recipients",         "retention",           "rights",
    "complaint",        "help_contact",       "personal_contact",    "personal_dpo",
    "personal_purpose", "personal_basis",     "personal_recipients", "personal_retention"};

static size_t place_of(const char *key) {
  size_t place = 0;
  while (place < array_length(ORDER) && strcmp(key, ORDER[place]) != 0) {
    place++;
  }
  return place;
}

static int compare_rows(const void *left, const void *right) {
  const char *a = ((const struct setting_row *)left)->key;
  const char *b = ((const struct setting_row *)right)->key;
  size_t x = place_of(a), y = place_of(b);
  return x == y ? strcmp(a, b) : x < y ? -1 : 1;
}

static enum store_result find(struct store *store, void *context) {
  struct installation *installation = context;
  return notice_list(store, installation->municipality, installation->work->arena,
                     &installation->rows, &installation->count);
}

/* False when the work is answered. */
static bool load(struct installation *installation) {
  struct work *work = installation->work;
  if (!console_settle(work, console_ask(work, find, installation))) {
    return false;
  }
  size_t places = installation->count + 1;
  installation->typed = arena_array(work->arena, places, sizeof *installation->typed);
  installation->problems = arena_array(work->arena, places, sizeof *installation->problems);
  if (installation->typed == NULL || installation->problems == NULL) {
    console_fail(work, STORE_FAULT);
    return false;
  }
  qsort(installation->rows, installation->count, sizeof *installation->rows, compare_rows);
  for (size_t i = 0; i < installation->count; i++) {
    installation->typed[i] = installation->rows[i].value;
  }
  return true;
}

/* ---- the page */

/* What is ticked instead of written, and the values that stand for it. */
struct tick {
  const char *key, *on, *off;
};

/* NULL: it is written. */
static const struct tick *tick_of(const char *key) {
  static const struct tick ticks[] = {{"municipality_totp", "on", "off"},
                                      {"archive_rows", "internal", "anonymised"}};
  for (size_t i = 0; i < array_length(ticks); i++) {
    if (strcmp(key, ticks[i].key) == 0) {
      return &ticks[i];
    }
  }
  return NULL;
}

static const char *problem_at(const struct installation *installation, const char *key) {
  for (size_t i = 0; i < installation->problems_count; i++) {
    if (strcmp(installation->problems[i].target, key) == 0) {
      return installation->problems[i].text;
    }
  }
  return NULL;
}

/* A setting that we have no words for is described in the database's. */
static json_t *field_json(const struct installation *installation, size_t i) {
  const struct work *work = installation->work;
  const struct setting_row *row = &installation->rows[i];
  const char *label = console_word_of(work, "setting_", row->key);
  const char *hint = arena_printf(work->arena, "setting_hint_%s", row->key);
  const struct tick *tick = tick_of(row->key);
  const char *problem = problem_at(installation, row->key), *value = installation->typed[i];
  hint = hint == NULL ? "" : console_word(work, hint);
  return json_pack(
      "{s:s, s:s, s:s?, s:s?, s:b, s:o, s:o}", "id", row->key, "label",
      label[0] != '\0' ? label : row->description, "hint", hint[0] != '\0' ? hint : NULL, "problem",
      problem, "missing", row->required && row->value[0] == '\0', "text",
      tick != NULL ? json_null() : json_pack("{s:s}", "value", value), "tick",
      tick != NULL ? json_pack("{s:b}", "on", strcmp(value, tick->on) == 0) : json_null());
}

static json_t *fields_json(const struct installation *installation, bool required) {
  json_t *list = json_array();
  for (size_t i = 0; i < installation->count; i++) {
    if (installation->rows[i].required == required &&
        json_array_append_new(list, field_json(installation, i)) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

/* At the top of the page each problem names its field. */
static void put_problems(json_t **data, const struct installation *installation) {
  const struct work *work = installation->work;
  struct console_problem *named =
      arena_array(work->arena, installation->problems_count + 1, sizeof *named);
  size_t count = named == NULL ? 0 : installation->problems_count;
  for (size_t i = 0; i < count; i++) {
    const struct console_problem *problem = &installation->problems[i];
    const char *text = arena_printf(
        work->arena, "%s: %s", console_word_of(work, "setting_", problem->target), problem->text);
    named[i] = (struct console_problem){problem->target, text != NULL ? text : problem->text};
  }
  console_put_problems(data, named, count);
}

static const char *path_of(const struct installation *installation) {
  const struct work *work = installation->work;
  return installation->municipality == 0 ? "/installation" : letter_path(work, "/notice");
}

static void show(const struct installation *installation, unsigned status) {
  struct work *work = installation->work;
  const char *stem = installation->municipality == 0 ? "installation" : "notice";
  json_t *data = console_frame(work, console_word_of(work, stem, "_title"));
  put_problems(&data, installation);
  console_put(&data, "back",
              installation->round == NULL
                  ? NULL
                  : json_pack("{s:s, s:s}", "href", console_round_path(work, ""), "title",
                              installation->round));
  console_put_text(&data, "heading", console_word_of(work, stem, "_title"));
  console_put_text(&data, "text", console_word_of(work, stem, "_text"));
  console_put_text(&data, "required_text", console_word_of(work, stem, "_required_text"));
  console_put_text(&data, "here", path_of(installation));
  console_put(&data, "required", fields_json(installation, true));
  console_put(&data, "others",
              installation->municipality != 0
                  ? json_null()
                  : json_pack("{s:o}", "optional", fields_json(installation, false)));
  console_send(work, status, CONSOLE_INSTALLATION, data);
}

/* What the page is of. False when the work is answered: an anonymous round has no notice of its
 * own. */
static bool open_page(struct installation *installation, struct work *work) {
  *installation = (struct installation){.work = work};
  if (work->route->scope != ROUTE_NO_SCOPE) {
    struct form_page page;
    installation->municipality = work->session->link.municipality;
    if (!console_form_load(&page, work)) {
      return false;
    }
    installation->round = page.row.title;
  }
  return load(installation);
}

void installation_show(struct work *work) {
  struct installation installation;
  if (open_page(&installation, work)) {
    show(&installation, MHD_HTTP_OK);
  }
}

/* ---- saving */

static void add_problem(struct installation *installation, const char *key, const char *word) {
  installation->problems[installation->problems_count++] =
      (struct console_problem){key, console_word(installation->work, word)};
}

static void read_text(struct installation *installation, size_t i) {
  struct work *work = installation->work;
  const char *key = installation->rows[i].key;
  const struct form_field *field = form_find(&work->form, key);
  char *text = NULL;
  size_t points = 0;
  installation->typed[i] = work_field(work, key);
  if (field == NULL) {
    installation->typed[i] = installation->rows[i].value; /* not of this page */
  } else if (field->value.data == NULL) {
    installation->typed[i] = "";
  } else if (utf8_normalise(work->arena, field->value.data, field->value.length, &text, &points) !=
             UTF8_OK) {
    add_problem(installation, key, "settings_unreadable");
  } else {
    installation->typed[i] = text;
    if (points > VALUE_MAX_POINTS) {
      add_problem(installation, key, "installation_long");
    }
  }
}

/* A tick that is taken away is no field: only with the form's button does that say anything. */
static void read_all(struct installation *installation) {
  bool sent = work_field(installation->work, "save")[0] != '\0';
  for (size_t i = 0; i < installation->count; i++) {
    const struct setting_row *row = &installation->rows[i];
    const struct tick *tick = tick_of(row->key);
    if (tick == NULL) {
      read_text(installation, i);
    } else if (sent) {
      bool on = work_field(installation->work, row->key)[0] != '\0';
      bool was = strcmp(row->value, tick->on) == 0;
      installation->typed[i] = on == was ? row->value : on ? tick->on : tick->off;
    }
  }
}

static enum store_result store_all(struct store *store, void *context) {
  struct installation *installation = context;
  enum store_result result = STORE_OK;
  for (size_t i = 0; i < installation->count && result == STORE_OK; i++) {
    const struct setting_row *row = &installation->rows[i];
    if (strcmp(row->value, installation->typed[i]) == 0) {
      continue;
    }
    result = notice_set(store, installation->municipality, row->key, installation->typed[i]);
    installation->refused = result == STORE_CLOSED || result == STORE_REFUSED ? row->key : NULL;
  }
  return result;
}

void installation_save(struct work *work) {
  struct installation installation;
  if (!open_page(&installation, work)) {
    return;
  }
  read_all(&installation);
  enum store_result result = STORE_OK;
  if (installation.problems_count == 0) {
    result = console_ask(work, store_all, &installation);
  }
  if (installation.refused != NULL) {
    add_problem(&installation, installation.refused,
                result == STORE_CLOSED           ? "installation_kept"
                : installation.municipality != 0 ? "notice_kept"
                                                 : "installation_months");
    result = STORE_OK;
  }
  if (installation.problems_count > 0) {
    show(&installation, MHD_HTTP_UNPROCESSABLE_CONTENT);
  } else if (console_settle(work, result)) {
    console_done(work, path_of(&installation),
                 installation.municipality == 0 ? "installation" : "notice");
  }
}
