/* Planted: a signed overflow. tests/planted.sh wants to see it found. */
#include <criterion/criterion.h>
#include <limits.h>

Test(planted, overflows_a_signed_number) {
  volatile int most = INT_MAX;
  most = most + 1;
}
