/* console_pages: the handlers of the console's routes, by file. Each runs on a worker's
 * thread behind the gate and leaves its reply in the work. */
#ifndef HJEMSVAR_WEB_CONSOLE_PAGES_H
#define HJEMSVAR_WEB_CONSOLE_PAGES_H

#include "web/work.h"

/* console_door.c: signing in and out. */
void door_show(struct work *work);      /* GET /sign-in */
void door_sign_in(struct work *work);   /* POST /sign-in: the password */
void door_code(struct work *work);      /* GET /sign-in/code */
void door_take_code(struct work *work); /* POST /sign-in/code: authenticator or recovery code */
void door_sign_out(struct work *work);  /* POST /sign-out */

/* console_invitation.c: GET and POST /invitation/{token}. */
void invitation_show(struct work *work);
void invitation_take(struct work *work);

/* console_authenticator.c: GET and POST /authenticator, to enrol one and get recovery codes. */
void authenticator_show(struct work *work);
void authenticator_take(struct work *work);
/* GET and POST /account/recovery: new recovery codes for the one that is there. */
void recovery_show(struct work *work);
void recovery_take(struct work *work);

/* console_account.c: one's own account. */
void account_show(struct work *work);
void account_password(struct work *work);
void account_language(struct work *work);
void account_sign_out(struct work *work); /* everywhere */

/* console_staff.c: the accounts of others. */
void staff_show(struct work *work);
void staff_invite(struct work *work); /* a new account */
void staff_change(struct work *work); /* POST /staff/{staff}: action=invite, disable, … */

/* console_tokens.c: tokens of the API. */
void tokens_show(struct work *work);
void tokens_make(struct work *work);
void tokens_revoke(struct work *work);

/* console_audit.c */
void audit_show(struct work *work);

/* console_home.c */
void home_show(struct work *work);

/* console_municipality.c: the coordinator's page. */
void municipality_show(struct work *work);

/* console_settings.c: how a municipality's letters look. */
void settings_show(struct work *work);
void settings_save(struct work *work);

/* console_help.c */
void help_show(struct work *work);

/* console_letters.c: the page of a municipality's letters, and the approval of their words. */
void letters_show(struct work *work);
void letters_approve(struct work *work);

/* console_letter_file.c: what is printed, sent or shown. letters_print also makes letters with
 * codes of their own. */
void letters_pdf(struct work *work);
void letters_print(struct work *work);
void letters_page(struct work *work);
void letters_text(struct work *work);
void letters_poster(struct work *work);
void letters_test(struct work *work);

/* console_batch.c: letters with codes of their own. */
void batch_print(struct work *work);
void letters_reprint(struct work *work); /* asks first */

/* console_courses.c: the courses of a municipality. */
void courses_show(struct work *work);
void course_ask_delete(struct work *work); /* GET …/course/delete?id= */
void course_delete_now(struct work *work);

/* console_course_form.c: GET (?id=: one that is there, &sheet=: with a sheet that waits) and POST
 * …/course. */
void course_show(struct work *work);
void course_save(struct work *work);

/* console_sheet_link.c: links by which home educators register courses, and what of it waits. */
void sheet_links_show(struct work *work);
void sheet_links_make(struct work *work);
void sheet_links_revoke(struct work *work);    /* POST …/sheets/{sheet} */
void course_sheet_drop_now(struct work *work); /* POST …/course/sheet, with its number */

/* console_course_import.c: a sheet is looked at first and stored then. */
void sheet_show(struct work *work);
void sheet_look(struct work *work);  /* POST …/import, with the file */
void sheet_store(struct work *work); /* POST …/import/{upload} */

/* console_course_file.c: files to keep. */
void courses_template(struct work *work);
void courses_csv(struct work *work);
void courses_xlsx(struct work *work);

/* console_documentation.c: what a municipality says of its own work, and GET
 * /rounds/{round}/documentation[.csv, .json] all of a round's. */
void documentation_show(struct work *work);
void documentation_round_show(struct work *work);
void documentation_csv_send(struct work *work);
void documentation_json_send(struct work *work);

/* console_documentation_form.c: GET and POST …/documentation/{part} */
void documentation_part_show(struct work *work);
void documentation_part_save(struct work *work);

/* console_duplicates.c: the quality of a round's answers; GET ?from=&to= bound its coverage,
 * ?show=open|decided&from_group= say which groups of repeated answers. */
void duplicates_show(struct work *work);
void duplicates_decide(struct work *work);
void duplicates_refresh(struct work *work);

