/* Logins that failed, and how programs called Exim. */
#include "exim.h"

/* What Exim says of a failed login: smtp_in_auth() in smtp_in.c. */
static const char *const failures[] = {
    "535 Incorrect authentication data%o",
    "501 Invalid base64 data%o",
    "501 Authentication cancelled%o",
    "553 Initial data not expected%o",
    NULL,
};

/* It is not the client's fault that these could not be tried. */
static const char *const our_own[] = {
    "435 Unable to authenticate at present%o",
    "435 Internal error%o",
    NULL,
};

static bool ends_client(const void *ctx, struct rs_span rest)
{
    (void)ctx;
    rs_exim_skip_fields(&rest);
    return rs_take(&rest, ": ")
           && (rs_exim_is_listed(failures, rest)
               || rs_exim_is_listed(our_own, rest));
}

/* `(set_id=name)`, where the name is what the client sent; log summaries add
 * `: 1 Time(s)`. */
static struct rs_span find_account(struct rs_span reason)
{
    struct rs_span words, rest = reason;
    const char *end;

    if (!rs_take_until_literal(&rest, RS_SPAN(" (set_id="), &words))
        return RS_ABSENT;
    end = rest.len > 0 ? memrchr(rest.ptr, ')', rest.len) : NULL;
    return end != NULL ? rs_span_to(rest, end) : rest;
}

static enum rs_parsed read_failure(const struct rs_exim_line *line,
                                   struct rs_span name, struct rs_span rest)
{
    struct rs_exim_fields f;
    struct rs_exim_peer peer;
    struct rs_event ev;

    (void)rs_take(&rest, "H=");
    if (!rs_exim_take_client(&rest, ends_client, NULL, &peer))
        return RS_UNKNOWN;
    (void)rs_exim_take_fields(&rest, (struct rs_exim_choice){true, 0}, &f);
    (void)rs_take(&rest, ": ");
    if (rs_exim_is_listed(our_own, rest))
        return RS_QUIET;
    ev = rs_exim_session(line, RS_EV_LOGIN_FAILED, &peer, f.our_port);
    ev.mechanism = name;
    ev.account = find_account(rest);
    ev.reason = rest;
    return rs_exim_emit(line, &ev);
}

enum rs_parsed rs_exim_login(const struct rs_exim_line *line)
{
    struct rs_span rest = line->text, name;

    if (!rs_shape_take_word(&rest, &name)
        || !rs_take(&rest, " authenticator failed for "))
        return RS_UNKNOWN;
    return read_failure(line, name, rest);
}

/* `cwd=/var/www 3 args: /usr/sbin/sendmail -t -i`, of +arguments.  The folder
 * may hold blanks.  The first text that looks like a count is taken for it:
 * whoever names a folder so misnames his own. */
bool rs_exim_take_command(struct rs_span text, struct rs_exim_command *out)
{
    struct rs_exim_command command = {.count = 0};
    struct rs_span rest = text, before;

    if (!rs_take(&rest, "cwd="))
        return false;
    command.directory = rest;
    while (rs_take_until(&rest, ' ', &before)) {
        struct rs_span at = rest;

        if (!rs_take_number(&at, INT32_MAX, &command.count)
            || !rs_take(&at, " args:"))
            continue;
        command.directory =
            rs_span_to(command.directory, before.ptr + before.len);
        (void)rs_take(&at, " ");
        command.arguments = at;
        *out = command;
        return true;
    }
    return false;
}

/* Exim's runs that take no message: of the daemon and the queue, deliveries,
 * tests. */
static bool takes_no_message(struct rs_span arguments)
{
    static const char *const runs[] = {" -M",  " -q",  " -bd", " -bp",
                                       " -bt", " -bv", " -bV", " -bP",
                                       " -bh", " -be", NULL};

    for (const char *const *run = runs; *run != NULL; run++)
        if (rs_span_find(arguments, rs_span_of(*run)) != NULL)
            return true;
    return false;
}

enum rs_parsed rs_exim_started(const struct rs_exim_line *line)
{
    struct rs_event ev = rs_exim_event(line, RS_EV_CONTEXT);
    struct rs_exim_command command;

    if (line->id.ptr != NULL || !rs_exim_take_command(line->text, &command)
        || takes_no_message(command.arguments)
        || !rs_span_starts(command.directory, RS_SPAN("/")))
        return RS_UNKNOWN;
    ev.directory = command.directory;
    return rs_exim_emit(line, &ev);
}
