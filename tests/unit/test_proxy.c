/* What a client sent, and whom it took us for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../parsers/proxy.h"

static const struct {
    const char *said;
    enum rs_proxy_try kind;
} cases[] = {
    {"GET / HTTP/1.1", RS_PROXY_HTTP},
    {"get http://198.51.100.1/ HTTP/1.0\\r\\n\\r\\n", RS_PROXY_HTTP},
    {"POST http://198.51.100.1:25/ HTTP/1.0", RS_PROXY_HTTP},
    {"OPTIONS * HTTP/1.1", RS_PROXY_HTTP},
    {"CONNECT 198.51.100.1:25 HTTP/1.0", RS_PROXY_CONNECT},
    {"CONNECT mail.example.net:25", RS_PROXY_CONNECT},
    {"\\005\\001\\000", RS_PROXY_SOCKS},
    {"\\005\\002\\000\\002", RS_PROXY_SOCKS},
    {"\\005\\001?", RS_PROXY_SOCKS},
    {"\005\001", RS_PROXY_SOCKS},
    {"\\004\\001\\000\\031\\306\\063d\\001", RS_PROXY_SOCKS},
    {"\\004\\001", RS_PROXY_SOCKS},
    {"", RS_PROXY_NONE},
    {"GET", RS_PROXY_NONE},
    {"GET ", RS_PROXY_NONE},
    {"GET  x", RS_PROXY_NONE},
    {"GETTING / HTTP/1.1", RS_PROXY_NONE},
    {"CONNECTION: x", RS_PROXY_NONE},
    {"CONNECT", RS_PROXY_NONE},
    {" GET / HTTP/1.1", RS_PROXY_NONE},
    {"EHLO GET / HTTP/1.1", RS_PROXY_NONE},
    {"EHLO x\\r\\nCONNECT y:25", RS_PROXY_NONE},
    {"HELP", RS_PROXY_NONE},
    {"\\005\\000\\v\\003", RS_PROXY_NONE}, /* DCE/RPC */
    {"\\005", RS_PROXY_NONE},
    {"\\005\\r", RS_PROXY_NONE},
    {"\\005\\200", RS_PROXY_NONE},
    {"\\004\\200", RS_PROXY_NONE},
    {"\\026\\003\\001\\002", RS_PROXY_NONE}, /* TLS */
    {"\\003\\000\\000/*", RS_PROXY_NONE},    /* RDP */
    {"\\", RS_PROXY_NONE},
    {"\\n", RS_PROXY_NONE},
    {"005 001", RS_PROXY_NONE},
};

static void reads_the_opening(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        enum rs_proxy_try kind = rs_proxy_read(rs_span_of(cases[i].said));

        if (kind != cases[i].kind)
            fail_msg("%s: %d", cases[i].said, (int)kind);
    }
    assert_int_equal(rs_proxy_read(RS_ABSENT), RS_PROXY_NONE);
}

/* Nothing is read behind the end, wherever the log cut it. */
static void reads_no_further(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t len = rs_span_of(cases[i].said).len;

        for (size_t n = 0; n <= len; n++) {
            char *copy = test_malloc(n + 1);

            memcpy(copy, cases[i].said, n);
            rs_proxy_read((struct rs_span){copy, n});
            test_free(copy);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_the_opening),
        cmocka_unit_test(reads_no_further),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
