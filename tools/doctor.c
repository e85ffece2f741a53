#include "doctor.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char hint_mark[] = "; hint: ";

static const char *state_name(enum doctor_state state) {
  static const char *const names[] = {
      [DOCTOR_SOUND] = "ok", [DOCTOR_NOTICE] = "notice", [DOCTOR_WRONG] = "wrong"};
  return names[state];
}

static void note(struct doctor *doctor, enum doctor_state state, const char *part,
                 const char *said) {
  const char *hint = strstr(said, hint_mark);
  size_t length = hint == NULL ? strlen(said) : (size_t)(hint - said);
  json_t *finding =
      json_pack("{s:s, s:s, s:s%, s:s?}", "part", part, "state", state_name(state), "says", said,
                (int)length, "hint", hint == NULL ? NULL : hint + strlen(hint_mark));
  doctor->failed = json_array_append_new(doctor->findings, finding) != 0 || doctor->failed;
}

void doctor_say(struct doctor *doctor, enum doctor_state state, const char *part,
                const char *format, ...) {
  char *said = NULL;
  va_list arguments;
  va_start(arguments, format);
  int length = vasprintf(&said, format, arguments);
  va_end(arguments);
  if (length < 0) {
    doctor->failed = true;
  } else {
    note(doctor, state, part, said);
    free(said);
  }
  doctor->wrong += state == DOCTOR_WRONG;
  doctor->notices += state == DOCTOR_NOTICE;
  if (state == DOCTOR_WRONG && doctor->code == EXIT_CODE_OK) {
    doctor->code = EXIT_CODE_CONFIG;
  }
}

static void print(const struct doctor *doctor) {
  size_t i;
  json_t *finding;
  json_array_foreach(doctor->findings, i, finding) {
    const char *hint = json_string_value(json_object_get(finding, "hint"));
    (void)printf("%-7s %s: %s\n", json_string_value(json_object_get(finding, "state")),
                 json_string_value(json_object_get(finding, "part")),
                 json_string_value(json_object_get(finding, "says")));
    if (hint != NULL) {
      (void)printf("        hint: %s\n", hint);
    }
  }
  if (doctor->wrong == 0) {
    (void)printf("sound%s\n", doctor->notices > 0 ? "; see to the notices" : "");
  }
}

static int tell(const struct doctor *doctor) {
  if (doctor->failed) {
    return cli_fail_memory();
  }
  if (cli_has(doctor->cli, "json")) {
    int failed = cli_print_json(
        json_pack("{s:b, s:O}", "sound", doctor->wrong == 0, "findings", doctor->findings));
    return failed != 0 ? failed : (int)doctor->code;
  }
  print(doctor);
  return doctor->wrong == 0 ? EXIT_CODE_OK
                            : cli_fail(doctor->code, "%zu thing%s wrong; hint: see above",
                                       doctor->wrong, doctor->wrong == 1 ? " is" : "s are");
}

int command_doctor(struct cli *cli) {
  struct doctor doctor = {.cli = cli, .findings = json_array()};
  if (doctor.findings == NULL) {
    return cli_fail_memory();
  }
  doctor_look_around(&doctor);
  if (doctor_ask_database(&doctor)) {
    doctor_ask_rounds(&doctor);
  }
  int code = tell(&doctor);
  json_decref(doctor.findings);
  return code;
}
