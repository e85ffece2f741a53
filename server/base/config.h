/* config: what both programs read from the environment and the command line.
 *
 * A variable HJEMSVAR_NAME_X and a flag --name-x mean the same; the flag wins.
 * An unknown HJEMSVAR_* variable is an error, because a mistyped one would be
 * passed over in silence. */
#ifndef HJEMSVAR_BASE_CONFIG_H
#define HJEMSVAR_BASE_CONFIG_H

#include "base/arena.h"

/* One network of HJEMSVAR_TRUSTED_PROXIES, IPv4 as IPv4-mapped IPv6. */
struct config_network {
  unsigned char address[16];
  int prefix_bits; /* 0-128 */
};

struct config {
  const char *database_url;     /* any libpq connection string; never NULL, may be "" */
  const char *database_missing; /* why there is no database to go to, for people; or NULL */
  const char *listen;           /* "host:port"; port 0: any free one */
  const char *console_listen;
  const char *ops_listen;
  const char *public_url;           /* "https://host[:port]", without a path or a final slash */
  const char *console_url;          /* of the console, likewise; what invitations say */
  bool console_url_given;           /* whether somebody has said so */
  const char *secret_file;          /* NULL when not given */
  const char *secret_previous_file; /* NULL when not given */
  const char *key_dir;
  const char *share_dir; /* holds templates/ and migrations/ */
  const struct config_network *trusted_proxies;
  size_t trusted_proxies_count;
  const char *console_proxy_header; /* names the header of a trusted proxy that says who is
                                       signed in; NULL: none does */
  int connections_per_address;      /* respondents; 1-100000 */
  int work_max_s;                   /* older work of a worker counts as stuck; 10-3600 */
  int batch_max;                    /* answers that the writer commits together; 1-256 */
};

/* Reads the environment and takes the flags of config out of argv (argc and
 * argv then hold the rest, in order; "--" ends the flags and stays). argv[0], or
 * /proc/self/exe when it has no slash, finds share_dir when none is given: the
 * folder above the program's if it holds templates/, else /usr/share/hjemsvar.
 * The database may also be named by libpq's own variables (PGHOST, PGSERVICE …); that
 * nothing names one is no error of config_load, for not every command needs one, but
 * stands in database_missing. An empty value counts as none given. Strings live in the arena.
 * Returns NULL, or a message of the arena that says what is wrong and how to mend it (exit code
 * 78). */
must_check const char *config_load(struct config *config, struct arena *arena, int *argc,
                                   char **argv, char **environment);

/* Tells whether a 16-byte address (IPv4 mapped) is in a trusted network. */
bool config_trusts(const struct config *config, const unsigned char address[16]);

#endif
