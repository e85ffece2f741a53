#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "scene.h"

static struct database database;
static struct desk desk;
static int first_round;

static void open_office(void) {
  scene_init(&database);
  first_round = scene_round(&database);
  desk_open(&desk, database.url);
}

static void close_office(void) {
  desk_close(&desk);
  database_clear(&database);
}

TestSuite(submission, .init = open_office, .fini = close_office);

static enum writer_result ask(struct writer_job job) {
  return desk_ask_one(&desk, &job);
}

static long stored_rows(void) {
  return scene_number(&database, "SELECT count(*) FROM submission WHERE NOT withdrawn");
}

static const char *row_of(unsigned which) {
  static char sql[200];
  char uuid[40];
  (void)snprintf(sql, sizeof sql, "FROM submission WHERE number = %s", scene_uuid(which, uuid));
  return sql;
}

/* A job after the secret has changed: the digest that is stored is the second one. */
static struct writer_job rotated(struct writer_job job) {
  job.generations = 2;
  memcpy(job.digest[1], job.digest[0], sizeof job.digest[0]);
  memset(job.digest[0], 0xee, sizeof job.digest[0]);
  memcpy(job.receipt[1], job.receipt[0], sizeof job.receipt[0]);
  memset(job.receipt[0], 0xee, sizeof job.receipt[0]);
  return job;
}

Test(submission, knows_a_repeat_from_before_the_secret_changed) {
  cr_expect_eq(ask(scene_job(first_round, 1, 0)), WRITER_STORED);
  struct writer_job again = rotated(scene_job(first_round, 1, 0));
  cr_expect_eq(desk_ask_one(&desk, &again), WRITER_REPEAT);
  cr_expect_eq(again.generation, 1);
  cr_expect_eq(ask(rotated(scene_job(first_round, 1, 1))), WRITER_DIFFERENT);
  cr_expect_eq(ask(rotated(scene_withdrawal(first_round, 1))), WRITER_WITHDRAWN);
  scene_expect(&database, "t", "SELECT withdrawn %s", row_of(1));
}

Test(submission, replaces_in_one_go_and_knows_the_retry) {
  cr_assert_eq(ask(scene_job(first_round, 1, 0)), WRITER_STORED);
  cr_expect_eq(ask(scene_replacement(first_round, 1, 2, 1)), WRITER_STORED);
  scene_expect(&database, "2", "SELECT answers->>'q1' %s", row_of(2));
  scene_expect(&database, "t",
               "SELECT withdrawn AND answers IS NULL AND language IS NULL AND translation IS NULL"
               " AND digest IS NULL %s",
               row_of(1));
  scene_expect(&database, "1", "SELECT count(*) FROM submission_trace");
  struct writer_job retry = scene_replacement(first_round, 1, 2, 1);
  cr_expect_eq(desk_ask_one(&desk, &retry), WRITER_REPEAT);
  cr_expect_not(retry.original, "the receipt is that of the replacement");
  cr_expect_eq(ask(scene_job(first_round, 1, 0)), WRITER_WITHDRAWN);
  cr_expect_eq(stored_rows(), 1);
}

Test(submission, replaces_a_replacement) {
  cr_assert_eq(ask(scene_job(first_round, 1, 0)), WRITER_STORED);
  cr_assert_eq(ask(scene_replacement(first_round, 1, 2, 1)), WRITER_STORED);
  cr_expect_eq(ask(scene_replacement(first_round, 2, 3, 3)), WRITER_STORED);
  cr_expect_eq(ask(scene_replacement(first_round, 1, 2, 1)), WRITER_WITHDRAWN);
  scene_expect(&database, "3", "SELECT answers->>'q1' FROM submission WHERE NOT withdrawn");
}

