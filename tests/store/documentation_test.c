#include "store/documentation_store.h"

#include <criterion/criterion.h>
#include <string.h>

#include "crew.h"
#include "store/pg.h"

/* Who reads and writes what a municipality says of itself, and that nothing of it is changed. */

static struct database database;
static struct arena *arena;
static struct store *operator_store, *store;
static const struct documentation_model *model;

enum who { ADMIN, EVALUATOR, OF_ROUND, OF_217, HELSINGOER, KOEBENHAVN, WHO_COUNT };
static const char *const emails[WHO_COUNT] = {
    [ADMIN] = "admin@x.dk",   [EVALUATOR] = "evaluator@x.dk", [OF_ROUND] = "of-round@x.dk",
    [OF_217] = "of-217@x.dk", [HELSINGOER] = "217@x.dk",      [KOEBENHAVN] = "101@x.dk"};
static struct staff_session sessions[WHO_COUNT];

/* Round 1 is Helsingør's (217) and København's (101), round 2 Thisted's (787) and København's. */
static void begin(void) {
  static const int second[] = {2};
  const char *message = NULL;
  database_init(&database);
  database_fill_settings(&database);
  arena = arena_new(0);
  model = documentation_load(database_share_dir(), arena, &message);
  cr_assert_not_null(model, "%s", message);
  operator_store = database_open(&database, STORE_AS_CONSOLE);
  store = database_open(&database, STORE_AS_STAFF);
  cr_assert_eq(database_add_round(&database, "217,101"), 1);
  cr_assert_eq(database_add_round(&database, "787,101"), 2);
  (void)crew_add(operator_store, emails[ADMIN], STAFF_ADMIN, 0, NULL, 0);
  (void)crew_add(operator_store, emails[EVALUATOR], STAFF_EVALUATOR, 0, NULL, 0);
  (void)crew_add(operator_store, emails[OF_ROUND], STAFF_EVALUATOR, 0, second, 1);
  (void)crew_add(operator_store, emails[OF_217], STAFF_EVALUATOR, 217, NULL, 0);
  (void)crew_add(operator_store, emails[HELSINGOER], STAFF_MUNICIPALITY, 217, NULL, 0);
  (void)crew_add(operator_store, emails[KOEBENHAVN], STAFF_MUNICIPALITY, 101, NULL, 0);
  for (enum who who = 0; who < WHO_COUNT; who++) {
    sessions[who] = crew_session(store, emails[who], arena);
  }
}

static void end(void) {
  store_close(store);
  store_close(operator_store);
  arena_free(arena);
  database_clear(&database);
}

TestSuite(documentation_store, .init = begin, .fini = end, .timeout = 120);

struct writing {
  int municipality, seen;
  const char *part;
  struct documentation_entry entry;
};

static enum store_result write(struct store *as, void *context) {
  struct writing *writing = context;
  return documentation_insert(as, writing->municipality, writing->part, writing->seen,
                              &writing->entry);
}

static enum store_result save(enum who who, int municipality, int seen, const char *text) {
  struct writing writing = {.municipality = municipality,
                            .seen = seen,
                            .part = "target_group",
                            .entry = {.valid_from = "2026-01-31",
                                      .text = text,
                                      .why = seen == 0 ? "" : "fordi",
                                      .hundredths = -1}};
  return store_as(store, &sessions[who], write, &writing);
}

/* What is stored, whatever a session sees: "217 1 Alle, 217 2 Flere". */
static const char *stored(void) {
  return database_value(&database, arena,
                        "SELECT string_agg(municipality || ' ' || version || ' ' || words, ', '"
                        " ORDER BY municipality, part, version) FROM documentation");
}

