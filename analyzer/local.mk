noinst_LIBRARIES += librelaysleuth-base.a librelaysleuth-core.a

librelaysleuth_base_a_SOURCES = \
	%D%/base/address.c \
	%D%/base/arena.c \
	%D%/base/error.c \
	%D%/base/hash.c \
	%D%/base/memory.c \
	%D%/base/netset.c \
	%D%/base/settings.c \
	%D%/base/span.c \
	%D%/base/symbols.c \
	%D%/base/text.c \
	%D%/base/time.c

librelaysleuth_core_a_SOURCES =

bin_PROGRAMS += relaysleuth
relaysleuth_SOURCES = \
	%D%/main.c \
	%D%/options.c \
	%D%/options.h
relaysleuth_LDADD = librelaysleuth-reports.a librelaysleuth-core.a \
	librelaysleuth-parsers.a librelaysleuth-base.a \
	$(JANSSON_LIBS) $(PCRE2_LIBS) $(ZLIB_LIBS)
