#define PCRE2_CODE_UNIT_WIDTH 8
#include "survey/personal.h"

#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

/* More than any comment of 10,000 characters can need; a search that comes so
 * far is stopped rather than waited for. */
enum { MATCH_STEPS_MAX = 20000000, MATCH_HEAP_MAX_KIB = 8192 };

/* A digit from a to b, in the three ways of writing it; \x{66} and \x{6F} begin
 * the Arabic-Indic and the Eastern Arabic-Indic ones. */
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

#define BLANK  "[" BLANKS "]{1,2}"
#define DAY    "(?:" DIGIT(0, 0) DIGIT(1, 9) "|" DIGIT(1, 2) ANY "|" DIGIT(3, 3) DIGIT(0, 1) ")"
#define MONTH  "(?:" DIGIT(0, 0) DIGIT(1, 9) "|" DIGIT(1, 1) DIGIT(0, 2) ")"
#define CENTURY "(?:" DIGIT(1, 1) DIGIT(9, 9) "|" DIGIT(2, 2) DIGIT(0, 0) ")"
/* 1950-1999 and 2000-2049 */
#define YEAR                                                                                       \
  "(?:" DIGIT(1, 1) DIGIT(9, 9) DIGIT(5, 9) ANY "|" DIGIT(2, 2) DIGIT(0, 0) DIGIT(0, 4) ANY ")"
#define BEGIN "(?<!" ANY ")"
#define END   "(?!" ANY ")"

#define EMAIL                                                                                      \
  "(?<![" LETTERS DIGITS "._%+'\\-])[" LETTERS DIGITS "._%+'\\-]++@"                               \
  "(?:[" LETTERS DIGITS "\\-]{1,63}\\.){1,8}(?:xn--[A-Za-z0-9\\-]{1,59}|[" LETTERS "]{2,24})"

#define DATE                                                                                       \
  BEGIN "(?:" ANY "{1,2}[./\\-] ?" ANY "{1,2}[./\\-] ?" CENTURY ANY_2                              \
        "|" CENTURY ANY_2 "-" MONTH "-" DAY ")" END

#define CPR                                                                                        \
  BEGIN DAY "(?:" MONTH ANY_2 "[" BLANKS "]?[" HYPHENS "]?[" BLANKS "]?"                           \
            "|([./\\- ])" MONTH "\\g{-1}" ANY_2 "[" HYPHENS "])" ANY_4 END

#define DANISH                                                                                     \
  "(?:(?:(?:\\+|00)[" BLANKS "]?)?45\\)?[" BLANKS ".\\-]{0,2})?"                                   \
  "(?:" DIGIT(2, 9) ANY "{7}"                                                                      \
  "|(?!" YEAR "[ \\-]" YEAR END ")" DIGIT(2, 9) ANY_3 "(?:" BLANK "|-)" ANY_4                      \
  "|" DIGIT(2, 9) ANY "(" BLANK "|[.\\-])" ANY_2 "\\g{-1}" ANY_2 "\\g{-1}" ANY_2                   \
  "|" DIGIT(2, 9) ANY_2 BLANK "(?:" ANY_2 BLANK ANY_3 "|" ANY_3 BLANK ANY_2 ")"                    \
  "|" DIGIT(2, 9) ANY BLANK ANY_3 BLANK ANY_3 ")" END
