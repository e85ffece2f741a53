#include "store/code_store.h"

#include <criterion/criterion.h>
#include <string.h>

#include "letters.h"
#include "store/pg.h"
#include "store/round_store.h"

static struct database database;
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
}

static void end(void) {
  store_close(store);
  arena_free(arena);
  database_clear(&database);
}

TestSuite(code_store, .init = begin, .fini = end, .timeout = 120);

static enum store_result make(int round, int municipality, const char *name, int count) {
  struct code_batch_new plan = {
      .round = round, .municipality = municipality, .name = name, .letters = count};
  letters->count = 0;
  return code_batch_make(store, database_keys(), &plan, letters_take, letters, arena, NULL);
}

static enum store_result find(const char *code, struct code_found *found) {
  unsigned char hashes[CRYPTO_GENERATIONS][CRYPTO_DIGEST_BYTES];
  struct store *reader = database_open(&database, STORE_AS_WRITER);
  code_hash(database_keys(), code, hashes);
  enum store_result result = code_find(reader, hashes, 1, found);
  store_close(reader);
  return result;
}

static void expect_state(const char *code, enum code_state state) {
  struct code_found found;
  cr_assert_eq(find(code, &found), STORE_OK);
  cr_expect_eq(found.state, state);
  cr_expect_eq(found.round, number);
  cr_expect_eq(found.municipality, SCENE_KOEBENHAVN);
}

Test(code_store, gives_every_letter_a_code_that_lives) {
  letters_make(store, number, "Uge 47", 1234, arena, letters);
  cr_expect_str_eq(letters->batch.name, "Uge 47");
  cr_expect_eq(letters->batch.uses, 2);
  cr_expect_str_eq(letters->batch.answers, "under 5");
  scene_expect(&database, "1234 2 2",
               "SELECT count(*) || ' ' || min(uses_left) || ' ' || max(uses_left) FROM code");
  for (int i = 0; i < letters->count; i += 411) {
    char canonical[CODE_MAX + 1];
    cr_assert_eq(code_parse(letters->codes[i], canonical), CODE_OK);
    expect_state(canonical, CODE_LIVES);
  }
}

Test(code_store, stores_no_code_in_clear_and_none_in_the_order_of_the_letters) {
  letters_make(store, number, NULL, 300, arena, letters);
  for (int i = 0; i < letters->count; i++) {
    scene_expect(&database, "0",
                 "SELECT count(*) FROM (SELECT c::text AS row FROM code c UNION ALL"
                 " SELECT b::text FROM letter_batch b) AS rows WHERE row ILIKE '%%%.10s%%'",
                 letters->codes[i]);
  }
  scene_expect(&database, "t",
               "SELECT bool_and(later) FROM (SELECT hash > lag(hash) OVER (ORDER BY ctid) AS later"
               " FROM code) AS pairs");
}

Test(code_store, knows_nothing_of_a_code_that_was_never_given) {
  struct code_found found;
  letters_make(store, number, NULL, 1, arena, letters);
  char code[CODE_SINGLE_CHARACTERS + 1];
  code_draw(code, CODE_SINGLE_CHARACTERS);
  cr_expect_eq(find(code, &found), STORE_NONE);
}

Test(code_store, finds_a_code_under_the_secret_before) {
  unsigned char hashes[CRYPTO_GENERATIONS][CRYPTO_DIGEST_BYTES];
  struct crypto_keys keys = *database_keys();
  struct code_found found;
  letters_make(store, number, NULL, 1, arena, letters);
  memcpy(keys.master[1], keys.master[0], sizeof keys.master[1]);
  memset(keys.master[0], 9, sizeof keys.master[0]);
  keys.generations = 2;
  code_hash(&keys, letters->codes[0], hashes);
  struct store *reader = database_open(&database, STORE_AS_WRITER);
  cr_expect_eq(code_find(reader, hashes, 2, &found), STORE_OK);
  cr_expect_eq(found.generation, 1);
  cr_expect_eq(code_find(reader, hashes, 1, &found), STORE_NONE);
  store_close(reader);
}

static bool stop_at_seven(void *context, int letter, const char *code) {
  (void)context, (void)code;
  return letter < 7;
}

Test(code_store, keeps_nothing_when_the_letters_cannot_be_written) {
  struct code_batch_new plan = {.round = number, .municipality = SCENE_KOEBENHAVN, .letters = 700};
  cr_expect_eq(code_batch_make(store, database_keys(), &plan, stop_at_seven, NULL, arena, NULL),
               STORE_FAULT);
  cr_expect_str_eq(store_message(store), "stopped");
  scene_expect(&database, "0",
               "SELECT (SELECT count(*) FROM code) + (SELECT count(*) FROM letter_batch)");
}

