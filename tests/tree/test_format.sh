#!/bin/sh
# test_format.sh - the layout of the source is what clang-format makes it.
# `make format` puts it right.
set -eu
tests/need clang-format
dirs="lib stages guests tools tests"
# shellcheck disable=SC2086 # a list
find $dirs -name '*.[ch]' -print0 |
	xargs -0 -n 16 -P "$(nproc)" clang-format --dry-run --Werror || {
	echo "\`make format' puts it right"
	exit 1
}
