# RS_TRY_CFLAG(FLAG, VARIABLE): append FLAG to VARIABLE when accepted.
AC_DEFUN([RS_TRY_CFLAG],
[AS_VAR_PUSHDEF([cache], [rs_cv_cflag_$1])dnl
 AC_CACHE_CHECK([whether $CC accepts $1], [cache],
    [rs_save_CFLAGS=$CFLAGS
     CFLAGS="$CFLAGS -Werror $1"
     AC_COMPILE_IFELSE([AC_LANG_PROGRAM()],
        [AS_VAR_SET([cache], [yes])], [AS_VAR_SET([cache], [no])])
     CFLAGS=$rs_save_CFLAGS])
 AS_VAR_IF([cache], [yes], [$2="$$2 $1"])
 AS_VAR_POPDEF([cache])])

# RS_WARNINGS: WARN_CFLAGS with every warning the compiler knows of ours.
AC_DEFUN([RS_WARNINGS],
[AC_ARG_ENABLE([werror],
    [AS_HELP_STRING([--enable-werror], [treat compiler warnings as errors])],
    [], [enable_werror=no])
 WARN_CFLAGS=
 m4_foreach_w([flag],
    [-Wall -Wextra -Wshadow -Wformat=2 -Wstrict-prototypes
     -Wmissing-prototypes -Wold-style-definition -Wpointer-arith
     -Wwrite-strings -Wcast-qual -Wconversion -Wno-sign-conversion
     -Wundef -Wvla -Wswitch-enum -Wnull-dereference -Wlogical-op
     -Wduplicated-cond -Wduplicated-branches -Wdouble-promotion
     -Werror=implicit-function-declaration],
    [RS_TRY_CFLAG(flag, [WARN_CFLAGS])])
 AS_IF([test "x$enable_werror" = xyes], [WARN_CFLAGS="$WARN_CFLAGS -Werror"])
 AC_SUBST([WARN_CFLAGS])])

# RS_ENABLE_SANITIZERS: --enable-sanitizers[=LIST], default address,undefined.
AC_DEFUN([RS_ENABLE_SANITIZERS],
[AC_ARG_ENABLE([sanitizers],
    [AS_HELP_STRING([--enable-sanitizers@<:@=LIST@:>@],
        [build with sanitizers (default list: address,undefined)])],
    [], [enable_sanitizers=no])
 AS_IF([test "x$enable_sanitizers" = xyes],
    [enable_sanitizers=address,undefined])
 SAN_CFLAGS=
 AS_IF([test "x$enable_sanitizers" != xno],
    [SAN_CFLAGS="-fsanitize=$enable_sanitizers -fno-omit-frame-pointer -fno-sanitize-recover=all"])
 AC_SUBST([SAN_CFLAGS])])

# RS_ENABLE_COVERAGE: --enable-coverage.
AC_DEFUN([RS_ENABLE_COVERAGE],
[AC_ARG_ENABLE([coverage],
    [AS_HELP_STRING([--enable-coverage], [instrument for gcov])],
    [], [enable_coverage=no])
 COV_CFLAGS=
 AS_IF([test "x$enable_coverage" = xyes], [COV_CFLAGS="--coverage -O0"])
 AC_SUBST([COV_CFLAGS])])

# RS_ENABLE_FUZZING: --enable-fuzzing (clang's libFuzzer by default, which
# finds nothing in code that does not tell it of its branches).
AC_DEFUN([RS_ENABLE_FUZZING],
[AC_ARG_ENABLE([fuzzing],
    [AS_HELP_STRING([--enable-fuzzing],
        [build the fuzz targets (needs CC=clang)])],
    [], [enable_fuzzing=no])
 AC_ARG_VAR([LIB_FUZZING_ENGINE], [flags that link the fuzzing engine])
 FUZZ_CFLAGS=
 AS_IF([test "x$enable_fuzzing$LIB_FUZZING_ENGINE" = xyes],
    [LIB_FUZZING_ENGINE=-fsanitize=fuzzer
     FUZZ_CFLAGS=-fsanitize=fuzzer-no-link])
 AC_SUBST([FUZZ_CFLAGS])
 AM_CONDITIONAL([ENABLE_FUZZING], [test "x$enable_fuzzing" = xyes])])

# RS_WITH_DIR(NAME, WHAT, DEFAULT): --with-NAME=DIR; "no" makes it empty, and
# then nothing is installed there.
AC_DEFUN([RS_WITH_DIR],
[AC_ARG_WITH([$1],
    [AS_HELP_STRING([--with-$1=DIR], [folder of $2, or no (default: $3)])],
    [AS_CASE([$withval], [yes], [$1=$3], [no], [$1=], [$1=$withval])],
    [$1=$3])
 AC_SUBST([$1])])

# RS_WITH_LIBRARY(NAME, VARIABLE, USE, CHECK): --with-NAME, --without-NAME or
# automatic.  CHECK is told what to do by its two last arguments, as
# PKG_CHECK_MODULES and AC_CHECK_LIB are; --with-NAME without the library is
# an error.
AC_DEFUN([RS_WITH_LIBRARY],
[AC_ARG_WITH([$1],
    [AS_HELP_STRING([--without-$1], [do without $3 (default: automatic)])],
    [], [with_$1=auto])
 rs_found=no
 AS_IF([test "x$with_$1" != xno], [$4])
 AS_IF([test "x$with_$1:$rs_found" = xyes:no],
    [AC_MSG_ERROR([--with-$1: the library was not found])])
 with_$1=$rs_found
 AS_IF([test "x$rs_found" = xyes],
    [AC_DEFINE([HAVE_$2], [1], [Define to 1 for $3.])])
 AM_CONDITIONAL([HAVE_$2], [test "x$rs_found" = xyes])
 AC_SUBST([$2_CFLAGS])
 AC_SUBST([$2_LIBS])])
