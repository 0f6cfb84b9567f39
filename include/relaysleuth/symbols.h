/* Interned strings: equal bytes get equal numbers for the length of a run. */
#ifndef RELAYSLEUTH_SYMBOLS_H
#define RELAYSLEUTH_SYMBOLS_H

#include "relaysleuth/span.h"

typedef uint32_t rs_sym;
#define RS_SYM_NONE  0u /* absent */
#define RS_SYM_OTHER 1u /* the table was full: one of many strings */

struct rs_symbols;

/* Returns new, or NULL.  CEILING is the most bytes of text it keeps; past it
 * new strings all become RS_SYM_OTHER and are counted. */
struct rs_symbols *rs_symbols_new(size_t ceiling);
void rs_symbols_free(struct rs_symbols *tab);

/* Copies TEXT when it is new.  An absent span is RS_SYM_NONE.  When memory
 * is short the result is RS_SYM_OTHER. */
rs_sym rs_intern(struct rs_symbols *tab, struct rs_span text);
/* The same, ASCII letters folded to lower case first (at most 1024 bytes;
 * longer text is cut there). */
rs_sym rs_intern_nocase(struct rs_symbols *tab, struct rs_span text);
/* Borrows until the table is freed.  RS_SYM_NONE gives an absent span,
 * RS_SYM_OTHER "(other)". */
struct rs_span rs_symbol_text(const struct rs_symbols *tab, rs_sym sym);
/* rs_hash_content() of the text, computed once; 0 for RS_SYM_NONE. */
uint64_t rs_symbol_content(const struct rs_symbols *tab, rs_sym sym);
rs_sym rs_symbols_count(const struct rs_symbols *tab);  /* highest sym + 1 */
uint64_t rs_symbols_lost(const struct rs_symbols *tab); /* strings not kept */

#endif
