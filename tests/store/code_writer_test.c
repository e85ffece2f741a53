#include <criterion/criterion.h>
#include <string.h>

#include "letters.h"
#include "store/pg.h"
#include "store/round_store.h"
#include "store/submission_store.h"

static struct database database;
static struct desk desk;
static struct arena *arena;
static struct store *store;
static int number;
static struct letters *letters;

static void begin(void) {
  scene_init(&database);
  arena = arena_new(0);
  store = database_open(&database, STORE_AS_CONSOLE);
  number = letters_round(&database, 2);
  letters = arena_alloc(arena, sizeof *letters);
  letters_make(store, number, "Uge 47", 3, arena, letters);
  desk_open(&desk, database.url);
}

static void end(void) {
  desk_close(&desk);
  store_close(store);
  arena_free(arena);
  database_clear(&database);
}

TestSuite(code_writer, .init = begin, .fini = end, .timeout = 120);

static struct writer_job job(int letter, unsigned which, unsigned content) {
  return letters_job(number, letters->codes[letter], which, content);
}

static enum writer_result ask(struct writer_job one) {
  return desk_ask_one(&desk, &one);
}

static long stored_rows(void) {
  return scene_number(&database, "SELECT count(*) FROM submission WHERE NOT withdrawn");
}

static size_t count_results(const struct writer_job *jobs, size_t count,
                            enum writer_result result) {
  size_t found = 0;
  for (size_t i = 0; i < count; i++) {
    found += jobs[i].result == result;
  }
  return found;
}

static void expect_uses_left(int letter, long expected) {
  cr_expect_eq(letters_uses_left(&database, letters->codes[letter]), expected);
}

Test(code_writer, stores_two_of_ten_answers_that_come_together) {
  struct writer_job jobs[10];
  for (unsigned i = 0; i < array_length(jobs); i++) {
    jobs[i] = job(0, 10 - i, i % 4);
  }
  desk_ask(&desk, jobs, array_length(jobs));
  cr_expect_eq(count_results(jobs, 10, WRITER_STORED), 2);
  cr_expect_eq(count_results(jobs, 10, WRITER_USED_UP), 8);
  cr_expect(jobs[0].result == WRITER_STORED, "who comes first is first");
  cr_expect_eq(stored_rows(), 2);
  expect_uses_left(0, 0);
  expect_uses_left(1, 2);
}

Test(code_writer, thanks_for_every_repeat_and_spends_one_use) {
  struct writer_job jobs[10];
  for (unsigned i = 0; i < array_length(jobs); i++) {
    jobs[i] = job(0, 1, 0);
  }
  desk_ask(&desk, jobs, array_length(jobs));
  cr_expect_eq(count_results(jobs, 10, WRITER_STORED), 1);
  cr_expect_eq(count_results(jobs, 10, WRITER_REPEAT), 9);
  expect_uses_left(0, 1);
}

Test(code_writer, thanks_for_a_repeat_when_the_code_is_used_up) {
  cr_expect_eq(ask(job(0, 1, 0)), WRITER_STORED);
  cr_expect_eq(ask(job(0, 2, 1)), WRITER_STORED);
  cr_expect_eq(ask(job(0, 3, 1)), WRITER_USED_UP);
  cr_expect_eq(ask(job(0, 1, 0)), WRITER_REPEAT);
  cr_expect_eq(ask(job(0, 2, 1)), WRITER_REPEAT);
  cr_expect_eq(ask(job(0, 2, 0)), WRITER_DIFFERENT);
  expect_uses_left(0, 0);
  cr_expect_eq(stored_rows(), 2);
}

/* As the writer's thread does with what waits. */
Test(code_writer, settles_all_that_waits_for_one_code_in_one_go) {
  struct writer_job jobs[10];
  struct submission_try tries[10];
  struct submission_buffers *buffers = submission_buffers_new();
  struct store *writer = database_open(&database, STORE_AS_WRITER);
  for (unsigned i = 0; i < array_length(jobs); i++) {
    jobs[i] = job(0, i / 2, 0);
    tries[i] = (struct submission_try){.job = &jobs[i]};
  }
  cr_expect_eq(submission_store_coded(writer, buffers, tries, array_length(tries)), STORE_OK, "%s",
               store_message(writer));
  static const enum writer_result expected[] = {WRITER_STORED, WRITER_REPEAT, WRITER_STORED,
                                                WRITER_REPEAT, WRITER_USED_UP};
  for (size_t i = 0; i < array_length(jobs); i++) {
    cr_expect(tries[i].settled);
    cr_expect_eq(jobs[i].result, expected[i < 4 ? i : 4], "job %zu", i);
  }
  scene_expect(&database, "1", "SELECT count(DISTINCT xmin::text) FROM submission");
  store_close(writer);
  submission_buffers_free(buffers);
}

