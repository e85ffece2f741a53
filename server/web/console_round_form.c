#include "web/console_round_form.h"

#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "base/utf8.h"
#include "store/code_store.h"
#include "survey/questionnaire.h"
#include "web/console_gate.h"
#include "web/console_round.h"

enum { DAY_MINUTES = 24 * 60, YEAR_LEAST = 2000, YEAR_MOST = 2099 };

struct round_form round_form_of(struct work *work, const struct round_row *row) {
  return (struct round_form){.work = work,
                             .row = row,
                             .personal_of = row != NULL ? row->personal_of
                                                        : console_staff(work)->scope.municipality};
}

/* ---- what may be chosen */

static bool confirms(const struct questionnaire *questionnaire) {
  bool found = false;
  for (size_t i = 0; i < questionnaire->questions_count; i++) {
    found = found || questionnaire->questions[i].confirm_against != NULL;
  }
  return found;
}

static enum store_result load_offer(struct store *store, struct round_form *form, const char *id,
                                    int version, struct round_offer *offer) {
  struct arena *arena = form->work->arena;
  struct questionnaire_row row;
  struct complaints complaints = {0};
  enum store_result result = questionnaire_find(store, id, version, arena, &row);
  if (result != STORE_OK) {
    return result;
  }
  const struct questionnaire *questionnaire =
      questionnaire_load(row.definition, arena, &complaints);
  if (questionnaire == NULL) {
    return STORE_FAULT;
  }
  *offer = (struct round_offer){.id = row.id,
                                .version = row.version,
                                .title = questionnaire->title.text,
                                .personal = questionnaire->personal,
                                .confirms = confirms(questionnaire),
                                .language = questionnaire->language};
  return translation_list(store, row.id, row.version, arena, &offer->translations,
                          &offer->translations_count);
}

/* The list is in order of id and version: the last of each id is its newest. */
static enum store_result load_newest(struct store *store, struct round_form *form) {
  struct questionnaire_row *rows;
  size_t count;
  enum store_result result = questionnaire_list(store, form->work->arena, &rows, &count);
  if (result != STORE_OK) {
    return result;
  }
  form->offers = arena_array(form->work->arena, count + 1, sizeof *form->offers);
  if (form->offers == NULL) {
    return STORE_FAULT;
  }
  for (size_t i = 0; i < count && result == STORE_OK; i++) {
    if (i + 1 < count && strcmp(rows[i].id, rows[i + 1].id) == 0) {
      continue;
    }
    struct round_offer *offer = &form->offers[form->offers_count];
    result = load_offer(store, form, rows[i].id, rows[i].version, offer);
    form->offers_count += offer->personal == (form->personal_of != 0) ? 1 : 0;
  }
  return result;
}

/* As Danes sort: æ, ø and å stand last, and aa is an å. */
static int letter_of(const char **text) {
  const unsigned char *at = (const unsigned char *)*text;
  *text += at[0] == '\0' ? 0 : 1;
  if (at[0] == 0xc3 && at[1] != '\0') {
    *text += 1;
    int low = at[1] | 0x20;
    return low == 0xa6 ? 'z' + 1 : low == 0xb8 ? 'z' + 2 : low == 0xa5 ? 'z' + 3 : at[1];
  }
  int letter = at[0] >= 'A' && at[0] <= 'Z' ? at[0] | 0x20 : at[0];
  if (letter == 'a' && (at[1] | 0x20) == 'a') {
    *text += 1;
    return 'z' + 3;
  }
  return letter;
}

static int compare_names(const void *left, const void *right) {
  const char *a = ((const struct municipality_row *)left)->name;
  const char *b = ((const struct municipality_row *)right)->name;
  int x, y;
  do {
    x = letter_of(&a);
    y = letter_of(&b);
  } while (x == y && x != 0);
  return x - y;
}

static enum store_result load_municipalities(struct store *store, struct round_form *form) {
  struct municipality_row *rows;
  size_t count;
  enum store_result result = municipality_list(store, form->work->arena, &rows, &count);
  if (result != STORE_OK) {
    return result;
  }
  for (size_t i = 0; i < count; i++) {
    if (rows[i].merged_into == 0) {
      rows[form->municipalities_count++] = rows[i];
    }
  }
  form->municipalities = rows;
  qsort(rows, form->municipalities_count, sizeof *rows, compare_names);
  return STORE_OK;
}

