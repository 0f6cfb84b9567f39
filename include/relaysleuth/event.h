/* What a parser says happened, in the terms of RFC 5321, 5598, 3463, 4954. */
#ifndef RELAYSLEUTH_EVENT_H
#define RELAYSLEUTH_EVENT_H

#include "relaysleuth/address.h"
#include "relaysleuth/record.h"

enum rs_event_kind {
    RS_EV_CONNECT,      /* a client opened an SMTP session */
    RS_EV_DISCONNECT,   /* and closed it, or was cut off */
    RS_EV_LOGIN,        /* a mailbox login (POP3, IMAP, ...) succeeded */
    RS_EV_AUTH,         /* an SMTP client logged in (RFC 4954), where the log
                           says so apart from the mail it brings */
    RS_EV_LOGIN_FAILED, /* SASL or mailbox login refused */
    RS_EV_ARRIVAL,      /* a queue id was given to mail from a client or uid */
    RS_EV_MESSAGE_ID,   /* the Message-ID of a queue entry */
    RS_EV_ENVELOPE,     /* sender, size and recipient count of a queue entry */
    RS_EV_DELIVERY,     /* one recipient: sent, deferred, bounced, expired */
    RS_EV_NOTIFICATION, /* queue_id made a DSN: child_id */
    RS_EV_REFUSAL,      /* an SMTP command, or a message, was refused; with a
                           queue id and no client, that of its ARRIVAL */
    RS_EV_REMOVED,      /* the queue entry is gone */
    RS_EV_MISUSE,       /* the client broke the protocol */
    RS_EV_SIGNED,       /* our signer vouched for a message (RFC 6376): one
                           with a queue id was asked by the server while that
                           took the message, and so knew the client; one with
                           a Message-ID alone stands behind the queue */
    RS_EV_CONTEXT       /* no fact of its own: what the other events of the
                           same session_id lack */
};

enum rs_outcome {
    RS_OUTCOME_NONE,
    RS_SENT,
    RS_DEFERRED,
    RS_BOUNCED,
    RS_EXPIRED, /* deferred until given up: a bounce */
    RS_PROBED   /* address verification only; no mail */
};

/* Who took a recipient off our hands. */
enum rs_transport {
    RS_TRANSPORT_NONE,
    RS_TRANSPORT_LOCAL, /* mailbox on this site: local, virtual, lmtp */
    RS_TRANSPORT_PIPE,  /* a command: maildrop, mailman, ... */
    RS_TRANSPORT_SMTP,  /* another host, or a filter, by SMTP (or LMTP) */
    RS_TRANSPORT_RELAY, /* the same, by the service for relay domains */
    RS_TRANSPORT_ERROR, /* nobody: error, retry */
    RS_TRANSPORT_DISCARD,
    RS_TRANSPORT_REMOTE /* another host, none of ours; its address need not be
                           told */
};

/* Was it another host? */
static inline bool rs_transport_is_host(unsigned transport)
{
    return transport == RS_TRANSPORT_SMTP || transport == RS_TRANSPORT_RELAY
           || transport == RS_TRANSPORT_REMOTE;
}

enum rs_refusal {
    RS_REFUSAL_NONE,
    RS_REFUSAL_RELAY,     /* relaying denied */
    RS_REFUSAL_RECIPIENT, /* no such mailbox here */
    RS_REFUSAL_SENDER,    /* sender address: unknown domain, not owned, ... */
    RS_REFUSAL_CLIENT, /* the client: DNSBL, access table, no reverse name */
    RS_REFUSAL_HELO,
    RS_REFUSAL_GREYLIST,
    RS_REFUSAL_CONTENT,  /* spam, virus, header or body check */
    RS_REFUSAL_LIMIT,    /* rate, size, count, resources */
    RS_REFUSAL_PROTOCOL, /* syntax, pipelining, TLS or login required */
    RS_REFUSAL_OTHER,
    RS_REFUSAL_DESTINATION /* RELAY or RECIPIENT: the server says the same of
                              both */
};

/* Which part of the mail system wrote a login line: the same attempt is
 * logged by the server that the client spoke to and again by the password
 * service behind it. */
enum rs_witness { RS_WITNESS_SERVER, RS_WITNESS_PASSWORD_SERVICE };

/* Whose log it is: advice is given in that program's own words. */
enum rs_server {
    RS_SERVER_OTHER,
    RS_SERVER_POSTFIX,
    RS_SERVER_EXIM,
    RS_SERVER_SENDMAIL
};

/* What a client that takes us for an open proxy asked for. */
enum rs_proxy_try {
    RS_PROXY_NONE,
    RS_PROXY_HTTP,    /* GET and its like: mostly a scanner of the web */
    RS_PROXY_CONNECT, /* a way to another host, by HTTP */
    RS_PROXY_SOCKS    /* the same, by SOCKS 4 or 5 */
};

