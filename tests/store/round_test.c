#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "database.h"
#include "store/round_store.h"
#include "survey/code.h"

static struct database database;
static struct arena *arena;
static struct store *store;
static const char *message;

static void begin(void) {
  database_init(&database);
  database_add_questionnaire(&database, 1);
  arena = arena_new(0);
  store = database_open(&database, STORE_AS_CONSOLE);
  message = "";
}

static void end(void) {
  store_close(store);
  arena_free(arena);
  database_clear(&database);
}

TestSuite(round, .init = begin, .fini = end, .timeout = 120);

static const int two[] = {217, 101};
static const struct round_new plain = {.questionnaire = "test",
                                       .title = "A round",
                                       .municipalities = two,
                                       .municipalities_count = 2,
                                       .traces = true};

static int create(const struct round_new *wanted) {
  int id = 0;
  cr_assert_eq(round_create(store, wanted, arena, &id, &message), STORE_OK, "%s", message);
  return id;
}

static struct round_row find(int id) {
  struct round_row row;
  cr_assert_eq(round_find(store, id, arena, &row), STORE_OK, "%s", store_message(store));
  return row;
}

static void expect_state(int id, enum round_state expected) {
  enum round_state state = find(id).state;
  cr_expect_eq(state, expected, "round %d is %s, not %s", id, round_state_name(state),
               round_state_name(expected));
}

static void expect_value(const char *sql, const char *expected) {
  const char *value = database_value(&database, arena, sql);
  cr_expect_str_eq(value, expected, "%s: %s", sql, value);
}

static void change_round(const char *what) {
  database_run(&database, arena_printf(arena, "UPDATE round SET %s", what));
}

Test(round, does_not_open_while_a_required_setting_is_empty) {
  int id = create(&plain);
  struct round_row row = find(id);
  cr_expect_eq(row.state, ROUND_SCHEDULED);
  cr_expect_eq(row.missing_settings_count, 10);
  cr_expect_str_eq(row.missing_settings[0], "complaint");

  database_fill_settings(&database);
  database_run(&database, "UPDATE setting SET value = E' \\t' WHERE key = 'purpose'");
  row = find(id);
  cr_expect_eq(row.state, ROUND_SCHEDULED);
  cr_assert_eq(row.missing_settings_count, 1);
  cr_expect_str_eq(row.missing_settings[0], "purpose");

  cr_assert_eq(setting_set(store, "purpose", "to evaluate"), STORE_OK);
  expect_state(id, ROUND_OPEN);
}

Test(round, keeps_a_required_setting_while_a_round_is_open) {
  database_fill_settings(&database);
  int id = create(&plain);
  cr_expect_eq(setting_set(store, "rights", " "), STORE_CLOSED);
  cr_expect_eq(setting_set(store, "rights", "others"), STORE_OK);
  cr_expect_eq(setting_set(store, "accessibility_statement", ""), STORE_OK);
  cr_assert_eq(round_close(store, id), STORE_OK);
  cr_expect_eq(setting_set(store, "rights", ""), STORE_OK);
}

Test(round, has_a_link_with_a_valid_code_for_each_municipality) {
  database_fill_settings(&database);
  static const int named_twice[] = {217, 101, 217};
  struct round_new wanted = plain;
  wanted.municipalities = named_twice;
  wanted.municipalities_count = 3;
  int id = create(&wanted);
  struct link_row *links;
  size_t count;
  cr_assert_eq(link_list(store, id, arena, &links, &count), STORE_OK);
  cr_assert_eq(count, 2);
  cr_expect_eq(links[0].municipality, 101);
  cr_expect_str_eq(links[0].name, "København");
  cr_expect_str_eq(links[0].answers, "under 5");
  cr_expect_eq(links[1].municipality, 217);
  cr_expect_str_neq(links[0].code, links[1].code);
  for (size_t i = 0; i < count; i++) {
    char canonical[CODE_MAX + 1];
    cr_expect_eq(code_parse(links[i].code, canonical), CODE_OK, "%s", links[i].code);
    cr_expect_str_eq(canonical, links[i].code);
  }
  struct link_row link;
  cr_expect_eq(link_find(store, id, 217, arena, &link), STORE_OK);
  cr_expect_str_eq(link.name, "Helsingør");
  cr_expect_eq(link_find(store, id, 479, arena, &link), STORE_NONE);
  cr_expect_eq(link_list(store, id + 1, arena, &links, &count), STORE_NONE);
}

