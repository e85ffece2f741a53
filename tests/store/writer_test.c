#include "store/writer.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
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

TestSuite(writer, .init = open_office, .fini = close_office);

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

Test(writer, stores_what_was_given) {
  struct writer_job job = scene_job(first_round, 1, 2);
  cr_assert_eq(desk_ask_one(&desk, &job), WRITER_STORED);
  scene_expect(&database, "101", "SELECT municipality %s", row_of(1));
  scene_expect(&database, "da", "SELECT language %s", row_of(1));
  scene_expect(&database, "Æ\n", "SELECT answers->>'q10' %s", row_of(1));
  scene_expect(&database, "3333", "SELECT left(encode(translation, 'hex'), 4) %s", row_of(1));
  scene_expect(&database, "t",
               "SELECT received_on = (now() AT TIME ZONE 'Europe/Copenhagen')::date %s", row_of(1));
  scene_expect(&database, "t", "SELECT id <> number %s", row_of(1));
}

Test(writer, keeps_a_thousand_answers_once_when_every_third_comes_twice) {
  enum { ANSWERS = 1000, JOBS = ANSWERS + (ANSWERS + 2) / 3 };
  struct writer_job *jobs = calloc(JOBS, sizeof *jobs);
  size_t count = 0;
  for (unsigned i = 0; i < ANSWERS; i++) {
    jobs[count++] = scene_job(first_round, i, i % 4);
    if (i % 3 == 0) {
      jobs[count++] = scene_job(first_round, i, i % 4);
    }
  }
  desk_ask(&desk, jobs, count);
  size_t stored = 0, repeats = 0;
  for (size_t i = 0; i < count; i++) {
    stored += jobs[i].result == WRITER_STORED;
    repeats += jobs[i].result == WRITER_REPEAT && jobs[i].generation == 0;
  }
  cr_expect_eq(stored, ANSWERS);
  cr_expect_eq(repeats, JOBS - ANSWERS);
  cr_expect_eq(stored_rows(), ANSWERS);
  struct writer_figures figures;
  writer_figures(desk.writer, &figures);
  cr_expect_eq(figures.jobs, JOBS);
  cr_expect_eq(figures.stored, ANSWERS);
  cr_expect_eq(figures.repeats, JOBS - ANSWERS);
  cr_expect_lt(figures.batches, JOBS, "answers that wait are taken together");
  cr_expect_eq(figures.queued, 0);
  uint64_t batches = 0;
  for (size_t i = 0; i < WRITER_SIZES; i++) {
    batches += figures.sizes[i];
  }
  cr_expect_eq(batches, figures.batches, "each has its size");
  cr_expect_eq(figures.taken, JOBS);
  free(jobs);
}

Test(writer, commits_each_answer_by_itself_when_it_is_told_so) {
  enum { JOBS = 50 };
  struct desk other;
  struct writer_job jobs[JOBS];
  struct writer_figures figures;
  desk_open_batch(&other, database.url, 1);
  for (unsigned i = 0; i < JOBS; i++) {
    jobs[i] = scene_job(first_round, i, 0);
  }
  desk_ask(&other, jobs, JOBS);
  writer_figures(other.writer, &figures);
  cr_expect_eq(figures.batches, JOBS);
  cr_expect_eq(figures.sizes[0], JOBS);
  cr_expect_eq(stored_rows(), JOBS);
  desk_close(&other);
}

Test(writer, stores_other_answers_under_the_same_number_nowhere) {
  cr_expect_eq(ask(scene_job(first_round, 1, 0)), WRITER_STORED);
  cr_expect_eq(ask(scene_job(first_round, 1, 1)), WRITER_DIFFERENT);
  cr_expect_eq(stored_rows(), 1);
  scene_expect(&database, "1", "SELECT answers->>'q1' %s", row_of(1));
}

