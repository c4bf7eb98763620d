#!/bin/sh
# test_headers.sh - each header compiles alone, so that the order of includes
# never matters.
set -eu
make -s --no-print-directory build/tests/headers.list
one='line=$1; out=$(eval "$line" 2>&1) || { echo "$out" | head -n 8; exit 1; }'
tr '\n' '\0' <build/tests/headers.list |
	xargs -0 -n 1 -P "$(nproc)" sh -c "$one" sh
