#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/utf8.h"
#include "web/console_settings.h"

enum { LINE_MAX_POINTS = 200, MEASURE_DIGITS_MAX = 3 };

const char *const settings_measures[SETTINGS_MEASURES] = {"window_x", "window_y", "window_width",
                                                          "window_height"};

/* The bounds of the database (migrations/0007_letters.sql), where each is told by itself. */
static const struct {
  int least, most;
} measure_bounds[SETTINGS_MEASURES] = {{0, 200}, {35, 90}, {10, 130}, {10, 60}};

static void add_problem(struct settings_form *form, const char *target, const char *text) {
  if (form->problems_count < array_length(form->problems)) {
    form->problems[form->problems_count++] = (struct console_problem){target, text};
  }
}

/* ---- as stored */

static const char *decimal(const struct work *work, int number) {
  const char *text = arena_printf(work->arena, "%d", number);
  return text != NULL ? text : "";
}

void settings_form_of(struct work *work, const struct letter_settings *stored,
                      struct settings_form *form) {
  const struct letter_window *window = &stored->window;
  *form = (struct settings_form){
      .typed = {.contact = stored->contact,
                .phone = stored->phone,
                .email = stored->email,
                .own_words = stored->own_words,
                .measures = {decimal(work, window->x), decimal(work, window->y),
                             decimal(work, window->width), decimal(work, window->height)},
                .fold_marks = stored->fold_marks}};
}

/* ---- texts */

/* A field in the form that is stored; "" and a problem when it cannot be printed. */
static const char *read_text(struct work *work, struct settings_form *form, const char *name,
                             bool one_line, size_t points_max) {
  const struct form_field *field = form_find(&work->form, name);
  char *text = NULL;
  size_t points = 0;
  if (field == NULL || field->value.data == NULL) {
    return "";
  }
  enum utf8_result result =
      utf8_normalise(work->arena, field->value.data, field->value.length, &text, &points);
  if (result != UTF8_OK) {
    add_problem(form, name, console_word(work, "settings_unreadable"));
    return "";
  }
  if (points > points_max) {
    const char *most = decimal(work, (int)points_max);
    add_problem(form, name,
                words_fill(work->arena, console_word(work, "settings_long"), "n",
                           decimal(work, (int)(points - points_max)), "most", most, NULL));
  } else if (one_line && strchr(text, '\n') != NULL) {
    add_problem(form, name, console_word(work, "settings_lines"));
  }
  return text;
}

static const char *read_line(struct work *work, struct settings_form *form, const char *name) {
  return read_text(work, form, name, true, LINE_MAX_POINTS);
}

static bool is_address(const char *email) {
  const char *at = strchr(email, '@');
  return at != NULL && at != email && at[1] != '\0' && strchr(at + 1, '@') == NULL &&
         strpbrk(email, " \t,;<>") == NULL;
}

static void read_contact(struct work *work, struct settings_form *form) {
  struct settings_typed *typed = &form->typed;
  typed->contact = read_line(work, form, "contact");
  if (typed->contact[0] == '\0' && form->problems_count == 0) {
    add_problem(form, "contact", console_word(work, "settings_contact_missing"));
  }
  size_t before = form->problems_count;
  typed->phone = read_line(work, form, "phone");
  if (form->problems_count == before && strpbrk(typed->phone, "0123456789") == NULL) {
    add_problem(form, "phone", console_word(work, "settings_phone_missing"));
  }
  before = form->problems_count;
  typed->email = read_line(work, form, "email");
  if (form->problems_count == before && typed->email[0] != '\0' && !is_address(typed->email)) {
    add_problem(form, "email", console_word(work, "settings_email_wrong"));
  }
}

/* ---- measures */

static bool read_measure(const char *text, size_t which, int *number) {
  size_t digits = strspn(text, "0123456789");
  if (digits == 0 || digits > MEASURE_DIGITS_MAX || text[digits] != '\0') {
    return false;
  }
  *number = (int)strtol(text, NULL, 10);
  return *number >= measure_bounds[which].least && *number <= measure_bounds[which].most;
}

static void read_window(struct work *work, struct settings_form *form) {
  struct letter_window *window = &form->window;
  int *const members[SETTINGS_MEASURES] = {&window->x, &window->y, &window->width, &window->height};
  const char *first = NULL;
  for (size_t i = 0; i < SETTINGS_MEASURES; i++) {
    const char *name = settings_measures[i];
    form->typed.measures[i] = work_field(work, name);
    if (!read_measure(form->typed.measures[i], i, members[i])) {
      form->wrong_measures[i] = true;
      const char *text = words_fill(work->arena, console_word(work, "settings_measure_wrong"),
                                    "name", console_word_of(work, "settings_", name), "least",
                                    decimal(work, measure_bounds[i].least), "most",
                                    decimal(work, measure_bounds[i].most), NULL);
      first = first == NULL ? text : arena_printf(work->arena, "%s %s", first, text);
    }
  }
  if (first != NULL) {
    add_problem(form, "window", first);
  } else if (window->x + window->width > 210 ||
             window->y + window->height > LETTER_WINDOW_BOTTOM_MM) {
    add_problem(form, "window", console_word(work, "settings_window_outside"));
  }
}

/* ---- the logo */

