/* doctor: what `hjemsvar doctor` looks at, and how it tells.
 *
 * Private to tools/doctor*.c. Each examination says one thing or more of a part of the
 * installation. */
#ifndef HJEMSVAR_TOOLS_DOCTOR_H
#define HJEMSVAR_TOOLS_DOCTOR_H

#include "cli.h"

enum doctor_state {
  DOCTOR_SOUND,
  DOCTOR_NOTICE, /* somebody may want to see to it */
  DOCTOR_WRONG   /* answers, keys or pages are at risk, or nothing runs */
};

/* How to mend that a role may not do what it has to. */
#define DOCTOR_RIGHTS_HINT                                                                         \
  "restore with rights (pg_restore without --no-privileges), or undo what was done by hand"

struct doctor {
  struct cli *cli;
  json_t *findings;
  enum exit_code code; /* of the first thing wrong */
  size_t wrong, notices;
  bool failed; /* memory was out */
};

/* Notes what was found of a part: "what is so; hint: how to mend it", without a hint where it is
 * sound. */
void doctor_say(struct doctor *doctor, enum doctor_state state, const char *part,
                const char *format, ...) printf_like(4, 5);

/* Notes that the database could not be asked: "doing: message", with the message's own hint or one
 * that fits the result. The exit code is then DOWN where nobody answers. */
void doctor_say_failed(struct doctor *doctor, enum store_result result, const char *doing,
                       const char *message);

/* Configuration, secret, folders, fonts: all that needs no database. */
void doctor_look_around(struct doctor *doctor);

/* The database, its settings, roles and clock. True when it can be asked about rounds; cli->store
 * is then open as STORE_AS_CONSOLE. */
must_check bool doctor_ask_database(struct doctor *doctor);

/* Keys, settings, words, retention and the audit log. */
void doctor_ask_rounds(struct doctor *doctor);

#endif