Test(writer, lets_the_first_of_two_answers_under_one_number_win) {
  struct writer_job jobs[] = {scene_job(first_round, 1, 1), scene_job(first_round, 1, 0),
                              scene_job(first_round, 1, 1)};
  desk_ask(&desk, jobs, array_length(jobs));
  cr_expect_eq(jobs[0].result, WRITER_STORED);
  cr_expect_eq(jobs[1].result, WRITER_DIFFERENT);
  cr_expect_eq(jobs[2].result, WRITER_REPEAT);
  scene_expect(&database, "2", "SELECT answers->>'q1' %s", row_of(1));
}

Test(writer, keeps_equal_numbers_of_two_rounds_apart) {
  int other = scene_round(&database);
  struct writer_job jobs[] = {scene_job(first_round, 1, 0), scene_job(other, 1, 1)};
  desk_ask(&desk, jobs, array_length(jobs));
  cr_expect_eq(jobs[0].result, WRITER_STORED);
  cr_expect_eq(jobs[1].result, WRITER_STORED);
}

Test(writer, asks_the_database_whether_the_round_takes_answers) {
  static const struct {
    const char *change;
    enum writer_result fresh, repeat;
  } cases[] = {
      {"opens_at = now() + interval '1 minute'", WRITER_NOT_OPEN, WRITER_REPEAT},
      {"closed_at = now()", WRITER_STORED, WRITER_REPEAT},
      {"closed_at = now() - interval '59 minutes'", WRITER_STORED, WRITER_REPEAT},
      {"closed_at = now() - interval '61 minutes'", WRITER_CLOSED, WRITER_REPEAT},
      {"closes_at = now() - interval '59 minutes'", WRITER_STORED, WRITER_REPEAT},
      {"closes_at = now() - interval '61 minutes'", WRITER_CLOSED, WRITER_REPEAT},
      {"closes_at = now() + interval '1 minute'", WRITER_STORED, WRITER_REPEAT},
      {"closes_at = now() - interval '61 minutes', closed_at = now()", WRITER_CLOSED,
       WRITER_REPEAT},
      {"opens_at = now() + interval '1 hour', closed_at = now()", WRITER_CLOSED, WRITER_REPEAT},
      {"closed_at = now() - interval '2 hours', finalised_at = now()", WRITER_CLOSED,
       WRITER_REPEAT},
  };
  for (unsigned i = 0; i < array_length(cases); i++) {
    int round = scene_round(&database);
    cr_assert_eq(ask(scene_job(round, 1, 0)), WRITER_STORED);
    scene_run(&database, "UPDATE round SET %s WHERE id = %d", cases[i].change, round);
    cr_expect_eq(ask(scene_job(round, 2, 0)), cases[i].fresh, "%s", cases[i].change);
    scene_expect(&database, cases[i].fresh == WRITER_STORED ? "t" : "f",
                 "SELECT round_takes_posts(r) FROM round r WHERE id = %d", round);
    cr_expect_eq(ask(scene_job(round, 1, 0)), cases[i].repeat, "%s", cases[i].change);
  }
}

Test(writer, refuses_while_a_required_setting_is_empty) {
  scene_run(&database, "UPDATE setting SET value = ' ' WHERE key = 'help_contact'");
  cr_expect_eq(ask(scene_job(first_round, 1, 0)), WRITER_NOT_OPEN);
}

Test(writer, refuses_a_round_that_is_not_there) {
  cr_expect_eq(ask(scene_job(4711, 1, 0)), WRITER_CLOSED);
}

Test(writer, takes_nothing_once_the_round_is_finalised) {
  cr_expect_eq(ask(scene_job(first_round, 1, 0)), WRITER_STORED);
  scene_run(&database, "UPDATE round SET closed_at = now() - interval '2 minutes'");
  database_settle_flags(&database, first_round);
  database_finalise(&database, first_round);
  cr_expect_eq(ask(scene_job(first_round, 1, 0)), WRITER_CLOSED);
  cr_expect_eq(ask(scene_job(first_round, 2, 0)), WRITER_CLOSED);
  cr_expect_eq(ask(scene_replacement(first_round, 1, 3, 1)), WRITER_CLOSED);
  cr_expect_eq(ask(scene_withdrawal(first_round, 1)), WRITER_CLOSED);
  cr_expect_eq(stored_rows(), 1);
}

