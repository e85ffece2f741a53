#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "scene.h"
#include "store/writer.h"

Test(unreachable_writer, says_down_when_there_is_no_database) {
  static const char *const urls[] = {
      "host=/nonexistent user=nobody dbname=none",
      "host=127.0.0.1 port=1 user=nobody dbname=none",
      "this is no URL",
  };
  for (size_t i = 0; i < array_length(urls); i++) {
    struct desk lost;
    desk_open(&lost, urls[i]);
    struct writer_job job = scene_job(1, 1, 0);
    job.deadline_ms = clock_now_ms() + 2500;
    desk_ask(&lost, &job, 1);
    cr_expect_eq(job.result, WRITER_DOWN, "%s", urls[i]);
    cr_expect_not(writer_healthy(lost.writer));
    desk_close(&lost);
  }
}

/* libpq asks for something before it connects, and gets no answer: as from a name server that says
 * nothing, but here from the file of services. */
Test(unreachable_writer, hands_back_in_time_what_waits_while_libpq_itself_does, .timeout = 60) {
  char folder[] = "/tmp/hjemsvar-silent.XXXXXX", path[64];
  cr_assert_not_null(mkdtemp(folder));
  (void)snprintf(path, sizeof path, "%s/services", folder);
  cr_assert_eq(mkfifo(path, 0600), 0);
  int silent = open(path, O_RDWR | O_CLOEXEC);
  cr_assert(silent >= 0 && setenv("PGSERVICEFILE", path, 1) == 0);
  struct desk lost;
  desk_open(&lost, "service=silent");
  struct writer_job late = scene_job(1, 1, 0), early = scene_job(1, 2, 0);
  late.deadline_ms = clock_now_ms() + 2 * 60000;
  early.deadline_ms = clock_now_ms() + 2500;
  cr_assert(writer_enqueue(lost.writer, &late));
  cr_assert(writer_enqueue(lost.writer, &early));
  struct writer_figures figures;
  do {
    writer_expire(lost.writer);
    writer_figures(lost.writer, &figures);
  } while (figures.jobs == 0);
  cr_expect_eq(figures.jobs, 1, "the other one has time left");
  cr_expect_eq(early.result, WRITER_DOWN);
  cr_expect(clock_left_ms(early.deadline_ms) == 0);
  (void)unlink(path);
  (void)close(silent);
  desk_close(&lost);
  cr_expect_eq(late.result, WRITER_DOWN);
  (void)rmdir(folder);
}
