#include "web/tally.h"

#include <criterion/criterion.h>

Test(tally, forgives_one_at_a_time) {
  struct tally *tally = tally_new(10);
  uint16_t tag = tally_tag(tally, "192.0.2.1");
  for (int i = 0; i < 3; i++) {
    tally_add(tally, tag, 1000);
  }
  cr_expect_eq(tally_count(tally, tag, 1009), 3);
  cr_expect_eq(tally_wait_s(tally, tag, 1009), 1);
  cr_expect_eq(tally_count(tally, tag, 1010), 2);
  cr_expect_eq(tally_wait_s(tally, tag, 1010), 10);
  cr_expect_eq(tally_count(tally, tag, 1029), 1);
  cr_expect_eq(tally_count(tally, tag, 5000), 0);
  tally_free(tally);
}

/* Else somebody who comes back after a day would be forgiven at once. */
Test(tally, counts_the_seconds_from_the_first_one) {
  struct tally *tally = tally_new(10);
  uint16_t tag = tally_tag(tally, "192.0.2.1");
  tally_add(tally, tag, 100009);
  cr_expect_eq(tally_count(tally, tag, 100018), 1);
  cr_expect_eq(tally_count(tally, tag, 100019), 0);
  tally_free(tally);
}

Test(tally, takes_back_what_should_not_have_been_counted) {
  struct tally *tally = tally_new(10);
  uint16_t tag = tally_tag(tally, "192.0.2.1");
  tally_add(tally, tag, 50);
  tally_add(tally, tag, 50);
  tally_take_back(tally, tag, 51);
  cr_expect_eq(tally_count(tally, tag, 51), 1);
  tally_take_back(tally, tag, 51);
  tally_take_back(tally, tag, 51);
  cr_expect_eq(tally_count(tally, tag, 51), 0);
  tally_free(tally);
}

Test(tally, knows_a_network_and_no_address) {
  struct tally *tally = tally_new(10);
  uint16_t home = tally_tag(tally, "2001:db8:1:2::1");
  cr_expect_eq(tally_tag(tally, "2001:db8:1:2:ffff::9"), home, "one home");
  cr_expect_eq(tally_tag(tally, "::ffff:192.0.2.1"), tally_tag(tally, "192.0.2.1"));
  /* Two keys agree by chance once in 65,536 times. */
  static const char *const addresses[] = {"192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"};
  size_t same = 0, nobodys = 0;
  struct tally *other = tally_new(10);
  for (size_t i = 0; i < array_length(addresses); i++) {
    nobodys += tally_tag(tally, NULL) == tally_tag(tally, addresses[i]);
    same += tally_tag(tally, addresses[i]) == tally_tag(other, addresses[i]);
  }
  cr_expect_lt(nobodys, array_length(addresses), "no address is a network of its own");
  cr_expect_lt(same, array_length(addresses), "each has a key of its own");
  tally_free(other);
  tally_free(tally);
}
