#include "base/arena.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <string.h>

static struct arena *arena;

static void setup(void) {
  arena = arena_new(0);
  cr_assert_not_null(arena);
}

static void teardown(void) {
  arena_free(arena);
}

TestSuite(arena, .init = setup, .fini = teardown);

/* An assertion for each byte would take a second and more. */
static bool is_full_of(const unsigned char *piece, size_t size, unsigned char value) {
  return size == 0 || (piece[0] == value && memcmp(piece, piece + 1, size - 1) == 0);
}

Test(arena, gives_zeroed_aligned_pieces_that_do_not_overlap) {
  static const size_t sizes[] = {0, 1, 7, 16, 100, 1024, 1025, 5000, 100000, 3, 2000000, 8};
  unsigned char *pieces[array_length(sizes) * 20];
  for (size_t i = 0; i < array_length(pieces); i++) {
    size_t size = sizes[i % array_length(sizes)];
    pieces[i] = arena_alloc(arena, size);
    cr_assert_not_null(pieces[i]);
    cr_assert_eq((uintptr_t)pieces[i] % _Alignof(max_align_t), 0, "piece %zu", i);
    cr_assert(is_full_of(pieces[i], size, 0), "piece %zu", i);
    memset(pieces[i], (int)(i % 250) + 1, size);
  }
  for (size_t i = 0; i < array_length(pieces); i++) {
    size_t size = sizes[i % array_length(sizes)];
    cr_assert(is_full_of(pieces[i], size, (unsigned char)(i % 250 + 1)), "piece %zu", i);
  }
}

Test(arena, stops_at_its_limit_and_still_gives_what_is_left) {
  struct arena *small = arena_new(100);
  cr_assert_not_null(small);
  cr_expect_not_null(arena_alloc(small, 60));
  cr_expect_null(arena_alloc(small, 41));
  cr_expect_not_null(arena_alloc(small, 40));
  cr_expect_null(arena_alloc(small, 1));
  arena_free(small);
}

Test(arena, refuses_sizes_that_overflow) {
  cr_expect_null(arena_alloc(arena, SIZE_MAX));
  cr_expect_null(arena_alloc(arena, SIZE_MAX - 8));
  cr_expect_null(arena_array(arena, SIZE_MAX / 4 + 2, 4));
  cr_expect_null(arena_copy(arena, "", SIZE_MAX));
}

Test(arena, copies_bytes_with_a_nul_behind_them) {
  char *copy = arena_copy(arena, "abc\0def", 7);
  cr_assert_not_null(copy);
  cr_expect_arr_eq(copy, "abc\0def", 8);
  cr_expect_str_eq(arena_copy(arena, NULL, 0), "");
  cr_expect_str_eq(arena_string(arena, "æøå"), "æøå");
}

Test(arena, prints_what_is_longer_than_a_chunk) {
  char *printed = arena_printf(arena, "%d:%10000s|", 7, "x");
  cr_assert_not_null(printed);
  cr_expect_eq(strlen(printed), 10003);
  cr_expect_eq(printed[10001], 'x');
  cr_expect_eq(printed[10002], '|');
}

Test(arena, frees_nothing_when_there_is_none) {
  arena_free(NULL);
}
