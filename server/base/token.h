/* token: 256 random bits that open something: a session, an invitation, the API.
 *
 * The holder has the text, the database its hash. 256 random bits need neither salt nor
 * key: nobody can try them all. */
#ifndef HJEMSVAR_BASE_TOKEN_H
#define HJEMSVAR_BASE_TOKEN_H

#include "base/crypto.h"

enum {
  TOKEN_BYTES = 32,
  TOKEN_CHARACTERS = 52, /* in Crockford's base 32, without the NUL */
  TOKEN_HASH_BYTES = 32,
  TOKEN_CSRF_CHARACTERS = 26 /* 128 bits, without the NUL */
};

/* Draws a token: its text, and the hash that is stored. */
void token_new(char text[TOKEN_CHARACTERS + 1], unsigned char hash[TOKEN_HASH_BYTES]);

/* The hash of a token as it came from outside; false when the text is none. */
must_check bool token_hash(const char *text, unsigned char hash[TOKEN_HASH_BYTES]);

/* The word that every form of a session carries: derived from the session's token (its
 * text) and the installation's secret, so nothing is stored. "" for a text that is no token. */
void token_csrf(const struct crypto_keys *keys, const char *text,
                char csrf[TOKEN_CSRF_CHARACTERS + 1]);

/* Tells, in constant time, whether a form carries the word of its session; that of the
 * secret before counts too. */
must_check bool token_csrf_check(const struct crypto_keys *keys, const char *text,
                                 const char *csrf);

/* A mark for a browser in which someone has signed in: whoever tries passwords from elsewhere
 * then slows down only themselves (sign_in_begin). It is a keyed hash of the address in lower
 * case and a random number; nothing is stored. */
enum { TOKEN_DEVICE_CHARACTERS = 52 };
void token_device_new(const struct crypto_keys *keys, const char *email,
                      char device[TOKEN_DEVICE_CHARACTERS + 1]);
must_check bool token_device_check(const struct crypto_keys *keys, const char *email,
                                   const char *device);

#endif
