/* fuzz: what the targets share.
 *
 * A target is one file NAME_fuzz.c with LLVMFuzzerTestOneInput. libFuzzer drives it (make fuzz),
 * and so does corpora.c, which feeds it its corpus and makes allocations fail (make test). It
 * asserts what must hold for any input, with fuzz_require; what a sanitizer finds comes on top. */
#ifndef HJEMSVAR_TESTS_FUZZ_H
#define HJEMSVAR_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include "survey/questionnaire.h"

/* libFuzzer's interface. The second one is called once, before the first input; memory is not
 * short then. Always 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* Ends the program unless the condition holds. */
#define fuzz_require(condition)                                                                    \
  ((condition) ? (void)0 : fuzz_fail(#condition, __FILE__, __LINE__, __func__))
_Noreturn void fuzz_fail(const char *what, const char *file, int line, const char *function);

/* Whether an allocation was made to fail since the input began: only then may a target be told that
 * memory is out, and give up. */
bool fuzz_starved(void);

/* The bytes as a string, cut at their first NUL. The caller frees it. NULL when starved. */
must_check char *fuzz_string(const uint8_t *data, size_t size);

/* The bytes as a file without a name, at its beginning. The caller closes it. */
must_check int fuzz_file(const void *data, size_t size);

/* The next piece of the input, up to a mark or the end, which is left out of it. */
struct fuzz_piece {
  const uint8_t *data;
  size_t size;
};
bool fuzz_next(struct fuzz_piece *rest, uint8_t mark, struct fuzz_piece *piece);

/* A questionnaire of the checkout, loaded once and kept. */
const struct questionnaire *fuzz_questionnaire(const char *path);

#define FUZZ_BILAG8   "templates/questionnaires/bilag8.json"
#define FUZZ_SIBLINGS "tests/fixtures/questionnaires/good/siblings.json"

#endif