Test(code_store, says_why_a_batch_cannot_be_made) {
  int open = scene_round(&database), closed = letters_round(&database, 2);
  char longest[CODE_NAME_MAX + 2];
  memset(longest, 'x', sizeof longest);
  longest[CODE_NAME_MAX + 1] = '\0';
  scene_run(&database, "UPDATE round SET closed_at = now() WHERE id = %d", closed);
  cr_assert_eq(make(number, SCENE_KOEBENHAVN, "Uge 47", 2), STORE_OK);
  const struct {
    int round, municipality;
    const char *name;
    int letters;
    enum store_result expected;
  } cases[] = {
      {number + 99, SCENE_KOEBENHAVN, NULL, 2, STORE_NONE},
      {number, 461, NULL, 2, STORE_NONE},
      {open, SCENE_KOEBENHAVN, NULL, 2, STORE_REFUSED},
      {closed, SCENE_KOEBENHAVN, NULL, 2, STORE_CLOSED},
      {number, SCENE_KOEBENHAVN, "Uge 47", 2, STORE_CONFLICT},
      {number, SCENE_KOEBENHAVN, "  Uge 47 ", 2, STORE_CONFLICT},
      {number, SCENE_HELSINGOER, "Uge 47", 2, STORE_OK},
      {number, SCENE_KOEBENHAVN, longest, 2, STORE_REFUSED},
      {number, SCENE_KOEBENHAVN, "to\nlinjer", 2, STORE_REFUSED},
      {number, SCENE_KOEBENHAVN, "\xff", 2, STORE_REFUSED},
      {number, SCENE_KOEBENHAVN, NULL, 0, STORE_REFUSED},
      {number, SCENE_KOEBENHAVN, NULL, CODE_LETTERS_MAX + 1, STORE_REFUSED},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    cr_expect_eq(make(cases[i].round, cases[i].municipality, cases[i].name, cases[i].letters),
                 cases[i].expected, "case %zu: %s", i, store_message(store));
    if (cases[i].expected != STORE_OK) {
      cr_expect_neq(store_message(store)[0], '\0', "case %zu says why", i);
      cr_expect_eq(letters->count, 0);
    }
  }
}

Test(code_store, names_batches_without_a_name_by_their_day) {
  for (int i = 0; i < 3; i++) {
    cr_assert_eq(make(number, SCENE_KOEBENHAVN, i == 1 ? " " : NULL, 1), STORE_OK);
  }
  scene_expect(&database, "t",
               "SELECT array_agg(name ORDER BY id) = ARRAY[made_on::text, made_on || ' (2)',"
               " made_on || ' (3)'] FROM letter_batch GROUP BY made_on");
}

static void spend(int uses) {
  scene_run(&database,
            "UPDATE code c SET uses_left = 2 - greatest(least(%d - 2 * (n - 1), 2), 0)"
            " FROM (SELECT hash, row_number() OVER (ORDER BY hash) AS n FROM code) o"
            " WHERE o.hash = c.hash",
            uses);
}

static void expect_answers(const char *expected, const char *when) {
  struct code_batch *rows;
  size_t count;
  cr_assert_eq(code_batch_list(store, number, 0, arena, &rows, &count), STORE_OK);
  cr_assert_eq(count, 1);
  cr_expect_str_eq(rows[0].answers, expected, "%s: %s", when, rows[0].answers);
  cr_expect_eq(rows[0].letters, 12);
}

static const char a_week_later[] = "UPDATE letter_batch_week SET week = week - 7";

Test(code_store, tells_answers_of_a_batch_in_steps_only) {
  letters_make(store, number, "Uge 47", 12, arena, letters);
  expect_answers("under 5", "none");
  for (int step = 1; step <= 4; step++) {
    int edge = (int)scene_number(&database, "SELECT answer_count_edge('batch %d', %d)",
                                 letters->batch.id, step);
    cr_assert(edge >= 5 * step && edge <= 5 * step + 4);
    const char *before = step == 1 ? "under 5" : arena_printf(arena, "%d", 5 * (step - 1));
    spend(edge - 1);
    scene_run(&database, "%s", a_week_later);
    expect_answers(before, "one less than the edge");
    spend(edge);
    expect_answers(before, "this week");
    scene_run(&database, "%s", a_week_later);
    expect_answers(arena_printf(arena, "%d", 5 * step), "the edge, a week later");
  }
}

