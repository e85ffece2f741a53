#define PCRE2_CODE_UNIT_WIDTH 8
#include "survey/personal.h"

#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

/* PCRE2 counts the steps anew at each place where a finding may begin. These
 * patterns need some hundred there at most, so that a search is linear; what came
 * this far would be our fault, and is stopped rather than waited for. */
enum { MATCH_STEPS_MAX = 10000, MATCH_HEAP_MAX_KIB = 8192 };

/* A digit from a to b, as 0-9, Arabic-Indic (U+0660-0669) or Eastern Arabic-Indic
 * (U+06F0-06F9). Folding a copy would do the same, but then a place in it would be
 * none in the text. */
#define DIGIT(a, b) "[" #a "-" #b "\\x{066" #a "}-\\x{066" #b "}\\x{06F" #a "}-\\x{06F" #b "}]"
#define ANY         DIGIT(0, 9)
#define ANY_2       ANY ANY
#define ANY_3       ANY ANY ANY
#define ANY_4       ANY_2 ANY_2

/* Inside brackets: Latin, Greek, Cyrillic, Arabic and their neighbours, without
 * the Arabic digits; blanks also as a phone or word processor sets them. */
#define LETTERS "A-Za-z\\x{C0}-\\x{65F}\\x{66A}-\\x{6EF}\\x{6FA}-\\x{1FFF}"
#define DIGITS  "0-9\\x{660}-\\x{669}\\x{6F0}-\\x{6F9}"
#define BLANKS  " \\t\\x{A0}\\x{2009}\\x{202F}"
#define HYPHENS "\\-\\x{2010}-\\x{2013}"

/* One line of a pattern is one way of writing it. */
/* clang-format off */
#define BEGIN "(?<!" ANY ")"
#define END   "(?!" ANY ")"
#define BLANK "[" BLANKS "]{1,2}"
#define DAY   "(?:" DIGIT(0, 0) DIGIT(1, 9) "|" DIGIT(1, 2) ANY "|" DIGIT(3, 3) DIGIT(0, 1) ")"
#define MONTH "(?:" DIGIT(0, 0) DIGIT(1, 9) "|" DIGIT(1, 1) DIGIT(0, 2) ")"
#define LOCAL "[" LETTERS DIGITS "._%+'\\-]"

#define YEAR_1900_2099 \
  "(?:" DIGIT(1, 1) DIGIT(9, 9) "|" DIGIT(2, 2) DIGIT(0, 0) ")" ANY_2
#define YEAR_1950_2049 \
  "(?:" DIGIT(1, 1) DIGIT(9, 9) DIGIT(5, 9) "|" DIGIT(2, 2) DIGIT(0, 0) DIGIT(0, 4) ")" ANY

/* \G: also right after the finding before, as in a number and an address with
 * only a hyphen between. */
#define EMAIL \
  "(?:(?<!" LOCAL ")|\\G)" LOCAL "++@" \
  "(?:[" LETTERS DIGITS "\\-]{1,63}\\.){1,8}" \
  "(?:(?i:xn)--[A-Za-z0-9\\-]{1,59}|[" LETTERS "]{2,24})"

/* Not the beginning of an e-mail address, which is found in its place. */
#define NO_EMAIL "(?!" LOCAL "*+@)"

#define DATE BEGIN \
  "(?:" ANY "{1,2}[./\\-] ?" ANY "{1,2}[./\\-] ?" YEAR_1900_2099 \
     "|" YEAR_1900_2099 "-" MONTH "-" DAY ")" END NO_EMAIL

#define CPR BEGIN DAY \
  "(?:" MONTH ANY_2 "[" BLANKS "]?[" HYPHENS "]?[" BLANKS "]?" \
     "|([./\\- ])" MONTH "\\g{-1}" ANY_2 "[" HYPHENS "])" ANY_4 END

#define COUNTRY_45 \
  "(?:(?:\\+|" DIGIT(0, 0) DIGIT(0, 0) ")[" BLANKS "]?)?" DIGIT(4, 4) DIGIT(5, 5) "\\)?[" BLANKS ".\\-]{0,2}"
