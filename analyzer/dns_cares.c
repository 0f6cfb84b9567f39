/* Asking the DNS with c-ares. */
#define CARES_NO_DEPRECATED /* what replaces it came with 1.28 */
#include <ares.h>
#include <arpa/nameser.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <time.h>

#include "dns.h"
#include "relaysleuth/memory.h"

#define IN_FLIGHT   64 /* questions under way */
#define SOCKETS_MAX 64
#define TRIES       2   /* the second waits twice as long */
#define STEP        50  /* ms; so exactly questions are given up */
#define SHORTEST    100 /* ms that c-ares is told to wait */

/* A question under way.  It stays until c-ares calls back, which is at the
 * end of the channel at the latest. */
struct flight {
    struct flight *next;
    struct rs_dns *dns;
    struct rs_dns_question *question; /* NULL: given up */
    rs_time deadline;
};

struct rs_dns {
    ares_channel channel;
    struct rs_dns_settings settings;
    rs_time deadline;
    struct flight *flights;
    size_t under_way; /* that are not given up */
    struct pollfd sockets[SOCKETS_MAX];
    nfds_t socket_count;
    bool library, open;
};

static rs_time now(void)
{
    struct timespec time = {0};

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (rs_time)time.tv_sec * RS_SECOND + time.tv_nsec / 1000;
}

static void watch_socket(void *ctx, ares_socket_t fd, int readable,
                         int writable)
{
    struct rs_dns *dns = ctx;
    short events = (short)((readable ? POLLIN : 0) | (writable ? POLLOUT : 0));
    nfds_t i = 0;

    while (i < dns->socket_count && dns->sockets[i].fd != fd)
        i++;
    if (i == SOCKETS_MAX)
        return; /* its questions are given up in time */
    if (i == dns->socket_count)
        dns->socket_count++;
    dns->sockets[i] = (struct pollfd){.fd = fd, .events = events};
    if (events == 0)
        dns->sockets[i] = dns->sockets[--dns->socket_count];
}

static enum rs_status use_server(struct rs_dns *dns, struct rs_error *err)
{
    const struct rs_dns_settings *settings = &dns->settings;
    struct ares_addr_port_node node = {
        .family = AF_INET6,
        .udp_port = settings->port,
        .tcp_port = settings->port,
    };

    if (rs_addr_is_v4(&settings->server)) {
        node.family = AF_INET;
        memcpy(&node.addr.addr4, settings->server.byte + 12, 4);
    } else {
        memcpy(&node.addr.addr6, settings->server.byte, 16);
    }
    return ares_set_servers_ports(dns->channel, &node) == ARES_SUCCESS
               ? RS_OK
               : rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
}

/* Two tries, of which the second takes twice as long, make the whole. */
static int first_try(const struct rs_dns_settings *settings)
{
    rs_time ms = settings->query / (RS_SECOND / 1000) / 3;

    return ms < SHORTEST ? SHORTEST : ms > INT32_MAX ? INT32_MAX : (int)ms;
}

static enum rs_status start(struct rs_dns *dns, struct rs_error *err)
{
    struct ares_options options = {
        .flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES,
        .timeout = first_try(&dns->settings),
        .tries = TRIES,
        .sock_state_cb = watch_socket,
        .sock_state_cb_data = dns,
    };
    int failed = ares_library_init(ARES_LIB_INIT_ALL);

    dns->library = failed == ARES_SUCCESS;
    if (failed == ARES_SUCCESS)
        failed =
            ares_init_options(&dns->channel, &options,
                              ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS
                                  | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB);
    if (failed != ARES_SUCCESS)
        return rs_fail(err, RS_ERR_IO, NULL, 0, "cannot ask the DNS: %s",
                       ares_strerror(failed));
    dns->open = true;
    return rs_addr_is_absent(&dns->settings.server) ? RS_OK
                                                    : use_server(dns, err);
}

enum rs_status rs_dns_open(const struct rs_dns_settings *settings,
                           struct rs_dns **out, struct rs_error *err)
{
    struct rs_dns *dns = rs_alloc(sizeof(*dns));
    enum rs_status st;

    if (dns == NULL)
        return rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
    dns->settings = *settings;
    dns->deadline = now() + settings->whole;
    st = start(dns, err);
    if (st != RS_OK)
        rs_dns_close(dns);
    else
        *out = dns;
    return st;
}

void rs_dns_close(struct rs_dns *dns)
{
    if (dns == NULL)
        return;
    if (dns->open)
        ares_destroy(dns->channel); /* calls back for what is under way */
    if (dns->library)
        ares_library_cleanup();
    rs_free(dns);
}

static void read_addresses(struct rs_dns_question *question,
                           const unsigned char *answer, int len)
{
    struct ares_addrttl found[RS_DNS_ADDRESSES];
    int count = RS_DNS_ADDRESSES;
    int status = ares_parse_a_reply(answer, len, NULL, found, &count);

    question->outcome = status == ARES_SUCCESS   ? RS_DNS_ANSWERED
                        : status == ARES_ENODATA ? RS_DNS_NOTHING
                                                 : RS_DNS_FAILED;
    question->failure = "its answer cannot be read";
    if (status != ARES_SUCCESS)
        return;
    question->address_count = (size_t)count;
    for (int i = 0; i < count; i++)
        question->addresses[i] = ntohl(found[i].ipaddr.s_addr);
}

