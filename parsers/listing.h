/* The table that is made of data/listings.txt. */
#ifndef RELAYSLEUTH_PARSERS_LISTING_H
#define RELAYSLEUTH_PARSERS_LISTING_H

/* A reply by which servers say that our address, or what we send, has a bad
 * name. */
struct rs_listing {
    const char *name;    /* of the list, or of the provider whose own it is */
    const char *word;    /* lower case: in every such reply */
    const char *pattern; /* PCRE2, caseless; groups `list`, `address` */
    const char *example;
    const char *source; /* where the wording is documented */
};
extern const struct rs_listing rs_listings[]; /* a NULL name ends it */

#endif
