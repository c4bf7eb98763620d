#!/bin/sh
# test_wrong_width.sh - an access to a VMCS field by the accessor of another
# width does not compile, neither with gcc nor with clang, by the flags that
# the stages are built with.
set -eu
out=$(mktemp)
trap 'rm -f "$out"' EXIT
trap 'exit 130' INT TERM HUP

compiles() {	# number of the wrong access (0: none), compiler...
	number=$1
	shift
	"$@" -std=gnu11 -O2 -Wall -Wextra -Werror -Wenum-conversion \
		-ffreestanding -I. -Istages -DWRONG="$number" -fsyntax-only \
		tests/tree/wrong_width.c >"$out" 2>&1
}

check() {	# compiler...
	tests/need "$1"
	compiles 0 "$@" || {
		echo "$1: the right accesses should compile:"
		cat "$out"
		exit 1
	}
	for wrong in 1 2 3 4 5 6 7 8; do
		if compiles "$wrong" "$@"; then
			echo "$1: wrong access $wrong should not compile"
			exit 1
		fi
		grep -q 'enum-conversion' "$out" || {
			echo "$1: wrong access $wrong fails for another reason:"
			cat "$out"
			exit 1
		}
	done
}

case $(uname -m) in
x86_64) check gcc ;;
*) check x86_64-linux-gnu-gcc ;;
esac
check clang --target=x86_64-linux-gnu
