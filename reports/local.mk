noinst_LIBRARIES += librelaysleuth-reports.a
librelaysleuth_reports_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
librelaysleuth_reports_a_SOURCES = \
	%D%/json.c \
	%D%/json.h \
	%D%/json_writer.c \
	%D%/registry.c \
	%D%/reports.h \
	%D%/text.c \
	%D%/text_finding.c \
	%D%/text_page.c \
	%D%/text_summary.c \
	%D%/text_totals.c \
	%D%/text_words.c