Test(submission, replaces_nothing_by_the_same_answers) {
  cr_assert_eq(ask(scene_job(first_round, 1, 0)), WRITER_STORED);
  struct writer_job same = scene_replacement(first_round, 1, 2, 0);
  cr_expect_eq(desk_ask_one(&desk, &same), WRITER_REPEAT);
  cr_expect(same.original, "the receipt is that of the first number");
  scene_expect(&database, "1", "SELECT count(*) FROM submission");
}

Test(submission, stores_a_replacement_whose_first_answer_never_came) {
  cr_expect_eq(ask(scene_replacement(first_round, 1, 2, 1)), WRITER_STORED);
  scene_expect(&database, "2", "SELECT answers->>'q1' %s", row_of(2));
  scene_expect(&database, "0", "SELECT count(*) %s", row_of(1));
}

Test(submission, revives_nothing_by_a_replacement) {
  cr_assert_eq(ask(scene_job(first_round, 1, 0)), WRITER_STORED);
  cr_assert_eq(ask(scene_withdrawal(first_round, 1)), WRITER_WITHDRAWN);
  cr_expect_eq(ask(scene_replacement(first_round, 1, 2, 1)), WRITER_WITHDRAWN);
  cr_expect_eq(stored_rows(), 0);
}

Test(submission, stores_no_third_answer_under_a_replacement_that_is_there) {
  cr_assert_eq(ask(scene_job(first_round, 1, 0)), WRITER_STORED);
  cr_assert_eq(ask(scene_job(first_round, 2, 1)), WRITER_STORED);
  cr_expect_eq(ask(scene_replacement(first_round, 1, 2, 3)), WRITER_DIFFERENT);
  scene_expect(&database, "1", "SELECT answers->>'q1' %s", row_of(1));
  scene_expect(&database, "2", "SELECT answers->>'q1' %s", row_of(2));
}

Test(submission, changes_nothing_when_a_replacement_comes_too_late) {
  cr_assert_eq(ask(scene_job(first_round, 1, 0)), WRITER_STORED);
  scene_run(&database, "UPDATE round SET closed_at = now() - interval '2 hours'");
  cr_expect_eq(ask(scene_replacement(first_round, 1, 2, 1)), WRITER_CLOSED);
  scene_expect(&database, "1", "SELECT answers->>'q1' %s", row_of(1));
  scene_expect(&database, "1", "SELECT count(*) FROM submission");
}

Test(submission, changes_nothing_when_a_replacement_is_refused) {
  cr_assert_eq(ask(scene_job(first_round, 1, 0)), WRITER_STORED);
  struct writer_job job = scene_replacement(first_round, 1, 2, 1);
  job.answers = "no JSON";
  cr_expect_eq(desk_ask_one(&desk, &job), WRITER_REFUSED);
  scene_expect(&database, "1", "SELECT answers->>'q1' %s", row_of(1));
  scene_expect(&database, "1", "SELECT count(*) FROM submission_trace");
}

Test(submission, empties_what_is_withdrawn_and_never_stores_it_again) {
  cr_assert_eq(ask(scene_job(first_round, 1, 0)), WRITER_STORED);
  cr_expect_eq(ask(scene_withdrawal(first_round, 1)), WRITER_WITHDRAWN);
  scene_expect(&database, "t",
               "SELECT withdrawn AND answers IS NULL AND language IS NULL AND translation IS NULL"
               " AND digest IS NULL AND external_id IS NULL %s",
               row_of(1));
  scene_expect(&database, "0", "SELECT count(*) FROM submission_trace");
  cr_expect_eq(ask(scene_withdrawal(first_round, 1)), WRITER_WITHDRAWN, "also when repeated");
  cr_expect_eq(ask(scene_job(first_round, 1, 0)), WRITER_WITHDRAWN);
  cr_expect_eq(ask(scene_job(first_round, 1, 1)), WRITER_WITHDRAWN);
  cr_expect_eq(stored_rows(), 0);
}

