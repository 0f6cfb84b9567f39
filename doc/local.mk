made_pages = \
	%D%/relaysleuth-parser.5 \
	%D%/relaysleuth.1 \
	%D%/relaysleuth.cf.5
man_MANS = $(made_pages)
dist_man_MANS = %D%/relaysleuth-rules.7
made_files += $(made_pages)
%D%/relaysleuth-parser.5: %D%/relaysleuth-parser.5.in
%D%/relaysleuth.1: %D%/relaysleuth.1.in
%D%/relaysleuth.cf.5: %D%/relaysleuth.cf.5.in

dist_bashcompletion_DATA = %D%/completions/relaysleuth.bash
dist_zshcompletion_DATA = %D%/completions/_relaysleuth
dist_fishcompletion_DATA = %D%/completions/relaysleuth.fish
dist_examples_DATA += \
	%D%/relaysleuth.cf \
	%D%/stalwart.parser

# What follows from the options and the rules; commit what it changes.
update-doc: relaysleuth$(EXEEXT)
	$(SHELL) $(srcdir)/%D%/tools/update.sh \
		./relaysleuth$(EXEEXT) $(srcdir)/%D%
.PHONY: update-doc
EXTRA_DIST += \
	%D%/tools/completions.sh \
	%D%/tools/options.sh \
	%D%/tools/pages.sh \
	%D%/tools/update.sh
dist_pkgdata_DATA = %D%/report.schema.json
EXTRA_DIST += %D%/demo %D%/pictures
dist_doc_DATA = README.md %D%/nightly.md %D%/reading-a-report.md
