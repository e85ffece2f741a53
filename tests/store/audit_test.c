#include "store/audit_store.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "crew.h"
#include "scene.h"
#include "store/pg.h"

static struct database database;
static struct arena *arena;
static struct store *operator_store, *store;

static void begin(void) {
  database_init(&database);
  arena = arena_new(0);
  operator_store = database_open(&database, STORE_AS_CONSOLE);
  store = database_open(&database, STORE_AS_STAFF);
}

static void end(void) {
  store_close(store);
  store_close(operator_store);
  arena_free(arena);
  database_clear(&database);
}

TestSuite(audit, .init = begin, .fini = end, .timeout = 120);

static void expect_value(const char *sql, const char *expected) {
  const char *value = database_value(&database, arena, sql);
  cr_expect_str_eq(value, expected, "%s: %s", sql, value);
}

static void append(int count) {
  for (int i = 0; i < count; i++) {
    struct audit_entry entry = {.action = "letters.print",
                                .subject = "batch 7",
                                .round = i % 2 == 0 ? 0 : 1,
                                .municipality = i % 3 == 0 ? 0 : 217,
                                .details = i % 2 == 0 ? NULL : "{\"letters\": 40, \"å\": \"é\"}"};
    cr_assert_eq(audit_append(operator_store, &entry), STORE_OK, "%s",
                 store_message(operator_store));
  }
}

static struct audit_verdict verify(const char *expect) {
  struct audit_verdict verdict;
  cr_assert_eq(audit_verify(operator_store, expect, &verdict), STORE_OK, "%s",
               store_message(operator_store));
  return verdict;
}

/* What nobody can do through the programs: as superuser, with the trigger off. */
static void tamper(const char *sql) {
  database_run(&database, arena_printf(arena,
                                       "ALTER TABLE audit DISABLE TRIGGER USER; %s;"
                                       "ALTER TABLE audit ENABLE TRIGGER USER",
                                       sql));
}

static void expect_flaw(const char *change, enum audit_flaw flaw, int64_t row) {
  tamper(change);
  struct audit_verdict verdict = verify(NULL);
  cr_expect_eq(verdict.flaw, flaw, "%s: %d", change, verdict.flaw);
  cr_expect_eq(verdict.row, row, "%s: row %ld", change, (long)verdict.row);
}

Test(audit, is_sound_as_it_is_written) {
  struct audit_verdict verdict = verify(NULL);
  cr_expect_eq(verdict.flaw, AUDIT_SOUND);
  cr_expect_eq(verdict.rows, 0);
  append(1200); /* more than is read at once */
  verdict = verify(NULL);
  cr_expect_eq(verdict.flaw, AUDIT_SOUND, "row %ld", (long)verdict.row);
  cr_expect_eq(verdict.rows, 1200);
  expect_value("SELECT encode(hash, 'hex') FROM audit ORDER BY id DESC LIMIT 1", verdict.head);
}

Test(audit, shows_which_row_was_changed) {
  append(6);
  database_run(&database, "CREATE TABLE kept AS SELECT * FROM audit");
  static const char *const changes[] = {
      "actor = 'nobody'",
      "actor_name = 'x'",
      "action = 'letters.view'",
      "subject = 'batch 8'",
      "round = NULL",
      "municipality = 101",
      "details = '{}'",
      "at = at - interval '1 microsecond'",
  };
  for (size_t i = 0; i < array_length(changes); i++) {
    expect_flaw(arena_printf(arena, "UPDATE audit SET %s WHERE id = 2", changes[i]), AUDIT_CHANGED,
                2);
    tamper("DELETE FROM audit; INSERT INTO audit SELECT * FROM kept");
  }
  cr_expect_eq(verify(NULL).flaw, AUDIT_SOUND);
  /* Whoever computes the row's own hash anew breaks the chain after it. */
  expect_flaw("UPDATE audit SET subject = 'x' WHERE id = 4;"
              "UPDATE audit a SET hash = sha256(audit_text(a)) WHERE id = 4",
              AUDIT_MISSING, 5);
}

Test(audit, shows_where_a_row_was_taken_out_or_put_in) {
  append(6);
  expect_flaw("DELETE FROM audit WHERE id = 3", AUDIT_MISSING, 4);
}

Test(audit, shows_that_its_beginning_is_gone) {
  append(6);
  expect_flaw("DELETE FROM audit WHERE id <= 2", AUDIT_BEGINNING, 3);
}

Test(audit, shows_that_its_end_is_gone_when_the_head_was_kept) {
  append(6);
  char head[AUDIT_HASH_CHARACTERS + 1];
  (void)snprintf(head, sizeof(head), "%s", verify(NULL).head);
  cr_expect_eq(verify(head).flaw, AUDIT_SOUND);
  append(2);
  cr_expect_eq(verify(head).flaw, AUDIT_SOUND, "the head of before is still in the chain");
  tamper("DELETE FROM audit WHERE id >= 6");
  cr_expect_eq(verify(NULL).flaw, AUDIT_SOUND, "nobody can tell without the head");
  cr_expect_eq(verify(head).flaw, AUDIT_HEAD);
}