Test(round, tells_what_it_was_created_with) {
  database_fill_settings(&database);
  static const char *const languages[] = {"en", "da", "en"};
  struct round_new wanted = plain;
  wanted.opens_at = "2026-01-15";
  wanted.closes_at = "2026-07-01";
  wanted.languages = languages;
  wanted.languages_count = 3;
  wanted.allow_drafts = true;
  wanted.traces = false;
  struct round_row row = find(create(&wanted));
  cr_expect_str_eq(row.questionnaire, "test");
  cr_expect_eq(row.version, 1);
  cr_expect_str_eq(row.title, "A round");
  cr_expect_str_eq(row.opens_at, "2026-01-15T00:00:00+01:00");
  cr_expect_str_eq(row.closes_at, "2026-07-02T00:00:00+02:00", "its last day is a whole day");
  cr_expect_null(row.closed_at);
  cr_expect_null(row.finalised_at);
  cr_expect(row.allow_drafts);
  cr_expect_not(row.traces);
  cr_assert_eq(row.languages_count, 2);
  cr_expect_str_eq(row.languages[0], "en");
  cr_expect_str_eq(row.languages[1], "da");
  cr_assert_eq(row.municipalities_count, 2);
  cr_expect_eq(row.municipalities[0], 101);
  cr_expect_eq(row.municipalities[1], 217);
}

Test(round, takes_the_newest_version_unless_told) {
  database_add_questionnaire(&database, 2);
  cr_expect_eq(find(create(&plain)).version, 2);
  struct round_new wanted = plain;
  wanted.version = 1;
  cr_expect_eq(find(create(&wanted)).version, 1);
  wanted.version = 3;
  int id;
  cr_expect_eq(round_create(store, &wanted, arena, &id, &message), STORE_NONE);
  cr_expect_not_null(strstr(message, "of version 3"), "%s", message);
  wanted.questionnaire = "none";
  cr_expect_eq(round_create(store, &wanted, arena, &id, &message), STORE_NONE);
}

/* Times as typed, and as understood; NULL: refused. */
static const struct {
  const char *typed;
  const char *understood;
} times[] = {
    {"2026-11-30", "2026-11-30T00:00:00+01:00"},
    {"2026-06-30T08:00", "2026-06-30T08:00:00+02:00"},
    {"2026-06-30 08:00:30", "2026-06-30T08:00:30+02:00"},
    {"2026-06-30T08:00Z", "2026-06-30T10:00:00+02:00"},
    {"2026-06-30T08:00+00", "2026-06-30T10:00:00+02:00"},
    {"2026-06-30T08:00:00-05:00", "2026-06-30T15:00:00+02:00"},
    {"2026-02-30", NULL},
    {"2026-13-01", NULL},
    {"2026-06-30T25:00", NULL},
    {"30-06-2026", NULL},
    {"30/06/2026", NULL},
    {"tomorrow", NULL},
    {"infinity", NULL},
    {"2026-06-30T", NULL},
    {"2026-06-30T08:00 Europe/Paris", NULL},
    {"2026-06-30T08:00+", NULL},
    {"2026-6-30", NULL},
};

Test(round, reads_iso_times_only) {
  for (size_t i = 0; i < array_length(times); i++) {
    struct round_new wanted = plain;
    wanted.opens_at = times[i].typed;
    int id = 0;
    enum store_result result = round_create(store, &wanted, arena, &id, &message);
    if (times[i].understood == NULL) {
      cr_expect_eq(result, STORE_REFUSED, "%s", times[i].typed);
      cr_expect_not_null(strstr(message, times[i].typed), "%s", message);
    } else {
      cr_expect_eq(result, STORE_OK, "%s: %s", times[i].typed, message);
      cr_expect_str_eq(find(id).opens_at, times[i].understood);
    }
  }
}

static const int unknown[] = {101, 999}, none[] = {0};
static const char *const english[] = {"en"}, *const klingon[] = {"da", "tlh"};

/* Rounds that cannot be, and what is said. */
static const struct {
  struct round_new round;
  const char *said;
} refused[] = {
    {{.title = " "}, "title"},
    {{.municipalities = unknown, .municipalities_count = 2}, "999 is no municipality"},
    {{.municipalities = none, .municipalities_count = 0}, "needs a municipality"},
    {{.languages = english, .languages_count = 1}, "draft"},
    {{.languages = klingon, .languages_count = 2, .allow_drafts = true}, "no translation to tlh"},
    {{.opens_at = "2026-05-02", .closes_at = "2026-05-01"}, "before it opens"},
    {{.closes_at = "2020-01-01"}, "before it opens"},
};

