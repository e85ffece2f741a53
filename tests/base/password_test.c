#include "base/password.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "base/crypto.h"

/* As little as libsodium allows: the tests are of the path, not of the cost. */
static const struct password_cost cheap = {.passes = 1, .memory_bytes = 8192};
/* Long enough for others to come by meanwhile. */
static const struct password_cost slow = {.passes = 3, .memory_bytes = 64 << 20};

static struct password_desk *desk;

static void begin(void) {
  cr_assert(crypto_init());
  desk = password_desk_open(&cheap, 2, 60000);
  cr_assert_not_null(desk);
}

static void end(void) {
  password_desk_close(desk);
}

TestSuite(password, .init = begin, .fini = end, .timeout = 240);

Test(password, is_known_again_by_its_hash_and_no_other_is) {
  char hash[PASSWORD_HASH_BYTES], other[PASSWORD_HASH_BYTES];
  cr_assert_eq(password_hash(desk, "gul tekande på hylden", hash), PASSWORD_OK);
  cr_assert_eq(password_hash(desk, "gul tekande på hylden", other), PASSWORD_OK);
  cr_expect_eq(strncmp(hash, "$argon2id$", 10), 0, "%s", hash);
  cr_expect_str_neq(hash, other, "two hashes of one password are the same");
  cr_expect_eq(password_verify(desk, "gul tekande på hylden", hash), PASSWORD_OK);
  cr_expect_eq(password_verify(desk, "gul tekande på hylde", hash), PASSWORD_WRONG);
  cr_expect_eq(password_verify(desk, "", hash), PASSWORD_WRONG);
}

Test(password, costs_what_the_caller_says) {
  char hash[PASSWORD_HASH_BYTES];
  cr_assert_eq(password_hash(desk, "gul tekande", hash), PASSWORD_OK);
  cr_expect_not_null(strstr(hash, "$m=8,t=1,p=1$"), "%s", hash);
  cr_expect_eq(password_cost.memory_bytes, 256U << 20);
  cr_expect_eq(password_cost.passes, 3);
}

Test(password, is_the_same_from_every_keyboard) {
  char hash[PASSWORD_HASH_BYTES];
  /* å as one character, and as a with a ring; a ligature fi. */
  cr_assert_eq(password_hash(desk, "b\u00e5d og fiskegarn", hash), PASSWORD_OK);
  cr_expect_eq(password_verify(desk, "ba\u030ad og \ufb01skegarn", hash), PASSWORD_OK);
}

Test(password, of_an_address_that_nobody_has_is_hashed_all_the_same) {
  unsigned long before = password_desk_used(desk);
  cr_expect_eq(password_verify(desk, "gul tekande på hylden", NULL), PASSWORD_WRONG);
  cr_expect_eq(password_desk_used(desk), before + 1);
  char monster[1000];
  memset(monster, 'x', sizeof monster - 1);
  monster[sizeof monster - 1] = '\0';
  cr_expect_eq(password_verify(desk, monster, NULL), PASSWORD_WRONG);
  cr_expect_eq(password_verify(desk, "\xff\xfe", NULL), PASSWORD_WRONG);
  cr_expect_eq(password_verify(desk, "", NULL), PASSWORD_WRONG);
  cr_expect_eq(password_desk_used(desk), before + 4);
}

struct guest {
  struct password_desk *desk;
  pthread_barrier_t *start;
  enum password_result result;
};

static void *guest_run(void *context) {
  struct guest *guest = context;
  (void)pthread_barrier_wait(guest->start);
  guest->result = password_verify(guest->desk, "x", NULL);
  return NULL;
}

