#include "base/thrift.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/crypto.h"

/* KiB of files that this process has in memory: proc(5), status. */
static long mapped_kib(void) {
  char line[256];
  long kib = -1;
  FILE *status = fopen("/proc/self/status", "r");
  cr_assert_not_null(status);
  while (kib < 0 && fgets(line, sizeof line, status) != NULL) {
    (void)sscanf(line, "RssFile: %ld", &kib);
  }
  (void)fclose(status);
  return kib;
}

Test(thrift, gives_back_what_was_read_and_reads_it_again_when_it_is_needed) {
  static const char zeros[32];
  char random[32] = "";
  long before = mapped_kib();
  thrift_give_back();
  long after = mapped_kib();
  cr_expect_lt(after, before / 2, "%ld KiB of %ld are left", after, before);
  crypto_random((unsigned char *)random, sizeof random);
  cr_expect_neq(memcmp(random, zeros, sizeof random), 0);
}
