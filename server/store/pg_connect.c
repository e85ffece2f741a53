#include "store/pg.h"

#include <poll.h>
#include <string.h>

#include "base/clock.h"

enum { KEYWORDS_MAX = 64 };

/* The connection string taken apart, as PQconnectStartParams wants it. */
struct target {
  const char *keywords[KEYWORDS_MAX + 1];
  const char *values[KEYWORDS_MAX + 1];
  size_t count;
  size_t hosts;
};

/* What holds when the connection string does not say otherwise. A server that went
 * away without a word is noticed by TCP, too. */
static const struct {
  const char *keyword;
  const char *value;
} defaults[] = {
    {"fallback_application_name", "hjemsvar"},
    {"keepalives_idle", "10"},
    {"keepalives_interval", "5"},
    {"keepalives_count", "3"},
    {"tcp_user_timeout", "10000"},
};

static const char *chosen(const PQconninfoOption *option, bool primary) {
  if (primary && strcmp(option->keyword, "target_session_attrs") == 0) {
    return "read-write";
  }
  if (strcmp(option->keyword, "client_encoding") == 0) {
    return "UTF8";
  }
  if (option->val != NULL) {
    return option->val;
  }
  for (size_t i = 0; i < array_length(defaults); i++) {
    if (strcmp(option->keyword, defaults[i].keyword) == 0) {
      return defaults[i].value;
    }
  }
  return NULL;
}

static size_t elements(const char *list) {
  size_t count = 1;
  for (; *list != '\0'; list++) {
    count += *list == ',';
  }
  return count;
}

static bool is_list(const char *keyword) {
  return strcmp(keyword, "host") == 0 || strcmp(keyword, "hostaddr") == 0 ||
         strcmp(keyword, "port") == 0;
}

/* Moves the first element of a comma-separated list to its end. */
static const char *rotate(struct arena *arena, const char *list) {
  const char *comma = strchr(list, ',');
  if (comma == NULL) {
    return list;
  }
  return arena_printf(arena, "%s,%.*s", comma + 1, (int)(comma - list), list);
}

static bool target_rotate(struct target *target, struct arena *arena) {
  for (size_t i = 0; i < target->count; i++) {
    if (is_list(target->keywords[i])) {
      target->values[i] = rotate(arena, target->values[i]);
      if (target->values[i] == NULL) {
        return false;
      }
    }
  }
  return true;
}

static void target_init(struct target *target, const PQconninfoOption *options, bool primary) {
  *target = (struct target){.hosts = 1};
  for (; options->keyword != NULL && target->count < KEYWORDS_MAX; options++) {
    const char *value = chosen(options, primary);
    if (value == NULL) {
      continue;
    }
    target->keywords[target->count] = options->keyword;
    target->values[target->count] = value;
    target->count++;
    if (strncmp(options->keyword, "host", 4) == 0 && elements(value) > target->hosts) {
      target->hosts = elements(value);
    }
  }
}

/* PostgreSQL's notices would break the log's one object a line. */
static void drop_notice(void *context, const PGresult *result) {
  (void)context;
  (void)result;
}

static bool wait_for(struct store *store, short events) {
  struct pollfd waits[2] = {{.fd = PQsocket(store->connection), .events = events},
                            {.fd = store->stop_fd, .events = POLLIN}};
  int ready;
  do {
    ready = poll(waits, array_length(waits), clock_left_ms(store->deadline_ms));
  } while (ready < 0 && clock_left_ms(store->deadline_ms) > 0);
  return ready > 0 && waits[1].revents == 0;
}

enum attempt { ATTEMPT_DONE, ATTEMPT_FAILED, ATTEMPT_LATE };

static enum attempt attempt(struct store *store, const struct target *target) {
  store->connection = PQconnectStartParams(target->keywords, target->values, 0);
  if (store->connection == NULL) {
    pg_say(store, "out of memory");
    return ATTEMPT_FAILED;
  }
  (void)PQsetNoticeReceiver(store->connection, drop_notice, NULL);
  PostgresPollingStatusType polling =
      PQstatus(store->connection) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
  while (polling == PGRES_POLLING_READING || polling == PGRES_POLLING_WRITING) {
    if (!wait_for(store, polling == PGRES_POLLING_READING ? POLLIN : POLLOUT)) {
      pg_say(store, "the database did not answer in time");
      pg_close(store);
      return ATTEMPT_LATE;
    }
    polling = PQconnectPoll(store->connection);
  }
  if (polling == PGRES_POLLING_OK && PQsetnonblocking(store->connection, 1) == 0) {
    return ATTEMPT_DONE;
  }
  pg_say(store, "%s", PQerrorMessage(store->connection));
  pg_close(store);
  return ATTEMPT_FAILED;
}

