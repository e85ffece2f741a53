#include <criterion/criterion.h>
#include <string.h>

#include "database.h"
#include "store/letter_store.h"
#include "store/pg.h"

static struct database database;
static struct arena *arena;
static struct store *store;

static void begin(void) {
  database_init(&database);
  database_fill_settings(&database);
  (void)database_add_round(&database, "101,217");
  arena = arena_new(0);
  store = database_open(&database, STORE_AS_CONSOLE);
}

static void end(void) {
  store_close(store);
  arena_free(arena);
  database_clear(&database);
}

TestSuite(letter_store, .init = begin, .fini = end, .timeout = 120);

static struct letter_settings settings_of(int municipality) {
  struct letter_settings settings;
  cr_assert_eq(letter_settings_find(store, municipality, arena, &settings), STORE_OK, "%s",
               store_message(store));
  return settings;
}

/* A connection that works for somebody, as the console's do. */
static struct store *open_for(const char *role, const char *municipality) {
  struct store *staff = database_open(&database, STORE_AS_STAFF);
  char sql[256];
  (void)snprintf(sql, sizeof sql,
                 "SELECT set_config('app.role', '%s', false),"
                 " set_config('app.municipality', '%s', false)",
                 role, municipality);
  cr_assert_eq(pg_command(staff, sql), STORE_OK);
  return staff;
}

Test(letter_store, gives_the_defaults_and_how_a_municipality_signs) {
  struct letter_settings settings = settings_of(217);
  cr_expect_str_eq(settings.sender, "Helsingør Kommune");
  cr_expect_str_eq(settings_of(101).sender, "Københavns Kommune");
  cr_expect_str_eq(settings_of(400).sender, "Bornholms Regionskommune");
  cr_expect_eq(settings.window.x, 20);
  cr_expect_eq(settings.window.y, 45);
  cr_expect_eq(settings.window.width, 85);
  cr_expect_eq(settings.window.height, 30);
  cr_expect(settings.fold_marks);
  cr_expect_null(settings.logo_type);
  struct letter_settings none;
  cr_expect_eq(letter_settings_find(store, 999, arena, &none), STORE_NONE);
}

Test(letter_store, keeps_what_a_change_does_not_name) {
  const struct letter_window window = {110, 50, 80, 35};
  const bool marks = false;
  const unsigned char bytes[] = {0, 1, 2, 255};
  const struct letter_logo_change logo = {"png", bytes, sizeof bytes}, none = {0};
  cr_assert_eq(letter_settings_set(store, 217, &(struct letter_change){.own_words = "Hej"}),
               STORE_OK, "%s", store_message(store));
  cr_assert_eq(letter_settings_set(
                   store, 217, &(struct letter_change){.window = &window, .fold_marks = &marks}),
               STORE_OK);
  cr_assert_eq(letter_settings_set(store, 217, &(struct letter_change){.logo = &logo}), STORE_OK);
  struct letter_settings settings = settings_of(217);
  cr_expect_str_eq(settings.own_words, "Hej");
  cr_expect_eq(settings.window.x, 110);
  cr_expect_not(settings.fold_marks);
  cr_expect_str_eq(settings.logo_type, "png");
  cr_assert_eq(settings.logo_size, sizeof bytes);
  cr_expect_arr_eq(settings.logo, bytes, sizeof bytes);
  cr_assert_eq(letter_settings_set(store, 217, &(struct letter_change){.logo = &none}), STORE_OK);
  settings = settings_of(217);
  cr_expect_null(settings.logo_type);
  cr_expect_str_eq(settings.own_words, "Hej");
  cr_expect_str_eq(settings_of(101).own_words, "");
}

Test(letter_store, refuses_a_window_below_the_fold) {
  static const struct letter_window windows[] = {
      {20, 20, 85, 30}, {20, 80, 85, 30}, {150, 45, 85, 30}, {20, 45, 85, 5}};
  for (size_t i = 0; i < array_length(windows); i++) {
    struct letter_change change = {.window = &windows[i]};
    cr_expect_eq(letter_settings_set(store, 217, &change), STORE_REFUSED, "window %zu", i);
  }
  cr_expect_eq(letter_settings_set(store, 999, &(struct letter_change){.own_words = "x"}),
               STORE_NONE);
}