static void expect_value(const char *sql, const char *const expected[WHO_COUNT]) {
  for (enum who who = 0; who < WHO_COUNT; who++) {
    char value[256];
    enum store_result result = crew_sql(store, &sessions[who], sql, value, sizeof value);
    const char *seen = result == STORE_OK ? value : result == STORE_DENIED ? "DENIED" : "FAILED";
    cr_expect_str_eq(seen, expected[who], "%s as %s: %s (%s)", sql, emails[who], seen,
                     store_message(store));
  }
}

Test(documentation_store, is_written_by_the_municipality_and_the_admin_alone) {
  static const bool may[WHO_COUNT] = {[ADMIN] = true, [HELSINGOER] = true};
  for (enum who who = 0; who < WHO_COUNT; who++) {
    const char *count = database_value(&database, arena, "SELECT count(*) FROM documentation");
    enum store_result unseen = save(who, 217, 0, "Alle"),
                      seen = save(who, 217, count[0] - '0', "Alle");
    cr_expect_eq(unseen == STORE_OK || seen == STORE_OK, may[who], "%s", emails[who]);
  }
  cr_expect_eq(save(EVALUATOR, 787, 0, "Alle"), STORE_DENIED, "%s", store_message(store));
  cr_expect_str_eq(stored(), "217 1 Alle, 217 2 Alle");
}

Test(documentation_store, is_read_by_who_sees_the_municipality_in_some_round) {
  static const char *const expected[WHO_COUNT] = {
      [ADMIN] = "101,217,787", [EVALUATOR] = "101,217,787", [OF_ROUND] = "101,787",
      [OF_217] = "217",        [HELSINGOER] = "217",        [KOEBENHAVN] = "101"};
  static const int municipalities[] = {101, 217, 787};
  for (size_t i = 0; i < array_length(municipalities); i++) {
    cr_assert_eq(save(ADMIN, municipalities[i], 0, "Alle"), STORE_OK);
  }
  expect_value("SELECT string_agg(municipality::text, ',' ORDER BY municipality)"
               " FROM documentation",
               expected);
}

Test(documentation_store, tells_who_saves_second_that_there_is_a_newer_version) {
  cr_expect_eq(save(HELSINGOER, 217, 0, "Min"), STORE_OK);
  cr_expect_eq(save(HELSINGOER, 217, 0, "Min kollegas"), STORE_CONFLICT);
  cr_expect_eq(save(HELSINGOER, 217, 5, "Aldrig set"), STORE_CONFLICT);
  cr_expect_eq(save(HELSINGOER, 217, 1, "Begges"), STORE_OK);
  cr_expect_str_eq(stored(), "217 1 Min, 217 2 Begges");
}

Test(documentation_store, changes_and_deletes_nothing_that_was_written) {
  static const char *const denied[WHO_COUNT] = {"DENIED", "DENIED", "DENIED",
                                                "DENIED", "DENIED", "DENIED"};
  static const char *const untouched[WHO_COUNT] = {"", "", "", "", "", ""};
  cr_assert_eq(save(HELSINGOER, 217, 0, "Alle"), STORE_OK);
  expect_value("DELETE FROM documentation", denied);
  expect_value("UPDATE documentation SET valid_from = '2020-01-01'", denied);
  expect_value("UPDATE documentation SET words = 'andre', erased_at = now() RETURNING words",
               untouched);
  cr_expect_str_eq(stored(), "217 1 Alle");
}

Test(documentation_store, says_from_when_to_when_each_version_held) {
  struct documentation_version *versions = NULL;
  size_t count = 0;
  static const char *const days[] = {"2026-01-01", "2026-06-01", "2026-05-01"};
  for (int i = 0; i < 3; i++) {
    struct documentation_entry entry = {.text = "", .why = "", .hundredths = 1250 + i};
    (void)snprintf(entry.valid_from, sizeof entry.valid_from, "%s", days[i]);
    cr_assert_eq(documentation_insert(operator_store, 217, "coordinator_hours", i, &entry),
                 STORE_OK, "%s", store_message(operator_store));
  }
  cr_assert_eq(documentation_list(operator_store, 1, 217, NULL, model, arena, &versions, &count),
               STORE_OK);
  cr_assert_eq(count, 3);
  cr_expect_str_eq(versions[0].valid_to, "2026-05-01");
  cr_expect(documentation_corrected(&versions[1]));
  cr_expect_null(versions[2].valid_to);
  cr_expect_eq(versions[2].hundredths, 1252);
  cr_expect_str_eq(versions[0].name, "Helsingør");
  cr_assert_eq(documentation_list(operator_store, 2, 0, NULL, model, arena, &versions, &count),
               STORE_OK);
  cr_expect_eq(count, 0, "Helsingør is not in round 2");
}

