#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "store/audit_store.h"
#include "table.h"

enum { ROWS_USUAL = 50, ROWS_MOST = 1000000, ID_MOST = 2147483647 };

/* ---- verifying */

static const char *flaw_name(enum audit_flaw flaw) {
  switch (flaw) {
  case AUDIT_SOUND:
    return "sound";
  case AUDIT_CHANGED:
    return "changed";
  case AUDIT_MISSING:
    return "missing";
  case AUDIT_BEGINNING:
    return "beginning";
  case AUDIT_HEAD:
    return "head";
  }
  return "";
}

static int flaw_failed(const struct audit_verdict *verdict) {
  static const char hint[] = "hint: keep the database as it is and compare with a backup";
  long long row = (long long)verdict->row;
  switch (verdict->flaw) {
  case AUDIT_SOUND:
    return 0;
  case AUDIT_CHANGED:
    return cli_fail(EXIT_CODE_DATA, "row %lld of the audit log was changed; %s", row, hint);
  case AUDIT_MISSING:
    return cli_fail(EXIT_CODE_DATA,
                    "row %lld of the audit log does not follow on the one before it: something "
                    "was taken out, put in or changed there; %s",
                    row, hint);
  case AUDIT_BEGINNING:
    return cli_fail(EXIT_CODE_DATA,
                    "the audit log begins with row %lld, which is not its first; %s", row, hint);
  case AUDIT_HEAD:
    return cli_fail(EXIT_CODE_DATA,
                    "no row of the audit log has the hash that was expected: its end was cut off, "
                    "or it was written anew; %s",
                    hint);
  }
  return EXIT_CODE_INTERNAL;
}

/* A hash as audit verify printed it, in lower case. */
static int read_hash(const char *typed, char hash[AUDIT_HASH_CHARACTERS + 1]) {
  size_t length = strlen(typed);
  for (size_t i = 0; i < length && length == AUDIT_HASH_CHARACTERS; i++) {
    hash[i] = (char)tolower((unsigned char)typed[i]);
    if (!isxdigit((unsigned char)typed[i])) {
      length = 0;
    }
  }
  if (length != AUDIT_HASH_CHARACTERS) {
    return cli_fail(EXIT_CODE_USAGE,
                    "\"%s\" is no head hash; hint: the 64 digits that audit verify printed before",
                    typed);
  }
  hash[AUDIT_HASH_CHARACTERS] = '\0';
  return 0;
}

static int print_verdict(const struct cli *cli, const struct audit_verdict *verdict) {
  if (cli_has(cli, "json")) {
    return cli_print_json(json_pack("{s:b, s:s, s:I, s:I, s:s}", "sound",
                                    (int)(verdict->flaw == AUDIT_SOUND), "flaw",
                                    flaw_name(verdict->flaw), "row", (json_int_t)verdict->row,
                                    "rows", (json_int_t)verdict->rows, "head", verdict->head));
  }
  if (verdict->flaw == AUDIT_SOUND) {
    (void)printf("%lld rows, sound; head %s\n", (long long)verdict->rows, verdict->head);
  }
  return 0;
}

int command_audit_verify(struct cli *cli) {
  const char *typed = cli_value(cli, "expect");
  char expect[AUDIT_HASH_CHARACTERS + 1];
  struct audit_verdict verdict;
  int failed = typed == NULL ? 0 : read_hash(typed, expect);
  failed = failed != 0 ? failed : cli_open(cli, STORE_AS_CONSOLE);
  if (failed != 0) {
    return failed;
  }
  enum store_result result = audit_verify(cli->store, typed == NULL ? NULL : expect, &verdict);
  if (result != STORE_OK) {
    return cli_store_failed(cli, result, "reading the audit log");
  }
  failed = print_verdict(cli, &verdict);
  return failed != 0 ? failed : flaw_failed(&verdict);
}

/* ---- listing */

