#include "web/registration.h"

#include <string.h>

#include "store/sheet_link_store.h"
#include "web/lookup.h"
#include "web/registration_page.h"
#include "web/reply.h"
#include "web/server.h"
#include "web/work.h"

enum { ASK_TURNS = 2 };

#define MADE "ARK-"

/* What the worker is given and gives back; of the work's arena. */
struct inquiry {
  struct sheet_hashes hashes;
  bool reads, stores;
  const char *fields[COURSE_COLUMNS];
  const char *made;     /* the id of a course that gets none */
  const char *accepted; /* the warnings that were read */
  enum store_result result;
  struct sheet_link_found found;
  bool known; /* what the fields mean: */
  struct registration read;
  bool taken;
};

/* ---- what was typed */

static bool action_is(const struct request *request, const char *action) {
  return strcmp(form_value(&request->form, "action"), action) == 0;
}

static bool posts(const struct request *request) {
  return strcmp(request->route->method, "POST") == 0;
}

/* The id that the form was given when it was first shown, so that a course that is sent again has
 * the same. One with a digit, or it would look like a name. */
static const char *made_id(const struct request *request) {
  char code[CODE_MAX + 1];
  const char *given = form_value(&request->form, "made");
  bool ours = strncmp(given, MADE, strlen(MADE)) == 0 &&
              code_parse(given + strlen(MADE), code) == CODE_OK &&
              strcmp(code, given + strlen(MADE)) == 0;
  if (ours) {
    return given;
  }
  do {
    code_draw(code, CODE_OPEN_CHARACTERS);
  } while (strpbrk(code, "0123456789") == NULL);
  const char *id = arena_printf(request->arena, MADE "%s", code);
  return id != NULL ? id : "";
}

static bool is_blank(const char *text) {
  return text[strspn(text, " \t\r\n")] == '\0';
}

/* A course that was closed has no reason for an interruption: the page hides that question, and
 * what was chosen in it before. An id is made for what is not empty. */
static void read_fields(const struct request *request, struct registration_page *page) {
  bool empty = true;
  page->fields[COURSE_MUNICIPALITY_CODE] = "";
  for (enum course_column column = COURSE_ID; column < COURSE_COLUMNS; column++) {
    page->fields[column] = form_value(&request->form, course_column_name(column));
    empty = empty && is_blank(page->fields[column]);
  }
  if (strcmp(page->fields[COURSE_OUTCOME], "completed") == 0) {
    page->fields[COURSE_INTERRUPTED_REASON] = "";
  }
  if (!empty && !action_is(request, "change") && is_blank(page->fields[COURSE_ID])) {
    page->fields[COURSE_ID] = page->made;
  }
}

/* What is known of it: whose link it is, and what was read. */
static struct registration_page page_of(const struct request *request,
                                        const struct inquiry *inquiry) {
  struct registration_page page = {.pages = &request->server->pages,
                                   .arena = request->arena,
                                   .made = inquiry != NULL ? inquiry->made : made_id(request),
                                   .accepted = form_value(&request->form, "accepted")};
  read_fields(request, &page);
  if (inquiry != NULL) {
    page.municipality = inquiry->found.municipality.name;
    page.read = inquiry->known ? &inquiry->read : NULL;
  }
  return page;
}

/* ---- replies */

static enum MHD_Result send_page(struct request *request, bool rendered, unsigned status,
                                 enum reply_cache cache, struct text *text) {
  if (rendered) {
    return reply_text(request, status, REPLY_HTML, cache, text);
  }
  text_clear(text);
  return MHD_NO;
}

static enum MHD_Result say(struct request *request, unsigned status, const char *kind) {
  const struct registration_page page = {.pages = &request->server->pages, .arena = request->arena};
  struct text text;
  text_init(&text);
  return send_page(request, registration_message(&page, kind, &text), status, REPLY_NO_STORE,
                   &text);
}

static enum MHD_Result show_form(struct request *request, const struct registration_page *page,
                                 unsigned status) {
  struct text text;
  text_init(&text);
  return send_page(request, registration_form(page, &text), status, REPLY_REVALIDATE, &text);
}

static enum MHD_Result show_check(struct request *request, const struct registration_page *page,
                                  unsigned status) {
  bool busy = status == MHD_HTTP_SERVICE_UNAVAILABLE || status == MHD_HTTP_INTERNAL_SERVER_ERROR;
  struct text text;
  text_init(&text);
  return send_page(request, registration_check(page, busy, &text), status,
                   busy ? REPLY_NO_STORE : REPLY_REVALIDATE, &text);
}

/* Nothing that was typed is lost, whatever the database does. */
static enum MHD_Result say_later(struct request *request, const struct inquiry *inquiry,
                                 unsigned status) {
  if (!posts(request)) {
    return status == MHD_HTTP_SERVICE_UNAVAILABLE
               ? reply_problem(request, status, "later", "busy")
               : reply_problem(request, status, "fault", "fault");
  }
  const struct registration_page page = page_of(request, inquiry);
  return show_check(request, &page, status);
}

/* ---- asking, on a worker's thread */

