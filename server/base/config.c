#include "base/config.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/config_value.h"
#include "base/text.h"

#define PREFIX              "HJEMSVAR_"
#define SHARE_DIR_INSTALLED "/usr/share/hjemsvar"

enum variable {
  DATABASE_URL,
  DATABASE_URL_FILE,
  LISTEN,
  CONSOLE_LISTEN,
  OPS_LISTEN,
  PUBLIC_URL,
  CONSOLE_URL,
  SECRET_FILE,
  SECRET_PREVIOUS_FILE,
  KEY_DIR,
  SHARE_DIR,
  TRUSTED_PROXIES,
  CONSOLE_PROXY_HEADER,
  CONNECTIONS_PER_ADDRESS,
  WORK_MAX_S,
  BATCH_MAX,
  VARIABLES
};

/* The flag of a variable is its name in lower case with hyphens. */
static const struct {
  const char *name;     /* after HJEMSVAR_ */
  const char *fallback; /* NULL: none, or one that is worked out */
} variables[VARIABLES] = {
    [DATABASE_URL] = {"DATABASE_URL", NULL},
    [DATABASE_URL_FILE] = {"DATABASE_URL_FILE", NULL},
    [LISTEN] = {"LISTEN", "127.0.0.1:8080"},
    [CONSOLE_LISTEN] = {"CONSOLE_LISTEN", "127.0.0.1:8081"},
    [OPS_LISTEN] = {"OPS_LISTEN", "127.0.0.1:8082"},
    [PUBLIC_URL] = {"PUBLIC_URL", NULL},
    [CONSOLE_URL] = {"CONSOLE_URL", NULL},
    [SECRET_FILE] = {"SECRET_FILE", NULL},
    [SECRET_PREVIOUS_FILE] = {"SECRET_PREVIOUS_FILE", NULL},
    [KEY_DIR] = {"KEY_DIR", "var/keys"},
    [SHARE_DIR] = {"SHARE_DIR", NULL},
    [TRUSTED_PROXIES] = {"TRUSTED_PROXIES", ""},
    [CONSOLE_PROXY_HEADER] = {"CONSOLE_PROXY_HEADER", NULL},
    [CONNECTIONS_PER_ADDRESS] = {"CONNECTIONS_PER_ADDRESS", "1024"},
    [WORK_MAX_S] = {"WORK_MAX_S", "30"},
    [BATCH_MAX] = {"BATCH_MAX", "256"},
};

struct loader {
  struct config *config;
  struct arena *arena;
  const char *values[VARIABLES]; /* NULL: not given */
  bool by_flag[VARIABLES];
  const char *message; /* the first thing wrong, or NULL */
};

static void fail(struct loader *loader, const char *subject, const char *what) {
  if (loader->message == NULL) {
    loader->message = arena_printf(loader->arena, "%s: %s", subject, what);
  }
  if (loader->message == NULL) {
    loader->message = "configuration: memory is out; hint: free some and start again";
  }
}

static void fail_variable(struct loader *loader, enum variable variable, const char *what) {
  struct text subject;
  text_init(&subject);
  text_addf(&subject, PREFIX "%s", variables[variable].name);
  if (loader->by_flag[variable]) {
    text_add(&subject, " (--");
    for (const char *at = variables[variable].name; *at != '\0'; at++) {
      text_add_char(&subject, (char)(*at == '_' ? '-' : *at - 'A' + 'a'));
    }
    text_add_char(&subject, ')');
  }
  fail(loader, subject.failed ? PREFIX : subject.data, what);
  text_clear(&subject);
}

static int find_variable(const char *name, size_t length) {
  for (int i = 0; i < VARIABLES; i++) {
    if (strlen(variables[i].name) == length && strncmp(variables[i].name, name, length) == 0) {
      return i;
    }
  }
  return -1;
}

static void fail_unknown(struct loader *loader, const char *name, size_t length) {
  struct text what;
  text_init(&what);
  text_add(&what, "there is no such variable; hint: known are");
  for (int i = 0; i < VARIABLES; i++) {
    text_addf(&what, "%s " PREFIX "%s", i == 0 ? "" : ",", variables[i].name);
  }
  const char *subject = arena_copy(loader->arena, name, length);
  fail(loader, subject == NULL ? PREFIX : subject, what.failed ? "unknown" : what.data);
  text_clear(&what);
}

