#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "definition_file.h"

enum { PATH_BYTES = 4096, OWN_WORDS = 8 };

/* The server stands beside this program. */
static const char *server_path(const struct cli *cli) {
  char own[PATH_BYTES];
  ssize_t length = readlink("/proc/self/exe", own, sizeof own - 1);
  own[length < 0 ? 0 : length] = '\0';
  char *slash = strrchr(own, '/');
  if (slash == NULL) {
    return "hjemsvar-server";
  }
  return arena_printf(cli->arena, "%.*s/hjemsvar-server", (int)(slash - own), own);
}

/* A translation that was not named but stands beside the definition is shown, too. */
static int list_files(const struct cli *cli, struct file_list *files) {
  const char *path = cli->arguments[0], *json;
  const struct questionnaire *questionnaire;
  int failed = definition_file_read(cli, path, &json);
  if (failed == 0) {
    failed = definition_file_load(cli, path, json, &questionnaire);
  }
  if (failed != 0) {
    return failed;
  }
  *files = (struct file_list){.paths = (const char **)cli->arguments + 1,
                              .count = cli->arguments_count - 1};
  if (files->count == 0) {
    *files = definition_file_translations(cli->arena, path, questionnaire->id);
  }
  return files->paths == NULL ? cli_fail_memory() : 0;
}

/* The pages are the server's: this program becomes it. */
int command_questionnaire_preview(struct cli *cli) {
  struct file_list files = {0};
  int failed = list_files(cli, &files);
  if (failed != 0) {
    return failed;
  }
  const char *server = server_path(cli);
  const char **words = arena_array(cli->arena, files.count + OWN_WORDS + 1, sizeof *words);
  if (server == NULL || words == NULL) {
    return cli_fail_memory();
  }
  const char *const own[OWN_WORDS] = {
      server,        "--preview",           "--listen", cli->config.listen,
      "--share-dir", cli->config.share_dir, "--",       cli->arguments[0]};
  memcpy(words, own, sizeof own);
  for (size_t i = 0; i < files.count; i++) {
    words[OWN_WORDS + i] = files.paths[i];
  }
  (void)fputs("nothing is stored; Ctrl-C ends the preview\n", stderr);
  (void)execvp(server, (char *const *)words);
  return cli_fail(EXIT_CODE_CREATE, "%s cannot be started: %s; hint: it belongs beside hjemsvar",
                  server, strerror(errno));
}
