/* totp: the second step of a sign-in, by an app on the phone (RFC 6238, by liboath), and
 * the recovery codes for whoever has lost the phone.
 *
 * Six digits, 30 seconds, SHA-1: what all apps know. Nothing here reads a clock or keeps
 * state; that a code counts once is the database's to decide (store/session_store.h). */
#ifndef HJEMSVAR_BASE_TOTP_H
#define HJEMSVAR_BASE_TOTP_H

#include "base/arena.h"
#include "base/crypto.h"

enum {
  TOTP_SECRET_BYTES = 20,
  TOTP_SEALED_BYTES = 24 + 16 + TOTP_SECRET_BYTES, /* nonce, tag, secret */
  TOTP_TEXT_CHARACTERS = 32,                       /* the secret in RFC 4648 base 32, no NUL */
  TOTP_DIGITS = 6,
  TOTP_STEP_SECONDS = 30
};

/* Draws a new secret. */
void totp_secret_new(unsigned char secret[TOTP_SECRET_BYTES]);

/* Seals a secret for its account with a key from the installation's secret
 * (crypto_secretbox); what is sealed for one account opens for no other. */
void totp_seal(const struct crypto_keys *keys, int staff,
               const unsigned char secret[TOTP_SECRET_BYTES],
               unsigned char sealed[TOTP_SEALED_BYTES]);

/* Opens what totp_seal made, with the current secret of the installation or the one before.
 * False when neither fits. */
must_check bool totp_open(const struct crypto_keys *keys, int staff,
                          const unsigned char sealed[TOTP_SEALED_BYTES],
                          unsigned char secret[TOTP_SECRET_BYTES]);

/* The secret as people type it into an app. */
void totp_text(const unsigned char secret[TOTP_SECRET_BYTES], char text[TOTP_TEXT_CHARACTERS + 1]);

/* The otpauth:// address for a QR code, issuer Hjemsvar, account the e-mail address: a
 * string of the arena, NULL when memory is out. Source: the "Key Uri Format" of Google
 * Authenticator. */
must_check const char *totp_uri(struct arena *arena, const unsigned char secret[TOTP_SECRET_BYTES],
                                const char *email);

/* Tells whether the typed code (spaces in it are passed over) is that of the step at
 * now_seconds (Unix time, the database's), the one before or the one after; *step is then
 * the step it belongs to. */
must_check bool totp_check(const unsigned char secret[TOTP_SECRET_BYTES], const char *code,
                           int64_t now_seconds, int64_t *step);

/* The code of a step, for tests and demonstrations. */
void totp_code(const unsigned char secret[TOTP_SECRET_BYTES], int64_t step,
               char code[TOTP_DIGITS + 1]);

enum {
  RECOVERY_CODES = 10,
  RECOVERY_CODE_CHARACTERS = 11, /* "7KQ4M-2VXYZ": 50 bits, without the NUL */
  RECOVERY_HASH_BYTES = 16
};

/* Draws a recovery code as it is shown, once. */
void recovery_code_new(char code[RECOVERY_CODE_CHARACTERS + 1]);

/* What is stored of a typed recovery code of an account: a keyed hash of that generation
 * of the installation's secret. Case, spaces and hyphens do not matter. False when it
 * cannot be one. */
must_check bool recovery_code_hash(const struct crypto_keys *keys, int generation, int staff,
                                   const char *code, unsigned char hash[RECOVERY_HASH_BYTES]);

#endif
