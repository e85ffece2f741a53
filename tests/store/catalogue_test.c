#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "database.h"
#include "store/catalogue.h"

static struct database database;
static struct arena *arena;
static struct store *store;
static struct catalogue catalogue;

static void begin(void) {
  database_init(&database);
  database_fill_settings(&database);
  arena = arena_new(0);
  store = database_open(&database, STORE_AS_WRITER);
}

static void end(void) {
  store_close(store);
  arena_free(arena);
  database_clear(&database);
}

TestSuite(catalogue, .init = begin, .fini = end, .timeout = 120);

static void load(void) {
  cr_assert_eq(catalogue_load(store, arena, &catalogue), STORE_OK, "%s", store_message(store));
}

static void run(const char *sql, int round) {
  database_run(&database, arena_printf(arena, "%s %d", sql, round));
}

/* The link of a municipality in the round of that place in the catalogue. */
static const struct catalogue_link *link_of(size_t round, int municipality) {
  for (size_t i = 0; i < catalogue.links_count; i++) {
    const struct catalogue_link *link = &catalogue.links[i];
    if (link->round == round && link->municipality == municipality) {
      return link;
    }
  }
  cr_assert_fail("no link of %d", municipality);
  return NULL;
}

Test(catalogue, of_a_fresh_database_holds_the_settings_only) {
  load();
  cr_expect_eq(catalogue.rounds_count, 0);
  cr_expect_eq(catalogue.links_count, 0);
  char settings[16];
  (void)snprintf(settings, sizeof(settings), "%zu", catalogue.settings_count);
  cr_expect_str_eq(
      database_value(&database, arena, "SELECT count(*) FROM setting_key WHERE NOT personal"),
      settings);
  cr_expect_str_eq(catalogue.settings[4].key, "controller");
  cr_expect_str_eq(catalogue.settings[4].value, "filled in");
  cr_expect_eq(catalogue.next_change_ms, -1);
}

Test(catalogue, leads_an_old_letter_to_the_newest_open_round_of_the_same_questionnaire) {
  int closed = database_add_round(&database, "101,217");
  int finalised = database_add_round(&database, "101");
  (void)database_add_round(&database, "101,479");
  (void)database_add_round(&database, "101");
  run("UPDATE round SET closed_at = now() WHERE id =", closed);
  run("UPDATE round SET closed_at = now() WHERE id =", finalised);
  database_finalise(&database, finalised);
  load();
  cr_assert_eq(catalogue.rounds_count, 4);
  cr_expect_eq(catalogue.rounds[0].state, ROUND_CLOSED);
  cr_expect_eq(catalogue.rounds[1].state, ROUND_FINALISED);
  cr_expect_eq(catalogue.rounds[2].state, ROUND_OPEN);
  const char *newest = link_of(3, 101)->code;
  cr_expect_str_eq(link_of(0, 101)->successor, newest);
  cr_expect_str_eq(link_of(1, 101)->successor, newest);
  cr_expect_null(link_of(1, 101)->code);
  cr_expect_null(link_of(0, 217)->successor, "Helsingør has no open round");
  cr_expect_null(link_of(2, 101)->successor, "an open round needs none");
  cr_expect_str_eq(link_of(0, 101)->municipality_name, "København");
}

/* What makes a round no successor. */
static const char *const unfit[] = {
    "UPDATE link SET cancelled_at = now() WHERE round =",
    "UPDATE round SET opens_at = now() + interval '1 day' WHERE id =",
    "UPDATE round SET closed_at = now() WHERE id =",
    "UPDATE link SET code = NULL WHERE round =",
    "INSERT INTO questionnaire (id, version, language, title, definition, hash) VALUES"
    " ('other', 1, 'da', 'Other', '{}', sha256('')) ON CONFLICT DO NOTHING;"
    "UPDATE round SET questionnaire = 'other' WHERE id =",
};

Test(catalogue, leads_nowhere_when_there_is_no_such_round) {
  int closed = database_add_round(&database, "101");
  run("UPDATE round SET closed_at = now() WHERE id =", closed);
  for (size_t i = 0; i < array_length(unfit); i++) {
    run(unfit[i], database_add_round(&database, "101"));
    load();
    cr_expect_null(link_of(0, 101)->successor, "%s", unfit[i]);
  }
}

