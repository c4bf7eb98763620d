#!/bin/sh
# test_wrong_words.sh - what is spelt wrongly behind `make' ends in a sentence
# that tells the right words.
set -eu
failed=0

wrong() { # SENTENCE COMMAND...
	sentence=$1
	shift
	if said=$("$@" 2>&1 </dev/null); then
		echo "no error: $*"
		failed=1
	elif ! echo "$said" | grep -qe "$sentence"; then
		printf '%s\nsays:\n%s\n' "$*" "$said"
		failed=1
	fi
}

wrong 'no STAGE=3; there are: 01 02 03 04 05' make -n gdb STAGE=3
wrong 'no STAGE=; there are: 01' make -n run STAGE=
wrong 'no ARCH=aarch64; there are: arm64 x86_64' make -n run ARCH=aarch64
wrong 'no TOOLCHAIN=icc; there are: clang gcc' make -n all TOOLCHAIN=icc
wrong 'KERNEL=none-such: there is no such file' make -n run KERNEL=none-such
wrong 'KERNEL=lib: there is no such file' make -n run KERNEL=lib
wrong 'INITRD=lib/: there is no such file' make -n run INITRD=lib/
wrong 'CPUS=9: a number from 1 to 8' env CPUS=9 tools/run-guest arm64
wrong 'MEM=lots: a number from 2 to 3072' env MEM=lots tools/run-guest arm64
wrong 'VMS=08: a number from 1 to 8' env VMS=08 tools/run-guest arm64
wrong 'no registers.def; there are: .*/03-.*/04-' tools/ledger 05
wrong 'no mutate.list; there are: .*/03-.*/04-' tools/mutate 02
wrong "no test with .none-such. in its name" env ONLY=none-such tools/test-all tree
exit $failed
