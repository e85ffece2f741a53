#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "doctor.h"
#include "store/health_store.h"

static const char part[] = "database";

enum {
  CONNECT_MS = 10000,
  VERSION_LEAST = 150000, /* as server_version_num */
  VERSION_WHOLE = 10000,
  CLOCK_NOTICE_MS = 2000,
  CLOCK_WRONG_MS = 60000
};

static const char *hint_of(enum store_result result) {
  switch (result) {
  case STORE_NONE:
    return "run hjemsvar migrate";
  case STORE_DENIED:
    return "run hjemsvar migrate as the login that made the roles; it prints what a superuser has "
           "to run";
  case STORE_REFUSED:
    return "HJEMSVAR_DATABASE_URL is a connection string of libpq, such as "
           "\"host=/run/postgresql dbname=hjemsvar\"";
  case STORE_CONFLICT:
    return "use the secret and the version of the servers";
  case STORE_OK:
  case STORE_DUPLICATE:
  case STORE_CLOSED:
  case STORE_INCOMPLETE:
  case STORE_BUSY:
  case STORE_DOWN:
  case STORE_FAULT:
    break;
  }
  return "see that PostgreSQL runs and HJEMSVAR_DATABASE_URL leads to it";
}

void doctor_say_failed(struct doctor *doctor, enum store_result result, const char *doing,
                       const char *message) {
  bool hinted = message != NULL && strstr(message, "hint:") != NULL;
  if (doctor->code == EXIT_CODE_OK && (result == STORE_DOWN || result == STORE_BUSY)) {
    doctor->code = EXIT_CODE_DOWN;
  }
  doctor_say(doctor, DOCTOR_WRONG, part, "%s: %s%s%s", doing,
             message == NULL || message[0] == '\0' ? "it did not say why" : message,
             hinted ? "" : "; hint: ", hinted ? "" : hint_of(result));
}

static bool open_as(struct doctor *doctor, enum store_role role, const char *doing) {
  struct cli *cli = doctor->cli;
  const char *message = NULL;
  store_close(cli->store);
  cli->store = NULL;
  enum store_result result = store_open(&cli->store, cli->config.database_url, role,
                                        clock_now_ms() + CONNECT_MS, cli->arena, &message);
  if (result != STORE_OK) {
    doctor_say_failed(doctor, result, doing, message);
  }
  return result == STORE_OK;
}

static void judge_settings(struct doctor *doctor, const struct health *health) {
  if (health->version < VERSION_LEAST) {
    doctor_say(doctor, DOCTOR_WRONG, part,
               "PostgreSQL is version %d; hint: 15 or later is needed: pg_upgradecluster(1)",
               health->version / VERSION_WHOLE);
  }
  if (!health->fsync || !health->full_page_writes || !health->synchronous_commit) {
    doctor_say(doctor, DOCTOR_WRONG, part,
               "%s is off, so that answers may be lost that a parent was thanked for; hint: ALTER "
               "SYSTEM RESET %s; SELECT pg_reload_conf(); and look at ALTER ROLE and the command "
               "line of postgres",
               !health->fsync              ? "fsync"
               : !health->full_page_writes ? "full_page_writes"
                                           : "synchronous_commit",
               !health->fsync              ? "fsync"
               : !health->full_page_writes ? "full_page_writes"
                                           : "synchronous_commit");
  }
  if (!health->utf8) {
    doctor_say(doctor, DOCTOR_WRONG, part,
               "its encoding is not UTF8; hint: make a new one with CREATE DATABASE … ENCODING "
               "'UTF8' TEMPLATE template0 and restore into it");
  }
  if (!health->copenhagen) {
    doctor_say(
        doctor, DOCTOR_WRONG, part,
        "it does not know summer and winter time of Copenhagen; hint: apt-get install tzdata "
        "where PostgreSQL runs, and restart it");
  }
  if (health->read_only) {
    doctor_say(doctor, DOCTOR_WRONG, part,
               "default_transaction_read_only is on, so that it takes no answer; hint: if nobody "
               "moves it elsewhere: from another database, ALTER DATABASE … RESET "
               "default_transaction_read_only; and look at ALTER ROLE and ALTER SYSTEM");
  }
  if (health->superuser) {
    doctor_say(doctor, DOCTOR_NOTICE, part,
               "the login is a superuser, whom no right and no policy holds up; hint: CREATE ROLE "
               "hjemsvar LOGIN, run hjemsvar migrate as it, and what that prints as a superuser");
  }
}

