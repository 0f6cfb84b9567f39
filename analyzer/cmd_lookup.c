/* relaysleuth lookup: are addresses on DNS blocklists?  The only command that
 * uses the network. */
#include "command.h"
#include "configuration.h"
#include "lookup.h"
#include "options.h"
#include "output.h"
#include "relaysleuth/memory.h"
#include "talk.h"

#define DNS_PORT    53
#define RANGE_WIDTH 22u

/* What the command works on; too large for the stack. */
struct lookup_run {
    struct rs_lookup_targets targets;
    struct rs_lookup lookup;
    struct rs_dnsbl_told told[RS_LOOKUP_ZONES];
};

static enum rs_status use_default_zones(struct lookup_run *run)
{
    struct rs_lookup *lookup = &run->lookup;

    for (const struct rs_dnsbl *list = rs_dnsbls; list->zone != NULL; list++)
        lookup->zones[lookup->zone_count++].list = list;
    return RS_OK;
}

static enum rs_status read_zones(struct lookup_run *run,
                                 const struct rs_settings *settings,
                                 struct rs_error *err)
{
    size_t count;
    const struct rs_value *values =
        rs_settings_values(settings, "zone", &count);

    if (count == 0)
        return use_default_zones(run);
    if (count > RS_LOOKUP_ZONES)
        return rs_fail(err, RS_ERR_CONFIG, "--zone", 0,
                       "more than %d zones are too many for one run",
                       RS_LOOKUP_ZONES);
    for (size_t i = 0; i < count; i++) {
        struct rs_error cause = {0};

        if (rs_dnsbl_read(values[i].text, &run->told[i], &cause) != RS_OK)
            return rs_settings_blame("zone", &values[i], &cause, err);
        run->lookup.zones[i].list = &run->told[i].list;
    }
    run->lookup.zone_count = count;
    return RS_OK;
}

/* `192.0.2.53`, `192.0.2.53:5353`, `2001:db8::53`, `[2001:db8::53]:5353` */
static bool read_server(struct rs_span text, struct rs_dns_settings *out)
{
    const char *colon = rs_span_find_last(text, RS_SPAN(":"));
    struct rs_span host = text, port = RS_ABSENT;
    uint64_t number = DNS_PORT;

    if (rs_addr_parse(text, &out->server)) {
        out->port = DNS_PORT;
        return true;
    }
    if (colon == NULL)
        return false;
    host = rs_span_to(text, colon);
    port = rs_span_skip(text, host.len + 1);
    if (!rs_take_number(&port, UINT16_MAX, &number) || port.len != 0
        || number == 0 || !rs_addr_parse(host, &out->server))
        return false;
    out->port = (uint16_t)number;
    return rs_addr_is_v4(&out->server) || rs_span_starts(host, RS_SPAN("["));
}

static enum rs_status read_dns(const struct rs_settings *settings,
                               struct rs_dns_settings *out,
                               struct rs_error *err)
{
    const struct rs_value *server = rs_settings_value(settings, "server");

    *out = (struct rs_dns_settings){
        .query = (rs_time)rs_settings_value(settings, "query-timeout")->number
                 * RS_SECOND,
        .whole = (rs_time)rs_settings_value(settings, "timeout")->number
                 * RS_SECOND,
    };
    if (out->query <= 0 || out->whole <= 0)
        return rs_fail(err, RS_ERR_CONFIG, NULL, 0,
                       "--timeout and --query-timeout must be a second or"
                       " more");
    if (server != NULL && !read_server(server->text, out))
        return rs_fail(err, RS_ERR_CONFIG, "--server", 0,
                       "\"%s\" is neither ADDRESS nor ADDRESS:PORT",
                       server->text.ptr);
    return RS_OK;
}

static enum rs_status read_targets(struct rs_lookup_targets *targets,
                                   const struct rs_settings *settings,
                                   struct rs_error *err)
{
    const struct rs_value *report = rs_settings_value(settings, "findings");
    size_t count;
    const char *const *operands = rs_settings_operands(settings, &count);
    enum rs_status st = RS_OK;

    rs_settings_values(settings, "zone", &count);
    targets->examples = count > 0; /* whoever names lists may have such */
    rs_settings_operands(settings, &count);
    if (count == 0 && report == NULL)
        return rs_fail(err, RS_ERR_CONFIG, NULL, 0,
                       "no address named; try 'relaysleuth lookup ADDRESS' or"
                       " 'relaysleuth lookup --findings report.json'");
    for (size_t i = 0; i < count && st == RS_OK; i++)
        st = rs_lookup_add(targets, rs_span_of(operands[i]), err);
    if (st == RS_OK && report != NULL)
        st = rs_lookup_add_report(targets, report->text.ptr, err);
    return st;
}

static void say_count(size_t count, const char *text)
{
    char line[160];

    if (count == 0)
        return;
    snprintf(line, sizeof line, "%zu %s", count, text);
    rs_say("warning: ", rs_span_of(line));
}

static enum rs_status show(const struct rs_settings *settings,
                           const struct rs_lookup *lookup,
                           struct rs_error *err)
{
    struct rs_style style = rs_output_style(settings, NULL);
    struct rs_page page = {
        .out = stdout,
        .width = style.width,
        .color = style.color,
        .ascii = style.ascii,
    };

