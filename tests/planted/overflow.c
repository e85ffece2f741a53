/* Planted: a write behind a heap block. tests/planted.sh wants to see it found. */
#include <criterion/criterion.h>
#include <stdlib.h>

Test(planted, overflows) {
  volatile size_t behind = 16;
  volatile char *block = malloc(behind);
  cr_assert_not_null(block);
  block[behind] = 'x';
  free((void *)block);
}
