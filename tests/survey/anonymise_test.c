#include "survey/anonymise.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

enum { LINE_BYTES = 512, ROWS_MAX = 400 };

static const struct questionnaire *questionnaire;
static struct arena *arena;

static void begin(void) {
  arena = arena_new(0);
  cr_assert(crypto_init());
  questionnaire = support_load(arena, BILAG8);
}

static void end(void) {
  arena_free(arena);
}

TestSuite(anonymise, .init = begin, .fini = end, .timeout = 120);

struct given {
  char id[32];
  int municipality;
  const char *language;
  struct answer *answer;
};

/* Answers of a round of four municipalities: København 34, Thisted 26, Helsingør 6, Svendborg 5
 * of 71. */
static void draw(struct given *given, size_t count, uint64_t *seed) {
  static const int codes[] = {101, 787, 217, 479}, shares[] = {34, 60, 66, 71};
  for (size_t i = 0; i < count; i++) {
    int share = (int)support_draw(seed, 71), place = 0;
    while (share >= shares[place]) {
      place++;
    }
    int children = support_draw(seed, 10) == 0 ? 2 + (int)support_draw(seed, 3) : 1;
    char values[LINE_BYTES];
    int length = snprintf(values, sizeof values, "q1=%s q2=%d q3=%d q7=%d q9=%d",
                          support_draw(seed, 10) < 3    ? "1"
                          : support_draw(seed, 40) == 0 ? "3"
                                                        : "2",
                          support_draw(seed, 10) == 0 ? 1 : 2, children,
                          1 + (int)support_draw(seed, 3), 7 + (int)support_draw(seed, 4));
    for (int child = 1; child <= children; child++) {
      bool daycare = support_draw(seed, 4) < 3;
      length += snprintf(values + length, sizeof values - (size_t)length, " q4_%d=%d q5_%d=%d",
                         child, daycare ? 1 : 2, child, 1 + (int)support_draw(seed, 5));
      if (daycare) {
        length += snprintf(values + length, sizeof values - (size_t)length, " q8_%d=%d", child,
                           1 + (int)support_draw(seed, 5));
      }
    }
    snprintf(given[i].id, sizeof given[i].id, "row %zu", i);
    given[i].municipality = codes[place];
    given[i].language = support_draw(seed, 12) == 0 ? "ar" : "da";
    given[i].answer = support_answer(questionnaire, arena, values);
  }
}

static struct anonymise *add_all(const struct given *given, size_t count, int k, int seed,
                                 bool language) {
  struct anonymise_options options = {.k = k, .language = language};
  options.seed[0] = (unsigned char)seed;
  struct anonymise *anonymise = anonymise_new(questionnaire, &options);
  cr_assert_not_null(anonymise);
  for (size_t i = 0; i < count; i++) {
    cr_assert(anonymise_add(anonymise, given[i].id, given[i].municipality,
                            given[i].municipality == 101   ? "København"
                            : given[i].municipality == 787 ? "Thisted"
                            : given[i].municipality == 217 ? "Helsingør"
                                                           : "Svendborg",
                            given[i].language, given[i].answer));
  }
  return anonymise;
}

/* What somebody may know of a row: the columns of q1 to q4, and which questions were asked. */
static char *known(struct anonymise *anonymise, size_t index, bool asked) {
  struct anonymise_row row;
  struct text text;
  size_t columns;
  const struct anonymise_column *column = anonymise_columns(anonymise, &columns);
  text_init(&text);
  anonymise_row(anonymise, index, &row);
  text_addf(&text, "%d %s", row.municipality, row.language == NULL ? "-" : row.language);
  for (size_t i = 0; i < columns; i++) {
    if (questionnaire->identifying[questionnaire->fields[column[i].field].question]) {
      text_addf(&text, " %d", row.values[i]);
    } else if (asked) {
      text_add_char(&text, row.values[i] == ANONYMISE_EMPTY      ? '.'
                           : row.values[i] == ANONYMISE_WITHHELD ? '?'
                                                                 : 'x');
    }
  }
  char *string = arena_string(arena, text.data);
  text_clear(&text);
  return string;
}