Test(letter_store, approves_words_by_their_hash) {
  unsigned char hash[LETTER_HASH_BYTES] = {1}, other[LETTER_HASH_BYTES] = {2};
  bool approved;
  cr_expect_eq(letter_approve(store, "da", hash), STORE_OK, "%s", store_message(store));
  cr_expect_eq(letter_approve(store, "da", hash), STORE_DUPLICATE);
  cr_expect_eq(letter_approved(store, "da", hash, &approved), STORE_OK);
  cr_expect(approved);
  cr_expect_eq(letter_approved(store, "da", other, &approved), STORE_OK);
  cr_expect_not(approved);
  cr_expect_eq(letter_approved(store, "en", hash, &approved), STORE_OK);
  cr_expect_not(approved);
}

Test(letter_store, counts_what_was_printed) {
  int letters;
  const char *last_on;
  cr_expect_eq(letter_print_insert(store, 1, 217, 1), STORE_OK);
  cr_expect_eq(letter_print_insert(store, 1, 217, 500), STORE_OK);
  cr_expect_eq(letter_print_insert(store, 1, 101, 7), STORE_OK);
  cr_expect_eq(letter_print_insert(store, 1, 479, 1), STORE_REFUSED);
  cr_expect_eq(letter_print_insert(store, 1, 217, 0), STORE_REFUSED);
  cr_expect_eq(letter_print_count(store, 1, 217, arena, &letters, &last_on), STORE_OK);
  cr_expect_eq(letters, 501);
  cr_expect_str_eq(
      last_on,
      database_value(&database, arena, "SELECT (now() AT TIME ZONE 'Europe/Copenhagen')::date"));
  cr_expect_eq(letter_print_count(store, 2, 217, arena, &letters, &last_on), STORE_OK);
  cr_expect_eq(letters, 0);
  cr_expect_null(last_on);
}

Test(letter_store, shows_and_takes_from_a_municipality_only_its_own) {
  unsigned char hash[LETTER_HASH_BYTES] = {1};
  const struct letter_change change = {.own_words = "Hej"};
  int letters;
  const char *last_on;
  struct letter_settings settings;
  cr_assert_eq(letter_settings_set(store, 101, &change), STORE_OK);
  cr_assert_eq(letter_print_insert(store, 1, 101, 7), STORE_OK);
  struct store *staff = open_for("municipality", "217");
  cr_expect_eq(letter_settings_find(staff, 101, arena, &settings), STORE_OK);
  cr_expect_str_eq(settings.own_words, "");
  cr_expect_eq(letter_settings_set(staff, 101, &change), STORE_DENIED);
  cr_expect_eq(letter_settings_set(staff, 217, &change), STORE_OK, "%s", store_message(staff));
  cr_expect_eq(letter_print_insert(staff, 1, 101, 1), STORE_DENIED);
  cr_expect_eq(letter_print_insert(staff, 1, 217, 1), STORE_OK, "%s", store_message(staff));
  cr_expect_eq(letter_print_count(staff, 1, 101, arena, &letters, &last_on), STORE_OK);
  cr_expect_eq(letters, 0);
  cr_expect_eq(letter_approve(staff, "da", hash), STORE_DENIED);
  store_close(staff);
}

Test(letter_store, lets_the_evaluator_approve_and_nobody_without_a_role) {
  unsigned char hash[LETTER_HASH_BYTES] = {1};
  struct store *evaluator = open_for("evaluator", ""), *nobody = open_for("", "");
  cr_expect_eq(letter_approve(nobody, "da", hash), STORE_DENIED);
  cr_expect_eq(letter_print_insert(nobody, 1, 217, 1), STORE_DENIED);
  cr_expect_eq(letter_approve(evaluator, "da", hash), STORE_OK, "%s", store_message(evaluator));
  store_close(evaluator);
  store_close(nobody);
}
