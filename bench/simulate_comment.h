/* simulate_comment: invented comments of parents. */
#ifndef HJEMSVAR_BENCH_SIMULATE_COMMENT_H
#define HJEMSVAR_BENCH_SIMULATE_COMMENT_H

#include "base/arena.h"
#include "chance.h"

/* A comment, or NULL when the parent leaves the field empty. Of the Danish ones,
 * four in ten are among a dozen that many parents write ("Tak", "Ingen"), the
 * others one to five sentences that hardly two parents share. A string of the
 * arena or a constant. *memory_out is set when memory is out. */
const char *comment_new(struct chance *chance, const char *language, struct arena *arena,
                        bool *memory_out);

/* The same said again in other words: synonyms, a slip of the finger, a sentence
 * less or more, other punctuation. Never equal to what it was. */
const char *comment_reworded(struct chance *chance, const char *comment, struct arena *arena,
                             bool *memory_out);

#endif
