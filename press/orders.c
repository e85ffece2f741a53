#include "orders.h"

#include <string.h>

static const unsigned char *take(struct orders *orders, size_t size) {
  const unsigned char *at = orders->at;
  if (orders->bad || size > (size_t)(orders->end - at)) {
    orders->bad = true;
    return NULL;
  }
  orders->at += size;
  return at;
}

bool orders_next(struct orders *orders, enum press_order *order) {
  const unsigned char *byte = orders->at == orders->end ? NULL : take(orders, 1);
  if (byte == NULL) {
    return false;
  }
  orders->bad = *byte >= PRESS_ORDERS;
  *order = (enum press_order) * byte;
  return !orders->bad;
}

double orders_number(struct orders *orders) {
  double number = 0;
  const unsigned char *bytes = take(orders, sizeof number);
  if (bytes != NULL) {
    memcpy(&number, bytes, sizeof number);
  }
  return number;
}

size_t orders_count(struct orders *orders, size_t most) {
  double number = orders_number(orders);
  if (!(number >= 0 && number <= (double)most)) {
    orders->bad = true;
    return 0;
  }
  return (size_t)number;
}

const unsigned char *orders_bytes(struct orders *orders, size_t *size) {
  uint32_t length = 0;
  const unsigned char *bytes = take(orders, sizeof length);
  if (bytes != NULL) {
    memcpy(&length, bytes, sizeof length);
    bytes = take(orders, (size_t)length + 1);
  }
  if (bytes == NULL || bytes[length] != '\0') {
    orders->bad = true;
    *size = 0;
    return (const unsigned char *)"";
  }
  *size = length;
  return bytes;
}

const char *orders_text(struct orders *orders) {
  size_t size;
  const char *text = (const char *)orders_bytes(orders, &size);
  if (strlen(text) != size) {
    orders->bad = true;
    return "";
  }
  return text;
}
