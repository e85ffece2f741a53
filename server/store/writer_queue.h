/* writer_queue: the jobs between the threads that answer requests and the writer.
 *
 * Private to store/. Any thread adds and stops; the writer's thread alone takes. */
#ifndef HJEMSVAR_STORE_WRITER_QUEUE_H
#define HJEMSVAR_STORE_WRITER_QUEUE_H

#include <pthread.h>
#include <stdatomic.h>

#include "store/writer.h"

/* Jobs linked by next. */
struct writer_list {
  struct writer_job *first, **end;
};
void writer_list_init(struct writer_list *list);
void writer_list_add(struct writer_list *list, struct writer_job *job);

struct writer_queue {
  int wake_fd;           /* readable: something was added to an empty queue, or it is to stop */
  int cut_fd;            /* readable: it is to stop now */
  atomic_size_t length;  /* written under the mutex */
  pthread_mutex_t mutex; /* over what follows */
  pthread_cond_t gone_changed;
  struct writer_list jobs;
  bool stopping; /* takes no more jobs */
  bool cut;      /* the time to finish is over */
  bool gone;     /* the thread has ended */
};

/* False when the system has no more descriptors. Cleared in both cases. */
must_check bool writer_queue_init(struct writer_queue *queue);
void writer_queue_clear(struct writer_queue *queue);

/* False when the queue is full or stopping. */
must_check bool writer_queue_add(struct writer_queue *queue, struct writer_job *job);

/* Takes the first job; NULL when there is none. */
must_check struct writer_job *writer_queue_take(struct writer_queue *queue);

/* Puts count jobs back to the head; the list is then spent. */
void writer_queue_put_back(struct writer_queue *queue, struct writer_list *list, size_t count);

/* Moves the jobs with a deadline before limit_ms, all when the time is over, to the
 * list. */
void writer_queue_expire(struct writer_queue *queue, int64_t limit_ms, struct writer_list *list);

/* Whether the thread is to end: stopping, and nothing left or no time. */
must_check bool writer_queue_is_over(struct writer_queue *queue);

/* Empties wake_fd. */
void writer_queue_drain(struct writer_queue *queue);

/* Asks the thread to finish until the deadline, cuts it off then. */
void writer_queue_stop(struct writer_queue *queue, int64_t deadline_ms);

/* The thread's last call. */
void writer_queue_leave(struct writer_queue *queue);

#endif
