/* Lines of servers that tell in several what others tell in one, as events. */
#ifndef RELAYSLEUTH_TESTS_SESSION_LINES_H
#define RELAYSLEUTH_TESTS_SESSION_LINES_H

#include "relaysleuth/event.h"

#define CLIENT "203.0.113.7"
#define OTHER  "203.0.113.9"
#define HOP    "198.51.100.1"

struct line {
    int second;
    uint32_t pid;
    const char *client; /* of a delivery: the next hop */
    struct rs_event ev;
};

#define AUTH(s, p, c, a)                                                      \
    {                                                                         \
        s, p, c,                                                              \
        {                                                                     \
            .kind = RS_EV_AUTH, .account = RS_SPAN(a)                         \
        }                                                                     \
    }
#define FROM(s, p, c, q)                                                      \
    {                                                                         \
        s, p, c,                                                              \
        {                                                                     \
            .kind = RS_EV_ARRIVAL, .queue_id = RS_SPAN(q), .session = true,   \
            .unique_id = true, .uncounted = true                              \
        }                                                                     \
    }
#define ENVELOPE(s, q, f, n)                                                  \
    {                                                                         \
        s, 0, NULL,                                                           \
        {                                                                     \
            .kind = RS_EV_ENVELOPE, .queue_id = RS_SPAN(q),                   \
            .sender = RS_SPAN(f), .recipients = (n), .unique_id = true,       \
            .uncounted = true                                                 \
        }                                                                     \
    }
#define TO(s, q, r, how, ...)                                                 \
    {                                                                         \
        s, 0, HOP,                                                            \
        {                                                                     \
            .kind = RS_EV_DELIVERY, .queue_id = RS_SPAN(q),                   \
            .recipient = RS_SPAN(r), .outcome = (how),                        \
            .transport = RS_TRANSPORT_SMTP, .unique_id = true,                \
            .uncounted = true, __VA_ARGS__                                    \
        }                                                                     \
    }
#define SENT(s, q, r)                                                         \
    {                                                                         \
        s, 0, HOP,                                                            \
        {                                                                     \
            .kind = RS_EV_DELIVERY, .queue_id = RS_SPAN(q),                   \
            .recipient = RS_SPAN(r), .outcome = RS_SENT,                      \
            .transport = RS_TRANSPORT_SMTP, .uncounted = true                 \
        }                                                                     \
    }
#define REFUSED(s, q, r)                                                      \
    {                                                                         \
        s, 0, NULL,                                                           \
        {                                                                     \
            .kind = RS_EV_REFUSAL, .queue_id = RS_SPAN(q),                    \
            .recipient = RS_SPAN(r), .refusal = RS_REFUSAL_RECIPIENT,         \
            .unique_id = true                                                 \
        }                                                                     \
    }
#define REMOVED(s, q)                                                         \
    {                                                                         \
        s, 0, NULL,                                                           \
        {                                                                     \
            .kind = RS_EV_REMOVED, .queue_id = RS_SPAN(q), .unique_id = true  \
        }                                                                     \
    }

/* A command of the host, and what it gives to the daemon. */
#define LOCAL(s, q, u)                                                        \
    {                                                                         \
        s, 0, NULL,                                                           \
        {                                                                     \
            .kind = RS_EV_ARRIVAL, .queue_id = RS_SPAN(q), .uid = RS_SPAN(u), \
            .unique_id = true, .uncounted = true                              \
        }                                                                     \
    }
/* How a process of the host was started, and what it brought in. */
#define STARTED(s, p, d)                                                      \
    {                                                                         \
        s, p, NULL,                                                           \
        {                                                                     \
            .kind = RS_EV_CONTEXT, .directory = RS_SPAN(d)                    \
        }                                                                     \
    }
#define COMMANDED(s, p, q, u)                                                 \
    {                                                                         \
        s, p, NULL,                                                           \
        {                                                                     \
            .kind = RS_EV_ARRIVAL, .queue_id = RS_SPAN(q), .uid = RS_SPAN(u), \
            .commanded = true, .unique_id = true                              \
        }                                                                     \
    }
#define GIVEN(s, q, r, child)                                                 \
    {                                                                         \
        s, 0, "127.0.0.1",                                                    \
        {                                                                     \
            .kind = RS_EV_DELIVERY, .queue_id = RS_SPAN(q),                   \
            .recipient = RS_SPAN(r), .outcome = RS_SENT,                      \
            .transport = RS_TRANSPORT_SMTP, .child_id = RS_SPAN(child),       \
            .unique_id = true, .uncounted = true                              \
        }                                                                     \
    }
#define PART(s, q, child)                                                     \
    {                                                                         \
        s, 0, NULL,                                                           \
        {                                                                     \
            .kind = RS_EV_DELIVERY, .queue_id = RS_SPAN(q),                   \
            .outcome = RS_SENT, .forwarded = true,                            \
            .child_id = RS_SPAN(child), .unique_id = true, .uncounted = true  \
        }                                                                     \
    }
#define MESSAGE_ID(s, q, m)                                                   \
    {                                                                         \
        s, 0, NULL,                                                           \
        {                                                                     \
            .kind = RS_EV_MESSAGE_ID, .queue_id = RS_SPAN(q),                 \
            .message_id = RS_SPAN(m), .unique_id = true                       \
        }                                                                     \
    }

#define NAMED(s, c, k, n, ...)                                                \
    {                                                                         \
        s, 0, c,                                                              \
        {                                                                     \
            .kind = (k), .session_id = RS_SPAN(n), __VA_ARGS__                \
        }                                                                     \
    }
#define CONNECT(s, c, n)   NAMED(s, c, RS_EV_CONNECT, n, .ends = false)
#define DISCONNECT(s, n)   NAMED(s, NULL, RS_EV_DISCONNECT, n, .ends = false)
#define LOGGED_IN(s, n, a) NAMED(s, NULL, RS_EV_AUTH, n, .account = RS_SPAN(a))
#define CONTEXT(s, n, ...) NAMED(s, NULL, RS_EV_CONTEXT, n, __VA_ARGS__)
#define ARRIVAL(s, n, q)                                                      \
    NAMED(s, NULL, RS_EV_ARRIVAL, n, .queue_id = RS_SPAN(q), .uncounted = true)
#define DONE(s, n, how)                                                       \
    NAMED(s, HOP, RS_EV_DELIVERY, n, .outcome = (how),                        \
          .transport = RS_TRANSPORT_SMTP, .ends = true)

#endif