Test(audit, refuses_every_change_even_of_its_owner) {
  append(2);
  static const char *const changes[] = {"UPDATE audit SET subject = 'x'", "DELETE FROM audit",
                                        "TRUNCATE audit"};
  for (size_t i = 0; i < array_length(changes); i++) {
    cr_expect_eq(pg_command(operator_store, changes[i]), STORE_DENIED, "%s", changes[i]);
    PGresult *result = PQexec(database.admin, changes[i]);
    cr_expect_str_eq(PQresultErrorField(result, PG_DIAG_SQLSTATE), "42501", "%s", changes[i]);
    PQclear(result);
  }
  cr_expect_eq(pg_command(operator_store, "INSERT INTO audit SELECT * FROM audit"), STORE_DENIED);
  expect_value("SELECT count(*) FROM audit", "2");
}

Test(audit, asks_the_database_who_acts) {
  struct audit_entry entry = {.action = "letters.print", .municipality = 217};
  cr_expect_eq(audit_append(store, &entry), STORE_DENIED, "nobody works in this transaction");
  struct audit_entry wrong[] = {{.action = "print"},
                                {.action = ""},
                                {.action = "a.b", .details = "[]"},
                                {.action = "a.b", .details = "no JSON"}};
  for (size_t i = 0; i < array_length(wrong); i++) {
    cr_expect_eq(audit_append(operator_store, &wrong[i]), STORE_REFUSED, "%zu", i);
  }
  append(1);
  expect_value("SELECT actor || actor_name FROM audit", "operator");
}

static enum store_result append_here(struct store *of, void *context) {
  struct audit_entry entry = {.action = "letters.print", .round = 1, .municipality = 217};
  enum store_result result = audit_append(of, &entry);
  return result == STORE_OK ? *(enum store_result *)context : result;
}

Test(audit, stays_exactly_if_what_it_tells_stays) {
  (void)crew_add(operator_store, "anne@x.dk", STAFF_MUNICIPALITY, 217, NULL, 0);
  struct staff_session session = crew_session(store, "anne@x.dk", arena);
  enum store_result kept = STORE_OK, undone = STORE_REFUSED;
  cr_assert_eq(store_as(store, &session, append_here, &kept), STORE_OK, "%s", store_message(store));
  cr_assert_eq(store_as(store, &session, append_here, &undone), STORE_REFUSED);
  expect_value("SELECT string_agg(actor || ' ' || actor_name, ',') FROM audit"
               " WHERE action = 'letters.print'",
               "staff 1 anne@x.dk");
  cr_expect_eq(verify(NULL).flaw, AUDIT_SOUND);
}

/* ---- who waits for whom: rows are added one after the other */

static const char lock_held[] = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
                                " AND classid = (7234017283807667301 >> 32)::oid"
                                " AND database = (SELECT oid FROM pg_database"
                                "  WHERE datname = current_database())";

Test(audit, is_locked_only_when_the_rest_of_the_operators_transaction_is_done) {
  database_fill_settings(&database);
  cr_assert_eq(database_add_round(&database, "217,101"), 1);
  cr_assert_eq(pg_command(operator_store, "BEGIN; UPDATE round SET title = 'x'"), STORE_OK, "%s",
               store_message(operator_store));
  expect_value(lock_held, "0");
  expect_value("SELECT count(*) FROM audit", "0");
  cr_assert_eq(pg_command(operator_store, "COMMIT"), STORE_OK, "%s", store_message(operator_store));
  expect_value("SELECT action || details FROM audit", "round.set{\"changed\": [\"title\"]}");
}

Test(audit, keeps_no_parent_waiting) {
  database_fill_settings(&database);
  int round = scene_round(&database);
  struct desk desk;
  desk_open(&desk, database.url);
  database_run(&database, "SELECT pg_advisory_lock(7234017283807667301)");
  struct writer_job answer = scene_job(round, 1, 0), withdrawal = scene_withdrawal(round, 1);
  cr_expect_eq(desk_ask_one(&desk, &answer), WRITER_STORED);
  cr_expect_eq(desk_ask_one(&desk, &withdrawal), WRITER_WITHDRAWN);
  expect_value("SELECT count(*) FROM audit", "0");
  desk_close(&desk);
}

struct writer {
  struct store *store;
  pthread_barrier_t *start;
  int written;
};

static enum store_result append_or_not(struct store *of, void *context) {
  struct audit_entry entry = {.action = "letters.print"};
  enum store_result result = audit_append(of, &entry);
  /* Every third transaction is undone: its number is given again. */
  return result == STORE_OK && *(int *)context % 3 == 2 ? STORE_REFUSED : result;
}

