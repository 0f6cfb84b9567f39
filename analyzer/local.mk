noinst_LIBRARIES += librelaysleuth-base.a librelaysleuth-core.a \
	librelaysleuth-import.a

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
	%D%/core/recent.c \
	%D%/core/recent.h \
	%D%/core/runs.c \
	%D%/core/runs.h \
	%D%/core/sessions.c \
	%D%/core/settle.c \
	%D%/core/settle_outcome.c \
	%D%/core/settle_parts.h \
	%D%/core/site.c \
	%D%/core/site_clients.c \
	%D%/core/site_signed.c \
	%D%/core/site_domain.c \
	%D%/core/site_gateway.c \
	%D%/core/site_hops.c \
	%D%/core/site_import.c \
	%D%/core/site_learn.c \
	%D%/core/site_lookup.c \
	%D%/core/site_organisation.c \
	%D%/core/site_parts.h \
	%D%/core/site_piped.c \
	%D%/core/site_pop.c \
	%D%/core/spill.c \
	%D%/core/spill.h \
	%D%/core/tracker.c \
	%D%/core/tracker_entry.c \
	%D%/core/tracker_parts.h \
	%D%/core/twins.c \
	%D%/core/twins.h \
	%D%/core/twins_close.c \
	%D%/core/verdict.c \
	%D%/core/waits.c \
	%D%/detect/account.c \
	%D%/detect/advice.c \
	%D%/detect/advice.h \
	%D%/detect/auth.c \
	%D%/detect/auth_parts.h \
	%D%/detect/auth_spray.c \
	%D%/detect/auth_tell.c \
	%D%/detect/bounce.c \
	%D%/detect/bulk.c \
	%D%/detect/detect.h \
	%D%/detect/finding.c \
	%D%/detect/fold.c \
	%D%/detect/fold_parts.h \
	%D%/detect/forged.c \
	%D%/detect/habit.c \
	%D%/detect/habit.h \
	%D%/detect/harvest.c \
	%D%/detect/home.c \
	%D%/detect/home.h \
	%D%/detect/pace.c \
	%D%/detect/pace.h \
	%D%/detect/partners.c \
	%D%/detect/loop.c \
	%D%/detect/phishing.c \
	%D%/detect/pool.c \
	%D%/detect/print.c \
	%D%/detect/print.h \
	%D%/detect/queue.c \
	%D%/detect/registry.c \
	%D%/detect/relay.c \
	%D%/detect/relay_parts.h \
	%D%/detect/relay_proxy.c \
	%D%/detect/relay_snowshoe.c \
	%D%/detect/relay_tell.c \
	%D%/detect/reputation.c \
	%D%/detect/reputation_parts.h \
	%D%/detect/reputation_tell.c \
	%D%/detect/rules.c \
	%D%/detect/rules.h \
	%D%/detect/rules_account.c \
	%D%/detect/rules_flow.c \
	%D%/detect/rules_host.c \
	%D%/detect/rules_relay.c \
	%D%/detect/stories.c \
	%D%/detect/table.c \
	%D%/detect/timeline.c \
	%D%/detect/volume.c \
	%D%/detect/watch.c \
	%D%/detect/watch.h \
	%D%/detect/watch_parts.h \
	%D%/detect/watch_score.c \
	%D%/detect/watch_story.c

librelaysleuth_import_a_SOURCES = \
	%D%/import.c \
	%D%/import.h \
	%D%/import_exim.c \
	%D%/import_exim_debian.c \
	%D%/import_exim_file.c \
	%D%/import_exim_list.c \
	%D%/import_exim_parts.h \
	%D%/import_exim_value.c \
	%D%/import_facts.c \
	%D%/import_files.c \
	%D%/import_parts.h \
	%D%/import_postfix.c \
	%D%/import_postfix_parts.h \
	%D%/import_postfix_table.c \
	%D%/import_postfix_value.c \
	%D%/import_program.c \
	%D%/import_sendmail.c \
	%D%/import_sendmail_access.c \
	%D%/import_sendmail_cf.c \
	%D%/import_sendmail_mc.c \
	%D%/import_sendmail_parts.h \
	%D%/import_text.c

bin_PROGRAMS += relaysleuth
relaysleuth_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/%D% \
	-I$(top_srcdir)/reports
relaysleuth_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(CARES_CFLAGS)
relaysleuth_SOURCES = \
	%D%/assemble.c \
	%D%/assemble.h \
	%D%/cmd_analyze.c \
	%D%/cmd_config.c \
	%D%/cmd_lookup.c \
	%D%/cmd_parsers.c \
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
	%D%/dns.h \
	%D%/dnsbl.c \
	%D%/dnsbl.h \
	%D%/expect.c \
	%D%/expect.h \
	%D%/feed.c \
	%D%/feed.h \
	%D%/help.c \
	%D%/hide.c \
	%D%/hide.h \
	%D%/hide_finding.c \
	%D%/inputs.c \
	%D%/inputs.h \
	%D%/journal.c \
	%D%/journal.h \
	%D%/lookup.c \
	%D%/lookup.h \
	%D%/lookup_json.c \
	%D%/lookup_targets.c \
	%D%/lookup_text.c \
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
	%D%/pseudonym.c \
	%D%/pseudonym.h \
	%D%/pseudonymize.c \
	%D%/pseudonymize.h \
	%D%/scrub.c \
	%D%/scrub.h \
	%D%/selection.c \
	%D%/selection.h \
	%D%/talk.c \
	%D%/talk.h \
	%D%/trial.c \
	%D%/trial.h \
	%D%/vocabulary.c \
	%D%/vocabulary.h
relaysleuth_LDADD = librelaysleuth-reports.a librelaysleuth-import.a \
	librelaysleuth-core.a librelaysleuth-parsers.a librelaysleuth-base.a \
	$(JANSSON_LIBS) $(parsers_libs) $(CARES_LIBS)
if HAVE_CARES
relaysleuth_SOURCES += %D%/dns_cares.c
else
relaysleuth_SOURCES += %D%/dns_none.c
endif
EXTRA_DIST += %D%/dns_cares.c %D%/dns_none.c

# The lists that are asked, as a table.
nodist_relaysleuth_SOURCES = %D%/dnsbl_table.c
CLEANFILES += %D%/dnsbl_table.c
EXTRA_DIST += %D%/data/dnsbl.txt %D%/data/dnsbl.awk
%D%/dnsbl_table.c: $(srcdir)/%D%/data/dnsbl.txt $(srcdir)/%D%/data/dnsbl.awk \
		$(srcdir)/parsers/data/quote.awk
	$(AM_V_GEN)$(MKDIR_P) %D% && LC_ALL=C $(AWK) \
		-f $(srcdir)/parsers/data/quote.awk \
		-f $(srcdir)/%D%/data/dnsbl.awk \
		$(srcdir)/%D%/data/dnsbl.txt >$@-t && mv $@-t $@
