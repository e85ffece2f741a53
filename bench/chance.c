#include "chance.h"

static uint64_t rotate(uint64_t value, int bits) {
  return (value << bits) | (value >> (64 - bits));
}

static uint64_t splitmix(uint64_t *state) {
  *state += UINT64_C(0x9e3779b97f4a7c15);
  uint64_t z = *state;
  z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
  return z ^ (z >> 31);
}

void chance_init(struct chance *chance, uint64_t seed, uint64_t stream) {
  uint64_t state = seed;
  state = splitmix(&state) ^ stream;
  for (size_t i = 0; i < array_length(chance->state); i++) {
    chance->state[i] = splitmix(&state);
  }
}

static uint64_t next(struct chance *chance) {
  uint64_t *s = chance->state;
  uint64_t result = rotate(s[1] * 5, 7) * 9;
  uint64_t t = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = rotate(s[3], 45);
  return result;
}

uint32_t chance_below(struct chance *chance, uint32_t bound) {
  return (uint32_t)(((next(chance) >> 32) * bound) >> 32);
}

double chance_share(struct chance *chance) {
  return (double)(next(chance) >> 11) * 0x1p-53;
}

bool chance_hit(struct chance *chance, double probability) {
  return chance_share(chance) < probability;
}

double chance_normal(struct chance *chance) {
  double sum = -6;
  for (int i = 0; i < 12; i++) {
    sum += chance_share(chance);
  }
  return sum;
}

size_t chance_pick(struct chance *chance, const double *weights, size_t count) {
  double total = 0;
  for (size_t i = 0; i < count; i++) {
    total += weights[i];
  }
  double left = chance_share(chance) * total;
  for (size_t i = 0; i + 1 < count; i++) {
    left -= weights[i];
    if (left < 0) {
      return i;
    }
  }
  return count - 1;
}

size_t chance_zipf(struct chance *chance, size_t count) {
  double total = 0;
  for (size_t i = 0; i < count; i++) {
    total += 1.0 / (double)(i + 1);
  }
  double left = chance_share(chance) * total;
  for (size_t i = 0; i + 1 < count; i++) {
    left -= 1.0 / (double)(i + 1);
    if (left < 0) {
      return i;
    }
  }
  return count - 1;
}

int64_t chance_scattered(struct chance *chance, int64_t least, int64_t most) {
  uint32_t doublings = 0;
  while ((least << (doublings + 1)) <= most) {
    doublings++;
  }
  int64_t from = least << chance_below(chance, doublings + 1);
  int64_t to = 2 * from > most ? most : 2 * from - 1;
  return from + (int64_t)chance_below(chance, (uint32_t)(to - from + 1));
}