static enum store_result ask_once(struct work *work, struct inquiry *inquiry, struct store *store) {
  enum store_result result = sheet_link_find(store, &inquiry->hashes, work->arena, &inquiry->found);
  if (result != STORE_OK || !inquiry->found.lives || !inquiry->reads) {
    return result;
  }
  if (!registration_read(inquiry->fields, &inquiry->found.municipality, inquiry->found.today,
                         work->arena, &inquiry->read)) {
    return STORE_FAULT;
  }
  inquiry->known = true;
  const char *told = registration_told(&inquiry->read, work->arena);
  if (!inquiry->stores || !inquiry->read.good || told == NULL ||
      strcmp(told, inquiry->accepted) != 0) {
    return STORE_OK;
  }
  result = sheet_link_take(store, &inquiry->hashes, &inquiry->read.course);
  inquiry->taken = result == STORE_OK;
  return result;
}

/* A connection that was lost while nobody used it is found out by the first question alone, and
 * what is taken twice is stored once. */
static void ask(struct work *work) {
  struct inquiry *inquiry = work->context;
  for (int turn = 0;
       turn < ASK_TURNS && (inquiry->result == STORE_DOWN || inquiry->result == STORE_BUSY);
       turn++) {
    struct store *store = work_store(work, STORE_AS_WRITER);
    if (store == NULL) {
      break;
    }
    inquiry->result = ask_once(work, inquiry, store);
  }
  work->result = inquiry;
}

/* ---- on the loop */

static bool copy_fields(const struct request *request, struct inquiry *inquiry,
                        struct arena *arena) {
  const struct registration_page page = page_of(request, NULL);
  inquiry->accepted = arena_string(arena, form_value(&request->form, "accepted"));
  inquiry->made = arena_string(arena, page.made);
  bool good = inquiry->accepted != NULL && inquiry->made != NULL;
  for (enum course_column column = 0; column < COURSE_COLUMNS; column++) {
    inquiry->fields[column] = arena_string(arena, page.fields[column]);
    good = good && inquiry->fields[column] != NULL;
  }
  return good;
}

enum MHD_Result registration_ask(struct request *request) {
  char code[CODE_MAX + 1];
  bool typed_well = code_parse(request->parameters[0].value, code) == CODE_OK &&
                    strlen(code) == CODE_SINGLE_CHARACTERS;
  if (!typed_well) {
    return say(request, MHD_HTTP_NOT_FOUND, "mistyped");
  }
  if (lookup_guesses(request)) {
    return say(request, MHD_HTTP_TOO_MANY_REQUESTS, "guessing");
  }
  struct work *work = lookup_work(request, ask);
  struct inquiry *inquiry = work == NULL ? NULL : arena_alloc(work->arena, sizeof *inquiry);
  if (inquiry == NULL) {
    work_free(work);
    return say_later(request, NULL, MHD_HTTP_SERVICE_UNAVAILABLE);
  }
  work->pool = POOL_SHEETS;
  *inquiry = (struct inquiry){.reads = posts(request) && !action_is(request, "change"),
                              .stores = action_is(request, "send"),
                              .result = STORE_DOWN};
  sheet_link_hash(request->server->keys, code, &inquiry->hashes);
  work->context = inquiry;
  if (!copy_fields(request, inquiry, work->arena)) {
    work_free(work);
    return say_later(request, NULL, MHD_HTTP_SERVICE_UNAVAILABLE);
  }
  return request_send(request, work) ? MHD_YES
                                     : say_later(request, NULL, MHD_HTTP_SERVICE_UNAVAILABLE);
}

static enum MHD_Result thank(struct request *request, const struct registration_page *page) {
  struct text text;
  text_init(&text);
  return send_page(request, registration_done(page, request->path, &text), MHD_HTTP_OK,
                   REPLY_FORGET, &text);
}

static enum MHD_Result answer(struct request *request, const struct inquiry *inquiry) {
  const struct registration_page page = page_of(request, inquiry);
  if (!inquiry->found.lives) {
    return say(request, MHD_HTTP_GONE, "over");
  }
  if (inquiry->taken) {
    return thank(request, &page);
  }
  if (!inquiry->reads) {
    return show_form(request, &page, MHD_HTTP_OK);
  }
  if (!inquiry->read.good) {
    return show_form(request, &page, MHD_HTTP_UNPROCESSABLE_CONTENT);
  }
  return show_check(request, &page, inquiry->stores ? MHD_HTTP_UNPROCESSABLE_CONTENT : MHD_HTTP_OK);
}

enum MHD_Result registration_finish(struct request *request) {
  const struct inquiry *inquiry = request->work == NULL ? NULL : request->work->result;
  enum store_result result = inquiry == NULL ? STORE_DOWN : inquiry->result;
  switch (result) {
  case STORE_OK:
    return answer(request, inquiry);
  case STORE_NONE:
    lookup_count_miss(request);
    return say(request, MHD_HTTP_NOT_FOUND, "unknown");
  case STORE_CLOSED:
    return say(request, MHD_HTTP_GONE, "over");
  case STORE_BUSY:
  case STORE_DOWN:
    return say_later(request, inquiry, MHD_HTTP_SERVICE_UNAVAILABLE);
  case STORE_DUPLICATE:
  case STORE_CONFLICT:
  case STORE_INCOMPLETE:
  case STORE_REFUSED:
  case STORE_DENIED:
  case STORE_FAULT:
    break;
  }
  return say_later(request, inquiry, MHD_HTTP_INTERNAL_SERVER_ERROR);
}
