/* quality_row: columns that several questions about quality share. Private to store/. */
#ifndef HJEMSVAR_STORE_QUALITY_ROW_H
#define HJEMSVAR_STORE_QUALITY_ROW_H

#include "store/pg.h"
#include "store/quality_store.h"

/* Reads the seven columns of an answer's flags, from column on. */
struct quality_flags quality_read_flags(const PGresult *rows, int row, int column);

#endif
