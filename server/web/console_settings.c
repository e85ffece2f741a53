#include "web/console_settings.h"

#include <sodium.h>
#include <string.h>

#include "store/audit_store.h"
#include "web/console_gate.h"
#include "web/console_pages.h"

/* What is stored, and what is to be. */
struct settings {
  struct letter_draft draft;
  int municipality;
  const struct settings_form *form;
  const char *changed; /* a JSON object that names what changes */
};

static enum store_result find(struct store *store, void *context) {
  struct settings *settings = context;
  settings->draft = (struct letter_draft){.work = settings->draft.work};
  return letter_gather(store, &settings->draft);
}

/* ---- the page */

/* The logo as a picture for the page, which loads nothing: a data URL. NULL: none. */
static const char *logo_url(const struct work *work, const struct letter_settings *stored) {
  if (stored->logo_type == NULL) {
    return NULL;
  }
  size_t length = sodium_base64_encoded_len(stored->logo_size, sodium_base64_VARIANT_ORIGINAL);
  char *base64 = arena_alloc(work->arena, length);
  if (base64 == NULL) {
    return NULL;
  }
  (void)sodium_bin2base64(base64, length, stored->logo, stored->logo_size,
                          sodium_base64_VARIANT_ORIGINAL);
  return arena_printf(work->arena, "data:image/%s;base64,%s",
                      strcmp(stored->logo_type, "svg") == 0 ? "svg+xml" : "png", base64);
}

static json_t *measures_json(const struct work *work, const struct settings_form *form) {
  json_t *list = json_array();
  for (size_t i = 0; i < SETTINGS_MEASURES; i++) {
    const char *name = settings_measures[i];
    json_t *item = json_pack("{s:s, s:s, s:s, s:b}", "name", name, "label",
                             console_word_of(work, "settings_", name), "value",
                             form->typed.measures[i], "wrong", form->wrong_measures[i]);
    if (json_array_append_new(list, item) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

/* A file cannot be put back into a form: one that was right has to be chosen again. */
static void remember_logo(const struct work *work, struct settings_form *form) {
  if (form->sent_logo && form->problems_count > 0 && form->logo.bytes != NULL &&
      form->problems_count < array_length(form->problems)) {
    form->problems[form->problems_count++] =
        (struct console_problem){"logo", console_word(work, "settings_logo_again")};
  }
}

static void show(struct work *work, unsigned status, const struct settings *settings,
                 struct settings_form *form) {
  const struct settings_typed *typed = &form->typed;
  json_t *data = console_frame(work, console_word(work, "settings_title"));
  remember_logo(work, form);
  console_put_problems(&data, form->problems, form->problems_count);
  console_put_text(&data, "heading", work->session->link.name);
  console_put_text(&data, "base", letter_path(work, ""));
  console_put_text(&data, "contact", typed->contact);
  console_put_text(&data, "phone", typed->phone);
  console_put_text(&data, "email", typed->email);
  console_put_text(&data, "own_words", typed->own_words);
  console_put_text(&data, "logo", logo_url(work, &settings->draft.settings));
  console_put(&data, "drop_logo", json_boolean(typed->drop_logo));
  console_put(&data, "measures", measures_json(work, form));
  console_put(&data, "fold_marks", json_boolean(typed->fold_marks));
  console_send(work, status, CONSOLE_SETTINGS, data);
}

void settings_show(struct work *work) {
  struct settings settings = {.draft.work = work, .municipality = work->session->link.municipality};
  struct settings_form form;
  if (console_settle(work, console_ask(work, find, &settings))) {
    settings_form_of(work, &settings.draft.settings, &form);
    show(work, MHD_HTTP_OK, &settings, &form);
  }
}

/* ---- saving */

/* The names of what changes, for the audit log; their values are not in it. NULL: nothing
 * changes, or memory is out. */
static const char *changed(const struct work *work, const struct letter_settings *stored,
                           const struct settings_form *form) {
  const struct settings_typed *typed = &form->typed;
  const struct letter_window *was = &stored->window, *is = &form->window;
  bool window =
      was->x != is->x || was->y != is->y || was->width != is->width || was->height != is->height;
  const struct {
    const char *name;
    bool changed;
  } parts[] = {{"contact", strcmp(stored->contact, typed->contact) != 0},
               {"phone", strcmp(stored->phone, typed->phone) != 0},
               {"email", strcmp(stored->email, typed->email) != 0},
               {"own_words", strcmp(stored->own_words, typed->own_words) != 0},
               {"logo", form->changes_logo && (form->sent_logo || stored->logo_type != NULL)},
               {"window", window},
               {"fold_marks", stored->fold_marks != typed->fold_marks}};
  const char *list = NULL;
  for (size_t i = 0; i < array_length(parts); i++) {
    if (parts[i].changed) {
      list = list == NULL ? arena_printf(work->arena, "\"%s\"", parts[i].name)
                          : arena_printf(work->arena, "%s,\"%s\"", list, parts[i].name);
    }
  }
  return list == NULL ? NULL : arena_printf(work->arena, "{\"changed\":[%s]}", list);
}

static enum store_result store_all(struct store *store, void *context) {
  const struct settings *settings = context;
  const struct settings_form *form = settings->form;
  const struct settings_typed *typed = &form->typed;
  const struct letter_change change = {.own_words = typed->own_words,
                                       .window = &form->window,
                                       .fold_marks = &typed->fold_marks,
                                       .logo = form->changes_logo ? &form->logo : NULL};
  const struct audit_entry entry = {.action = "municipality.set",
                                    .municipality = settings->municipality,
                                    .details = settings->changed};
  enum store_result result =
      municipality_set(store, settings->municipality, typed->contact, typed->phone, typed->email);
  if (result == STORE_OK) {
    result = letter_settings_set(store, settings->municipality, &change);
  }
  return result == STORE_OK ? audit_append(store, &entry) : result;
}

static void save(struct work *work, struct settings *settings, struct settings_form *form) {
  settings->form = form;
  settings->changed = changed(work, &settings->draft.settings, form);
  if (settings->changed == NULL || console_settle(work, console_ask(work, store_all, settings))) {
    console_done(work, work->path, "settings");
  }
}

void settings_save(struct work *work) {
  struct settings settings = {.draft.work = work, .municipality = work->session->link.municipality};
  struct settings_form form;
  if (!console_settle(work, console_ask(work, find, &settings))) {
    return;
  }
  settings_form_read(work, &form);
  if (!settings_form_check(&settings.draft, &form)) {
    console_fail(work, STORE_FAULT);
  } else if (form.problems_count > 0) {
    show(work, MHD_HTTP_UNPROCESSABLE_CONTENT, &settings, &form);
  } else {
    save(work, &settings, &form);
  }
}