Test(code_store, counts_the_uses_of_a_week_by_batch) {
  struct letters *other = arena_alloc(arena, sizeof *other);
  letters_make(store, number, "Uge 47", 3, arena, letters);
  letters_make(store, number, "Uge 48", 2, arena, other);
  struct desk desk;
  desk_open(&desk, database.url);
  const char *codes[] = {letters->codes[0], other->codes[0], letters->codes[0], letters->codes[1]};
  for (unsigned i = 0; i < array_length(codes); i++) {
    struct writer_job job = letters_job(number, codes[i], i + 1, 0);
    cr_assert_eq(desk_ask_one(&desk, &job), WRITER_STORED);
    cr_assert_eq(desk_ask_one(&desk, &job), WRITER_REPEAT, "which uses nothing up");
  }
  desk_close(&desk);
  scene_expect(&database, "3 1",
               "SELECT string_agg(uses::text, ' ' ORDER BY batch) FROM letter_batch_week"
               " WHERE week = answer_counts_until()");
  scene_run(&database, "%s", a_week_later);
  scene_run(&database,
            "UPDATE code SET uses_left = uses_left - 1 WHERE batch = %d AND uses_left = 2",
            letters->batch.id);
  scene_expect(&database, "1 1",
               "SELECT string_agg(uses::text, ' ' ORDER BY batch)"
               " FROM letter_batch_week");
  cr_assert_eq(code_batch_cancel(store, number, SCENE_KOEBENHAVN, "Uge 48"), STORE_OK);
  scene_expect(&database, "1 1",
               "SELECT string_agg(uses::text, ' ' ORDER BY batch)"
               " FROM letter_batch_week");
  scene_run(&database, "UPDATE round SET closed_at = now() WHERE id = %d", number);
  database_settle_flags(&database, number);
  cr_assert_eq(round_finalise(store, number), STORE_OK, "%s", store_message(store));
  scene_expect(&database, "0", "SELECT count(*) FROM letter_batch_week");
}

Test(code_store, lists_a_round_without_batches_and_no_round_as_they_are) {
  struct code_batch *rows;
  size_t count = 9;
  cr_expect_eq(code_batch_list(store, number, 0, arena, &rows, &count), STORE_OK);
  cr_expect_eq(count, 0);
  cr_expect_eq(code_batch_list(store, number + 99, 0, arena, &rows, &count), STORE_NONE);
}

Test(code_store, cancels_what_nobody_has_answered_with_and_nothing_else) {
  struct letters *other = arena_alloc(arena, sizeof *other);
  letters_make(store, number, "Uge 47", 3, arena, letters);
  letters_make(store, number, "Uge 48", 1, arena, other);
  struct desk desk;
  desk_open(&desk, database.url);
  struct writer_job job = letters_job(number, letters->codes[0], 1, 0);
  cr_assert_eq(desk_ask_one(&desk, &job), WRITER_STORED);
  cr_assert_eq(code_batch_cancel(store, number, SCENE_KOEBENHAVN, "Uge 47"), STORE_OK, "%s",
               store_message(store));
  expect_state(letters->codes[0], CODE_LIVES);
  expect_state(letters->codes[1], CODE_CANCELLED);
  expect_state(letters->codes[2], CODE_CANCELLED);
  expect_state(other->codes[0], CODE_LIVES);
  job = letters_job(number, letters->codes[0], 2, 0);
  cr_expect_eq(desk_ask_one(&desk, &job), WRITER_STORED, "the other parent");
  job = letters_job(number, letters->codes[1], 3, 0);
  cr_expect_eq(desk_ask_one(&desk, &job), WRITER_CANCELLED);
  desk_close(&desk);
  cr_expect_eq(code_batch_cancel(store, number, SCENE_KOEBENHAVN, "Uge 47"), STORE_OK);
  cr_expect_eq(code_batch_cancel(store, number, SCENE_HELSINGOER, "Uge 47"), STORE_NONE);
  cr_expect_eq(code_batch_cancel(store, number, SCENE_KOEBENHAVN, "Uge 49"), STORE_NONE);
}

Test(code_store, may_print_a_cancelled_batch_anew_under_its_name) {
  struct code_batch batch;
  letters_make(store, number, "Uge 47", 1, arena, letters);
  int first = letters->batch.id;
  cr_assert_eq(code_batch_cancel(store, number, SCENE_KOEBENHAVN, "Uge 47"), STORE_OK);
  cr_assert_eq(code_batch_find(store, number, SCENE_KOEBENHAVN, "Uge 47", arena, &batch), STORE_OK);
  cr_expect(batch.cancelled && batch.id == first);
  letters_make(store, number, "Uge 47", 1, arena, letters);
  cr_assert_eq(code_batch_find(store, number, SCENE_KOEBENHAVN, "Uge 47", arena, &batch), STORE_OK);
  cr_expect(!batch.cancelled && batch.id == letters->batch.id);
  expect_state(letters->codes[0], CODE_LIVES);
}

