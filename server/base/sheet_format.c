#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/calendar.h"
#include "base/sheet_book.h"

enum {
  MINUTES_A_DAY = 24 * 60,
  HOURS_A_DAY = 24,
  SERIAL_MAX = 2958465,      /* 31 December 9999 */
  SERIAL_FALSE_LEAP_DAY = 60 /* 29 February 1900, which Lotus 1-2-3 believed in */
};

enum sheet_format format_of_id(long id) {
  if ((id >= 14 && id <= 17) || id == 22 || (id >= 27 && id <= 31) || id == 36 ||
      (id >= 50 && id <= 58)) {
    return FORMAT_DATE;
  }
  return (id >= 18 && id <= 21) || (id >= 32 && id <= 35) || (id >= 45 && id <= 47) ? FORMAT_TIME
                                                                                    : FORMAT_NUMBER;
}

/* What the letters of the first section say. */
struct letters {
  bool day, hour, month;
};

static void note_letter(struct letters *letters, char letter) {
  switch (letter) {
  case 'd':
  case 'D':
  case 'y':
  case 'Y':
    letters->day = true;
    break;
  case 'h':
  case 'H':
  case 's':
  case 'S':
    letters->hour = true;
    break;
  case 'm':
  case 'M':
    letters->month = true;
    break;
  default:
    break;
  }
}

/* After a bracket: hours over 24 ("[h]"), or a colour or language, which says
 * nothing. Gives what follows it. */
static const char *read_bracket(struct letters *letters, const char *code) {
  const char *end = strchr(code, ']');
  if (end == NULL) {
    return code + strlen(code);
  }
  if (code[strspn(code, "hHmMsS")] == ']') {
    letters->hour = true;
  }
  return end + 1;
}

static const char *after_quotes(const char *code) {
  const char *end = strchr(code, '"');
  return end == NULL ? code + strlen(code) : end + 1;
}

enum sheet_format format_read(const char *code) {
  struct letters letters = {0};
  if (strncmp(code, "General", 7) == 0 || strncmp(code, "Standard", 8) == 0) {
    return FORMAT_NUMBER;
  }
  while (*code != '\0' && *code != ';') {
    char letter = *code++;
    if (letter == '"') {
      code = after_quotes(code);
    } else if (letter == '[') {
      code = read_bracket(&letters, code);
    } else if (strchr("\\_*", letter) != NULL) {
      code += *code != '\0';
    } else {
      note_letter(&letters, letter);
    }
  }
  if (letters.day || (letters.month && !letters.hour)) {
    return FORMAT_DATE;
  }
  return letters.hour ? FORMAT_TIME : FORMAT_NUMBER;
}

static enum sheet_kind write_number(double number, char out[FORMAT_TEXT_BYTES]) {
  (void)snprintf(out, FORMAT_TEXT_BYTES, "%.15g", number);
  return SHEET_NUMBER;
}

/* Serial 1 is 1 January 1900; 1904's serial 0 is 1 January 1904. */
static int serial_day(int serial, bool date1904) {
  if (date1904) {
    return calendar_day(1904, 1, 1) + serial;
  }
  return calendar_day(1900, 1, 1) + serial - (serial > SERIAL_FALSE_LEAP_DAY ? 2 : 1);
}

static bool is_day(double number, bool date1904) {
  double least = date1904 ? 0 : 1;
  double most = date1904 ? SERIAL_MAX - 1462 : SERIAL_MAX;
  bool counts = number >= least && number < most; /* an int, then */
  return counts && (date1904 || (int)number != SERIAL_FALSE_LEAP_DAY);
}

static enum sheet_kind write_date(double number, bool date1904, char out[FORMAT_TEXT_BYTES]) {
  int serial = (int)number;
  int minutes = (int)lround((number - serial) * MINUTES_A_DAY);
  char date[CALENDAR_DATE_BYTES];
  if (minutes == MINUTES_A_DAY) {
    minutes--;
  }
  calendar_write(serial_day(serial, date1904), date);
  if (minutes == 0) {
    (void)snprintf(out, FORMAT_TEXT_BYTES, "%s", date);
  } else {
    (void)snprintf(out, FORMAT_TEXT_BYTES, "%sT%02d:%02d", date, minutes / 60, minutes % 60);
  }
  return SHEET_DATE;
}

enum sheet_kind format_write(double number, enum sheet_format format, bool date1904,
                             char out[FORMAT_TEXT_BYTES]) {
  if (!isfinite(number)) {
    out[0] = '\0';
    return SHEET_ERROR;
  }
  switch (format) {
  case FORMAT_NUMBER:
    return write_number(number, out);
  case FORMAT_DATE:
    return is_day(number, date1904) ? write_date(number, date1904, out) : write_number(number, out);
  case FORMAT_TIME:
    (void)write_number(number * HOURS_A_DAY, out);
    return SHEET_TIME;
  }
  return SHEET_ERROR;
}
