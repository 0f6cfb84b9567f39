noinst_LIBRARIES += librelaysleuth-reports.a
librelaysleuth_reports_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
librelaysleuth_reports_a_SOURCES = \
	%D%/json.c \
	%D%/registry.c \
	%D%/text.c
