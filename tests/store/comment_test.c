#include "store/comment_store.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "crew.h"
#include "meanwhile.h"
#include "scene.h"
#include "store/pg.h"
#include "store/round_store.h"
#include "survey/comment.h"

/* What is kept of a reviewer's decisions, who may decide, and what a database still tells. */

static struct database database;
static struct arena *arena;
static struct store *reviewer, *everybody;

enum who { EVALUATOR, OF_ROUND, OF_217, HELSINGOER, WHO_COUNT };
static const char *const emails[WHO_COUNT] = {[EVALUATOR] = "evaluator@x.dk",
                                              [OF_ROUND] = "of-round@x.dk",
                                              [OF_217] = "of-217@x.dk",
                                              [HELSINGOER] = "217@x.dk"};
static struct staff_session sessions[WHO_COUNT];

static void add_crew(void) {
  static const int second[] = {2};
  struct store *console = database_open(&database, STORE_AS_CONSOLE);
  struct store *staff = database_open(&database, STORE_AS_STAFF);
  (void)crew_add(console, emails[EVALUATOR], STAFF_EVALUATOR, 0, NULL, 0);
  (void)crew_add(console, emails[OF_ROUND], STAFF_EVALUATOR, 0, second, 1);
  (void)crew_add(console, emails[OF_217], STAFF_EVALUATOR, 217, NULL, 0);
  (void)crew_add(console, emails[HELSINGOER], STAFF_MUNICIPALITY, 217, NULL, 0);
  for (enum who who = 0; who < WHO_COUNT; who++) {
    sessions[who] = crew_session(staff, emails[who], arena);
  }
  store_close(staff);
  store_close(console);
}

/* Rounds 1 and 2; in the first, twelve answers with a comment, of Helsingør and København in turn,
 * and one with two; the ids ascend with the day. */
static void begin(void) {
  scene_init(&database);
  arena = arena_new(0);
  cr_assert_eq(scene_round(&database), 1);
  cr_assert_eq(scene_round(&database), 2);
  for (int i = 1; i <= 12; i++) {
    scene_run(&database,
              "INSERT INTO submission (round, id, municipality, language, received_on, answers)"
              " VALUES (1, '000000%02d-0000-4000-8000-000000000000', %d, 'da',"
              "  date '2026-11-01' + %d, '{\"q1\": 2, \"q10\": \"Tak, Mette %d\"}')",
              i, i % 2 == 0 ? 217 : 101, i, i);
  }
  scene_run(&database,
            "INSERT INTO submission (round, id, municipality, language, received_on, answers)"
            " VALUES (1, '99999999-0000-4000-8000-000000000000', 101, 'da', '2026-11-20',"
            "  '{\"q1\": 3, \"q1_text\": \"bedste\", \"q10\": \"Alt godt\"}')");
  add_crew();
  reviewer = database_open(&database, STORE_AS_REVIEW);
  everybody = database_open(&database, STORE_AS_REVIEWER);
}

static void end(void) {
  store_close(everybody);
  store_close(reviewer);
  arena_free(arena);
  database_clear(&database);
}

TestSuite(comment_store, .init = begin, .fini = end, .timeout = 120);

static size_t list(enum comment_state state, struct comment_row **rows) {
  size_t count = 0;
  cr_assert_eq(comment_list(reviewer, 1, state, NULL, 100, arena, rows, &count), STORE_OK, "%s",
               store_message(reviewer));
  return count;
}

static struct comment_row the(const char *text) {
  struct comment_row *rows;
  size_t count = list(COMMENT_ALL, &rows);
  for (size_t i = 0; i < count; i++) {
    if (strcmp(rows[i].text, text) == 0) {
      return rows[i];
    }
  }
  cr_assert_fail("no comment \"%s\"", text);
  return (struct comment_row){.number = ""};
}

static enum store_result decide(const char *text, enum comment_state state, const char *marks) {
  return comment_decide(reviewer, 1, the(text).number, state, marks, -1);
}

