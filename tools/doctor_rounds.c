#include <string.h>

#include "doctor.h"
#include "round_view.h"
#include "store/audit_store.h"
#include "store/health_store.h"
#include "store/retention_store.h"
#include "store/round_store.h"

static void say_failed(struct doctor *doctor, const char *part, enum store_result result) {
  const char *message = store_message(doctor->cli->store);
  if (result == STORE_DENIED) {
    doctor_say(doctor, DOCTOR_WRONG, part, "it cannot be looked at: %s; hint: %s", message,
               DOCTOR_RIGHTS_HINT);
  } else {
    doctor_say_failed(doctor, result, "asking about rounds", message);
  }
}

static void judge_key(struct doctor *doctor, const struct round_row *round) {
  unsigned char key[CRYPTO_KEY_BYTES];
  const char *folder = doctor->cli->config.key_dir;
  enum crypto_result result = crypto_round_key_load(folder, round->id, key);
  crypto_wipe(key, sizeof key);
  if (result == CRYPTO_OK) {
    return;
  }
  doctor_say(doctor, DOCTOR_WRONG, "keys",
             "round %d (%s): the key in %s/round-%d.key %s, so that its repeats are not found; "
             "hint: copy it from another server or from the keys' own backup, mode 0600",
             round->id, round->title, folder, round->id,
             result == CRYPTO_MISSING ? "is not there" : "cannot be used");
}

static void judge_round(struct doctor *doctor, const struct round_row *round) {
  if (round->state == ROUND_FINALISED) {
    return;
  }
  if (round->traces) {
    judge_key(doctor, round);
  }
  if (round->state == ROUND_CLOSED) {
    return;
  }
  if (round->municipalities_count == 0) {
    doctor_say(doctor, DOCTOR_NOTICE, "rounds",
               "round %d (%s) has no municipality, so that no link leads to it; hint: close it and "
               "make another with --municipality",
               round->id, round->title);
  }
  if (round->missing_settings_count > 0) {
    doctor_say(
        doctor, DOCTOR_WRONG, "settings",
        "round %d (%s) does not open: %s%s %s empty; hint: hjemsvar settings set %s \"...\"%s",
        round->id, round->title, round->missing_settings[0],
        round->missing_settings_count > 1 ? " and others" : "",
        round->missing_settings_count > 1 ? "are" : "is", round->missing_settings[0],
        round_view_whose(round));
  }
}

static void judge_rounds(struct doctor *doctor) {
  struct cli *cli = doctor->cli;
  struct round_row *rounds = NULL;
  size_t count = 0, wrong = doctor->wrong;
  enum store_result result = round_list(cli->store, cli->arena, &rounds, &count);
  if (result != STORE_OK && result != STORE_NONE) {
    say_failed(doctor, "rounds", result);
    return;
  }
  for (size_t i = 0; i < count; i++) {
    judge_round(doctor, &rounds[i]);
  }
  if (doctor->wrong == wrong) {
    doctor_say(doctor, DOCTOR_SOUND, "rounds", "%zu, with the keys and settings they need", count);
  }
}

static void judge_drafts(struct doctor *doctor) {
  struct cli *cli = doctor->cli;
  struct health_draft *drafts = NULL;
  size_t count = 0;
  enum store_result result = health_drafts(cli->store, cli->arena, &drafts, &count);
  if (result != STORE_OK) {
    say_failed(doctor, "translations", result);
    return;
  }
  for (size_t i = 0; i < count; i++) {
    const struct health_draft *draft = &drafts[i];
    doctor_say(
        doctor, DOCTOR_NOTICE, "translations",
        "round %d offers \"%s\", which nobody has approved; hint: let somebody who speaks it "
        "read it, then hjemsvar questionnaire approve %s --version %d --language %s",
        draft->round, draft->language, draft->questionnaire, draft->version, draft->language);
  }
}

static void judge_retention(struct doctor *doctor) {
  struct cli *cli = doctor->cli;
  struct retention_row *rounds = NULL;
  size_t count = 0;
  enum store_result result = retention_list(cli->store, cli->arena, &rounds, &count);
  if (result != STORE_OK) {
    say_failed(doctor, "retention", result);
    return;
  }
  for (size_t i = 0; i < count; i++) {
    const struct retention_row *round = &rounds[i];
    const char *next = !round->finalised     ? "hjemsvar round finalise, then round archive"
                       : round->archive == 0 ? "hjemsvar round archive"
                                             : "hjemsvar purge deletes it";
    doctor_say(doctor, DOCTOR_NOTICE, "retention",
               "round %d (%s) was to be kept until %s; hint: %s", round->round, round->title,
               round->kept_until, next);
  }
}

static void judge_audit(struct doctor *doctor) {
  struct audit_verdict verdict;
  enum store_result result = audit_verify(doctor->cli->store, NULL, &verdict);
  if (result != STORE_OK) {
    say_failed(doctor, "audit log", result);
  } else if (verdict.flaw != AUDIT_SOUND) {
    doctor_say(doctor, DOCTOR_WRONG, "audit log",
               "its chain is broken at row %lld; hint: hjemsvar audit verify; keep the database as "
               "it is and compare with a backup",
               (long long)verdict.row);
  } else {
    doctor_say(doctor, DOCTOR_SOUND, "audit log", "%lld rows, unbroken", (long long)verdict.rows);
  }
}

void doctor_ask_rounds(struct doctor *doctor) {
  judge_rounds(doctor);
  judge_drafts(doctor);
  judge_retention(doctor);
  judge_audit(doctor);
}