struct seen {
  int id;
  const char *visible; /* how many others see it */
  bool agrees;
};

static bool look(void *context, int id) {
  struct seen *seen = context;
  seen->id = id;
  seen->visible = database_value(
      &database, arena, arena_printf(arena, "SELECT count(*) FROM round WHERE id = %d", id));
  return seen->agrees;
}

Test(round, is_seen_by_others_only_when_what_it_needs_is_ready) {
  struct seen seen = {.agrees = true};
  struct round_new wanted = plain;
  wanted.ready = look;
  wanted.ready_context = &seen;
  int id = create(&wanted);
  cr_expect_eq(seen.id, id);
  cr_expect_str_eq(seen.visible, "0");
  seen.agrees = false;
  cr_expect_eq(round_create(store, &wanted, arena, &id, &message), STORE_REFUSED);
  expect_value("SELECT count(*) FROM round", "1");
}

Test(round, tells_until_when_somebody_may_be_writing) {
  static const struct {
    const char *times, *until;
  } cases[] = {
      {"closed_at = NULL", NULL},
      {"closed_at = now() - interval '59 minutes'", "closed_at"},
      {"closed_at = now() - interval '61 minutes'", NULL},
      {"closed_at = NULL, closes_at = now() - interval '59 minutes'", "closes_at"},
      {"closed_at = now(), closes_at = now() - interval '59 minutes'", "closes_at"},
      {"closed_at = now(), closes_at = now() - interval '61 minutes'", NULL},
  };
  database_fill_settings(&database);
  int id = create(&plain);
  change_round("opens_at = now() - interval '3 hours'");
  for (size_t i = 0; i < array_length(cases); i++) {
    change_round(cases[i].times);
    struct round_row row = find(id);
    if (cases[i].until == NULL) {
      cr_expect_null(row.writing_until, "%s: %s", cases[i].times, row.writing_until);
      continue;
    }
    cr_assert_not_null(row.writing_until, "%s", cases[i].times);
    expect_value(arena_printf(arena,
                              "SELECT date_trunc('second', %s) + interval '60 minutes' = '%s'"
                              " FROM round",
                              cases[i].until, row.writing_until),
                 "t");
  }
}

Test(round, is_refused_in_words_when_it_cannot_be) {
  for (size_t i = 0; i < array_length(refused); i++) {
    struct round_new wanted = refused[i].round;
    wanted.questionnaire = "test";
    if (wanted.title == NULL) {
      wanted.title = "A round";
    }
    if (wanted.municipalities == NULL) {
      wanted.municipalities = two;
      wanted.municipalities_count = 2;
    }
    int id;
    cr_expect_eq(round_create(store, &wanted, arena, &id, &message), STORE_REFUSED, "%s",
                 refused[i].said);
    cr_expect_not_null(strstr(message, refused[i].said), "%s", message);
  }
  expect_value("SELECT count(*) FROM round", "0");
}

Test(round, refuses_a_merged_municipality_and_names_its_heir) {
  database_run(&database, "INSERT INTO municipality (code, name, merged_into)"
                          " VALUES (999, 'Lilleø', 492)");
  int id;
  cr_expect_eq(round_create(store,
                            &(struct round_new){.questionnaire = "test",
                                                .title = "A round",
                                                .municipalities = unknown,
                                                .municipalities_count = 2},
                            arena, &id, &message),
               STORE_REFUSED);
  cr_expect_not_null(strstr(message, "Lilleø (999) is part of Ærø now; hint: write 492"), "%s",
                     message);
}

Test(round, closes_and_opens_again) {
  database_fill_settings(&database);
  int id = create(&plain);
  expect_state(id, ROUND_OPEN);
  cr_expect_eq(round_reopen(store, id), STORE_CLOSED);
  cr_expect_str_eq(store_message(store), arena_printf(arena, "round %d is open", id));
  cr_expect_eq(round_finalise(store, id), STORE_CLOSED);
  cr_expect_eq(round_close(store, id), STORE_OK);
  expect_state(id, ROUND_CLOSED);
  cr_expect_eq(round_close(store, id), STORE_CLOSED);
  cr_expect_eq(round_reopen(store, id), STORE_OK);
  expect_state(id, ROUND_OPEN);
  cr_expect_eq(round_close(store, id + 1), STORE_NONE);
}

Test(round, that_closed_by_itself_opens_again_without_an_end) {
  database_fill_settings(&database);
  int id = create(&plain);
  change_round("opens_at = now() - interval '2 days', closes_at = now() - interval '1 day'");
  expect_state(id, ROUND_CLOSED);
  cr_expect_eq(round_reopen(store, id), STORE_OK);
  expect_state(id, ROUND_OPEN);
  cr_expect_null(find(id).closes_at);
}

