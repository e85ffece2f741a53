#include <string.h>

#include "store/fingerprint.h"
#include "store/migration_file.h"
#include "store/municipality_file.h"
#include "store/pg.h"
#include "store/schema.h"

static const char registry[] =
    "CREATE TABLE schema_migration ("
    " number integer PRIMARY KEY CHECK (number >= 1),"
    " name text NOT NULL,"
    " checksum bytea NOT NULL CHECK (octet_length(checksum) = 32),"
    " applied_at timestamptz NOT NULL DEFAULT now());"
    "COMMENT ON TABLE schema_migration IS 'Migrations that were applied.';"
    "COMMENT ON COLUMN schema_migration.number IS 'Number in the name of its file.';"
    "COMMENT ON COLUMN schema_migration.name IS 'Name of its file without the ending.';"
    "COMMENT ON COLUMN schema_migration.checksum IS 'BLAKE2b of the file: it is never edited.';"
    "COMMENT ON COLUMN schema_migration.applied_at IS 'When it was applied.';"
    "GRANT SELECT ON schema_migration TO hjemsvar_writer, hjemsvar_console, hjemsvar_export";

/* Everything that migrate knows while it works. */
struct migration {
  const struct crypto_keys *keys;
  const struct migration_file *file; /* being applied */
  bool applied;                      /* it was not there before */
  const char *municipalities;        /* JSON */
};

/* Only one migrate at a time works on a database; the lock ends with the transaction. */
static enum store_result lock(struct store *store) {
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_MIGRATE_LOCK, 0);
  PQclear(rows);
  return result;
}

static enum store_result lock_as_owner(struct store *store) {
  enum store_result result = lock(store);
  return result == STORE_OK ? pg_command(store, "SET LOCAL ROLE hjemsvar_owner") : result;
}

/* What a database administrator would have to run, as text of the arena; "" when
 * nothing is missing. */
static enum store_result list_setup(struct store *store, struct arena *arena, const char **sql) {
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_SETUP_LIST, 0);
  *sql = "";
  for (int i = 0; i < PQntuples(rows) && *sql != NULL; i++) {
    *sql = arena_printf(arena, "%s%s;\n", *sql, PQgetvalue(rows, i, 0));
  }
  PQclear(rows);
  if (result == STORE_OK && *sql == NULL) {
    pg_say(store, "out of memory");
    return STORE_FAULT;
  }
  return result;
}

struct setup {
  struct arena *arena;
  const char *sql;
};

/* Roles belong to the whole cluster, where no advisory lock of this database reaches:
 * another migrate may make them at the same moment, and a second look tells. */
static enum store_result again_unless_denied(enum store_result result) {
  return result == STORE_REFUSED || result == STORE_FAULT ? STORE_BUSY : result;
}

static enum store_result set_up(struct store *store, void *context) {
  struct setup *setup = context;
  enum store_result result = lock(store);
  if (result == STORE_OK) {
    result = list_setup(store, setup->arena, &setup->sql);
  }
  if (result != STORE_OK || setup->sql[0] == '\0') {
    return result;
  }
  result = again_unless_denied(pg_command(store, setup->sql));
  if (result != STORE_OK) {
    return result;
  }
  /* A GRANT that the login may not give can end in a warning only. */
  const char *left;
  result = list_setup(store, setup->arena, &left);
  return result == STORE_OK && left[0] != '\0' ? STORE_DENIED : result;
}

static enum store_result set_up_roles(struct store *store, struct arena *arena, const char **sql) {
  struct setup setup = {.arena = arena, .sql = ""};
  enum store_result result = list_setup(store, arena, &setup.sql);
  if (result == STORE_OK && setup.sql[0] != '\0') {
    result = pg_transaction(store, "BEGIN", set_up, &setup);
  }
  if (result == STORE_DENIED) {
    pg_say(store, "the login may not make the roles; hint: let an administrator of the database "
                  "run the statements, then migrate again");
    if (sql != NULL) {
      *sql = setup.sql;
    }
  }
  return result;
}

static enum store_result make_registry(struct store *store, void *context) {
  (void)context;
  PGresult *rows = NULL;
  enum store_result result = lock_as_owner(store);
  if (result == STORE_OK) {
    result = pg_query(store, &rows, STATEMENT_SCHEMA_EXISTS, 0);
  }
  if (result == STORE_OK && !pg_true(rows, 0, 0)) {
    result = pg_command(store, registry);
  }
  PQclear(rows);
  return result;
}

