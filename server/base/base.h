/* base: the few words that every room shares.
 *
 * The room base/ holds what knows nothing of surveys, databases or HTTP:
 * memory, text, time, keys, configuration and the log. Every other room may
 * call it; it calls none. */
#ifndef HJEMSVAR_BASE_BASE_H
#define HJEMSVAR_BASE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The result of such a function decides what happens next; it is never
 * dropped. */
#define must_check __attribute__((warn_unused_result))

/* Checks a printf-style format at compile time. */
#define printf_like(string, first) __attribute__((format(printf, string, first)))

#define array_length(array) (sizeof(array) / sizeof((array)[0]))

/* Exit codes of both programs, from BSD sysexits(3). */
enum exit_code {
  EXIT_CODE_OK = 0,
  EXIT_CODE_USAGE = 64,    /* the command line is wrong */
  EXIT_CODE_DATA = 65,     /* the input is wrong */
  EXIT_CODE_DOWN = 69,     /* the database cannot be reached */
  EXIT_CODE_INTERNAL = 70, /* our fault */
  EXIT_CODE_CREATE = 73,   /* an output file cannot be made */
  EXIT_CODE_IO = 74,       /* reading or writing failed */
  EXIT_CODE_DENIED = 77,   /* not allowed */
  EXIT_CODE_CONFIG = 78    /* the configuration is wrong or incomplete */
};

#endif
