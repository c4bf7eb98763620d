#!/bin/sh
# test_run_guest.sh - `make run': Linux as a guest, by itself where there is no
# terminal, with a shell where there is one; small guests.
set -eu
for program in qemu-system-aarch64 script cpio; do
	if ! command -v $program >/dev/null; then
		echo "$program is missing (make setup)"
		exit 77
	fi
done
mkdir -p build/tests
dir=$(mktemp -d build/tests/run-XXXXXX)
trap 'rm -rf "$dir"' EXIT
make -s image STAGE=05 ARCH=arm64 >"$dir/make" 2>&1 || {
	tail -n 1 "$dir/make"
	grep -q '^linux-guest: ' "$dir/make" && exit 77
	exit 1
}

# Nobody there: it tests itself, and all is told by the exit status.
tools/run-guest arm64 </dev/null >"$dir/auto" 2>&1 || { tail "$dir/auto"; exit 1; }
tests/boot/lines-in-order "$dir/auto" '^guest up: Linux .* arm64, 1 cpus$' '^self-test: ok$' \
	'^vmm: the guest powered off$' '^stage 05: ok$'

GUEST=hello tools/run-guest arm64 </dev/null >"$dir/hello" 2>&1
tests/boot/lines-in-order "$dir/hello" '^hello from a guest$' '^stage 05: ok$'

# A person: types when the shell asks, and powers off.
touch "$dir/person"
(
	said=
	for i in $(seq 1 300); do
		if [ -z "$said" ] && grep -q 'guest# ' "$dir/person"; then
			sleep 1
			echo 'echo $((6 * 7)) | tr 4 x; poweroff'
			said=1
		fi
		grep -q '^stage 05' "$dir/person" && break
		sleep 1
	done
) | script -qefc "tools/run-guest arm64" "$dir/person" >/dev/null || {
	tail -n 20 "$dir/person"
	exit 1
}
tests/boot/lines-in-order "$dir/person" '^emu: the keyboard is the machine' '^guest# ' '^x2$' \
	'^vmm: the guest powered off$' '^stage 05: ok$'

# What cannot be is told in a sentence.
wrong() { # SENTENCE NAME=VALUE
	if env "$2" tools/run-guest arm64 </dev/null >"$dir/wrong" 2>&1; then
		echo "$2: no error"
		exit 1
	fi
	tests/boot/lines-in-order "$dir/wrong" "$1"
}
wrong 'there is no guest nonsense; there are: .* demo ' GUEST=nonsense
wrong 'is no number from 1 on' CPUS=0
wrong 'is no number from 1 on' MEM=lots
