#include "round_key.h"

#include <errno.h>
#include <string.h>

void round_key_making_undo(struct round_key_making *making) {
  if (making->round != 0) {
    (void)!crypto_round_key_delete(making->cli->config.key_dir, making->round);
    making->round = 0;
  }
}

bool round_key_making_ready(void *context, int round) {
  struct round_key_making *making = context;
  const char *folder = making->cli->config.key_dir;
  round_key_making_undo(making);
  errno = 0;
  if (crypto_round_key_create(folder, round) != CRYPTO_OK) {
    making->failed =
        cli_fail(EXIT_CODE_CREATE,
                 "no trace key can be made in %s (%s), so nothing was created; hint: set "
                 "HJEMSVAR_KEY_DIR to a folder this user may write to, with room on its disk, or "
                 "give --traces off",
                 folder, errno == 0 ? "for a reason unknown" : strerror(errno));
    return false;
  }
  making->round = round;
  return true;
}

int round_key_make(const struct cli *cli, int round) {
  errno = 0;
  if (crypto_round_key_create(cli->config.key_dir, round) != CRYPTO_OK) {
    return cli_fail(EXIT_CODE_CREATE,
                    "round %d is there, but its trace key cannot be made in %s (%s), so no traces "
                    "are kept; hint: mend the folder, then run hjemsvar round set %d --traces on",
                    round, cli->config.key_dir,
                    errno == 0 ? "for a reason unknown" : strerror(errno), round);
  }
  return 0;
}

int round_key_delete(const struct cli *cli, int round) {
  errno = 0;
  if (crypto_round_key_delete(cli->config.key_dir, round) != CRYPTO_OK) {
    return cli_fail(EXIT_CODE_IO,
                    "round %d is finalised, but its trace key is still in %s (%s); hint: mend the "
                    "folder, then run hjemsvar round finalise %d again",
                    round, cli->config.key_dir,
                    errno == 0 ? "for a reason unknown" : strerror(errno), round);
  }
  return 0;
}
