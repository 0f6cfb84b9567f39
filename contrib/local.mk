# What runs the program every night.
pkglibexec_SCRIPTS = %D%/nightly/nightly
dist_pkglibexec_SCRIPTS = %D%/nightly/notify

examplesdir = $(docdir)/examples
examples_DATA = %D%/cron/relaysleuth.cron.daily
dist_examples_DATA += \
	%D%/nightly/nightly.conf \
	%D%/nightly/notify.conf

made_files += \
	%D%/cron/relaysleuth.cron.daily \
	%D%/nightly/nightly
%D%/cron/relaysleuth.cron.daily: %D%/cron/relaysleuth.cron.daily.in
%D%/nightly/nightly: %D%/nightly/nightly.in

systemdsystemunit_DATA = \
	%D%/systemd/relaysleuth.service \
	%D%/systemd/relaysleuth-notify@.service
dist_systemdsystemunit_DATA = %D%/systemd/relaysleuth.timer
dist_sysusers_DATA = %D%/systemd/relaysleuth.conf

made_files += \
	%D%/systemd/relaysleuth.service \
	%D%/systemd/relaysleuth-notify@.service
%D%/systemd/relaysleuth.service: %D%/systemd/relaysleuth.service.in
%D%/systemd/relaysleuth-notify@.service: \
	%D%/systemd/relaysleuth-notify@.service.in

EXTRA_DIST += \
	%D%/README.md \
	%D%/debian
