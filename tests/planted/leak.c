/* Planted: memory that nobody frees. tests/planted.sh wants to see it found. */
#include <criterion/criterion.h>
#include <stdlib.h>

Test(planted, leaks) {
  void *volatile block = malloc(64);
  cr_assert_not_null(block);
  block = NULL;
}
