#include "web/handover.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "web/work.h"

struct handover {
  pthread_mutex_t mutex;
  struct writer_job *first, *last;
  struct work *works;
  struct site *site;
  int fd;
};

struct handover *handover_new(void) {
  struct handover *handover = calloc(1, sizeof *handover);
  if (handover == NULL) {
    return NULL;
  }
  handover->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (handover->fd < 0 || pthread_mutex_init(&handover->mutex, NULL) != 0) {
    if (handover->fd >= 0) {
      close(handover->fd);
    }
    free(handover);
    return NULL;
  }
  return handover;
}

void handover_free(struct handover *handover) {
  if (handover == NULL) {
    return;
  }
  site_release(handover->site);
  close(handover->fd);
  pthread_mutex_destroy(&handover->mutex);
  free(handover);
}

int handover_fd(const struct handover *handover) {
  return handover->fd;
}

static void wake(struct handover *handover) {
  const uint64_t one = 1;
  /* A full counter is readable already. */
  if (write(handover->fd, &one, sizeof one) < 0) {
    return;
  }
}

void handover_jobs(struct handover *handover, struct writer_job *jobs) {
  struct writer_job *last = jobs;
  while (last->next != NULL) {
    last = last->next;
  }
  pthread_mutex_lock(&handover->mutex);
  if (handover->last != NULL) {
    handover->last->next = jobs;
  } else {
    handover->first = jobs;
  }
  handover->last = last;
  pthread_mutex_unlock(&handover->mutex);
  wake(handover);
}

void handover_work(struct handover *handover, struct work *work) {
  pthread_mutex_lock(&handover->mutex);
  work->next = handover->works;
  handover->works = work;
  pthread_mutex_unlock(&handover->mutex);
  wake(handover);
}

void handover_site(struct handover *handover, struct site *site) {
  pthread_mutex_lock(&handover->mutex);
  struct site *unseen = handover->site;
  handover->site = site;
  pthread_mutex_unlock(&handover->mutex);
  site_release(unseen); /* nobody else has seen it */
  wake(handover);
}

struct writer_job *handover_take(struct handover *handover, struct work **work,
                                 struct site **site) {
  uint64_t count;
  if (read(handover->fd, &count, sizeof count) < 0) {
    count = 0; /* nothing was handed over; the lists below say so too */
  }
  pthread_mutex_lock(&handover->mutex);
  struct writer_job *jobs = handover->first;
  *work = handover->works;
  *site = handover->site;
  handover->first = handover->last = NULL;
  handover->works = NULL;
  handover->site = NULL;
  pthread_mutex_unlock(&handover->mutex);
  return jobs;
}
