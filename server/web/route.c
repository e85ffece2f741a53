#include "web/route.h"

#include <string.h>
#include <strings.h>

#include "web/api_document.h"
#include "web/console_pages.h"
#include "web/console_preview.h"
#include "web/listener.h"
#include "web/ops.h"
#include "web/public.h"
#include "web/registration.h"
#include "web/respondent.h"
#include "web/upload.h"
#include "web/withdraw.h"

/* The columns of the table. */
#define RESPONDENTS         .listener = LISTENER_RESPONDENTS, .may = ROUTE_ANYBODY
#define OPERATIONS          .listener = LISTENER_OPS, .may = ROUTE_ANYBODY
#define CONSOLE(roles)      .listener = LISTENER_CONSOLE, .pool = POOL_STAFF, .may = (roles)
#define LENGTHY(roles)      .listener = LISTENER_CONSOLE, .pool = POOL_EXPORTS, .may = (roles)
#define API(roles)          .listener = LISTENER_CONSOLE, .may = (roles), .api = true
#define GET(path)           .method = "GET", .pattern = (path)
#define POST(path, bytes)   .method = "POST", .pattern = (path), .body_max_bytes = (bytes)
#define INSTANT(now)        .kind = ROUTE_INSTANT, .handle = (now)
#define QUEUED(first, then) .kind = ROUTE_QUEUED, .handle = (first), .finish = (then)
#define BLOCKING(run)       .kind = ROUTE_BLOCKING, .work = (run)
#define IN(scoped)          .scope = (scoped)
#define FILED               .takes_file = true
#define AGAIN               .again = true

/* The registration sheet of a municipality in a round. */
#define COURSES    "/rounds/{round}/municipalities/{municipality}/courses"
#define OF_ITS     CONSOLE(ROUTE_STAFF), IN(ROUTE_ROUND_MUNICIPALITY)
#define OF_COURSES OF_ITS, .anonymous = true
/* Answers beside each other; forms of known children are not compared. */
#define COMPARED .anonymous = true

#define MUNICIPALITY "/rounds/{round}/municipalities/{municipality}"
#define FORMS        MUNICIPALITY "/forms"
#define DUPLICATES   "/rounds/{round}/duplicates"
#define PART         MUNICIPALITY "/documentation/{part}"
#define COMMENTS     "/rounds/{round}/comments"
#define TRANSLATION  "/translations/{questionnaire}/{version}/{language}"
#define DRAFT        "/questionnaires/drafts/{draft}"
#define PREVIEW      QUEUED(console_preview_ask, console_preview_answer), .work = console_preview_load

/* The API: docs/openapi.json. */
#define V1               API_ROOT
#define V1_ROUNDS        V1 "/rounds"
#define V1_ROUND         V1 "/rounds/{round}"
#define V1_COURSES       V1_ROUND "/municipalities/{municipality}/courses"
#define JSON             .body = ROUTE_JSON
#define BARE             .body = ROUTE_NOTHING
#define LONG             .pool = POOL_EXPORTS
#define STAFF_API(roles) API(roles), .pool = POOL_STAFF

enum {
  EVALUATION = ROUTE_EVALUATOR | ROUTE_ADMIN,
  ENTERING = ROUTE_MUNICIPALITY | ROUTE_EVALUATOR, /* forms of a personal round */
  SMALL = 4096,                                    /* bytes of a body: a few fields */
  ACCOUNT = 16 * 1024,                             /* with addresses and names in any script */
  SETTINGS = 64 * 1024, /* with own words of 2,000 characters, percent-encoded */
  WRITING = 512 * 1024  /* a text of 6,000 characters percent-encoded, and one far too long, which
                           comes back to be cut */
};

