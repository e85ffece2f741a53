#include "letters_batch.h"

#include "progress.h"
#include "store/code_store.h"
#include "stored.h"

/* More letters than these are for paper alone, and their tags would fill the memory. */
enum { TAGGED_MAX = 50 };

struct printing {
  struct letter_file *letters;
  enum letter_result result;
  struct progress progress;
  int total;
};

static bool write_piece(void *context, const char *bytes, size_t size) {
  return out_file_write(context, bytes, size);
}

/* The last letter ends the file: what cannot be written leaves no codes behind. */
static bool print_letter(void *context, int letter, const char *code) {
  struct printing *printing = context;
  printing->result = letter_add(printing->letters, code);
  if (printing->result == LETTER_OK && letter + 1 == printing->total) {
    printing->result = letter_end(printing->letters);
    printing->letters = NULL;
  }
  progress_update(&printing->progress, letter + 1);
  return printing->result == LETTER_OK;
}

static int finish(const struct cli *cli, const struct letters_facts *facts,
                  const struct code_batch *batch, struct out_file *file) {
  int failed = out_file_finish(file, cli);
  if (failed != 0) {
    return cli_fail(failed,
                    "the codes of batch \"%s\" live, but nobody has them; hint: hjemsvar codes "
                    "cancel --round %d --municipality %d --batch \"%s\"",
                    batch->name, facts->round.id, facts->municipality, batch->name);
  }
  cli_warn("batch \"%s\": %d letter%s, codes of %d use%s; they are printed this once and stored "
           "nowhere",
           batch->name, batch->letters, batch->letters == 1 ? "" : "s", batch->uses,
           batch->uses == 1 ? "" : "s");
  return 0;
}

/* Lets go of the letters, however far they came. */
static void end_early(struct printing *printing) {
  if (printing->letters != NULL) {
    enum letter_result ended = letter_end(printing->letters);
    printing->result = printing->result != LETTER_OK ? printing->result : ended;
    printing->letters = NULL;
  }
}

/* For the audit log. */
static const char *said_of(const struct cli *cli, const struct letters_facts *facts, int letters) {
  return arena_printf(cli->arena, "{\"what\":\"codes\",\"letters\":%d,\"language\":\"%s\"}",
                      letters, facts->options.in.language);
}

int letters_batch(const struct cli *cli, const struct letters_facts *facts, int letters,
                  struct out_file *file) {
  struct letter_trouble trouble = {.lines = 0};
  struct printing printing = {.total = letters};
  struct code_batch batch;
  struct letter_options options = facts->options;
  options.tagged = letters <= TAGGED_MAX;
  const struct code_batch_new plan = {.round = facts->round.id,
                                      .municipality = facts->municipality,
                                      .name = cli_value(cli, "batch"),
                                      .letters = letters,
                                      .printed = said_of(cli, facts, letters)};
  if (plan.printed == NULL) {
    out_file_abandon(file);
    return cli_fail_memory();
  }
  printing.result = letter_begin(&options, write_piece, file, &printing.letters, &trouble);
  if (printing.result != LETTER_OK) {
    out_file_abandon(file);
    return letters_failed(facts, printing.result, &trouble);
  }
  progress_init(&printing.progress, letters);
  enum store_result result =
      code_batch_make(cli->store, &cli->keys, &plan, print_letter, &printing, cli->arena, &batch);
  progress_clear(&printing.progress);
  if (result == STORE_OK) {
    return finish(cli, facts, &batch, file);
  }
  bool printed = printing.result == LETTER_OK;
  end_early(&printing);
  out_file_abandon(file);
  return printed ? stored_batch_failed(cli, result, "making the codes")
                 : letters_failed(facts, printing.result, &trouble);
}
