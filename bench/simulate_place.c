#include "simulate_place.h"

#include <stdio.h>

#include "base/calendar.h"

/* ---- networks: the kind in the upper four bits */

enum network_kind { NETWORK_OWN, NETWORK_SHARED_HOME, NETWORK_SHARED_PHONE, NETWORK_PREFIX };
enum { KIND_BIT = 28, HOME_POOL = 64, PHONE_POOL = 48, WORKPLACES = 40 };

static const double home_shared = 0.15;
static const double at_home = 0.65, by_phone = 0.30; /* the rest: elsewhere */
static const double phone_has_prefix = 0.30;
static const double operators[] = {0.40, 0.22, 0.20, 0.18};

static place_key key(enum network_kind kind, uint32_t number) {
  return ((place_key)kind << KIND_BIT) | number;
}

place_key place_network_own(struct place_serials *serials) {
  return key(NETWORK_OWN, WORKPLACES + ++serials->last);
}

place_key place_network_home(struct chance *chance, struct place_serials *serials) {
  return chance_hit(chance, home_shared)
             ? key(NETWORK_SHARED_HOME, (uint32_t)chance_zipf(chance, HOME_POOL))
             : place_network_own(serials);
}

static place_key by_operator(struct chance *chance, struct place_serials *serials) {
  if (chance_hit(chance, phone_has_prefix)) {
    return key(NETWORK_PREFIX, ++serials->last);
  }
  size_t company = chance_pick(chance, operators, array_length(operators));
  return key(NETWORK_SHARED_PHONE,
             (uint32_t)(company * PHONE_POOL + chance_zipf(chance, PHONE_POOL)));
}

place_key place_network(struct chance *chance, struct place_serials *serials, place_key home) {
  double share = chance_share(chance);
  if (share < at_home) {
    return home;
  }
  return share < at_home + by_phone ? by_operator(chance, serials)
                                    : key(NETWORK_OWN, (uint32_t)chance_zipf(chance, WORKPLACES));
}

place_key place_network_other(struct chance *chance, struct place_serials *serials, place_key home,
                              place_key not_this) {
  place_key other;
  do {
    other = place_network(chance, serials, home);
  } while (other == not_this);
  return other;
}

void place_network_text(place_key network, char out[PLACE_TEXT_BYTES]) {
  uint32_t number = network & ((1U << KIND_BIT) - 1);
  unsigned high = (number >> 16) & 255, middle = (number >> 8) & 255, low = number & 255;
  switch ((enum network_kind)(network >> KIND_BIT)) {
  case NETWORK_OWN:
    (void)snprintf(out, PLACE_TEXT_BYTES, "10.%u.%u.%u", high, middle, low);
    return;
  case NETWORK_SHARED_HOME:
    (void)snprintf(out, PLACE_TEXT_BYTES, "100.64.0.%u", low);
    return;
  case NETWORK_SHARED_PHONE:
    (void)snprintf(out, PLACE_TEXT_BYTES, "100.65.0.%u", low);
    return;
  case NETWORK_PREFIX:
    (void)snprintf(out, PLACE_TEXT_BYTES, "2001:db8:%x:%x::1", (unsigned)(number >> 16),
                   number & 0xffffU);
    return;
  }
}

/* ---- devices: platform, version or model, languages */

enum platform {
  PLATFORM_IPHONE,
  PLATFORM_ANDROID,
  PLATFORM_SAMSUNG,
  PLATFORM_APPLICATION,
  PLATFORM_COMPUTER,
  PLATFORM_TABLET
};
enum { APPLICATION_MODELS = 400, COMPUTER_MODELS = 24, TABLET_MODELS = 3 };

static const double platforms[] = {0.52, 0.24, 0.09, 0.10, 0.05};
static const double iphone_versions[] = {0.34, 0.18, 0.12, 0.09, 0.07, 0.05,
                                         0.05, 0.04, 0.03, 0.02, 0.01};
static const double android_versions[] = {0.55, 0.20, 0.08, 0.06, 0.05, 0.03, 0.02, 0.01};
static const double samsung_versions[] = {0.50, 0.25, 0.15, 0.07, 0.03};
static const char *const header_languages[] = {"da-DK",          "da-DK,da;q=0.9,en-US;q=0.8",
                                               "en-GB,en;q=0.9", "en-US,en;q=0.9",
                                               "ar,da;q=0.8",    "uk-UA,da;q=0.7"};
static const double header_shares[] = {0.62, 0.22, 0.06, 0.05, 0.03, 0.02};

static place_key device_key(enum platform platform, size_t version, size_t language) {
  return ((place_key)platform << KIND_BIT) | ((place_key)version << 8) | (place_key)language;
}

