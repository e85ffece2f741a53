#include "store/copy.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { SEND_BYTES = 1 << 16, PRINT_BYTES = 128 };

enum store_result copy_begin(struct copy *copy, struct store *store, enum statement statement) {
  PGresult *rows = NULL;
  *copy = (struct copy){.store = store};
  text_init(&copy->rows);
  enum store_result result = pg_query(store, &rows, statement, 0);
  PQclear(rows);
  copy->copying = result == STORE_OK;
  return result;
}

static void begin_cell(struct copy *copy) {
  if (copy->in_row) {
    text_add_char(&copy->rows, '\t');
  }
  copy->in_row = true;
}

void copy_string(struct copy *copy, const char *string) {
  struct text *rows = &copy->rows;
  begin_cell(copy);
  if (string == NULL) {
    text_add(rows, "\\N");
    return;
  }
  for (;;) {
    size_t plain = strcspn(string, "\\\n\r\t");
    text_add_bytes(rows, string, plain);
    string += plain;
    if (*string == '\0') {
      break;
    }
    text_add_char(rows, '\\');
    text_add_char(rows, *string == '\n'   ? 'n'
                        : *string == '\r' ? 'r'
                        : *string == '\t' ? 't'
                                          : '\\');
    string++;
  }
}

void copy_printf(struct copy *copy, const char *format, ...) {
  char printed[PRINT_BYTES];
  va_list arguments;
  va_start(arguments, format);
  (void)vsnprintf(printed, sizeof printed, format, arguments);
  va_end(arguments);
  begin_cell(copy);
  text_add(&copy->rows, printed);
}

/* A connection that will not take data waits for room; the server must not be made to
 * hold back what it says meanwhile, so pg_flush reads as well. */
static enum store_result send_rows(struct copy *copy) {
  struct store *store = copy->store;
  pg_begin_question(store);
  int sent = 0;
  while (sent == 0) {
    if (store->connection == NULL || copy->rows.failed) {
      return store->connection == NULL ? STORE_DOWN : STORE_FAULT;
    }
    if (copy->rows.length == 0) {
      return STORE_OK;
    }
    sent = PQputCopyData(store->connection, copy->rows.data, (int)copy->rows.length);
    enum store_result result = sent < 0 ? pg_outcome(store, NULL) : pg_flush(store);
    if (result != STORE_OK) {
      return result;
    }
  }
  text_reset(&copy->rows);
  return STORE_OK;
}

/* Ends the COPY, with an error of ours when abandoned. */
static enum store_result end(struct copy *copy, const char *abandoned) {
  struct store *store = copy->store;
  copy->copying = false;
  pg_begin_question(store);
  int ended = 0;
  while (ended == 0) {
    ended = PQputCopyEnd(store->connection, abandoned);
    enum store_result result = ended < 0 ? pg_outcome(store, NULL) : pg_flush(store);
    if (result != STORE_OK) {
      return result;
    }
  }
  return pg_finish(store, NULL);
}

enum store_result copy_end_row(struct copy *copy) {
  if (copy->result != STORE_OK) {
    return copy->result;
  }
  text_add_char(&copy->rows, '\n');
  copy->in_row = false;
  if (copy->rows.failed || copy->rows.length >= SEND_BYTES) {
    copy->result = send_rows(copy);
  }
  return copy->result;
}

enum store_result copy_end(struct copy *copy) {
  if (copy->result == STORE_OK) {
    copy->result = send_rows(copy);
  }
  return copy->result == STORE_OK ? end(copy, NULL) : copy->result;
}

enum store_result copy_abandon(struct copy *copy) {
  enum store_result result = STORE_OK;
  if (copy->copying && copy->store->connection != NULL && end(copy, "abandoned") == STORE_DOWN) {
    result = STORE_DOWN;
  }
  text_clear(&copy->rows);
  return result;
}
