#include <string.h>

#include "store/submission_ask.h"

enum { TURNS_MAX = 2 };

/* An answer by a single-use code. Those of one code share the lock of the first of them. */
struct coded {
  struct submission_try *try;
  size_t holder; /* index of the first with the same code */
  bool again;    /* one before it has the same number */
  bool known;    /* result is what becomes of it once the transaction is committed */
  enum writer_result result;
};

/* The unsettled ones of a batch in the order of the queue, so that whoever came first
 * has the use that is left. */
struct spending {
  struct submission_buffers *buffers;
  struct coded list[WRITER_BATCH_MAX];
  size_t count;
  struct code_lock locks[WRITER_BATCH_MAX]; /* of the holders */
};

static bool same_number(const struct writer_job *a, const struct writer_job *b) {
  return a->round == b->round && memcmp(a->number, b->number, sizeof a->number) == 0;
}

static void pick(struct spending *spending, struct submission_try *tries, size_t count) {
  spending->count = 0;
  for (size_t i = 0; i < count; i++) {
    const struct writer_job *job = tries[i].job;
    if (job->kind != WRITER_STORE || !job->coded || tries[i].settled) {
      continue;
    }
    struct coded coded = {.try = &tries[i], .holder = spending->count};
    for (size_t k = spending->count; k-- > 0;) {
      const struct writer_job *other = spending->list[k].try->job;
      coded.again = coded.again || same_number(other, job);
      if (memcmp(other->code, job->code, sizeof job->code) == 0) {
        coded.holder = spending->list[k].holder;
      }
    }
    spending->list[spending->count++] = coded;
  }
}

static enum store_result lock_codes(struct store *store, struct spending *spending) {
  const struct writer_job *jobs[WRITER_BATCH_MAX];
  for (size_t i = 0; i < spending->count; i++) {
    jobs[i] = spending->list[i].try->job;
  }
  return ask_lock_codes(store, spending->buffers, jobs, spending->count, spending->locks);
}

/* Some of the list, by index, as asks. */
struct picked {
  size_t index[WRITER_BATCH_MAX];
  struct ask asks[WRITER_BATCH_MAX];
  size_t count;
};

static void picked_add(struct picked *picked, const struct spending *spending, size_t index) {
  struct submission_try *try = spending->list[index].try;
  picked->index[picked->count] = index;
  picked->asks[picked->count++] = (struct ask){try, try->job->number};
}

/* Judges those that are (not) again; the ones in whose way nothing stands become *free. */
static enum store_result judge(struct store *store, struct spending *spending, bool again,
                               struct picked *free) {
  struct picked judged = {.count = 0};
  struct verdict verdicts[WRITER_BATCH_MAX];
  free->count = 0;
  for (size_t i = 0; i < spending->count; i++) {
    if (spending->list[i].again == again) {
      picked_add(&judged, spending, i);
    }
  }
  if (judged.count == 0) {
    return STORE_OK;
  }
  enum store_result result =
      ask_judge(store, spending->buffers, judged.asks, judged.count, verdicts);
  for (size_t i = 0; result == STORE_OK && i < judged.count; i++) {
    struct coded *coded = &spending->list[judged.index[i]];
    coded->known = ask_settles(coded->try->job, &verdicts[i], &coded->result);
    if (!coded->known) {
      picked_add(free, spending, judged.index[i]);
    }
  }
  return result;
}

/* Keeps those of the free that their codes still take, in order. */
static void choose(struct spending *spending, struct picked *free) {
  size_t kept = 0;
  for (size_t i = 0; i < free->count; i++) {
    struct coded *coded = &spending->list[free->index[i]];
    struct code_lock *lock = &spending->locks[coded->holder];
    coded->known = ask_code_refuses(lock, &coded->result);
    if (!coded->known) {
      lock->uses_left--;
      free->index[kept] = free->index[i];
      free->asks[kept++] = free->asks[i];
    }
  }
  free->count = kept;
}

/* What was not inserted after all (its number came in elsewhere, or the round closed) stays
 * unknown and spends nothing. */
static enum store_result insert(struct store *store, struct spending *spending,
                                const struct picked *chosen, int *uses) {
  bool inserted[WRITER_BATCH_MAX];
  enum store_result result =
      ask_insert(store, spending->buffers, chosen->asks, chosen->count, inserted);
  for (size_t i = 0; result == STORE_OK && i < chosen->count; i++) {
    struct coded *coded = &spending->list[chosen->index[i]];
    if (inserted[i]) {
      coded->known = true;
      coded->result = WRITER_STORED;
      uses[coded->holder]++;
    } else {
      spending->locks[coded->holder].uses_left++;
    }
  }
  return result;
}

static enum store_result subtract(struct store *store, const struct spending *spending,
                                  const int *uses) {
  const struct writer_job *jobs[WRITER_BATCH_MAX];
  int spent[WRITER_BATCH_MAX];
  size_t count = 0;
  for (size_t i = 0; i < spending->count; i++) {
    if (uses[i] > 0) {
      jobs[count] = spending->list[i].try->job;
      spent[count++] = uses[i];
    }
  }
  return count == 0 ? STORE_OK : ask_spend(store, spending->buffers, jobs, spent, count);
}

/* The codes are locked by a statement of their own, so that the next one sees what another
 * server has stored with them meanwhile: a repeat of a code's last use is no new one. */
static enum store_result spend(struct store *store, void *context) {
  struct spending *spending = context;
  struct picked free;
  int uses[WRITER_BATCH_MAX] = {0};
  enum store_result result = lock_codes(store, spending);
  if (result == STORE_OK) {
    result = judge(store, spending, false, &free);
  }
  if (result != STORE_OK) {
    return result;
  }
  choose(spending, &free);
  if (free.count > 0) {
    result = insert(store, spending, &free, uses);
    if (result == STORE_OK) {
      result = subtract(store, spending, uses);
    }
  }
  if (result == STORE_OK) {
    result = judge(store, spending, true, &free);
  }
  for (size_t i = 0; result == STORE_OK && i < free.count; i++) {
    struct coded *coded = &spending->list[free.index[i]];
    coded->known = ask_code_refuses(&spending->locks[coded->holder], &coded->result);
  }
  return result;
}

enum store_result submission_store_coded(struct store *store, struct submission_buffers *buffers,
                                         struct submission_try *tries, size_t count) {
  struct spending spending; /* large: pick fills in what is read of it */
  spending.buffers = buffers;
  if (count > WRITER_BATCH_MAX) {
    return STORE_FAULT;
  }
  for (int turn = 0; turn < TURNS_MAX; turn++) {
    pick(&spending, tries, count);
    if (spending.count == 0) {
      return STORE_OK;
    }
    enum store_result result =
        pg_transaction_once(store, "BEGIN ISOLATION LEVEL READ COMMITTED", spend, &spending);
    if (result != STORE_OK) {
      return result;
    }
    for (size_t i = 0; i < spending.count; i++) {
      spending.list[i].try->settled = spending.list[i].known;
      spending.list[i].try->job->result = spending.list[i].result;
    }
  }
  pick(&spending, tries, count);
  return spending.count == 0 ? STORE_OK : STORE_BUSY;
}
