/* command: the commands of the program, one function each.
 *
 * command_table.c holds the table; each noun has its own file. A command returns an exit
 * code and has then told on stderr what went wrong. */
#ifndef HJEMSVAR_TOOLS_COMMAND_H
#define HJEMSVAR_TOOLS_COMMAND_H

#include "base/base.h"

struct cli;

enum flag_kind {
  FLAG_SWITCH, /* --json */
  FLAG_VALUE,  /* --round 1, --round=1 */
  FLAG_NEEDED  /* the same, and the command cannot do without */
};

struct flag {
  const char *name; /* without the hyphens */
  enum flag_kind kind;
};

enum { COMMAND_FLAGS_MAX = 24, COMMAND_ARGUMENTS_MAX = 1000 };

struct command {
  const char *noun;
  const char *verb; /* NULL: the noun stands alone */
  int (*run)(struct cli *cli);
  const char *usage;   /* what follows noun and verb */
  const char *summary; /* half a line */
  struct {
    size_t least, most;
  } arguments;
  struct flag flags[COMMAND_FLAGS_MAX]; /* ended by a NULL name */
};

/* All there are, as help lists them. */
extern const struct command commands[];
extern const size_t commands_count;

/* A command of the table; verb NULL: the noun stands alone. NULL: there is none. */
const struct command *command_find(const char *noun, const char *verb);

int command_migrate(struct cli *cli);
int command_questionnaire_check(struct cli *cli);
int command_questionnaire_diff(struct cli *cli);
int command_questionnaire_preview(struct cli *cli);
int command_questionnaire_import(struct cli *cli);
int command_questionnaire_export(struct cli *cli);
int command_questionnaire_add(struct cli *cli);
int command_questionnaire_list(struct cli *cli);
int command_questionnaire_show(struct cli *cli);
int command_questionnaire_approve(struct cli *cli);
int command_round_create(struct cli *cli);
int command_round_set(struct cli *cli);
int command_round_list(struct cli *cli);
int command_round_show(struct cli *cli);
int command_round_close(struct cli *cli);
int command_round_reopen(struct cli *cli);
int command_round_finalise(struct cli *cli);
int command_link_list(struct cli *cli);
int command_qr(struct cli *cli);
int command_codes_make(struct cli *cli);
int command_codes_list(struct cli *cli);
int command_codes_cancel(struct cli *cli);
int command_letters(struct cli *cli);
int command_letters_approve(struct cli *cli);
int command_municipality_list(struct cli *cli);
int command_municipality_show(struct cli *cli);
int command_municipality_set(struct cli *cli);
int command_settings_list(struct cli *cli);
int command_settings_set(struct cli *cli);
int command_answers_export(struct cli *cli);
int command_answers_import(struct cli *cli);
int command_staff_add(struct cli *cli);
int command_staff_list(struct cli *cli);
int command_staff_invite(struct cli *cli);
int command_staff_disable(struct cli *cli);
int command_staff_enable(struct cli *cli);
int command_staff_reset_totp(struct cli *cli);
int command_audit_verify(struct cli *cli);
int command_audit_list(struct cli *cli);
int command_purge(struct cli *cli);
int command_duplicates_list(struct cli *cli);
int command_duplicates_refresh(struct cli *cli);
int command_duplicates_decide(struct cli *cli);
int command_courses_import(struct cli *cli);
int command_courses_export(struct cli *cli);
int command_courses_summary(struct cli *cli);
int command_courses_template(struct cli *cli);
int command_courses_delete(struct cli *cli);
int command_round_archive(struct cli *cli);
int command_report(struct cli *cli);
int command_release_list(struct cli *cli);
int command_comments_list(struct cli *cli);
int command_comments_decide(struct cli *cli);
int command_comments_summary(struct cli *cli);
int command_doctor(struct cli *cli);
int command_documentation_export(struct cli *cli);
int command_documentation_erase(struct cli *cli);

#endif