Test(writer, keeps_traces_only_where_both_the_job_and_the_round_say_so) {
  int untraced = scene_round(&database);
  scene_run(&database, "UPDATE round SET traces = false WHERE id = %d", untraced);
  struct writer_job jobs[] = {scene_job(first_round, 1, 0), scene_job(first_round, 2, 0),
                              scene_job(first_round, 3, 0), scene_job(untraced, 4, 0)};
  jobs[1].network_tag = jobs[1].device_tag = jobs[1].seconds = -1;
  jobs[2].traced = false;
  desk_ask(&desk, jobs, array_length(jobs));
  cr_expect_eq(stored_rows(), 4);
  scene_expect(&database, "2", "SELECT count(*) FROM submission_trace");
  static const char traced[] = "FROM submission_trace t JOIN submission s ON s.id = t.submission"
                               " WHERE number::text LIKE";
  scene_expect(&database, "7 65535 240", "SELECT concat_ws(' ', network, device, seconds) %s '%s'",
               traced, "00000001%");
  scene_expect(&database, "0", "SELECT num_nonnulls(network, device, seconds) %s '%s'", traced,
               "00000002%");
  scene_expect(&database, "t",
               "SELECT bool_and(arrived_at = date_trunc('minute', arrived_at)"
               " AND arrived_at > now() - interval '2 minutes') FROM submission_trace");
}

Test(writer, loses_one_bad_row_and_no_other) {
  struct writer_job jobs[50];
  for (unsigned i = 0; i < array_length(jobs); i++) {
    jobs[i] = scene_job(first_round, i, 0);
  }
  jobs[17].answers = "{\"q1\":";
  desk_ask(&desk, jobs, array_length(jobs));
  for (size_t i = 0; i < array_length(jobs); i++) {
    cr_expect_eq(jobs[i].result, i == 17 ? WRITER_REFUSED : WRITER_STORED, "job %zu", i);
  }
  cr_expect_eq(stored_rows(), 49);
  cr_expect(writer_healthy(desk.writer), "a bad row is no trouble of the database");
}

Test(writer, refuses_a_municipality_that_is_not_in_the_round) {
  struct writer_job job = scene_job(first_round, 1, 0);
  job.municipality = 479;
  cr_expect_eq(desk_ask_one(&desk, &job), WRITER_REFUSED);
}

/* Until the writer's connection waits for a lock that the test holds. */
static void wait_until_blocked(void) {
  while (scene_number(&database, "SELECT count(*) FROM pg_locks l JOIN pg_database d"
                                 " ON d.oid = l.database AND d.datname = current_database()"
                                 " WHERE NOT l.granted") == 0) {
  }
}

/* A round that is being finalised: its partition is locked by the test until COMMIT. */
static int locked_round(void) {
  int locked = scene_round(&database);
  for (unsigned which = 1001; which <= 1002; which++) {
    cr_assert_eq(ask(scene_job(locked, which, 0)), WRITER_STORED);
  }
  scene_run(&database, "BEGIN");
  scene_run(&database, "LOCK TABLE submission_%d IN SHARE ROW EXCLUSIVE MODE", locked);
  return locked;
}

Test(writer, withdraws_and_replaces_in_one_round_while_another_is_finalised) {
  cr_assert_eq(ask(scene_job(first_round, 1, 0)), WRITER_STORED);
  cr_assert_eq(ask(scene_job(first_round, 2, 0)), WRITER_STORED);
  (void)locked_round();
  struct writer_job jobs[] = {scene_withdrawal(first_round, 1),
                              scene_replacement(first_round, 2, 3, 1),
                              scene_job(first_round, 4, 0)};
  desk_ask(&desk, jobs, array_length(jobs));
  cr_expect_eq(jobs[0].result, WRITER_WITHDRAWN);
  cr_expect_eq(jobs[1].result, WRITER_STORED);
  cr_expect_eq(jobs[2].result, WRITER_STORED);
  scene_run(&database, "COMMIT");
}