static json_t *row_json(const struct audit_row *row) {
  json_t *details = json_loads(row->details, 0, NULL);
  return json_pack("{s:I, s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o}", "id", (json_int_t)row->id, "at",
                   row->at, "actor", row->actor, "actor_name", row->actor_name, "action",
                   row->action, "subject", row->subject, "round",
                   row->round == 0 ? json_null() : json_integer(row->round), "municipality",
                   row->municipality == 0 ? json_null() : json_integer(row->municipality),
                   "details", details == NULL ? json_object() : details);
}

static void add_row(const struct cli *cli, struct table *table, const struct audit_row *row) {
  const char *empty = "";
  table_row(table,
            (const char *const[]){
                arena_printf(cli->arena, "%lld", (long long)row->id), row->at,
                row->actor_name[0] == '\0' ? row->actor : row->actor_name, row->action,
                row->subject, row->round == 0 ? empty : arena_printf(cli->arena, "%d", row->round),
                row->municipality == 0 ? empty : arena_printf(cli->arena, "%d", row->municipality),
                strcmp(row->details, "{}") == 0 ? empty : row->details});
}

/* Reads pages until limit rows are there or none is left. */
static int read_rows(struct cli *cli, enum audit_kind kind, int before, int limit, json_t *list,
                     struct table *table) {
  int64_t from = before;
  size_t count = 1;
  for (int left = limit; left > 0 && count > 0; left -= (int)count) {
    struct audit_row *rows;
    int page = left < AUDIT_PAGE_MAX ? left : AUDIT_PAGE_MAX;
    enum store_result result = audit_list(cli->store, kind, from, page, cli->arena, &rows, &count);
    if (result != STORE_OK) {
      return cli_store_failed(cli, result, "reading the audit log");
    }
    for (size_t i = 0; i < count; i++) {
      (void)json_array_append_new(list, row_json(&rows[i]));
      add_row(cli, table, &rows[i]);
      from = rows[i].id;
    }
    if (from == 1) {
      break;
    }
  }
  return 0;
}

static int read_number(const struct cli *cli, const char *flag, int most, int *number) {
  const char *typed = cli_value(cli, flag);
  if (typed != NULL && !cli_number(typed, 1, most, number)) {
    return cli_fail(EXIT_CODE_USAGE, "--%s \"%s\" is no number from 1 to %d; hint: leave it out",
                    flag, typed, most);
  }
  return 0;
}

static int read_kind(const struct cli *cli, enum audit_kind *kind) {
  const char *typed = cli_value(cli, "kind");
  *kind = AUDIT_ALL;
  if (typed == NULL || audit_kind_read(typed, kind)) {
    return 0;
  }
  const char *names = audit_kind_name(AUDIT_ALL);
  for (enum audit_kind other = AUDIT_ALL + 1; other < AUDIT_KINDS && names != NULL; other++) {
    names = arena_printf(cli->arena, "%s, %s", names, audit_kind_name(other));
  }
  return cli_fail(EXIT_CODE_USAGE, "--kind is \"%s\"; hint: one of %s", typed,
                  names != NULL ? names : "");
}

int command_audit_list(struct cli *cli) {
  int before = 0, limit = ROWS_USUAL;
  enum audit_kind kind;
  int failed = read_number(cli, "before", ID_MOST, &before);
  failed = failed != 0 ? failed : read_number(cli, "limit", ROWS_MOST, &limit);
  failed = failed != 0 ? failed : read_kind(cli, &kind);
  failed = failed != 0 ? failed : cli_open(cli, STORE_AS_CONSOLE);
  if (failed != 0) {
    return failed;
  }
  json_t *list = json_array();
  struct table table;
  table_init(&table, cli->arena,
             (const char *const[]){"ROW", "WHEN", "WHO", "WHAT", "OF", "ROUND", "MUNICIPALITY",
                                   "DETAILS", NULL});
  failed = read_rows(cli, kind, before, limit, list, &table);
  if (failed == 0 && cli_has(cli, "json")) {
    return cli_print_json(list);
  }
  json_decref(list);
  if (failed != 0) {
    return failed;
  }
  return table_print(&table, stdout) ? 0 : cli_fail_memory();
}
