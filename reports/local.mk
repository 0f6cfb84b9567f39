noinst_LIBRARIES += librelaysleuth-reports.a
librelaysleuth_reports_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
librelaysleuth_reports_a_SOURCES = \
	%D%/charts.c \
	%D%/charts.h \
	%D%/charts_axis.c \
	%D%/charts_bars.c \
	%D%/charts_file.c \
	%D%/charts_heatmap.c \
	%D%/charts_messages.c \
	%D%/charts_panels.c \
	%D%/charts_stack.c \
	%D%/gnuplot.c \
	%D%/gnuplot.h \
	%D%/json.c \
	%D%/json.h \
	%D%/json_writer.c \
	%D%/registry.c \
	%D%/reports.h \
	%D%/text.c \
	%D%/text_finding.c \
	%D%/text_page.c \
	%D%/text_story.c \
	%D%/text_story.h \
	%D%/text_summary.c \
	%D%/text_table.c \
	%D%/text_totals.c \
	%D%/text_words.c

# The scripts of the charts are part of the program: nothing can change them.
chart_scripts = \
	%D%/charts/bars.gp \
	%D%/charts/head.gp \
	%D%/charts/heatmap.gp \
	%D%/charts/lanes.gp \
	%D%/charts/layers.gp \
	%D%/charts/logins.gp \
	%D%/charts/lower.gp \
	%D%/charts/panel.gp \
	%D%/charts/png.gp \
	%D%/charts/share.gp \
	%D%/charts/svg.gp \
	%D%/charts/upper.gp
EXTRA_DIST += $(chart_scripts) %D%/charts/embed.awk
nodist_librelaysleuth_reports_a_SOURCES = %D%/charts/scripts.c
CLEANFILES += %D%/charts/scripts.c
%D%/charts/scripts.c: $(chart_scripts) %D%/charts/embed.awk
	$(AM_V_GEN)$(MKDIR_P) %D%/charts && cd $(srcdir) && \
		$(AWK) -f %D%/charts/embed.awk $(chart_scripts) \
		>'$(abs_top_builddir)/$@.tmp'
	$(AM_V_at)mv $@.tmp $@
