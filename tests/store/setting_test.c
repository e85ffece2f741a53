#include <criterion/criterion.h>

#include "database.h"
#include "store/round_store.h"

static struct database database;
static struct arena *arena;
static struct store *store;

static void begin(void) {
  database_init(&database);
  arena = arena_new(0);
  store = database_open(&database, STORE_AS_CONSOLE);
}

static void end(void) {
  store_close(store);
  arena_free(arena);
  database_clear(&database);
}

TestSuite(setting, .init = begin, .fini = end, .timeout = 120);
TestSuite(municipality, .init = begin, .fini = end, .timeout = 120);

Test(setting, is_listed_with_its_value_and_whether_it_is_required) {
  struct setting_row *rows;
  size_t count, required = 0;
  cr_assert_eq(setting_set(store, "controller", "VIVE"), STORE_OK, "%s", store_message(store));
  cr_assert_eq(setting_set(store, "controller", "VIVE, København"), STORE_OK);
  cr_assert_eq(setting_list(store, arena, &rows, &count), STORE_OK);
  for (size_t i = 0; i < count; i++) {
    required += rows[i].required;
    cr_expect_neq(rows[i].description[0], '\0');
  }
  cr_expect_eq(required, 10);
  cr_expect_str_eq(rows[0].key, "accessibility_statement");
  cr_expect_str_eq(rows[0].value, "");
  cr_expect_not(rows[0].required);
  cr_expect_str_eq(rows[4].key, "controller");
  cr_expect_str_eq(rows[4].value, "VIVE, København");
  cr_expect_str_eq(database_value(&database, arena, "SELECT count(*) FROM setting"), "1");
}

Test(setting, that_nobody_knows_is_refused) {
  cr_expect_eq(setting_set(store, "no_such_thing", "x"), STORE_NONE);
}

Test(municipality, is_found_by_its_official_code) {
  struct municipality_row row, *rows;
  size_t count;
  cr_assert_eq(municipality_list(store, arena, &rows, &count), STORE_OK);
  cr_expect_eq(count, 98);
  cr_expect_eq(rows[0].code, 101);
  cr_expect_eq(rows[97].code, 860);
  cr_assert_eq(municipality_find(store, 787, arena, &row), STORE_OK);
  cr_expect_str_eq(row.name, "Thisted");
  cr_expect_eq(row.merged_into, 0);
  cr_expect_str_eq(row.contact, "");
  cr_expect_eq(municipality_find(store, 411, arena, &row), STORE_NONE);
}

Test(municipality, keeps_what_a_change_does_not_name) {
  struct municipality_row row;
  cr_assert_eq(municipality_set(store, 217, "Anne Holm", "49 28 28 28", NULL), STORE_OK);
  cr_assert_eq(municipality_set(store, 217, NULL, "", "anne@example.dk"), STORE_OK);
  cr_assert_eq(municipality_find(store, 217, arena, &row), STORE_OK);
  cr_expect_str_eq(row.contact, "Anne Holm");
  cr_expect_str_eq(row.phone, "");
  cr_expect_str_eq(row.email, "anne@example.dk");
  cr_expect_eq(municipality_set(store, 999, "x", NULL, NULL), STORE_NONE);
}