static const struct route ROUTES[] = {
    {RESPONDENTS, GET("/S/{code}"), QUEUED(respondent_open, respondent_opened)},
    {RESPONDENTS, POST("/S/{code}", FORM_BODY_MAX), QUEUED(respondent_post, respondent_finish),
     AGAIN},
    {RESPONDENTS, GET("/S/{code}/qr.svg"), INSTANT(public_qr)},
    {RESPONDENTS, GET("/S/{code}/withdraw"), INSTANT(withdraw_open)},
    {RESPONDENTS, POST("/S/{code}/withdraw", SMALL), QUEUED(withdraw_post, withdraw_finish)},
    {RESPONDENTS, GET("/A/{sheet}"), QUEUED(registration_ask, registration_finish)},
    {RESPONDENTS, POST("/A/{sheet}", ACCOUNT), QUEUED(registration_ask, registration_finish)},
    {RESPONDENTS, GET("/"), INSTANT(public_start)},
    {RESPONDENTS, GET("/privacy"), INSTANT(public_privacy)},
    {RESPONDENTS, GET("/was"), INSTANT(public_accessibility)},

    {CONSOLE(ROUTE_ANYBODY), GET("/sign-in"), BLOCKING(door_show)},
    {.listener = LISTENER_CONSOLE,
     .pool = POOL_DOOR,
     .may = ROUTE_ANYBODY,
     POST("/sign-in", SMALL),
     BLOCKING(door_sign_in)},
    {CONSOLE(ROUTE_STAFF | ROUTE_HALF), GET("/sign-in/code"), BLOCKING(door_code)},
    {CONSOLE(ROUTE_STAFF | ROUTE_HALF), POST("/sign-in/code", SMALL), BLOCKING(door_take_code)},
    {CONSOLE(ROUTE_STAFF | ROUTE_HALF), POST("/sign-out", SMALL), BLOCKING(door_sign_out)},
    {CONSOLE(ROUTE_ANYBODY), GET("/invitation/{token}"), BLOCKING(invitation_show)},
    {CONSOLE(ROUTE_ANYBODY), POST("/invitation/{token}", SMALL), BLOCKING(invitation_take)},
    {CONSOLE(ROUTE_STAFF | ROUTE_HALF), GET("/authenticator"), BLOCKING(authenticator_show)},
    {CONSOLE(ROUTE_STAFF | ROUTE_HALF), POST("/authenticator", SMALL),
     BLOCKING(authenticator_take)},
    {CONSOLE(ROUTE_STAFF), GET("/account"), BLOCKING(account_show)},
    {CONSOLE(ROUTE_STAFF), POST("/account/password", SMALL), BLOCKING(account_password)},
    {CONSOLE(ROUTE_STAFF), POST("/account/language", SMALL), BLOCKING(account_language)},
    {CONSOLE(ROUTE_STAFF), GET("/account/recovery"), BLOCKING(recovery_show)},
    {CONSOLE(ROUTE_STAFF), POST("/account/recovery", SMALL), BLOCKING(recovery_take)},
    {CONSOLE(ROUTE_STAFF), POST("/account/sign-out", SMALL), BLOCKING(account_sign_out)},
    {CONSOLE(ROUTE_STAFF), GET("/"), BLOCKING(home_show)},
    {CONSOLE(ROUTE_STAFF), GET("/rounds/{round}/municipalities/{municipality}"),
     BLOCKING(municipality_show), IN(ROUTE_ROUND_MUNICIPALITY)},
    {CONSOLE(ROUTE_MUNICIPALITY | ROUTE_ADMIN), GET(MUNICIPALITY "/settings"),
     BLOCKING(settings_show), IN(ROUTE_ROUND_MUNICIPALITY)},
    {CONSOLE(ROUTE_MUNICIPALITY | ROUTE_ADMIN), POST(MUNICIPALITY "/settings", SETTINGS),
     BLOCKING(settings_save), IN(ROUTE_ROUND_MUNICIPALITY), .takes_file = true},
    {CONSOLE(ROUTE_STAFF), GET(MUNICIPALITY "/letters"), BLOCKING(letters_show),
     IN(ROUTE_ROUND_MUNICIPALITY)},
    {CONSOLE(ROUTE_STAFF), GET(MUNICIPALITY "/letters.pdf"), BLOCKING(letters_pdf),
     IN(ROUTE_ROUND_MUNICIPALITY)},
    {CONSOLE(ROUTE_STAFF), POST(MUNICIPALITY "/letters.pdf", SMALL), BLOCKING(letters_print),
     IN(ROUTE_ROUND_MUNICIPALITY)},
    {CONSOLE(ROUTE_STAFF), GET(MUNICIPALITY "/letters/page"), BLOCKING(letters_page),
     IN(ROUTE_ROUND_MUNICIPALITY)},
    {CONSOLE(ROUTE_STAFF), GET(MUNICIPALITY "/letters/text"), BLOCKING(letters_text),
     IN(ROUTE_ROUND_MUNICIPALITY)},
    {CONSOLE(ROUTE_STAFF), GET(MUNICIPALITY "/letters/test.pdf"), BLOCKING(letters_test),
     IN(ROUTE_ROUND_MUNICIPALITY)},
    {CONSOLE(ROUTE_STAFF), GET(MUNICIPALITY "/poster.pdf"), BLOCKING(letters_poster),
     IN(ROUTE_ROUND_MUNICIPALITY)},
    {CONSOLE(ROUTE_STAFF), GET(MUNICIPALITY "/letters/reprint"), BLOCKING(letters_reprint),
     IN(ROUTE_ROUND_MUNICIPALITY)},
    {CONSOLE(EVALUATION), POST(MUNICIPALITY "/letters/approval", SMALL), BLOCKING(letters_approve),
     IN(ROUTE_ROUND_MUNICIPALITY)},
    {OF_COURSES, GET(COURSES), BLOCKING(courses_show)},
    {OF_COURSES, GET(COURSES ".csv"), BLOCKING(courses_csv)},
    {OF_COURSES, GET(COURSES ".xlsx"), BLOCKING(courses_xlsx)},
    {OF_COURSES, GET(COURSES "/template.xlsx"), BLOCKING(courses_template)},
    {OF_COURSES, GET(COURSES "/course"), BLOCKING(course_show)},
    {OF_COURSES, POST(COURSES "/course", ACCOUNT), BLOCKING(course_save), AGAIN},
    {OF_COURSES, GET(COURSES "/course/delete"), BLOCKING(course_ask_delete)},
    {OF_COURSES, POST(COURSES "/course/delete", SMALL), BLOCKING(course_delete_now)},
    {OF_COURSES, POST(COURSES "/course/sheet", SMALL), BLOCKING(course_sheet_drop_now)},
    {OF_COURSES, GET(COURSES "/sheets"), BLOCKING(sheet_links_show)},
    {OF_COURSES, POST(COURSES "/sheets", SMALL), BLOCKING(sheet_links_make)},
    {OF_COURSES, POST(COURSES "/sheets/{sheet}", SMALL), BLOCKING(sheet_links_revoke)},
    {OF_COURSES, GET(COURSES "/import"), BLOCKING(sheet_show)},
    {OF_COURSES, POST(COURSES "/import", SMALL), BLOCKING(sheet_look), FILED},
    {OF_COURSES, POST(COURSES "/import/{upload}", SMALL), BLOCKING(sheet_store)},
    {OF_ITS, GET(MUNICIPALITY "/documentation"), BLOCKING(documentation_show)},
    {CONSOLE(ROUTE_MUNICIPALITY | ROUTE_ADMIN), GET(PART), BLOCKING(documentation_part_show),
     IN(ROUTE_ROUND_MUNICIPALITY)},
    {CONSOLE(ROUTE_MUNICIPALITY | ROUTE_ADMIN), POST(PART, WRITING),
     BLOCKING(documentation_part_save), IN(ROUTE_ROUND_MUNICIPALITY)},
    {CONSOLE(EVALUATION), GET("/rounds/{round}/documentation"), BLOCKING(documentation_round_show),
     IN(ROUTE_ROUND)},
    {CONSOLE(EVALUATION), GET("/rounds/{round}/documentation.csv"),
     BLOCKING(documentation_csv_send), IN(ROUTE_ROUND)},
    {CONSOLE(EVALUATION), GET("/rounds/{round}/documentation.json"),
     BLOCKING(documentation_json_send), IN(ROUTE_ROUND)},
    {CONSOLE(EVALUATION), GET(DUPLICATES), BLOCKING(duplicates_show), IN(ROUTE_ROUND), COMPARED},
    {CONSOLE(EVALUATION), POST(DUPLICATES, ACCOUNT), BLOCKING(duplicates_decide), IN(ROUTE_ROUND),
     COMPARED},
    {CONSOLE(EVALUATION), POST(DUPLICATES "/refresh", SMALL), BLOCKING(duplicates_refresh),
     IN(ROUTE_ROUND), COMPARED},
    {CONSOLE(EVALUATION), GET(COMMENTS), BLOCKING(comments_show), IN(ROUTE_ROUND)},
    {CONSOLE(EVALUATION), POST(COMMENTS, ACCOUNT), BLOCKING(comments_decide), IN(ROUTE_ROUND)},
    {CONSOLE(EVALUATION), GET("/rounds"), BLOCKING(rounds_show)},
    {CONSOLE(EVALUATION), GET("/rounds/new"), BLOCKING(round_new_show), IN(ROUTE_NEW_ROUND)},
    {CONSOLE(EVALUATION), POST("/rounds/new", ACCOUNT), BLOCKING(round_new_make),
     IN(ROUTE_NEW_ROUND)},
    {CONSOLE(EVALUATION), GET("/rounds/{round}"), BLOCKING(round_show), IN(ROUTE_ROUND)},
    {CONSOLE(EVALUATION), GET("/rounds/{round}/municipalities"),
     BLOCKING(round_municipalities_show), IN(ROUTE_ROUND)},
    {CONSOLE(EVALUATION), GET("/rounds/{round}/edit"), BLOCKING(round_edit_show),
     IN(ROUTE_WHOLE_ROUND)},
    {CONSOLE(EVALUATION), POST("/rounds/{round}/edit", ACCOUNT), BLOCKING(round_edit_save),
     IN(ROUTE_WHOLE_ROUND)},
    {CONSOLE(EVALUATION), GET("/rounds/{round}/state"), BLOCKING(round_state_show),
     IN(ROUTE_WHOLE_ROUND)},
    {CONSOLE(EVALUATION), POST("/rounds/{round}/state", SMALL), BLOCKING(round_state_change),
     IN(ROUTE_WHOLE_ROUND)},
    {CONSOLE(EVALUATION), GET("/rounds/{round}/finalise"), BLOCKING(round_finalise_show),
     IN(ROUTE_WHOLE_ROUND)},
    {LENGTHY(EVALUATION), POST("/rounds/{round}/finalise", SMALL), BLOCKING(round_finalise_now),
     IN(ROUTE_WHOLE_ROUND)},
    {CONSOLE(EVALUATION), GET("/rounds/{round}/exports"), BLOCKING(exports_show), IN(ROUTE_ROUND)},
    {LENGTHY(EVALUATION), POST("/rounds/{round}/exports", ACCOUNT), BLOCKING(exports_make),
     IN(ROUTE_ROUND)},
    {CONSOLE(EVALUATION), GET("/rounds/{round}/report"), BLOCKING(report_show), IN(ROUTE_ROUND)},
    {LENGTHY(EVALUATION), POST("/rounds/{round}/report", ACCOUNT), BLOCKING(report_make_file),
     IN(ROUTE_ROUND)},
    {CONSOLE(EVALUATION), GET("/rounds/{round}/report/rounds"), BLOCKING(report_rounds_show),
     IN(ROUTE_ROUND)},
    {LENGTHY(EVALUATION), POST("/rounds/{round}/report/rounds", ACCOUNT),
     BLOCKING(report_rounds_make_file), IN(ROUTE_ROUND)},
    {CONSOLE(EVALUATION), GET("/rounds/{round}/report/releases"), BLOCKING(report_releases_show),
     IN(ROUTE_WHOLE_ROUND)},
    {LENGTHY(EVALUATION), POST("/rounds/{round}/report/releases", SETTINGS),
     BLOCKING(report_releases_make), IN(ROUTE_WHOLE_ROUND)},
    {LENGTHY(EVALUATION), GET("/rounds/{round}/report/releases/{release}"),
     BLOCKING(report_release_show), IN(ROUTE_WHOLE_ROUND), .sends_file = true},
    {LENGTHY(EVALUATION), POST("/rounds/{round}/releases", SETTINGS), BLOCKING(releases_make),
     IN(ROUTE_WHOLE_ROUND)},
    {CONSOLE(EVALUATION), GET("/rounds/{round}/releases/{release}/certificate.html"),
     BLOCKING(releases_certificate), IN(ROUTE_WHOLE_ROUND)},
    {CONSOLE(EVALUATION), GET("/rounds/{round}/end"), BLOCKING(round_end_show),
     IN(ROUTE_WHOLE_ROUND)},
    {CONSOLE(EVALUATION), POST("/rounds/{round}/end", SMALL), BLOCKING(round_end_change),
     IN(ROUTE_WHOLE_ROUND)},
    {LENGTHY(EVALUATION), POST("/rounds/{round}/end/archive", SMALL), BLOCKING(round_end_archive),
     IN(ROUTE_WHOLE_ROUND)},
    {LENGTHY(ROUTE_ADMIN), POST("/rounds/{round}/end/purge", SMALL), BLOCKING(round_end_purge),
     IN(ROUTE_WHOLE_ROUND)},
    {CONSOLE(ROUTE_EVALUATOR), GET(MUNICIPALITY "/notice"), BLOCKING(installation_show),
     IN(ROUTE_ROUND_MUNICIPALITY)},
    {CONSOLE(ROUTE_EVALUATOR), POST(MUNICIPALITY "/notice", FORM_BODY_MAX),
     BLOCKING(installation_save), IN(ROUTE_ROUND_MUNICIPALITY), AGAIN},
    {CONSOLE(ENTERING), GET(FORMS), BLOCKING(forms_show), IN(ROUTE_ROUND_MUNICIPALITY)},
    {CONSOLE(ENTERING), GET(FORMS "/new"), BLOCKING(form_entry_show), IN(ROUTE_ROUND_MUNICIPALITY)},
    {CONSOLE(ENTERING), POST(FORMS "/new", FORM_BODY_MAX), BLOCKING(form_entry_save),
     IN(ROUTE_ROUND_MUNICIPALITY), AGAIN},
    {CONSOLE(ENTERING), GET(FORMS "/{form}"), BLOCKING(form_show), IN(ROUTE_ROUND_MUNICIPALITY)},
    {CONSOLE(ENTERING), POST(FORMS "/{form}", SMALL), BLOCKING(form_change),
     IN(ROUTE_ROUND_MUNICIPALITY)},
    {CONSOLE(EVALUATION), GET("/translations"), BLOCKING(translations_show), IN(ROUTE_ALL_ROUNDS)},
    {CONSOLE(EVALUATION), GET(TRANSLATION), BLOCKING(translation_show), IN(ROUTE_ALL_ROUNDS)},
    {CONSOLE(EVALUATION), POST(TRANSLATION, SMALL), BLOCKING(translation_approve_now),
     IN(ROUTE_ALL_ROUNDS)},
    {CONSOLE(EVALUATION), GET("/questionnaires"), BLOCKING(questionnaires_show),
     IN(ROUTE_ALL_ROUNDS)},
    {CONSOLE(EVALUATION), POST("/questionnaires", SMALL), BLOCKING(questionnaires_upload),
     IN(ROUTE_ALL_ROUNDS), FILED},
    {CONSOLE(EVALUATION), GET(DRAFT), BLOCKING(draft_show), IN(ROUTE_ALL_ROUNDS)},
    {CONSOLE(EVALUATION), POST(DRAFT "/store", SMALL), BLOCKING(draft_store_now),
     IN(ROUTE_ALL_ROUNDS)},
    {CONSOLE(EVALUATION), POST(DRAFT "/drop", SMALL), BLOCKING(draft_drop), IN(ROUTE_ALL_ROUNDS)},
    {CONSOLE(EVALUATION), GET(DRAFT "/preview"), PREVIEW, IN(ROUTE_ALL_ROUNDS)},
    {CONSOLE(EVALUATION), POST(DRAFT "/preview", FORM_BODY_MAX), PREVIEW, IN(ROUTE_ALL_ROUNDS),
     .shows = true},
    {CONSOLE(ROUTE_ADMIN), GET("/installation"), BLOCKING(installation_show)},
    {CONSOLE(ROUTE_ADMIN), POST("/installation", FORM_BODY_MAX), BLOCKING(installation_save),
     AGAIN},
    {CONSOLE(EVALUATION), GET("/staff"), BLOCKING(staff_show)},
    {CONSOLE(EVALUATION), POST("/staff", ACCOUNT), BLOCKING(staff_invite)},
    {CONSOLE(EVALUATION), POST("/staff/{staff}", SMALL), BLOCKING(staff_change)},
    {CONSOLE(EVALUATION), GET("/tokens"), BLOCKING(tokens_show)},
    {CONSOLE(EVALUATION), POST("/tokens", ACCOUNT), BLOCKING(tokens_make)},
    {CONSOLE(EVALUATION), POST("/tokens/{token}", SMALL), BLOCKING(tokens_revoke)},
    {CONSOLE(ROUTE_STAFF), GET("/audit"), BLOCKING(audit_show)},
    {CONSOLE(ROUTE_STAFF), GET("/help"), BLOCKING(help_show)},

    {STAFF_API(ROUTE_ANYBODY), GET(V1 "/openapi.json"), BLOCKING(api_openapi)},
    {STAFF_API(ROUTE_STAFF), GET(V1_ROUNDS), BLOCKING(api_rounds)},
    {STAFF_API(EVALUATION), POST(V1_ROUNDS, SETTINGS), JSON, BLOCKING(api_round_make),
     IN(ROUTE_ALL_ROUNDS)},
    {STAFF_API(ROUTE_STAFF), GET(V1_ROUND), BLOCKING(api_round), IN(ROUTE_ROUND)},
    {STAFF_API(EVALUATION), POST(V1_ROUND, SETTINGS), JSON, BLOCKING(api_round_set),
     IN(ROUTE_WHOLE_ROUND)},
    {STAFF_API(EVALUATION), POST(V1_ROUND "/close", 0), BARE, BLOCKING(api_round_close),
     IN(ROUTE_WHOLE_ROUND)},
    {STAFF_API(EVALUATION), POST(V1_ROUND "/reopen", 0), BARE, BLOCKING(api_round_reopen),
     IN(ROUTE_WHOLE_ROUND)},
    {STAFF_API(ROUTE_STAFF), GET(V1_ROUND "/links"), BLOCKING(api_links), IN(ROUTE_ROUND)},
    {STAFF_API(ROUTE_STAFF), GET(V1_ROUND "/status"), BLOCKING(api_status), IN(ROUTE_ROUND)},
    {STAFF_API(ROUTE_STAFF), GET(V1_ROUND "/coverage"), BLOCKING(api_coverage), IN(ROUTE_ROUND)},
    {STAFF_API(ROUTE_STAFF), GET(V1_ROUND "/documentation"), BLOCKING(api_documentation),
     IN(ROUTE_ROUND)},
    {STAFF_API(ROUTE_STAFF), GET(V1_COURSES), BLOCKING(api_courses), IN(ROUTE_ROUND_MUNICIPALITY),
     .anonymous = true},
    {STAFF_API(ROUTE_STAFF), POST(V1_COURSES, 0), .body = ROUTE_SHEET, BLOCKING(api_courses_import),
     IN(ROUTE_ROUND_MUNICIPALITY), .anonymous = true},
    {API(EVALUATION), GET(V1_ROUND "/answers"), LONG, BLOCKING(api_answers), IN(ROUTE_ROUND),
     .sends_file = true},
    {STAFF_API(EVALUATION), GET(V1_ROUND "/releases"), BLOCKING(api_releases),
     IN(ROUTE_WHOLE_ROUND)},
    {API(EVALUATION), POST(V1_ROUND "/releases", SETTINGS), JSON, LONG, BLOCKING(api_release_make),
     IN(ROUTE_WHOLE_ROUND)},
    {API(EVALUATION), GET(V1_ROUND "/releases/{release}"), LONG, BLOCKING(api_release),
     IN(ROUTE_WHOLE_ROUND), .sends_file = true},
    {API(EVALUATION), GET(V1_ROUND "/report"), LONG, BLOCKING(api_report), IN(ROUTE_ROUND),
     .sends_file = true},
    {API(EVALUATION), GET(V1_ROUND "/report/rounds"), LONG, BLOCKING(api_report_rounds),
     IN(ROUTE_ROUND), .sends_file = true},
    {API(EVALUATION), POST(V1_ROUND "/report/releases", SETTINGS), JSON, LONG,
     BLOCKING(api_report_publish), IN(ROUTE_WHOLE_ROUND)},
    {API(EVALUATION), GET(V1_ROUND "/report/releases/{release}"), LONG,
     BLOCKING(api_report_release), IN(ROUTE_WHOLE_ROUND), .sends_file = true},
    {API(EVALUATION), GET(V1_ROUND "/releases/{release}/comments"), LONG,
     BLOCKING(api_release_comments), IN(ROUTE_WHOLE_ROUND), .sends_file = true},
    {STAFF_API(EVALUATION), GET(V1_ROUND "/duplicates"), BLOCKING(api_duplicates), IN(ROUTE_ROUND),
     COMPARED},
    {STAFF_API(EVALUATION), POST(V1_ROUND "/duplicates", SETTINGS), JSON,
     BLOCKING(api_duplicates_decide), IN(ROUTE_ROUND), COMPARED},
    {API(EVALUATION), POST(V1_ROUND "/duplicates/refresh", 0), BARE, LONG,
     BLOCKING(api_duplicates_refresh), IN(ROUTE_WHOLE_ROUND)},
    {STAFF_API(ROUTE_STAFF), GET(V1 "/municipalities"), BLOCKING(api_municipalities)},
    {STAFF_API(ROUTE_STAFF), GET(V1 "/municipalities/{municipality}"), BLOCKING(api_municipality)},
    {STAFF_API(ROUTE_MUNICIPALITY | ROUTE_ADMIN),
     POST(V1 "/municipalities/{municipality}", SETTINGS), JSON, BLOCKING(api_municipality_set)},

    {OPERATIONS, GET("/healthz"), INSTANT(ops_health)},
    {OPERATIONS, GET("/readyz"), INSTANT(ops_ready)},
    {OPERATIONS, GET("/readyz/parents"), INSTANT(ops_ready_parents)},
    {OPERATIONS, GET("/metrics"), INSTANT(ops_metrics)},
};

