#ifndef SVC_KEEPER_START_H
#define SVC_KEEPER_START_H
#include "svc/keeper.h"

/*
 * Leave a keeper behind and wait until the service is up or has failed.  The LSB exit status; text (CONTROL_TEXT bytes)
 * says why when it is not 0, and may hold a remark when it is.
 */
int keeper_start(const struct service *, struct context *, const struct keeper_place *, char *text);

#endif
