/* Words that lines of logs and our own sentences are made of. */
#ifndef RELAYSLEUTH_VOCABULARY_H
#define RELAYSLEUTH_VOCABULARY_H

#include "relaysleuth/span.h"

/* Is WORD one of them, whatever the case of its letters? */
bool rs_vocabulary_has(struct rs_span word);
/* Word I in their order, or NULL: for a test. */
const char *rs_vocabulary_word(size_t i);

#endif
