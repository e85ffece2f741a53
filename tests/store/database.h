/* database: a fresh, migrated database for one test, on the cluster of
 * TEST_CLUSTER_URL. Whatever goes wrong in here ends the test. */
#ifndef HJEMSVAR_TESTS_STORE_DATABASE_H
#define HJEMSVAR_TESTS_STORE_DATABASE_H

#include <libpq-fe.h>

#include "base/arena.h"
#include "store/store.h"

struct database {
  char name[64];
  char *url;     /* its connection string, as the tests' superuser */
  PGconn *admin; /* a connection of that superuser */
};

/* The folder with migrations/ and templates/. */
const char *database_share_dir(void);

/* The secret that migrated the database: every byte 1. */
const struct crypto_keys *database_keys(void);

/* A migrated database, copied from a template that the first test makes; or an empty
 * one. database_clear drops it. */
void database_init(struct database *database);
void database_init_empty(struct database *database);
void database_clear(struct database *database);

/* The connection string with another login, a string of the arena. */
const char *database_url_as(const struct database *database, const char *login,
                            struct arena *arena);

/* The connection string of the database that the cluster is administered from. */
const char *database_cluster_url(void);

/* Opens a store on it. */
struct store *database_open(const struct database *database, enum store_role role);

/* Runs SQL as superuser. */
void database_run(const struct database *database, const char *sql);

/* The first value of what SQL gives as superuser, a string of the arena; "" when there
 * is no row or it is NULL. */
const char *database_value(const struct database *database, struct arena *arena, const char *sql);

/* Fills in the required settings, so that rounds can open. */
void database_fill_settings(const struct database *database);

/* A questionnaire "test" of that version with the authoritative language da, and a
 * translation to en, a draft. */
void database_add_questionnaire(const struct database *database, int version);

/* A round of the questionnaire "test" with these municipalities ("101,217"), open from
 * now on if the settings are filled in; its number. Adds the questionnaire if need be. */
int database_add_round(const struct database *database, const char *municipalities);

/* Says that the flags of a round are made of the answers it has now, so that it can be finalised;
 * they are those that the test has put there, or none. */
void database_settle_flags(const struct database *database, int round);

/* Finalises a round as the operator does. */
void database_finalise(const struct database *database, int round);

#endif
