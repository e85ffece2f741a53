#include <stdio.h>

#include "letters_gather.h"
#include "store/letter_store.h"

static int approve(const struct cli *cli, const struct words_set *words, const char *language) {
  unsigned char hash[LETTER_WORDS_HASH_BYTES];
  if (!words_has(words, language)) {
    return cli_fail(EXIT_CODE_USAGE,
                    "there are no letters in \"%s\"; hint: a language of templates/letters, such "
                    "as da",
                    language);
  }
  if (!letter_words_hash(words_of(words, language), hash)) {
    return cli_fail_memory();
  }
  enum store_result result = letter_approve(cli->store, language, hash);
  if (result != STORE_OK && result != STORE_DUPLICATE) {
    return cli_store_failed(cli, result, "approving the words of the letter");
  }
  if (cli_has(cli, "json")) {
    return cli_print_json(json_pack("{s:s, s:b}", "language", language, "approved", 1));
  }
  (void)printf("letters in %s: approved as they stand now\n", language);
  return 0;
}

int command_letters_approve(struct cli *cli) {
  struct words_set *words = NULL;
  int failed = letters_words_load(cli, &words);
  failed = failed != 0 ? failed : cli_open(cli, STORE_AS_CONSOLE);
  failed = failed != 0 ? failed : approve(cli, words, cli_value(cli, "language"));
  words_set_free(words);
  return failed;
}
