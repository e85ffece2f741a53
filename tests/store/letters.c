#include "letters.h"

#include <criterion/criterion.h>
#include <string.h>

int letters_round(struct database *database, int uses) {
  int round = scene_round(database);
  scene_run(database, "UPDATE link SET code = NULL WHERE round = %d", round);
  scene_run(database, "UPDATE round SET codes = 'single', uses = %d WHERE id = %d", uses, round);
  return round;
}

bool letters_take(void *context, int letter, const char *code) {
  struct letters *letters = context;
  cr_assert_eq(letter, letters->count);
  cr_assert(letter < LETTERS_MAX && strlen(code) == CODE_SINGLE_CHARACTERS);
  memcpy(letters->codes[letters->count++], code, CODE_SINGLE_CHARACTERS + 1);
  return true;
}

void letters_make(struct store *store, int round, const char *name, int count, struct arena *arena,
                  struct letters *letters) {
  struct code_batch_new plan = {
      .round = round, .municipality = SCENE_KOEBENHAVN, .name = name, .letters = count};
  letters->count = 0;
  cr_assert_eq(
      code_batch_make(store, database_keys(), &plan, letters_take, letters, arena, &letters->batch),
      STORE_OK, "%s", store_message(store));
  cr_assert_eq(letters->count, count);
}

struct writer_job letters_job(int round, const char *code, unsigned which, unsigned content) {
  struct writer_job job = scene_job(round, which, content);
  unsigned char hashes[CRYPTO_GENERATIONS][CRYPTO_DIGEST_BYTES];
  code_hash(database_keys(), code, hashes);
  job.coded = true;
  memcpy(job.code, hashes[0], sizeof job.code);
  return job;
}

long letters_uses_left(struct database *database, const char *code) {
  unsigned char hashes[CRYPTO_GENERATIONS][CRYPTO_DIGEST_BYTES];
  char hex[2 * CRYPTO_DIGEST_BYTES + 1];
  code_hash(database_keys(), code, hashes);
  for (size_t i = 0; i < CRYPTO_DIGEST_BYTES; i++) {
    (void)snprintf(hex + 2 * i, 3, "%02x", hashes[0][i]);
  }
  return scene_number(database, "SELECT uses_left FROM code WHERE hash = '\\x%s'", hex);
}