Test(catalogue, leads_a_merged_municipality_to_its_heir) {
  database_run(&database, "INSERT INTO municipality (code, name) VALUES (999, 'Lilleø')");
  int closed = database_add_round(&database, "999");
  (void)database_add_round(&database, "492");
  run("UPDATE round SET closed_at = now() WHERE id =", closed);
  database_run(&database, "UPDATE municipality SET merged_into = 492 WHERE code = 999");
  load();
  cr_expect_str_eq(link_of(0, 999)->successor, link_of(1, 492)->code);
}

Test(catalogue, offers_drafts_only_where_they_are_allowed) {
  int strict = database_add_round(&database, "101"), lenient = database_add_round(&database, "101");
  run("UPDATE round SET languages = '{en,da}' WHERE id =", strict);
  run("UPDATE round SET languages = '{en,da}', allow_drafts = true WHERE id =", lenient);
  load();
  cr_assert_eq(catalogue.rounds[0].languages_count, 1);
  cr_expect_str_eq(catalogue.rounds[0].languages[0], "da");
  cr_expect_eq(catalogue.rounds[0].texts_count, 0);
  cr_assert_eq(catalogue.rounds[1].languages_count, 2);
  cr_expect_str_eq(catalogue.rounds[1].languages[0], "en");
  cr_assert_eq(catalogue.rounds[1].texts_count, 1);
  cr_expect_str_eq(catalogue.rounds[1].texts[0].language, "en");
  cr_expect_str_eq(catalogue.rounds[1].texts[0].json, "{\"texts\": {}}");
  cr_expect_not(catalogue.rounds[1].texts[0].approved);
  cr_expect_eq(catalogue.rounds[0].definition, catalogue.rounds[1].definition,
               "rounds of one version share the definition");
  cr_expect_str_eq(catalogue.rounds[0].definition, "{\"id\": \"test\"}");

  database_run(&database, "UPDATE translation SET approved_at = now()");
  load();
  cr_assert_eq(catalogue.rounds[0].languages_count, 2);
  cr_expect(catalogue.rounds[0].texts[0].approved);
}

Test(catalogue, has_always_the_authoritative_language_to_offer) {
  int round = database_add_round(&database, "101");
  run("UPDATE round SET languages = '{en}' WHERE id =", round);
  load();
  cr_assert_eq(catalogue.rounds[0].languages_count, 1);
  cr_expect_str_eq(catalogue.rounds[0].languages[0], "da");
}

/* Times of the only round, and the minutes until something changes (-1: never). */
static const struct {
  const char *change;
  int minutes;
  bool takes_posts;
} changes[] = {
    {"opens_at = now() - interval '3 hours'", -1, true},
    {"opens_at = now() + interval '10 minutes'", 10, false},
    {"closes_at = now() + interval '30 minutes'", 10, false},
    {"opens_at = now() - interval '3 hours'", 30, true},
    {"closes_at = now() - interval '20 minutes'", 40, true},
    {"closes_at = now() - interval '61 minutes'", -1, false},
    {"closes_at = NULL, closed_at = now() - interval '50 minutes'", 10, true},
};

Test(catalogue, tells_when_a_round_changes_by_itself) {
  (void)database_add_round(&database, "101");
  for (size_t i = 0; i < array_length(changes); i++) {
    database_run(&database, arena_printf(arena, "UPDATE round SET %s", changes[i].change));
    load();
    int64_t minutes =
        catalogue.next_change_ms < 0 ? -1 : (catalogue.next_change_ms + 59999) / 60000;
    cr_expect_eq(minutes, changes[i].minutes, "%s: %lld ms", changes[i].change,
                 (long long)catalogue.next_change_ms);
    cr_expect_eq(catalogue.rounds[0].takes_posts, changes[i].takes_posts, "%s", changes[i].change);
  }
}

Test(catalogue, tells_cancelled_links_apart) {
  int round = database_add_round(&database, "101,217");
  run("UPDATE link SET cancelled_at = now() WHERE municipality = 101 AND round =", round);
  load();
  cr_expect(link_of(0, 101)->cancelled);
  cr_expect_not(link_of(0, 217)->cancelled);
}
