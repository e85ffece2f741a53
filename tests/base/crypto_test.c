#include "base/crypto.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "folder.h"

enum { SECRET_BYTES = 40 };

static struct folder folder;
static unsigned char secret[SECRET_BYTES];
static char secret_path[FOLDER_PATH_BYTES];
static struct crypto_keys keys;

static void setup(void) {
  cr_assert(crypto_init());
  folder_init(&folder);
  for (size_t i = 0; i < sizeof secret; i++) {
    secret[i] = (unsigned char)i;
  }
  folder_write(&folder, "secret", secret, sizeof secret, 0600, secret_path);
  cr_assert_eq(crypto_keys_load(&keys, secret_path, NULL), CRYPTO_OK);
}

static void teardown(void) {
  crypto_keys_clear(&keys);
  folder_clear(&folder);
}

TestSuite(crypto, .init = setup, .fini = teardown);

static void expect_hex(const unsigned char *bytes, size_t size, const char *hex) {
  char printed[129];
  for (size_t i = 0; i < size; i++) {
    snprintf(printed + 2 * i, 3, "%02x", bytes[i]);
  }
  cr_expect_str_eq(printed, hex);
}

/* Expected values: Python's hashlib.blake2b with key, salt (subkey id) and
 * person (context), as libsodium's manual describes crypto_kdf. A change in any
 * of them would make stored receipts and digests unreadable. */
Test(crypto, derives_the_keys_that_earlier_versions_derived) {
  static const struct crypto_part parts[] = {{"one", 3}, {"", 0}, {"three", 5}};
  unsigned char out[64];
  crypto_digest(&keys, 0, CRYPTO_FOR_ANSWERS, parts, 3, out, 16);
  expect_hex(out, 16, "bf0b323246d2fb338cfd48666a232f97");
  crypto_digest(&keys, 0, CRYPTO_FOR_RECEIPT, parts, 3, out, 10);
  expect_hex(out, 10, "4a6bd1c4463e3b0a727a");
  crypto_digest(&keys, 0, CRYPTO_FOR_FINGERPRINT, NULL, 0, out, 32);
  expect_hex(out, 32, "c6be44cd5a5a688f42ebdd20f87ef7ae0e776b81223a4cde4d201c09be13ebd2");
  crypto_digest(&keys, 0, CRYPTO_FOR_CODE, &(struct crypto_part){"x", 1}, 1, out, 64);
  expect_hex(out, 64,
             "3b599fbadc63807956cd122cc030feabba457ceb3f8995b0d357b7d0cb70f336"
             "f90f1de08b912347cce9e36255ceda2c21054a9cc7bb17cae934e36786227926");
}

Test(crypto, tells_lists_of_parts_apart_that_join_to_the_same_bytes) {
  static const struct crypto_part lists[][2] = {
      {{"ab", 2}, {"c", 1}}, {{"a", 1}, {"bc", 2}}, {{"abc", 3}, {"", 0}}, {{"", 0}, {"abc", 3}}};
  unsigned char out[array_length(lists)][16];
  for (size_t i = 0; i < array_length(lists); i++) {
    crypto_digest(&keys, 0, CRYPTO_FOR_ANSWERS, lists[i], 2, out[i], 16);
    for (size_t j = 0; j < i; j++) {
      cr_expect_neq(memcmp(out[i], out[j], 16), 0, "lists %zu and %zu", i, j);
    }
  }
}

Test(crypto, reads_with_the_previous_secret_what_it_made) {
  static const struct crypto_part part = {"round", 5};
  char path[FOLDER_PATH_BYTES];
  unsigned char before[16], after[16];
  struct crypto_keys both;
  folder_write(&folder, "new", "another secret of thirty-two bytes or more", 42, 0400, path);
  cr_assert_eq(crypto_keys_load(&both, path, secret_path), CRYPTO_OK);
  cr_expect_eq(both.generations, 2);
  crypto_digest(&keys, 0, CRYPTO_FOR_RECEIPT, &part, 1, before, 16);
  crypto_digest(&both, 1, CRYPTO_FOR_RECEIPT, &part, 1, after, 16);
  cr_expect_arr_eq(before, after, 16);
  crypto_digest(&both, 0, CRYPTO_FOR_RECEIPT, &part, 1, after, 16);
  cr_expect_neq(memcmp(before, after, 16), 0);
  crypto_keys_clear(&both);
}