static void count_of(enum comment_state state, long long expected) {
  struct comment_counts counts;
  cr_assert_eq(comment_count(reviewer, 1, &counts), STORE_OK);
  cr_expect_eq(counts.of[state], expected, "%s: %lld", comment_state_name(state), counts.of[state]);
}

Test(comment_store, comes_in_an_order_that_is_neither_the_ids_nor_the_time) {
  struct comment_row *rows, *page;
  size_t count = list(COMMENT_WAITING, &rows), more = 0;
  bool sorted = true;
  cr_assert_eq(count, 14);
  const char *last = "", *before = "";
  for (size_t i = 0; i < count; i++) {
    cr_expect_eq(strlen(rows[i].number), COMMENT_NUMBER_CHARACTERS);
    cr_expect_gt(strcmp(rows[i].number, last), 0);
    last = rows[i].number;
    const char *id = database_value(
        &database, arena,
        arena_printf(arena, "SELECT max(id::text) FROM submission WHERE answers ->> '%s' = '%s'",
                     rows[i].field, rows[i].text));
    sorted = sorted && strcmp(id, before) >= 0;
    before = id;
  }
  cr_expect_not(sorted);
  cr_expect_null(strstr(rows[0].number, "99999999"));
  cr_assert_eq(comment_list(reviewer, 1, COMMENT_WAITING, rows[9].number, 3, arena, &page, &more),
               STORE_OK);
  cr_assert_eq(more, 3);
  cr_expect_str_eq(page[0].number, rows[10].number);
}

Test(comment_store, finds_each_by_its_number_and_none_by_another) {
  struct comment_row *rows, row;
  char wrong[COMMENT_NUMBER_CHARACTERS + 1];
  size_t count = list(COMMENT_ALL, &rows);
  for (size_t i = 0; i < count; i++) {
    cr_assert_eq(comment_find(reviewer, 1, rows[i].number, arena, &row), STORE_OK);
    cr_expect_str_eq(row.text, rows[i].text);
    (void)snprintf(wrong, sizeof wrong, "%s", rows[i].number);
    wrong[3] = wrong[3] == '0' ? '1' : '0';
    cr_expect_eq(comment_find(reviewer, 1, wrong, arena, &row), STORE_NONE);
    (void)snprintf(wrong, sizeof wrong, "%s", rows[i].number);
    wrong[30] = wrong[30] == '0' ? '1' : '0';
    cr_expect_eq(comment_find(reviewer, 1, wrong, arena, &row), STORE_NONE);
  }
  cr_expect_eq(comment_find(reviewer, 1, "x'", arena, &row), STORE_NONE);
  cr_expect_eq(comment_find(reviewer, 2, rows[0].number, arena, &row), STORE_NONE);
}

Test(comment_store, keeps_each_decision_with_who_and_when_and_undoes_the_last) {
  cr_assert_eq(decide("Tak, Mette 3", COMMENT_MASK, "[[5,5]]"), STORE_OK);
  cr_assert_eq(decide("Tak, Mette 3", COMMENT_NEVER, NULL), STORE_OK);
  struct comment_row row = the("Tak, Mette 3");
  cr_expect_eq(row.state, COMMENT_NEVER);
  cr_expect_eq(row.place, 2);
  cr_expect_str_eq(row.actor, "operator");
  cr_expect_not_null(row.decided_at);
  cr_assert_eq(comment_undo(reviewer, 1, row.number, 2), STORE_OK);
  row = the("Tak, Mette 3");
  cr_expect_eq(row.state, COMMENT_MASK);
  cr_expect_str_eq(row.marks, "[[5, 5]]");
  cr_assert_eq(comment_undo(reviewer, 1, row.number, -1), STORE_OK);
  cr_expect_eq(the("Tak, Mette 3").state, COMMENT_WAITING);
  cr_expect_eq(comment_undo(reviewer, 1, row.number, -1), STORE_NONE);
  scene_expect(&database, "2", "SELECT count(*) FROM comment_review WHERE undone_by = 'operator'");
}

