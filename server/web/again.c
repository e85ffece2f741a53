#include "web/again.h"

#include <string.h>

#define ACTION "action"

static json_t *fields_json(const struct form *form) {
  json_t *fields = json_array();
  for (size_t i = 0; i < form->count; i++) {
    const char *name = form->fields[i].name;
    if (strcmp(name, ACTION) == 0) {
      continue;
    }
    json_t *field = json_pack("{s:s, s:s}", "name", name, "value", form_value(form, name));
    if (json_array_append_new(fields, field) != 0) {
      json_decref(fields);
      return NULL;
    }
  }
  return fields;
}

json_t *again_json(const struct route *route, unsigned status, const char *fetch_site,
                   const char *path, const struct form *form) {
  bool ours = fetch_site == NULL || strcmp(fetch_site, "same-origin") == 0;
  bool away = status == MHD_HTTP_SERVICE_UNAVAILABLE || status == MHD_HTTP_INTERNAL_SERVER_ERROR;
  if (route == NULL || !route->again || !ours || !away || form->count == 0) {
    return NULL;
  }
  const char *action = form_find(form, ACTION) == NULL ? NULL : form_value(form, ACTION);
  return json_pack("{s:s, s:s?, s:o}", "path", path, ACTION, action, "fields", fields_json(form));
}
