/* template_node: a template once it is compiled. Private to base/: the compiler,
 * the set, the check and the renderer of templates share it.
 *
 * The nodes of a template stand in one array in the order of the page. A section
 * is a node followed by its body; `end` says where that ends. */
#ifndef HJEMSVAR_BASE_TEMPLATE_NODE_H
#define HJEMSVAR_BASE_TEMPLATE_NODE_H

#include "base/template.h"

enum { TEMPLATE_DEPTH_MAX = 32 /* sections within sections */ };

enum node_kind {
  NODE_TEXT,
  NODE_ESCAPED,  /* {{name}} */
  NODE_TRUSTED,  /* {{{html_trusted_name}}} */
  NODE_SECTION,  /* {{#name}} */
  NODE_INVERTED, /* {{^name}} */
  NODE_PARTIAL   /* {{>name}} */
};

struct node {
  enum node_kind kind;
  int line;                       /* in its file, from 1 */
  const char *text;               /* NODE_TEXT: the bytes; else the name as written */
  size_t length;                  /* NODE_TEXT */
  const char *const *keys;        /* the name split at its dots; none for "." */
  size_t keys_count;              /* sections and variables */
  size_t end;                     /* sections: index of the first node after the body */
  const struct template *partial; /* NODE_PARTIAL, once the set is linked */
};

struct template {
  const char *name;
  const char *file; /* for messages */
  struct node *nodes;
  size_t nodes_count;
  bool visiting, visited; /* while the set looks for circles */
};

/* Compiles length bytes of source, which end with a NUL, hold none and live as
 * long as the arena, into template->nodes, in the arena. NULL, or
 * "file:line: what" of the messages' arena. */
must_check const char *template_compile(struct template *template, const char *source,
                                        size_t length, struct arena *arena, struct arena *messages);

/* Prints "file:line: what"; never NULL. */
const char *template_message(struct arena *arena, const struct template *template, int line,
                             const char *what, const char *name);

/* What a name can be looked up in: the values of the sections around it. */
struct scope {
  const json_t *value;
  const struct scope *outer; /* NULL: the data as a whole */
};

#endif
