/* report_rounds: several rounds of a questionnaire beside each other. */
#ifndef HJEMSVAR_TOOLS_REPORT_ROUNDS_H
#define HJEMSVAR_TOOLS_REPORT_ROUNDS_H

struct cli;

/* `hjemsvar report --rounds`: internal from the answers, published from releases. An exit code. */
int report_rounds(struct cli *cli);

#endif
