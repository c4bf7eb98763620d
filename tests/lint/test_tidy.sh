#!/bin/sh
# test_tidy.sh - clang-tidy finds no mistake in lib/, stages/ and guests/.
set -eu
if ! command -v clang-tidy >/dev/null; then
	echo "clang-tidy is missing (make setup)"
	exit 77
fi
make -s -k -j"$(nproc)" --no-print-directory tidy
