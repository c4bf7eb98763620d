#!/bin/sh
# test_linux_more.sh - Linux guests that take long: Debian's kernel for ordinary
# machines on both architectures; an x86 guest's ends, typed by a person, and one
# that is saved; work for two CPUs, 10^10 instructions, after which the kernel has
# no complaint.
set -eu
run=tests/boot/linux-run person=tests/boot/linux-person
export LIMIT=1500
FLAVOUR=generic $run arm64-generic arm64 'guest up: Linux [^ ]*-arm64 arm64, 1 cpus' 'self-test: ok'
FLAVOUR=generic $run x86-generic x86_64 'guest up: Linux [^ ]*-amd64 x86_64, 1 cpus' 'self-test: ok'

CPUS=2 $person x86-halt x86_64 'echo $((6 * 7)) | tr 4 x; halt -f' \
	'^x2$' 'reboot: System halted' '^vmm: the guest halted' '^stage 05: ok$'
$person x86-reboot x86_64 'reboot -f' 'reboot: Restarting system' \
	'^vmm: the guest rebooted$' '^stage 05: ok$'
ENDS=1 $person x86-panic x86_64 'echo c >/proc/sysrq-trigger' 'Kernel panic - not syncing' \
	'^vmm: the guest panicked, and then rebooted$' '^stage 05: FAILED'
tests/boot/linux-saved x86_64 1 'Run /init as init process'

# One tick is 16 instructions then (62.5 MHz).  While one vCPU is in the guest
# an instruction is executed with each ns, by it or by the other one.
CPUS=2 EMU=--icount VMM=--stat APPEND='ws.load=14' $run arm64-load arm64 'self-test: ok' 'load: ok'
tr -d '\r' <build/tests/linux/arm64-load.txt | awk '
/^  vCPU .* ticks in the guest/ { if ($5 * 16 > n) n = $5 * 16 }
END {
	printf "tell: load: at least %.1f * 10^9 instructions in the guest\n", n / 1e9
	exit n < 1e10
}'
