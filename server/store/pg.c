#include "store/pg.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

enum { PATIENCE_MS = 10000, PARAMETERS_MAX = 16, TRANSACTION_TRIES = 5, PAUSE_MS = 10 };

struct store *pg_new(void) {
  struct store *store = calloc(1, sizeof(*store));
  if (store != NULL) {
    store->patience_ms = PATIENCE_MS;
    store->stop_fd = -1;
  }
  return store;
}

void pg_close(struct store *store) {
  PQfinish(store->connection);
  store->connection = NULL;
  memset(store->prepared, 0, sizeof(store->prepared));
}

void pg_say(struct store *store, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  (void)vsnprintf(store->message, sizeof(store->message), format, arguments);
  va_end(arguments);
  size_t length = strlen(store->message);
  while (length > 0 && store->message[length - 1] == '\n') {
    store->message[--length] = '\0';
  }
  for (char *byte = store->message; *byte != '\0'; byte++) {
    if (*byte == '\n' || *byte == '\t') {
      *byte = ' ';
    }
  }
}

static enum store_result lose(struct store *store, const char *why) {
  pg_say(store, "%s", why);
  pg_close(store);
  return STORE_DOWN;
}

static enum store_result state_outcome(const char *state) {
  static const struct {
    const char *prefix; /* of the SQLSTATE; the first that fits counts */
    enum store_result result;
  } outcomes[] = {
      {"08", STORE_DOWN},    {"53", STORE_DOWN},    {"57P", STORE_DOWN},     {"25006", STORE_DOWN},
      {"22", STORE_REFUSED}, {"23", STORE_REFUSED}, {"42501", STORE_DENIED}, {"40001", STORE_BUSY},
      {"40P01", STORE_BUSY}, {"55P03", STORE_BUSY},
  };
  for (size_t i = 0; i < array_length(outcomes); i++) {
    if (strncmp(state, outcomes[i].prefix, strlen(outcomes[i].prefix)) == 0) {
      return outcomes[i].result;
    }
  }
  return STORE_FAULT;
}

enum store_result pg_outcome(struct store *store, const PGresult *result) {
  const char *state = result == NULL ? NULL : PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const char *primary = result == NULL ? NULL : PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  bool bad = PQstatus(store->connection) == CONNECTION_BAD;
  if (state == NULL) {
    if (result == NULL || bad) {
      return lose(store, bad ? "the connection to the database was lost"
                             : "the connection could not take the question");
    }
    pg_say(store, "unexpected reply of the database (%s)", PQresStatus(PQresultStatus(result)));
    return STORE_FAULT;
  }
  /* The messages of class 22 quote the value that was wrong. */
  bool quotes = strncmp(state, "22", 2) == 0;
  pg_say(store, "%s (SQLSTATE %s)", quotes || primary == NULL ? "data exception" : primary, state);
  enum store_result outcome = state_outcome(state);
  if (bad || outcome == STORE_DOWN) {
    pg_close(store);
    return STORE_DOWN;
  }
  return outcome;
}

void pg_begin_question(struct store *store) {
  store->message[0] = '\0';
  if (!store->fixed_deadline) {
    store->deadline_ms = store->patience_ms > 0 ? clock_now_ms() + store->patience_ms : INT64_MAX;
  }
}

/* Waits until the socket is readable (or writable, too); false when the deadline has
 * passed or stop_fd is readable. */
static bool wait_for(struct store *store, bool writable) {
  struct pollfd waits[2] = {
      {.fd = PQsocket(store->connection), .events = (short)(writable ? POLLIN | POLLOUT : POLLIN)},
      {.fd = store->stop_fd, .events = POLLIN},
  };
  for (;;) {
    int left_ms = clock_left_ms(store->deadline_ms);
    if (left_ms == 0 || waits[0].fd < 0) {
      return false;
    }
    int ready = poll(waits, array_length(waits), left_ms);
    if (ready < 0 && errno != EINTR) {
      return false;
    }
    if (ready > 0) {
      return waits[1].revents == 0;
    }
  }
}

