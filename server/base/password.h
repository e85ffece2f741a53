/* password: passwords of staff, hashed with argon2id (RFC 9106, by libsodium).
 *
 * A hash takes much memory on purpose, so one desk hands out a small number of places:
 * who finds none waits a while and is then told that the desk is busy. Those who come from outside
 * (password_verify) and those who are inside, or invited (the other two), get them in turn while
 * both wait: a flood of one kind does not keep the other out. Whoever checks a
 * password for an address that nobody has checks it against the desk's decoy, so that both
 * take the same path. Passwords are compared in Unicode NFKC (as NIST SP 800-63B, 5.1.1.2,
 * recommends), so that they do not depend on the keyboard they were typed on. */
#ifndef HJEMSVAR_BASE_PASSWORD_H
#define HJEMSVAR_BASE_PASSWORD_H

#include "base/base.h"

enum {
  PASSWORD_LEAST_CHARACTERS = 12,
  PASSWORD_MOST_BYTES = 128,  /* in NFKC; longer is refused before it is hashed */
  PASSWORD_HASH_BYTES = 128,  /* of the text that is stored, with its NUL */
  PASSWORD_PLACES = 2,        /* hashes at the same time in one program */
  PASSWORD_PATIENCE_MS = 5000 /* how long one waits for a place */
};

/* What one hash costs: passes over the memory, and how much memory. */
struct password_cost {
  unsigned long long passes;
  size_t memory_bytes;
};

/* 3 passes over 256 MiB: libsodium's "moderate", above RFC 9106's second recommendation
 * (64 MiB). Tests give their own. */
extern const struct password_cost password_cost;

enum password_result {
  PASSWORD_OK,
  PASSWORD_WRONG, /* not the one that was hashed; or there is no hash */
  PASSWORD_BUSY,  /* no place at the desk in time: try again later */
  PASSWORD_MEMORY /* no memory for the hash, or no UTF-8 to hash */
};

struct password_desk;

/* Opens a desk with places for so many hashes at the same time, and makes its decoy, which
 * costs one hash. NULL when memory is out. Thread-safe from then on; the caller closes it
 * when nobody uses it any more. */
must_check struct password_desk *password_desk_open(const struct password_cost *cost, int places,
                                                    int patience_ms);
void password_desk_close(struct password_desk *desk);

/* Hashes a password into the text that is stored. PASSWORD_OK, _BUSY or _MEMORY; never
 * _WRONG. */
must_check enum password_result password_hash(struct password_desk *desk, const char *password,
                                              char hash[PASSWORD_HASH_BYTES]);

/* Tells whether the password is the one of the stored text. hash NULL (nobody has this
 * address, or no password yet): as much work, then PASSWORD_WRONG. A password over the
 * limit is the decoy's affair too. */
must_check enum password_result password_verify(struct password_desk *desk, const char *password,
                                                const char *hash);

/* The same for the own password of somebody who is inside; when it is right a new one is hashed at
 * the same place, so that one waits once (new NULL: none). PASSWORD_MEMORY: the own one was right
 * or was not looked at, and there is no new hash. */
must_check enum password_result password_own(struct password_desk *desk, const char *password,
                                             const char *hash, const char *new,
                                             char new_hash[PASSWORD_HASH_BYTES]);

/* How often the desk has given a place, to hash or verify or both: for tests of the path. */
unsigned long password_desk_used(struct password_desk *desk);

/* What is wrong with a new password; the words stand with the pages. */
enum password_flaw {
  PASSWORD_FINE,
  PASSWORD_UNREADABLE, /* not UTF-8, or a control character */
  PASSWORD_SHORT,      /* fewer than 12 characters */
  PASSWORD_LONG,       /* more than 128 bytes */
  PASSWORD_NAMES_YOU,  /* little more than the address, the name or the municipality */
  PASSWORD_COMMON,     /* on cracklib's list of common passwords, or close to one, or a pattern */
  PASSWORD_UNCHECKED   /* the list cannot be read: install cracklib-runtime */
};

/* Judges a new password by length, against what is known of its owner (count strings, NULL
 * or "" are passed over), and by cracklib. Case does not matter. Thread-safe. */
must_check enum password_flaw password_check(const char *password, const char *const *owner,
                                             size_t count);

/* The name of a flaw, for messages of programs: "short", "common" … */
const char *password_flaw_name(enum password_flaw flaw);

#endif
