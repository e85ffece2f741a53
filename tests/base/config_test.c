#include "base/config.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <string.h>
#include <sys/stat.h>

#include "folder.h"

enum { ARGUMENTS_MAX = 16 };

static struct arena *arena;
static struct config config;
static char *rest[ARGUMENTS_MAX + 2];
static int rest_count;

static void setup(void) {
  arena = arena_new(0);
  cr_assert_not_null(arena);
}

static void teardown(void) {
  arena_free(arena);
}

TestSuite(config, .init = setup, .fini = teardown);

/* Loads from lists that end with NULL (either may be NULL). What is left of the
 * arguments is in rest. */
static const char *load(const char *const *environment, const char *const *arguments) {
  char *variables[ARGUMENTS_MAX + 1] = {NULL};
  rest_count = 0;
  rest[rest_count++] = arena_string(arena, "hjemsvar");
  for (int i = 0; environment != NULL && environment[i] != NULL; i++) {
    variables[i] = arena_string(arena, environment[i]);
  }
  for (int i = 0; arguments != NULL && arguments[i] != NULL; i++) {
    rest[rest_count++] = arena_string(arena, arguments[i]);
  }
  rest[rest_count] = NULL;
  return config_load(&config, arena, &rest_count, rest, variables);
}

static const char *load_variable(const char *assignment) {
  return load((const char *const[]){assignment, NULL}, NULL);
}

Test(config, has_a_value_for_everything_when_nothing_is_given) {
  cr_assert_null(load((const char *const[]){"PATH=/bin", "HOME=/", NULL}, NULL));
  cr_expect_str_eq(config.database_url, "");
  cr_expect_str_eq(config.listen, "127.0.0.1:8080");
  cr_expect_str_eq(config.console_listen, "127.0.0.1:8081");
  cr_expect_str_eq(config.ops_listen, "127.0.0.1:8082");
  cr_expect_str_eq(config.public_url, "http://127.0.0.1:8080");
  cr_expect_str_eq(config.console_url, "http://127.0.0.1:8081");
  cr_expect_null(config.console_proxy_header);
  cr_expect_null(config.secret_file);
  cr_expect_null(config.secret_previous_file);
  cr_expect_str_eq(config.key_dir, "var/keys");
  cr_expect_not_null(config.share_dir);
  cr_expect_eq(config.trusted_proxies_count, 0);
  cr_expect_eq(config.connections_per_address, 1024);
  cr_expect_eq(config.work_max_s, 30);
  cr_expect_eq(config.batch_max, 256);
  cr_expect_not(config.console_url_given);
}

Test(config, says_when_nothing_names_a_database) {
  static const struct {
    const char *variable;
    bool missing;
  } cases[] = {
      {"PATH=/bin", true},
      {"HJEMSVAR_DATABASE_URL=", true},
      {"PGHOST=", true},
      {"PGHOSTS=x", true},
      {"HJEMSVAR_DATABASE_URL=dbname=hjemsvar", false},
      {"PGHOST=/run/postgresql", false},
      {"PGSERVICE=hjemsvar", false},
      {"PGDATABASE=hjemsvar", false},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    cr_assert_null(load_variable(cases[i].variable));
    cr_expect_eq(config.database_missing != NULL, cases[i].missing, "%s", cases[i].variable);
  }
  cr_assert_null(load(NULL, NULL));
  cr_assert_not_null(config.database_missing);
  cr_expect_not_null(strstr(config.database_missing, "HJEMSVAR_DATABASE_URL"));
  cr_expect_not_null(strstr(config.database_missing, "hint:"));
}

