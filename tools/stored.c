#include "stored.h"

int stored_questionnaire(const struct cli *cli, const char *id, int version,
                         struct questionnaire_row *row,
                         const struct questionnaire **questionnaire) {
  enum store_result result = questionnaire_find(cli->store, id, version, cli->arena, row);
  if (result == STORE_NONE && version == 0) {
    return cli_fail(EXIT_CODE_DATA,
                    "there is no questionnaire \"%s\"; hint: hjemsvar questionnaire list", id);
  }
  if (result == STORE_NONE) {
    return cli_fail(EXIT_CODE_DATA,
                    "there is no version %d of \"%s\"; hint: hjemsvar questionnaire list", version,
                    id);
  }
  if (result != STORE_OK) {
    return cli_store_failed(cli, result, "finding the questionnaire");
  }
  struct complaints complaints = {0};
  *questionnaire = questionnaire_load(row->definition, cli->arena, &complaints);
  if (*questionnaire == NULL) {
    return cli_fail(EXIT_CODE_INTERNAL, "the stored %s version %d cannot be loaded: %s", id,
                    row->version,
                    complaints.count > 0 ? complaints.items[0].message : "memory is out");
  }
  return 0;
}

int stored_round(const struct cli *cli, const char *text, struct round_row *row) {
  int round;
  int failed = cli_round(text, &round);
  if (failed != 0) {
    return failed;
  }
  enum store_result result = round_find(cli->store, round, cli->arena, row);
  if (result == STORE_NONE) {
    return cli_fail(EXIT_CODE_DATA, "there is no round %d; hint: hjemsvar round list", round);
  }
  return result == STORE_OK ? 0 : cli_store_failed(cli, result, "finding the round");
}

int stored_kept(const struct round_row *row) {
  return row->purged_at == NULL
             ? 0
             : cli_fail(EXIT_CODE_DATA,
                        "answers and courses of round %d were deleted for good on %.10s; hint: the "
                        "package that was archived, if there is one (hjemsvar audit list --kind "
                        "rounds)",
                        row->id, row->purged_at);
}

int stored_municipality_code(const char *text, int *code) {
  if (!cli_number(text, 100, 999, code)) {
    return cli_fail(EXIT_CODE_USAGE,
                    "\"%s\" is no municipality code; hint: three digits, as hjemsvar municipality "
                    "list shows them",
                    text);
  }
  return 0;
}

int stored_batch_failed(const struct cli *cli, enum store_result result, const char *doing) {
  const char *message = store_message(cli->store);
  switch (result) {
  case STORE_NONE:
  case STORE_REFUSED:
  case STORE_CONFLICT:
    return cli_fail(EXIT_CODE_DATA, "%s", message);
  case STORE_CLOSED:
    return cli_fail(EXIT_CODE_DENIED, "%s", message);
  case STORE_OK:
  case STORE_DUPLICATE:
  case STORE_INCOMPLETE:
  case STORE_DENIED:
  case STORE_BUSY:
  case STORE_DOWN:
  case STORE_FAULT:
    break;
  }
  return cli_store_failed(cli, result, doing);
}
