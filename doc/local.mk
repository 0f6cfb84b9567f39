man_MANS = %D%/relaysleuth.1
made_files += %D%/relaysleuth.1
%D%/relaysleuth.1: %D%/relaysleuth.1.in
dist_pkgdata_DATA = %D%/report.schema.json
EXTRA_DIST += %D%/demo
dist_doc_DATA = README.md %D%/nightly.md