static int count_served(struct password_desk *of, int guests) {
  pthread_barrier_t start;
  pthread_t threads[16];
  struct guest all[16];
  int served = 0;
  cr_assert_eq(pthread_barrier_init(&start, NULL, (unsigned)guests), 0);
  for (int i = 0; i < guests; i++) {
    all[i] = (struct guest){.desk = of, .start = &start};
    cr_assert_eq(pthread_create(&threads[i], NULL, guest_run, &all[i]), 0);
  }
  for (int i = 0; i < guests; i++) {
    cr_assert_eq(pthread_join(threads[i], NULL), 0);
    cr_expect(all[i].result == PASSWORD_WRONG || all[i].result == PASSWORD_BUSY);
    served += all[i].result == PASSWORD_WRONG;
  }
  (void)pthread_barrier_destroy(&start);
  return served;
}

Test(password, desk_tells_those_it_has_no_place_for_that_it_is_busy) {
  struct password_desk *none = password_desk_open(&cheap, 0, 20);
  cr_assert_not_null(none);
  char hash[PASSWORD_HASH_BYTES];
  cr_expect_eq(password_verify(none, "x", NULL), PASSWORD_BUSY);
  cr_expect_eq(password_hash(none, "x", hash), PASSWORD_BUSY);
  cr_expect_eq(password_desk_used(none), 0);
  password_desk_close(none);
}

Test(password, desk_serves_all_who_wait_long_enough) {
  struct password_desk *one = password_desk_open(&slow, 1, 60000);
  cr_assert_not_null(one);
  cr_expect_eq(count_served(one, 6), 6);
  cr_expect_eq(password_desk_used(one), 6);
  password_desk_close(one);
}

/* What a flood of strangers shares with the one who is inside. */
struct flood {
  struct password_desk *desk;
  atomic_bool over;
  atomic_int here;
};

static void *flood_run(void *context) {
  struct flood *flood = context;
  atomic_fetch_add(&flood->here, 1);
  while (!atomic_load(&flood->over)) {
    (void)!password_verify(flood->desk, "x", NULL);
  }
  return NULL;
}

enum { FLOOD = 8, TURNS = 12, FEW = 4 * TURNS };

/* In turn: hardly more strangers than oneself come in meanwhile, not all eight each time. */
Test(password, desk_lets_who_is_inside_take_turns_with_a_flood_of_strangers) {
  struct password_desk *one = password_desk_open(&slow, 1, 60000);
  struct flood flood = {.desk = one};
  pthread_t threads[FLOOD];
  char hash[PASSWORD_HASH_BYTES];
  cr_assert_not_null(one);
  for (int i = 0; i < FLOOD; i++) {
    cr_assert_eq(pthread_create(&threads[i], NULL, flood_run, &flood), 0);
  }
  while (atomic_load(&flood.here) < FLOOD || password_desk_used(one) == 0) {
    (void)poll(NULL, 0, 0);
  }
  unsigned long before = password_desk_used(one);
  for (int i = 0; i < TURNS; i++) {
    cr_expect_eq(password_hash(one, "gul tekande", hash), PASSWORD_OK);
  }
  unsigned long used = password_desk_used(one) - before;
  cr_expect_leq(used, FEW, "%lu places for %d", used, TURNS);
  atomic_store(&flood.over, true);
  for (int i = 0; i < FLOOD; i++) {
    cr_assert_eq(pthread_join(threads[i], NULL), 0);
  }
  password_desk_close(one);
}

Test(password, of_somebody_inside_is_replaced_at_one_place) {
  char hash[PASSWORD_HASH_BYTES], new[PASSWORD_HASH_BYTES] = "";
  cr_assert_eq(password_hash(desk, "gul tekande", hash), PASSWORD_OK);
  unsigned long before = password_desk_used(desk);
  cr_expect_eq(password_own(desk, "blå tekande", hash, "rød tekande", new), PASSWORD_WRONG);
  cr_expect_str_eq(new, "");
  cr_expect_eq(password_own(desk, "gul tekande", hash, "rød tekande", new), PASSWORD_OK);
  cr_expect_eq(password_desk_used(desk), before + 2);
  cr_expect_eq(password_own(desk, "rød tekande", new, NULL, NULL), PASSWORD_OK);
  cr_expect_eq(password_own(desk, "rød tekande", new, "\xff", hash), PASSWORD_MEMORY);
}