Test(comment_store, refuses_a_decision_over_one_that_was_not_seen) {
  const char *number = the("Tak, Mette 3").number;
  cr_assert_eq(comment_decide(reviewer, 1, number, COMMENT_NEVER, NULL, 0), STORE_OK);
  cr_expect_eq(comment_decide(reviewer, 1, number, COMMENT_PUBLISHABLE, NULL, 0), STORE_CONFLICT);
  cr_expect_eq(comment_undo(reviewer, 1, number, 2), STORE_CONFLICT);
  cr_expect_eq(the("Tak, Mette 3").state, COMMENT_NEVER);
  cr_expect_eq(comment_decide(reviewer, 1, "00000000000000000000", COMMENT_NEVER, NULL, -1),
               STORE_NONE);
  cr_expect_eq(comment_decide(reviewer, 2, number, COMMENT_NEVER, NULL, -1), STORE_NONE);
  cr_expect_eq(comment_decide(reviewer, 1, number, COMMENT_MASK, NULL, -1), STORE_REFUSED);
}

Test(comment_store, counts_each_text_of_an_answer_by_itself) {
  cr_assert_eq(decide("bedste", COMMENT_NEVER, NULL), STORE_OK);
  cr_assert_eq(decide("Alt godt", COMMENT_PUBLISHABLE, NULL), STORE_OK);
  cr_assert_eq(decide("Tak, Mette 1", COMMENT_CONCERN, NULL), STORE_OK);
  count_of(COMMENT_WAITING, 11);
  count_of(COMMENT_NEVER, 1);
  count_of(COMMENT_CONCERN, 1);
  count_of(COMMENT_PUBLISHABLE, 1);
  count_of(COMMENT_MASK, 0);
}

Test(comment_store, waits_again_once_other_things_are_masked_but_stays_never) {
  cr_assert_eq(decide("Tak, Mette 1", COMMENT_PUBLISHABLE, NULL), STORE_OK);
  cr_assert_eq(decide("Tak, Mette 2", COMMENT_MASK, "[[5,5]]"), STORE_OK);
  cr_assert_eq(decide("Tak, Mette 3", COMMENT_NEVER, NULL), STORE_OK);
  cr_assert_eq(decide("Tak, Mette 4", COMMENT_CONCERN, NULL), STORE_OK);
  scene_run(&database, "UPDATE comment_review SET rules = %d", COMMENT_RULES - 1);
  count_of(COMMENT_WAITING, 12);
  count_of(COMMENT_NEVER, 1);
  count_of(COMMENT_CONCERN, 1);
  struct comment_row row = the("Tak, Mette 2");
  cr_expect_eq(row.state, COMMENT_WAITING);
  cr_expect_str_eq(row.decision, "mask");
  cr_expect_str_eq(row.marks, "[[5, 5]]");
}

Test(comment_store, forgets_what_was_decided_of_an_answer_that_is_withdrawn) {
  cr_assert_eq(decide("Alt godt", COMMENT_PUBLISHABLE, NULL), STORE_OK);
  cr_assert_eq(decide("bedste", COMMENT_NEVER, NULL), STORE_OK);
  cr_assert_eq(decide("Tak, Mette 1", COMMENT_NEVER, NULL), STORE_OK);
  scene_run(&database, "UPDATE submission SET withdrawn = true, answers = NULL, language = NULL"
                       " WHERE id = '99999999-0000-4000-8000-000000000000'");
  scene_expect(&database, "1", "SELECT count(*) FROM comment_review");
}

Test(comment_store, tells_the_audit_log_neither_the_comment_nor_whose_it_is) {
  cr_assert_eq(decide("Tak, Mette 3", COMMENT_MASK, "[[5,5]]"), STORE_OK);
  cr_assert_eq(comment_undo(reviewer, 1, the("Tak, Mette 3").number, -1), STORE_OK);
  cr_assert_eq(comment_tell(reviewer, 1, 14), STORE_OK);
  scene_expect(&database,
               "comments.decide {\"decision\": \"mask\"} , comments.undo {} , "
               "comments.read {\"comments\": 14} ",
               "SELECT string_agg(concat_ws(' ', action, details::text, municipality, subject),"
               " ', ' ORDER BY id) FROM audit WHERE action LIKE 'comments.%%'");
}

