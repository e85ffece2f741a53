#include "base/template.h"

#include "base/template_node.h"

/* The value of a name, or NULL. The first key is looked for from the innermost
 * section outwards; the others go down from there. */
static const json_t *look_up(const struct node *node, const struct scope *scope) {
  if (node->keys_count == 0) {
    return scope->value;
  }
  const json_t *value = NULL;
  for (; value == NULL && scope != NULL; scope = scope->outer) {
    value = json_object_get(scope->value, node->keys[0]);
  }
  for (size_t i = 1; value != NULL && i < node->keys_count; i++) {
    value = json_object_get(value, node->keys[i]);
  }
  return value;
}

static bool is_empty(const json_t *value) {
  switch (value == NULL ? JSON_NULL : json_typeof(value)) {
  case JSON_NULL:
  case JSON_FALSE:
    return true;
  case JSON_ARRAY:
    return json_array_size(value) == 0;
  case JSON_STRING:
    return json_string_length(value) == 0;
  case JSON_OBJECT:
  case JSON_INTEGER:
  case JSON_REAL:
  case JSON_TRUE:
    return false;
  }
  return true;
}

static void print_value(const json_t *value, bool trusted, struct text *text) {
  switch (value == NULL ? JSON_NULL : json_typeof(value)) {
  case JSON_STRING:
    if (trusted) {
      text_add_bytes(text, json_string_value(value), json_string_length(value));
    } else {
      text_add_escaped(text, json_string_value(value));
    }
    return;
  case JSON_INTEGER:
    text_addf(text, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    return;
  case JSON_REAL:
    text_addf(text, "%.15g", json_real_value(value));
    return;
  case JSON_TRUE:
    text_add(text, "true");
    return;
  case JSON_FALSE:
    text_add(text, "false");
    return;
  case JSON_NULL:
  case JSON_OBJECT:
  case JSON_ARRAY:
    return;
  }
}

static void render(const struct template *template, size_t begin, size_t end,
                   const struct scope *scope, struct text *text);

static void render_section(const struct template *template, size_t index, const struct scope *scope,
                           struct text *text) {
  const struct node *node = &template->nodes[index];
  const json_t *value = look_up(node, scope);
  if (is_empty(value)) {
    return;
  }
  if (!json_is_array(value)) {
    render(template, index + 1, node->end, &(struct scope){value, scope}, text);
    return;
  }
  for (size_t i = 0; i < json_array_size(value); i++) {
    render(template, index + 1, node->end, &(struct scope){json_array_get(value, i), scope}, text);
  }
}

/* Renders the nodes from begin up to end. */
static void render(const struct template *template, size_t begin, size_t end,
                   const struct scope *scope, struct text *text) {
  for (size_t i = begin; i < end; i++) {
    const struct node *node = &template->nodes[i];
    switch (node->kind) {
    case NODE_TEXT:
      text_add_bytes(text, node->text, node->length);
      break;
    case NODE_ESCAPED:
    case NODE_TRUSTED:
      print_value(look_up(node, scope), node->kind == NODE_TRUSTED, text);
      break;
    case NODE_SECTION:
      render_section(template, i, scope, text);
      i = node->end - 1;
      break;
    case NODE_INVERTED:
      if (is_empty(look_up(node, scope))) {
        render(template, i + 1, node->end, scope, text);
      }
      i = node->end - 1;
      break;
    case NODE_PARTIAL:
      render(node->partial, 0, node->partial->nodes_count, scope, text);
      break;
    }
  }
}

void template_render(const struct template *template, const json_t *data, struct text *text) {
  render(template, 0, template->nodes_count, &(struct scope){data, NULL}, text);
}