/* Times of a round of which all settings are filled in, and what follows. */
static const struct {
  const char *change;
  enum round_state state;
  const char *takes_posts;
} states[] = {
    {"opens_at = now() + interval '1 hour'", ROUND_SCHEDULED, "f"},
    {"opens_at = now() - interval '3 hours'", ROUND_OPEN, "t"},
    {"closes_at = now() + interval '1 minute'", ROUND_OPEN, "t"},
    {"closes_at = now() - interval '59 minutes'", ROUND_CLOSED, "t"},
    {"closes_at = now() - interval '61 minutes'", ROUND_CLOSED, "f"},
    {"closes_at = NULL, closed_at = now() - interval '59 minutes'", ROUND_CLOSED, "t"},
    {"closed_at = now() - interval '61 minutes'", ROUND_CLOSED, "f"},
    {"closes_at = now() - interval '61 minutes', closed_at = now()", ROUND_CLOSED, "f"},
    {"closes_at = NULL, opens_at = now() + interval '1 hour', closed_at = now()", ROUND_CLOSED,
     "f"},
};

Test(round, follows_its_times_and_takes_late_answers_for_an_hour) {
  database_fill_settings(&database);
  int id = create(&plain);
  for (size_t i = 0; i < array_length(states); i++) {
    change_round(states[i].change);
    expect_state(id, states[i].state);
    expect_value("SELECT round_takes_posts(r) FROM round r", states[i].takes_posts);
  }
}

Test(round, changes_what_is_told_and_leaves_the_rest) {
  database_fill_settings(&database);
  static const char *const languages[] = {"en", "da"};
  int id = create(&plain);
  struct round_change change = {.allow_drafts = -1, .traces = 0, .title = "Another"};
  cr_assert_eq(round_set(store, id, &change, arena, &message), STORE_OK, "%s", message);
  struct round_row row = find(id);
  cr_expect_str_eq(row.title, "Another");
  cr_expect_not(row.traces);
  cr_expect_not(row.allow_drafts);
  cr_expect_eq(row.languages_count, 1);

  change = (struct round_change){
      .allow_drafts = -1, .traces = -1, .languages = languages, .languages_count = 2};
  cr_expect_eq(round_set(store, id, &change, arena, &message), STORE_REFUSED);
  cr_expect_not_null(strstr(message, "draft"), "%s", message);
  change.allow_drafts = 1;
  change.closes_at = "2099-12-31T12:00";
  cr_assert_eq(round_set(store, id, &change, arena, &message), STORE_OK, "%s", message);
  row = find(id);
  cr_expect_eq(row.languages_count, 2);
  cr_expect_str_eq(row.closes_at, "2099-12-31T12:00:00+01:00");
  cr_expect_str_eq(row.title, "Another");
  cr_expect_not(row.traces);

  change = (struct round_change){.allow_drafts = -1, .traces = -1, .closes_at = ""};
  cr_assert_eq(round_set(store, id, &change, arena, &message), STORE_OK, "%s", message);
  cr_expect_null(find(id).closes_at);
  cr_expect_eq(round_set(store, id + 1, &change, arena, &message), STORE_NONE);
}

Test(round, opens_at_once_when_its_opening_time_is_taken_away) {
  database_fill_settings(&database);
  struct round_new wanted = plain;
  wanted.opens_at = "2099-01-01";
  int id = create(&wanted);
  expect_state(id, ROUND_SCHEDULED);
  struct round_change change = {.allow_drafts = -1, .traces = -1, .closes_at = "2098-12-31"};
  cr_expect_eq(round_set(store, id, &change, arena, &message), STORE_REFUSED);
  change = (struct round_change){.allow_drafts = -1, .traces = -1, .opens_at = ""};
  cr_assert_eq(round_set(store, id, &change, arena, &message), STORE_OK, "%s", message);
  expect_state(id, ROUND_OPEN);
}

Test(round, lists_all_rounds) {
  int first = create(&plain), second = create(&plain);
  struct round_row *rows;
  size_t count;
  cr_assert_eq(round_list(store, arena, &rows, &count), STORE_OK);
  cr_assert_eq(count, 2);
  cr_expect_eq(rows[0].id, first);
  cr_expect_eq(rows[1].id, second);
  struct round_row row;
  cr_expect_eq(round_find(store, second + 1, arena, &row), STORE_NONE);
}