Test(crypto, looks_at_every_byte_of_a_long_secret) {
  static unsigned char longer[64 * 1024 + 1];
  char path[FOLDER_PATH_BYTES];
  struct crypto_keys one, other;
  folder_write(&folder, "long", longer, sizeof longer - 1, 0600, path);
  cr_assert_eq(crypto_keys_load(&one, path, NULL), CRYPTO_OK);
  longer[sizeof longer - 2] = 1;
  folder_write(&folder, "long", longer, sizeof longer - 1, 0600, path);
  cr_assert_eq(crypto_keys_load(&other, path, NULL), CRYPTO_OK);
  cr_expect_neq(memcmp(one.master[0], other.master[0], CRYPTO_KEY_BYTES), 0);
  folder_write(&folder, "long", longer, sizeof longer, 0600, path);
  cr_expect_eq(crypto_keys_load(&one, path, NULL), CRYPTO_IO);
}

Test(crypto, refuses_a_secret_that_is_missing_exposed_or_short) {
  static const struct {
    size_t size;
    mode_t mode;
    enum crypto_result result;
  } cases[] = {{32, 0600, CRYPTO_OK},      {32, 0400, CRYPTO_OK},      {31, 0600, CRYPTO_SHORT},
               {0, 0600, CRYPTO_SHORT},    {40, 0640, CRYPTO_EXPOSED}, {40, 0604, CRYPTO_EXPOSED},
               {40, 0601, CRYPTO_EXPOSED}, {40, 0620, CRYPTO_EXPOSED}};
  struct crypto_keys loaded;
  char path[FOLDER_PATH_BYTES];
  for (size_t i = 0; i < array_length(cases); i++) {
    folder_write(&folder, "case", secret, cases[i].size, cases[i].mode, path);
    cr_expect_eq(crypto_keys_load(&loaded, path, NULL), cases[i].result, "case %zu", i);
    cr_expect_eq(crypto_keys_load(&loaded, secret_path, path), cases[i].result, "case %zu", i);
  }
  folder_path(&folder, "absent", path);
  cr_expect_eq(crypto_keys_load(&loaded, path, NULL), CRYPTO_MISSING);
  cr_expect_eq(crypto_keys_load(&loaded, secret_path, path), CRYPTO_MISSING);
  cr_expect_eq(crypto_keys_load(&loaded, folder.path, NULL), CRYPTO_IO);
  (void)alarm(20); /* so that a program that waits for the FIFO fails and does not hang */
  folder_path(&folder, "fifo", path);
  cr_assert_eq(mkfifo(path, 0600), 0);
  cr_expect_eq(crypto_keys_load(&loaded, path, NULL), CRYPTO_IO);
}

Test(crypto, draws_other_bytes_each_time) {
  unsigned char one[32] = {0}, other[32] = {0};
  crypto_random(one, sizeof one);
  crypto_random(other, sizeof other);
  cr_expect_neq(memcmp(one, other, sizeof one), 0);
}

Test(crypto, tags_the_same_value_the_same_and_each_label_apart) {
  unsigned char key[CRYPTO_KEY_BYTES];
  for (size_t i = 0; i < sizeof key; i++) {
    key[i] = (unsigned char)i;
  }
  cr_expect_eq(crypto_tag(key, "network", "\x7f\0\0\1", 4), 0x2d12);
  cr_expect_neq(crypto_tag(key, "device", "\x7f\0\0\1", 4), 0x2d12);
  cr_expect_neq(crypto_tag(key, "network", "\x7f\0\0\2", 4), 0x2d12);
  key[0] = 1;
  cr_expect_neq(crypto_tag(key, "network", "\x7f\0\0\1", 4), 0x2d12);
}

static size_t count_files(const char *path) {
  size_t count = 0;
  DIR *dir = opendir(path);
  cr_assert_not_null(dir);
  for (const struct dirent *entry; (entry = readdir(dir)) != NULL;) {
    count += entry->d_name[0] != '.';
  }
  closedir(dir);
  return count;
}