    if (!rs_settings_flag(settings, "json")) {
        rs_lookup_text(&page, lookup);
        return RS_OK;
    }
    return rs_lookup_json(stdout, lookup) == RS_OK
               ? RS_OK
               : rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
}

/* The highest of the statuses that apply, as in an analysis. */
static int conclude(const struct rs_settings *settings,
                    const struct rs_lookup *lookup)
{
    if (!rs_lookup_complete(lookup) || lookup->targets->too_many > 0)
        return RS_EXIT_INCOMPLETE;
    if (!rs_settings_flag(settings, "exit-code"))
        return RS_EXIT_COMPLETE;
    for (size_t t = 0; t < lookup->targets->count; t++)
        if (rs_lookup_listed(lookup, t) > 0)
            return RS_EXIT_FOUND;
    return RS_EXIT_COMPLETE;
}

static enum rs_status ask(struct lookup_run *run,
                          const struct rs_dns_settings *dns_settings,
                          struct rs_error *err)
{
    struct rs_dns *dns;
    enum rs_status st = rs_dns_open(dns_settings, &dns, err);

    if (st != RS_OK)
        return st;
    st = rs_lookup_ask(&run->lookup, dns, err);
    rs_dns_close(dns);
    return st;
}

static enum rs_status look_up(struct lookup_run *run,
                              const struct rs_settings *settings,
                              int *exit_status, struct rs_error *err)
{
    struct rs_dns_settings dns;
    enum rs_status st = read_zones(run, settings, err);

    if (st == RS_OK)
        st = read_dns(settings, &dns, err);
    if (st == RS_OK)
        st = read_targets(&run->targets, settings, err);
    if (st != RS_OK)
        return st;
    say_count(run->targets.senseless,
              "private or other addresses of the report are not asked for:"
              " no list outside knows them");
    say_count(run->targets.unread, "values of the report are no IP addresses");
    say_count(run->targets.too_many,
              "addresses of the report are too many for one run");
    if (run->targets.count == 0) {
        rs_say("", RS_SPAN("the report names no address to look up"));
        return RS_OK;
    }
    st = ask(run, &dns, err);
    if (st != RS_OK)
        return st;
    *exit_status = conclude(settings, &run->lookup);
    st = show(settings, &run->lookup, err);
    rs_lookup_free(&run->lookup);
    return st;
}

static void write_list(struct rs_page *page, const struct rs_dnsbl *list)
{
    char first[RS_CODE_TEXT], last[RS_CODE_TEXT], range[2 * RS_CODE_TEXT];

    rs_page_begin(page, 0, 2);
    rs_page_paint(page, "1");
    rs_page_span(page, rs_span_of(list->zone));
    rs_page_paint(page, NULL);
    rs_page_print(page, " (%s): %s", list->ipv6 ? "IPv4, IPv6" : "IPv4",
                  list->note);
    rs_page_end(page);
    for (const struct rs_dnsbl_code *code = list->codes; code->meaning != NULL;
         code++) {
        rs_lookup_code(code->first, first);
        rs_lookup_code(code->last, last);
        snprintf(range, sizeof range, "%s%s%s", first,
                 code->last == code->first ? "" : "-",
                 code->last == code->first ? "" : last);
        rs_page_begin(page, 2, 2 + RANGE_WIDTH + 2);
        rs_page_cell(page, rs_span_of(range), RANGE_WIDTH);
        rs_page_span(page, rs_span_of(code->meaning));
        rs_page_end(page);
    }
}

static void show_lists(const struct rs_settings *settings)
{
    struct rs_style style = rs_output_style(settings, NULL);
    struct rs_page page = {
        .out = stdout,
        .width = style.width,
        .color = style.color,
        .ascii = style.ascii,
    };

    for (const struct rs_dnsbl *list = rs_dnsbls; list->zone != NULL; list++)
        write_list(&page, list);
}

static enum rs_status lookup_run(struct rs_settings *settings,
                                 int *exit_status, struct rs_error *err)
{
    struct lookup_run *run;
    enum rs_status st = rs_configuration_read(settings, err);

    if (st != RS_OK)
        return st;
    if (rs_settings_flag(settings, "lists")) {
        show_lists(settings);
        return RS_OK;
    }
    run = rs_alloc(sizeof(*run));
    if (run == NULL)
        return rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
    run->lookup.targets = &run->targets;
    st = look_up(run, settings, exit_status, err);
    rs_free(run);
    return st;
}

const struct rs_command rs_command_lookup = {
    .name = "lookup",
    .operands = "[ADDRESS]...",
    .summary = "ask DNS blocklists; the only command that uses the network",
    .about =
        "Ask DNS blocklists whether each ADDRESS is on them. This is the only"
        " command that uses the network: the addresses go to the resolver and"
        " to the operators of the lists.\n"
        "Only answers that the list documents as a listing count, and a list"
        " is believed only while it has the test entry 127.0.0.2 and not"
        " 127.0.0.1 (RFC 5782).\n",
    .options = "config exit-code color width",
    .run = lookup_run,
};