static char *whole(struct anonymise *anonymise) {
  struct text text;
  size_t columns;
  text_init(&text);
  (void)anonymise_columns(anonymise, &columns);
  for (size_t i = 0; i < anonymise_rows(anonymise); i++) {
    struct anonymise_row row;
    anonymise_row(anonymise, i, &row);
    text_addf(&text, "%d %s %s", row.municipality, row.municipality_name,
              row.language == NULL ? "-" : row.language);
    for (size_t j = 0; j < columns; j++) {
      text_addf(&text, " %d", row.values[j]);
    }
    text_add_char(&text, '\n');
  }
  char *string = arena_string(arena, text.data);
  text_clear(&text);
  return string;
}

static size_t smallest_class(struct anonymise *anonymise, bool asked) {
  size_t rows = anonymise_rows(anonymise), smallest = rows;
  char **keys = arena_array(arena, rows, sizeof *keys);
  for (size_t i = 0; i < rows; i++) {
    keys[i] = known(anonymise, i, asked);
  }
  for (size_t i = 0; i < rows; i++) {
    size_t alike = 0;
    for (size_t j = 0; j < rows; j++) {
      alike += strcmp(keys[i], keys[j]) == 0;
    }
    smallest = alike < smallest ? alike : smallest;
  }
  return smallest;
}

Test(anonymise, gives_everybody_k_that_are_like_them) {
  uint64_t seed = 8;
  for (int n = 0; n < 40; n++) {
    struct given given[ROWS_MAX];
    size_t rows = 12 + support_draw(&seed, n % 10 == 0 ? 300 : 70);
    int k = 3 + (int)support_draw(&seed, 4);
    draw(given, rows, &seed);
    struct anonymise *anonymise = add_all(given, rows, k, n, n % 2 == 0);
    enum anonymise_result result = anonymise_run(anonymise);
    if (result == ANONYMISE_OK) {
      const struct anonymise_certificate *certificate = anonymise_certificate(anonymise);
      cr_expect_eq(anonymise_rows(anonymise), rows, "no row is lost");
      cr_expect_geq(smallest_class(anonymise, false), (size_t)k);
      cr_expect_eq(smallest_class(anonymise, false), certificate->k_reached);
      cr_expect_eq(certificate->below_after, 0);
    } else {
      cr_expect_eq(result, ANONYMISE_LOST);
    }
    anonymise_free(anonymise);
  }
}

/* Question 8 is asked of children in daycare only, question 5 of each child: which of them were
 * asked must tell no more than the columns that were coarsened. */
Test(anonymise, does_not_tell_by_what_was_asked) {
  uint64_t seed = 21;
  for (int n = 0; n < 20; n++) {
    struct given given[ROWS_MAX];
    draw(given, 71, &seed);
    struct anonymise *anonymise = add_all(given, 71, 3 + n % 5, n, false);
    if (anonymise_run(anonymise) == ANONYMISE_OK) {
      cr_expect_eq(smallest_class(anonymise, true), smallest_class(anonymise, false));
    }
    anonymise_free(anonymise);
  }
}

static size_t count_value(struct anonymise *anonymise, const char *name, int value) {
  size_t columns, count = 0;
  const struct anonymise_column *column = anonymise_columns(anonymise, &columns);
  for (size_t i = 0; i < anonymise_rows(anonymise); i++) {
    struct anonymise_row row;
    anonymise_row(anonymise, i, &row);
    for (size_t j = 0; j < columns; j++) {
      count += strcmp(column[j].name, name) == 0 && row.values[j] == value;
    }
  }
  return count;
}

Test(anonymise, keeps_what_identifies_nobody) {
  struct given given[ROWS_MAX];
  uint64_t seed = 71;
  draw(given, 71, &seed);
  struct anonymise *anonymise = add_all(given, 71, 5, 1, false);
  cr_assert_eq(anonymise_run(anonymise), ANONYMISE_OK);
  for (int code = 1; code <= 3; code++) {
    size_t count = 0;
    for (int i = 0; i < 71; i++) {
      count += given[i].answer->codes[support_field(questionnaire, "q7")] == code;
    }
    cr_expect_eq(count_value(anonymise, "q7", code), count);
  }
  cr_expect_eq(count_value(anonymise, "q7", ANONYMISE_WITHHELD), 0);
  anonymise_free(anonymise);
}

