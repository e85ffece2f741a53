/* copy: rows on their way into a table by COPY … FROM STDIN.
 *
 * Private to store/. PostgreSQL's text format (its manual, "COPY", "Text Format"); rows
 * are sent in pieces of 64 KiB, so that memory does not grow with the file. */
#ifndef HJEMSVAR_STORE_COPY_H
#define HJEMSVAR_STORE_COPY_H

#include "base/text.h"
#include "store/pg.h"

struct copy {
  struct store *store;      /* borrowed */
  struct text rows;         /* not sent yet */
  bool in_row;              /* a cell of it was added */
  bool copying;             /* the server waits for rows */
  enum store_result result; /* the first failure stays */
};

/* Begins, in a transaction: the statement is the COPY. copy_abandon is due after
 * STORE_OK, whatever comes. */
must_check enum store_result copy_begin(struct copy *copy, struct store *store,
                                        enum statement statement);

/* Adds a cell: a string, NULL is SQL NULL; or what the format prints, which holds no
 * tab, line end or backslash but those that are meant for COPY. */
void copy_string(struct copy *copy, const char *string);
void copy_printf(struct copy *copy, const char *format, ...) printf_like(2, 3);

/* Ends the row and sends what has gathered. */
must_check enum store_result copy_end_row(struct copy *copy);

/* Sends the rest and ends the COPY. */
must_check enum store_result copy_end(struct copy *copy);

/* Frees; ends a COPY that is still under way with an error, which fails the
 * transaction. STORE_OK or STORE_DOWN. */
must_check enum store_result copy_abandon(struct copy *copy);

#endif