static void judge_clock(struct doctor *doctor, const struct health *health) {
  struct timespec now;
  (void)clock_gettime(CLOCK_REALTIME, &now);
  int64_t apart_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 - health->now_ms;
  apart_ms = apart_ms < 0 ? -apart_ms : apart_ms;
  if (apart_ms >= CLOCK_NOTICE_MS) {
    doctor_say(doctor, apart_ms >= CLOCK_WRONG_MS ? DOCTOR_WRONG : DOCTOR_NOTICE, "clock",
               "it is %" PRId64 " s from the database's; hint: let both machines keep time by NTP "
               "(timedatectl): codes of authenticators and links' times depend on it",
               apart_ms / 1000);
  }
}

static void judge_grants(struct doctor *doctor) {
  struct cli *cli = doctor->cli;
  struct health_grant *grants = NULL;
  size_t count = 0;
  enum store_result result = health_grants(cli->store, cli->arena, &grants, &count);
  if (result != STORE_OK) {
    doctor_say_failed(doctor, result, "looking at rights", store_message(cli->store));
    return;
  }
  for (size_t i = 0; i < count; i++) {
    const struct health_grant *grant = &grants[i];
    doctor_say(doctor, DOCTOR_WRONG, "roles", "%s %s %s on %s; hint: %s", grant->role,
               grant->lacking ? "lacks" : "has, and should not,", grant->privilege, grant->relation,
               DOCTOR_RIGHTS_HINT);
  }
  if (count == 0) {
    doctor_say(doctor, DOCTOR_SOUND, "roles", "have the rights they need and not those of others");
  }
}

static bool check(struct doctor *doctor) {
  struct cli *cli = doctor->cli;
  const char *message = NULL;
  if (!cli->has_keys) {
    doctor_say(
        doctor, DOCTOR_NOTICE, part,
        "whether it is the installation's cannot be told without the secret; hint: mend that "
        "first");
    return false;
  }
  enum store_result result =
      store_check(cli->store, cli->config.share_dir, &cli->keys, cli->arena, &message);
  if (result == STORE_DENIED) {
    doctor_say(doctor, DOCTOR_WRONG, "roles", "%s; hint: %s", message, DOCTOR_RIGHTS_HINT);
  } else if (result != STORE_OK) {
    doctor_say_failed(doctor, result, "it is not as this program needs it", message);
  }
  return result == STORE_OK;
}

/* As each role in turn, as which the programs come; the console last, who goes on asking. */
static bool open_roles(struct doctor *doctor) {
  static const enum store_role roles[] = {STORE_AS_WRITER, STORE_AS_EXPORT, STORE_AS_REVIEW,
                                          STORE_AS_CONSOLE};
  for (size_t i = 0; i < array_length(roles); i++) {
    if (!open_as(doctor, roles[i], "taking one of its roles")) {
      return false;
    }
  }
  return true;
}

bool doctor_ask_database(struct doctor *doctor) {
  struct health health;
  if (doctor->cli->config.database_missing != NULL) {
    doctor_say(doctor, DOCTOR_WRONG, part, "%s", doctor->cli->config.database_missing);
    return false;
  }
  if (!open_as(doctor, STORE_AS_LOGIN, "connecting") || !open_roles(doctor)) {
    return false;
  }
  enum store_result result = health_find(doctor->cli->store, &health);
  if (result != STORE_OK) {
    doctor_say_failed(doctor, result, "looking at its settings", store_message(doctor->cli->store));
    return false;
  }
  doctor_say(doctor, DOCTOR_SOUND, part, "PostgreSQL %d.%d answers%s",
             health.version / VERSION_WHOLE, health.version % VERSION_WHOLE,
             store_is_standby(doctor->cli->store) ? "; it is a standby" : "");
  judge_settings(doctor, &health);
  judge_clock(doctor, &health);
  if (!check(doctor)) {
    return false;
  }
  doctor_say(doctor, DOCTOR_SOUND, part, "all migrations are applied, and the secret is its own");
  judge_grants(doctor);
  return true;
}