Test(config, reads_every_variable) {
  cr_assert_null(load(
      (const char *const[]){
          "HJEMSVAR_DATABASE_URL=host=/run/x dbname=hjemsvar",
          "HJEMSVAR_LISTEN=0.0.0.0:80",
          "HJEMSVAR_CONSOLE_LISTEN=[::1]:8443",
          "HJEMSVAR_OPS_LISTEN=:9000",
          "HJEMSVAR_PUBLIC_URL=https://svar.dk",
          "HJEMSVAR_CONSOLE_URL=https://console.svar.dk/",
          "HJEMSVAR_CONSOLE_PROXY_HEADER=X-Signed-In",
          "HJEMSVAR_SECRET_FILE=/etc/s",
          "HJEMSVAR_SECRET_PREVIOUS_FILE=/etc/p",
          "HJEMSVAR_KEY_DIR=/srv/keys",
          "HJEMSVAR_TRUSTED_PROXIES=10.0.0.0/8",
          "HJEMSVAR_CONNECTIONS_PER_ADDRESS=7",
          "HJEMSVAR_WORK_MAX_S=10",
          "HJEMSVAR_BATCH_MAX=1",
          NULL,
      },
      NULL));
  cr_expect_str_eq(config.database_url, "host=/run/x dbname=hjemsvar");
  cr_expect_str_eq(config.listen, "0.0.0.0:80");
  cr_expect_str_eq(config.console_listen, "[::1]:8443");
  cr_expect_str_eq(config.ops_listen, "127.0.0.1:9000");
  cr_expect_str_eq(config.public_url, "https://svar.dk");
  cr_expect_str_eq(config.console_url, "https://console.svar.dk");
  cr_expect_str_eq(config.console_proxy_header, "X-Signed-In");
  cr_expect_str_eq(config.secret_file, "/etc/s");
  cr_expect_str_eq(config.secret_previous_file, "/etc/p");
  cr_expect_str_eq(config.key_dir, "/srv/keys");
  cr_expect_eq(config.trusted_proxies_count, 1);
  cr_expect_eq(config.connections_per_address, 7);
  cr_expect_eq(config.work_max_s, 10);
  cr_expect_eq(config.batch_max, 1);
  cr_expect(config.console_url_given);
}

Test(config, lets_a_flag_win_over_its_variable) {
  cr_assert_null(load((const char *const[]){"HJEMSVAR_LISTEN=:1", "HJEMSVAR_KEY_DIR=a", NULL},
                      (const char *const[]){"--listen", "10.0.0.1:2", "--key-dir=b=c",
                                            "--database-url", "--odd", NULL}));
  cr_expect_str_eq(config.listen, "10.0.0.1:2");
  cr_expect_str_eq(config.key_dir, "b=c");
  cr_expect_str_eq(config.database_url, "--odd");
  cr_expect_eq(rest_count, 1);
}

Test(config, leaves_the_other_arguments_in_order) {
  static const char *const expected[] = {"hjemsvar", "round",     "create", "--title",
                                         "T",        "--listens", "--",     "--listen"};
  cr_assert_null(
      load(NULL, (const char *const[]){"round", "--listen=:5", "create", "--title", "T",
                                       "--listens", "--ops-listen", "7", "--", "--listen", NULL}));
  cr_assert_eq(rest_count, (int)array_length(expected));
  for (size_t i = 0; i < array_length(expected); i++) {
    cr_expect_str_eq(rest[i], expected[i]);
  }
  cr_expect_null(rest[rest_count]);
  cr_expect_str_eq(config.listen, "127.0.0.1:5");
  cr_expect_str_eq(config.ops_listen, "127.0.0.1:7");
}

Test(config, takes_an_empty_value_for_none) {
  cr_assert_null(load((const char *const[]){"HJEMSVAR_LISTEN=", "HJEMSVAR_SECRET_FILE=",
                                            "HJEMSVAR_PUBLIC_URL=http://x", NULL},
                      (const char *const[]){"--public-url=", NULL}));
  cr_expect_str_eq(config.listen, "127.0.0.1:8080");
  cr_expect_str_eq(config.public_url, "http://127.0.0.1:8080");
  cr_expect_null(config.secret_file);
}