static void *write_many(void *context) {
  struct writer *writer = context;
  (void)pthread_barrier_wait(writer->start);
  for (int i = 0; i < 60; i++) {
    writer->written += pg_transaction(writer->store, "BEGIN", append_or_not, &i) == STORE_OK;
  }
  return NULL;
}

Test(audit, chain_is_unbroken_with_many_writers_at_once) {
  enum { WRITERS = 8 };
  pthread_t threads[WRITERS];
  struct writer writers[WRITERS];
  pthread_barrier_t start;
  int written = 0;
  cr_assert_eq(pthread_barrier_init(&start, NULL, WRITERS), 0);
  for (size_t i = 0; i < WRITERS; i++) {
    writers[i] = (struct writer){database_open(&database, STORE_AS_CONSOLE), &start, 0};
    cr_assert_eq(pthread_create(&threads[i], NULL, write_many, &writers[i]), 0);
  }
  for (size_t i = 0; i < WRITERS; i++) {
    cr_assert_eq(pthread_join(threads[i], NULL), 0);
    written += writers[i].written;
    store_close(writers[i].store);
  }
  (void)pthread_barrier_destroy(&start);
  cr_expect_eq(written, WRITERS * 40);
  struct audit_verdict verdict = verify(NULL);
  cr_expect_eq(verdict.flaw, AUDIT_SOUND, "row %ld", (long)verdict.row);
  cr_expect_eq(verdict.rows, written);
  expect_value("SELECT max(id) - count(*) FROM audit", "0");
}

Test(audit, is_listed_from_the_newest_page_by_page) {
  append(25);
  struct audit_row *rows;
  size_t count;
  int64_t before = 0, expected = 25;
  while (audit_list(operator_store, AUDIT_ALL, before, 10, arena, &rows, &count) == STORE_OK &&
         count > 0) {
    for (size_t i = 0; i < count; i++) {
      cr_expect_eq(rows[i].id, expected--);
      cr_expect_str_eq(rows[i].action, "letters.print");
    }
    before = rows[count - 1].id;
  }
  cr_expect_eq(expected, 0);
  cr_assert_eq(audit_list(operator_store, AUDIT_ALL, 3, 10, arena, &rows, &count), STORE_OK);
  cr_expect_eq(count, 2);
  cr_expect_eq(rows[0].round, 1);
  cr_expect_eq(rows[0].municipality, 217);
  cr_expect_str_eq(rows[0].subject, "batch 7");
  cr_expect_str_eq(rows[0].details, "{\"å\": \"é\", \"letters\": 40}");
  cr_expect_eq(rows[1].round, 0);
  cr_expect_str_eq(rows[1].details, "{}");
}

Test(audit, is_listed_by_kind) {
  static const struct {
    const char *action;
    enum audit_kind kind;
  } rows[] = {{"sign_in.complete", AUDIT_SIGN_INS},  {"session.end_all", AUDIT_SIGN_INS},
              {"password.replace", AUDIT_SIGN_INS},  {"totp.enrol", AUDIT_SIGN_INS},
              {"staff.set_scope", AUDIT_ACCOUNTS},   {"invitation.make", AUDIT_ACCOUNTS},
              {"token.add", AUDIT_ACCOUNTS},         {"access.refuse", AUDIT_REFUSALS},
              {"round.create", AUDIT_ROUNDS},        {"link.cancel", AUDIT_ROUNDS},
              {"questionnaire.add", AUDIT_ROUNDS},   {"translation.approve", AUDIT_ROUNDS},
              {"letters.print", AUDIT_LETTERS},      {"codes.make", AUDIT_LETTERS},
              {"course.export_end", AUDIT_COURSES},  {"answers.export", AUDIT_ANSWERS},
              {"duplicates.decide", AUDIT_ANSWERS},  {"comments.decide", AUDIT_ANSWERS},
              {"setting.set", AUDIT_SETTINGS},       {"municipality.set", AUDIT_SETTINGS},
              {"installation.purge", AUDIT_SETTINGS}};
  for (size_t i = 0; i < array_length(rows); i++) {
    struct audit_entry entry = {.action = rows[i].action};
    cr_assert_eq(audit_append(operator_store, &entry), STORE_OK);
  }
  for (enum audit_kind kind = AUDIT_ALL; kind < AUDIT_KINDS; kind++) {
    struct audit_row *found;
    size_t count, expected = 0;
    enum audit_kind read;
    cr_assert_eq(audit_list(operator_store, kind, 0, 100, arena, &found, &count), STORE_OK);
    for (size_t i = array_length(rows); i-- > 0;) {
      if (kind == AUDIT_ALL || rows[i].kind == kind) {
        cr_assert_lt(expected, count);
        cr_expect_str_eq(found[expected++].action, rows[i].action);
      }
    }
    cr_expect_eq(count, expected, "%s", audit_kind_name(kind));
    cr_expect(audit_kind_read(audit_kind_name(kind), &read) && read == kind);
  }
  enum audit_kind none;
  cr_expect_not(audit_kind_read("nothing", &none));
}
