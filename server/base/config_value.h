/* config_value: one value of the configuration, from text to meaning. Private to
 * base/. Each function returns NULL when the value is good, else what is wrong
 * with it and, after "hint: ", how to mend it: a string that lives as long as the
 * program. */
#ifndef HJEMSVAR_BASE_CONFIG_VALUE_H
#define HJEMSVAR_BASE_CONFIG_VALUE_H

#include "base/config.h"

/* "host:port", ":port" and "port" as "host:port", host 127.0.0.1 when absent. */
must_check const char *config_value_listen(const char *value, struct arena *arena,
                                           const char **out);

/* A public address in lower case without its final slash. */
must_check const char *config_value_url(const char *value, struct arena *arena, const char **out);

/* Networks separated by commas or white space. */
must_check const char *config_value_networks(const char *value, struct arena *arena,
                                             const struct config_network **out, size_t *count);

/* The name of a header (RFC 9110, section 5.1); NULL: none. */
must_check const char *config_value_header(const char *value, struct arena *arena,
                                           const char **out);

/* A whole number from 1 to 100000. */
must_check const char *config_value_connections(const char *value, int *out);

/* A whole number from 10 to 3600. */
must_check const char *config_value_seconds(const char *value, int *out);

/* A whole number from 1 to 256. */
must_check const char *config_value_batch(const char *value, int *out);

/* The content of a file of at most 64 KiB, without the newline at its end. */
must_check const char *config_value_file(const char *path, struct arena *arena, const char **out);

#endif