static void decide_all_backwards(void) {
  scene_run(&database, "SELECT set_config('app.role', 'operator', false);"
                       "SELECT count(comment_decide(1, comment_number(1, s.id, 'q10'),"
                       "  'publishable', '[]', 1, NULL)) FROM (SELECT id FROM submission"
                       "  WHERE round = 1 ORDER BY id DESC) s");
}

static void close_round(void) {
  scene_run(&database, "UPDATE round SET closed_at = now() - interval '2 hours' WHERE id = 1");
  database_settle_flags(&database, 1);
}

static const char *decision_on(const char *text) {
  return arena_printf(arena, "SELECT comment_decide(1, '%s', 'never', '[]', 1, NULL)",
                      the(text).number);
}

Test(comment_store, gives_no_decision_a_time_from_before_the_round_was_finalised) {
  struct meanwhile meanwhile;
  close_round();
  const char *decide_it = decision_on("Tak, Mette 3");
  meanwhile_open(&meanwhile, &database);
  meanwhile_run(&meanwhile, "BEGIN");
  meanwhile_run(&meanwhile, "SELECT now()");
  database_finalise(&database, 1);
  meanwhile_run(&meanwhile, decide_it);
  meanwhile_run(&meanwhile, "COMMIT");
  meanwhile_close(&meanwhile);
  scene_expect(&database, "1 0",
               "SELECT concat_ws(' ', count(*), count(*) FILTER (WHERE v.decided_at <="
               " r.finalised_at)) FROM comment_review v JOIN round r ON r.id = v.round");
}

Test(comment_store, takes_a_decision_that_meets_the_finalising_once_that_is_done) {
  struct meanwhile meanwhile;
  close_round();
  const char *decide_it = decision_on("Tak, Mette 3");
  meanwhile_open(&meanwhile, &database);
  scene_run(&database, "BEGIN; SET LOCAL app.role = 'operator'; SELECT round_finalise(1)");
  cr_expect(meanwhile_waits(&meanwhile, decide_it));
  scene_run(&database, "COMMIT");
  cr_expect_str_eq(meanwhile_end(&meanwhile, arena), "decided");
  meanwhile_close(&meanwhile);
  cr_expect_eq(the("Tak, Mette 3").state, COMMENT_NEVER);
}

Test(comment_store, keeps_decisions_of_a_finalised_round_in_an_order_that_tells_nothing) {
  decide_all_backwards();
  cr_assert_eq(decide("bedste", COMMENT_NEVER, NULL), STORE_OK);
  cr_assert_eq(comment_undo(reviewer, 1, the("bedste").number, -1), STORE_OK);
  close_round();
  database_finalise(&database, 1);
  scene_expect(&database, "13 0 0 1",
               "SELECT concat_ws(' ', count(*), count(decided_at), count(undone_at),"
               " count(DISTINCT xmin::text)) FROM comment_review");
  scene_expect(&database, "t",
               "SELECT bool_and(later) FROM (SELECT submission > lag(submission)"
               " OVER (ORDER BY ctid) AS later FROM comment_review) AS pairs");
  scene_expect(&database, "comment_review_final_1",
               "SELECT string_agg(relname, ',') FROM pg_class WHERE relkind = 'r'"
               " AND relname LIKE 'comment_review%%1'");
  count_of(COMMENT_PUBLISHABLE, 13);
  count_of(COMMENT_WAITING, 1);
  cr_expect_null(the("Alt godt").decided_at);
  cr_assert_eq(decide("bedste", COMMENT_PUBLISHABLE, NULL), STORE_OK, "reading goes on");
}

