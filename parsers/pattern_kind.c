/* The kinds of events, as files call them. */
#include "pattern.h"

const struct rs_pattern_kind rs_pattern_kinds[] = {
    {"connect", RS_EV_CONNECT, {NULL}},
    {"disconnect", RS_EV_DISCONNECT, {NULL}},
    {"login", RS_EV_LOGIN, {"client", "account", NULL}},
    {"auth", RS_EV_AUTH, {"client session", NULL}},
    {"login_failed", RS_EV_LOGIN_FAILED, {"client session", NULL}},
    {"arrival", RS_EV_ARRIVAL, {"queue_id", NULL}},
    {"message_id", RS_EV_MESSAGE_ID, {"queue_id", "message_id", NULL}},
    {"envelope", RS_EV_ENVELOPE, {"queue_id", NULL}},
    {"delivery", RS_EV_DELIVERY, {"queue_id session", "outcome", NULL}},
    {"notification",
     RS_EV_NOTIFICATION,
     {"queue_id session", "child_id", NULL}},
    {"refusal",
     RS_EV_REFUSAL,
     {"client session queue_id", "refusal reason", NULL}},
    {"removed", RS_EV_REMOVED, {"queue_id", NULL}},
    {"misuse", RS_EV_MISUSE, {"client session", NULL}},
    {"signed", RS_EV_SIGNED, {"queue_id message_id", "domain", NULL}},
    {"context", RS_EV_CONTEXT, {"session", NULL}},
    {NULL, RS_EV_CONNECT, {NULL}},
};

const char *rs_pattern_kind_name(const struct rs_event *ev)
{
    const struct rs_pattern_kind *kind = rs_pattern_kinds;

    while (kind->name != NULL && kind->kind != ev->kind)
        kind++;
    return kind->name;
}
