#include "web/guard.h"

#include <criterion/criterion.h>

Test(guard, takes_only_targets_of_this_server_without_hidden_bytes) {
  static const struct {
    const char *target;
    bool good;
  } cases[] = {
      {"/", true},
      {"/S/7KQ4M2V?lang=da", true},
      {"/?code=7KQ%204M2V", true},
      {"", false},
      {"*", false},
      {"http://other/S/7KQ4M2V", false},
      {"//", true},
      {"/S/7KQ4M2V%00", false},
      {"/S/%00?lang=da", false},
      {"/S\\..", false},
      {"/S/ 7", false},
      {"/S/\x01", false},
      {"/S/\x7f", false},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    cr_expect_eq(guard_target(cases[i].target), cases[i].good, "%s", cases[i].target);
  }
}
