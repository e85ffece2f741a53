#include "store/course_upload.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/door.h"

enum { NUMBER_DIGITS_MAX = 18 };

enum store_result course_upload_keep(struct store *store, int round, int municipality,
                                     const char *courses, long long *id) {
  char numbers[2][PG_DECIMAL_MAX];
  PGresult *rows = NULL;
  pg_decimal(round, numbers[0]);
  pg_decimal(municipality, numbers[1]);
  enum store_result result = pg_ask(store, STATEMENT_COURSE_UPLOAD_DROP, 2, numbers[0], numbers[1]);
  if (result == STORE_OK) {
    result =
        pg_query(store, &rows, STATEMENT_COURSE_UPLOAD_INSERT, 3, numbers[0], numbers[1], courses);
  }
  if (result == STORE_OK) {
    *id = strtoll(PQgetvalue(rows, 0, 0), NULL, 10);
  }
  PQclear(rows);
  return result;
}

static bool write_all(int fd, const char *bytes, size_t size) {
  while (size > 0) {
    ssize_t written = write(fd, bytes, size);
    if (written < 0 && errno != EINTR) {
      return false;
    }
    if (written > 0) {
      bytes += written;
      size -= (size_t)written;
    }
  }
  return true;
}

enum store_result course_upload_take(struct store *store, int round, int municipality,
                                     const char *id, int fd) {
  char numbers[2][PG_DECIMAL_MAX];
  PGresult *rows = NULL;
  size_t digits = strspn(id, "0123456789");
  if (digits == 0 || digits > NUMBER_DIGITS_MAX || id[digits] != '\0') {
    return STORE_NONE;
  }
  pg_decimal(round, numbers[0]);
  pg_decimal(municipality, numbers[1]);
  enum store_result result =
      pg_query(store, &rows, STATEMENT_COURSE_UPLOAD_TAKE, 3, id, numbers[0], numbers[1]);
  if (result == STORE_OK && PQntuples(rows) == 0) {
    pg_say(store, "nothing is kept under that number");
    result = STORE_NONE;
  } else if (result == STORE_OK &&
             !write_all(fd, PQgetvalue(rows, 0, 0), (size_t)PQgetlength(rows, 0, 0))) {
    pg_say(store, "the temporary file could not be written");
    result = STORE_FAULT;
  }
  PQclear(rows);
  return result;
}

enum store_result course_upload_sweep(struct store *store, bool dry, int *count) {
  PGresult *rows = NULL;
  enum store_result result =
      pg_query(store, &rows, STATEMENT_COURSE_UPLOAD_SWEEP, 1, dry ? "true" : "false");
  *count = result == STORE_OK ? pg_number(rows, 0, 0) : 0;
  PQclear(rows);
  return result;
}