static void read_text(struct rs_dns_question *question,
                      const unsigned char *answer, int len)
{
    struct ares_txt_ext *found = NULL;
    int status = ares_parse_txt_reply_ext(answer, len, &found);

    question->outcome =
        status == ARES_SUCCESS ? RS_DNS_ANSWERED : RS_DNS_NOTHING;
    for (const struct ares_txt_ext *piece = found;
         piece != NULL && (piece == found || !piece->record_start);
         piece = piece->next) {
        size_t room = sizeof question->said - question->said_len;
        size_t n = piece->length < room ? piece->length : room;

        memcpy(question->said + question->said_len, piece->txt, n);
        question->said_len += n;
    }
    ares_free_data(found);
}

static const char *failure_of(int status)
{
    switch (status) {
    case ARES_ETIMEOUT: return "it does not answer";
    case ARES_ECONNREFUSED:
        return "no resolver can be reached, or none answers for it";
    case ARES_ESERVFAIL: return "its servers fail";
    case ARES_EREFUSED: return "the resolver refuses to ask it";
    case ARES_ENOMEM: return "out of memory";
    default: return "its answer cannot be read";
    }
}

static void forget(struct flight *flight)
{
    struct flight **at = &flight->dns->flights;

    while (*at != flight)
        at = &(*at)->next;
    *at = flight->next;
    rs_free(flight);
}

static void take_answer(void *ctx, int status, int timeouts,
                        unsigned char *answer, int len)
{
    struct flight *flight = ctx;
    struct rs_dns_question *question = flight->question;

    (void)timeouts;
    if (question != NULL) {
        flight->dns->under_way--;
        question->outcome = RS_DNS_FAILED;
        if (status == ARES_SUCCESS && question->text)
            read_text(question, answer, len);
        else if (status == ARES_SUCCESS)
            read_addresses(question, answer, len);
        else if (status == ARES_ENOTFOUND || status == ARES_ENODATA)
            question->outcome = RS_DNS_NOTHING;
        else
            question->failure = failure_of(status);
    }
    forget(flight);
}

static enum rs_status send_question(struct rs_dns *dns,
                                    struct rs_dns_question *question,
                                    struct rs_error *err)
{
    struct flight *flight;

    if (question->name[0] == '\0')
        return RS_OK;
    flight = rs_alloc(sizeof(*flight));
    if (flight == NULL)
        return rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
    *flight = (struct flight){
        .next = dns->flights,
        .dns = dns,
        .question = question,
        .deadline = now() + dns->settings.query,
    };
    dns->flights = flight;
    dns->under_way++;
    ares_query(dns->channel, question->name, C_IN,
               question->text ? T_TXT : T_A, take_answer, flight);
    return RS_OK;
}

/* Those that have waited long enough; all of them at the end of the whole. */
static void give_up(struct rs_dns *dns)
{
    rs_time time = now();

    for (struct flight *f = dns->flights; f != NULL; f = f->next) {
        if (f->question == NULL
            || (time < f->deadline && time < dns->deadline))
            continue;
        f->question->outcome = RS_DNS_FAILED;
        f->question->failure = failure_of(ARES_ETIMEOUT);
        f->question = NULL;
        dns->under_way--;
    }
}

/* What happened on the sockets, or a step of time. */
static enum rs_status wait_for_answers(struct rs_dns *dns,
                                       struct rs_error *err)
{
    struct pollfd ready[SOCKETS_MAX];
    nfds_t count = dns->socket_count;

    memcpy(ready, dns->sockets, count * sizeof ready[0]);
    if (poll(ready, count, STEP) < 0 && errno != EINTR)
        return rs_fail(err, RS_ERR_IO, NULL, 0,
                       "cannot wait for answers of the DNS: %s",
                       strerror(errno));
    for (nfds_t i = 0; i < count; i++) {
        bool in = (ready[i].revents & (POLLIN | POLLERR | POLLHUP)) != 0;
        bool out = (ready[i].revents & POLLOUT) != 0;

        if (in || out)
            ares_process_fd(dns->channel, in ? ready[i].fd : ARES_SOCKET_BAD,
                            out ? ready[i].fd : ARES_SOCKET_BAD);
    }
    /* Its own timers: second tries. */
    ares_process_fd(dns->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    give_up(dns);
    return RS_OK;
}

/* The questions go: late answers find nobody. */
static void abandon(struct rs_dns *dns)
{
    for (struct flight *f = dns->flights; f != NULL; f = f->next)
        f->question = NULL;
    dns->under_way = 0;
}

enum rs_status rs_dns_ask(struct rs_dns *dns,
                          struct rs_dns_question *questions, size_t count,
                          struct rs_error *err)
{
    enum rs_status st = RS_OK;
    size_t sent = 0;

    while (st == RS_OK && (sent < count || dns->under_way > 0)) {
        while (st == RS_OK && sent < count && dns->under_way < IN_FLIGHT
               && now() < dns->deadline)
            st = send_question(dns, &questions[sent++], err);
        if (st == RS_OK && dns->under_way > 0)
            st = wait_for_answers(dns, err);
        for (; now() >= dns->deadline && sent < count; sent++) {
            questions[sent].outcome = RS_DNS_FAILED;
            questions[sent].failure = "there was no time left to ask it";
        }
    }
    abandon(dns);
    return st;
}