/* For each kind of session the value that is seen; "DENIED" when PostgreSQL refuses. */
static void expect(const char *sql, const char *const expected[WHO_COUNT]) {
  for (enum who who = 0; who < WHO_COUNT; who++) {
    char value[256];
    enum store_result result = crew_sql(everybody, &sessions[who], sql, value, sizeof(value));
    const char *seen = result == STORE_OK ? value : result == STORE_DENIED ? "DENIED" : "FAILED";
    cr_expect_str_eq(seen, expected[who], "%s as %s: %s (%s), not %s", sql, emails[who], seen,
                     store_message(everybody), expected[who]);
  }
}

#define SEEN(evaluator, of_round, of_217, helsingoer)                                              \
  ((const char *const[]){evaluator, of_round, of_217, helsingoer})

Test(comment_store, is_read_and_decided_by_evaluators_in_scope_and_never_by_a_municipality) {
  cr_assert_eq(decide("Tak, Mette 1", COMMENT_NEVER, NULL), STORE_OK);
  cr_assert_eq(decide("Tak, Mette 2", COMMENT_NEVER, NULL), STORE_OK);
  expect("SELECT count(*) FROM comment_review", SEEN("2", "0", "1", "0"));
  char sql[256];
  (void)snprintf(sql, sizeof sql, "SELECT comment_decide(1, '%s', 'never', '[]', 1, NULL)",
                 the("Tak, Mette 3").number);
  expect(sql, SEEN("decided", "none", "none", "none"));
  (void)snprintf(sql, sizeof sql, "SELECT comment_undo(1, '%s', NULL)", the("Tak, Mette 1").number);
  expect(sql, SEEN("undone", "none", "none", "none"));
  expect("SELECT count(*) FROM comment_secret", SEEN("DENIED", "DENIED", "DENIED", "DENIED"));
  (void)snprintf(sql, sizeof sql, "SELECT field FROM comment_find(1, '%s')",
                 the("Tak, Mette 3").number);
  expect(sql, SEEN("q10", "", "", ""));
  expect("SELECT submission::text FROM comment_find(1, 'x')", SEEN("", "", "", ""));
  expect("SELECT comment_veil('', '')", SEEN("DENIED", "DENIED", "DENIED", "DENIED"));
  expect("UPDATE comment_review SET decision = 'publishable'",
         SEEN("DENIED", "DENIED", "DENIED", "DENIED"));
}

Test(comment_store, gives_out_what_may_be_published_and_nothing_else) {
  cr_assert_eq(decide("Tak, Mette 1", COMMENT_NEVER, NULL), STORE_OK);
  cr_assert_eq(decide("Tak, Mette 2", COMMENT_CONCERN, NULL), STORE_OK);
  cr_assert_eq(decide("Tak, Mette 3", COMMENT_MASK, "[[5,5]]"), STORE_OK);
  cr_assert_eq(decide("Alt godt", COMMENT_PUBLISHABLE, NULL), STORE_OK);
  struct store *export = database_open(&database, STORE_AS_EXPORT);
  struct comment_reviewed *rows;
  size_t count = 0;
  cr_assert_eq(comment_reviewed(export, 1, arena, &rows, &count), STORE_OK, "%s",
               store_message(export));
  cr_assert_eq(count, 2);
  for (size_t i = 0; i < count; i++) {
    cr_expect_str_eq(rows[i].text, rows[i].masked ? "Tak, Mette 3" : "Alt godt");
  }
  store_close(export);
}

Test(comment_store, has_the_procedure_of_the_round_or_else_of_the_installation) {
  const char *text = NULL;
  cr_assert_eq(comment_procedure(reviewer, 1, arena, &text), STORE_OK);
  cr_expect_str_eq(text, "");
  scene_run(&database, "INSERT INTO setting (key, value) VALUES ('concern_procedure', 'Ring');"
                       "INSERT INTO setting (key, round, value)"
                       " VALUES ('concern_procedure', 2, 'Skriv')");
  cr_assert_eq(comment_procedure(reviewer, 1, arena, &text), STORE_OK);
  cr_expect_str_eq(text, "Ring");
  cr_assert_eq(comment_procedure(reviewer, 2, arena, &text), STORE_OK);
  cr_expect_str_eq(text, "Skriv");
}
