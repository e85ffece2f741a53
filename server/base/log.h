/* log: one JSON object a line, on stderr.
 *
 * Nothing that could name a person goes in: no address, no code, no answer, no
 * SQL parameter, no part of a URL under /S/. Thread-safe; a line is written by
 * one write(2). Where nobody reads, so that there is no room for it, it is lost; the next one that
 * finds room comes after {"event":"log_lost","lines":…}, which says how many were. */
#ifndef HJEMSVAR_BASE_LOG_H
#define HJEMSVAR_BASE_LOG_H

#include "base/base.h"

enum log_level {
  LOG_LEVEL_INFO,
  LOG_LEVEL_WARNING, /* the client's fault, or a thing that mends itself */
  LOG_LEVEL_ERROR    /* ours: someone has to look */
};

/* Writes {"time":…,"level":…,"event":event, …}; the fields are given as
 * Jansson's json_pack(3) takes the inside of an object, e.g.
 * log_event(LOG_LEVEL_INFO, "listening", "s:s, s:s", "listener", name,
 * "address", text); NULL fields for none. A line that cannot be made is
 * replaced by one that says so. */
void log_event(enum log_level level, const char *event, const char *fields, ...);

#endif
