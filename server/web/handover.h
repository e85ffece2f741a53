/* handover: what other threads hand to the loop: finished jobs and work, and new sites. */
#ifndef HJEMSVAR_WEB_HANDOVER_H
#define HJEMSVAR_WEB_HANDOVER_H

#include "store/writer.h"
#include "web/site.h"

struct work;

struct handover;

/* NULL when memory or descriptors are out. */
must_check struct handover *handover_new(void);
/* Frees it with what was not taken. */
void handover_free(struct handover *handover);

/* The descriptor that becomes readable when something was handed over. */
int handover_fd(const struct handover *handover);

/* From any thread: jobs, a list by next; one piece of work; a site, which replaces one not yet
 * taken. Wakes the loop. */
void handover_jobs(struct handover *handover, struct writer_job *jobs);
void handover_work(struct handover *handover, struct work *work);
void handover_site(struct handover *handover, struct site *site);

/* On the loop: takes all jobs and all work (lists by next), and the newest site (NULL:
 * none). */
must_check struct writer_job *handover_take(struct handover *handover, struct work **work,
                                            struct site **site);

#endif