static void read_environment(struct loader *loader, char **environment) {
  const size_t prefix = sizeof PREFIX - 1;
  for (; *environment != NULL; environment++) {
    if (strncmp(*environment, PREFIX, prefix) != 0) {
      continue;
    }
    size_t length = strcspn(*environment, "=");
    int variable = find_variable(*environment + prefix, length - prefix);
    if (variable < 0) {
      fail_unknown(loader, *environment, length);
    } else if ((*environment)[length] == '=') {
      loader->values[variable] = *environment + length + 1;
    }
  }
}

/* The variable that a flag ("--key-dir" or "--key-dir=X") sets, or -1; *value is
 * what follows its "=", or NULL. */
static int find_flag(const char *argument, const char **value) {
  char name[64];
  if (strncmp(argument, "--", 2) != 0) {
    return -1;
  }
  argument += 2;
  size_t length = strcspn(argument, "=");
  if (length >= sizeof name) {
    return -1;
  }
  for (size_t i = 0; i < length; i++) {
    char byte = argument[i];
    if (byte != '-' && (byte < 'a' || byte > 'z')) {
      return -1;
    }
    name[i] = (char)(byte == '-' ? '_' : byte - 'a' + 'A');
  }
  *value = argument[length] == '=' ? argument + length + 1 : NULL;
  return find_variable(name, length);
}

static void read_flags(struct loader *loader, int *argc, char **argv) {
  int kept = 0, i = 0;
  while (i < *argc) {
    const char *value = NULL;
    if (i > 0 && strcmp(argv[i], "--") == 0) {
      break;
    }
    int variable = i == 0 ? -1 : find_flag(argv[i], &value);
    if (variable < 0) {
      argv[kept++] = argv[i++];
      continue;
    }
    if (value == NULL && i + 1 < *argc) {
      value = argv[++i];
    }
    if (value == NULL) {
      fail(loader, argv[i], "the flag has no value; hint: write --flag VALUE or --flag=VALUE");
    }
    loader->values[variable] = value;
    loader->by_flag[variable] = true;
    i++;
  }
  while (i < *argc) {
    argv[kept++] = argv[i++];
  }
  argv[kept] = NULL;
  *argc = kept;
}

/* What was given for a variable, or its fallback. */
static const char *value_of(const struct loader *loader, enum variable variable) {
  const char *value = loader->values[variable];
  return value == NULL || *value == '\0' ? variables[variable].fallback : value;
}

static const char *copy_of(struct loader *loader, enum variable variable) {
  const char *value = value_of(loader, variable);
  if (value == NULL) {
    return NULL;
  }
  const char *copy = arena_string(loader->arena, value);
  if (copy == NULL) {
    fail_variable(loader, variable, "memory is out; hint: free some and start again");
  }
  return copy;
}

static void judge(struct loader *loader, enum variable variable, const char *wrong) {
  if (wrong != NULL) {
    fail_variable(loader, variable, wrong);
  }
}

/* Whether libpq is told by variables of its own where to go: its defaults alone would
 * lead to whatever database is there. */
static bool names_database(char **environment) {
  static const char *const names[] = {
      "PGHOST=", "PGHOSTADDR=", "PGPORT=", "PGDATABASE=", "PGUSER=", "PGSERVICE="};
  for (; *environment != NULL; environment++) {
    for (size_t i = 0; i < array_length(names); i++) {
      size_t length = strlen(names[i]);
      if (strncmp(*environment, names[i], length) == 0 && (*environment)[length] != '\0') {
        return true;
      }
    }
  }
  return false;
}

static void load_database_url(struct loader *loader, char **environment) {
  struct config *config = loader->config;
  const char *path = value_of(loader, DATABASE_URL_FILE);
  config->database_url = copy_of(loader, DATABASE_URL);
  if (config->database_url != NULL && path != NULL) {
    fail_variable(loader, DATABASE_URL_FILE,
                  "it is given together with " PREFIX "DATABASE_URL; hint: give one of them");
  } else if (path != NULL) {
    judge(loader, DATABASE_URL_FILE, config_value_file(path, loader->arena, &config->database_url));
  }
  if (config->database_url != NULL) {
    return;
  }
  config->database_url = "";
  if (!names_database(environment)) {
    config->database_missing = PREFIX "DATABASE_URL is not set; hint: name the database, as in "
                                      "\"host=/run/postgresql dbname=hjemsvar\"";
  }
}