Test(documentation_store, shows_what_was_written_under_a_part_that_is_gone) {
  struct documentation_version *versions = NULL;
  size_t count = 0;
  const struct documentation_entry entry = {
      .valid_from = "2026-01-01", .text = "Før", .why = "", .hundredths = -1};
  cr_assert_eq(documentation_insert(operator_store, 217, "old_part", 0, &entry), STORE_OK);
  cr_assert_eq(documentation_list(operator_store, 1, 0, NULL, model, arena, &versions, &count),
               STORE_OK);
  cr_assert_eq(count, 1);
  cr_expect_str_eq(versions[0].part->id, "old_part");
  cr_expect_str_eq(documentation_word(versions[0].part->title, "da"), "old_part");
}

Test(documentation_store, refuses_what_is_beyond_its_limits) {
  static const char *const wrong[] = {
      "INSERT INTO documentation (municipality, part, version, valid_from, words)"
      " VALUES (217, 'x', 1, '2026-01-01', repeat('a', 6001))",
      "INSERT INTO documentation (municipality, part, version, valid_from, words)"
      " VALUES (217, 'x', 1, '2199-01-01', 'a')",
      "INSERT INTO documentation (municipality, part, version, valid_from, words, amount)"
      " VALUES (217, 'x', 1, '2026-01-01', 'a', 1)",
      "INSERT INTO documentation (municipality, part, version, valid_from)"
      " VALUES (217, 'X y', 1, '2026-01-01')",
  };
  char value[16];
  for (size_t i = 0; i < array_length(wrong); i++) {
    cr_expect_eq(crew_sql(store, &sessions[HELSINGOER], wrong[i], value, sizeof value),
                 STORE_REFUSED, "%s", wrong[i]);
  }
}

Test(documentation_store, loses_its_words_by_the_operator_and_says_so_in_the_log) {
  struct documentation_version *versions = NULL;
  size_t count = 0;
  cr_assert_eq(save(HELSINGOER, 217, 0, "Familien Holm"), STORE_OK);
  cr_expect_eq(documentation_erase(store, 217, "target_group", 1), STORE_NONE);
  cr_expect_eq(documentation_erase(operator_store, 217, "target_group", 1), STORE_OK, "%s",
               store_message(operator_store));
  cr_expect_eq(documentation_erase(operator_store, 217, "target_group", 1), STORE_NONE);
  cr_assert_eq(documentation_list(operator_store, 1, 0, NULL, model, arena, &versions, &count),
               STORE_OK);
  cr_expect(versions[0].erased);
  cr_expect_str_eq(versions[0].text, "");
  cr_expect_eq(save(HELSINGOER, 217, 1, "Alle"), STORE_OK);
  cr_expect_str_eq(
      database_value(&database, arena,
                     "SELECT string_agg(action || ' ' || split_part(actor, ' ', 1) || ' '"
                     " || municipality || ' ' || details::text, '; ' ORDER BY id)"
                     " FROM audit WHERE action LIKE 'documentation.%'"),
      "documentation.write staff 217 {\"part\": \"target_group\", \"version\": 1};"
      " documentation.erase operator 217 {\"part\": \"target_group\", \"version\": 1};"
      " documentation.write staff 217 {\"part\": \"target_group\", \"version\": 2}");
}