Test(password, is_refused_when_it_is_easy_to_guess) {
  static const char *const owner[] = {"anne.holm@helsingor.dk", "Anne Holm", NULL, "", "Helsingør"};
  static const struct {
    const char *typed;
    enum password_flaw expected;
  } cases[] = {
      {"kaffekop-blå-tagsten", PASSWORD_FINE},
      {"syv heste løb i regnen", PASSWORD_FINE},
      {"correct horse battery staple", PASSWORD_FINE},
      {"vT8#kq29!mZp", PASSWORD_FINE},
      {"tre små grise i Helsingør", PASSWORD_FINE},
      {"", PASSWORD_SHORT},
      {"elleve tegn", PASSWORD_SHORT},
      {"ææææææææææ1", PASSWORD_SHORT},
      {"anne.holm@helsingor.dk", PASSWORD_NAMES_YOU},
      {"ANNE.HOLM@HELSINGOR.DK!", PASSWORD_NAMES_YOU},
      {"Helsingør2026!", PASSWORD_NAMES_YOU},
      {"HELSINGØRhelsingør", PASSWORD_NAMES_YOU},
      {"annehelsingor1", PASSWORD_NAMES_YOU},
      {"password12345", PASSWORD_COMMON},
      {"Password2026!", PASSWORD_COMMON},
      {"P@ssw0rd1234", PASSWORD_COMMON},
      {"passwordpassword", PASSWORD_COMMON},
      {"Sommer2026!!", PASSWORD_COMMON},
      {"123456789012", PASSWORD_COMMON},
      {"aaaaaaaaaaaaaa", PASSWORD_COMMON},
      {"abcdefghijklmnop", PASSWORD_COMMON},
      {"iloveyou123456", PASSWORD_COMMON},
      {"gul\ttekande på hylden", PASSWORD_UNREADABLE},
      {"gul tekande \xff på hylden", PASSWORD_UNREADABLE},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    enum password_flaw flaw = password_check(cases[i].typed, owner, array_length(owner));
    cr_expect_eq(flaw, cases[i].expected, "%s: %s, not %s", cases[i].typed,
                 password_flaw_name(flaw), password_flaw_name(cases[i].expected));
  }
}

Test(password, may_be_as_long_as_128_bytes) {
  char typed[PASSWORD_MOST_BYTES + 2] = "";
  for (size_t i = 0; i < PASSWORD_MOST_BYTES; i++) {
    typed[i] = (char)('a' + (i * i + 3 * i) % 23);
  }
  cr_expect_eq(password_check(typed, NULL, 0), PASSWORD_FINE);
  char hash[PASSWORD_HASH_BYTES];
  cr_expect_eq(password_hash(desk, typed, hash), PASSWORD_OK);
  typed[PASSWORD_MOST_BYTES] = 'x';
  cr_expect_eq(password_check(typed, NULL, 0), PASSWORD_LONG);
  cr_expect_eq(password_hash(desk, typed, hash), PASSWORD_MEMORY);
}

static void *check_often(void *context) {
  (void)context;
  size_t wrong = 0;
  for (int i = 0; i < 200; i++) {
    wrong += password_check("kaffekop-blå-tagsten", NULL, 0) != PASSWORD_FINE;
    wrong += password_check("iloveyou123456", NULL, 0) != PASSWORD_COMMON;
  }
  return wrong == 0 ? context : NULL;
}

Test(password, is_judged_from_several_threads_at_once) {
  pthread_t threads[4];
  char done;
  for (size_t i = 0; i < array_length(threads); i++) {
    cr_assert_eq(pthread_create(&threads[i], NULL, check_often, &done), 0);
  }
  for (size_t i = 0; i < array_length(threads); i++) {
    void *good;
    cr_assert_eq(pthread_join(threads[i], &good), 0);
    cr_expect_not_null(good);
  }
}
