/* ops: the operations listener, which is never public. */
#ifndef HJEMSVAR_WEB_OPS_H
#define HJEMSVAR_WEB_OPS_H

#include "web/request.h"

/* 200 while the loop turns. */
enum MHD_Result ops_health(struct request *request);

/* 200 when answers can be stored and no worker is stuck, else 503. */
enum MHD_Result ops_ready(struct request *request);
/* The same, but for workers: what a proxy in front of the parents asks. */
enum MHD_Result ops_ready_parents(struct request *request);

/* Figures in Prometheus' text format (exposition format 0.0.4); none that could betray a
 * small group. */
enum MHD_Result ops_metrics(struct request *request);

#endif
