#include "store/sheet_link_store.h"

#include <criterion/criterion.h>
#include <string.h>

#include "scene.h"
#include "store/pg.h"
#include "store/session_store.h"

static struct database database;
static struct store *staff_store, *writer_store;
static struct arena *arena;
static int target_round;
static struct sheet_hashes link_hashes;

struct errand {
  struct sheet_link_new link;
  unsigned char hash[CRYPTO_DIGEST_BYTES];
  struct sheet_link_row row;
  struct sheet_link_row *links;
  struct course_sheet_row *sheets;
  struct course_row course;
  size_t count;
  int id;
};

static enum store_result as(int municipality, store_work *work, struct errand *errand) {
  const struct staff_session session = {
      .stage = SESSION_COMPLETE,
      .email = "",
      .name = "",
      .scope = {.role = STAFF_MUNICIPALITY, .municipality = municipality}};
  return store_as(staff_store, &session, work, errand);
}

static enum store_result add(struct store *store, void *context) {
  struct errand *errand = context;
  return sheet_link_add(store, &errand->link, errand->hash, arena, &errand->row);
}

static enum store_result list(struct store *store, void *context) {
  struct errand *errand = context;
  return sheet_link_list(store, target_round, SCENE_HELSINGOER, arena, &errand->links,
                         &errand->count);
}

static enum store_result waiting(struct store *store, void *context) {
  struct errand *errand = context;
  return course_sheet_list(store, target_round, SCENE_HELSINGOER, arena, &errand->sheets,
                           &errand->count);
}

static enum store_result find_waiting(struct store *store, void *context) {
  struct errand *errand = context;
  return course_sheet_find(store, target_round, SCENE_HELSINGOER, errand->id, arena,
                           &errand->course);
}

static enum store_result drop(struct store *store, void *context) {
  const struct errand *errand = context;
  return course_sheet_drop(store, target_round, SCENE_HELSINGOER, errand->id);
}

static enum store_result revoke(struct store *store, void *context) {
  const struct errand *errand = context;
  return sheet_link_revoke(store, target_round, SCENE_HELSINGOER, errand->id);
}

static struct errand make_link(const char *code) {
  struct errand errand = {.link = {.round = target_round,
                                   .municipality = SCENE_HELSINGOER,
                                   .name = "Team Nord",
                                   .days = 90}};
  sheet_link_hash(database_keys(), code, &link_hashes);
  memcpy(errand.hash, link_hashes.hashes[0], sizeof errand.hash);
  cr_assert_eq(as(SCENE_HELSINGOER, add, &errand), STORE_OK, "%s", store_message(staff_store));
  return errand;
}

static void begin(void) {
  scene_init(&database);
  target_round = scene_round(&database);
  staff_store = database_open(&database, STORE_AS_STAFF);
  writer_store = database_open(&database, STORE_AS_WRITER);
  arena = arena_new(0);
}

static void end(void) {
  arena_free(arena);
  store_close(staff_store);
  store_close(writer_store);
  database_clear(&database);
}

TestSuite(sheet_link, .init = begin, .fini = end);

static struct course course_of(const char *id, int visits) {
  struct course course = {.visitation_on = -1,
                          .started_on = 738000,
                          .closed_on = 738100,
                          .outcome = "completed",
                          .visits = visits,
                          .hours_hundredths = 2150,
                          .goal_agreement = "1"};
  (void)snprintf(course.id, sizeof course.id, "%s", id);
  return course;
}

static enum store_result take(const char *id, int visits) {
  const struct course course = course_of(id, visits);
  return sheet_link_take(writer_store, &link_hashes, &course);
}

Test(sheet_link, stores_a_course_of_the_links_municipality_and_says_whence_it_came) {
  struct errand errand = make_link("7KQ4M2V7KQ4");
  cr_expect_str_eq(errand.row.name, "Team Nord");
  cr_expect(errand.row.lives && !errand.row.revoked && errand.row.sheets == 0);
  struct sheet_link_found found = {.lives = false};
  cr_assert_eq(sheet_link_find(writer_store, &link_hashes, arena, &found), STORE_OK, "%s",
               store_message(writer_store));
  cr_expect(found.lives && found.municipality.code == SCENE_HELSINGOER);
  cr_expect_str_eq(found.municipality.name, "Helsingør");
  cr_assert_eq(take("F\"1", 14), STORE_OK, "%s", store_message(writer_store));
  scene_expect(&database, "217|F\"1|14|21.50|1|completed|Team Nord",
               "SELECT concat_ws('|', c.municipality, course_id, visits, hours_total,"
               " goal_agreement, outcome, l.name) FROM course c"
               " JOIN sheet_link l ON l.id = c.sheet_link");
  scene_expect(&database, "course.sheet nobody sheet_link 1 217",
               "SELECT concat_ws(' ', action, actor, subject, municipality) FROM audit"
               " ORDER BY id DESC LIMIT 1");
}