enum store_result round_form_load(struct store *store, void *context) {
  struct round_form *form = context;
  form->offers_count = form->municipalities_count = 0;
  if (form->row == NULL) {
    enum store_result result = load_newest(store, form);
    return result == STORE_OK && form->personal_of == 0 ? load_municipalities(store, form) : result;
  }
  form->offers = arena_array(form->work->arena, 1, sizeof *form->offers);
  form->offers_count = 1;
  return form->offers == NULL ? STORE_FAULT
                              : load_offer(store, form, form->row->questionnaire,
                                           form->row->version, &form->offers[0]);
}

/* ---- problems */

void round_form_add(struct round_form *form, const char *target, const char *word) {
  if (form->problems_count < array_length(form->problems)) {
    form->problems[form->problems_count++] =
        (struct console_problem){target, console_word(form->work, word)};
  }
}

static bool has_problem(const struct round_form *form, const char *target) {
  for (size_t i = 0; i < form->problems_count; i++) {
    if (strcmp(form->problems[i].target, target) == 0) {
      return true;
    }
  }
  return false;
}

/* ---- times */

/* "2026-11-20"; -1 when no such day is meant. */
static int read_day(const char *text) {
  static const char pattern[] = "dddd-dd-dd";
  if (strlen(text) != sizeof pattern - 1) {
    return -1;
  }
  for (size_t i = 0; pattern[i] != '\0'; i++) {
    if (pattern[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != pattern[i]) {
      return -1;
    }
  }
  int year = (int)strtol(text, NULL, 10), month = (int)strtol(text + 5, NULL, 10);
  int day = (int)strtol(text + 8, NULL, 10);
  bool there = year >= YEAR_LEAST && year <= YEAR_MOST && month >= 1 && month <= 12 && day >= 1 &&
               day <= calendar_month_days(year, month);
  return there ? calendar_day(year, month, day) : -1;
}

/* "08:00", "8.00" or "8"; -1 when it is no time of day. */
static int read_clock(const char *text) {
  size_t digits = strspn(text, "0123456789");
  int hour = (int)strtol(text, NULL, 10), minute = 0;
  if (digits == 0 || digits > 2 || hour > 23) {
    return -1;
  }
  const char *rest = text + digits;
  if (rest[0] != '\0') {
    if ((rest[0] != ':' && rest[0] != '.') || strspn(rest + 1, "0123456789") != 2 ||
        rest[3] != '\0') {
      return -1;
    }
    minute = (int)strtol(rest + 1, NULL, 10);
  }
  return minute > 59 ? -1 : hour * 60 + minute;
}

/* The names of the fields of a time. */
struct time_fields {
  const char *day, *clock;
  bool ends;
};
static const struct time_fields OPENS = {"opens", "opens_clock", false};
static const struct time_fields CLOSES = {"closes", "closes_clock", true};

static void read_time(struct round_form *form, const struct time_fields *fields,
                      struct round_form_time *time) {
  struct arena *arena = form->work->arena;
  *time = (struct round_form_time){work_field(form->work, fields->day),
                                   work_field(form->work, fields->clock), "", 0};
  if (time->day[0] == '\0' && time->clock[0] == '\0') {
    return;
  }
  int day = read_day(time->day);
  int minutes = time->clock[0] == '\0' ? 0 : read_clock(time->clock);
  if (day < 0) {
    round_form_add(form, fields->day, "round_day_wrong");
    return;
  }
  if (minutes < 0) {
    round_form_add(form, fields->clock, "round_clock_wrong");
    return;
  }
  time->iso = time->clock[0] == '\0'
                  ? time->day
                  : arena_printf(arena, "%sT%02d:%02d", time->day, minutes / 60, minutes % 60);
  time->iso = time->iso == NULL ? "" : time->iso;
  bool whole = time->clock[0] == '\0' && fields->ends;
  time->minutes = day * DAY_MINUTES + minutes + (whole ? DAY_MINUTES : 0);
}

/* A time of the store, of Copenhagen, in the two fields. */
static struct round_form_time time_of(const struct round_form *form, const char *at, bool ends) {
  struct arena *arena = form->work->arena;
  struct round_form_time time = {"", "", "", 0};
  const char *text = at == NULL || strlen(at) < 16 ? NULL : arena_printf(arena, "%.10s", at);
  int day = text == NULL ? -1 : read_day(text);
  const char *clock = day < 0 ? NULL : arena_printf(arena, "%.5s", at + 11);
  if (clock == NULL) {
    return time;
  }
  bool midnight = strcmp(clock, "00:00") == 0;
  char date[CALENDAR_DATE_BYTES];
  calendar_write(midnight && ends ? day - 1 : day, date);
  time.day = arena_string(arena, date);
  time.clock = midnight ? "" : clock;
  time.day = time.day == NULL ? "" : time.day;
  return time;
}

static void read_times(struct round_form *form) {
  read_time(form, &OPENS, &form->opens);
  read_time(form, &CLOSES, &form->closes);
  if (form->opens.iso[0] != '\0' && form->closes.iso[0] != '\0' &&
      form->closes.minutes <= form->opens.minutes) {
    round_form_add(form, "closes", "round_closes_before");
  }
}

/* ---- the other fields */

static void read_title(struct round_form *form) {
  const struct form_field *field = form_find(&form->work->form, "title");
  char *text = NULL;
  size_t points = 0;
  form->title = work_field(form->work, "title");
  if (field == NULL || field->value.data == NULL) {
    round_form_add(form, "title", "round_title_missing");
  } else if (utf8_normalise(form->work->arena, field->value.data, field->value.length, &text,
                            &points) != UTF8_OK) {
    round_form_add(form, "title", "settings_unreadable");
  } else {
    form->title = text;
    const char *wrong = points == 0                     ? "round_title_missing"
                        : points > ROUND_FORM_TITLE_MAX ? "round_title_long"
                        : strchr(text, '\n') != NULL    ? "settings_lines"
                                                        : NULL;
    if (wrong != NULL) {
      round_form_add(form, "title", wrong);
    }
  }
}

static void read_questionnaire(struct round_form *form) {
  const char *id = work_field(form->work, "questionnaire");
  for (form->offer = 0; form->row == NULL && form->offer < form->offers_count; form->offer++) {
    if (strcmp(form->offers[form->offer].id, id) == 0) {
      return;
    }
  }
  form->offer = 0;
  if (form->row == NULL) {
    round_form_add(form, "questionnaire", "round_questionnaire_missing");
  }
}

static bool is_checked(const struct round_form *form, const char *stem, const char *name) {
  const char *field = arena_printf(form->work->arena, "%s%s", stem, name);
  return field != NULL && work_field(form->work, field)[0] != '\0';
}

static bool is_approved(const struct round_offer *offer, const char *language, bool *found) {
  for (size_t i = 0; i < offer->translations_count; i++) {
    if (strcmp(offer->translations[i].language, language) == 0) {
      *found = true;
      return offer->translations[i].approved;
    }
  }
  *found = strcmp(offer->language, language) == 0;
  return *found;
}

static void judge_language(struct round_form *form, const char *language) {
  bool found;
  bool approved = is_approved(&form->offers[form->offer], language, &found);
  if (has_problem(form, "languages") || (approved && found)) {
    return;
  }
  if (!found) {
    round_form_add(form, "languages", "round_language_missing");
  } else if (!form->allow_drafts) {
    round_form_add(form, "languages", "round_language_draft");
  }
}

/* The one that opens first, then those that are ticked in the order of the form. */
static void read_languages(struct round_form *form) {
  const char *first = work_field(form->work, "first");
  size_t most = 2, count = 0;
  for (size_t i = 0; i < form->offers_count; i++) {
    most += form->offers[i].translations_count + 1;
  }
  const char **list = arena_array(form->work->arena, most, sizeof *list);
  if (list == NULL || form->offers_count == 0) {
    return;
  }
  list[count++] = first[0] == '\0' ? form->offers[form->offer].language : first;
  for (size_t i = 0; i < form->offers_count; i++) {
    const struct round_offer *offer = &form->offers[i];
    for (size_t j = 0; j < offer->translations_count; j++) {
      if (is_checked(form, "language_", offer->translations[j].language)) {
        list[count++] = offer->translations[j].language;
      }
    }
  }
  form->languages = list;
  form->languages_count = count;
  for (size_t i = 0; i < count; i++) {
    judge_language(form, list[i]);
  }
}

static void read_municipalities(struct round_form *form) {
  struct arena *arena = form->work->arena;
  int *chosen = arena_array(arena, form->municipalities_count + 1, sizeof *chosen);
  for (size_t i = 0; chosen != NULL && i < form->municipalities_count; i++) {
    const char *code = arena_printf(arena, "%d", form->municipalities[i].code);
    if (code != NULL && is_checked(form, "municipality_", code)) {
      chosen[form->chosen_count++] = form->municipalities[i].code;
    }
  }
  form->chosen = chosen;
  if (form->chosen_count == 0) {
    round_form_add(form, "municipalities", "round_municipalities_missing");
  }
}

static void read_codes(struct round_form *form) {
  form->single = strcmp(work_field(form->work, "codes"), "single") == 0;
  form->uses_typed = work_field(form->work, "uses");
  form->uses = CODE_USES_DEFAULT;
  size_t digits = strspn(form->uses_typed, "0123456789");
  if (!form->single || form->uses_typed[0] == '\0') {
    return;
  }
  form->uses = digits > 3 ? 0 : (int)strtol(form->uses_typed, NULL, 10);
  if (form->uses_typed[digits] != '\0' || form->uses < 1 || form->uses > CODE_USES_MAX) {
    round_form_add(form, "uses", "round_uses_wrong");
  }
}

bool round_form_confirms(const struct round_form *form) {
  bool found = false;
  for (size_t i = 0; i < form->offers_count; i++) {
    found = found || form->offers[i].confirms;
  }
  return found;
}

/* What is not asked stays as it is. */
static bool reads_confirm(const struct round_form *form) {
  return round_form_confirms(form) ? is_checked(form, "confirm", "")
                                   : form->row == NULL || form->row->confirm_scale;
}

void round_form_read(struct round_form *form) {
  form->allow_drafts = is_checked(form, "allow_drafts", "");
  form->confirm = reads_confirm(form);
  form->traces = form->personal_of == 0 && is_checked(form, "traces", "");
  form->invite = form->personal_of == 0 && is_checked(form, "invite", "");
  read_title(form);
  read_questionnaire(form);
  read_times(form);
  read_languages(form);
  if (form->row == NULL && form->personal_of != 0) {
    form->chosen = &form->personal_of;
    form->chosen_count = 1;
  } else if (form->row == NULL) {
    read_codes(form);
    read_municipalities(form);
  }
}

/* A page that leads here may say which questionnaire is meant. */
static void choose_asked(struct round_form *form) {
  const char *id = work_query(form->work, "questionnaire");
  for (size_t i = 0; id != NULL && i < form->offers_count; i++) {
    if (strcmp(form->offers[i].id, id) == 0) {
      form->offer = i;
    }
  }
}

void round_form_fill(struct round_form *form) {
  const struct round_row *row = form->row;
  *form = (struct round_form){.work = form->work,
                              .offers = form->offers,
                              .offers_count = form->offers_count,
                              .municipalities = form->municipalities,
                              .municipalities_count = form->municipalities_count,
                              .row = row,
                              .personal_of = form->personal_of,
                              .title = "",
                              .opens = {"", "", "", 0},
                              .closes = {"", "", "", 0},
                              .uses_typed = console_round_number(form->work, CODE_USES_DEFAULT),
                              .traces = form->personal_of == 0,
                              .confirm = true};
  if (row == NULL) {
    choose_asked(form);
    return;
  }
  form->title = row->title;
  form->opens = time_of(form, row->opens_at, false);
  form->closes = time_of(form, row->closes_at, true);
  form->languages = row->languages;
  form->languages_count = row->languages_count;
  form->allow_drafts = row->allow_drafts;
  form->traces = row->traces;
  form->confirm = row->confirm_scale;
  form->invite = row->invite;
}
