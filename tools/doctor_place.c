/* What an installation needs besides the database. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/password.h"
#include "doctor.h"
#include "output/letter.h"

#define MIB (1024ULL * 1024)

enum { KEYS_LEAST_MIB = 64, EXPORTS_LEAST_MIB = 1024 };

static bool begins(const char *text, const char *with) {
  return strncmp(text, with, strlen(with)) == 0;
}

/* Of an address "host:port" or what follows the scheme of a URL. */
static bool is_local(const char *address) {
  return begins(address, "127.") || begins(address, "localhost:") || begins(address, "[::1]");
}

static void look_at_url(struct doctor *doctor, const char *part, const char *name,
                        const char *url) {
  static const char plain[] = "http://";
  if (!begins(url, plain)) {
    doctor_say(doctor, DOCTOR_SOUND, part, "%s", url);
  } else if (is_local(url + strlen(plain))) {
    doctor_say(doctor, DOCTOR_NOTICE, part,
               "%s is %s, which leads nowhere but on this machine; hint: fine for a trial; "
               "otherwise set it to the https:// address that the proxy serves",
               name, url);
  } else {
    doctor_say(
        doctor, DOCTOR_WRONG, part,
        "%s is %s, so that answers would cross the network in the clear; hint: set it to the "
        "https:// address that the proxy serves, before letters are printed",
        name, url);
  }
}

static void look_at_addresses(struct doctor *doctor) {
  const struct config *config = &doctor->cli->config;
  look_at_url(doctor, "public address", "HJEMSVAR_PUBLIC_URL", config->public_url);
  look_at_url(doctor, "console's address", "HJEMSVAR_CONSOLE_URL", config->console_url);
  if (config->trusted_proxies_count == 0 && begins(config->public_url, "https://")) {
    doctor_say(doctor, DOCTOR_NOTICE, "proxy",
               "no proxy is trusted, so that all parents seem to have the proxy's address; hint: "
               "set HJEMSVAR_TRUSTED_PROXIES to the proxy's address as this server sees it");
  }
  if (!is_local(config->ops_listen)) {
    doctor_say(doctor, DOCTOR_NOTICE, "operations",
               "HJEMSVAR_OPS_LISTEN is %s; hint: see that nobody outside reaches it: its figures "
               "tell how many have answered",
               config->ops_listen);
  }
}

static void look_at_secret(struct doctor *doctor) {
  const struct config *config = &doctor->cli->config;
  const char *wrong = cli_read_keys(doctor->cli);
  if (wrong != NULL) {
    doctor_say(doctor, DOCTOR_WRONG, "secret", "%s", wrong);
    return;
  }
  doctor_say(doctor, DOCTOR_SOUND, "secret", "it can be read, and by nobody else");
  if (config->secret_previous_file != NULL) {
    doctor_say(doctor, DOCTOR_NOTICE, "secret",
               "the one before is still given; hint: once every round that began under it is "
               "finalised, take HJEMSVAR_SECRET_PREVIOUS_FILE away and destroy the file");
  }
}

static void look_at_space(struct doctor *doctor, const char *part, const char *folder,
                          unsigned least_mib, enum doctor_state state) {
  struct statvfs disk;
  if (statvfs(folder, &disk) != 0) {
    doctor_say(doctor, state, part,
               "the free space of %s is not known: %s; hint: see that it is "
               "a folder that this user may enter",
               folder, strerror(errno));
    return;
  }
  uint64_t free_mib = (uint64_t)disk.f_bavail * disk.f_frsize / MIB;
  if (free_mib < least_mib) {
    doctor_say(doctor, state, part, "%s has %" PRIu64 " MiB left; hint: make room for %u", folder,
               free_mib, least_mib);
  }
}

static void look_at_keys(struct doctor *doctor) {
  const char *folder = doctor->cli->config.key_dir;
  struct stat status;
  if (stat(folder, &status) != 0 && errno == ENOENT) {
    doctor_say(doctor, DOCTOR_NOTICE, "keys",
               "there is no folder %s yet; hint: it is made with the first round, if this is the "
               "right place",
               folder);
    return;
  }
  if (stat(folder, &status) != 0) {
    doctor_say(doctor, DOCTOR_WRONG, "keys",
               "%s cannot be looked at: %s; hint: set HJEMSVAR_KEY_DIR to a folder of this user's",
               folder, strerror(errno));
    return;
  }
  if (!S_ISDIR(status.st_mode) || access(folder, R_OK | W_OK | X_OK) != 0) {
    doctor_say(doctor, DOCTOR_WRONG, "keys",
               "%s is no folder that this user may write in, so that no round can be made or "
               "finalised; hint: give it to the user of the server",
               folder);
  } else if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    doctor_say(doctor, DOCTOR_WRONG, "keys", "others may enter %s; hint: chmod 700 %s", folder,
               folder);
  } else {
    doctor_say(doctor, DOCTOR_SOUND, "keys", "%s is this user's alone", folder);
  }
  look_at_space(doctor, "keys", folder, KEYS_LEAST_MIB, DOCTOR_WRONG);
}

static void look_at_programs(struct doctor *doctor) {
  struct letter_trouble trouble;
  enum letter_result fonts = letter_fonts_check(&trouble);
  if (fonts == LETTER_FONT) {
    doctor_say(doctor, DOCTOR_WRONG, "fonts",
               "there is no %s, so that no letter, poster or report can be made; hint: apt-get "
               "install fonts-noto-core",
               trouble.what);
  } else if (fonts != LETTER_OK) {
    doctor_say(
        doctor, DOCTOR_WRONG, "letters",
        "hjemsvar-press is of no use (%s), so that no letter, poster or report can be made; "
        "hint: make install puts the one of this version where it is found, to be run by all",
        trouble.what);
  } else {
    doctor_say(doctor, DOCTOR_SOUND, "fonts", "those of letters and reports are there");
  }
  if (password_check("nobody chooses these 4 words", NULL, 0) == PASSWORD_UNCHECKED) {
    doctor_say(doctor, DOCTOR_WRONG, "passwords",
               "the list of common passwords cannot be read, so that none can be chosen; hint: "
               "apt-get install cracklib-runtime");
  }
}

void doctor_look_around(struct doctor *doctor) {
  const char *scratch = getenv("TMPDIR");
  doctor_say(doctor, DOCTOR_SOUND, "files", "templates and migrations are those of %s",
             doctor->cli->config.share_dir);
  look_at_addresses(doctor);
  look_at_secret(doctor);
  look_at_keys(doctor);
  look_at_space(doctor, "exports", scratch == NULL || scratch[0] == '\0' ? "/var/tmp" : scratch,
                EXPORTS_LEAST_MIB, DOCTOR_NOTICE);
  look_at_programs(doctor);
}
