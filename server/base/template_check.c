#include <string.h>

#include "base/template_node.h"

/* A sample's null stands for any value, so that below it any name is known. */

struct checker {
  const json_t *sample;
  json_t *used; /* keys of the outermost object that were met */
  struct arena *arena;
  const char *message;
};

static bool fail(struct checker *checker, const struct template *template, const struct node *node,
                 const char *what) {
  checker->message = template_message(checker->arena, template, node->line, what, node->text);
  return false;
}

static void mark_used(struct checker *checker, const char *key) {
  if (json_object_get(checker->sample, key) != NULL) {
    (void)json_object_set_new(checker->used, key, json_true());
  }
}

/* The sample's value of the first key. A null scope may hold it or not: then the
 * outer ones count as used too. */
static const json_t *find_first(struct checker *checker, const char *key,
                                const struct scope *scope) {
  for (; scope != NULL; scope = scope->outer) {
    if (json_is_null(scope->value)) {
      mark_used(checker, key);
      return scope->value;
    }
    const json_t *value = json_object_get(scope->value, key);
    if (value != NULL) {
      if (scope->outer == NULL) {
        mark_used(checker, key);
      }
      return value;
    }
  }
  return NULL;
}

static bool look_up(struct checker *checker, const struct template *template,
                    const struct node *node, const struct scope *scope, const json_t **value) {
  *value = scope->value;
  if (node->keys_count == 0) {
    return true;
  }
  *value = find_first(checker, node->keys[0], scope);
  for (size_t i = 1; i < node->keys_count && *value != NULL && !json_is_null(*value); i++) {
    *value = json_object_get(*value, node->keys[i]);
  }
  return *value != NULL || fail(checker, template, node, "the data have no name");
}

static bool check(struct checker *checker, const struct template *template, size_t begin,
                  size_t end, const struct scope *scope);

static bool check_section(struct checker *checker, const struct template *template, size_t index,
                          const struct scope *scope) {
  const struct node *node = &template->nodes[index];
  const json_t *value;
  if (!look_up(checker, template, node, scope, &value)) {
    return false;
  }
  if (node->kind == NODE_INVERTED) {
    return check(checker, template, index + 1, node->end, scope);
  }
  if (json_is_array(value)) {
    value = json_array_get(value, 0);
    if (value == NULL) {
      return fail(checker, template, node, "the sample has no element in");
    }
  }
  return check(checker, template, index + 1, node->end, &(struct scope){value, scope});
}

static bool check_variable(struct checker *checker, const struct template *template,
                           const struct node *node, const struct scope *scope) {
  const json_t *value;
  if (!look_up(checker, template, node, scope, &value)) {
    return false;
  }
  if (json_is_object(value) || json_is_array(value)) {
    return fail(checker, template, node, "an object or a list cannot be printed:");
  }
  return true;
}

static bool check(struct checker *checker, const struct template *template, size_t begin,
                  size_t end, const struct scope *scope) {
  bool good = true;
  for (size_t i = begin; good && i < end; i++) {
    const struct node *node = &template->nodes[i];
    switch (node->kind) {
    case NODE_TEXT:
      break;
    case NODE_ESCAPED:
    case NODE_TRUSTED:
      good = check_variable(checker, template, node, scope);
      break;
    case NODE_SECTION:
    case NODE_INVERTED:
      good = check_section(checker, template, i, scope);
      i = node->end - 1;
      break;
    case NODE_PARTIAL:
      good = check(checker, node->partial, 0, node->partial->nodes_count, scope);
      break;
    }
  }
  return good;
}

static void check_unused(struct checker *checker, const struct template *template) {
  for (void *at = json_object_iter((json_t *)checker->sample); at != NULL;
       at = json_object_iter_next((json_t *)checker->sample, at)) {
    const char *key = json_object_iter_key(at);
    if (json_object_get(checker->used, key) == NULL) {
      checker->message =
          template_message(checker->arena, template, 1, "the template does not use", key);
      return;
    }
  }
}

const char *template_check(const struct template *template, const json_t *sample,
                           struct arena *arena) {
  struct checker checker = {.sample = sample, .used = json_object(), .arena = arena};
  if (checker.used == NULL) {
    return "templates: memory is out";
  }
  if (check(&checker, template, 0, template->nodes_count, &(struct scope){sample, NULL})) {
    check_unused(&checker, template);
  }
  json_decref(checker.used);
  return checker.message;
}