Test(writer, holds_nobody_up_behind_the_jobs_of_a_locked_round) {
  enum { OTHERS = 100 };
  int locked = locked_round();
  size_t before = desk.done;
  struct writer_job held[] = {scene_withdrawal(locked, 1001), scene_replacement(locked, 1002, 3, 1),
                              scene_job(locked, 4, 0), scene_job(locked, 5, 0),
                              scene_job(locked, 6, 0)};
  struct writer_job others[OTHERS];
  for (size_t i = 0; i < array_length(held); i++) {
    held[i].deadline_ms = clock_now_ms() + 60000;
    cr_assert(writer_enqueue(desk.writer, &held[i]));
  }
  for (unsigned i = 0; i < OTHERS; i++) {
    others[i] = scene_job(first_round, i, 0);
    cr_assert(writer_enqueue(desk.writer, &others[i]));
  }
  desk_wait(&desk, before + OTHERS);
  for (size_t i = 0; i < OTHERS; i++) {
    cr_expect_eq(others[i].result, WRITER_STORED, "job %zu: %d", i, others[i].result);
  }
  scene_run(&database, "COMMIT");
  desk_wait(&desk, before + OTHERS + array_length(held));
  cr_expect_eq(held[0].result, WRITER_WITHDRAWN);
  for (size_t i = 1; i < array_length(held); i++) {
    cr_expect_eq(held[i].result, WRITER_STORED, "held job %zu: %d", i, held[i].result);
  }
}

Test(writer, gives_up_a_job_of_a_locked_round_at_its_deadline_and_stays_connected) {
  int locked = locked_round();
  struct writer_job job = scene_job(locked, 4, 0);
  job.deadline_ms = clock_now_ms() + 2000;
  desk_ask(&desk, &job, 1);
  cr_expect_eq(job.result, WRITER_DOWN);
  struct writer_figures figures;
  writer_figures(desk.writer, &figures);
  cr_expect_eq(figures.reconnects, 0);
  scene_run(&database, "COMMIT");
  cr_expect_eq(ask(scene_job(locked, 4, 0)), WRITER_STORED);
}

static void end_connections(void) {
  scene_run(&database, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE"
                       " datname = current_database() AND pid <> pg_backend_pid()");
}

Test(writer, stores_everything_though_the_connection_is_ended_on_the_way) {
  enum { JOBS = 600 };
  struct writer_job *jobs = calloc(JOBS, sizeof *jobs);
  cr_assert_eq(ask(scene_job(first_round, JOBS, 0)), WRITER_STORED);
  scene_run(&database, "BEGIN");
  scene_run(&database, "LOCK TABLE submission IN SHARE MODE");
  for (unsigned i = 0; i < JOBS; i++) {
    jobs[i] = scene_job(first_round, i, 0);
    cr_assert(writer_enqueue(desk.writer, &jobs[i]));
  }
  wait_until_blocked();
  end_connections();
  scene_run(&database, "COMMIT");
  desk_wait(&desk, JOBS + 1);
  for (size_t i = 0; i < JOBS; i++) {
    cr_expect_eq(jobs[i].result, WRITER_STORED, "job %zu: %d", i, jobs[i].result);
  }
  cr_expect_eq(stored_rows(), JOBS + 1);
  free(jobs);
}

Test(writer, notices_a_lost_connection_while_nothing_is_asked) {
  cr_assert_eq(ask(scene_job(first_round, 1, 0)), WRITER_STORED);
  end_connections();
  struct writer_figures figures;
  do {
    writer_figures(desk.writer, &figures);
  } while (figures.reconnects == 0 || !writer_healthy(desk.writer));
  cr_expect_eq(ask(scene_job(first_round, 2, 0)), WRITER_STORED);
  writer_figures(desk.writer, &figures);
  cr_expect_eq(figures.failures, 0);
}

