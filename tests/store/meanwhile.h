/* meanwhile: a second connection, as superuser, for what happens at the same time as something
 * else. Whatever goes wrong in here ends the test. */
#ifndef HJEMSVAR_TESTS_STORE_MEANWHILE_H
#define HJEMSVAR_TESTS_STORE_MEANWHILE_H

#include "database.h"

struct meanwhile {
  const struct database *database;
  PGconn *connection;
};

/* Opens it, to act as the operator. */
void meanwhile_open(struct meanwhile *meanwhile, const struct database *database);
void meanwhile_close(struct meanwhile *meanwhile);

/* Runs SQL and waits for it. */
void meanwhile_run(struct meanwhile *meanwhile, const char *sql);

/* Begins to run SQL; true when it then waits for somebody, false when it has ended by itself. */
bool meanwhile_waits(struct meanwhile *meanwhile, const char *sql);

/* Waits until it has ended: the first value of its last result, or what the database said, a string
 * of the arena. */
const char *meanwhile_end(struct meanwhile *meanwhile, struct arena *arena);

#endif
