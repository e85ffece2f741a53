#include "store/staff_store.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <string.h>

#include "crew.h"

static struct database database;
static struct arena *arena;
static struct store *operator_store, *store;

static void begin(void) {
  database_init(&database);
  database_fill_settings(&database);
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

TestSuite(staff, .init = begin, .fini = end, .timeout = 120);
TestSuite(invitation, .init = begin, .fini = end, .timeout = 120);

static void expect_value(const char *sql, const char *expected) {
  cr_expect_str_eq(database_value(&database, arena, sql), expected, "%s: %s", sql,
                   database_value(&database, arena, sql));
}

static enum store_result add(const char *email, enum staff_role role, int municipality,
                             const int *rounds, size_t count, int *id) {
  const char *message = "";
  struct staff_new new = {
      .email = email, .name = "A", .scope = {role, municipality, rounds, count}};
  enum store_result result = staff_add(operator_store, &new, arena, id, &message);
  cr_expect(result == STORE_OK || message[0] != '\0');
  return result;
}

Test(staff, has_an_address_that_is_known_in_any_case) {
  struct staff_row row;
  int id, other;
  cr_assert_eq(add("Anne@Example.dk", STAFF_MUNICIPALITY, 217, NULL, 0, &id), STORE_OK);
  cr_expect_eq(add("ANNE@example.DK", STAFF_ADMIN, 0, NULL, 0, &other), STORE_CONFLICT);
  cr_assert_eq(staff_find_email(operator_store, "anne@EXAMPLE.dk", arena, &row), STORE_OK);
  cr_expect_eq(row.id, id);
  cr_expect_str_eq(row.email, "Anne@Example.dk");
  cr_expect_str_eq(row.name, "A");
  cr_expect_eq(row.scope.role, STAFF_MUNICIPALITY);
  cr_expect_eq(row.scope.municipality, 217);
  cr_expect_str_eq(row.municipality_name, "Helsingør");
  cr_expect_null(row.disabled_at);
  cr_expect_null(row.invited_until);
  cr_expect_null(row.signed_in_on);
  cr_expect_not(row.has_password || row.has_totp);
  cr_expect_eq(staff_find_email(operator_store, "bo@example.dk", arena, &row), STORE_NONE);
  cr_expect_eq(staff_find(operator_store, 99, arena, &row), STORE_NONE);
}

Test(staff, scope_has_to_fit_its_role) {
  int round = database_add_round(&database, "101,217");
  const int rounds[] = {round}, unknown[] = {round, 99};
  static const int none[] = {0};
  const struct {
    const char *email;
    enum staff_role role;
    int municipality;
    const int *rounds;
    size_t count;
    enum store_result expected;
  } cases[] = {
      {"a@x.dk", STAFF_ADMIN, 0, NULL, 0, STORE_OK},
      {"b@x.dk", STAFF_ADMIN, 217, NULL, 0, STORE_REFUSED},
      {"c@x.dk", STAFF_ADMIN, 0, rounds, 1, STORE_REFUSED},
      {"d@x.dk", STAFF_EVALUATOR, 0, NULL, 0, STORE_OK},
      {"e@x.dk", STAFF_EVALUATOR, 217, rounds, 1, STORE_OK},
      {"f@x.dk", STAFF_EVALUATOR, 0, unknown, 2, STORE_REFUSED},
      {"g@x.dk", STAFF_EVALUATOR, 0, none, 1, STORE_REFUSED},
      {"h@x.dk", STAFF_MUNICIPALITY, 0, NULL, 0, STORE_REFUSED},
      {"i@x.dk", STAFF_MUNICIPALITY, 217, NULL, 0, STORE_OK},
      {"j@x.dk", STAFF_MUNICIPALITY, 217, rounds, 1, STORE_REFUSED},
      {"k@x.dk", STAFF_MUNICIPALITY, 999, NULL, 0, STORE_REFUSED},
      {"l@x.dk", STAFF_MUNICIPALITY, 99999, NULL, 0, STORE_REFUSED},
      {"", STAFF_ADMIN, 0, NULL, 0, STORE_REFUSED},
      {"m", STAFF_ADMIN, 0, NULL, 0, STORE_REFUSED},
      {"m@", STAFF_ADMIN, 0, NULL, 0, STORE_REFUSED},
      {"m@n@x.dk", STAFF_ADMIN, 0, NULL, 0, STORE_REFUSED},
      {"m n@x.dk", STAFF_ADMIN, 0, NULL, 0, STORE_REFUSED},
      {"m\n@x.dk", STAFF_ADMIN, 0, NULL, 0, STORE_REFUSED},
      {"m\xff@x.dk", STAFF_ADMIN, 0, NULL, 0, STORE_REFUSED},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    int id;
    cr_expect_eq(add(cases[i].email, cases[i].role, cases[i].municipality, cases[i].rounds,
                     cases[i].count, &id),
                 cases[i].expected, "%s: %s", cases[i].email, store_message(operator_store));
  }
  expect_value("SELECT count(*) FROM staff", "4");
}

Test(staff, that_is_disabled_is_out_at_once_and_for_good) {
  int id = crew_add(operator_store, "anne@x.dk", STAFF_EVALUATOR, 0, NULL, 0), token;
  struct staff_session session = crew_session(store, "anne@x.dk", arena), found;
  struct api_token_new new = {.name = "export", .scope = {.role = STAFF_EVALUATOR}};
  unsigned char hash[TOKEN_HASH_BYTES], invitation[TOKEN_HASH_BYTES];
  const char *until, *message;
  crew_hash(hash);
  crew_hash(invitation);
  cr_assert_eq(api_token_add(operator_store, &new, hash, arena, &token, &message), STORE_OK);
  database_run(&database, "UPDATE api_token SET made_by = (SELECT id FROM staff)");
  cr_assert_eq(invitation_make(operator_store, id, invitation, arena, &until), STORE_OK);
  session = crew_session(store, "anne@x.dk", arena);
  cr_assert_eq(api_token_find(store, hash, arena, &found), STORE_OK);
  cr_assert_eq(staff_disable(operator_store, id), STORE_OK);
  cr_expect_eq(session_find(store, session.hash, arena, &found), STORE_NONE);
  cr_expect_eq(api_token_find(store, hash, arena, &found), STORE_NONE);
  struct staff_row row;
  cr_expect_eq(invitation_find(store, invitation, arena, &row), STORE_NONE);
  cr_expect_eq(sign_in_trusted(store, "anne@x.dk", hash, arena, &found), STORE_NONE);
  cr_expect_eq(invitation_make(operator_store, id, hash, arena, &until), STORE_CLOSED);
  cr_expect_eq(staff_disable(operator_store, id), STORE_OK, "twice");
  cr_assert_eq(staff_enable(operator_store, id), STORE_OK);
  cr_expect_eq(session_find(store, session.hash, arena, &found), STORE_NONE);
  cr_expect_eq(api_token_find(store, hash, arena, &found), STORE_NONE);
  cr_expect_eq(invitation_find(store, invitation, arena, &row), STORE_NONE);
  cr_expect_eq(staff_disable(operator_store, 99), STORE_NONE);
  expect_value("SELECT string_agg(action, ' ' ORDER BY id) FROM audit WHERE action ~ '^staff'",
               "staff.add staff.disable staff.enable");
}

struct errand {
  int id;
  enum store_result result;
};

static enum store_result disable(struct store *of, void *context) {
  struct errand *errand = context;
  errand->result = staff_disable(of, errand->id);
  return errand->result;
}

Test(staff, keeps_one_admin_who_can_sign_in) {
  int one = crew_add(operator_store, "one@x.dk", STAFF_ADMIN, 0, NULL, 0);
  int two = crew_add(operator_store, "two@x.dk", STAFF_ADMIN, 0, NULL, 0), invited;
  cr_assert_eq(add("three@x.dk", STAFF_ADMIN, 0, NULL, 0, &invited), STORE_OK);
  struct staff_session session = crew_session(store, "one@x.dk", arena);
  struct errand errand = {.id = two};
  cr_expect_eq(store_as(store, &session, disable, &errand), STORE_OK, "%s", store_message(store));
  errand.id = one;
  cr_expect_eq(store_as(store, &session, disable, &errand), STORE_CLOSED);
  expect_value("SELECT email FROM staff WHERE disabled_at IS NOT NULL", "two@x.dk");
  cr_expect_eq(staff_disable(operator_store, one), STORE_OK, "the operator may");
}

Test(staff, with_another_role_begins_anew) {
  int id = crew_add(operator_store, "anne@x.dk", STAFF_ADMIN, 0, NULL, 0);
  (void)crew_add(operator_store, "bo@x.dk", STAFF_ADMIN, 0, NULL, 0);
  struct staff_session session = crew_session(store, "anne@x.dk", arena), found;
  struct staff_scope scope = {.role = STAFF_MUNICIPALITY, .municipality = 101};
  const char *message = "";
  cr_assert_eq(staff_set_scope(operator_store, id, &scope, arena, &message), STORE_OK, "%s",
               message);
  cr_expect_eq(session_find(store, session.hash, arena, &found), STORE_NONE);
  session = crew_session(store, "anne@x.dk", arena);
  cr_expect_eq(session.scope.role, STAFF_MUNICIPALITY);
  cr_expect_eq(session.scope.municipality, 101);
  scope.municipality = 0;
  cr_expect_eq(staff_set_scope(operator_store, id, &scope, arena, &message), STORE_REFUSED);
  expect_value("SELECT details::text FROM audit WHERE action = 'staff.set_scope'",
               "{\"role\": \"municipality\", \"municipality\": 101}");
}

Test(invitation, gives_an_account_its_password_once) {
  int id;
  unsigned char hash[TOKEN_HASH_BYTES], unknown[TOKEN_HASH_BYTES];
  const char *until;
  struct staff_row row;
  crew_hash(hash);
  crew_hash(unknown);
  cr_assert_eq(add("anne@x.dk", STAFF_MUNICIPALITY, 217, NULL, 0, &id), STORE_OK);
  cr_assert_eq(invitation_make(operator_store, id, hash, arena, &until), STORE_OK);
  cr_assert_eq(staff_find(operator_store, id, arena, &row), STORE_OK);
  cr_expect_str_eq(row.invited_until, until);
  cr_expect_eq(invitation_find(store, unknown, arena, &row), STORE_NONE);
  cr_expect_eq(invitation_accept(store, unknown, CREW_HASH), STORE_NONE);
  cr_assert_eq(invitation_find(store, hash, arena, &row), STORE_OK, "%s", store_message(store));
  cr_expect_eq(row.id, id);
  cr_assert_eq(invitation_accept(store, hash, CREW_HASH), STORE_OK, "%s", store_message(store));
  cr_expect_eq(invitation_accept(store, hash, CREW_HASH "2"), STORE_CONFLICT);
  cr_expect_eq(invitation_find(store, hash, arena, &row), STORE_CONFLICT);
  expect_value("SELECT password_hash FROM staff_secret", CREW_HASH);
  expect_value("SELECT actor || ' ' || subject || ' ' || municipality FROM audit"
               " WHERE action = 'invitation.accept'",
               "staff 1 staff 1 217");
}

Test(invitation, is_over_after_seven_days_or_when_another_is_made) {
  int id;
  unsigned char first[TOKEN_HASH_BYTES], second[TOKEN_HASH_BYTES];
  const char *until;
  struct staff_row row;
  crew_hash(first);
  crew_hash(second);
  cr_assert_eq(add("anne@x.dk", STAFF_MUNICIPALITY, 217, NULL, 0, &id), STORE_OK);
  cr_assert_eq(invitation_make(operator_store, id, first, arena, &until), STORE_OK);
  expect_value("SELECT expires_at = created_at + interval '7 days' FROM invitation", "t");
  cr_assert_eq(invitation_make(operator_store, id, second, arena, &until), STORE_OK);
  cr_expect_eq(invitation_find(store, first, arena, &row), STORE_NONE);
  database_run(&database, "UPDATE invitation SET expires_at = now() - interval '1 second'");
  cr_expect_eq(invitation_find(store, second, arena, &row), STORE_NONE);
  cr_expect_eq(invitation_accept(store, second, CREW_HASH), STORE_NONE);
}

Test(invitation, leaves_the_password_but_no_session_until_it_is_accepted) {
  int id = crew_add(operator_store, "anne@x.dk", STAFF_EVALUATOR, 0, NULL, 0);
  struct staff_session session = crew_session(store, "anne@x.dk", arena), found;
  unsigned char hash[TOKEN_HASH_BYTES];
  const char *until;
  crew_hash(hash);
  cr_assert_eq(invitation_make(operator_store, id, hash, arena, &until), STORE_OK);
  cr_expect_eq(session_find(store, session.hash, arena, &found), STORE_NONE);
  struct sign_in sign_in;
  cr_assert_eq(sign_in_begin(store, database_keys(), "anne@x.dk", NULL, arena, &sign_in), STORE_OK);
  cr_expect_str_eq(sign_in.password_hash, CREW_HASH);
  session = crew_session(store, "anne@x.dk", arena);
  cr_assert_eq(invitation_accept(store, hash, CREW_HASH "2"), STORE_OK);
  cr_expect_eq(session_find(store, session.hash, arena, &found), STORE_NONE);
  expect_value("SELECT password_hash FROM staff_secret", CREW_HASH "2");
}

struct guest {
  struct store *store;
  const unsigned char *hash;
  pthread_barrier_t *start;
  enum store_result result;
};

static void *accept_at_once(void *context) {
  struct guest *guest = context;
  (void)pthread_barrier_wait(guest->start);
  guest->result = invitation_accept(guest->store, guest->hash, CREW_HASH);
  return NULL;
}

Test(invitation, that_is_accepted_twice_at_once_counts_once) {
  enum { GUESTS = 6 };
  int id, accepted = 0, refused = 0;
  unsigned char hash[TOKEN_HASH_BYTES];
  const char *until;
  pthread_t threads[GUESTS];
  struct guest guests[GUESTS];
  pthread_barrier_t start;
  crew_hash(hash);
  cr_assert_eq(add("anne@x.dk", STAFF_MUNICIPALITY, 217, NULL, 0, &id), STORE_OK);
  cr_assert_eq(invitation_make(operator_store, id, hash, arena, &until), STORE_OK);
  cr_assert_eq(pthread_barrier_init(&start, NULL, GUESTS), 0);
  for (size_t i = 0; i < GUESTS; i++) {
    guests[i] = (struct guest){database_open(&database, STORE_AS_STAFF), hash, &start, STORE_OK};
    cr_assert_eq(pthread_create(&threads[i], NULL, accept_at_once, &guests[i]), 0);
  }
  for (size_t i = 0; i < GUESTS; i++) {
    cr_assert_eq(pthread_join(threads[i], NULL), 0);
    accepted += guests[i].result == STORE_OK;
    refused += guests[i].result == STORE_CONFLICT;
    store_close(guests[i].store);
  }
  (void)pthread_barrier_destroy(&start);
  cr_expect_eq(accepted, 1);
  cr_expect_eq(refused, GUESTS - 1);
  expect_value("SELECT count(*) FROM audit WHERE action = 'invitation.accept'", "1");
}