static size_t draw_version(struct chance *chance, enum platform platform) {
  switch (platform) {
  case PLATFORM_IPHONE:
    return chance_pick(chance, iphone_versions, array_length(iphone_versions));
  case PLATFORM_ANDROID:
    return chance_pick(chance, android_versions, array_length(android_versions));
  case PLATFORM_SAMSUNG:
    return chance_pick(chance, samsung_versions, array_length(samsung_versions));
  case PLATFORM_APPLICATION:
    return chance_zipf(chance, APPLICATION_MODELS);
  case PLATFORM_COMPUTER:
    return chance_zipf(chance, COMPUTER_MODELS);
  case PLATFORM_TABLET:
    return chance_below(chance, TABLET_MODELS);
  }
  return 0;
}

place_key place_device(struct chance *chance) {
  enum platform platform = (enum platform)chance_pick(chance, platforms, array_length(platforms));
  size_t version = draw_version(chance, platform);
  return device_key(platform, version,
                    chance_pick(chance, header_shares, array_length(header_shares)));
}

place_key place_device_other(struct chance *chance, place_key not_this) {
  place_key other;
  do {
    other = place_device(chance);
  } while (other == not_this);
  return other;
}

place_key place_tablet(struct chance *chance) {
  return device_key(PLATFORM_TABLET, draw_version(chance, PLATFORM_TABLET), 0);
}

void place_device_text(place_key device, char out[PLACE_TEXT_BYTES]) {
  static const char *const names[] = {
      [PLATFORM_IPHONE] = "iPhone; Safari version",
      [PLATFORM_ANDROID] = "Android 10; K; Chrome version",
      [PLATFORM_SAMSUNG] = "Android 10; K; SamsungBrowser version",
      [PLATFORM_APPLICATION] = "In an application; model",
      [PLATFORM_COMPUTER] = "Computer; browser",
      [PLATFORM_TABLET] = "Tablet; model",
  };
  (void)snprintf(out, PLACE_TEXT_BYTES, "%s %u; %s", names[device >> KIND_BIT],
                 (device >> 8) & 0xfffffU, header_languages[device & 255]);
}

/* ---- times */

enum {
  HOUR = 60,
  DAY = 24 * HOUR,
  FIRST_DAY_AFTER_1970 = 18995, /* Monday 3 January 2022 */
  DAYS = 38 * 7,
  MEETING_EVERY_DAYS = 28
};

/* By hour from six in the morning. */
static const double hours[] = {1, 2, 3, 4, 4, 4, 4, 4, 3, 3, 4, 4, 5, 9, 14, 14, 9, 4};

static int64_t that_exists(int64_t minute) {
  return minute % DAY / HOUR == 2 ? minute + HOUR : minute;
}

static int64_t at_hour(struct chance *chance, int64_t day) {
  size_t hour = 6 + chance_pick(chance, hours, array_length(hours));
  return day * DAY + (int64_t)hour * HOUR + chance_below(chance, HOUR);
}

int64_t place_time_first(struct chance *chance) {
  return at_hour(chance, FIRST_DAY_AFTER_1970 + (int64_t)chance_below(chance, DAYS));
}

int64_t place_time_partner(struct chance *chance, int64_t first) {
  if (chance_hit(chance, 0.7)) {
    return that_exists(first + 1 + chance_below(chance, 180));
  }
  return at_hour(chance, first / DAY + chance_scattered(chance, 1, 15));
}

int64_t place_time_repeat(struct chance *chance, int64_t before) {
  int64_t gap = chance_scattered(chance, 2, INT64_C(42) * DAY);
  if (gap <= DAY / 2) {
    return that_exists(before + gap);
  }
  int64_t days = (before + gap) / DAY - before / DAY;
  return at_hour(chance, before / DAY + (days > 0 ? days : 1));
}

int64_t place_time_tablet(struct chance *chance) {
  bool meeting = chance_hit(chance, 0.5);
  int64_t day = FIRST_DAY_AFTER_1970;
  if (meeting) {
    day += (int64_t)chance_below(chance, DAYS / MEETING_EVERY_DAYS) * MEETING_EVERY_DAYS;
  } else {
    day += (int64_t)chance_below(chance, DAYS / 7) * 7;
    day += chance_below(chance, 5);
  }
  uint32_t minute = chance_below(chance, meeting ? HOUR : 2 * HOUR);
  return day * DAY + INT64_C(15) * HOUR + minute;
}

void place_time_text(int64_t minute, char out[PLACE_TIME_BYTES]) {
  char date[CALENDAR_DATE_BYTES];
  calendar_write(calendar_day(1970, 1, 1) + (int)(minute / DAY), date);
  (void)snprintf(out, PLACE_TIME_BYTES, "%sT%02d:%02d", date, (int)(minute % DAY / HOUR),
                 (int)(minute % HOUR));
}
