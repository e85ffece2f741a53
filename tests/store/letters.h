/* letters: rounds with single-use codes for tests, and batches of them. Every function
 * fails the test when the database refuses. */
#ifndef HJEMSVAR_TESTS_STORE_LETTERS_H
#define HJEMSVAR_TESTS_STORE_LETTERS_H

#include "scene.h"
#include "store/code_store.h"

enum { LETTERS_MAX = 2000 };

/* The codes of a batch in the order they were given. */
struct letters {
  struct code_batch batch;
  int count;
  char codes[LETTERS_MAX][CODE_SINGLE_CHARACTERS + 1];
};

/* A round like scene_round's whose letters have codes of uses. */
int letters_round(struct database *database, int uses);

/* Makes a batch for København; name may be NULL. */
void letters_make(struct store *store, int round, const char *name, int count, struct arena *arena,
                  struct letters *letters);

/* The callback of code_batch_make for a struct letters. */
bool letters_take(void *context, int letter, const char *code);

/* scene_job by one of its codes. */
struct writer_job letters_job(int round, const char *code, unsigned which, unsigned content);

/* How many uses a code has left. */
long letters_uses_left(struct database *database, const char *code);

#endif
