#include <string.h>

#include "base/template_node.h"

struct compiler {
  struct template *template;
  struct arena *arena;
  struct arena *messages;
  const char *at;      /* what is not read yet */
  const char *begin;   /* of the source */
  const char *end;     /* of the source */
  const char *counted; /* lines are counted up to here */
  int line;            /* at counted */
  size_t open[TEMPLATE_DEPTH_MAX];
  size_t open_count;
  const char *message;
};

/* One tag as it stands in the source. */
struct tag {
  const char *begin; /* of "{{" */
  const char *after; /* of "}}" */
  char sigil;        /* '#', '^', '/', '>', '!', '{' or 0 for a plain name */
  const char *name;  /* trimmed */
  size_t name_length;
  int line;
};

const char *template_message(struct arena *arena, const struct template *template, int line,
                             const char *what, const char *name) {
  /* A tag whose braces are amiss may run on over lines; a message is one line. */
  const char *message = arena_printf(arena, "%s:%d: %s \"%.*s\"", template->file, line, what,
                                     (int)strcspn(name, "\r\n"), name);
  return message == NULL ? "templates: memory is out" : message;
}

static bool fail(struct compiler *compiler, int line, const char *what, const char *name) {
  compiler->message = template_message(compiler->messages, compiler->template, line, what, name);
  return false;
}

static bool fail_tag(struct compiler *compiler, const struct tag *tag, const char *what) {
  size_t length = tag->name_length < 60 ? tag->name_length : 60;
  const char *name = arena_copy(compiler->messages, tag->name, length);
  return fail(compiler, tag->line, what, name == NULL ? "" : name);
}

static bool fail_memory(struct compiler *compiler) {
  compiler->message = "templates: memory is out";
  return false;
}

static int count_lines(struct compiler *compiler, const char *until) {
  for (; compiler->counted < until; compiler->counted++) {
    compiler->line += *compiler->counted == '\n';
  }
  return compiler->line;
}

