/* console_scope: roles and scopes in words, and from the fields of a form. */
#ifndef HJEMSVAR_WEB_CONSOLE_SCOPE_H
#define HJEMSVAR_WEB_CONSOLE_SCOPE_H

#include "store/round_store.h"
#include "store/staff_store.h"
#include "web/work.h"

/* "evaluator" in the reader's language. */
const char *console_scope_role(const struct work *work, enum staff_role role);

/* "København", "alle kommuner og runder", "runde 1, 3"; municipality as in the rows of
 * staff_store.h, may be NULL. */
const char *console_scope_text(const struct work *work, const struct staff_scope *scope,
                               const char *municipality);

/* Reads the fields role, municipality and rounds. False when they say nothing readable;
 * whether the scope makes sense is the database's to say. */
must_check bool console_scope_read(struct work *work, struct staff_scope *scope);

/* The options of a form: roles (those of the bits of route.h), and municipalities. Marked as
 * chosen is what the form said. NULL when memory is out. */
must_check json_t *console_scope_roles(const struct work *work, unsigned roles);
must_check json_t *console_scope_municipalities(const struct work *work,
                                                const struct municipality_row *rows, size_t count);

#endif