/* Whether a path fits a pattern; the segments at {names} become the match's parameters. */
static bool fits(const struct route *route, const char *path, struct arena *arena,
                 struct route_match *match) {
  const char *pattern = route->pattern;
  bool any_case = route->listener == LISTENER_RESPONDENTS;
  match->count = 0;
  while (*pattern != '\0') {
    if (*pattern == '{') {
      size_t length = strcspn(path, "/");
      size_t name = strcspn(pattern, "}") - 1;
      if (length == 0 || match->count == REQUEST_PARAMETERS_MAX) {
        return false;
      }
      struct request_value *value = &match->parameters[match->count++];
      value->name = arena_copy(arena, pattern + 1, name);
      value->value = arena_copy(arena, path, length);
      if (value->name == NULL || value->value == NULL) {
        return false;
      }
      pattern += name + 2;
      path += length;
    } else if (*pattern == *path || (any_case && strncasecmp(pattern, path, 1) == 0)) {
      pattern++;
      path++;
    } else {
      return false;
    }
  }
  return *path == '\0';
}

/* The length of a file is known once it is made, and so it would be made for nobody. */
static bool tells_head(const struct route *route) {
  return strcmp(route->method, "GET") == 0 && !route->sends_file;
}

static bool takes(const struct route *route, const char *method) {
  return strcmp(route->method, method) == 0 || (strcmp(method, "HEAD") == 0 && tells_head(route));
}

