/* console_shape: what the code gives each template of the console besides the frame, as the
 * sample that template_check compares with when the pages are loaded. */
#ifndef HJEMSVAR_WEB_CONSOLE_SHAPE_H
#define HJEMSVAR_WEB_CONSOLE_SHAPE_H

#include "web/console.h"

struct console_shape {
  const char *name;   /* of the template in templates/console/ */
  const char *sample; /* JSON: every hole, NULL where a text goes */
};

extern const struct console_shape console_shapes[CONSOLE_PAGES];

#endif
