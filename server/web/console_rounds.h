/* console_rounds: the rounds and municipalities that a session sees, with stepped counts. */
#ifndef HJEMSVAR_WEB_CONSOLE_ROUNDS_H
#define HJEMSVAR_WEB_CONSOLE_ROUNDS_H

#include "store/round_store.h"
#include "web/work.h"

struct rounds_entry {
  const struct round_row *round;
  struct link_row *links; /* those that the session sees, by municipality code */
  size_t links_count;
};

struct rounds_list {
  struct rounds_entry *entries; /* newest first; none without a link */
  size_t count;
};

/* Loads them for the session that is signed in. Results as console_ask. */
must_check enum store_result rounds_load(struct work *work, struct rounds_list *list);

/* One round, for console_ask. */
struct rounds_question {
  struct work *work;
  int round;
  struct round_row *row;
};
must_check enum store_result rounds_find(struct store *store, void *question);

/* Stepped counts, "under 5" and "15", in the reader's words; "" for NULL. */
const char *rounds_answers(const struct work *work, const char *answers);

#endif
