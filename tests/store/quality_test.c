#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "crew.h"
#include "meanwhile.h"
#include "scene.h"
#include "store/pg.h"
#include "store/review_store.h"

/* Who may read answers and decide, as PostgreSQL itself says it, and what is kept of it. */

static struct database database;
static struct arena *arena;
static struct store *operator_store, *reviewer;
static const struct questionnaire *bilag8;

enum who { ADMIN, EVALUATOR, OF_ROUND, OF_217, HELSINGOER, WHO_COUNT };
static const char *const emails[WHO_COUNT] = {[ADMIN] = "admin@x.dk",
                                              [EVALUATOR] = "evaluator@x.dk",
                                              [OF_ROUND] = "of-round@x.dk",
                                              [OF_217] = "of-217@x.dk",
                                              [HELSINGOER] = "217@x.dk"};
static struct staff_session sessions[WHO_COUNT];

#define FIRST  "11111111-0000-4000-8000-000000000000"
#define SECOND "22222222-0000-4000-8000-000000000000"
#define THIRD  "33333333-0000-4000-8000-000000000000"

static void add_answer(int round, const char *id, int municipality, const char *answers) {
  scene_run(&database,
            "INSERT INTO submission (round, id, municipality, language, received_on, answers)"
            " VALUES (%d, '%s', %d, 'da', '2026-11-20', '%s');"
            "INSERT INTO submission_trace VALUES (%d, '%s', 7, 9, 200, '2026-11-20 20:00Z')",
            round, id, municipality, answers, round, id);
}

