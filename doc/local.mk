man_MANS = %D%/relaysleuth.1
dist_pkgdata_DATA = %D%/report.schema.json
EXTRA_DIST += %D%/demo