static void load_addresses(struct loader *loader) {
  struct config *config = loader->config;
  const struct {
    enum variable variable;
    const char **out;
  } listeners[] = {{LISTEN, &config->listen},
                   {CONSOLE_LISTEN, &config->console_listen},
                   {OPS_LISTEN, &config->ops_listen}};
  for (size_t i = 0; i < array_length(listeners); i++) {
    judge(loader, listeners[i].variable,
          config_value_listen(value_of(loader, listeners[i].variable), loader->arena,
                              listeners[i].out));
  }
  const struct {
    enum variable variable;
    const char *listen;
    const char **out;
  } urls[] = {{PUBLIC_URL, config->listen, &config->public_url},
              {CONSOLE_URL, config->console_listen, &config->console_url}};
  for (size_t i = 0; i < array_length(urls); i++) {
    const char *url = value_of(loader, urls[i].variable);
    if (url == NULL && urls[i].listen != NULL) {
      url = arena_printf(loader->arena, "http://%s", urls[i].listen);
    }
    if (url != NULL) {
      judge(loader, urls[i].variable, config_value_url(url, loader->arena, urls[i].out));
    }
  }
  config->console_url_given = value_of(loader, CONSOLE_URL) != NULL;
}

static bool holds_templates(struct arena *arena, const char *folder) {
  struct stat status;
  const char *templates = arena_printf(arena, "%s/templates", folder);
  return templates != NULL && stat(templates, &status) == 0 && S_ISDIR(status.st_mode);
}

/* Cuts the last name off a path; false when there is none. */
static bool cut_name(char *path) {
  char *slash = strrchr(path, '/');
  if (slash == NULL) {
    return false;
  }
  *slash = '\0';
  return true;
}

static const char *find_share_dir(struct arena *arena, const char *program) {
  char path[PATH_MAX];
  bool named = program != NULL && strchr(program, '/') != NULL;
  if (realpath(named ? program : "/proc/self/exe", path) != NULL && cut_name(path) &&
      cut_name(path) && holds_templates(arena, path)) {
    return arena_string(arena, path);
  }
  return SHARE_DIR_INSTALLED;
}

static void load_folders(struct loader *loader, const char *program) {
  struct config *config = loader->config;
  config->secret_file = copy_of(loader, SECRET_FILE);
  config->secret_previous_file = copy_of(loader, SECRET_PREVIOUS_FILE);
  config->key_dir = copy_of(loader, KEY_DIR);
  config->share_dir = copy_of(loader, SHARE_DIR);
  if (config->secret_file == NULL && config->secret_previous_file != NULL) {
    fail_variable(loader, SECRET_PREVIOUS_FILE,
                  "it is given without " PREFIX "SECRET_FILE; hint: name the current secret too");
  }
  if (config->share_dir == NULL) {
    config->share_dir = find_share_dir(loader->arena, program);
  } else if (!holds_templates(loader->arena, config->share_dir)) {
    fail_variable(loader, SHARE_DIR,
                  "the folder does not hold templates/; hint: name the one that does, "
                  "e.g. " SHARE_DIR_INSTALLED);
  }
}

const char *config_load(struct config *config, struct arena *arena, int *argc, char **argv,
                        char **environment) {
  struct loader loader = {.config = config, .arena = arena};
  *config = (struct config){0};
  read_environment(&loader, environment);
  read_flags(&loader, argc, argv);
  load_database_url(&loader, environment);
  load_addresses(&loader);
  load_folders(&loader, argv[0]);
  judge(&loader, TRUSTED_PROXIES,
        config_value_networks(value_of(&loader, TRUSTED_PROXIES), arena, &config->trusted_proxies,
                              &config->trusted_proxies_count));
  judge(&loader, CONSOLE_PROXY_HEADER,
        config_value_header(value_of(&loader, CONSOLE_PROXY_HEADER), arena,
                            &config->console_proxy_header));
  judge(&loader, CONNECTIONS_PER_ADDRESS,
        config_value_connections(value_of(&loader, CONNECTIONS_PER_ADDRESS),
                                 &config->connections_per_address));
  judge(&loader, WORK_MAX_S,
        config_value_seconds(value_of(&loader, WORK_MAX_S), &config->work_max_s));
  judge(&loader, BATCH_MAX, config_value_batch(value_of(&loader, BATCH_MAX), &config->batch_max));
  return loader.message;
}

static bool network_holds(const struct config_network *network, const unsigned char address[16]) {
  int whole = network->prefix_bits / 8, rest = network->prefix_bits % 8;
  if (memcmp(network->address, address, (size_t)whole) != 0) {
    return false;
  }
  return rest == 0 || (network->address[whole] ^ address[whole]) >> (8 - rest) == 0;
}

bool config_trusts(const struct config *config, const unsigned char address[16]) {
  for (size_t i = 0; i < config->trusted_proxies_count; i++) {
    if (network_holds(&config->trusted_proxies[i], address)) {
      return true;
    }
  }
  return false;
}
