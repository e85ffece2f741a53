#include "web/vouched.h"

#include <criterion/criterion.h>
#include <string.h>

Test(vouched, gives_an_account_the_session_that_it_has_had) {
  static const char first[] = "1111111111111111111111111111111111111111111111111111";
  static const char second[] = "2222222222222222222222222222222222222222222222222222";
  char token[TOKEN_CHARACTERS + 1];
  struct vouched *vouched = vouched_new();
  cr_expect_not(vouched_find(vouched, "anne@x.dk", token));
  vouched_keep(vouched, "Anne@x.dk", first);
  vouched_keep(vouched, "bo@x.dk", second);
  cr_assert(vouched_find(vouched, "anne@X.dk", token));
  cr_expect_str_eq(token, first);
  vouched_keep(vouched, "anne@x.dk", second);
  cr_assert(vouched_find(vouched, "Anne@x.dk", token));
  cr_expect_str_eq(token, second);
  vouched_free(vouched);
}

Test(vouched, keeps_nothing_for_what_is_no_address) {
  static const char some[] = "1111111111111111111111111111111111111111111111111111";
  char token[TOKEN_CHARACTERS + 1], lengthy[300];
  struct vouched *vouched = vouched_new();
  memset(lengthy, 'a', sizeof lengthy - 1);
  lengthy[sizeof lengthy - 1] = '\0';
  vouched_keep(vouched, lengthy, some);
  cr_expect_not(vouched_find(vouched, lengthy, token));
  vouched_free(vouched);
}
