/* Commands and messages that an ACL or local_scan() refused:
 * smtp_handle_acl_fail() in Exim's smtp_in.c. */
#include "exim.h"

/* A client, what is known of its session, and whether a message has begun. */
struct scene {
    const struct rs_exim_line *line;
    struct rs_exim_peer peer;
    struct rs_exim_fields fields; /* behind the peer */
};

typedef enum rs_parsed action_rule(const struct scene *scene,
                                   struct rs_span rest);

/* What was refused, and what that is about when the reason does not say. */
struct stage {
    const char *words;
    bool argument; /* the client's, behind the words */
    enum rs_refusal refusal;
};

static const struct stage stages[] = {
    {"RCPT ", true, RS_REFUSAL_OTHER},
    {"MAIL ", true, RS_REFUSAL_SENDER},
    {"connection in \"connect\" ACL", false, RS_REFUSAL_CLIENT},
    {"EHLO or HELO ", true, RS_REFUSAL_HELO},
    {"after DATA PRDR", false, RS_REFUSAL_CONTENT},
    {"after DATA", false, RS_REFUSAL_CONTENT},
    {"during MIME ACL checks", false, RS_REFUSAL_CONTENT},
    {"by local_scan()", false, RS_REFUSAL_CONTENT},
    {"by non-SMTP ACL", false, RS_REFUSAL_CONTENT},
    {"DATA", false, RS_REFUSAL_OTHER},
    {"PREDATA ", true, RS_REFUSAL_OTHER},
    {"DKIM ", true, RS_REFUSAL_CONTENT},
    {"DKIM", false, RS_REFUSAL_CONTENT},
    {"AUTH ", true, RS_REFUSAL_PROTOCOL},
    {"VRFY ", true, RS_REFUSAL_OTHER},
    {"EXPN ", true, RS_REFUSAL_OTHER},
    {"ETRN ", true, RS_REFUSAL_OTHER},
    {"ATRN ", true, RS_REFUSAL_OTHER},
    {"STARTTLS", false, RS_REFUSAL_PROTOCOL},
    {"WELLKNOWN ", true, RS_REFUSAL_OTHER},
    {"XCLIENT", false, RS_REFUSAL_PROTOCOL},
};

static struct rs_event refusal_of(const struct scene *scene,
                                  enum rs_refusal refusal,
                                  struct rs_span reason)
{
    struct rs_event ev = rs_exim_session(scene->line, RS_EV_REFUSAL,
                                         &scene->peer, scene->fields.our_port);

    ev.sender = scene->fields.sender;
    ev.refusal = refusal;
    ev.reason = reason;
    return ev;
}

/* `: reason` to the end, or nothing. */
static bool take_reason(struct rs_span s, struct rs_span *out)
{
    *out = RS_ABSENT;
    if (s.len == 0)
        return true;
    if (!rs_take(&s, ": "))
        return s.len == 1 && *s.ptr == ':';
    *out = s;
    return true;
}

/* The argument is the client's text, and cut after 100 bytes. */
static bool take_argument(struct rs_span *s, struct rs_span *out)
{
    struct rs_span rest = *s;

    if (rs_exim_take_path(&rest, out) || rs_exim_take_address(&rest, out)) {
        if (rest.len == 0 || *rest.ptr == ':') {
            *s = rest;
            return true;
        }
    }
    rest = *s;
    *out = rest;
    if (!rs_take_until_literal(&rest, RS_SPAN(": "), out)) {
        *s = rs_span_skip(*s, s->len);
        return true;
    }
    *s = rs_span_skip(*s, out->len);
    return true;
}

static const struct stage *take_stage(struct rs_span *s)
{
    for (size_t i = 0; i < sizeof(stages) / sizeof(stages[0]); i++)
        if (rs_take_literal(s, rs_span_of(stages[i].words)))
            return &stages[i];
    return NULL;
}

static bool is_recipient_stage(const struct stage *stage)
{
    return rs_span_equal(rs_span_of(stage->words), RS_SPAN("RCPT "));
}

static enum rs_parsed read_rejected(const struct scene *scene,
                                    struct rs_span rest)
{
    const struct stage *stage = take_stage(&rest);
    struct rs_span argument = RS_ABSENT, reason;
    struct rs_event ev;

    if (stage == NULL)
        return RS_UNKNOWN;
    if (stage->argument && !take_argument(&rest, &argument))
        return RS_UNKNOWN;
    if (!take_reason(rest, &reason))
        return RS_UNKNOWN;
    ev = refusal_of(scene, rs_exim_refusal(reason, stage->refusal), reason);
    if (is_recipient_stage(stage))
        ev.recipient = argument;
    rs_reply_take_codes(&reason, &ev);
    return rs_exim_emit(scene->line, &ev);
}

/* Taken, and thrown away: for the sender it was delivered. */
static enum rs_parsed read_discarded(const struct scene *scene,
                                     struct rs_span rest)
{
    struct rs_span argument, path, reason;
    struct rs_event ev;

    if (!rs_take_until_literal(&rest, RS_SPAN(": discarded by "), &argument)
        || !(rs_take(&rest, "RCPT ACL") || rs_take(&rest, "MAIL ACL"))
        || !take_reason(rest, &reason))
        return RS_UNKNOWN;
    ev = refusal_of(scene, rs_exim_refusal(reason, RS_REFUSAL_OTHER), reason);
    ev.recipient =
        rs_take_path(&argument, &path) && argument.len == 0 ? path : argument;
    return rs_exim_emit(scene->line, &ev);
}

