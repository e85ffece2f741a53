/* pg_array: arrays in PostgreSQL's binary format, as parameters of one statement.
 *
 * Private to store/. Many rows go to the server in one question as one array a
 * column; the memory is kept from question to question. The format is that of
 * array_send (PostgreSQL source, utils/adt/arrayfuncs.c): dimensions, flags, type of
 * the elements, length and lower bound, then each element with its length, all in
 * network order. */
#ifndef HJEMSVAR_STORE_PG_ARRAY_H
#define HJEMSVAR_STORE_PG_ARRAY_H

#include "base/text.h"
#include "store/pg.h"

/* Types of elements: their object ids, which are fixed (pg_type.dat). */
enum pg_type {
  PG_TYPE_BOOL = 16,
  PG_TYPE_BYTEA = 17,
  PG_TYPE_INT2 = 21,
  PG_TYPE_INT4 = 23,
  PG_TYPE_TEXT = 25,
  PG_TYPE_UUID = 2950
};

enum { PG_ARRAYS_MAX = 16 };

/* All zero before the first use. */
struct pg_array {
  struct text bytes;
  uint32_t count;
};

/* Empties the array for elements of a type. */
void pg_array_begin(struct pg_array *array, enum pg_type type);

/* Adds one element; the size and form must be those of the type. */
void pg_array_add(struct pg_array *array, const void *bytes, size_t size);
void pg_array_add_string(struct pg_array *array, const char *string);
void pg_array_add_bool(struct pg_array *array, bool value);
void pg_array_add_int2(struct pg_array *array, int value);
void pg_array_add_int4(struct pg_array *array, int value);
void pg_array_add_null(struct pg_array *array);

/* Frees what the array holds. */
void pg_array_clear(struct pg_array *array);

/* Runs a statement whose parameters are count arrays, at most PG_ARRAYS_MAX, each
 * begun. Results as pg_run; STORE_FAULT also when memory was out. */
must_check enum store_result pg_array_run(struct store *store, enum statement statement,
                                          struct pg_array *arrays, int count, PGresult **result);

#endif