/* Behind a proxy that asks for readiness, no answer comes that could show it. */
Test(writer, is_healthy_again_after_an_odd_error_though_nothing_is_asked) {
  cr_assert_eq(ask(scene_job(first_round, 1, 0)), WRITER_STORED);
  scene_run(&database, "CREATE FUNCTION odd() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                       " RAISE 'a block cannot be read' USING ERRCODE = '58030'; END $$");
  scene_run(&database, "CREATE TRIGGER odd BEFORE INSERT ON submission"
                       " FOR EACH ROW EXECUTE FUNCTION odd()");
  cr_expect_eq(ask(scene_job(first_round, 2, 0)), WRITER_DOWN);
  cr_expect_not(desk.healthy);
  scene_run(&database, "DROP TRIGGER odd ON submission");
  int64_t end_ms = clock_now_ms() + 60000;
  while (!writer_healthy(desk.writer) && clock_now_ms() < end_ms) {
    (void)poll(NULL, 0, 20);
  }
  cr_expect(writer_healthy(desk.writer));
  cr_expect_eq(ask(scene_job(first_round, 2, 0)), WRITER_STORED);
}

Test(writer, is_not_healthy_while_the_database_takes_no_answers) {
  cr_assert_eq(ask(scene_job(first_round, 1, 0)), WRITER_STORED);
  scene_run(&database, "ALTER DATABASE %s SET default_transaction_read_only = on", database.name);
  struct desk other;
  desk_open(&other, database.url);
  struct writer_job job = scene_job(first_round, 2, 0);
  job.deadline_ms = clock_now_ms() + 2500;
  desk_ask(&other, &job, 1);
  cr_expect_eq(job.result, WRITER_DOWN);
  cr_expect_not(writer_healthy(other.writer));
  struct writer_figures figures;
  writer_figures(other.writer, &figures);
  cr_expect_eq(figures.reconnects, 0, "nor was it in between");
  scene_run(&database, "ALTER DATABASE %s RESET default_transaction_read_only", database.name);
  int64_t end_ms = clock_now_ms() + 60000;
  while (!writer_healthy(other.writer) && clock_now_ms() < end_ms) {
    (void)poll(NULL, 0, 20);
  }
  cr_expect(writer_healthy(other.writer));
  cr_expect_eq(desk_ask_one(&other, &job), WRITER_STORED);
  desk_close(&other);
}

/* Inserts hang, and not for a lock that a timeout would end, while the test holds an
 * advisory lock. */
static void hang_inserts(void) {
  scene_run(&database, "CREATE FUNCTION hang() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                       " WHILE NOT pg_try_advisory_xact_lock_shared(1) LOOP"
                       " PERFORM pg_sleep(0.01); END LOOP; RETURN NEW; END $$");
  scene_run(&database, "CREATE TRIGGER hangs BEFORE INSERT ON submission"
                       " FOR EACH ROW EXECUTE FUNCTION hang()");
  scene_run(&database, "BEGIN");
  scene_run(&database, "SELECT pg_advisory_xact_lock(1)");
}

Test(writer, answers_in_time_when_the_database_hangs_and_stores_the_retry_once) {
  cr_assert_eq(ask(scene_job(first_round, 9, 0)), WRITER_STORED);
  hang_inserts();
  struct writer_job jobs[2] = {scene_job(first_round, 1, 0), scene_job(first_round, 2, 0)};
  jobs[0].deadline_ms = jobs[1].deadline_ms = clock_now_ms() + 1500;
  desk_ask(&desk, jobs, array_length(jobs));
  cr_expect_eq(jobs[0].result, WRITER_DOWN);
  cr_expect_eq(jobs[1].result, WRITER_DOWN);
  cr_expect_not(desk.healthy);
  scene_run(&database, "COMMIT");
  enum writer_result result = ask(scene_job(first_round, 1, 0));
  cr_expect(result == WRITER_STORED || result == WRITER_REPEAT, "%d", result);
  scene_expect(&database, "1", "SELECT count(*) %s", row_of(1));
}

Test(writer, says_so_when_the_queue_is_full) {
  enum { MOST = WRITER_QUEUE_MAX + 2 * WRITER_BATCH_MAX };
  struct writer_job *jobs = calloc(MOST, sizeof *jobs);
  scene_run(&database, "BEGIN");
  scene_run(&database, "LOCK TABLE submission IN SHARE MODE");
  size_t queued = 0;
  bool full = false;
  while (!full && queued < MOST) {
    jobs[queued] = scene_job(first_round, (unsigned)queued, 0);
    full = !writer_enqueue(desk.writer, &jobs[queued]);
    queued += !full;
  }
  cr_expect(full);
  scene_run(&database, "COMMIT");
  desk_wait(&desk, queued);
  for (size_t i = 0; i < queued; i++) {
    cr_expect(jobs[i].result == WRITER_STORED || jobs[i].result == WRITER_DOWN);
  }
  free(jobs);
}

Test(writer, finishes_what_is_queued_when_it_stops) {
  enum { JOBS = 700 };
  struct writer_job *jobs = calloc(JOBS, sizeof *jobs);
  struct desk other;
  desk_open(&other, database.url);
  for (unsigned i = 0; i < JOBS; i++) {
    jobs[i] = scene_job(first_round, i, 0);
    cr_assert(writer_enqueue(other.writer, &jobs[i]));
  }
  desk_close(&other);
  cr_expect_eq(other.done, JOBS);
  for (size_t i = 0; i < JOBS; i++) {
    cr_expect_eq(jobs[i].result, WRITER_STORED);
  }
  cr_expect_eq(stored_rows(), JOBS);
  free(jobs);
}

Test(writer, gives_up_what_is_left_when_the_time_to_stop_is_over) {
  struct desk other;
  struct writer_job jobs[2] = {scene_job(first_round, 1, 0), scene_job(first_round, 2, 0)};
  scene_run(&database, "BEGIN");
  scene_run(&database, "LOCK TABLE submission IN SHARE MODE");
  desk_open(&other, database.url);
  cr_assert(writer_enqueue(other.writer, &jobs[0]));
  wait_until_blocked();
  cr_assert(writer_enqueue(other.writer, &jobs[1]));
  writer_stop(other.writer, clock_now_ms());
  cr_expect_eq(other.done, 2);
  cr_expect_eq(jobs[0].result, WRITER_DOWN);
  cr_expect_eq(jobs[1].result, WRITER_DOWN);
  scene_run(&database, "COMMIT");
}

Test(writer, stores_each_number_once_when_two_servers_get_the_same) {
  enum { NUMBERS = 600 };
  struct desk other;
  desk_open(&other, database.url);
  struct writer_job *jobs = calloc(2 * NUMBERS, sizeof *jobs);
  for (unsigned i = 0; i < NUMBERS; i++) {
    jobs[i] = scene_job(first_round, i, i % 4);
    jobs[NUMBERS + i] = scene_job(first_round, NUMBERS - 1 - i, (NUMBERS - 1 - i) % 4);
    cr_assert(writer_enqueue(desk.writer, &jobs[i]));
    cr_assert(writer_enqueue(other.writer, &jobs[NUMBERS + i]));
  }
  desk_wait(&desk, NUMBERS);
  desk_close(&other);
  for (size_t i = 0; i < NUMBERS; i++) {
    enum writer_result a = jobs[i].result, b = jobs[2 * NUMBERS - 1 - i].result;
    cr_expect((a == WRITER_STORED && b == WRITER_REPEAT) ||
                  (a == WRITER_REPEAT && b == WRITER_STORED),
              "number %zu: %d and %d", i, a, b);
  }
  cr_expect_eq(stored_rows(), NUMBERS);
  free(jobs);
}