Test(anonymise, gives_the_same_bytes_for_the_same_seed_in_whatever_order_rows_come) {
  struct given given[ROWS_MAX], reversed[ROWS_MAX];
  uint64_t seed = 3;
  draw(given, 71, &seed);
  for (int i = 0; i < 71; i++) {
    reversed[i] = given[70 - i];
  }
  struct anonymise *first = add_all(given, 71, 4, 1, true);
  struct anonymise *again = add_all(reversed, 71, 4, 1, true);
  struct anonymise *other = add_all(given, 71, 4, 2, true);
  cr_assert_eq(anonymise_run(first), ANONYMISE_OK);
  cr_assert_eq(anonymise_run(again), ANONYMISE_OK);
  cr_assert_eq(anonymise_run(other), ANONYMISE_OK);
  cr_expect_str_eq(whole(first), whole(again));
  cr_expect_str_neq(whole(first), whole(other), "another seed is another order");
  anonymise_free(first);
  anonymise_free(again);
  anonymise_free(other);
}

Test(anonymise, pools_small_municipalities_by_name) {
  struct given given[ROWS_MAX];
  uint64_t seed = 3;
  draw(given, 71, &seed);
  struct anonymise *anonymise = add_all(given, 71, 3, 1, false);
  cr_assert_eq(anonymise_run(anonymise), ANONYMISE_OK);
  const struct anonymise_certificate *certificate = anonymise_certificate(anonymise);
  cr_expect_str_eq(certificate->quasis[0].name, "municipality");
  if (certificate->quasis[0].level == ANONYMISE_POOLED) {
    cr_expect_str_eq(certificate->quasis[0].pooled, "Helsingør, Svendborg");
  }
  cr_expect_neq(certificate->quasis[0].level, ANONYMISE_EXACT, "five of Svendborg are unique");
  cr_expect_gt(certificate->uniques_before, 0);
  anonymise_free(anonymise);
}

Test(anonymise, changes_nothing_where_all_have_enough_like_them) {
  struct given given[ROWS_MAX];
  for (int i = 0; i < 20; i++) {
    snprintf(given[i].id, sizeof given[i].id, "%d", i);
    given[i].municipality = 101;
    given[i].language = "da";
    given[i].answer =
        support_answer(questionnaire, arena,
                       i % 2 == 0 ? "q1=1 q2=2 q3=1 q4_1=1 q5_1=1 q8_1=2 q7=1 q9=10"
                                  : "q1=2 q2=2 q3=2 q4_1=1 q4_2=2 q5_1=1 q5_2=2 q7=2");
  }
  struct anonymise *anonymise = add_all(given, 20, 10, 1, false);
  cr_assert_eq(anonymise_run(anonymise), ANONYMISE_OK);
  const struct anonymise_certificate *certificate = anonymise_certificate(anonymise);
  cr_expect_eq(certificate->k_reached, 10);
  cr_expect_eq(certificate->classes, 2);
  cr_expect_eq(certificate->touched, 0);
  cr_expect_float_eq(certificate->loss, 0, 1e-12);
  for (size_t i = 0; i < certificate->quasis_count; i++) {
    cr_expect_eq(certificate->quasis[i].level, ANONYMISE_EXACT);
  }
  for (size_t i = 0; i < certificate->opinions_count; i++) {
    cr_expect_eq(certificate->opinions[i].lost, 0);
    if (strcmp(certificate->opinions[i].name, "q7") == 0) {
      cr_expect_eq(certificate->opinions[i].diversity, 1);
      cr_expect_eq(certificate->opinions[i].uniform, 20, "each class is of one mind");
    }
  }
  anonymise_free(anonymise);
}

Test(anonymise, refuses_what_cannot_be_reached_and_says_what_can) {
  struct given given[ROWS_MAX];
  uint64_t seed = 4;
  draw(given, 71, &seed);
  struct anonymise *low = add_all(given, 71, 2, 1, false);
  cr_expect_eq(anonymise_run(low), ANONYMISE_LOW);
  anonymise_free(low);
  struct anonymise *few = add_all(given, 4, 5, 1, false);
  cr_expect_eq(anonymise_run(few), ANONYMISE_FEW);
  anonymise_free(few);
  struct anonymise *lost = add_all(given, 71, 60, 1, false);
  cr_expect_eq(anonymise_run(lost), ANONYMISE_LOST);
  int advice = anonymise_advice(lost);
  cr_expect_gt(advice, 10);
  anonymise_free(lost);
  struct anonymise *advised = add_all(given, 71, advice, 1, false);
  cr_expect_eq(anonymise_run(advised), ANONYMISE_OK);
  anonymise_free(advised);
}
