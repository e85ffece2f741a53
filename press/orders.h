/* orders: the orders of a batch, read one after the other.
 *
 * A batch that is cut off or says what no program of ours says is bad from there on: numbers are 0
 * then, texts empty. */
#ifndef HJEMSVAR_PRESS_ORDERS_H
#define HJEMSVAR_PRESS_ORDERS_H

#include "output/press_wire.h"

struct orders {
  const unsigned char *at, *end;
  bool bad;
};

/* The next order; false at the end, or when the batch is bad. */
must_check bool orders_next(struct orders *orders, enum press_order *order);

double orders_number(struct orders *orders);
/* A whole number from 0 to most. */
size_t orders_count(struct orders *orders, size_t most);
/* Ends with a NUL and has no other; lives as long as the batch. */
const char *orders_text(struct orders *orders);
const unsigned char *orders_bytes(struct orders *orders, size_t *size);

#endif