/* libpq itself goes on to the next host when one refuses, but waits for ever for one
 * that hangs. So each host gets its share of the time, in turn, to be the first. */
static enum store_result reach(struct store *store, struct target *target, struct arena *arena) {
  int64_t deadline_ms = store->deadline_ms;
  enum attempt outcome = ATTEMPT_LATE;
  for (size_t left = target->hosts; left > 0 && outcome == ATTEMPT_LATE; left--) {
    store->deadline_ms = clock_now_ms() + clock_left_ms(deadline_ms) / (int)left;
    outcome = attempt(store, target);
    if (!target_rotate(target, arena)) {
      break;
    }
  }
  store->deadline_ms = deadline_ms;
  return outcome == ATTEMPT_DONE ? STORE_OK : STORE_DOWN;
}

static const char *const set_role[] = {
    [STORE_AS_LOGIN] = NULL,
    [STORE_AS_WRITER] = "SET ROLE hjemsvar_writer",
    [STORE_AS_CONSOLE] = "SET ROLE hjemsvar_console",
    [STORE_AS_STAFF] = "SET ROLE hjemsvar_console",
    [STORE_AS_REVIEW] = "SET ROLE hjemsvar_review",
    [STORE_AS_REVIEWER] = "SET ROLE hjemsvar_review",
    [STORE_AS_EXPORT] = "SET ROLE hjemsvar_export",
    [STORE_AS_EXPORTER] = "SET ROLE hjemsvar_export",
};

static enum store_result take_role(struct store *store, enum store_role role) {
  if (set_role[role] == NULL) {
    return STORE_OK;
  }
  enum store_result result = pg_command(store, set_role[role]);
  const char *name = set_role[role] + strlen("SET ROLE ");
  if (result == STORE_REFUSED) {
    pg_say(store, "the role %s does not exist; hint: run hjemsvar migrate", name);
    return STORE_NONE;
  }
  if (result == STORE_DENIED) {
    pg_say(store, "the login is no member of %s; hint: run hjemsvar migrate", name);
  }
  bool operates = role == STORE_AS_CONSOLE || role == STORE_AS_REVIEW || role == STORE_AS_EXPORT;
  if (result == STORE_OK && operates) {
    result = pg_command(store, "SET app.role = 'operator'");
  }
  return result;
}

/* What the statements rely on, whatever the database or the login is set to. How long a question
 * may take is said by its deadline, which keeps the connection's others in step. */
static enum store_result settle(struct store *store, enum store_role role) {
  enum store_result result =
      pg_command(store, "SET TimeZone = 'Europe/Copenhagen'; SET search_path = public;"
                        "SET DateStyle = ISO; SET bytea_output = hex;"
                        "SET standard_conforming_strings = on; SET row_security = on;"
                        "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0;"
                        "SET default_transaction_isolation = 'read committed'");
  return result == STORE_OK ? take_role(store, role) : result;
}

enum store_result pg_connect(struct store *store, const char *url, enum store_role role) {
  struct target target;
  bool fixed_deadline = store->fixed_deadline;
  enum store_result result = STORE_REFUSED;
  struct arena *arena = arena_new(0);
  /* libpq's own message would quote the string, password and all. */
  PQconninfoOption *options = PQconninfoParse(url, NULL);
  if (options == NULL || arena == NULL) {
    pg_say(store, "the database URL cannot be read; hint: write it as "
                  "postgresql://user@host:5432/database or as host=… dbname=…");
    goto out;
  }
  target_init(&target, options, store->primary);
  store->fixed_deadline = true;
  result = reach(store, &target, arena);
  if (result == STORE_OK) {
    result = settle(store, role);
  }
out:
  store->fixed_deadline = fixed_deadline;
  if (result != STORE_OK) {
    pg_close(store);
  }
  PQconninfoFree(options);
  arena_free(arena);
  return result;
}

/* What the server has said since it was connected to. */
bool pg_takes_answers(struct store *store) {
  static const char *const against[] = {"default_transaction_read_only", "in_hot_standby"};
  for (size_t i = 0; i < array_length(against); i++) {
    const char *value = PQparameterStatus(store->connection, against[i]);
    if (value != NULL && strcmp(value, "on") == 0) {
      pg_say(store, "the database takes no answers: %s is on", against[i]);
      return false;
    }
  }
  return true;
}