Test(crypto, makes_a_round_key_once_and_keeps_it) {
  char dir[FOLDER_PATH_BYTES], path[FOLDER_PATH_BYTES];
  unsigned char first[CRYPTO_KEY_BYTES], second[CRYPTO_KEY_BYTES], other[CRYPTO_KEY_BYTES];
  struct stat status;
  folder_path(&folder, "var/keys", dir);
  folder_path(&folder, "var/keys/round-12.key", path);
  cr_expect_eq(crypto_round_key_load(dir, 12, first), CRYPTO_MISSING);
  cr_assert_eq(crypto_round_key_create(dir, 12), CRYPTO_OK);
  cr_assert_eq(crypto_round_key_load(dir, 12, first), CRYPTO_OK);
  cr_assert_eq(crypto_round_key_create(dir, 12), CRYPTO_OK);
  cr_assert_eq(crypto_round_key_load(dir, 12, second), CRYPTO_OK);
  cr_expect_arr_eq(first, second, CRYPTO_KEY_BYTES);
  cr_assert_eq(crypto_round_key_create(dir, 13), CRYPTO_OK);
  cr_assert_eq(crypto_round_key_load(dir, 13, other), CRYPTO_OK);
  cr_expect_neq(memcmp(first, other, CRYPTO_KEY_BYTES), 0);
  cr_assert_eq(stat(path, &status), 0);
  cr_expect_eq(status.st_mode & 07777, 0600);
  cr_expect_eq(status.st_size, CRYPTO_KEY_BYTES);
  cr_assert_eq(stat(dir, &status), 0);
  cr_expect_eq(status.st_mode & 07777, 0700);
  cr_expect_eq(count_files(dir), 2, "no temporary file is left");
}

Test(crypto, deletes_a_round_key_so_that_nothing_of_it_is_left) {
  char path[FOLDER_PATH_BYTES], copy[FOLDER_PATH_BYTES];
  unsigned char key[CRYPTO_KEY_BYTES];
  static const unsigned char zeros[CRYPTO_KEY_BYTES];
  cr_assert_eq(crypto_round_key_create(folder.path, 1), CRYPTO_OK);
  folder_path(&folder, "round-1.key", path);
  folder_path(&folder, "other-name", copy);
  cr_assert_eq(link(path, copy), 0);
  cr_expect_eq(crypto_round_key_delete(folder.path, 1), CRYPTO_OK);
  cr_expect_eq(crypto_round_key_load(folder.path, 1, key), CRYPTO_MISSING);
  FILE *file = fopen(copy, "re");
  cr_assert_not_null(file);
  cr_expect_eq(fread(key, 1, sizeof key, file), sizeof key);
  cr_expect_arr_eq(key, zeros, sizeof key);
  fclose(file);
  cr_expect_eq(crypto_round_key_delete(folder.path, 1), CRYPTO_OK, "again is no fault");
}

Test(crypto, refuses_a_round_key_that_is_exposed_or_of_another_size) {
  static const struct {
    size_t size;
    mode_t mode;
    enum crypto_result result;
  } cases[] = {{31, 0600, CRYPTO_SHORT}, {33, 0600, CRYPTO_IO}, {32, 0644, CRYPTO_EXPOSED}};
  char path[FOLDER_PATH_BYTES];
  unsigned char key[CRYPTO_KEY_BYTES];
  for (size_t i = 0; i < array_length(cases); i++) {
    folder_write(&folder, "round-5.key", secret, cases[i].size, cases[i].mode, path);
    cr_expect_eq(crypto_round_key_load(folder.path, 5, key), cases[i].result, "case %zu", i);
    cr_expect_eq(crypto_round_key_create(folder.path, 5), cases[i].result, "case %zu", i);
  }
}

Test(crypto, cannot_make_a_round_key_where_a_file_stands) {
  cr_expect_eq(crypto_round_key_create(secret_path, 1), CRYPTO_IO);
  cr_expect_eq(crypto_round_key_create("", 1), CRYPTO_IO);
}

Test(crypto, puts_things_into_an_order_that_the_seed_decides) {
  static const unsigned char one[CRYPTO_SEED_BYTES] = {1}, other[CRYPTO_SEED_BYTES] = {2};
  unsigned char a[CRYPTO_PLACE_BYTES], again[CRYPTO_PLACE_BYTES], b[CRYPTO_PLACE_BYTES];
  crypto_place(one, "row", 3, a);
  crypto_place(one, "row", 3, again);
  crypto_place(other, "row", 3, b);
  cr_expect_arr_eq(a, again, sizeof a);
  cr_expect_arr_neq(a, b, sizeof a);
}