/* console_comments.c: parents' own words, one at a time; GET ?state=&after=&comment=. */
void comments_show(struct work *work);
void comments_decide(struct work *work);
/* console_round.c: all rounds, and one. */
void rounds_show(struct work *work);
void round_show(struct work *work);

/* console_round_edit.c: GET and POST /rounds/new and /rounds/{round}/edit. */
void round_new_show(struct work *work);
void round_new_make(struct work *work);
void round_edit_show(struct work *work);
void round_edit_save(struct work *work);

/* console_round_state.c: GET /rounds/{round}/state?to=open, close, reopen asks; POST does it. */
void round_state_show(struct work *work);
void round_state_change(struct work *work);

/* console_round_finalise.c: says what it will do; POST with the round's name does it. */
void round_finalise_show(struct work *work);
void round_finalise_now(struct work *work);

/* console_round_end.c: GET and POST /rounds/{round}/end: how long it is kept, and that a package
 * arrived; POST …/archive makes one, …/purge deletes the round. */
void round_end_show(struct work *work);
void round_end_change(struct work *work);
void round_end_archive(struct work *work);
void round_end_purge(struct work *work);

/* console_round_municipalities.c: how far each has come. */
void round_municipalities_show(struct work *work);

/* console_report.c: the internal report of a round; POST makes a file of it. */
void report_show(struct work *work);
void report_make_file(struct work *work);

/* console_trend.c: rounds beside each other; POST makes a file of them. */
void report_rounds_show(struct work *work);
void report_rounds_make_file(struct work *work);

/* console_publish.c: the report for everybody: what was published, one more, and GET
 * /rounds/{round}/report/releases/{release}?format=&in= one of them again. */
void report_releases_show(struct work *work);
void report_releases_make(struct work *work);
void report_release_show(struct work *work);

/* console_exports.c: where answers leave; POST makes a file of one's own. */
void exports_show(struct work *work);
void exports_make(struct work *work);

/* console_releases.c: rows to give away, and GET
 * /rounds/{round}/releases/{release}/certificate.html
 */
void releases_make(struct work *work);
void releases_certificate(struct work *work);

/* console_translations.c: a questionnaire's words in other languages; GET and POST
 * /translations/{questionnaire}/{version}/{language}, the latter approves. */
void translations_show(struct work *work);
void translation_show(struct work *work);
void translation_approve_now(struct work *work);

/* console_questionnaires.c: all of them, and the account's drafts; POST with a file makes one. */
void questionnaires_show(struct work *work);
void questionnaires_upload(struct work *work);

/* console_draft.c: GET /questionnaires/drafts/{draft}; POST …/store stores it for rounds to use,
 * POST …/drop throws it away. Its preview: console_preview.h. */
void draft_show(struct work *work);
void draft_store_now(struct work *work);
void draft_drop(struct work *work);

/* console_installation.c: what all rounds have in common. */
void installation_show(struct work *work);
void installation_save(struct work *work);

/* api*.c: JSON for machines (api.h). */
void api_openapi(struct work *work);
void api_rounds(struct work *work);
void api_round(struct work *work);
void api_links(struct work *work);
void api_status(struct work *work);
void api_documentation(struct work *work);
void api_coverage(struct work *work); /* ?from=&to= bound the closing dates */
void api_round_make(struct work *work);
void api_round_set(struct work *work);
void api_round_close(struct work *work);
void api_round_reopen(struct work *work);
void api_courses(struct work *work);        /* ?after=&limit= */
void api_courses_import(struct work *work); /* ?preview=on&sheet= */
void api_answers(struct work *work);        /* export_job.h */
void api_report(struct work *work);         /* internal; ?format=&in= … */
void api_report_publish(struct work *work);
void api_report_rounds(struct work *work);  /* beside others; ?with=&format= … */
void api_report_release(struct work *work); /* one that was published; ?format=&in= */
void api_releases(struct work *work);
void api_release_make(struct work *work);
void api_release(struct work *work);          /* its rows; ?format=&dialect= */
void api_release_comments(struct work *work); /* ?dialect= */
void api_duplicates(struct work *work);       /* ?after=&limit= */
void api_duplicates_decide(struct work *work);
void api_duplicates_refresh(struct work *work);
void api_municipalities(struct work *work);
void api_municipality(struct work *work);
void api_municipality_set(struct work *work);

/* console_forms.c: the forms of a personal round, case by case. */
void forms_show(struct work *work);

/* console_form.c: one of them, another case number or withdrawn. */
void form_show(struct work *work);
void form_change(struct work *work);

/* console_form_entry.c: GET and POST …/forms/new: a form typed from paper. The notice of the round
 * is console_installation.c's. */
void form_entry_show(struct work *work);
void form_entry_save(struct work *work);

#endif
