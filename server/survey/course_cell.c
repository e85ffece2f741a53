#include "survey/course_cell.h"

#include <string.h>
#include <utf8proc.h>

#include "base/calendar.h"

enum { CPR_DIGITS = 10, NUMBER_MAX = 100000000, MINUTES_AN_HOUR = 60 };

/* ---- dates */

struct date {
  int numbers[3];
  int digits[3]; /* how many each has */
  int count;
};

static bool is_digit(char byte) {
  return byte >= '0' && byte <= '9';
}

/* The month that a Danish word begins with, from 1; 0: none. */
static int month_of(const char *word) {
  static const char months[] = "janfebmaraprmajjunjulaugsepoktnovdec";
  char first[4] = {0};
  for (size_t i = 0; i < 3; i++) {
    char byte = word[i];
    first[i] = byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
    if (first[i] < 'a' || first[i] > 'z') {
      return 0;
    }
  }
  for (int month = 0; month < 12; month++) {
    if (memcmp(months + (size_t)month * 3, first, 3) == 0) {
      return month + 1;
    }
  }
  return 0;
}

static const char *add_number(struct date *date, const char *at) {
  int number = 0, digits = 0;
  for (; is_digit(*at) && digits < 5; digits++) {
    number = number * 10 + (*at++ - '0');
  }
  date->numbers[date->count] = number;
  date->digits[date->count++] = digits;
  return at;
}

