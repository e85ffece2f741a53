#include "web/accept.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char *skip_spaces(const char *at) {
  return at + strspn(at, " \t");
}

/* "1", "0.8", "0.": at most three decimals count. */
static int thousandths(const char *digits) {
  int weight = *digits == '1' ? 1000 : 0;
  if (digits[0] != '0' || digits[1] != '.') {
    return weight;
  }
  int unit = 100;
  for (const char *at = digits + 2; unit > 0 && *at >= '0' && *at <= '9'; at++) {
    weight += (*at - '0') * unit;
    unit /= 10;
  }
  return weight;
}

/* The weight of one element from behind its name on; 1000 when it has none. */
static int weight_of(const char *after) {
  after = skip_spaces(after);
  if (*after != ';') {
    return 1000;
  }
  after = skip_spaces(after + 1);
  return strncasecmp(after, "q=", 2) == 0 ? thousandths(after + 2) : 1000;
}

/* The weight of the first element that is name; with subtags also name-anything. */
static int weight_in(const char *list, const char *name, bool subtags) {
  size_t length = strlen(name);
  for (const char *at = list; at != NULL && *at != '\0'; at += *at == ',') {
    at = skip_spaces(at);
    const char *after = at + length;
    if (strncasecmp(at, name, length) == 0) {
      if (subtags && *after == '-') {
        after += strcspn(after, ",; \t");
      }
      if (strchr(",; \t", *after) != NULL) {
        return weight_of(after);
      }
    }
    at += strcspn(at, ",");
  }
  return 0;
}

bool accept_coding(const char *list, const char *coding) {
  return weight_in(list, coding, false) > 0;
}

bool accept_media(const char *list, const char *kind, const char *subtype) {
  char exact[128], wide[128];
  (void)snprintf(exact, sizeof exact, "%s/%s", kind, subtype);
  (void)snprintf(wide, sizeof wide, "%s/*", kind);
  return list == NULL || weight_in(list, exact, false) > 0 || weight_in(list, wide, false) > 0 ||
         weight_in(list, "*/*", false) > 0;
}

int accept_language(const char *list, const char *language) {
  return weight_in(list, language, true);
}