static enum store_result wait_or_lose(struct store *store, bool writable) {
  if (!wait_for(store, writable)) {
    return lose(store, "no answer from the database in time");
  }
  if (PQconsumeInput(store->connection) == 0) {
    return lose(store, "the connection to the database was lost");
  }
  return STORE_OK;
}

enum store_result pg_flush(struct store *store) {
  for (;;) {
    int unsent = store->connection == NULL ? -1 : PQflush(store->connection);
    if (unsent == 0) {
      return STORE_OK;
    }
    if (unsent < 0) {
      return lose(store, "the connection to the database was lost");
    }
    enum store_result result = wait_or_lose(store, true);
    if (result != STORE_OK) {
      return result;
    }
  }
}

static bool result_failed(const PGresult *result) {
  ExecStatusType status = PQresultStatus(result);
  return status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE;
}

static bool result_copies(const PGresult *result) {
  ExecStatusType status = PQresultStatus(result);
  return status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH;
}

/* Takes the results one after the other; the first failure, else the last, stays. */
static enum store_result gather(struct store *store, PGresult **kept) {
  for (;;) {
    while (PQisBusy(store->connection)) {
      enum store_result result = wait_or_lose(store, false);
      if (result != STORE_OK) {
        return result;
      }
    }
    PGresult *next = PQgetResult(store->connection);
    if (next == NULL) {
      return STORE_OK;
    }
    if (*kept != NULL && result_failed(*kept)) {
      PQclear(next);
      continue;
    }
    PQclear(*kept);
    *kept = next;
    if (result_copies(next)) {
      return STORE_OK;
    }
  }
}

enum store_result pg_finish(struct store *store, PGresult **result) {
  PGresult *kept = NULL;
  if (result != NULL) {
    *result = NULL;
  }
  enum store_result outcome = pg_flush(store);
  if (outcome == STORE_OK) {
    outcome = gather(store, &kept);
  }
  if (outcome == STORE_OK && (kept == NULL || result_failed(kept))) {
    outcome = pg_outcome(store, kept);
  }
  if (outcome == STORE_OK && result != NULL) {
    *result = kept;
  } else {
    PQclear(kept);
  }
  return outcome;
}

static enum store_result prepare(struct store *store, enum statement statement) {
  const struct statement_entry *entry = statement_find(statement);
  if (store->prepared[statement]) {
    return STORE_OK;
  }
  if (PQsendPrepare(store->connection, entry->name, entry->text, 0, NULL) == 0) {
    return pg_outcome(store, NULL);
  }
  enum store_result outcome = pg_finish(store, NULL);
  store->prepared[statement] = outcome == STORE_OK;
  return outcome;
}

static enum store_result check_rows(struct store *store, const struct statement_entry *entry,
                                    PGresult **result) {
  int most = entry->rows == ROWS_NONE ? 0 : 1;
  if (entry->rows == ROWS_ANY || PQntuples(*result) <= most) {
    return STORE_OK;
  }
  pg_say(store, "statement %s gave %d rows", entry->name, PQntuples(*result));
  PQclear(*result);
  *result = NULL;
  return STORE_FAULT;
}

enum store_result pg_run(struct store *store, enum statement statement,
                         const struct pg_parameters *parameters, PGresult **result) {
  const struct statement_entry *entry = statement_find(statement);
  *result = NULL;
  pg_begin_question(store);
  if (store->connection == NULL) {
    return lose(store, "there is no connection to the database");
  }
  if (parameters->count != entry->parameters) {
    pg_say(store, "statement %s takes %d parameters, not %d", entry->name, entry->parameters,
           parameters->count);
    return STORE_FAULT;
  }
  enum store_result outcome = prepare(store, statement);
  if (outcome != STORE_OK) {
    return outcome;
  }
  if (PQsendQueryPrepared(store->connection, entry->name, parameters->count, parameters->values,
                          parameters->lengths, parameters->formats, 0) == 0) {
    return pg_outcome(store, NULL);
  }
  outcome = pg_finish(store, result);
  return outcome == STORE_OK ? check_rows(store, entry, result) : outcome;
}

