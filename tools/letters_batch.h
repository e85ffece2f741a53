/* letters_batch: letters with codes of their own, a batch of them in one PDF. */
#ifndef HJEMSVAR_TOOLS_LETTERS_BATCH_H
#define HJEMSVAR_TOOLS_LETTERS_BATCH_H

#include "letters_gather.h"
#include "out_file.h"

/* Makes a batch of so many codes and a letter of each into the open file, with a bar on a
 * terminal. The file is whole before its codes live, and in its place after that; it is
 * finished or thrown away in any case. 0 or an exit code. */
must_check int letters_batch(const struct cli *cli, const struct letters_facts *facts, int letters,
                             struct out_file *file);

#endif
