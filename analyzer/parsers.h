/* The parsers of a run: which are loaded, and which of their patterns fail. */
#ifndef RELAYSLEUTH_PARSERS_H
#define RELAYSLEUTH_PARSERS_H

#include "pipeline.h"

/* All that are built in, those of the site's folder (without --config), and
 * the files of --parser.  SET is to be closed whatever comes of it. */
enum rs_status rs_parsers_open(const struct rs_settings *settings,
                               struct rs_parser_set *set,
                               struct rs_error *err);

/* Add the parser of file PATH; any mistake is one of the configuration. */
enum rs_status rs_parsers_load(struct rs_parser_set *set, const char *path,
                               struct rs_error *err);

/* The pattern in LINE of PARSER's file gave up on a line of FILE. */
void rs_parsers_gave_up(struct rs_file *file, const struct rs_parser *parser,
                        unsigned long line);
/* Warn of the patterns that gave up on lines of FILE. */
void rs_parsers_warn(struct rs_run *run, const struct rs_file *file);

#endif
