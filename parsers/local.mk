noinst_LIBRARIES += librelaysleuth-parsers.a
librelaysleuth_parsers_a_CFLAGS = $(AM_CFLAGS) $(ZLIB_CFLAGS)
librelaysleuth_parsers_a_SOURCES = \
	%D%/clock.c \
	%D%/dovecot.c \
	%D%/envelope.c \
	%D%/postfix.c \
	%D%/registry.c \
	%D%/input/gzip.c \
	%D%/input/registry.c \
	%D%/input/source.c
