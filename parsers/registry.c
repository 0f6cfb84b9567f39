/* The list of log languages; order decides between equal bids. */
#include "relaysleuth/parser.h"

const struct rs_parser *const rs_parsers[] = {
    &rs_parser_postfix,
    &rs_parser_dovecot,
    &rs_parser_courier,
    &rs_parser_mailbox,
    &rs_parser_sendmail,
    &rs_parser_exim,
    NULL,
};

enum rs_status rs_parser_set_open(struct rs_parser_set *set,
                                  struct rs_error *err)
{
    (void)err;
    set->count = 0;
    while (rs_parsers[set->count] != NULL) {
        set->parsers[set->count] = rs_parsers[set->count];
        set->count++;
    }
    return RS_OK;
}

void rs_parser_set_close(struct rs_parser_set *set)
{
    set->count = 0;
}

const struct rs_parser *rs_parser_choose(const struct rs_parser_set *set,
                                         const struct rs_record *rec)
{
    const struct rs_parser *best = NULL;
    enum rs_bid highest = RS_BID_NONE;

    for (size_t i = 0; i < set->count; i++) {
        const struct rs_parser *parser = set->parsers[i];
        enum rs_bid bid = parser->bid(parser, rec);

        if (bid > highest) {
            highest = bid;
            best = parser;
        }
    }
    return best;
}
