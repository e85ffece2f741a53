/* version: which Hjemsvar this is. The only place that says so. */
#ifndef HJEMSVAR_BASE_VERSION_H
#define HJEMSVAR_BASE_VERSION_H

#define VERSION_TEXT "0.1.0"

#endif
