noinst_HEADERS = \
	%D%/relaysleuth/address.h \
	%D%/relaysleuth/arena.h \
	%D%/relaysleuth/blocklist.h \
	%D%/relaysleuth/detector.h \
	%D%/relaysleuth/envelope.h \
	%D%/relaysleuth/error.h \
	%D%/relaysleuth/event.h \
	%D%/relaysleuth/finding.h \
	%D%/relaysleuth/hash.h \
	%D%/relaysleuth/ledger.h \
	%D%/relaysleuth/memory.h \
	%D%/relaysleuth/nearest.h \
	%D%/relaysleuth/option.h \
	%D%/relaysleuth/page.h \
	%D%/relaysleuth/parser.h \
	%D%/relaysleuth/record.h \
	%D%/relaysleuth/report.h \
	%D%/relaysleuth/rule.h \
	%D%/relaysleuth/site.h \
	%D%/relaysleuth/source.h \
	%D%/relaysleuth/span.h \
	%D%/relaysleuth/symbols.h \
	%D%/relaysleuth/text.h \
	%D%/relaysleuth/time.h \
	%D%/relaysleuth/tracker.h \
	%D%/relaysleuth/verdict.h \
	%D%/relaysleuth/when.h
