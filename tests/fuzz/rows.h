/* rows: what must hold for every row of a sheet, whatever the file, and the rows as courses. */
#ifndef HJEMSVAR_TESTS_FUZZ_ROWS_H
#define HJEMSVAR_TESTS_FUZZ_ROWS_H

#include "survey/course.h"

/* Once, before the first file. */
void rows_init(void);

/* Reads the file behind fd, and closes it. */
void rows_read(int fd);

#endif