static void add_crew(void) {
  static const int second[] = {2};
  struct store *console = database_open(&database, STORE_AS_CONSOLE);
  struct store *staff = database_open(&database, STORE_AS_STAFF);
  (void)crew_add(console, emails[ADMIN], STAFF_ADMIN, 0, NULL, 0);
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

/* Rounds 1 and 2 of København (101) and Helsingør (217); two equal answers from Helsingør and one
 * from København in the first. */
static void begin(void) {
  struct complaints complaints = {0};
  scene_init(&database);
  arena = arena_new(0);
  char *json = questionnaire_read(
      arena_printf(arena, "%s/templates/questionnaires/bilag8.json", database_share_dir()), arena);
  cr_assert_not_null(json);
  bilag8 = questionnaire_load(json, arena, &complaints);
  cr_assert_not_null(bilag8);
  cr_assert_eq(scene_round(&database), 1);
  cr_assert_eq(scene_round(&database), 2);
  add_answer(1, FIRST, 217, "{\"q1\":2,\"q3\":1,\"q7\":1,\"q9\":1}");
  add_answer(1, SECOND, 217, "{\"q1\":2,\"q3\":1,\"q7\":1,\"q9\":1}");
  add_answer(1, THIRD, 101, "{\"q1\":1,\"q3\":2,\"q7\":4,\"q9\":8}");
  add_crew();
  operator_store = database_open(&database, STORE_AS_REVIEW);
  reviewer = database_open(&database, STORE_AS_REVIEWER);
}

static void end(void) {
  store_close(reviewer);
  store_close(operator_store);
  arena_free(arena);
  database_clear(&database);
}

TestSuite(quality_store, .init = begin, .fini = end, .timeout = 120);

static void refresh(void) {
  cr_assert_eq(quality_refresh(operator_store, 1, bilag8), STORE_OK, "%s",
               store_message(operator_store));
}

/* A refresh that goes on while something else happens. */
struct refreshing {
  pthread_t thread;
  const struct staff_session *session; /* NULL: the operator's */
  enum store_result result;
};

static enum store_result refresh_as(struct store *asked, void *context) {
  (void)context;
  return quality_refresh(asked, 1, bilag8);
}

static void *run_refreshing(void *context) {
  struct refreshing *refreshing = context;
  refreshing->result = refreshing->session == NULL
                           ? refresh_as(operator_store, NULL)
                           : store_as(reviewer, refreshing->session, refresh_as, NULL);
  return NULL;
}

/* Begins it; when it is back, it waits for somebody. */
static void refreshing_waits(struct refreshing *refreshing) {
  cr_assert_eq(pthread_create(&refreshing->thread, NULL, run_refreshing, refreshing), 0);
  while (scene_number(&database,
                      "SELECT count(*) FROM pg_stat_activity WHERE"
                      " datname = current_database() AND wait_event_type = 'Lock'") == 0) {
    cr_assert_neq(pthread_tryjoin_np(refreshing->thread, NULL), 0, "it waited for nobody");
  }
}

static void expect_refreshed(struct refreshing *refreshing) {
  cr_assert_eq(pthread_join(refreshing->thread, NULL), 0);
  cr_expect_eq(refreshing->result, STORE_OK, "%s",
               store_message(refreshing->session == NULL ? operator_store : reviewer));
}

static bool stale(void) {
  struct quality_run run;
  cr_assert_eq(quality_run_find(operator_store, 1, arena, &run), STORE_OK);
  return run.stale;
}

static enum store_result decide(const char *a, const char *b, const char *decision) {
  return review_decide(operator_store, 1, a, b, decision, NULL, NULL);
}

/* For each kind of session the value that is seen; "DENIED" when PostgreSQL refuses. */
static void expect(const char *sql, const char *const expected[WHO_COUNT]) {
  for (enum who who = 0; who < WHO_COUNT; who++) {
    char value[256];
    enum store_result result = crew_sql(reviewer, &sessions[who], sql, value, sizeof(value));
    const char *seen = result == STORE_OK ? value : result == STORE_DENIED ? "DENIED" : "FAILED";
    cr_expect_str_eq(seen, expected[who], "%s as %s: %s (%s), not %s", sql, emails[who], seen,
                     store_message(reviewer), expected[who]);
  }
}

#define SEEN(admin, evaluator, of_round, of_217, helsingoer)                                       \
  ((const char *const[]){admin, evaluator, of_round, of_217, helsingoer})

/* ---- who sees what */

Test(quality_store, shows_answers_to_evaluators_in_scope_and_never_to_a_municipality) {
  refresh();
  cr_assert_eq(decide(FIRST, SECOND, "undecided"), STORE_OK);
  expect("SELECT count(answers) FROM submission", SEEN("3", "3", "0", "2", "0"));
  expect("SELECT count(*) FROM submission_trace", SEEN("3", "3", "0", "0", "0"));
  expect("SELECT count(*) FROM flag", SEEN("3", "3", "0", "2", "0"));
  expect("SELECT count(*) FROM pair", SEEN("1", "1", "0", "1", "0"));
  expect("SELECT count(*) FROM review", SEEN("1", "1", "0", "1", "0"));
  expect("SELECT count(*) FROM quality_run", SEEN("1", "1", "0", "0", "0"));
  expect("SELECT count(method) FROM quality_made(1)", SEEN("1", "1", "0", "1", "0"));
  expect("SELECT count(*) FROM quality_figure", SEEN("3", "3", "0", "1", "0"));
}

static enum store_result find_run(struct store *asked, void *context) {
  return quality_run_find(asked, 1, arena, context);
}

Test(quality_store, counts_a_whole_round_for_those_alone_who_see_it_whole) {
  struct quality_run run;
  refresh();
  cr_assert_eq(store_as(reviewer, &sessions[EVALUATOR], find_run, &run), STORE_OK);
  cr_expect_eq(run.answers, 3);
  cr_expect_eq(run.traced, 3);
  cr_assert_eq(store_as(reviewer, &sessions[OF_217], find_run, &run), STORE_OK);
  cr_expect_not_null(run.refreshed_at);
  cr_expect_eq(run.answers, 0);
  cr_expect_eq(run.traced, 0);
}

Test(quality_store, shows_nothing_to_who_has_not_said_for_whom_they_work) {
  refresh();
  static const char *const tables[] = {"submission",  "submission_trace", "flag",  "pair", "review",
                                       "quality_run", "quality_figure",   "course"};
  for (size_t i = 0; i < array_length(tables); i++) {
    PGresult *rows =
        PQexec(database.admin, "SET ROLE hjemsvar_review; SET app.role = ''; SELECT 1");
    PQclear(rows);
    const char *seen = database_value(
        &database, arena, arena_printf(arena, "SELECT count(round) FROM %s", tables[i]));
    cr_expect_str_eq(seen, "0", "%s: %s", tables[i], seen);
    database_run(&database, "RESET ROLE");
  }
}

Test(quality_store, lets_nobody_change_answers_or_decisions_but_by_deciding) {
  refresh();
  static const char *const changes[] = {
      "UPDATE submission SET answers = NULL",
      "DELETE FROM submission",
      "DELETE FROM review",
      "UPDATE review SET note = ''",
      "INSERT INTO review (round, municipality, a, b, place, decision, actor) VALUES (1, 217,"
      " '" FIRST "', '" SECOND "', 1, 'same', 'operator')",
      "SELECT * FROM submission_1",
      "SELECT * FROM review_1",
      "SELECT number FROM submission",
  };
  for (size_t i = 0; i < array_length(changes); i++) {
    expect(changes[i], SEEN("DENIED", "DENIED", "DENIED", "DENIED", "DENIED"));
  }
  expect("WITH gone AS (DELETE FROM flag RETURNING 1) SELECT count(*) FROM gone",
         SEEN("3", "0", "0", "0", "0"));
}

Test(quality_store, takes_a_decision_from_those_alone_who_may_read_both_answers) {
  expect("SELECT review_decide(1, '" FIRST "', '" SECOND "', 'same', NULL, '')",
         SEEN("decided", "decided", "none", "decided", "none"));
  expect("SELECT review_decide(1, '" FIRST "', '" THIRD "', 'same', NULL, '')",
         SEEN("apart", "apart", "none", "none", "none"));
  expect("SELECT review_undo(1, '" FIRST "', '" SECOND "', NULL)",
         SEEN("undone", "undone", "none", "undone", "none"));
}

Test(quality_store, tells_exports_nothing_of_what_the_flags_were_made_of) {
  char value[64];
  refresh();
  struct store *exporter = database_open(&database, STORE_AS_EXPORTER);
  cr_expect_eq(
      crew_sql(exporter, &sessions[OF_217], "SELECT answers FROM quality_run", value, sizeof value),
      STORE_DENIED);
  store_close(exporter);
}

/* ---- decisions */

Test(quality_store, decides_nothing_about_an_answer_that_is_being_withdrawn) {
  struct meanwhile meanwhile;
  meanwhile_open(&meanwhile, &database);
  scene_run(&database, "BEGIN; UPDATE submission SET withdrawn = true, answers = NULL,"
                       " language = NULL, digest = NULL WHERE id = '" SECOND "'");
  cr_expect(meanwhile_waits(&meanwhile, "SELECT review_decide(1, '" FIRST "', '" SECOND
                                        "', 'same', NULL, '')"));
  scene_run(&database, "COMMIT");
  cr_expect_str_eq(meanwhile_end(&meanwhile, arena), "none");
  meanwhile_close(&meanwhile);
  scene_expect(&database, "0", "SELECT count(*) FROM review");
}

Test(quality_store, keeps_every_decision_with_who_and_when) {
  char value[64];
  cr_assert_eq(crew_sql(reviewer, &sessions[EVALUATOR],
                        "SELECT review_decide(1, '" SECOND "', '" FIRST "', 'same', '" SECOND
                        "', 'the same words')",
                        value, sizeof value),
               STORE_OK, "%s", store_message(reviewer));
  cr_assert_eq(decide(FIRST, SECOND, "different"), STORE_OK);
  cr_expect_eq(review_undo(operator_store, 1, SECOND, FIRST, "1"), STORE_CONFLICT,
               "a newer one than was seen holds");
  cr_assert_eq(review_undo(operator_store, 1, SECOND, FIRST, "2"), STORE_OK);
  struct review_row *rows;
  size_t count;
  cr_assert_eq(review_list(operator_store, 1, arena, &rows, &count), STORE_OK);
  cr_assert_eq(count, 2);
  cr_expect_str_eq(rows[0].decision, "different");
  cr_expect_str_eq(rows[0].undone_by, "operator");
  cr_expect_str_eq(rows[1].decision, "same");
  cr_expect_str_eq(rows[1].a, FIRST);
  cr_expect_str_eq(rows[1].counts, SECOND);
  cr_expect_str_eq(rows[1].note, "the same words");
  cr_expect_str_eq(rows[1].actor_name, emails[EVALUATOR]);
  cr_expect_null(rows[1].undone_at);
  refresh();
  struct pair_row *pairs;
  cr_assert_eq(pair_list(operator_store, 1, true, arena, &pairs, &count), STORE_OK);
  cr_assert_eq(count, 1);
  cr_expect(pairs[0].flagged);
  cr_expect_str_eq(pairs[0].decided.decision, "same", "the one before holds again");
  cr_expect_eq(review_undo(operator_store, 1, FIRST, SECOND, NULL), STORE_OK);
  cr_expect_eq(review_undo(operator_store, 1, FIRST, SECOND, NULL), STORE_NONE);
}

#define FOURTH "44444444-0000-4000-8000-000000000000"

static void add_pair(const char *a, const char *b, double probability, bool flagged) {
  scene_run(&database,
            "INSERT INTO pair (round, municipality, a, b, weight_bits, probability, chance,"
            " flagged, words_only, reasons)"
            " VALUES (1, 217, '%s', '%s', 9, %f, 0, %s, false, '[]')",
            a, b, probability, flagged ? "true" : "false");
}

Test(quality_store, gives_pairs_by_the_page_with_the_whole_groups_of_its_own) {
  add_pair(FIRST, SECOND, 0.9, true);
  add_pair(SECOND, FOURTH, 0.9, true);
  add_pair(FIRST, FOURTH, 0.5, false);
  add_pair(FIRST, THIRD, 0.005, false); /* not shown */
  struct pair_page page = {.limit = 1};
  struct pair_cluster *groups;
  size_t count;
  cr_assert_eq(pair_page(operator_store, 1, arena, &page), STORE_OK);
  cr_assert_eq(page.count, 1);
  cr_expect(page.more);
  cr_expect_eq(page.total, 3);
  cr_expect_str_eq(page.rows[0].a, FIRST);
  cr_expect_str_eq(page.rows[0].b, SECOND);
  cr_assert_eq(pair_groups(operator_store, 1, &page, arena, &groups, &count), STORE_OK);
  cr_assert_eq(count, 1);
  cr_assert_eq(groups[0].count, 3, "also the one that is not on the page");
  cr_expect_str_eq(groups[0].ids[2], FOURTH);
  page = (struct pair_page){.limit = 2, .after_a = FIRST, .after_b = SECOND};
  cr_assert_eq(pair_page(operator_store, 1, arena, &page), STORE_OK);
  cr_assert_eq(page.count, 2);
  cr_expect_not(page.more);
  cr_expect_str_eq(page.rows[0].a, SECOND);
  cr_expect_str_eq(page.rows[1].b, FOURTH);
  page = (struct pair_page){.limit = 2, .after_a = SECOND, .after_b = FOURTH};
  cr_assert_eq(pair_page(operator_store, 1, arena, &page), STORE_OK);
  cr_assert_eq(pair_groups(operator_store, 1, &page, arena, &groups, &count), STORE_OK);
  cr_expect_eq(count, 0, "of a pair that is not flagged");
}

Test(quality_store, goes_on_from_no_pair_that_there_is_not) {
  struct pair_page page = {.limit = 2, .after_a = FIRST, .after_b = SECOND};
  cr_expect_eq(pair_page(operator_store, 1, arena, &page), STORE_NONE);
  page.after_b = "nobody";
  cr_expect_eq(pair_page(operator_store, 1, arena, &page), STORE_REFUSED);
}

/* Else it could take back what nobody had seen when they pressed the button. */
Test(quality_store, undoes_nothing_while_somebody_decides) {
  cr_assert_eq(decide(FIRST, SECOND, "same"), STORE_OK);
  cr_assert_eq(pg_command(operator_store, "SET lock_timeout = '20ms'"), STORE_OK);
  scene_run(&database, "BEGIN");
  scene_run(&database, "SELECT pg_advisory_xact_lock(7234017283807667302)");
  cr_expect_eq(review_undo(operator_store, 1, FIRST, SECOND, "1"), STORE_BUSY);
  scene_run(&database, "COMMIT");
  cr_expect_eq(review_undo(operator_store, 1, FIRST, SECOND, "1"), STORE_OK);
}

Test(quality_store, tells_the_audit_log_of_a_decision_but_not_of_which_answers) {
  cr_assert_eq(decide(FIRST, SECOND, "same"), STORE_OK);
  scene_expect(&database,
               "operator duplicates.decide 1 {\"decision\": \"same\", \"one_counts\": false}",
               "SELECT concat_ws(' ', actor, action, round, municipality, details) FROM audit"
               " WHERE action LIKE 'duplicates.%%'");
  scene_expect(&database, "0", "SELECT count(*) FROM audit WHERE audit::text LIKE '%%11111111%%'");
}

Test(quality_store, refuses_a_decision_that_makes_no_sense) {
  cr_expect_eq(decide(FIRST, THIRD, "same"), STORE_CONFLICT);
  cr_expect_eq(decide(FIRST, "44444444-0000-4000-8000-000000000000", "same"), STORE_NONE);
  cr_expect_eq(decide(FIRST, FIRST, "same"), STORE_NONE);
  cr_expect_eq(decide(FIRST, SECOND, "perhaps"), STORE_REFUSED);
  cr_expect_eq(decide(FIRST, "x", "same"), STORE_REFUSED);
  cr_expect_eq(review_decide(operator_store, 1, FIRST, SECOND, "same", THIRD, NULL), STORE_REFUSED);
  cr_expect_eq(review_decide(operator_store, 1, FIRST, SECOND, "different", FIRST, NULL),
               STORE_REFUSED);
  scene_expect(&database, "0", "SELECT count(*) FROM review");
}

/* ---- flags */

Test(quality_store, makes_flags_stale_when_answers_or_decisions_change) {
  cr_expect(stale());
  refresh();
  cr_expect_not(stale());
  add_answer(1, "44444444-0000-4000-8000-000000000000", 101, "{\"q3\":1}");
  cr_expect(stale());
  refresh();
  cr_expect_not(stale());
  cr_assert_eq(decide(FIRST, SECOND, "different"), STORE_OK);
  cr_expect(stale());
  refresh();
  cr_assert_eq(review_undo(operator_store, 1, FIRST, SECOND, NULL), STORE_OK);
  cr_expect(stale());
  refresh();
  scene_run(&database, "UPDATE submission SET withdrawn = true, answers = NULL, language = NULL"
                       " WHERE id = '" THIRD "'");
  cr_expect(stale());
}

Test(quality_store, makes_the_same_flags_of_the_same_answers) {
  static const char all[] = "SELECT md5(string_agg(f::text, '' ORDER BY submission)) FROM flag f";
  refresh();
  const char *first = database_value(&database, arena, all);
  refresh();
  cr_expect_str_eq(database_value(&database, arena, all), first);
  scene_expect(&database, "1 1 0",
               "SELECT string_agg(scale::text, ' ' ORDER BY submission) FROM flag");
}

/* None had been made when either began. */
Test(quality_store, makes_flags_where_another_made_the_first_ones_meanwhile) {
  static const char *const others[] = {
      "INSERT INTO flag (round, submission, municipality, duplicate, empty, weight)"
      " VALUES (1, '" THIRD "', 101, 0, 0, 1)",
      "INSERT INTO quality_figure (round, figures) VALUES (1, '{}')"};
  for (size_t i = 0; i < array_length(others); i++) {
    struct meanwhile meanwhile;
    struct refreshing refreshing = {.session = NULL};
    scene_run(&database, "DELETE FROM flag; DELETE FROM pair; DELETE FROM quality_figure;"
                         "DELETE FROM quality_run");
    meanwhile_open(&meanwhile, &database);
    meanwhile_run(&meanwhile, "BEGIN");
    meanwhile_run(&meanwhile, others[i]);
    refreshing_waits(&refreshing);
    meanwhile_run(&meanwhile, "COMMIT");
    expect_refreshed(&refreshing);
    meanwhile_close(&meanwhile);
    scene_expect(&database, "3 3",
                 "SELECT count(*) || ' ' || (SELECT count(*) FROM quality_figure WHERE"
                 " figures <> '{}') FROM flag");
  }
}

/* Of the pair it waits for, one answer goes away. */
Test(quality_store, makes_flags_of_those_who_are_left_when_somebody_withdraws_meanwhile) {
  struct meanwhile meanwhile;
  struct refreshing refreshing = {.session = &sessions[EVALUATOR]};
  meanwhile_open(&meanwhile, &database);
  meanwhile_run(&meanwhile, "BEGIN");
  meanwhile_run(&meanwhile, "INSERT INTO pair VALUES (1, 217, '" FIRST "', '" SECOND
                            "', 1, 0.5, 1, false, true, '[]')");
  refreshing_waits(&refreshing);
  scene_run(&database, "UPDATE submission SET withdrawn = true, answers = NULL, language = NULL"
                       " WHERE id = '" SECOND "'");
  meanwhile_run(&meanwhile, "ROLLBACK");
  expect_refreshed(&refreshing);
  meanwhile_close(&meanwhile);
  scene_expect(&database, "2 0", "SELECT count(*) || ' ' || (SELECT count(*) FROM pair) FROM flag");
  cr_expect_not(stale());
}

/* Sixty of one phone would be 1,770 pairs. */
Test(quality_store, keeps_of_very_many_alike_the_pairs_that_hold_them_together) {
  static const char add[] =
      "WITH answer AS (INSERT INTO submission (round, id, municipality, language, received_on,"
      " answers) SELECT 1, gen_random_uuid(), 101, 'da', '2026-11-20', %s FROM"
      " generate_series(1, %d) AS n RETURNING id)"
      " INSERT INTO submission_trace SELECT 1, id, %s, 200, timestamptz '2026-11-20 20:00Z' +"
      " row_number() OVER () * interval '7 hours' FROM answer";
  scene_run(&database, add,
            "jsonb_build_object('q1', 1 + n % 2, 'q3', 1 + n / 2 % 3, 'q7', 1 + n / 6 % 4, 'q9',"
            " 5 + n / 24 % 6)",
            200, "100 + row_number() OVER (), 1 + row_number() OVER () % 30");
  scene_run(&database, add, "'{\"q1\": 3, \"q2\": 1, \"q3\": 4, \"q7\": 5, \"q9\": 2}'", 60,
            "7, 90");
  refresh();
  struct pair_row *pairs;
  struct pair_cluster *clusters;
  size_t count, clusters_count;
  cr_assert_eq(pair_list(operator_store, 1, true, arena, &pairs, &count), STORE_OK);
  cr_expect(count > 60 && count < 1000, "%zu", count);
  cr_assert(pair_clusters(pairs, count, arena, &clusters, &clusters_count));
  size_t largest = 0;
  for (size_t i = 0; i < clusters_count; i++) {
    largest = clusters[i].count > largest ? clusters[i].count : largest;
  }
  cr_expect_eq(largest, 60);
}

/* Nobody counted the rows for the planner yet. Answer against trace, compared each with each, takes
 * longer than the suite may. */
Test(quality_store, makes_flags_right_after_a_large_import) {
  scene_run(&database,
            "INSERT INTO submission (round, id, municipality, language, received_on, answers)"
            " SELECT 1, gen_random_uuid(), CASE n %% 2 WHEN 0 THEN 101 ELSE 217 END, 'da',"
            "  '2026-11-20', jsonb_build_object('q1', 1 + n %% 2, 'q3', 1 + n / 2 %% 3,"
            "   'q7', 1 + n / 6 %% 5, 'q9', 1 + n / 30 %% 10)"
            " FROM generate_series(1, 20000) AS n");
  scene_run(&database, "INSERT INTO submission_trace"
                       " SELECT 1, id, (row_number() OVER ()) %% 65536, 9, 200, '2026-11-20 20:00Z'"
                       " FROM submission WHERE round = 1 ON CONFLICT DO NOTHING");
  refresh();
  struct quality_run run;
  cr_assert_eq(quality_run_find(operator_store, 1, arena, &run), STORE_OK);
  cr_expect_eq(run.answers, 20003);
  cr_expect_not(run.stale);
}

Test(quality_store, is_refreshed_for_a_round_as_a_whole) {
  char value[64];
  cr_expect_eq(quality_refresh(operator_store, 9, bilag8), STORE_NONE);
  cr_assert_eq(crew_sql(reviewer, &sessions[OF_217], "SELECT session_runs(1)", value, sizeof value),
               STORE_OK);
  cr_expect_str_eq(value, "f");
  scene_run(&database, "UPDATE round SET closed_at = now(), finalised_at = now() WHERE id = 1");
  cr_expect_eq(quality_refresh(operator_store, 1, bilag8), STORE_CLOSED);
  cr_expect_eq(decide(FIRST, SECOND, "same"), STORE_CLOSED);
}

Test(quality_store, gives_the_figures_of_all_and_of_each_municipality) {
  const char *figures;
  refresh();
  cr_assert_eq(quality_figures(operator_store, 1, 0, arena, &figures), STORE_OK);
  cr_expect_not_null(strstr(figures, "\"turned\": 2"), "%s", figures);
  cr_assert_eq(quality_figures(operator_store, 1, 101, arena, &figures), STORE_OK);
  cr_expect_not_null(strstr(figures, "\"turned\": 0"), "%s", figures);
  cr_expect_eq(quality_figures(operator_store, 2, 0, arena, &figures), STORE_NONE);
}

Test(quality_store, counts_coverage_exactly_within_a_period) {
  struct coverage_row *rows;
  size_t count;
  scene_run(&database, "INSERT INTO course (round, municipality, course_id, closed_on, outcome)"
                       " VALUES (1, 217, 'a1', '2026-11-01', 'completed'),"
                       " (1, 217, 'a2', '2026-11-02', 'interrupted'),"
                       " (1, 217, 'a3', '2025-01-01', 'completed'),"
                       " (1, 217, 'a4', NULL, NULL)");
  cr_assert_eq(coverage_list(operator_store, 1, "2026-01-01", "2026-12-31", arena, &rows, &count),
               STORE_OK);
  cr_assert_eq(count, 2);
  cr_expect_eq(rows[0].answers, 1);
  cr_expect_eq(rows[0].coverage.sign, COVERAGE_OVER_PARENTS);
  cr_expect_eq(rows[1].answers, 2);
  cr_expect_eq(rows[1].coverage.closed, 1);
  cr_expect_eq(rows[1].coverage.interrupted, 1);
  cr_expect_eq(rows[1].coverage.sign, COVERAGE_OVER_COURSES);
  cr_assert_eq(coverage_list(operator_store, 1, NULL, "2026-11-19", arena, &rows, &count),
               STORE_OK);
  cr_expect_eq(rows[1].answers, 0);
  cr_expect_eq(rows[1].coverage.closed, 2);
  cr_expect_eq(coverage_list(operator_store, 1, "2026-02-30", NULL, arena, &rows, &count),
               STORE_REFUSED);
}
