noinst_LIBRARIES += librelaysleuth-base.a librelaysleuth-core.a

librelaysleuth_base_a_SOURCES = \
	%D%/base/address.c \
	%D%/base/arena.c \
	%D%/base/entries.c \
	%D%/base/error.c \
	%D%/base/file.c \
	%D%/base/hash.c \
	%D%/base/memory.c \
	%D%/base/names.c \
	%D%/base/nearest.c \
	%D%/base/netset.c \
	%D%/base/option.c \
	%D%/base/option_value.h \
	%D%/base/settings.c \
	%D%/base/settings_file.c \
	%D%/base/settings_parts.h \
	%D%/base/span.c \
	%D%/base/symbols.c \
	%D%/base/text.c \
	%D%/base/time.c \
	%D%/base/when.c \
	%D%/base/zone.c \
	%D%/base/zone_rule.c \
	%D%/base/zone_rule.h

librelaysleuth_core_a_SOURCES = \
	%D%/core/counters.c \
	%D%/core/counters.h \
	%D%/core/facts.c \
	%D%/core/hops.c \
	%D%/core/hops.h \
	%D%/core/ledger.c \
	%D%/core/ledger_close.c \
	%D%/core/ledger_merge.c \
	%D%/core/ledger_parts.h \
	%D%/core/links.c \
	%D%/core/messages.c \
	%D%/core/origins.c \
	%D%/core/packed.c \
	%D%/core/packed.h \
	%D%/core/runs.c \
	%D%/core/runs.h \
	%D%/core/sessions.c \
	%D%/core/settle.c \
	%D%/core/site.c \
	%D%/core/site_clients.c \
	%D%/core/site_domain.c \
	%D%/core/site_gateway.c \
	%D%/core/site_learn.c \
	%D%/core/site_lookup.c \
	%D%/core/site_parts.h \
	%D%/core/spill.c \
	%D%/core/spill.h \
	%D%/core/tracker.c \
	%D%/core/tracker_parts.h \
	%D%/core/verdict.c \
	%D%/core/waits.c \
	%D%/detect/account.c \
	%D%/detect/advice.c \
	%D%/detect/advice.h \
	%D%/detect/auth.c \
	%D%/detect/auth_parts.h \
	%D%/detect/auth_tell.c \
	%D%/detect/bounce.c \
	%D%/detect/bulk.c \
	%D%/detect/detect.h \
	%D%/detect/finding.c \
	%D%/detect/fold.c \
	%D%/detect/fold_parts.h \
	%D%/detect/habit.c \
	%D%/detect/habit.h \
	%D%/detect/harvest.c \
	%D%/detect/partners.c \
	%D%/detect/phishing.c \
	%D%/detect/registry.c \
	%D%/detect/relay.c \
	%D%/detect/relay_parts.h \
	%D%/detect/relay_snowshoe.c \
	%D%/detect/relay_tell.c \
	%D%/detect/reputation.c \
	%D%/detect/rules.c \
	%D%/detect/rules.h \
	%D%/detect/rules_account.c \
	%D%/detect/rules_host.c \
	%D%/detect/rules_relay.c \
	%D%/detect/stories.c \
	%D%/detect/table.c \
	%D%/detect/timeline.c \
	%D%/detect/watch.c \
	%D%/detect/watch.h \
	%D%/detect/watch_parts.h \
	%D%/detect/watch_score.c \
	%D%/detect/watch_story.c

bin_PROGRAMS += relaysleuth
relaysleuth_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
relaysleuth_SOURCES = \
	%D%/assemble.c \
	%D%/assemble.h \
	%D%/cmd_analyze.c \
	%D%/cmd_config.c \
	%D%/cmd_rules.c \
	%D%/cmd_site.c \
	%D%/command.h \
	%D%/commands.c \
	%D%/configuration.c \
	%D%/configuration.h \
	%D%/copies.c \
	%D%/copies.h \
	%D%/copies_compare.c \
	%D%/copies_parts.h \
	%D%/coverage.c \
	%D%/coverage.h \
	%D%/feed.c \
	%D%/feed.h \
	%D%/help.c \
	%D%/inputs.c \
	%D%/inputs.h \
	%D%/journal.c \
	%D%/journal.h \
	%D%/main.c \
	%D%/options.c \
	%D%/options.h \
	%D%/output.c \
	%D%/output.h \
	%D%/parsers.c \
	%D%/parsers.h \
	%D%/pipeline.c \
	%D%/pipeline.h \
	%D%/progress.c \
	%D%/progress.h \
	%D%/selection.c \
	%D%/selection.h \
	%D%/talk.c \
	%D%/talk.h
relaysleuth_LDADD = librelaysleuth-reports.a librelaysleuth-core.a \
	librelaysleuth-parsers.a librelaysleuth-base.a \
	$(JANSSON_LIBS) $(parsers_libs)