/* Two servers: each has a writer of its own. */
static void ask_both(struct desk *other, struct writer_job *jobs, size_t count) {
  for (size_t i = 0; i < count; i++) {
    cr_assert(writer_enqueue(i % 2 == 0 ? desk.writer : other->writer, &jobs[i]));
  }
  desk_wait(&desk, (count + 1) / 2);
  desk_wait(other, count / 2);
}

Test(code_writer, loses_no_use_and_no_thanks_when_two_servers_have_the_same_last_use) {
  struct desk other;
  struct writer_job jobs[10];
  desk_open(&other, database.url);
  scene_run(&database, "UPDATE code SET uses_left = 1");
  for (unsigned i = 0; i < array_length(jobs); i++) {
    jobs[i] = job(0, 1, 0);
  }
  ask_both(&other, jobs, array_length(jobs));
  cr_expect_eq(count_results(jobs, 10, WRITER_STORED), 1);
  cr_expect_eq(count_results(jobs, 10, WRITER_REPEAT), 9);
  cr_expect_eq(stored_rows(), 1);
  expect_uses_left(0, 0);
  desk_close(&other);
}

Test(code_writer, stores_two_of_forty_answers_over_two_servers) {
  struct desk other;
  struct writer_job jobs[40];
  desk_open(&other, database.url);
  for (unsigned i = 0; i < array_length(jobs); i++) {
    jobs[i] = job(i / 2 % 3, i, 0);
  }
  ask_both(&other, jobs, array_length(jobs));
  cr_expect_eq(count_results(jobs, 40, WRITER_STORED), 6);
  cr_expect_eq(count_results(jobs, 40, WRITER_USED_UP), 34);
  for (int i = 0; i < 3; i++) {
    expect_uses_left(i, 0);
  }
  desk_close(&other);
}

/* The other server has stored it and not committed yet: what this one sees of the code is
 * then no longer true, nor is what it sees of the answer. */
Test(code_writer, sees_what_another_server_commits_while_it_waits_for_the_code) {
  char uuid[40];
  scene_run(&database, "UPDATE code SET uses_left = 1");
  PGconn *rival = PQconnectdb(database.url);
  PQclear(PQexec(rival, "BEGIN; UPDATE code SET uses_left = 0"));
  struct writer_job waiting = job(0, 1, 0);
  char sql[512];
  (void)snprintf(sql, sizeof sql,
                 "INSERT INTO submission (round, id, number, municipality, language, received_on,"
                 " answers, digest, receipt) VALUES (%d, gen_random_uuid(), %s, 101, 'da',"
                 " current_date, '{}', '\\x01010101010101010101010101010101',"
                 " '\\x00000001000000000000000000000000')",
                 number, scene_uuid(1, uuid));
  PGresult *inserted = PQexec(rival, sql);
  cr_assert_eq(PQresultStatus(inserted), PGRES_COMMAND_OK, "%s", PQerrorMessage(rival));
  PQclear(inserted);
  cr_assert(writer_enqueue(desk.writer, &waiting));
  while (scene_number(&database, "SELECT count(*) FROM pg_stat_activity"
                                 " WHERE datname = current_database()"
                                 " AND wait_event_type = 'Lock'") == 0) {
  }
  PQclear(PQexec(rival, "COMMIT"));
  PQfinish(rival);
  desk_wait(&desk, 1);
  cr_expect_eq(waiting.result, WRITER_REPEAT);
  cr_expect_eq(stored_rows(), 1);
  expect_uses_left(0, 0);
}

Test(code_writer, spends_nothing_on_what_is_not_stored) {
  cr_expect_eq(ask(job(0, 1, 0)), WRITER_STORED);
  cr_expect_eq(ask(job(0, 1, 1)), WRITER_DIFFERENT);
  scene_run(&database, "UPDATE round SET closed_at = now() - interval '2 hours'");
  cr_expect_eq(ask(job(0, 2, 1)), WRITER_CLOSED);
  scene_run(&database, "UPDATE round SET closed_at = NULL, opens_at = now() + interval '1 hour'");
  cr_expect_eq(ask(job(0, 2, 1)), WRITER_NOT_OPEN);
  cr_expect_eq(ask(job(0, 1, 0)), WRITER_REPEAT);
  expect_uses_left(0, 1);
}

static struct writer_job replacement(int letter, unsigned which, unsigned by, unsigned content) {
  struct writer_job made = job(letter, which, content);
  struct writer_job other = scene_replacement(number, which, by, content);
  made.kind = WRITER_REPLACE;
  memcpy(made.replacement, other.replacement, sizeof made.replacement);
  memcpy(made.receipt, other.receipt, sizeof made.receipt);
  return made;
}