enum route_result route_find(enum listener_kind listener, const char *method, const char *path,
                             struct arena *arena, struct route_match *match) {
  bool reads = false, heads = false, posts = false;
  for (size_t i = 0; i < array_length(ROUTES); i++) {
    const struct route *candidate = &ROUTES[i];
    if (candidate->listener != listener || !fits(candidate, path, arena, match)) {
      continue;
    }
    if (takes(candidate, method)) {
      match->route = candidate;
      return ROUTE_FOUND;
    }
    reads = reads || candidate->method[0] == 'G';
    heads = heads || tells_head(candidate);
    posts = posts || candidate->method[0] == 'P';
  }
  match->count = 0;
  if (!reads && !posts) {
    return ROUTE_MISSING;
  }
  match->allow = arena_printf(arena, "%s%s%s%s", reads ? "GET" : "", heads ? ", HEAD" : "",
                              reads && posts ? ", " : "", posts ? "POST" : "");
  return ROUTE_METHOD;
}

static json_t *may_list(unsigned may) {
  static const struct {
    unsigned bit;
    const char *name;
  } roles[] = {{ROUTE_ANYBODY, "anybody"},
               {ROUTE_MUNICIPALITY, "municipality"},
               {ROUTE_EVALUATOR, "evaluator"},
               {ROUTE_ADMIN, "admin"},
               {ROUTE_HALF, "half"}};
  json_t *list = json_array();
  for (size_t i = 0; i < array_length(roles); i++) {
    if ((may & roles[i].bit) != 0 && json_array_append_new(list, json_string(roles[i].name)) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

json_t *route_list(void) {
  static const char *const kinds[] = {
      [ROUTE_INSTANT] = "instant", [ROUTE_QUEUED] = "queued", [ROUTE_BLOCKING] = "blocking"};
  static const char *const scopes[] = {[ROUTE_NO_SCOPE] = "none",
                                       [ROUTE_ROUND] = "round",
                                       [ROUTE_ROUND_MUNICIPALITY] = "municipality",
                                       [ROUTE_WHOLE_ROUND] = "whole_round",
                                       [ROUTE_ALL_ROUNDS] = "all_rounds",
                                       [ROUTE_NEW_ROUND] = "new_round"};
  static const char *const bodies[] = {[ROUTE_FORM] = "form",
                                       [ROUTE_NOTHING] = "none",
                                       [ROUTE_JSON] = "json",
                                       [ROUTE_SHEET] = "sheet"};
  json_t *list = json_array();
  for (size_t i = 0; i < array_length(ROUTES); i++) {
    const struct route *route = &ROUTES[i];
    size_t most = route->body_max_bytes +
                  (route->takes_file || route->body == ROUTE_SHEET ? UPLOAD_MAX_BYTES : 0);
    json_t *row =
        json_pack("{s:s, s:s, s:s, s:s, s:o, s:s, s:b, s:b, s:b, s:s, s:I}", "listener",
                  listener_name(route->listener), "method", route->method, "pattern",
                  route->pattern, "kind", kinds[route->kind], "may", may_list(route->may), "scope",
                  scopes[route->scope], "file", route->takes_file, "api", route->api, "shows",
                  route->shows, "body", bodies[route->body], "body_max_bytes", (json_int_t)most);
    if (json_array_append_new(list, row) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}