enum store_result pg_query(struct store *store, PGresult **result, enum statement statement,
                           int count, ...) {
  const char *values[PARAMETERS_MAX];
  struct pg_parameters parameters = {.count = count, .values = values};
  *result = NULL;
  if (count > PARAMETERS_MAX) {
    pg_say(store, "too many parameters");
    return STORE_FAULT;
  }
  va_list arguments;
  va_start(arguments, count);
  for (int i = 0; i < count; i++) {
    values[i] = va_arg(arguments, const char *);
  }
  va_end(arguments);
  return pg_run(store, statement, &parameters, result);
}

static enum store_result command(struct store *store, const char *sql, PGresult **result) {
  pg_begin_question(store);
  if (store->connection == NULL) {
    return lose(store, "there is no connection to the database");
  }
  if (PQsendQuery(store->connection, sql) == 0) {
    return pg_outcome(store, NULL);
  }
  return pg_finish(store, result);
}

enum store_result pg_command(struct store *store, const char *sql) {
  return command(store, sql, NULL);
}

/* COMMIT of a transaction that an error has ended says ROLLBACK and no error. */
static enum store_result commit(struct store *store) {
  PGresult *result = NULL;
  enum store_result outcome = command(store, "COMMIT", &result);
  if (outcome == STORE_OK && strcmp(PQcmdStatus(result), "COMMIT") != 0) {
    pg_say(store, "the transaction had failed before its end");
    outcome = STORE_FAULT;
  }
  PQclear(result);
  return outcome;
}

/* Keeps the message of what failed. */
static enum store_result undo(struct store *store, enum store_result outcome, const char *sql) {
  char message[sizeof(store->message)];
  memcpy(message, store->message, sizeof(message));
  if (store->connection == NULL) {
    return STORE_DOWN;
  }
  if (PQtransactionStatus(store->connection) != PQTRANS_IDLE) {
    enum store_result result = pg_command(store, sql);
    if (result == STORE_DOWN) {
      return result;
    }
  }
  memcpy(store->message, message, sizeof(message));
  return outcome;
}

enum store_result pg_roll_back(struct store *store, enum store_result outcome) {
  return undo(store, outcome, "ROLLBACK");
}

static enum store_result join(struct store *store, pg_work *work, void *context) {
  enum store_result outcome = pg_command(store, "SAVEPOINT joined");
  if (outcome == STORE_OK) {
    outcome = work(store, context);
  }
  if (outcome == STORE_OK) {
    return pg_command(store, "RELEASE SAVEPOINT joined");
  }
  return undo(store, outcome, "ROLLBACK TO SAVEPOINT joined; RELEASE SAVEPOINT joined");
}

/* Sleeps between one and two times the pause, which doubles with every try. */
static void pause_before_try(struct store *store, int try) {
  uint16_t random;
  crypto_random((unsigned char *)&random, sizeof(random));
  int pause_ms = PAUSE_MS << try;
  struct pollfd stop = {.fd = store->stop_fd, .events = POLLIN};
  (void)poll(&stop, 1, pause_ms + random % pause_ms);
}

enum store_result pg_transaction_once(struct store *store, const char *begin, pg_work *work,
                                      void *context) {
  if (store->within) {
    return join(store, work, context);
  }
  enum store_result outcome = pg_command(store, begin);
  if (outcome == STORE_OK) {
    outcome = work(store, context);
  }
  if (outcome == STORE_OK) {
    outcome = commit(store);
  }
  return outcome == STORE_OK ? outcome : pg_roll_back(store, outcome);
}

enum store_result pg_transaction(struct store *store, const char *begin, pg_work *work,
                                 void *context) {
  enum store_result outcome = STORE_BUSY;
  int tries = store->within ? 1 : TRANSACTION_TRIES;
  for (int try = 0; try < tries && outcome == STORE_BUSY; try++) {
    if (try > 0) {
      pause_before_try(store, try);
    }
    outcome = pg_transaction_once(store, begin, work, context);
  }
  return outcome;
}
