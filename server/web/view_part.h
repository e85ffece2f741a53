/* view_part: pieces that the pages of view.h are put together from. Private to the
 * view files. Each returns a new JSON value, or NULL when memory is out. */
#ifndef HJEMSVAR_WEB_VIEW_PART_H
#define HJEMSVAR_WEB_VIEW_PART_H

#include "web/view.h"

/* Words of the questionnaire in the view's language. */
const char *view_words(const struct view *view, const struct words *words);

/* Our own words. */
const char *view_own(const struct view *view, const char *key);

/* A setting of the installation, ready to stand in a sentence of the view's language. */
const char *view_setting(const struct view *view, const char *key);

/* "Barn 2"; NULL when the field is not asked per child. */
const char *view_child(const struct view *view, int field);

/* The label of a choice, count or step of a scale. */
const char *view_label(const struct view *view, const struct question *question, int code);

/* Paragraphs as an array of strings. */
must_check json_t *view_paragraphs(const struct view *view, const struct words *words,
                                   size_t count);

/* The hidden fields of a page: everything given that section (-1: none) does not ask. */
must_check json_t *view_hidden(const struct view *view, const char *page, int section);

/* The frame of a page with its title. */
must_check json_t *view_frame(const struct view *view, const char *title);

/* All sections as the page script's prototypes (view_section.c). */
must_check json_t *view_prototypes(const struct view *view);

/* What the page script must know of a question to route it (view_routing.c). */
must_check json_t *view_routing(const struct view *view, const struct question *question);

/* Other languages to switch to. */
must_check json_t *view_switch(const struct view *view);

/* Adds a member, taking over value; turns *object into NULL when memory is out. */
void view_add(json_t **object, const char *name, json_t *value);

#endif
