/* What municipalities say of their own work. */
#include "store/documentation_store.h"
#include "web/api.h"
#include "web/console.h"
#include "web/console_gate.h"
#include "web/console_pages.h"

struct documentation_question {
  struct work *work;
  struct documentation_version *versions;
  size_t count;
};

static enum store_result list(struct store *store, void *context) {
  struct documentation_question *question = context;
  struct work *work = question->work;
  return documentation_list(store, work_number(work, "round"), 0, NULL, console_documentation(work),
                            work->arena, &question->versions, &question->count);
}

void api_documentation(struct work *work) {
  struct documentation_question question = {.work = work};
  if (console_settle(work, console_ask(work, list, &question))) {
    work_json(work, MHD_HTTP_OK,
              json_pack("{s:i, s:o}", "round", work_number(work, "round"), "versions",
                        documentation_json(question.versions, question.count)));
  }
}
