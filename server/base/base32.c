#include "base/base32.h"

static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

char base32_digit(unsigned value) {
  return digits[value & 31];
}

int base32_value(char digit) {
  if (digit >= 'a' && digit <= 'z') {
    digit = (char)(digit - 'a' + 'A');
  }
  if (digit == 'I' || digit == 'L') {
    return 1;
  }
  if (digit == 'O') {
    return 0;
  }
  for (int value = 0; value < 32; value++) {
    if (digits[value] == digit) {
      return value;
    }
  }
  return -1;
}

void base32_encode(const unsigned char *bytes, size_t size, char *out) {
  unsigned bits = 0;
  int bits_count = 0;
  for (size_t i = 0; i < size; i++) {
    bits = bits << 8 | bytes[i];
    bits_count += 8;
    while (bits_count >= 5) {
      bits_count -= 5;
      *out++ = base32_digit(bits >> bits_count);
    }
    bits &= (1U << bits_count) - 1;
  }
  if (bits_count > 0) {
    *out++ = base32_digit(bits << (5 - bits_count));
  }
  *out = '\0';
}

bool base32_decode(const char *text, unsigned char *bytes, size_t size) {
  unsigned bits = 0;
  int bits_count = 0;
  size_t read = 0, written = 0;
  size_t wanted = (size * 8 + 4) / 5;
  for (; *text != '\0'; text++) {
    if (*text == '-') {
      continue;
    }
    int value = base32_value(*text);
    if (value < 0 || read == wanted) {
      return false;
    }
    read++;
    bits = bits << 5 | (unsigned)value;
    bits_count += 5;
    if (bits_count >= 8) {
      bits_count -= 8;
      bytes[written++] = (unsigned char)(bits >> bits_count);
      bits &= (1U << bits_count) - 1;
    }
  }
  return read == wanted && bits == 0;
}
