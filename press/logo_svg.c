#include "logo_svg.h"

#include <libxml/xmlreader.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* librsvg draws a clip anew for each shape that it cuts, at some 10 us a node. */
enum { NODES_MAX = 20000, CLIPPED_MAX = 50000 };

static const char *const elements[] = {
    "svg",      "g",     "defs",    "title",    "desc",           "path",           "rect",
    "circle",   "line",  "ellipse", "polyline", "polygon",        "text",           "tspan",
    "clipPath", "style", "stop",    "a",        "linearGradient", "radialGradient", "metadata"};

static bool listed(const char *name) {
  for (size_t i = 0; i < array_length(elements); i++) {
    if (strcmp(elements[i], name) == 0) {
      return true;
    }
  }
  return false;
}

/* Style sheets and attributes may name the file's own parts, and nothing else. */
static bool value_plain(const char *value) {
  if (strstr(value, "dasharray") != NULL || strchr(value, '@') != NULL) {
    return false;
  }
  for (const char *at = strstr(value, "url("); at != NULL; at = strstr(at + 1, "url(")) {
    if (strncmp(at, "url(#", 5) != 0) {
      return false;
    }
  }
  return true;
}

static bool attribute_plain(const char *name, const char *value) {
  if (strcmp(name, "href") == 0) {
    return value[0] == '#';
  }
  return strncasecmp(name, "on", 2) != 0 && strcmp(name, "stroke-dasharray") != 0 &&
         (strcmp(name, "style") != 0 || value_plain(value)) &&
         (strstr(value, "url(") == NULL || value_plain(value));
}

static bool attributes_plain(xmlTextReaderPtr reader, char fault[LOGO_SVG_FAULT_BYTES]) {
  bool plain = true;
  while (plain && xmlTextReaderMoveToNextAttribute(reader) == 1) {
    const char *name = (const char *)xmlTextReaderConstLocalName(reader);
    const char *value = (const char *)xmlTextReaderConstValue(reader);
    if (xmlTextReaderIsNamespaceDecl(reader) == 1 || name == NULL || value == NULL) {
      continue;
    }
    plain = attribute_plain(name, value);
    if (!plain) {
      (void)snprintf(fault, LOGO_SVG_FAULT_BYTES,
                     "the SVG has the attribute %.40s with something "
                     "that a logo may not have",
                     name);
    }
  }
  (void)xmlTextReaderMoveToElement(reader);
  return plain;
}

/* What belongs to the program that drew it is in a namespace of its own, and not drawn. */
static bool foreign(xmlTextReaderPtr reader) {
  const char *space = (const char *)xmlTextReaderConstNamespaceUri(reader);
  return space != NULL && strcmp(space, "http://www.w3.org/2000/svg") != 0;
}

static bool node_plain(xmlTextReaderPtr reader, char fault[LOGO_SVG_FAULT_BYTES]) {
  int type = xmlTextReaderNodeType(reader);
  if (type == XML_READER_TYPE_TEXT || type == XML_READER_TYPE_CDATA) {
    const char *value = (const char *)xmlTextReaderConstValue(reader);
    if (value != NULL && (strstr(value, "@import") != NULL || strstr(value, "dasharray") != NULL ||
                          (strstr(value, "url(") != NULL && !value_plain(value)))) {
      (void)snprintf(fault, LOGO_SVG_FAULT_BYTES,
                     "the SVG has a style sheet with something that a logo may not have");
      return false;
    }
    return true;
  }
  if (type != XML_READER_TYPE_ELEMENT || foreign(reader)) {
    return true;
  }
  const char *name = (const char *)xmlTextReaderConstLocalName(reader);
  if (name == NULL || !listed(name)) {
    (void)snprintf(fault, LOGO_SVG_FAULT_BYTES, "the SVG has <%.30s>, which a logo may not have",
                   name != NULL ? name : "");
    return false;
  }
  return attributes_plain(reader, fault);
}

struct tally {
  int nodes, shapes, clips; /* elements outside of clips, and in them */
  int clip_depth;           /* of the clip that is being read; -1 outside */
};

static bool count_node(xmlTextReaderPtr reader, struct tally *tally,
                       char fault[LOGO_SVG_FAULT_BYTES]) {
  int depth = xmlTextReaderDepth(reader);
  const char *name = (const char *)xmlTextReaderConstLocalName(reader);
  if (depth <= tally->clip_depth) {
    tally->clip_depth = -1;
  }
  if (xmlTextReaderNodeType(reader) == XML_READER_TYPE_ELEMENT) {
    if (tally->clip_depth < 0 && name != NULL && strcmp(name, "clipPath") == 0) {
      tally->clip_depth = depth;
    }
    *(tally->clip_depth < 0 ? &tally->shapes : &tally->clips) += 1;
  }
  if (++tally->nodes > NODES_MAX) {
    (void)snprintf(fault, LOGO_SVG_FAULT_BYTES, "the SVG has more than %d nodes", NODES_MAX);
    return false;
  }
  if ((int64_t)(tally->shapes + tally->clips) * tally->clips > CLIPPED_MAX) {
    (void)snprintf(fault, LOGO_SVG_FAULT_BYTES,
                   "the SVG has %d shapes in its clips, too many for what they cut", tally->clips);
    return false;
  }
  return true;
}

static void keep_quiet(void *context, xmlErrorPtr error) {
  (void)context;
  (void)error;
}

bool logo_svg_plain(const unsigned char *bytes, size_t size, char fault[LOGO_SVG_FAULT_BYTES]) {
  xmlTextReaderPtr reader =
      xmlReaderForMemory((const char *)bytes, (int)size, NULL, NULL,
                         XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
  if (reader == NULL) {
    (void)snprintf(fault, LOGO_SVG_FAULT_BYTES, "memory is out");
    return false;
  }
  xmlTextReaderSetStructuredErrorHandler(reader, keep_quiet, NULL);
  struct tally tally = {.clip_depth = -1};
  bool plain = true;
  while (plain && xmlTextReaderRead(reader) == 1) {
    plain = node_plain(reader, fault) && count_node(reader, &tally, fault);
  }
  xmlFreeTextReader(reader);
  return plain;
}