Test(config, names_what_is_wrong_and_how_to_mend_it) {
  static const char *const cases[] = {
      "HJEMSVAR_LISTEN=127.0.0.1",
      "HJEMSVAR_LISTEN=127.0.0.1:",
      "HJEMSVAR_LISTEN=127.0.0.1:65536",
      "HJEMSVAR_LISTEN=127.0.0.1:99999999999",
      "HJEMSVAR_LISTEN=::1:80",
      "HJEMSVAR_CONSOLE_LISTEN=[::g]:80",
      "HJEMSVAR_OPS_LISTEN=a b:80",
      "HJEMSVAR_OPS_LISTEN=x:+80",
      "HJEMSVAR_PUBLIC_URL=svar.dk",
      "HJEMSVAR_PUBLIC_URL=ftp://svar.dk",
      "HJEMSVAR_PUBLIC_URL=https://",
      "HJEMSVAR_PUBLIC_URL=https://svar.dk/undersider",
      "HJEMSVAR_PUBLIC_URL=https://svar.dk//",
      "HJEMSVAR_PUBLIC_URL=https://svar.dk?x=1",
      "HJEMSVAR_PUBLIC_URL=https://svar.dk#x",
      "HJEMSVAR_PUBLIC_URL=https://user@svar.dk",
      "HJEMSVAR_PUBLIC_URL=https://svar.dk:port",
      "HJEMSVAR_PUBLIC_URL=https://:443",
      "HJEMSVAR_PUBLIC_URL=https://sv\xC3\xA5r.dk",
      "HJEMSVAR_PUBLIC_URL=https://svar dk",
      "HJEMSVAR_SECRET_PREVIOUS_FILE=/etc/p",
      "HJEMSVAR_SHARE_DIR=/nowhere/at/all",
      "HJEMSVAR_TRUSTED_PROXIES=10.0.0.0/33",
      "HJEMSVAR_TRUSTED_PROXIES=10.0.0.0/",
      "HJEMSVAR_TRUSTED_PROXIES=10.0.0.0/8/8",
      "HJEMSVAR_TRUSTED_PROXIES=10.0.0",
      "HJEMSVAR_TRUSTED_PROXIES=fd00::/129",
      "HJEMSVAR_TRUSTED_PROXIES=proxy.local",
      "HJEMSVAR_CONSOLE_URL=https://svar.dk/console",
      "HJEMSVAR_CONSOLE_PROXY_HEADER=X-User:",
      "HJEMSVAR_CONSOLE_PROXY_HEADER=two words",
      "HJEMSVAR_CONNECTIONS_PER_ADDRESS=0",
      "HJEMSVAR_CONNECTIONS_PER_ADDRESS=100001",
      "HJEMSVAR_CONNECTIONS_PER_ADDRESS=-1",
      "HJEMSVAR_CONNECTIONS_PER_ADDRESS=ten",
      "HJEMSVAR_WORK_MAX_S=9",
      "HJEMSVAR_WORK_MAX_S=3601",
      "HJEMSVAR_BATCH_MAX=0",
      "HJEMSVAR_BATCH_MAX=257",
      "HJEMSVAR_DATABASE_URL_FILE=/nowhere/at/all",
      "HJEMSVAR_LISTN=:80",
      "HJEMSVAR_=x",
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    const char *message = load_variable(cases[i]);
    cr_assert_not_null(message, "%s is taken", cases[i]);
    size_t name = strcspn(cases[i], "=");
    cr_expect_eq(strncmp(message, cases[i], name), 0, "%s: %s", cases[i], message);
    cr_expect_not_null(strstr(message, "; hint: "), "%s: %s", cases[i], message);
  }
}

Test(config, says_that_a_public_address_has_no_path) {
  const char *message = load_variable("HJEMSVAR_PUBLIC_URL=https://svar.dk/under");
  cr_assert_not_null(message);
  cr_expect_not_null(strstr(message, "path"), "%s", message);
}

Test(config, names_the_flag_that_is_wrong) {
  const char *message = load(NULL, (const char *const[]){"--console-listen=x", NULL});
  cr_assert_not_null(message);
  cr_expect_eq(strncmp(message, "HJEMSVAR_CONSOLE_LISTEN (--console-listen): ", 44), 0, "%s",
               message);
  message = load(NULL, (const char *const[]){"round", "--listen", NULL});
  cr_assert_not_null(message);
  cr_expect_not_null(strstr(message, "--listen"), "%s", message);
}

Test(config, never_repeats_the_database_password) {
  const char *message = load((const char *const[]){"HJEMSVAR_DATABASE_URL=password=hemmelig",
                                                   "HJEMSVAR_DATABASE_URL_FILE=/etc/x", NULL},
                             NULL);
  cr_assert_not_null(message);
  cr_expect_null(strstr(message, "hemmelig"));
}

Test(config, brings_the_public_address_into_one_form) {
  static const struct {
    const char *assignment, *url;
  } cases[] = {
      {"HJEMSVAR_PUBLIC_URL=https://svar.dk/", "https://svar.dk"},
      {"HJEMSVAR_PUBLIC_URL=HTTPS://Svar.DK:8443/", "https://svar.dk:8443"},
      {"HJEMSVAR_PUBLIC_URL=http://[2001:DB8::1]:80", "http://[2001:db8::1]:80"},
      {"HJEMSVAR_PUBLIC_URL=http://[::1]", "http://[::1]"},
      {"HJEMSVAR_PUBLIC_URL=http://xn--svr-ula.dk", "http://xn--svr-ula.dk"},
      {"HJEMSVAR_LISTEN=9", "http://127.0.0.1:9"},
      {"HJEMSVAR_LISTEN=[::1]:0", "http://[::1]:0"},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    const char *message = load_variable(cases[i].assignment);
    cr_assert_null(message, "%s", message);
    cr_expect_str_eq(config.public_url, cases[i].url);
  }
}