#define EIGHT \
  "(?:" DIGIT(2, 9) ANY_3 ANY_4 \
     "|" "(?!" YEAR_1950_2049 "[ \\-]" YEAR_1950_2049 END ")" DIGIT(2, 9) ANY_3 "(?:" BLANK "|-)" ANY_4 \
     "|" DIGIT(2, 9) ANY "(" BLANK "|[.\\-])" ANY_2 "\\g{-1}" ANY_2 "\\g{-1}" ANY_2 \
     "|" DIGIT(2, 9) ANY_2 BLANK ANY_2 BLANK ANY_3 \
     "|" DIGIT(2, 9) ANY_2 BLANK ANY_3 BLANK ANY_2 \
     "|" DIGIT(2, 9) ANY BLANK ANY_3 BLANK ANY_3 ")" END
#define NO_MONEY \
  "(?![" BLANKS "]?(?i:(?:kr|euro?)(?![" LETTERS "])|kroner|dkk|,-|[$%\\x{20AC}])" NO_EMAIL ")"
#define ABROAD \
  "(?:\\+|" DIGIT(0, 0) DIGIT(0, 0) ")" DIGIT(1, 9) "(?:[" BLANKS ".()/\\-]{0,2}" ANY "){7,14}" END
#define PHONE \
  "(?:" BEGIN "|(?=\\+))(?:(?:" COUNTRY_45 ")?" EIGHT NO_MONEY "|" ABROAD ")"

/* An e-mail address first: it may begin with what looks like a number. */
#define PATTERN \
  EMAIL "|" DATE "(*SKIP)(*FAIL)|(?<cpr>" CPR ")|(?<phone>" PHONE ")"
/* clang-format on */

struct personal_finder {
  pcre2_code *pattern;
  pcre2_match_context *limits;
  pcre2_match_data *match;
  int cpr, phone; /* numbers of their groups */
};

struct personal_finder *personal_new(void) {
  struct personal_finder *finder = calloc(1, sizeof *finder);
  if (finder == NULL) {
    return NULL;
  }
  int fault;
  PCRE2_SIZE place;
  finder->pattern = pcre2_compile((PCRE2_SPTR)PATTERN, PCRE2_ZERO_TERMINATED,
                                  PCRE2_UTF | PCRE2_MATCH_INVALID_UTF, &fault, &place, NULL);
  finder->limits = pcre2_match_context_create(NULL);
  if (finder->pattern != NULL) {
    finder->match = pcre2_match_data_create_from_pattern(finder->pattern, NULL);
  }
  if (finder->pattern == NULL || finder->limits == NULL || finder->match == NULL) {
    personal_free(finder);
    return NULL;
  }
  (void)pcre2_set_match_limit(finder->limits, MATCH_STEPS_MAX);
  (void)pcre2_set_heap_limit(finder->limits, MATCH_HEAP_MAX_KIB);
  finder->cpr = pcre2_substring_number_from_name(finder->pattern, (PCRE2_SPTR) "cpr");
  finder->phone = pcre2_substring_number_from_name(finder->pattern, (PCRE2_SPTR) "phone");
  return finder;
}

void personal_free(struct personal_finder *finder) {
  if (finder == NULL) {
    return;
  }
  pcre2_match_data_free(finder->match);
  pcre2_match_context_free(finder->limits);
  pcre2_code_free(finder->pattern);
  free(finder);
}

/* Groups after the last one that takes part are not counted in groups. */
static bool takes_part(const struct personal_finder *finder, int groups, int group) {
  const PCRE2_SIZE *places = pcre2_get_ovector_pointer(finder->match);
  return groups > group && places[2 * (size_t)group] != PCRE2_UNSET;
}

enum personal_kind personal_next(const struct personal_finder *finder, const char *text,
                                 size_t from, size_t *start, size_t *length) {
  int groups = pcre2_match(finder->pattern, (PCRE2_SPTR)text, strlen(text), from, 0, finder->match,
                           finder->limits);
  if (groups == PCRE2_ERROR_NOMATCH) {
    return PERSONAL_NONE;
  }
  if (groups < 0) {
    return PERSONAL_FAULT;
  }
  const PCRE2_SIZE *places = pcre2_get_ovector_pointer(finder->match);
  *start = places[0];
  *length = places[1] - places[0];
  if (takes_part(finder, groups, finder->phone)) {
    return PERSONAL_PHONE;
  }
  return takes_part(finder, groups, finder->cpr) ? PERSONAL_CPR : PERSONAL_EMAIL;
}

enum personal_kind personal_find(const struct personal_finder *finder, const char *text,
                                 size_t *start, size_t *length) {
  return personal_next(finder, text, 0, start, length);
}