Test(code_store, prints_a_batch_anew_in_one_go) {
  struct letters *anew = arena_alloc(arena, sizeof *anew);
  letters_make(store, number, "Uge 47", 2, arena, letters);
  struct code_batch_new plan = {.round = number,
                                .municipality = SCENE_KOEBENHAVN,
                                .name = "Uge 47",
                                .letters = 700,
                                .reprints = "Uge 47"};
  cr_expect_eq(code_batch_make(store, database_keys(), &plan, stop_at_seven, NULL, arena, NULL),
               STORE_FAULT);
  expect_state(letters->codes[0], CODE_LIVES);
  anew->count = 0;
  cr_expect_eq(code_batch_make(store, database_keys(), &plan, letters_take, anew, arena, NULL),
               STORE_OK, "%s", store_message(store));
  expect_state(letters->codes[0], CODE_CANCELLED);
  expect_state(anew->codes[699], CODE_LIVES);
  plan.reprints = "Uge 48";
  cr_expect_eq(code_batch_make(store, database_keys(), &plan, letters_take, anew, arena, NULL),
               STORE_NONE);
}

/* Cancelling and printing anew belong together, also when they are the caller's. */
Test(code_store, joins_the_transaction_that_is_open) {
  letters_make(store, number, "Uge 47", 1, arena, letters);
  cr_assert_eq(pg_command(store, "BEGIN"), STORE_OK);
  cr_assert_eq(code_batch_cancel(store, number, SCENE_KOEBENHAVN, "Uge 47"), STORE_OK);
  struct letters *anew = arena_alloc(arena, sizeof *anew);
  letters_make(store, number, "Uge 47", 1, arena, anew);
  cr_assert_eq(pg_command(store, "ROLLBACK"), STORE_OK);
  expect_state(letters->codes[0], CODE_LIVES);
  struct code_found found;
  cr_expect_eq(find(anew->codes[0], &found), STORE_NONE);
}

static struct store *sign_in(const char *role, int municipality) {
  struct store *staff = database_open(&database, STORE_AS_STAFF);
  cr_assert_eq(pg_command(staff, "BEGIN"), STORE_OK);
  cr_assert_eq(pg_command(staff, arena_printf(arena,
                                              "SELECT set_config('app.role', '%s', true),"
                                              " set_config('app.municipality', '%d', true)",
                                              role, municipality)),
               STORE_OK);
  return staff;
}

Test(code_store, shows_a_municipality_its_own_batches_alone) {
  struct code_batch *rows;
  size_t count;
  cr_assert_eq(make(number, SCENE_KOEBENHAVN, "Uge 47", 1), STORE_OK);
  struct store *own = sign_in("municipality", SCENE_KOEBENHAVN);
  struct store *neighbour = sign_in("municipality", SCENE_HELSINGOER);
  cr_assert_eq(code_batch_list(own, number, 0, arena, &rows, &count), STORE_OK);
  cr_expect_eq(count, 1);
  cr_assert_eq(code_batch_list(neighbour, number, 0, arena, &rows, &count), STORE_OK);
  cr_expect_eq(count, 0);
  cr_expect_eq(code_batch_cancel(neighbour, number, SCENE_KOEBENHAVN, "Uge 47"), STORE_NONE);
  struct code_batch_new plan = {.round = number, .municipality = SCENE_KOEBENHAVN, .letters = 1};
  letters->count = 0;
  cr_expect_eq(
      code_batch_make(neighbour, database_keys(), &plan, letters_take, letters, arena, NULL),
      STORE_NONE);
  cr_expect_eq(code_batch_make(own, database_keys(), &plan, letters_take, letters, arena, NULL),
               STORE_OK);
  store_close(own);
  store_close(neighbour);
}