Test(sheet_link, stores_once_what_is_sent_twice_and_keeps_what_differs_until_somebody_looked) {
  struct errand errand = make_link("7KQ4M2V7KQ4");
  for (int turn = 0; turn < 2; turn++) {
    cr_expect_eq(take("1", 14), STORE_OK);
    cr_expect_eq(take("1", 15), STORE_OK, "nobody who has a link learns that it waits");
  }
  cr_expect_eq(scene_number(&database, "SELECT visits FROM course"), 14);
  cr_expect_eq(scene_number(&database, "SELECT sheets FROM sheet_link"), 2);
  cr_assert_eq(as(SCENE_HELSINGOER, waiting, &errand), STORE_OK);
  cr_assert_eq(errand.count, 1);
  cr_expect_str_eq(errand.sheets[0].course_id, "1");
  cr_expect_str_eq(errand.sheets[0].link, "Team Nord");
  errand.id = errand.sheets[0].id;
  cr_assert_eq(as(SCENE_HELSINGOER, find_waiting, &errand), STORE_OK);
  cr_expect(errand.course.course.visits == 15 && errand.course.course.visitation_on == -1);
  cr_expect_eq(as(SCENE_KOEBENHAVN, find_waiting, &errand), STORE_NONE);
  cr_expect_eq(as(SCENE_KOEBENHAVN, drop, &errand), STORE_NONE);
  cr_expect_eq(as(SCENE_HELSINGOER, drop, &errand), STORE_OK);
  cr_expect_eq(as(SCENE_HELSINGOER, drop, &errand), STORE_NONE);
}

Test(sheet_link, a_sheet_that_waits_goes_with_its_course) {
  (void)make_link("7KQ4M2V7KQ4");
  cr_expect(take("1", 14) == STORE_OK && take("1", 15) == STORE_OK);
  scene_run(&database, "DELETE FROM course");
  cr_expect_eq(scene_number(&database, "SELECT count(*) FROM course_sheet"), 0);
}

Test(sheet_link, takes_nothing_when_it_is_unknown_revoked_over_or_full) {
  struct errand errand = make_link("7KQ4M2V7KQ4");
  struct sheet_link_found found = {.lives = true};
  struct sheet_hashes good = link_hashes;
  sheet_link_hash(database_keys(), "ANOTHER", &link_hashes);
  cr_expect_eq(sheet_link_find(writer_store, &link_hashes, arena, &found), STORE_NONE);
  cr_expect_eq(take("1", 1), STORE_NONE);
  link_hashes = good;
  scene_run(&database, "UPDATE sheet_link SET sheets = 1000");
  cr_expect_eq(take("1", 1), STORE_CLOSED);
  scene_run(&database, "UPDATE sheet_link SET sheets = 0, ends_on = now()::date - 2");
  cr_expect_eq(take("1", 1), STORE_CLOSED);
  scene_run(&database, "UPDATE sheet_link SET ends_on = now()::date + 2");
  errand.id = errand.row.id;
  cr_expect_eq(as(SCENE_KOEBENHAVN, revoke, &errand), STORE_NONE);
  cr_expect_eq(take("1", 1), STORE_OK);
  cr_expect_eq(as(SCENE_HELSINGOER, revoke, &errand), STORE_OK);
  cr_expect_eq(as(SCENE_HELSINGOER, revoke, &errand), STORE_OK, "twice is once");
  cr_expect_eq(take("2", 1), STORE_CLOSED);
  cr_expect_eq(sheet_link_find(writer_store, &link_hashes, arena, &found), STORE_OK);
  cr_expect_not(found.lives);
  cr_assert_eq(as(SCENE_HELSINGOER, list, &errand), STORE_OK);
  cr_expect(errand.count == 1 && errand.links[0].revoked && errand.links[0].sheets == 1);
  cr_expect_eq(as(SCENE_KOEBENHAVN, list, &errand), STORE_OK);
  cr_expect_eq(errand.count, 0);
}

Test(sheet_link, is_not_made_for_another_municipality_nor_out_of_bounds) {
  struct errand errand = make_link("7KQ4M2V7KQ4");
  errand.hash[0] ^= 1;
  cr_expect_eq(as(SCENE_KOEBENHAVN, add, &errand), STORE_DENIED);
  errand.link.days = SHEET_LINK_DAYS_MAX + 1;
  cr_expect_eq(as(SCENE_HELSINGOER, add, &errand), STORE_REFUSED);
  errand.link.days = 0;
  cr_expect_eq(as(SCENE_HELSINGOER, add, &errand), STORE_REFUSED);
  errand.link.days = 1;
  errand.link.name = " ";
  cr_expect_eq(as(SCENE_HELSINGOER, add, &errand), STORE_REFUSED);
  cr_expect_eq(scene_number(&database, "SELECT count(*) FROM sheet_link"), 1);
}

Test(sheet_link, lets_the_role_behind_it_read_no_course) {
  static const char *const questions[] = {"SELECT count(*) FROM course",
                                          "SELECT count(*) FROM course_sheet",
                                          "SELECT count(*) FROM sheet_link"};
  (void)make_link("7KQ4M2V7KQ4");
  cr_expect_eq(take("1", 14), STORE_OK);
  for (size_t i = 0; i < array_length(questions); i++) {
    cr_expect_eq(pg_command(writer_store, questions[i]), STORE_DENIED, "%s", questions[i]);
  }
}

Test(sheet_link, goes_with_the_courses_of_its_round) {
  (void)make_link("7KQ4M2V7KQ4");
  scene_run(&database,
            "INSERT INTO round_purge (round, answers, courses, why)"
            " VALUES (%d, 0, 0, 'a test')",
            target_round);
  cr_expect_eq(scene_number(&database, "SELECT count(*) FROM sheet_link"), 0);
}