Test(code_writer, replaces_without_spending_also_when_used_up) {
  cr_expect_eq(ask(job(0, 1, 0)), WRITER_STORED);
  cr_expect_eq(ask(job(0, 2, 0)), WRITER_STORED);
  cr_expect_eq(ask(replacement(0, 1, 11, 1)), WRITER_STORED);
  cr_expect_eq(ask(replacement(0, 1, 11, 1)), WRITER_REPEAT);
  expect_uses_left(0, 0);
  cr_expect_eq(stored_rows(), 2);
}

Test(code_writer, takes_a_use_for_a_replacement_of_nothing) {
  cr_expect_eq(ask(replacement(0, 1, 11, 0)), WRITER_STORED);
  expect_uses_left(0, 1);
  cr_expect_eq(ask(replacement(0, 2, 12, 0)), WRITER_STORED);
  cr_expect_eq(ask(replacement(0, 3, 13, 0)), WRITER_USED_UP);
  cr_expect_eq(ask(replacement(0, 2, 12, 0)), WRITER_REPEAT);
  expect_uses_left(0, 0);
  cr_expect_eq(stored_rows(), 2);
}

Test(code_writer, gives_no_use_back_for_a_withdrawal) {
  cr_expect_eq(ask(job(0, 1, 0)), WRITER_STORED);
  cr_expect_eq(ask(scene_withdrawal(number, 1)), WRITER_WITHDRAWN);
  cr_expect_eq(ask(job(0, 1, 0)), WRITER_WITHDRAWN);
  expect_uses_left(0, 1);
  cr_expect_eq(stored_rows(), 0);
}

Test(code_writer, takes_answers_by_links_and_by_codes_in_one_batch) {
  int open = scene_round(&database);
  struct writer_job jobs[40];
  for (unsigned i = 0; i < array_length(jobs); i++) {
    jobs[i] = i % 2 == 0 ? scene_job(open, i, 0) : job((int)(i / 2 % 3), i, 0);
  }
  desk_ask(&desk, jobs, array_length(jobs));
  cr_expect_eq(count_results(jobs, 40, WRITER_STORED), 26);
  cr_expect_eq(count_results(jobs, 40, WRITER_USED_UP), 14);
}

Test(code_writer, loses_one_bad_row_and_no_other) {
  struct writer_job jobs[] = {job(0, 1, 0), job(1, 2, 0), job(2, 3, 0)};
  jobs[1].answers = "{\"q1\":";
  desk_ask(&desk, jobs, array_length(jobs));
  cr_expect_eq(jobs[0].result, WRITER_STORED);
  cr_expect_eq(jobs[1].result, WRITER_REFUSED);
  cr_expect_eq(jobs[2].result, WRITER_STORED);
  expect_uses_left(1, 2);
}

Test(code_writer, takes_nothing_once_the_round_is_finalised) {
  cr_expect_eq(ask(job(0, 1, 0)), WRITER_STORED);
  cr_assert_eq(round_close(store, number), STORE_OK);
  database_settle_flags(&database, number);
  cr_assert_eq(round_finalise(store, number), STORE_OK, "%s", store_message(store));
  cr_expect_eq(ask(job(0, 1, 0)), WRITER_CLOSED);
  cr_expect_eq(ask(job(1, 2, 0)), WRITER_CLOSED);
  cr_expect_eq(ask(replacement(0, 1, 11, 1)), WRITER_CLOSED);
  cr_expect_eq(stored_rows(), 1);
}

/* What leads from an answer to a letter: nothing that is stored as such. */
Test(code_writer, stores_no_reference_between_answers_and_codes) {
  cr_expect_eq(ask(job(0, 1, 0)), WRITER_STORED);
  unsigned char hashes[CRYPTO_GENERATIONS][CRYPTO_DIGEST_BYTES];
  code_hash(database_keys(), letters->codes[0], hashes);
  char hex[9];
  (void)snprintf(hex, sizeof hex, "%02x%02x%02x%02x", hashes[0][0], hashes[0][1], hashes[0][2],
                 hashes[0][3]);
  scene_expect(&database, "0",
               "SELECT count(*) FROM submission s JOIN submission_trace t ON t.submission = s.id"
               " WHERE s::text || t::text ILIKE '%%%s%%'",
               hex);
  scene_expect(&database, "0",
               "SELECT count(*) FROM pg_attribute WHERE attnum > 0 AND NOT attisdropped"
               " AND attrelid = 'submission'::regclass AND attname ~ 'code|batch|letter'");
}
