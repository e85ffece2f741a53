#include "survey/trace.h"

#include <criterion/criterion.h>

static const unsigned char key[CRYPTO_KEY_BYTES] = "a key of thirty-two bytes, fixed";

Test(trace, gives_all_spellings_of_one_network_one_tag) {
  static const char *const pairs[][2] = {
      {"192.0.2.7", " 192.0.2.7 "},
      {"192.0.2.7", "::ffff:192.0.2.7"},
      {"192.0.2.7", "::FFFF:C000:0207"},
      {"2001:db8:1:2::1", "2001:DB8:1:2:ffff:ffff:ffff:ffff"},
      {"2001:db8:1:2::1", "2001:0db8:0001:0002:0000:0000:0000:0009"},
      {"2001:db8:1:2::1", "[2001:db8:1:2::77]"},
      {"fe80::1", "fe80::2%eth0"},
  };
  for (size_t i = 0; i < array_length(pairs); i++) {
    cr_expect_eq(trace_network_tag(key, pairs[i][0]), trace_network_tag(key, pairs[i][1]),
                 "%s and %s are one network", pairs[i][0], pairs[i][1]);
  }
}

Test(trace, tells_two_networks_apart) {
  static const char *const pairs[][2] = {
      {"192.0.2.7", "192.0.2.8"},      {"2001:db8:1:2::1", "2001:db8:1:3::1"},
      {"192.0.2.7", "192.0.2.07"}, /* no address: leading zeros may be octal */
      {"kommune-net", "kommune-net "}, {"", " "},
  };
  for (size_t i = 0; i < array_length(pairs); i++) {
    cr_expect_neq(trace_network_tag(key, pairs[i][0]), trace_network_tag(key, pairs[i][1]),
                  "%s and %s are two", pairs[i][0], pairs[i][1]);
  }
}

Test(trace, tags_a_network_by_its_canonical_bytes) {
  static const unsigned char four[] = {192, 0, 2, 7};
  static const unsigned char eight[] = {0x20, 0x01, 0x0d, 0xb8, 0, 1, 0, 2};
  cr_expect_eq(trace_network_tag(key, "192.0.2.7"), crypto_tag(key, "network", four, sizeof four));
  cr_expect_eq(trace_network_tag(key, "2001:db8:1:2::1"),
               crypto_tag(key, "network", eight, sizeof eight));
  cr_expect_eq(trace_network_tag(key, "ward 3"), crypto_tag(key, "network", "ward 3", 6));
}

Test(trace, tells_a_device_from_a_network_and_one_key_from_another) {
  static const unsigned char other[CRYPTO_KEY_BYTES] = "another of thirty-two bytes long";
  cr_expect_neq(trace_device_tag(key, "abc", 3), trace_network_tag(key, "abc"));
  cr_expect_neq(trace_device_tag(key, "abc", 3), trace_device_tag(other, "abc", 3));
  cr_expect_eq(trace_device_tag(key, "abc", 3), crypto_tag(key, "device", "abc", 3));
}
