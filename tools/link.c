#include "round_view.h"
#include "stored.h"

int command_link_list(struct cli *cli) {
  int round;
  struct link_row *rows;
  size_t count;
  int failed = cli_round(cli_value(cli, "round"), &round);
  failed = failed != 0 ? failed : cli_open(cli, STORE_AS_CONSOLE);
  failed = failed != 0 ? failed : round_view_find_links(cli, round, &rows, &count);
  if (failed != 0) {
    return failed;
  }
  return cli_has(cli, "json") ? cli_print_json(round_view_links_json(cli, rows, count, true))
                              : round_view_links(cli, rows, count, true);
}