/* All bytes of the file; NULL when there are too many or they cannot be read. */
static const unsigned char *read_file(const struct work *work) {
  size_t size = (size_t)work->upload.bytes, got = 0;
  unsigned char *bytes = size > LETTER_LOGO_MAX_BYTES ? NULL : arena_alloc(work->arena, size + 1);
  while (bytes != NULL && got < size) {
    ssize_t more = read(work->upload.fd, bytes + got, size - got);
    if (more <= 0) {
      return NULL;
    }
    got += (size_t)more;
  }
  return bytes;
}

static void read_logo(struct work *work, struct settings_form *form) {
  const struct upload *upload = &work->upload;
  const char *type = NULL;
  struct letter_trouble trouble = {.lines = 0};
  form->typed.drop_logo = work_field(work, "drop_logo")[0] != '\0';
  form->changes_logo = form->typed.drop_logo;
  if (upload->fd < 0 || strcmp(upload->field, "logo") != 0 || upload->name[0] == '\0') {
    return; /* none was chosen */
  }
  form->sent_logo = form->changes_logo = true;
  const unsigned char *bytes = upload->failed ? NULL : read_file(work);
  if (upload->bytes > LETTER_LOGO_MAX_BYTES) {
    add_problem(form, "logo", console_word(work, "settings_logo_large"));
  } else if (bytes == NULL || upload->bytes == 0 ||
             letter_logo_check(bytes, (size_t)upload->bytes, &type, &trouble) != LETTER_OK) {
    add_problem(form, "logo", console_word(work, "settings_logo_wrong"));
  } else {
    form->logo = (struct letter_logo_change){type, bytes, (size_t)upload->bytes};
  }
}

void settings_form_read(struct work *work, struct settings_form *form) {
  *form = (struct settings_form){0};
  read_contact(work, form);
  form->typed.own_words = read_text(work, form, "own_words", false, LETTER_OWN_WORDS_MAX);
  read_logo(work, form);
  read_window(work, form);
  form->typed.fold_marks = work_field(work, "fold_marks")[0] != '\0';
}

/* ---- whether it fits */

/* Without the lines in other languages: they have a place of their own. */
static struct letter_options options_of(const struct letter_draft *draft,
                                        const struct settings_form *form) {
  struct letter_options options = draft->options;
  options.offered_count = 0;
  options.contact = form->typed.contact;
  options.phone = form->typed.phone;
  options.email = form->typed.email;
  options.own_words = form->typed.own_words;
  if (form->changes_logo) {
    options.logo_type = form->logo.type;
    options.logo = form->logo.bytes;
    options.logo_size = form->logo.size;
  }
  options.window_x = form->window.x;
  options.window_y = form->window.y;
  options.window_width = form->window.width;
  options.window_height = form->window.height;
  return options;
}

/* What has a character that no font has: the trouble holds the beginning of its text. */
static const char *glyph_field(const struct settings_form *form,
                               const struct letter_trouble *trouble) {
  const struct settings_typed *typed = &form->typed;
  const struct {
    const char *name, *text;
  } fields[] = {{"email", typed->email}, {"phone", typed->phone}, {"contact", typed->contact}};
  for (size_t i = 0; i < array_length(fields); i++) {
    if (fields[i].text[0] != '\0' && strstr(trouble->what, fields[i].text) != NULL) {
      return fields[i].name;
    }
  }
  return "own_words";
}

static const char *too_long(const struct work *work, const struct letter_trouble *trouble) {
  return trouble->lines == 1 ? console_word(work, "settings_fit_one")
                             : words_fill(work->arena, console_word(work, "settings_fit_many"), "n",
                                          decimal(work, trouble->lines), NULL);
}

/* A trouble at its field; false when it is none of the form's. */
static bool add_trouble(const struct work *work, struct settings_form *form,
                        enum letter_result result, const struct letter_trouble *trouble) {
  switch (result) {
  case LETTER_INCOMPLETE:
    add_problem(form, "contact", console_word(work, "settings_contact_missing"));
    return true;
  case LETTER_WINDOW:
    add_problem(form, "window", console_word(work, "settings_window_sender"));
    return true;
  case LETTER_LOGO:
    add_problem(form, "logo", console_word(work, "settings_logo_wrong"));
    return true;
  case LETTER_GLYPH:
    add_problem(form, glyph_field(form, trouble), console_word(work, "settings_glyph"));
    return true;
  case LETTER_LONG:
    add_problem(form, "own_words", too_long(work, trouble));
    return true;
  case LETTER_OK:
    return true;
  case LETTER_FONT:
  case LETTER_LINK:
  case LETTER_STOPPED:
  case LETTER_PROGRAM:
  case LETTER_MEMORY:
    break;
  }
  return false;
}

bool settings_form_check(const struct letter_draft *draft, struct settings_form *form) {
  struct letter_trouble trouble = {.lines = 0};
  if (form->problems_count > 0) {
    return true;
  }
  struct letter_options options = options_of(draft, form);
  enum letter_result result = letter_check(&options, &trouble);
  if (add_trouble(draft->work, form, result, &trouble)) {
    return true;
  }
  log_event(LOG_LEVEL_ERROR, "letter_check_failed", "s:i", "result", (int)result);
  return false;
}