static bool is_blank(char byte) {
  return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

/* Reads the tag whose "{{" stands at begin. */
static bool read_tag(struct compiler *compiler, const char *begin, struct tag *tag) {
  *tag = (struct tag){.begin = begin, .name = "", .line = count_lines(compiler, begin)};
  const char *inside = begin + 2;
  if (inside < compiler->end && *inside != '\0' && strchr("#^/>!{&=", *inside) != NULL) {
    tag->sigil = *inside++;
  }
  const char *closing = tag->sigil == '{' ? "}}}" : "}}";
  const char *close = strstr(inside, closing);
  if (close == NULL) {
    return fail_tag(compiler, tag, "a tag is not closed");
  }
  tag->after = close + strlen(closing);
  while (inside < close && is_blank(*inside)) {
    inside++;
  }
  while (close > inside && is_blank(close[-1])) {
    close--;
  }
  tag->name = inside;
  tag->name_length = (size_t)(close - inside);
  return true;
}

/* A tag that prints nothing itself and stands alone on its line takes the line
 * with it: moves *begin back to its start and *after beyond its newline. */
static void widen_to_line(const struct compiler *compiler, const struct tag *tag,
                          const char **begin, const char **after) {
  if (tag->sigil == 0 || tag->sigil == '{') {
    return;
  }
  const char *first = tag->begin, *last = tag->after;
  while (first > compiler->begin && (first[-1] == ' ' || first[-1] == '\t')) {
    first--;
  }
  while (last < compiler->end && (*last == ' ' || *last == '\t')) {
    last++;
  }
  if (last < compiler->end && *last == '\r') {
    last++;
  }
  bool starts = first == compiler->begin || first[-1] == '\n';
  bool ends = last == compiler->end || *last == '\n';
  if (starts && ends) {
    *begin = first;
    *after = last == compiler->end ? last : last + 1;
  }
}

static struct node *add_node(struct compiler *compiler, enum node_kind kind, int line) {
  struct node *node = &compiler->template->nodes[compiler->template->nodes_count++];
  *node = (struct node){.kind = kind, .line = line};
  return node;
}

static void add_text(struct compiler *compiler, const char *begin, const char *end) {
  if (begin < end) {
    struct node *node = add_node(compiler, NODE_TEXT, compiler->line);
    node->text = begin;
    node->length = (size_t)(end - begin);
  }
}

static bool is_key_character(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9') || byte == '_' || byte == '-';
}

/* Splits "a.b" into its keys; "." has none. */
static bool split_name(struct compiler *compiler, const struct tag *tag, struct node *node) {
  char *name = arena_copy(compiler->arena, tag->name, tag->name_length);
  const char **keys = arena_array(compiler->arena, tag->name_length / 2 + 1, sizeof *keys);
  if (name == NULL || keys == NULL) {
    return fail_memory(compiler);
  }
  node->text = arena_string(compiler->arena, name);
  node->keys = keys;
  if (node->text == NULL) {
    return fail_memory(compiler);
  }
  if (strcmp(name, ".") == 0) {
    return true;
  }
  for (char *key = name;;) {
    size_t length = 0;
    while (is_key_character(key[length])) {
      length++;
    }
    if (length == 0 || (key[length] != '.' && key[length] != '\0')) {
      return fail_tag(compiler, tag, "a tag holds no name");
    }
    keys[node->keys_count++] = key;
    if (key[length] == '\0') {
      return true;
    }
    key[length] = '\0';
    key += length + 1;
  }
}

static bool add_variable(struct compiler *compiler, const struct tag *tag) {
  static const char trusted[] = "html_trusted_";
  struct node *node =
      add_node(compiler, tag->sigil == '{' ? NODE_TRUSTED : NODE_ESCAPED, tag->line);
  if (!split_name(compiler, tag, node)) {
    return false;
  }
  if (node->kind == NODE_ESCAPED) {
    return true;
  }
  const char *last = node->keys_count == 0 ? "" : node->keys[node->keys_count - 1];
  if (strncmp(last, trusted, sizeof trusted - 1) != 0) {
    return fail_tag(compiler, tag, "only names that begin with html_trusted_ go unescaped, not");
  }
  return true;
}

static bool open_section(struct compiler *compiler, const struct tag *tag) {
  if (compiler->open_count == TEMPLATE_DEPTH_MAX) {
    return fail_tag(compiler, tag, "too many sections within each other at");
  }
  compiler->open[compiler->open_count++] = compiler->template->nodes_count;
  struct node *node =
      add_node(compiler, tag->sigil == '#' ? NODE_SECTION : NODE_INVERTED, tag->line);
  return split_name(compiler, tag, node);
}

static bool close_section(struct compiler *compiler, const struct tag *tag) {
  if (compiler->open_count == 0) {
    return fail_tag(compiler, tag, "no section is open to be closed by");
  }
  struct node *node = &compiler->template->nodes[compiler->open[--compiler->open_count]];
  if (strlen(node->text) != tag->name_length ||
      memcmp(node->text, tag->name, tag->name_length) != 0) {
    return fail_tag(compiler, tag, "another section is open than the one closed by");
  }
  node->end = compiler->template->nodes_count;
  return true;
}

static bool add_partial(struct compiler *compiler, const struct tag *tag) {
  struct node *node = add_node(compiler, NODE_PARTIAL, tag->line);
  if (!split_name(compiler, tag, node)) {
    return false;
  }
  return node->keys_count == 1 || fail_tag(compiler, tag, "a partial has no valid name:");
}

static bool add_tag(struct compiler *compiler, const struct tag *tag) {
  switch (tag->sigil) {
  case '!':
    return true;
  case '#':
  case '^':
    return open_section(compiler, tag);
  case '/':
    return close_section(compiler, tag);
  case '>':
    return add_partial(compiler, tag);
  case '{':
  case '\0':
    return add_variable(compiler, tag);
  default:
    return fail_tag(compiler, tag, "unescaped & and changed delimiters = are not supported:");
  }
}

/* Each tag makes one node and may have text before it. */
static bool make_room(struct compiler *compiler) {
  size_t tags = 0;
  for (const char *at = compiler->begin; (at = strstr(at, "{{")) != NULL; at += 2) {
    tags++;
  }
  compiler->template->nodes =
      arena_array(compiler->arena, 2 * tags + 1, sizeof *compiler->template->nodes);
  return compiler->template->nodes != NULL || fail_memory(compiler);
}

static bool compile(struct compiler *compiler) {
  const char *begin;
  while ((begin = strstr(compiler->at, "{{")) != NULL) {
    struct tag tag;
    if (!read_tag(compiler, begin, &tag)) {
      return false;
    }
    const char *text_end = tag.begin, *after = tag.after;
    widen_to_line(compiler, &tag, &text_end, &after);
    add_text(compiler, compiler->at, text_end);
    if (!add_tag(compiler, &tag)) {
      return false;
    }
    compiler->at = after;
  }
  add_text(compiler, compiler->at, compiler->end);
  if (compiler->open_count > 0) {
    const struct node *node = &compiler->template->nodes[compiler->open[compiler->open_count - 1]];
    return fail(compiler, node->line, "a section is not closed:", node->text);
  }
  return true;
}

const char *template_compile(struct template *template, const char *source, size_t length,
                             struct arena *arena, struct arena *messages) {
  struct compiler compiler = {.template = template,
                              .arena = arena,
                              .messages = messages,
                              .at = source,
                              .begin = source,
                              .end = source + length,
                              .counted = source,
                              .line = 1};
  return make_room(&compiler) && compile(&compiler) ? NULL : compiler.message;
}
