#!/bin/sh
# test_tidy.sh - clang-tidy finds no mistake in lib/, stages/ and guests/.
set -eu
tests/need clang-tidy
make -s -k -j"$(nproc)" --no-print-directory tidy
