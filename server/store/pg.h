/* pg: one connection to PostgreSQL, with a deadline on everything.
 *
 * Private to store/. Statements stand in one table (statement.h) and are prepared
 * on their first use. PGresult stays in the function that got it. */
#ifndef HJEMSVAR_STORE_PG_H
#define HJEMSVAR_STORE_PG_H

#include <libpq-fe.h>

#include "store/statement.h"
#include "store/store.h"

struct store {
  PGconn *connection;  /* NULL before pg_connect and once it is lost */
  int patience_ms;     /* per question; 0: no limit */
  int64_t deadline_ms; /* of the current question; set by each question or fixed by the writer */
  bool fixed_deadline; /* deadline_ms is the caller's and not moved */
  int stop_fd;         /* -1, or a descriptor that ends every wait once it is readable */
  bool primary;        /* connect to no standby, whatever the URL says of its hosts */
  bool within;         /* a transaction of store_as is open: other transactions join it */
  bool prepared[STATEMENT_COUNT];
  char message[512];
};

/* Parameters of a statement, text or binary per parameter. */
struct pg_parameters {
  int count;
  const char *const *values;
  const int *lengths; /* NULL when all are text */
  const int *formats; /* NULL when all are text */
};

/* Runs one statement of the table, preparing it first if need be, and waits for it
 * until the deadline. STORE_OK with *result (the caller clears it with PQclear), or
 * the error in the house's words with *result NULL. After STORE_DOWN the connection
 * is closed and stays unusable. */
must_check enum store_result pg_run(struct store *store, enum statement statement,
                                    const struct pg_parameters *parameters, PGresult **result);

/* Runs SQL without parameters (BEGIN, COMMIT, a migration), as pg_run. Several
 * statements may stand in one text; the first error counts. STORE_OK also when it is
 * a COPY that waits for data. */
must_check enum store_result pg_command(struct store *store, const char *sql);

/* Starts the patience of a question that is asked without pg_run or pg_command (the
 * data of a COPY). */
void pg_begin_question(struct store *store);

/* Sends what libpq still holds, within the deadline. STORE_OK or STORE_DOWN. */
must_check enum store_result pg_flush(struct store *store);

/* Flushes and waits for all results of what was sent, as pg_run; result may be NULL. */
must_check enum store_result pg_finish(struct store *store, PGresult **result);

/* The same with a text-parameter list: pg_query(store, &result, STATEMENT_X, 2, a, b);
 * NULL parameters are SQL NULL. */
must_check enum store_result pg_query(struct store *store, PGresult **result,
                                      enum statement statement, int count, ...);

/* An unconnected store with the usual patience, or NULL when memory is out; freed
 * by store_close. */
must_check struct store *pg_new(void);

/* Makes the connection within deadline_ms of the store and takes the role;
 * store->message says why not. STORE_DOWN, STORE_DENIED (no member of the role),
 * STORE_NONE (no such role: not migrated), STORE_REFUSED (the URL cannot be read).
 * Hosts that hang do not use up the deadline of those after them. */
must_check enum store_result pg_connect(struct store *store, const char *url, enum store_role role);

/* Whether something can be stored over a connection just made: not in a standby, and not in a
 * database that is set to read only, which is left alone, for whoever does that moves house with
 * it. False with the message. */
must_check bool pg_takes_answers(struct store *store);

/* Runs a transaction: BEGIN, callback, COMMIT. The callback may run twice and more
 * (after STORE_BUSY, at most five times, with growing random pauses, then
 * STORE_BUSY) and must therefore not reply or keep state; anything but STORE_OK
 * rolls back. Inside store_as it joins that transaction instead: a savepoint takes the
 * place of BEGIN, and STORE_BUSY is the outer one's to try again. */
typedef enum store_result pg_work(struct store *store, void *context);
must_check enum store_result pg_transaction(struct store *store, const char *begin, pg_work *work,
                                            void *context);

/* The same once: STORE_BUSY is the caller's to try again. */
must_check enum store_result pg_transaction_once(struct store *store, const char *begin,
                                                 pg_work *work, void *context);

/* Ends a failed transaction whose BEGIN was a pg_command. Gives back outcome with its
 * message, or STORE_DOWN when the connection is gone. */
must_check enum store_result pg_roll_back(struct store *store, enum store_result outcome);

/* Translates a failed result's SQLSTATE and keeps its message: 08, 53, 57P01-05, 25006
 * and a bad connection are STORE_DOWN; 22, 23 STORE_REFUSED; 42501 STORE_DENIED; 40001,
 * 40P01, 55P03 STORE_BUSY; else STORE_FAULT. */
enum store_result pg_outcome(struct store *store, const PGresult *result);

/* Closes the connection for good; prepared statements are forgotten. */
void pg_close(struct store *store);

/* Copies the message of the store into the arena, for people; message may be NULL. */
void pg_explain(const struct store *store, struct arena *arena, const char **message);

/* A column of a row as a string of the arena; NULL when it is SQL NULL (or memory is
 * out, which *good then tells). */
const char *pg_text(const PGresult *result, int row, int column, struct arena *arena, bool *good);

/* A column of a row as a number (0 for SQL NULL), or as a boolean. */
int pg_number(const PGresult *result, int row, int column);
bool pg_true(const PGresult *result, int row, int column);

/* A column that holds a JSON array of strings, or of numbers, in the arena. False when
 * memory is out. */
must_check bool pg_strings(const PGresult *result, int row, int column, struct arena *arena,
                           const char *const **items, size_t *count);
must_check bool pg_numbers(const PGresult *result, int row, int column, struct arena *arena,
                           const int **items, size_t *count);

/* The same as a text parameter: a JSON array, a string of the arena. NULL when memory
 * is out. */
must_check const char *pg_strings_json(const char *const *items, size_t count, struct arena *arena);
must_check const char *pg_numbers_json(const int *items, size_t count, struct arena *arena);

/* Ends a question that ran out of memory: STORE_FAULT with a message. */
enum store_result pg_no_memory(struct store *store);

/* Writes a number as a text parameter. */
enum { PG_DECIMAL_MAX = 12 };
void pg_decimal(int number, char out[PG_DECIMAL_MAX]);

/* Writes size bytes as lower-case hexadecimal digits and a NUL. */
void pg_hex(const unsigned char *bytes, size_t size, char *out);

/* Reads what pg_hex wrote; false when it is not of exactly that size. */
must_check bool pg_unhex(const char *hex, unsigned char *bytes, size_t size);

/* Keeps a message for people, one line, cut at its limit. */
void pg_say(struct store *store, const char *format, ...) printf_like(2, 3);

#endif
