#include <criterion/criterion.h>
#include <stdlib.h>

#include "scene.h"
#include "store/round_store.h"

/* How many have answered, as others than the evaluator see it. */

static struct database database;
static struct arena *arena;
static struct store *store;

static void begin(void) {
  scene_init(&database);
  arena = arena_new(0);
  store = database_open(&database, STORE_AS_CONSOLE);
}

static void end(void) {
  store_close(store);
  arena_free(arena);
  database_clear(&database);
}

TestSuite(count, .init = begin, .fini = end, .timeout = 120);

#define TODAY "(now() AT TIME ZONE 'Europe/Copenhagen')::date"

static void answer(int id, int count, const char *day) {
  database_run(&database,
               arena_printf(arena,
                            "INSERT INTO submission (round, id, municipality, language,"
                            " received_on, answers) SELECT %d, gen_random_uuid(), 217, 'da',"
                            " %s, '{}' FROM generate_series(1, %d)",
                            id, day, count));
}

static void expect_seen(int id, const char *expected, const char *when) {
  struct link_row link;
  cr_assert_eq(link_find(store, id, 217, arena, &link), STORE_OK);
  cr_expect_str_eq(link.answers, expected, "%s: %s, not %s", when, link.answers, expected);
}

static int edge_of(int id, int step) {
  const char *sql =
      arena_printf(arena, "SELECT answer_count_edge('round %d municipality 217', %d)", id, step);
  return (int)strtol(database_value(&database, arena, sql), NULL, 10);
}

Test(count, counts_answers_in_steps_that_begin_where_nobody_knows) {
  int id = scene_round(&database), stored = 0;
  for (int step = 1; step <= 12; step++) {
    int edge = edge_of(id, step);
    cr_assert(edge >= 5 * step && edge <= 5 * step + 4, "step %d begins at %d", step, edge);
    answer(id, edge - 1 - stored, TODAY " - 7");
    const char *before = step == 1 ? "under 5" : arena_printf(arena, "%d", 5 * (step - 1));
    expect_seen(id, before, "one less than the edge");
    answer(id, 1, TODAY " - 7");
    expect_seen(id, arena_printf(arena, "%d", 5 * step), "the edge");
    stored = edge;
  }
}

Test(count, draws_the_edges_for_each_step_round_and_municipality) {
  static const char drawn[] =
      "SELECT count(DISTINCT at) FROM (SELECT string_agg("
      "(answer_count_edge(of_what, step) - 5 * step)::text, ''"
      " ORDER BY step) AS at"
      " FROM generate_series(1, 40) AS step,"
      " unnest(ARRAY['round 1 municipality 217', 'round 1 municipality 101',"
      " 'round 2 municipality 217', 'batch 1']) AS of_what"
      " GROUP BY of_what) AS rows";
  static const char offsets[] = "SELECT string_agg(DISTINCT (answer_count_edge('batch 1', step)"
                                " - 5 * step)::text, '') FROM generate_series(1, 200) AS step";
  const char *value = database_value(&database, arena, drawn);
  cr_expect_str_eq(value, "4", "%s of 4 differ", value);
  value = database_value(&database, arena, offsets);
  cr_expect_str_eq(value, "01234", "%s", value);
}

Test(count, counts_neither_this_weeks_answers_nor_withdrawals) {
  int id = scene_round(&database), edge = edge_of(id, 1);
  answer(id, edge - 1, TODAY " - 7");
  answer(id, 30, "date_trunc('week', now() AT TIME ZONE 'Europe/Copenhagen')::date");
  answer(id, 30, TODAY);
  expect_seen(id, "under 5", "this week");
  database_run(&database, "UPDATE submission SET received_on = received_on - 7");
  expect_seen(
      id,
      arena_printf(arena, "%d", 5 * ((edge + 59) / 5 - (edge_of(id, (edge + 59) / 5) > edge + 59))),
      "a week later");
  const char *seen = database_value(
      &database, arena,
      arena_printf(arena, "SELECT answer_count_shown('round %d municipality 217', %d)", id,
                   edge + 59));
  database_run(&database,
               "UPDATE submission SET withdrawn = true, answers = NULL, language = NULL");
  expect_seen(id, seen, "all withdrawn");
  database_run(&database,
               arena_printf(arena, "UPDATE round SET closed_at = now() WHERE id = %d", id));
  cr_assert_eq(round_finalise(store, id), STORE_OK, "%s", store_message(store));
  expect_seen(id, "under 5", "finalised");
}

Test(count, counts_all_answers_once_it_is_finalised) {
  int id = scene_round(&database), edge = edge_of(id, 2);
  answer(id, edge, TODAY);
  expect_seen(id, "under 5", "this week");
  database_run(&database,
               arena_printf(arena, "UPDATE round SET closed_at = now() WHERE id = %d", id));
  database_settle_flags(&database, id);
  cr_assert_eq(round_finalise(store, id), STORE_OK, "%s", store_message(store));
  expect_seen(id, "10", "finalised");
}
