#include "store/store.h"

#include <stdlib.h>
#include <string.h>

#include "store/fingerprint.h"
#include "store/migration_file.h"
#include "store/pg.h"
#include "store/schema.h"

static enum store_result open_store(struct store **out, const char *url, bool primary,
                                    enum store_role role, int64_t deadline_ms, struct arena *arena,
                                    const char **message) {
  *out = NULL;
  struct store *store = pg_new();
  if (store == NULL) {
    if (message != NULL) {
      *message = "out of memory";
    }
    return STORE_FAULT;
  }
  store->primary = primary;
  store->deadline_ms = deadline_ms;
  enum store_result result = pg_connect(store, url, role);
  if (result != STORE_OK) {
    pg_explain(store, arena, message);
    store_close(store);
    return result;
  }
  *out = store;
  return STORE_OK;
}

enum store_result store_open(struct store **out, const char *url, enum store_role role,
                             int64_t deadline_ms, struct arena *arena, const char **message) {
  return open_store(out, url, false, role, deadline_ms, arena, message);
}

enum store_result store_open_primary(struct store **out, const char *url, enum store_role role,
                                     int64_t deadline_ms, struct arena *arena,
                                     const char **message) {
  return open_store(out, url, true, role, deadline_ms, arena, message);
}

bool store_is_standby(const struct store *store) {
  const char *standby =
      store->connection == NULL ? NULL : PQparameterStatus(store->connection, "in_hot_standby");
  return standby != NULL && strcmp(standby, "on") == 0;
}

void store_close(struct store *store) {
  if (store != NULL) {
    pg_close(store);
    free(store);
  }
}

const char *store_message(const struct store *store) {
  return store->message;
}

void store_set_patience(struct store *store, int milliseconds) {
  store->patience_ms = milliseconds;
}

void store_set_deadline(struct store *store, int64_t deadline_ms) {
  store->fixed_deadline = true;
  store->deadline_ms = deadline_ms;
}

void store_set_stop(struct store *store, int stop_fd) {
  store->stop_fd = stop_fd;
}

bool store_idle(struct store *store) {
  if (store->connection == NULL) {
    return false;
  }
  if (PQconsumeInput(store->connection) != 1 || PQstatus(store->connection) != CONNECTION_OK) {
    pg_close(store);
    return false;
  }
  return PQtransactionStatus(store->connection) == PQTRANS_IDLE;
}

enum store_result store_check(struct store *store, const char *share_dir,
                              const struct crypto_keys *keys, struct arena *arena,
                              const char **message) {
  struct migration_list list;
  const char *wrong = migration_list_load(&list, share_dir, arena);
  enum store_result result = STORE_FAULT;
  if (wrong != NULL) {
    pg_say(store, "%s", wrong);
  } else {
    result = schema_compare(store, &list);
  }
  if (result == STORE_OK) {
    int generation;
    result = fingerprint_check(store, keys, &generation);
  }
  if (result != STORE_OK) {
    pg_explain(store, arena, message);
  }
  return result;
}
