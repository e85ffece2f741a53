#include "simulate_option.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ANSWERS_MAX = 4000000, MUNICIPALITIES_MAX = 1000000 };

struct share {
  const char *name;
  size_t offset;
  const char *what;
};
static const struct share shares[] = {
    {"two-parents", offsetof(struct simulate_options, two_parents), "households with two parents"},
    {"both-answer", offsetof(struct simulate_options, both_answer), "of those: both do"},
    {"same-sex", offsetof(struct simulate_options, same_sex), "couples of one sex, where both do"},
    {"repeats", offsetof(struct simulate_options, repeats), "respondents who answer again"},
    {"change", offsetof(struct simulate_options, change), "answers given differently then"},
    {"tablets", offsetof(struct simulate_options, tablets), "municipalities with a shared tablet"},
    {"tablet-families", offsetof(struct simulate_options, tablet_families), "families that use it"},
};

static double *share_of(struct simulate_options *options, size_t index) {
  return (double *)(void *)((char *)options + shares[index].offset);
}

bool simulate_option_number(const char *text, uint64_t least, uint64_t most, uint64_t *out) {
  char *end;
  errno = 0;
  unsigned long long number = strtoull(text, &end, 10);
  *out = number;
  return text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0 && number >= least &&
         number <= most;
}

static bool set_size(const char *value, uint64_t most, size_t *out) {
  uint64_t number;
  bool good = simulate_option_number(value, 1, most, &number);
  *out = good ? (size_t)number : *out;
  return good;
}

static bool set_share(const char *value, double *out) {
  char *end;
  double share = strtod(value, &end);
  *out = share;
  return end != value && *end == '\0' && share >= 0 && share <= 1;
}

static bool set_what(const char *value, enum given_change *what) {
  bool all = strcmp(value, "all") == 0;
  *what = all ? GIVEN_CHANGE_ALL : GIVEN_CHANGE_OPINIONS;
  return all || strcmp(value, "opinions") == 0;
}

bool simulate_option_set(struct simulate_options *options, const char *name, const char *value,
                         bool *known) {
  *known = true;
  if (strcmp(name, "seed") == 0) {
    return simulate_option_number(value, 0, UINT64_MAX, &options->seed);
  }
  if (strcmp(name, "answers") == 0) {
    return set_size(value, ANSWERS_MAX, &options->answers);
  }
  if (strcmp(name, "municipalities") == 0) {
    return set_size(value, MUNICIPALITIES_MAX, &options->municipalities);
  }
  if (strcmp(name, "many") == 0) {
    return set_size(value, ANSWERS_MAX, &options->many);
  }
  if (strcmp(name, "change-what") == 0) {
    return set_what(value, &options->what);
  }
  for (size_t i = 0; i < array_length(shares); i++) {
    if (strcmp(name, shares[i].name) == 0) {
      return set_share(value, share_of(options, i));
    }
  }
  *known = false;
  return false;
}

void simulate_option_list(void) {
  struct simulate_options options = simulate_defaults();
  (void)fprintf(stderr,
                "  --seed %llu\n  --answers %zu            a municipality, repeats included\n"
                "  --change-what all|opinions   what a repeat may tell differently\n"
                "  --many 1                 so often one parent answers, from one place\n",
                (unsigned long long)options.seed, options.answers);
  for (size_t i = 0; i < array_length(shares); i++) {
    (void)fprintf(stderr, "  --%-16s %.2f   %s\n", shares[i].name, *share_of(&options, i),
                  shares[i].what);
  }
}
