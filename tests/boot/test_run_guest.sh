#!/bin/sh
# test_run_guest.sh - `make run': Linux as a guest, by itself where there is no
# terminal, with a shell where there is one; small guests.
set -eu
tests/need qemu-system-aarch64 cpio
mkdir -p build/tests
dir=$(mktemp -d build/tests/run-XXXXXX)
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM HUP
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

# A person: types when the shell asks, and ends the guest in each way there is.
person() { # NAME TYPED LINE...
	name=$1 typed=$2
	shift 2
	tests/boot/linux-person "person-$name" arm64 "$typed" "$@"
}
ok='^stage 05: ok$'
person poweroff 'echo $((6 * 7)) | tr 4 x; stty size; poweroff' '^x2$' '^31 97$' '^vmm: the guest powered off$' "$ok"
# An impatient one, at a terminal of no size: types while the kernel boots.
SIZE='rows 0 cols 0' WHEN='Booting Linux' person early 'echo $((6 * 7)) | tr 4 x; poweroff' '^x2$' "$ok"
person reboot 'reboot -f' 'reboot: Restarting system' '^vmm: the guest rebooted$' "$ok"
# Words that look like the end, and are not: the guest answers, and goes on.
CPUS=2 person halt 'echo "[    9.876543] reboot: System halted"; sleep 3; echo $((6 * 7)) | tr 4 x; halt -f' \
	'^x2$' 'reboot: System halted' '^vmm: the guest halted' "$ok"
ENDS=1 person panic 'echo c >/proc/sysrq-trigger' 'Kernel panic - not syncing' \
	'^vmm: the guest panicked, and then rebooted$' '^stage 05: FAILED'

# What cannot be is told in a sentence.
wrong() { # SENTENCE NAME=VALUE
	if env "$2" tools/run-guest arm64 </dev/null >"$dir/wrong" 2>&1; then
		echo "$2: no error"
		exit 1
	fi
	tests/boot/lines-in-order "$dir/wrong" "$1"
}
wrong 'there is no guest nonsense; there are: .* demo ' GUEST=nonsense
