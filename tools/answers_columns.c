#include "answers_columns.h"

const char *const leading_columns[LEADING_COUNT] = {
    [LEADING_RESPONSE_ID] = "response_id",     [LEADING_MUNICIPALITY_CODE] = "municipality_code",
    [LEADING_MUNICIPALITY] = "municipality",   [LEADING_LANGUAGE] = "language",
    [LEADING_RECEIVED_WEEK] = "received_week",
};

const char *const review_columns[REVIEW_COUNT] = {
    "flag_duplicate", "flag_scale", "flag_speed", "flag_straightline",
    "flag_empty",     "flag_burst", "weight",
};

const char *const trailing_columns[TRAILING_COUNT] = {
    [TRAILING_EXTERNAL_ID] = "external_id", [TRAILING_SUBMITTED_AT] = "submitted_at",
    [TRAILING_SECONDS] = "seconds",         [TRAILING_NETWORK] = "network",
    [TRAILING_DEVICE] = "device",
};
