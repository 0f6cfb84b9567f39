# Every test speaks TAP; quickstart sums the results.
TEST_EXTENSIONS = .sh
LOG_DRIVER    = env AM_TAP_AWK='$(AWK)' CMOCKA_MESSAGE_OUTPUT=TAP \
	$(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
SH_LOG_DRIVER = $(LOG_DRIVER)
AM_TESTS_ENVIRONMENT = \
	TZ=UTC; LC_ALL=C; export TZ LC_ALL; \
	RELAYSLEUTH='$(abs_top_builddir)/relaysleuth$(EXEEXT)'; \
	RELAYSLEUTH_CORPUS="$${RELAYSLEUTH_CORPUS-$(abs_top_srcdir)/../shared/corpus}"; \
	export RELAYSLEUTH RELAYSLEUTH_CORPUS; \
	top_srcdir='$(abs_top_srcdir)'; top_builddir='$(abs_top_builddir)'; \
	export top_srcdir top_builddir;

# Unit tests: one file each, linked with its layer and what lies below.
base_tests = \
	%D%/unit/test_span \
	%D%/unit/test_address \
	%D%/unit/test_time \
	%D%/unit/test_when \
	%D%/unit/test_text \
	%D%/unit/test_symbols \
	%D%/unit/test_arguments \
	%D%/unit/test_settings
parser_tests = \
	%D%/unit/test_blocklist \
	%D%/unit/test_archives \
	%D%/unit/test_envelope \
	%D%/unit/test_exim \
	%D%/unit/test_exim_hostile \
	%D%/unit/test_exim_session \
	%D%/unit/test_clock \
	%D%/unit/test_courier \
	%D%/unit/test_dovecot \
	%D%/unit/test_journal \
	%D%/unit/test_mailbox \
	%D%/unit/test_opensmtpd \
	%D%/unit/test_pattern_file \
	%D%/unit/test_postfix \
	%D%/unit/test_proxy \
	%D%/unit/test_qmail \
	%D%/unit/test_shape \
	%D%/unit/test_sendmail \
	%D%/unit/test_sendmail_refusals \
	%D%/unit/test_signers \
	%D%/unit/test_parsers \
	%D%/unit/test_source \
	%D%/unit/test_source_again
core_tests = \
	%D%/unit/test_advice \
	%D%/unit/test_campaigns \
	%D%/unit/test_crowds \
	%D%/unit/test_pace \
	%D%/unit/test_flow \
	%D%/unit/test_guesses \
	%D%/unit/test_hops \
	%D%/unit/test_sessions \
	%D%/unit/test_signatures \
	%D%/unit/test_stories \
	%D%/unit/test_tracker \
	%D%/unit/test_ledger \
	%D%/unit/test_site \
	%D%/unit/test_site_habits \
	%D%/unit/test_site_learn \
	%D%/unit/test_verdict \
	%D%/unit/test_detect \
	%D%/unit/test_fold \
	%D%/unit/test_print \
	%D%/unit/test_probes \
	%D%/unit/test_rules
report_tests = \
	%D%/unit/test_charts \
	%D%/unit/test_draw \
	%D%/unit/test_text_report \
	%D%/unit/test_json_report
joint_tests = \
	%D%/unit/test_cuts
import_tests = \
	%D%/unit/test_import_exim \
	%D%/unit/test_import_postfix \
	%D%/unit/test_import_sendmail
# Of the program, each with the file that it tests.
piece_tests = \
	%D%/unit/test_dnsbl \
	%D%/unit/test_lookup \
	%D%/unit/test_progress \
	%D%/unit/test_pseudonym
unit_tests = $(base_tests) $(parser_tests) $(core_tests) $(report_tests) \
	$(joint_tests) $(import_tests) $(piece_tests)

AM_DEFAULT_SOURCE_EXT = .c
LDADD        = librelaysleuth-base.a $(CMOCKA_LIBS)
parser_ldadd = librelaysleuth-parsers.a $(LDADD) $(parsers_libs)
core_ldadd   = librelaysleuth-core.a $(LDADD)
import_ldadd = librelaysleuth-import.a $(core_ldadd)
joint_ldadd  = librelaysleuth-core.a $(parser_ldadd)
report_ldadd = librelaysleuth-reports.a $(LDADD) $(JANSSON_LIBS)

%C%_unit_test_archives_LDADD    = $(parser_ldadd)
%C%_unit_test_blocklist_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/parsers
%C%_unit_test_blocklist_LDADD   = $(parser_ldadd)
%C%_unit_test_shape_CPPFLAGS    = $(AM_CPPFLAGS) -I$(top_srcdir)/parsers
%C%_unit_test_shape_LDADD       = $(parser_ldadd)
%C%_unit_test_envelope_LDADD    = $(parser_ldadd)
%C%_unit_test_clock_LDADD       = $(parser_ldadd)
%C%_unit_test_courier_LDADD     = $(parser_ldadd)
%C%_unit_test_dovecot_LDADD     = $(parser_ldadd)
%C%_unit_test_journal_LDADD     = $(parser_ldadd)
%C%_unit_test_mailbox_LDADD     = $(parser_ldadd)
%C%_unit_test_exim_LDADD       = $(parser_ldadd)
%C%_unit_test_exim_hostile_LDADD = $(parser_ldadd)
%C%_unit_test_exim_session_LDADD = $(parser_ldadd)
%C%_unit_test_opensmtpd_LDADD   = $(parser_ldadd)
%C%_unit_test_proxy_LDADD   = $(parser_ldadd)
%C%_unit_test_qmail_LDADD       = $(parser_ldadd)
%C%_unit_test_pattern_file_LDADD = $(parser_ldadd)
%C%_unit_test_postfix_LDADD     = $(parser_ldadd)
%C%_unit_test_sendmail_LDADD    = $(parser_ldadd)
%C%_unit_test_sendmail_refusals_LDADD = $(parser_ldadd)
%C%_unit_test_parsers_LDADD     = $(parser_ldadd)
%C%_unit_test_signers_LDADD     = $(parser_ldadd)
%C%_unit_test_source_LDADD      = $(parser_ldadd)
%C%_unit_test_source_again_LDADD = $(parser_ldadd)
%C%_unit_test_hops_LDADD         = $(core_ldadd)
%C%_unit_test_stories_LDADD     = $(core_ldadd)
%C%_unit_test_sessions_LDADD     = $(core_ldadd)
%C%_unit_test_signatures_LDADD   = $(core_ldadd)
%C%_unit_test_flow_LDADD        = $(core_ldadd)
%C%_unit_test_guesses_LDADD     = $(core_ldadd)
%C%_unit_test_campaigns_LDADD   = $(core_ldadd)
%C%_unit_test_crowds_LDADD      = $(core_ldadd)
%C%_unit_test_pace_LDADD        = $(core_ldadd)
%C%_unit_test_tracker_LDADD     = $(core_ldadd)
%C%_unit_test_ledger_LDADD      = $(core_ldadd)
%C%_unit_test_site_habits_LDADD  = $(core_ldadd)
%C%_unit_test_site_learn_LDADD   = $(core_ldadd)
%C%_unit_test_site_LDADD        = $(core_ldadd)
%C%_unit_test_verdict_LDADD     = $(core_ldadd)
%C%_unit_test_advice_LDADD      = $(core_ldadd)
%C%_unit_test_detect_LDADD      = $(core_ldadd)
%C%_unit_test_fold_LDADD        = $(core_ldadd)
%C%_unit_test_print_LDADD       = $(core_ldadd)
%C%_unit_test_probes_LDADD      = $(core_ldadd)
%C%_unit_test_rules_LDADD       = $(core_ldadd)
%C%_unit_test_cuts_LDADD        = $(joint_ldadd)
%C%_unit_test_import_exim_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/analyzer
%C%_unit_test_import_exim_LDADD = $(import_ldadd)
%C%_unit_test_import_postfix_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/analyzer
%C%_unit_test_import_postfix_LDADD = $(import_ldadd)
%C%_unit_test_import_sendmail_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/analyzer
%C%_unit_test_import_sendmail_LDADD = $(import_ldadd)
%C%_unit_test_charts_LDADD      = $(report_ldadd)
%C%_unit_test_draw_LDADD        = $(report_ldadd)
%C%_unit_test_text_report_LDADD = $(report_ldadd)
%C%_unit_test_json_report_LDADD = $(report_ldadd)

%C%_unit_test_progress_SOURCES = %D%/unit/test_progress.c \
	analyzer/progress.c
%C%_unit_test_pseudonym_SOURCES = %D%/unit/test_pseudonym.c \
	analyzer/pseudonym.c \
	analyzer/scrub.c \
	analyzer/vocabulary.c
%C%_unit_test_pseudonym_LDADD = $(parser_ldadd)

%C%_unit_test_dnsbl_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/analyzer
%C%_unit_test_dnsbl_SOURCES = %D%/unit/test_dnsbl.c analyzer/dnsbl.c
nodist_%C%_unit_test_dnsbl_SOURCES = analyzer/dnsbl_table.c
%C%_unit_test_lookup_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/analyzer
%C%_unit_test_lookup_SOURCES = %D%/unit/test_lookup.c analyzer/lookup.c \
	analyzer/dnsbl.c
nodist_%C%_unit_test_lookup_SOURCES = analyzer/dnsbl_table.c

if HAVE_CMOCKA
AM_CPPFLAGS += $(CMOCKA_CFLAGS)
check_PROGRAMS += $(unit_tests)
TESTS += $(unit_tests)
endif

# Tests of the whole program.
program_tests = \
	%D%/run-golden.sh \
	%D%/run-bats.sh \
	%D%/run-schema.sh \
	%D%/run-splits.sh \
	%D%/run-corpus.sh \
	%D%/run-live.sh \
	%D%/run-replay.sh \
	%D%/check-options.sh \
	%D%/check-docs.sh \
	%D%/check-lists.sh \
	%D%/check-rules.sh \
	%D%/check-shell.sh
dist_check_SCRIPTS += $(program_tests)
TESTS += $(program_tests)
noinst_HEADERS += \
	%D%/unit/charts_place.h \
	%D%/unit/dump.h \
	%D%/unit/fake_ledger.h \
	%D%/unit/import_cases.h \
	%D%/unit/scene.h \
	%D%/unit/settings_table.h \
	%D%/unit/site_mail.h \
	%D%/unit/source_files.h \
	%D%/unit/built_in.h \
	%D%/unit/logins.h \
	%D%/unit/parser_cases.h \
	%D%/unit/session_lines.h \
	%D%/fuzz/fuzz.h \
	%D%/fuzz/fuzz_filter.h \
	%D%/fuzz/fuzz_parser.h
EXTRA_DIST += \
	%D%/golden \
	%D%/e2e \
	%D%/check_schema.py \
	%D%/check_splits.py \
	%D%/corpus/check_blame.py \
	%D%/corpus/check_claims.py \
	%D%/corpus/check_lines.py \
	%D%/corpus/stretch.py \
	%D%/corpus/corpus.py \
	%D%/sum-results.sh \
	%D%/bench/bench.sh \
	%D%/ci-long.sh \
	%D%/debian

check_PROGRAMS += %D%/corpus/parse_lines
%C%_corpus_parse_lines_LDADD = librelaysleuth-parsers.a \
	librelaysleuth-base.a $(parsers_libs)

# Fuzz targets, and always the same functions over their seeds.
fuzz_ldadd = librelaysleuth-parsers.a librelaysleuth-base.a $(parsers_libs)
replay_programs = \
	%D%/fuzz/replay_envelope \
	%D%/fuzz/replay_postfix \
	%D%/fuzz/replay_courier \
	%D%/fuzz/replay_sendmail \
	%D%/fuzz/replay_exim \
	%D%/fuzz/replay_dovecot \
	%D%/fuzz/replay_mailbox \
	%D%/fuzz/replay_signers \
	%D%/fuzz/replay_opensmtpd \
	%D%/fuzz/replay_pattern_file \
	%D%/fuzz/replay_qmail \
	%D%/fuzz/replay_source \
	%D%/fuzz/replay_gzip \
	%D%/fuzz/replay_xz \
	%D%/fuzz/replay_zstd \
	%D%/fuzz/replay_bzip2 \
	%D%/fuzz/replay_journal \
	%D%/fuzz/replay_import \
	%D%/fuzz/replay_tracker
check_PROGRAMS += $(replay_programs) %D%/fuzz/make_seeds
%C%_fuzz_make_seeds_LDADD = $(fuzz_ldadd)
%C%_fuzz_replay_envelope_SOURCES = %D%/fuzz/replay_main.c %D%/fuzz/fuzz_envelope.c
%C%_fuzz_replay_envelope_LDADD   = $(fuzz_ldadd)
%C%_fuzz_replay_postfix_SOURCES  = %D%/fuzz/replay_main.c %D%/fuzz/fuzz_postfix.c
%C%_fuzz_replay_postfix_LDADD    = $(fuzz_ldadd)
%C%_fuzz_replay_courier_SOURCES  = %D%/fuzz/replay_main.c %D%/fuzz/fuzz_courier.c
%C%_fuzz_replay_courier_LDADD    = $(fuzz_ldadd)
%C%_fuzz_replay_sendmail_SOURCES  = %D%/fuzz/replay_main.c %D%/fuzz/fuzz_sendmail.c
%C%_fuzz_replay_sendmail_LDADD    = $(fuzz_ldadd)
%C%_fuzz_replay_exim_SOURCES     = %D%/fuzz/replay_main.c %D%/fuzz/fuzz_exim.c
%C%_fuzz_replay_exim_LDADD       = $(fuzz_ldadd)
%C%_fuzz_replay_dovecot_SOURCES  = %D%/fuzz/replay_main.c %D%/fuzz/fuzz_dovecot.c
%C%_fuzz_replay_dovecot_LDADD    = $(fuzz_ldadd)
%C%_fuzz_replay_mailbox_SOURCES  = %D%/fuzz/replay_main.c %D%/fuzz/fuzz_mailbox.c
%C%_fuzz_replay_mailbox_LDADD    = $(fuzz_ldadd)
%C%_fuzz_replay_signers_SOURCES  = %D%/fuzz/replay_main.c %D%/fuzz/fuzz_signers.c
%C%_fuzz_replay_signers_LDADD    = $(fuzz_ldadd)
%C%_fuzz_replay_opensmtpd_SOURCES = %D%/fuzz/replay_main.c %D%/fuzz/fuzz_opensmtpd.c
%C%_fuzz_replay_opensmtpd_LDADD   = $(fuzz_ldadd)
%C%_fuzz_replay_pattern_file_SOURCES = %D%/fuzz/replay_main.c %D%/fuzz/fuzz_pattern_file.c
%C%_fuzz_replay_pattern_file_LDADD   = $(fuzz_ldadd)
%C%_fuzz_replay_qmail_SOURCES = %D%/fuzz/replay_main.c %D%/fuzz/fuzz_qmail.c
%C%_fuzz_replay_qmail_LDADD   = $(fuzz_ldadd)
%C%_fuzz_replay_source_SOURCES   = %D%/fuzz/replay_main.c %D%/fuzz/fuzz_source.c
%C%_fuzz_replay_source_LDADD     = $(fuzz_ldadd)
%C%_fuzz_replay_gzip_SOURCES = %D%/fuzz/replay_main.c %D%/fuzz/fuzz_gzip.c
%C%_fuzz_replay_gzip_LDADD   = $(fuzz_ldadd)
%C%_fuzz_replay_xz_SOURCES = %D%/fuzz/replay_main.c %D%/fuzz/fuzz_xz.c
%C%_fuzz_replay_xz_LDADD   = $(fuzz_ldadd)
%C%_fuzz_replay_zstd_SOURCES = %D%/fuzz/replay_main.c %D%/fuzz/fuzz_zstd.c
%C%_fuzz_replay_zstd_LDADD   = $(fuzz_ldadd)
%C%_fuzz_replay_bzip2_SOURCES = %D%/fuzz/replay_main.c %D%/fuzz/fuzz_bzip2.c
%C%_fuzz_replay_bzip2_LDADD   = $(fuzz_ldadd)
%C%_fuzz_replay_journal_SOURCES = %D%/fuzz/replay_main.c %D%/fuzz/fuzz_journal.c
%C%_fuzz_replay_journal_LDADD   = $(fuzz_ldadd)
%C%_fuzz_replay_import_SOURCES = %D%/fuzz/replay_main.c %D%/fuzz/fuzz_import.c
%C%_fuzz_replay_import_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/analyzer
%C%_fuzz_replay_import_LDADD   = $(import_ldadd)
%C%_fuzz_replay_tracker_SOURCES = %D%/fuzz/replay_main.c %D%/fuzz/fuzz_tracker.c
%C%_fuzz_replay_tracker_LDADD   = $(joint_ldadd)

if ENABLE_FUZZING
fuzz_ldflags = $(AM_LDFLAGS) $(LIB_FUZZING_ENGINE)
noinst_PROGRAMS += \
	%D%/fuzz/fuzz_envelope \
	%D%/fuzz/fuzz_postfix \
	%D%/fuzz/fuzz_courier \
	%D%/fuzz/fuzz_sendmail \
	%D%/fuzz/fuzz_exim \
	%D%/fuzz/fuzz_dovecot \
	%D%/fuzz/fuzz_mailbox \
	%D%/fuzz/fuzz_signers \
	%D%/fuzz/fuzz_opensmtpd \
	%D%/fuzz/fuzz_pattern_file \
	%D%/fuzz/fuzz_qmail \
	%D%/fuzz/fuzz_source \
	%D%/fuzz/fuzz_gzip \
	%D%/fuzz/fuzz_xz \
	%D%/fuzz/fuzz_zstd \
	%D%/fuzz/fuzz_bzip2 \
	%D%/fuzz/fuzz_journal \
	%D%/fuzz/fuzz_import \
	%D%/fuzz/fuzz_tracker
%C%_fuzz_fuzz_envelope_LDFLAGS = $(fuzz_ldflags)
%C%_fuzz_fuzz_envelope_LDADD   = $(fuzz_ldadd)
%C%_fuzz_fuzz_postfix_LDFLAGS  = $(fuzz_ldflags)
%C%_fuzz_fuzz_postfix_LDADD    = $(fuzz_ldadd)
%C%_fuzz_fuzz_courier_LDFLAGS  = $(fuzz_ldflags)
%C%_fuzz_fuzz_courier_LDADD    = $(fuzz_ldadd)
%C%_fuzz_fuzz_sendmail_LDFLAGS  = $(fuzz_ldflags)
%C%_fuzz_fuzz_sendmail_LDADD    = $(fuzz_ldadd)
%C%_fuzz_fuzz_exim_LDFLAGS     = $(fuzz_ldflags)
%C%_fuzz_fuzz_exim_LDADD       = $(fuzz_ldadd)
%C%_fuzz_fuzz_dovecot_LDFLAGS  = $(fuzz_ldflags)
%C%_fuzz_fuzz_dovecot_LDADD    = $(fuzz_ldadd)
%C%_fuzz_fuzz_mailbox_LDFLAGS  = $(fuzz_ldflags)
%C%_fuzz_fuzz_mailbox_LDADD    = $(fuzz_ldadd)
%C%_fuzz_fuzz_signers_LDFLAGS  = $(fuzz_ldflags)
%C%_fuzz_fuzz_signers_LDADD    = $(fuzz_ldadd)
%C%_fuzz_fuzz_opensmtpd_LDFLAGS = $(fuzz_ldflags)
%C%_fuzz_fuzz_opensmtpd_LDADD   = $(fuzz_ldadd)
%C%_fuzz_fuzz_pattern_file_LDFLAGS = $(fuzz_ldflags)
%C%_fuzz_fuzz_pattern_file_LDADD   = $(fuzz_ldadd)
%C%_fuzz_fuzz_qmail_LDFLAGS = $(fuzz_ldflags)
%C%_fuzz_fuzz_qmail_LDADD   = $(fuzz_ldadd)
%C%_fuzz_fuzz_source_LDFLAGS   = $(fuzz_ldflags)
%C%_fuzz_fuzz_source_LDADD     = $(fuzz_ldadd)
%C%_fuzz_fuzz_gzip_LDFLAGS = $(fuzz_ldflags)
%C%_fuzz_fuzz_gzip_LDADD   = $(fuzz_ldadd)
%C%_fuzz_fuzz_xz_LDFLAGS = $(fuzz_ldflags)
%C%_fuzz_fuzz_xz_LDADD   = $(fuzz_ldadd)
%C%_fuzz_fuzz_zstd_LDFLAGS = $(fuzz_ldflags)
%C%_fuzz_fuzz_zstd_LDADD   = $(fuzz_ldadd)
%C%_fuzz_fuzz_bzip2_LDFLAGS = $(fuzz_ldflags)
%C%_fuzz_fuzz_bzip2_LDADD   = $(fuzz_ldadd)
%C%_fuzz_fuzz_journal_LDFLAGS = $(fuzz_ldflags)
%C%_fuzz_fuzz_journal_LDADD   = $(fuzz_ldadd)
%C%_fuzz_fuzz_import_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/analyzer
%C%_fuzz_fuzz_import_LDFLAGS = $(fuzz_ldflags)
%C%_fuzz_fuzz_import_LDADD   = $(import_ldadd)
%C%_fuzz_fuzz_tracker_LDFLAGS = $(fuzz_ldflags)
%C%_fuzz_fuzz_tracker_LDADD   = $(joint_ldadd)
endif

# Hours rather than minutes: valgrind, then each fuzz target for a while.
ci-long: all $(check_PROGRAMS)
	$(AM_TESTS_ENVIRONMENT) unit_tests='$(unit_tests)' \
		$(SHELL) $(srcdir)/%D%/ci-long.sh
.PHONY: ci-long

# Time and memory on logs, each by itself: make bench LOG="mail.log mainlog".
# Never a test.
bench: relaysleuth$(EXEEXT)
	@test -n "$(LOG)" || { echo "usage: make bench LOG=FILE..." >&2; exit 2; }
	RELAYSLEUTH='$(abs_top_builddir)/relaysleuth$(EXEEXT)' \
		$(SHELL) $(srcdir)/%D%/bench/bench.sh $(LOG)
.PHONY: bench
