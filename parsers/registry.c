/* The list of log languages that are written in C; order decides between
 * equal bids. */
#include "relaysleuth/parser.h"

const struct rs_parser *const rs_parsers[] = {
    &rs_parser_postfix,
    &rs_parser_dovecot,
    &rs_parser_courier,
    &rs_parser_mailbox,
    &rs_parser_sendmail,
    &rs_parser_exim,
    &rs_parser_signers,
    NULL,
};
