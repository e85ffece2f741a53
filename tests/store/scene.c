#include "scene.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

void scene_init(struct database *database) {
  database_init(database);
  database_fill_settings(database);
}

int scene_round(struct database *database) {
  int round = database_add_round(database, "101,217");
  scene_run(database, "UPDATE round SET opens_at = now() - interval '3 hours' WHERE id = %d",
            round);
  return round;
}

static PGresult *run(struct database *database, const char *format, va_list arguments) {
  char sql[2048];
  int length = vsnprintf(sql, sizeof sql, format, arguments);
  cr_assert(length > 0 && (size_t)length < sizeof sql, "statement too long");
  PGresult *rows = PQexec(database->admin, sql);
  ExecStatusType status = PQresultStatus(rows);
  cr_assert(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK, "%s\n%s", sql,
            PQerrorMessage(database->admin));
  return rows;
}

void scene_run(struct database *database, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  PQclear(run(database, format, arguments));
  va_end(arguments);
}

long scene_number(struct database *database, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  PGresult *rows = run(database, format, arguments);
  va_end(arguments);
  cr_assert(PQntuples(rows) == 1 && PQnfields(rows) == 1, "%s", format);
  long number = strtol(PQgetvalue(rows, 0, 0), NULL, 10);
  PQclear(rows);
  return number;
}

void scene_expect(struct database *database, const char *expected, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  PGresult *rows = run(database, format, arguments);
  va_end(arguments);
  cr_assert(PQntuples(rows) == 1 && PQnfields(rows) == 1, "%s: %d rows", format, PQntuples(rows));
  const char *value = PQgetisnull(rows, 0, 0) ? "NULL" : PQgetvalue(rows, 0, 0);
  cr_expect_str_eq(value, expected, "%s: %s", format, value);
  PQclear(rows);
}

static void count_done(void *context, struct writer_job *jobs) {
  struct desk *desk = context;
  (void)pthread_mutex_lock(&desk->mutex);
  for (; jobs != NULL; jobs = jobs->next) {
    desk->done++;
  }
  desk->healthy = writer_healthy(desk->writer);
  (void)pthread_cond_broadcast(&desk->changed);
  (void)pthread_mutex_unlock(&desk->mutex);
}

void desk_open_batch(struct desk *desk, const char *url, int batch_max) {
  *desk = (struct desk){0};
  (void)pthread_mutex_init(&desk->mutex, NULL);
  (void)pthread_cond_init(&desk->changed, NULL);
  desk->writer = writer_start(url, batch_max, count_done, desk);
  cr_assert_not_null(desk->writer);
}

void desk_open(struct desk *desk, const char *url) {
  desk_open_batch(desk, url, WRITER_BATCH_MAX);
}

void desk_close(struct desk *desk) {
  writer_stop(desk->writer, clock_now_ms() + 10000);
  (void)pthread_cond_destroy(&desk->changed);
  (void)pthread_mutex_destroy(&desk->mutex);
}

void desk_wait(struct desk *desk, size_t done) {
  (void)pthread_mutex_lock(&desk->mutex);
  while (desk->done < done) {
    (void)pthread_cond_wait(&desk->changed, &desk->mutex);
  }
  (void)pthread_mutex_unlock(&desk->mutex);
}

void desk_ask(struct desk *desk, struct writer_job *jobs, size_t count) {
  (void)pthread_mutex_lock(&desk->mutex);
  size_t before = desk->done;
  (void)pthread_mutex_unlock(&desk->mutex);
  for (size_t i = 0; i < count; i++) {
    cr_assert(writer_enqueue(desk->writer, &jobs[i]));
  }
  desk_wait(desk, before + count);
}

enum writer_result desk_ask_one(struct desk *desk, struct writer_job *job) {
  job->deadline_ms = 0;
  desk_ask(desk, job, 1);
  return job->result;
}

static void number_set(unsigned char *bytes, unsigned which) {
  memset(bytes, 0, CRYPTO_NUMBER_BYTES);
  for (size_t i = 0; i < 4; i++) {
    bytes[i] = (unsigned char)(which >> (24 - 8 * i));
  }
}

const char *scene_uuid(unsigned which, char text[40]) {
  (void)snprintf(text, 40, "'%08x-0000-0000-0000-000000000000'", which);
  return text;
}

struct writer_job scene_job(int round, unsigned which, unsigned content) {
  static const char *const answers[] = {"{\"q1\":1}", "{\"q1\":2}", "{\"q1\":2,\"q10\":\"Æ\\n\"}",
                                        "{\"q1\":3}"};
  struct writer_job job = {
      .kind = WRITER_STORE,
      .round = round,
      .municipality = SCENE_KOEBENHAVN,
      .generations = 1,
      .language = "da",
      .answers = answers[content],
      .traced = true,
      .network_tag = 7,
      .device_tag = 65535,
      .seconds = 240,
  };
  crypto_random(job.id, sizeof job.id);
  number_set(job.number, which);
  number_set(job.receipt[0], which);
  memset(job.digest[0], (int)content + 1, sizeof job.digest[0]);
  memset(job.translation, 0x33, sizeof job.translation);
  return job;
}

struct writer_job scene_replacement(int round, unsigned which, unsigned replacement,
                                    unsigned content) {
  struct writer_job job = scene_job(round, which, content);
  job.kind = WRITER_REPLACE;
  number_set(job.replacement, replacement);
  number_set(job.receipt[0], replacement);
  return job;
}

struct writer_job scene_withdrawal(int round, unsigned which) {
  struct writer_job job = scene_job(round, which, 0);
  job.kind = WRITER_WITHDRAW;
  job.answers = NULL;
  job.language = NULL;
  memset(job.number, 0, sizeof job.number);
  return job;
}