/* What the database refuses besides. */
Test(code_store, lets_no_role_see_more_of_codes_than_it_needs) {
  static const struct {
    enum store_role role;
    const char *sql;
    enum store_result expected;
  } access[] = {
      {STORE_AS_CONSOLE, "SELECT uses_left FROM code", STORE_DENIED},
      {STORE_AS_CONSOLE, "SELECT hash FROM code", STORE_DENIED},
      {STORE_AS_CONSOLE, "UPDATE code SET uses_left = 9", STORE_DENIED},
      {STORE_AS_CONSOLE, "DELETE FROM code", STORE_DENIED},
      {STORE_AS_CONSOLE, "INSERT INTO code DEFAULT VALUES", STORE_DENIED},
      {STORE_AS_CONSOLE, "UPDATE letter_batch SET cancelled_on = NULL", STORE_DENIED},
      {STORE_AS_CONSOLE, "UPDATE round SET uses = 9", STORE_DENIED},
      {STORE_AS_WRITER, "SELECT batch FROM code", STORE_DENIED},
      {STORE_AS_WRITER, "SELECT name FROM letter_batch", STORE_DENIED},
      {STORE_AS_WRITER, "UPDATE code SET cancelled = false", STORE_DENIED},
      {STORE_AS_WRITER, "DELETE FROM code", STORE_DENIED},
      {STORE_AS_WRITER, "SELECT letter_batch_cancel(1)", STORE_DENIED},
      {STORE_AS_WRITER, "SELECT hash, round, municipality, uses_left, cancelled FROM code",
       STORE_OK},
      {STORE_AS_EXPORT, "SELECT hash FROM code", STORE_DENIED},
      {STORE_AS_EXPORT, "SELECT name FROM letter_batch", STORE_DENIED},
  };
  for (size_t i = 0; i < array_length(access); i++) {
    struct store *as = database_open(&database, access[i].role);
    cr_expect_eq(pg_command(as, access[i].sql), access[i].expected, "%s as role %d: %s",
                 access[i].sql, access[i].role, store_message(as));
    store_close(as);
  }
}

Test(code_store, leaves_no_code_once_the_round_is_finalised) {
  struct code_found found;
  struct code_batch *rows;
  size_t count;
  int other = letters_round(&database, 2);
  letters_make(store, other, "Uge 46", 2, arena, letters);
  letters_make(store, number, "Uge 47", 40, arena, letters);
  cr_assert_eq(round_close(store, number), STORE_OK);
  cr_assert_eq(round_finalise(store, number), STORE_OK, "%s", store_message(store));
  scene_expect(&database, "0", "SELECT count(*) FROM code WHERE round = %d", number);
  scene_expect(&database, "2", "SELECT count(*) FROM code WHERE round = %d", other);
  cr_expect_eq(find(letters->codes[0], &found), STORE_NONE);
  cr_assert_eq(code_batch_list(store, number, 0, arena, &rows, &count), STORE_OK);
  cr_assert_eq(count, 1);
  cr_expect_null(rows[0].answers, "the steps go with the codes");
  cr_expect_eq(code_batch_cancel(store, number, SCENE_KOEBENHAVN, "Uge 47"), STORE_CLOSED);
  cr_expect_eq(make(number, SCENE_KOEBENHAVN, NULL, 1), STORE_CLOSED);
  scene_run(&database, "ANALYZE");
  scene_expect(&database, "0",
               "SELECT count(*) FROM pg_stats WHERE tablename = 'code' AND attname = 'hash'");
  cr_expect_eq(round_sweep(store), STORE_OK);
  scene_expect(&database, "1",
               "SELECT vacuum_count FROM pg_stat_user_tables WHERE relname = 'code'");
}

Test(code_store, keeps_finalising_back_by_a_lock_of_its_own) {
  cr_assert_eq(round_close(store, number), STORE_OK, "%s", store_message(store));
  scene_run(&database, "BEGIN");
  scene_run(&database, "SELECT pg_advisory_xact_lock_shared(code_lock_key(), %d)", number);
  cr_expect_eq(round_finalise(store, number), STORE_CONFLICT);
  scene_run(&database, "COMMIT");
  cr_expect_eq(round_finalise(store, number), STORE_OK, "%s", store_message(store));
}

Test(code_store, keeps_finalising_back_while_letters_are_being_made) {
  struct letters *under_way = arena_alloc(arena, sizeof *under_way);
  cr_assert_eq(pg_command(store, "BEGIN"), STORE_OK);
  letters_make(store, number, "Uge 47", 1, arena, under_way);
  struct store *operator= database_open(&database, STORE_AS_CONSOLE);
  cr_assert_eq(round_close(operator, number), STORE_OK, "%s", store_message(operator));
  cr_expect_eq(round_finalise(operator, number), STORE_CONFLICT);
  cr_assert_eq(pg_command(store, "COMMIT"), STORE_OK);
  cr_expect_eq(round_finalise(operator, number), STORE_OK, "%s", store_message(operator));
  scene_expect(&database, "0", "SELECT count(*) FROM code");
  store_close(operator);
}