/* The refusal itself follows in a line of its own. */
static enum rs_parsed read_verify(const struct scene *scene,
                                  struct rs_span rest)
{
    struct rs_span address, reason;
    struct rs_event ev = rs_exim_session(scene->line, RS_EV_MISUSE,
                                         &scene->peer, scene->fields.our_port);

    if (!rs_take_path(&rest, &address) || !take_reason(rest, &reason))
        return RS_UNKNOWN;
    ev.sender = address;
    ev.reason = RS_SPAN("sender verification failed");
    return rs_exim_emit(scene->line, &ev);
}

static enum rs_parsed read_verify_deferred(const struct scene *scene,
                                           struct rs_span rest)
{
    struct rs_span address, reason;

    (void)scene;
    return rs_take_path(&rest, &address) && take_reason(rest, &reason)
               ? RS_QUIET
               : RS_UNKNOWN;
}

/* `dropped by 'connect' ACL: Country is banned` */
static enum rs_parsed read_dropped(const struct scene *scene,
                                   struct rs_span rest)
{
    struct rs_span acl, reason;
    struct rs_event ev;

    if (!rs_take(&rest, "'") || !rs_take_until(&rest, '\'', &acl)
        || !rs_take(&rest, " ACL") || !take_reason(rest, &reason))
        return RS_UNKNOWN;
    ev = refusal_of(scene, rs_exim_refusal(reason, RS_REFUSAL_CLIENT), reason);
    return rs_exim_emit(scene->line, &ev);
}

/* What an administrator's `warn` says of a client that was let in. */
static enum rs_parsed read_warning(const struct scene *scene,
                                   struct rs_span rest)
{
    (void)scene;
    return rest.len > 0 ? RS_QUIET : RS_UNKNOWN;
}

/* `(connection lost) from <sender> for recipients` */
static enum rs_parsed read_incomplete(const struct scene *scene,
                                      struct rs_span rest)
{
    struct rs_span what;

    (void)scene;
    return rs_take_until(&rest, ')', &what)
                   && (rest.len == 0 || *rest.ptr == ' ')
               ? RS_QUIET
               : RS_UNKNOWN;
}

static const struct action {
    const char *words;
    action_rule *read;
} actions[] = {
    {" rejected ", read_rejected},
    {" temporarily rejected ", read_rejected},
    {" sender verify fail for ", read_verify},
    {" sender verify defer for ", read_verify_deferred},
    {" Warning: ", read_warning},
    {" RCPT ", read_discarded},
    {" dropped by ", read_dropped},
    {" incomplete transaction (", read_incomplete},
};

static const struct action *take_action(struct rs_span *s)
{
    for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
        if (rs_take_literal(s, rs_span_of(actions[i].words)))
            return &actions[i];
    return NULL;
}

static bool ends_client(const void *ctx, struct rs_span rest)
{
    (void)ctx;
    rs_exim_skip_fields(&rest);
    return take_action(&rest) != NULL;
}

static enum rs_parsed read_scene(struct scene *scene, struct rs_span rest)
{
    const struct rs_span sender = scene->fields.sender;
    const struct action *action;

    (void)rs_exim_take_fields(&rest, (struct rs_exim_choice){true, 0},
                              &scene->fields);
    if (scene->fields.sender.ptr == NULL)
        scene->fields.sender = sender;
    action = take_action(&rest);
    return action == NULL ? RS_UNKNOWN : action->read(scene, rest);
}

static void swallow(void *ctx, const struct rs_event *ev)
{
    (void)ctx;
    (void)ev;
}

/* No client to be accused: a local process, or a text that is not clear. */
static enum rs_parsed read_quietly(const struct rs_exim_line *line,
                                   struct rs_span rest)
{
    struct rs_exim_line mute = *line;
    struct scene scene = {.line = &mute};

    mute.sink = (struct rs_sink){.emit = swallow};
    return read_scene(&scene, rest) == RS_UNKNOWN ? RS_UNKNOWN : RS_QUIET;
}

static enum rs_parsed read_client(const struct rs_exim_line *line,
                                  struct rs_span rest, struct rs_span sender)
{
    struct scene scene = {.line = line, .fields = {.sender = sender}};

    if (!rs_exim_take_client(&rest, ends_client, NULL, &scene.peer))
        return RS_UNKNOWN;
    return read_scene(&scene, rest);
}

enum rs_parsed rs_exim_host(const struct rs_exim_line *line,
                            struct rs_span rest)
{
    return read_client(line, rest, RS_ABSENT);
}

/* `U=user`, a local process. */
enum rs_parsed rs_exim_ident(const struct rs_exim_line *line,
                             struct rs_span rest)
{
    struct rs_span user;

    if (!rs_exim_take_word(&rest, &user))
        return RS_UNKNOWN;
    return read_quietly(line, rest);
}

/* `F=sender H=client P=esmtp rejected by local_scan(): reason`; without H=
 * it is a local process. */
enum rs_parsed rs_exim_sender(const struct rs_exim_line *line,
                              struct rs_span rest)
{
    struct rs_span sender;

    if (!rs_exim_take_path(&rest, &sender)
        && !rs_exim_take_address(&rest, &sender))
        return RS_UNKNOWN;
    if (rs_take(&rest, " H="))
        return read_client(line, rest, sender);
    return read_quietly(line, rest);
}
