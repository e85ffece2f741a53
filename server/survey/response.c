#include "survey/response.h"

bool response_flagged(const struct response *response) {
  for (size_t i = 0; i < FLAG_COUNT; i++) {
    if (response->flags[i] > 0) {
      return true;
    }
  }
  return false;
}

const char *response_flag_name(enum response_flag flag) {
  static const char *const names[FLAG_COUNT] = {
      [FLAG_DUPLICATE] = "flag_duplicate", [FLAG_SCALE] = "flag_scale",
      [FLAG_SPEED] = "flag_speed",         [FLAG_STRAIGHTLINE] = "flag_straightline",
      [FLAG_EMPTY] = "flag_empty",         [FLAG_BURST] = "flag_burst",
  };
  return names[flag];
}