static const char *add_month(struct date *date, const char *at) {
  int month = month_of(at);
  if (month == 0) {
    return NULL;
  }
  date->numbers[date->count] = month;
  date->digits[date->count++] = 2;
  while ((*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z')) {
    at++;
  }
  return at;
}

/* What may stand after the day: a time, which is read over. */
static bool is_time(const char *rest) {
  if (*rest == '\0') {
    return true;
  }
  if (*rest != ' ' && *rest != 'T') {
    return false;
  }
  rest += strspn(rest, " T");
  return *rest == '\0' || (is_digit(*rest) && strspn(rest, "0123456789:.Z+") == strlen(rest) &&
                           strchr(rest, ':') != NULL);
}

static const char *split(struct date *date, const char *at) {
  while (at != NULL && date->count < 3) {
    if (is_digit(*at)) {
      at = add_number(date, at);
    } else if (date->count == 1) {
      at = add_month(date, at);
    } else {
      return NULL;
    }
    if (at != NULL && date->count < 3) {
      size_t between = strspn(at, "-./ ");
      if (between == 0 || between > 2) {
        return NULL;
      }
      at += between;
    }
  }
  return at;
}

bool course_date_parse(const char *text, int *day) {
  struct date date = {0};
  const char *rest = split(&date, text + strspn(text, " "));
  if (rest == NULL || date.count < 3 || !is_time(rest)) {
    return false;
  }
  bool iso = date.digits[0] == 4;
  int year = date.numbers[iso ? 0 : 2];
  int month = date.numbers[1];
  int of_month = date.numbers[iso ? 2 : 0];
  int year_digits = date.digits[iso ? 0 : 2];
  int month_digits = date.digits[1], day_digits = date.digits[iso ? 2 : 0];
  year += year_digits == 2 ? COURSE_YEAR_FIRST : 0;
  if ((year_digits != 2 && year_digits != 4) || month_digits > 2 || day_digits > 2 ||
      year < COURSE_YEAR_FIRST || year > COURSE_YEAR_LAST || month < 1 || month > 12 ||
      of_month < 1 || of_month > calendar_month_days(year, month)) {
    return false;
  }
  *day = calendar_day(year, month, of_month);
  return true;
}

/* ---- numbers */

/* The mark before the decimals: the last "," or "."; a mark that groups thousands has
 * three digits after it and another mark in the text. NULL: there is none. */
static const char *decimal_mark(const char *text) {
  const char *comma = strrchr(text, ','), *point = strrchr(text, '.');
  if (comma == NULL || point == NULL) {
    return comma == NULL ? point : comma;
  }
  return comma > point ? comma : point;
}

/* Reads the whole part: digits, with the other mark between groups of three. */
static bool read_whole(const char *text, const char *end, char group, long *whole) {
  int since = -1; /* digits since the last mark of a group; -1: none yet */
  *whole = 0;
  if (text == end) {
    return false;
  }
  for (; text < end; text++) {
    if (*text == group && group != '\0' && since != 1 && since != 2) {
      since = 0;
    } else if (is_digit(*text) && *whole < NUMBER_MAX) {
      *whole = *whole * 10 + (*text - '0');
      since += since >= 0;
    } else {
      return false;
    }
  }
  return since < 0 || since == 3;
}

/* Thousandths of what stands after the mark, further digits read over. */
static bool read_decimals(const char *text, int *thousandths) {
  int scale = 100;
  *thousandths = 0;
  for (; *text != '\0'; text++) {
    if (!is_digit(*text)) {
      return false;
    }
    *thousandths += (*text - '0') * scale;
    scale /= 10;
  }
  return true;
}

static bool read_decimal(const char *text, long *whole, int *thousandths) {
  const char *mark = decimal_mark(text);
  const char *end = mark == NULL ? text + strlen(text) : mark;
  char group = mark == NULL ? '\0' : *mark == ',' ? '.' : ',';
  *thousandths = 0;
  return read_whole(text, end, group, whole) &&
         (mark == NULL || (mark[1] != '\0' && read_decimals(mark + 1, thousandths)));
}

static bool read_clock(const char *text, const char *colon, int *hundredths) {
  long hours, minutes;
  if (!read_whole(text, colon, '\0', &hours) || strlen(colon + 1) != 2 ||
      !read_whole(colon + 1, colon + 3, '\0', &minutes) || minutes >= MINUTES_AN_HOUR ||
      hours > COURSE_HOURS_MAX) {
    return false;
  }
  *hundredths = (int)(hours * 100 + (minutes * 100 + MINUTES_AN_HOUR / 2) / MINUTES_AN_HOUR);
  return true;
}

bool course_hours_parse(const char *text, int *hundredths) {
  const char *colon = strchr(text, ':');
  long whole;
  int thousandths;
  if (colon != NULL) {
    return read_clock(text, colon, hundredths);
  }
  if (!read_decimal(text, &whole, &thousandths) || whole > COURSE_HOURS_MAX) {
    return false;
  }
  *hundredths = (int)(whole * 100 + (thousandths + 5) / 10);
  return true;
}

bool course_count_parse(const char *text, int most, int *number) {
  long whole;
  int thousandths;
  if (!read_decimal(text, &whole, &thousandths) || thousandths != 0 || whole > most) {
    return false;
  }
  *number = (int)whole;
  return true;
}

/* ---- ids */

static bool finds(const struct personal_finder *finder, const char *text,
                  enum personal_kind wanted) {
  size_t start = 0, length = 0;
  enum personal_kind kind = personal_find(finder, text, &start, &length);
  while (kind != PERSONAL_NONE && kind != wanted && kind != PERSONAL_FAULT) {
    kind = personal_next(finder, text, start + length, &start, &length);
  }
  return kind == wanted || kind == PERSONAL_FAULT;
}

bool course_holds_cpr(const char *text, const struct personal_finder *finder) {
  size_t digits = 0, wide = 0;
  for (const char *c = text; *c != '\0'; c++) {
    digits += is_digit(*c);
    wide += (*c & 0x80) != 0;
  }
  if (digits == CPR_DIGITS - 1 && text[strspn(text, "0123456789")] == '\0') {
    char whole[CPR_DIGITS + 1] = "0"; /* which Excel has dropped */
    memcpy(whole + 1, text, CPR_DIGITS);
    return finds(finder, whole, PERSONAL_CPR);
  }
  return digits + wide >= CPR_DIGITS && finds(finder, text, PERSONAL_CPR);
}

/* What the characters of an id are. */
struct letters {
  int digits, blanks, names; /* names: words of a capital and small letters */
  bool breaks;
  bool begins_well; /* with a letter or a digit */
};

static struct letters look_at(const char *id) {
  struct letters letters = {0};
  utf8proc_category_t before = UTF8PROC_CATEGORY_ZS;
  const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)id;
  bool begun = false;
  while (*at != '\0') {
    utf8proc_int32_t point;
    utf8proc_ssize_t size = utf8proc_iterate(at, -1, &point);
    utf8proc_category_t category = utf8proc_category(point);
    at += size > 0 ? size : 1;
    bool letter = category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
    letters.digits += category == UTF8PROC_CATEGORY_ND;
    letters.blanks += category == UTF8PROC_CATEGORY_ZS || point == ',';
    letters.names += category == UTF8PROC_CATEGORY_LL && before == UTF8PROC_CATEGORY_LU;
    letters.breaks = letters.breaks || category == UTF8PROC_CATEGORY_CC;
    letters.begins_well = begun ? letters.begins_well : letter || category == UTF8PROC_CATEGORY_ND;
    begun = true;
    before = category;
  }
  return letters;
}

enum course_fault course_id_check(const char *id, size_t characters,
                                  const struct personal_finder *finder) {
  struct letters letters = look_at(id);
  if (characters > COURSE_ID_MAX) {
    return COURSE_ID_LONG;
  }
  if (course_holds_cpr(id, finder)) {
    return COURSE_ID_CPR;
  }
  if (strchr(id, '@') != NULL && finds(finder, id, PERSONAL_EMAIL)) {
    return COURSE_ID_ADDRESS;
  }
  if (letters.breaks || !letters.begins_well) {
    return COURSE_ID_CHARACTERS;
  }
  if (letters.blanks > 0 && (letters.digits == 0 || letters.names >= 2)) {
    return COURSE_ID_NAME;
  }
  return letters.digits == 0 ? COURSE_ID_LETTERS : COURSE_FAULTS;
}