static enum store_result apply_file(struct store *store, const struct migration_file *file) {
  enum store_result result = pg_command(store, file->sql);
  if (result == STORE_OK && PQtransactionStatus(store->connection) != PQTRANS_INTRANS) {
    pg_say(store, "it ends the transaction it runs in");
    result = STORE_FAULT;
  }
  if (result != STORE_OK) {
    char why[sizeof(store->message)];
    memcpy(why, store->message, sizeof(why));
    pg_say(store, "migration %s: %s", file->name, why);
    return result;
  }
  PGresult *rows = NULL;
  char number[PG_DECIMAL_MAX];
  pg_decimal(file->number, number);
  result =
      pg_query(store, &rows, STATEMENT_MIGRATION_INSERT, 3, number, file->name, file->checksum);
  PQclear(rows);
  return result;
}

static enum store_result apply(struct store *store, void *context) {
  struct migration *migration = context;
  const struct migration_file *file = migration->file;
  char number[PG_DECIMAL_MAX];
  pg_decimal(file->number, number);
  PGresult *rows = NULL;
  enum store_result result = lock_as_owner(store);
  if (result == STORE_OK) {
    result = pg_query(store, &rows, STATEMENT_MIGRATION_FIND, 1, number);
  }
  migration->applied = result == STORE_OK && PQntuples(rows) == 0;
  if (migration->applied) {
    result = apply_file(store, file);
  }
  PQclear(rows);
  return result;
}

static enum store_result apply_all(struct store *store, const struct migration_list *list,
                                   struct migration *migration, int *applied) {
  enum store_result result = pg_transaction(store, "BEGIN", make_registry, NULL);
  if (result == STORE_OK) {
    /* Nothing is built on a database that went another way. */
    result = schema_compare(store, list);
  }
  if (result == STORE_NONE) {
    result = STORE_OK;
  }
  for (size_t i = 0; i < list->count && result == STORE_OK; i++) {
    migration->file = &list->items[i];
    result = pg_transaction(store, "BEGIN", apply, migration);
    *applied += result == STORE_OK && migration->applied;
  }
  return result;
}

/* The previous secret's fingerprint gives way to the current one's: that is how a
 * rotation ends. */
static enum store_result settle(struct store *store, void *context) {
  const struct migration *migration = context;
  int generation;
  enum store_result result = lock_as_owner(store);
  if (result != STORE_OK) {
    return result;
  }
  result = fingerprint_check(store, migration->keys, &generation);
  if (result == STORE_NONE || (result == STORE_OK && generation > 0)) {
    result = fingerprint_store(store, migration->keys);
  }
  if (result != STORE_OK) {
    return result;
  }
  PGresult *rows = NULL;
  result = pg_query(store, &rows, STATEMENT_MUNICIPALITY_LOAD, 1, migration->municipalities);
  PQclear(rows);
  return result;
}

static enum store_result migrate(struct store *store, const struct migration_list *list,
                                 struct migration *migration, struct arena *arena, int *applied,
                                 const char **sql) {
  enum store_result result = set_up_roles(store, arena, sql);
  if (result == STORE_OK) {
    result = apply_all(store, list, migration, applied);
  }
  if (result == STORE_OK) {
    result = pg_transaction(store, "BEGIN", settle, migration);
  }
  return result;
}

enum store_result store_migrate(struct store *store, const char *share_dir,
                                const struct crypto_keys *keys, struct arena *arena, int *applied,
                                const char **sql, const char **message) {
  struct migration migration = {.keys = keys};
  struct migration_list list;
  int patience_ms = store->patience_ms;
  enum store_result result = STORE_FAULT;
  *applied = 0;
  const char *wrong = migration_list_load(&list, share_dir, arena);
  if (wrong == NULL) {
    wrong = municipality_file_load(&migration.municipalities, share_dir, arena);
  }
  if (wrong != NULL) {
    pg_say(store, "%s", wrong);
  } else {
    /* A migration takes what it takes, and so does waiting for another migrate. */
    store_set_patience(store, 0);
    result = migrate(store, &list, &migration, arena, applied, sql);
    store_set_patience(store, patience_ms);
  }
  if (result != STORE_OK) {
    pg_explain(store, arena, message);
  }
  return result;
}
