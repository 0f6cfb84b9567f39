noinst_LIBRARIES += librelaysleuth-parsers.a
librelaysleuth_parsers_a_CFLAGS = $(AM_CFLAGS) $(parsers_cflags)
librelaysleuth_parsers_a_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/%D%
librelaysleuth_parsers_a_SOURCES = \
	%D%/blocklist.c \
	%D%/clock.c \
	%D%/courier.c \
	%D%/courier.h \
	%D%/courier_mailbox.c \
	%D%/courier_queue.c \
	%D%/courier_smtpd.c \
	%D%/dovecot.c \
	%D%/dovecot.h \
	%D%/dovecot_auth.c \
	%D%/dovecot_login.c \
	%D%/dovecot_quiet.c \
	%D%/dovecot_shape.c \
	%D%/envelope.c \
	%D%/envelope_native.c \
	%D%/envelope_parts.h \
	%D%/envelope_stamp.c \
	%D%/exim.c \
	%D%/exim.h \
	%D%/exim_arrival.c \
	%D%/exim_delivery.c \
	%D%/exim_fields.c \
	%D%/exim_login.c \
	%D%/exim_quiet.c \
	%D%/exim_refusal.c \
	%D%/exim_reply.c \
	%D%/exim_session.c \
	%D%/exim_spam.c \
	%D%/exim_take.c \
	%D%/exim_trouble.c \
	%D%/form.c \
	%D%/form.h \
	%D%/input/gzip.c \
	%D%/input/journal.c \
	%D%/input/raw.c \
	%D%/input/raw.h \
	%D%/input/registry.c \
	%D%/input/source.c \
	%D%/input/unpack.c \
	%D%/input/unpack.h \
	%D%/listing.h \
	%D%/listing_text.c \
	%D%/listing_text.h \
	%D%/mailbox.c \
	%D%/mailbox.h \
	%D%/mailbox_forms.c \
	%D%/pam.c \
	%D%/pam.h \
	%D%/pattern.c \
	%D%/pattern.h \
	%D%/pattern_check.c \
	%D%/pattern_field.c \
	%D%/pattern_file.c \
	%D%/pattern_kind.c \
	%D%/pattern_read.h \
	%D%/pattern_regex.c \
	%D%/pattern_regex.h \
	%D%/pattern_rule.c \
	%D%/pattern_value.c \
	%D%/postfix.c \
	%D%/postfix.h \
	%D%/postfix_delivery.c \
	%D%/postfix_failure.c \
	%D%/postfix_proxy.c \
	%D%/postfix_quiet.c \
	%D%/postfix_refusal.c \
	%D%/postfix_smtpd.c \
	%D%/postfix_take.c \
	%D%/postfix_trouble.c \
	%D%/postfix_verbose.c \
	%D%/postfix_warning.c \
	%D%/proxy.c \
	%D%/proxy.h \
	%D%/registry.c \
	%D%/reply.c \
	%D%/reply.h \
	%D%/sendmail.c \
	%D%/sendmail.h \
	%D%/sendmail_from.c \
	%D%/sendmail_queue.c \
	%D%/sendmail_quiet.c \
	%D%/sendmail_refusal.c \
	%D%/sendmail_session.c \
	%D%/sendmail_take.c \
	%D%/sendmail_to.c \
	%D%/set.c \
	%D%/shape.c \
	%D%/shape.h \
	%D%/signers.c \
	%D%/shipped.h

parsers_cflags = $(PCRE2_CFLAGS) $(ZLIB_CFLAGS) $(LZMA_CFLAGS) $(ZSTD_CFLAGS)
# What whoever links the parsers needs.
parsers_libs = $(PCRE2_LIBS) $(ZLIB_LIBS) $(LZMA_LIBS) $(ZSTD_LIBS) $(BZIP2_LIBS)
if HAVE_LZMA
librelaysleuth_parsers_a_SOURCES += %D%/input/xz.c
endif
if HAVE_ZSTD
librelaysleuth_parsers_a_SOURCES += %D%/input/zstd.c
endif
if HAVE_BZIP2
librelaysleuth_parsers_a_SOURCES += %D%/input/bzip2.c
endif

# The replies that name a blocklist, as a table.
nodist_librelaysleuth_parsers_a_SOURCES = %D%/listings.c %D%/shipped.c
CLEANFILES += %D%/listings.c
EXTRA_DIST += %D%/data/listings.txt %D%/data/listings.awk
%D%/listings.c: $(srcdir)/%D%/data/listings.txt $(srcdir)/%D%/data/listings.awk
	$(AM_V_GEN)$(MKDIR_P) %D% && LC_ALL=C $(AWK) \
		-f $(srcdir)/%D%/data/quote.awk \
		-f $(srcdir)/%D%/data/listings.awk \
		$(srcdir)/%D%/data/listings.txt >$@-t && mv $@-t $@

# Declarative parsers are built in, and installed for who wants to read them.
parsersdir = $(pkgdatadir)/parsers.d
dist_parsers_DATA = \
	%D%/parsers.d/opensmtpd.parser \
	%D%/parsers.d/qmail.parser
EXTRA_DIST += %D%/data/quote.awk %D%/data/shipped.awk
CLEANFILES += %D%/shipped.c
%D%/shipped.c: $(dist_parsers_DATA) $(srcdir)/%D%/data/quote.awk \
		$(srcdir)/%D%/data/shipped.awk
	$(AM_V_GEN)$(MKDIR_P) %D% && out=$(abs_builddir)/$@ && \
		cd $(srcdir) && LC_ALL=C $(AWK) \
		-f %D%/data/quote.awk -f %D%/data/shipped.awk \
		$(dist_parsers_DATA) >"$$out-t" && mv "$$out-t" "$$out"
