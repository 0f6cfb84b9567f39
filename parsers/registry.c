/* The list of log languages; order decides between equal bids. */
#include "relaysleuth/parser.h"

const struct rs_parser *const rs_parsers[] = {
    &rs_parser_postfix,
    &rs_parser_dovecot,
    NULL,
};

const struct rs_parser *rs_parser_choose(const struct rs_record *rec)
{
    const struct rs_parser *best = NULL;
    enum rs_bid highest = RS_BID_NONE;

    for (size_t i = 0; rs_parsers[i] != NULL; i++) {
        enum rs_bid bid = rs_parsers[i]->bid(rs_parsers[i], rec);

        if (bid > highest) {
            highest = bid;
            best = rs_parsers[i];
        }
    }
    return best;
}
