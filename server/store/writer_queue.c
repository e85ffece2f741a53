#include "store/writer_queue.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

void writer_list_init(struct writer_list *list) {
  list->first = NULL;
  list->end = &list->first;
}

void writer_list_add(struct writer_list *list, struct writer_job *job) {
  job->next = NULL;
  *list->end = job;
  list->end = &job->next;
}

static void lock(struct writer_queue *queue) {
  (void)pthread_mutex_lock(&queue->mutex);
}

static void unlock(struct writer_queue *queue) {
  (void)pthread_mutex_unlock(&queue->mutex);
}

static void wake(int fd) {
  uint64_t one = 1;
  /* Fails only when the counter is full: then it is readable as well. */
  (void)!write(fd, &one, sizeof one);
}

bool writer_queue_init(struct writer_queue *queue) {
  pthread_condattr_t attributes;
  (void)pthread_condattr_init(&attributes);
  (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  (void)pthread_cond_init(&queue->gone_changed, &attributes);
  (void)pthread_condattr_destroy(&attributes);
  (void)pthread_mutex_init(&queue->mutex, NULL);
  writer_list_init(&queue->jobs);
  queue->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  queue->cut_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  return queue->wake_fd >= 0 && queue->cut_fd >= 0;
}

void writer_queue_clear(struct writer_queue *queue) {
  if (queue->wake_fd >= 0) {
    (void)close(queue->wake_fd);
  }
  if (queue->cut_fd >= 0) {
    (void)close(queue->cut_fd);
  }
  (void)pthread_cond_destroy(&queue->gone_changed);
  (void)pthread_mutex_destroy(&queue->mutex);
}

bool writer_queue_add(struct writer_queue *queue, struct writer_job *job) {
  lock(queue);
  bool taken = !queue->stopping && queue->length < WRITER_QUEUE_MAX;
  bool first = taken && queue->length == 0;
  if (taken) {
    writer_list_add(&queue->jobs, job);
    queue->length++;
  }
  unlock(queue);
  if (first) {
    wake(queue->wake_fd);
  }
  return taken;
}

struct writer_job *writer_queue_take(struct writer_queue *queue) {
  lock(queue);
  struct writer_job *job = queue->jobs.first;
  if (job != NULL) {
    queue->jobs.first = job->next;
    if (job->next == NULL) {
      writer_list_init(&queue->jobs);
    }
    queue->length--;
  }
  unlock(queue);
  return job;
}

void writer_queue_put_back(struct writer_queue *queue, struct writer_list *list, size_t count) {
  if (count == 0) {
    return;
  }
  lock(queue);
  *list->end = queue->jobs.first;
  if (queue->jobs.first == NULL) {
    queue->jobs.end = list->end;
  }
  queue->jobs.first = list->first;
  queue->length += count;
  unlock(queue);
}

void writer_queue_expire(struct writer_queue *queue, int64_t limit_ms, struct writer_list *list) {
  lock(queue);
  struct writer_job *job = queue->jobs.first, *next;
  writer_list_init(&queue->jobs);
  for (; job != NULL; job = next) {
    next = job->next;
    if (queue->cut || job->deadline_ms < limit_ms) {
      writer_list_add(list, job);
      queue->length--;
    } else {
      writer_list_add(&queue->jobs, job);
    }
  }
  unlock(queue);
}

bool writer_queue_is_over(struct writer_queue *queue) {
  lock(queue);
  bool over = queue->stopping && (queue->cut || queue->jobs.first == NULL);
  unlock(queue);
  return over;
}

void writer_queue_drain(struct writer_queue *queue) {
  uint64_t count;
  (void)!read(queue->wake_fd, &count, sizeof count);
}

void writer_queue_stop(struct writer_queue *queue, int64_t deadline_ms) {
  struct timespec deadline = {.tv_sec = (time_t)(deadline_ms / 1000),
                              .tv_nsec = (long)(deadline_ms % 1000) * 1000000};
  lock(queue);
  queue->stopping = true;
  wake(queue->wake_fd);
  int waited = 0;
  while (!queue->gone && waited != ETIMEDOUT) {
    waited = pthread_cond_timedwait(&queue->gone_changed, &queue->mutex, &deadline);
  }
  queue->cut = true;
  unlock(queue);
  wake(queue->wake_fd);
  wake(queue->cut_fd);
}

void writer_queue_leave(struct writer_queue *queue) {
  lock(queue);
  queue->gone = true;
  (void)pthread_cond_signal(&queue->gone_changed);
  unlock(queue);
}