/* One fact of one record.  A field that the line lacks is absent (NULL ptr,
 * all-zero address, 0).  The null reverse-path <> is a sender of length 0
 * with a pointer.  Spans borrow from the line: whoever keeps an event
 * copies. */
struct rs_event {
    enum rs_event_kind kind;
    const struct rs_record *record;
    struct rs_span queue_id;    /* absent for NOQUEUE */
    struct rs_span child_id;    /* DELIVERY: `queued as`, `forwarded as`;
                                   NOTIFICATION: the DSN;
                                   ARRIVAL: the parent (`orig_queue_id`); with
                                   neither client, account nor uid the message
                                   is our own DSN about it */
    struct rs_span client_name; /* confirmed name; absent when "unknown" */
    struct rs_addr client;
    struct rs_addr orig_client; /* ARRIVAL: told by a trusted proxy (XFORWARD,
                                   XCLIENT) */
    struct rs_span helo;
    struct rs_span account;   /* RFC 4954 authentication identity */
    struct rs_span mechanism; /* SASL mechanism */
    struct rs_span service;   /* "smtpd", "submission", "pop3", "imap", ... */
    struct rs_span uid;       /* ARRIVAL of a local submission */
    struct rs_span directory; /* ARRIVAL of a local submission: where its
                                 process was started.  A CONTEXT without
                                 session_id that has it tells it of the
                                 process with the pid of its record */
    struct rs_span sender;    /* reverse-path without <> */
    struct rs_span recipient; /* forward-path without <> */
    struct rs_span orig_recipient; /* before aliasing: `orig_to` */
    struct rs_span next_hop_name;
    struct rs_addr next_hop;
    uint16_t next_hop_port;
    struct rs_span dsn;        /* RFC 3463 status, "5.7.1" */
    struct rs_span reason;     /* the reply or the program's own words */
    struct rs_span blocklist;  /* DELIVERY: which list the next hop says that
                                  we are on: see blocklist.h */
    struct rs_addr listed;     /* and our address there, if it says so */
    struct rs_span message_id; /* without <> */
    struct rs_span domain;     /* SIGNED: the one that signs (its d=) */
    uint16_t reply_code;       /* REFUSAL: 554; 0 when none was logged */
    enum rs_outcome outcome;
    enum rs_transport transport;
    enum rs_refusal refusal;
    enum rs_witness witness;
    enum rs_server server;
    enum rs_proxy_try proxy; /* MISUSE */
    bool ahead; /* MISUSE: the client did not wait for its turn, and what it
                   said may be told again as a command */
    bool forwarded; /* DELIVERY: child_id is our own forward of it */
    bool rewritten; /* DELIVERY: in mail received by SMTP the recipient is not
                       the one given, which the log does not name (Sendmail
                       writes those of its aliases without brackets).
                       ENVELOPE: nor has the sender brackets, and so their
                       absence elsewhere means nothing */
    bool aimed;     /* DELIVERY: of events that were kept: the trick in the
                       recipient names the next hop, or its domain */
    struct rs_span owner; /* DELIVERY: on whose behalf it is made, where the
                             log says so (Sendmail's ctladdr): mostly the
                             sender, else whose .forward it is */
    struct rs_span session_id; /* what the lines of a session on this host
                                  have in common, or else lines that belong
                                  together.  A CONNECT or CONTEXT opens it;
                                  what that tells, and the AUTHs after it, its
                                  other events need not repeat */
    bool ends;      /* nothing with this session_id follows; of a DISCONNECT it
                       is known */
    bool session;   /* ARRIVAL: the login, if any, is the last AUTH of the same
                       host, pid and client; and refusals of its queue id may
                       stand before it */
    bool commanded; /* ARRIVAL of a local submission: the directory, if any,
                       is that of the last CONTEXT of the same host and pid */
    bool notice;    /* ARRIVAL of a local submission, or what it lacks: our own
                       DSNs come in the same way, and with the null sender it
                       is one */
    bool authenticated; /* ARRIVAL: there was a login, whoever it was */
    bool unique_id;     /* of a queue entry: this server gives no queue id
                           twice */
    bool uncounted; /* of a queue entry: no line tells its end.  It has ended
                       when `recipients` of its ENVELOPE (1 without) are done
                       with and nothing is deferred */
    uint64_t size;
    uint32_t recipients; /* ENVELOPE: nrcpt; with `recipient`, what was made
                            of that one */
    uint64_t twin;  /* not 0: the server may write the line twice, at once;
                       digest of what both have in common */
    uint32_t count; /* how often it happened; parsers set record->count times
                       what the line itself says ("3 attempts") */
};

#endif
