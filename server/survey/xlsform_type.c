#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "survey/xlsform_part.h"

/* As older forms and other programs write them; what ends in a blank goes on with a list.
 * Source: the aliases that pyxform reads, https://github.com/XLSForm/pyxform. */
static const struct {
  const char *from, *to;
} aliases[] = {
    {"select one from ", "select_one "},
    {"select one using ", "select_one "},
    {"add select one prompt using ", "select_one "},
    {"select one ", "select_one "},
    {"select1 ", "select_one "},
    {"select all that apply from ", "select_multiple "},
    {"add select multiple prompt using ", "select_multiple "},
    {"select multiple from ", "select_multiple "},
    {"select multiple ", "select_multiple "},
    {"begin group", "begin_group"},
    {"end group", "end_group"},
    {"begin repeat", "begin_repeat"},
    {"end repeat", "end_repeat"},
    {"string", "text"},
    {"add text prompt", "text"},
    {"int", "integer"},
    {"add integer prompt", "integer"},
    {"add note prompt", "note"},
    {"add decimal prompt", "decimal"},
    {"add date prompt", "date"},
    {"add date time prompt", "datetime"},
    {"trigger", "acknowledge"},
    {"add acknowledge prompt", "acknowledge"},
    {"gps", "geopoint"},
    {"location", "geopoint"},
    {"photo", "image"},
    {"phone number", "phone"},
    {"start time", "start"},
    {"end time", "end"},
    {"device id", "deviceid"},
    {"imei", "deviceid"},
    {"sim id", "simserial"},
};

/* "Begin  Group" is "begin group": blanks one by one, the first word in small letters. */
static void tidy_type(char *type) {
  size_t to = 0;
  bool first = true;
  for (size_t i = 0; type[i] != '\0'; i++) {
    first = first && type[i] != ' ';
    if (type[i] != ' ' || (to > 0 && type[to - 1] != ' ')) {
      type[to++] = first ? (char)tolower((unsigned char)type[i]) : type[i];
    }
  }
  type[to] = '\0';
}

const char *xlsform_type(struct xlsform_work *work, size_t row) {
  char *type = arena_string(work->arena, xlsform_cell(work, XLSFORM_SURVEY, row, KEY_TYPE));
  if (type == NULL) {
    work->failed = true;
    return "";
  }
  tidy_type(type);
  for (size_t i = 0; i < array_length(aliases); i++) {
    size_t length = strlen(aliases[i].from);
    bool goes_on = aliases[i].from[length - 1] == ' ';
    if (strncasecmp(type, aliases[i].from, length) == 0 && (goes_on || type[length] == '\0')) {
      type = arena_printf(work->arena, "%s%s", aliases[i].to, type + length);
      work->failed = work->failed || type == NULL;
      return type == NULL ? "" : type;
    }
  }
  return type;
}

/* ---- types without a counterpart */

static const struct other {
  const char *type;
  const char *why;
  bool left_out; /* it asks nobody anything; else it is refused */
} others[] = {
    {"select_multiple",
     "several answers at once have no counterpart; hint: a select_one with yes and no for each",
     false},
    {"rank", "an order has no counterpart; hint: a select_one for the most important one", false},
    {"decimal", "numbers are whole; hint: integer or range", false},
    {"date", "dates tell too much of a family; hint: a select_one with periods", false},
    {"time", "times have no counterpart; hint: a select_one with times of the day", false},
    {"datetime", "dates tell too much of a family; hint: a select_one with periods", false},
    {"geopoint", "places are not asked for; hint: take the row out", false},
    {"geotrace", "places are not asked for; hint: take the row out", false},
    {"geoshape", "places are not asked for; hint: take the row out", false},
    {"image", "no files are taken; hint: take the row out", false},
    {"audio", "no files are taken; hint: take the row out", false},
    {"video", "no files are taken; hint: take the row out", false},
    {"file", "no files are taken; hint: take the row out", false},
    {"barcode", "codes are not scanned; hint: take the row out", false},
    {"acknowledge", "an \"OK\" is no answer; hint: a note, or a select_one with one choice", false},
    {"phone", "answers are anonymous; hint: take the row out", false},
    {"select_one_from_file", "choices stand in the form; hint: list them in the sheet choices",
     false},
    {"select_one_external", "choices stand in the form; hint: list them in the sheet choices",
     false},
    {"start", "the row is left out: when somebody answers is not stored", true},
    {"end", "the row is left out: when somebody answers is not stored", true},
    {"today", "the row is left out: only the week of an answer is kept", true},
    {"deviceid", "the row is left out: nothing of the device is stored", true},
    {"subscriberid", "the row is left out: nothing of the device is stored", true},
    {"simserial", "the row is left out: nothing of the device is stored", true},
    {"phonenumber", "the row is left out: answers are anonymous", true},
    {"username", "the row is left out: answers are anonymous", true},
    {"email", "the row is left out: answers are anonymous", true},
    {"start-geopoint", "the row is left out: places are not stored", true},
    {"background-geopoint", "the row is left out: places are not stored", true},
    {"background-audio", "the row is left out: nobody is recorded", true},
    {"audit", "the row is left out: what parents do is not logged", true},
    {"calculate", "the row is left out: nothing is computed while parents answer", true},
    {"hidden", "the row is left out: nothing is stored that parents do not see", true},
    {"xml-external", "the row is left out: nothing is loaded from elsewhere", true},
    {"csv-external", "the row is left out: nothing is loaded from elsewhere", true},
};

static const struct other *find_other(const char *type) {
  size_t length = strcspn(type, " ");
  for (size_t i = 0; i < array_length(others); i++) {
    if (strlen(others[i].type) == length && strncmp(others[i].type, type, length) == 0) {
      return &others[i];
    }
  }
  return NULL;
}

const char *xlsform_left_out(struct xlsform_work *work, size_t row) {
  const struct other *other = find_other(xlsform_type(work, row));
  return other != NULL && other->left_out ? other->why : NULL;
}

void xlsform_refuse_type(struct xlsform_work *work, size_t row, const char *type) {
  const struct other *other = find_other(type);
  if (other != NULL) {
    xlsform_refuse(work, XLSFORM_SURVEY, row, KEY_TYPE, "%s", other->why);
    return;
  }
  xlsform_refuse(work, XLSFORM_SURVEY, row, KEY_TYPE,
                 "there is no type \"%s\" here; hint: select_one, integer, range, text or note",
                 type);
}