Test(config, reads_the_database_address_from_a_file) {
  static const struct {
    const char *content, *url;
  } cases[] = {{"host=x\n", "host=x"}, {"host=x", "host=x"}, {"host=x \r\n", "host=x "}, {"", ""}};
  struct folder folder;
  folder_init(&folder);
  for (size_t i = 0; i < array_length(cases); i++) {
    char path[FOLDER_PATH_BYTES];
    folder_write(&folder, "url", cases[i].content, strlen(cases[i].content), 0600, path);
    const char *message = load(NULL, (const char *const[]){"--database-url-file", path, NULL});
    cr_expect_null(message, "%s", message);
    cr_expect_str_eq(config.database_url, cases[i].url);
  }
  folder_clear(&folder);
}

Test(config, finds_the_data_above_the_folder_of_the_program) {
  struct folder folder;
  char path[FOLDER_PATH_BYTES], *environment[] = {NULL};
  folder_init(&folder);
  folder_path(&folder, "build", path);
  cr_assert_eq(mkdir(path, 0700), 0);
  folder_write(&folder, "build/hjemsvar", "", 0, 0700, path);
  char *argv[] = {path, NULL};
  int argc = 1;
  cr_assert_null(config_load(&config, arena, &argc, argv, environment));
  cr_expect_str_eq(config.share_dir, "/usr/share/hjemsvar");
  char templates[FOLDER_PATH_BYTES];
  folder_path(&folder, "templates", templates);
  cr_assert_eq(mkdir(templates, 0700), 0);
  cr_assert_null(config_load(&config, arena, &argc, argv, environment));
  cr_expect_str_eq(config.share_dir, folder.path);
  folder_clear(&folder);
}

static bool trusts(const char *address) {
  unsigned char bytes[16] = {[10] = 0xff, [11] = 0xff};
  if (inet_pton(AF_INET, address, bytes + 12) != 1) {
    cr_assert_eq(inet_pton(AF_INET6, address, bytes), 1);
  }
  return config_trusts(&config, bytes);
}

Test(config, trusts_the_networks_named_and_no_other) {
  static const struct {
    const char *address;
    bool trusted;
  } cases[] = {
      {"10.0.0.0", true},
      {"10.255.255.255", true},
      {"11.0.0.0", false},
      {"9.255.255.255", false},
      {"192.168.1.7", true},
      {"192.168.1.6", false},
      {"172.16.0.1", true},
      {"172.31.255.255", true},
      {"172.32.0.0", false},
      {"::1", true},
      {"::2", false},
      {"fd12::1", true},
      {"fe00::1", false},
      {"2001:db8:0:7fff::", true},
      {"2001:db8:0:8000::", false},
      {"::ffff:10.0.0.1", true},
      {"::10.0.0.1", false},
  };
  cr_expect_null(load_variable("HJEMSVAR_TRUSTED_PROXIES=10.0.0.0/8, 192.168.1.7 ,,172.16.9.9/12 "
                               "::1\tfd00::/8,2001:db8::/49,"));
  cr_expect_eq(config.trusted_proxies_count, 6);
  for (size_t i = 0; i < array_length(cases); i++) {
    cr_expect_eq(trusts(cases[i].address), cases[i].trusted, "%s", cases[i].address);
  }
}

Test(config, trusts_everybody_only_when_told_to) {
  cr_assert_null(load_variable("HJEMSVAR_TRUSTED_PROXIES=0.0.0.0/0"));
  cr_expect(trusts("1.2.3.4"));
  cr_expect_not(trusts("2001:db8::1"));
  cr_assert_null(load_variable("HJEMSVAR_TRUSTED_PROXIES=::/0"));
  cr_expect(trusts("1.2.3.4"));
  cr_expect(trusts("2001:db8::1"));
  cr_assert_null(load_variable("HJEMSVAR_TRUSTED_PROXIES= , "));
  cr_expect_not(trusts("127.0.0.1"));
}
