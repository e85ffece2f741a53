#include "web/console_rounds.h"

#include <string.h>

#include "web/console.h"
#include "web/console_gate.h"

struct load {
  struct work *work;
  struct rounds_list *list;
};

static enum store_result load(struct store *store, void *context) {
  struct load *wanted = context;
  struct arena *arena = wanted->work->arena;
  struct round_row *rounds;
  size_t count;
  enum store_result result = round_list(store, arena, &rounds, &count);
  if (result != STORE_OK) {
    return result;
  }
  *wanted->list =
      (struct rounds_list){arena_array(arena, count + 1, sizeof(struct rounds_entry)), 0};
  if (wanted->list->entries == NULL) {
    return STORE_FAULT;
  }
  while (result == STORE_OK && count-- > 0) {
    struct rounds_entry *entry = &wanted->list->entries[wanted->list->count];
    result = link_list(store, rounds[count].id, arena, &entry->links, &entry->links_count);
    if (result == STORE_OK) {
      entry->round = &rounds[count];
      wanted->list->count++;
    } else if (result == STORE_NONE) {
      result = STORE_OK; /* nothing of it is the session's to see */
    }
  }
  return result;
}

enum store_result rounds_load(struct work *work, struct rounds_list *list) {
  return console_ask(work, load, &(struct load){work, list});
}

enum store_result rounds_find(struct store *store, void *context) {
  const struct rounds_question *question = context;
  return round_find(store, question->round, question->work->arena, question->row);
}

const char *rounds_answers(const struct work *work, const char *answers) {
  if (answers == NULL) {
    return "";
  }
  bool under = strncmp(answers, "under ", 6) == 0;
  return words_fill(work->arena, console_word(work, under ? "answers_under" : "answers_from"), "n",
                    under ? answers + 6 : answers, NULL);
}