Test(submission, finds_a_receipt_in_any_round_of_its_municipality_only) {
  int second_round = scene_round(&database);
  cr_assert_eq(ask(scene_job(first_round, 1, 0)), WRITER_STORED);
  struct writer_job elsewhere = scene_withdrawal(second_round, 1);
  elsewhere.municipality = SCENE_HELSINGOER;
  cr_expect_eq(desk_ask_one(&desk, &elsewhere), WRITER_UNKNOWN);
  cr_expect_eq(ask(scene_withdrawal(second_round, 2)), WRITER_UNKNOWN);
  cr_expect_eq(stored_rows(), 1);
  cr_expect_eq(ask(scene_withdrawal(second_round, 1)), WRITER_WITHDRAWN);
  cr_expect_eq(stored_rows(), 0);
}

Test(submission, withdraws_after_the_round_has_closed) {
  cr_assert_eq(ask(scene_job(first_round, 1, 0)), WRITER_STORED);
  scene_run(&database, "UPDATE round SET closed_at = now() - interval '2 hours'");
  cr_expect_eq(ask(scene_withdrawal(first_round, 1)), WRITER_WITHDRAWN);
}

Test(submission, replaces_once_when_two_servers_are_asked) {
  enum { NUMBERS = 100 };
  struct desk other;
  desk_open(&other, database.url);
  struct writer_job *jobs = calloc(2 * NUMBERS, sizeof *jobs);
  for (unsigned i = 0; i < NUMBERS; i++) {
    jobs[i] = scene_job(first_round, i, 0);
  }
  desk_ask(&desk, jobs, NUMBERS);
  for (unsigned i = 0; i < NUMBERS; i++) {
    jobs[i] = scene_replacement(first_round, i, 1000 + i, 1);
    jobs[NUMBERS + i] = scene_replacement(first_round, i, 1000 + i, 1);
    cr_assert(writer_enqueue(desk.writer, &jobs[i]));
    cr_assert(writer_enqueue(other.writer, &jobs[NUMBERS + i]));
  }
  desk_wait(&desk, 2 * NUMBERS);
  desk_close(&other);
  for (size_t i = 0; i < NUMBERS; i++) {
    enum writer_result a = jobs[i].result, b = jobs[NUMBERS + i].result;
    cr_expect((a == WRITER_STORED && b == WRITER_REPEAT) ||
                  (a == WRITER_REPEAT && b == WRITER_STORED),
              "number %zu: %d and %d", i, a, b);
  }
  cr_expect_eq(stored_rows(), NUMBERS);
  free(jobs);
}

Test(submission, lets_one_of_two_other_replacements_win) {
  enum { NUMBERS = 100 };
  struct desk other;
  desk_open(&other, database.url);
  struct writer_job *jobs = calloc(2 * NUMBERS, sizeof *jobs);
  for (unsigned i = 0; i < NUMBERS; i++) {
    jobs[i] = scene_job(first_round, i, 0);
  }
  desk_ask(&desk, jobs, NUMBERS);
  for (unsigned i = 0; i < NUMBERS; i++) {
    jobs[i] = scene_replacement(first_round, i, 1000 + i, 1);
    jobs[NUMBERS + i] = scene_replacement(first_round, i, 2000 + i, 2);
    cr_assert(writer_enqueue(desk.writer, &jobs[i]));
    cr_assert(writer_enqueue(other.writer, &jobs[NUMBERS + i]));
  }
  desk_wait(&desk, 2 * NUMBERS);
  desk_close(&other);
  for (size_t i = 0; i < NUMBERS; i++) {
    enum writer_result a = jobs[i].result, b = jobs[NUMBERS + i].result;
    cr_expect((a == WRITER_STORED && b == WRITER_WITHDRAWN) ||
                  (a == WRITER_WITHDRAWN && b == WRITER_STORED),
              "number %zu: %d and %d", i, a, b);
  }
  cr_expect_eq(stored_rows(), NUMBERS);
  free(jobs);
}
