#!/bin/sh
# test_round_trip.sh - tools/round-trip counts what an exit costs, and it costs
# no more accesses than it must.
#
# Instructions are counted a second time here: a walk from a place back to the
# same place must have as many as the guest's clock says of one round trip
# (tests/boot: what_an_exit_costs), but for one, since the guest divides.
set -eu
tests/need gdb-multiarch bochs-bin qemu-system-aarch64
bad=0

# What the guest itself says: ARCH, name.
by_clock() {
	icount=
	[ "$1" != arm64 ] || icount=--icount
	build/tools/emu $icount --initrd "build/$1/ramfs.cpio" \
		"build/$1/stage-05.elf" /bin/vmm --guest /guests/bench \
		</dev/null 2>&1 | sed -n "s/.*round-trip $2 \([0-9]*\).*/\1/p"
}

# ARCH NAME KIND=MOST...
walk() {
	arch=$1 name=$2
	shift 2
	line=$(tools/round-trip "$arch" "$name")
	echo "$line"
	clock=$(by_clock "$arch" "$name")
	for limit in "$@"; do
		n=${line#* "${limit%=*}"=}
		n=${n%% *}
		[ "$n" -le "${limit#*=}" ] || {
			echo "... $limit at most"
			bad=1
		}
	done
	n=${line#* instructions=}
	n=${n%% *}
	[ $((n - clock)) -le 1 ] && [ $((clock - n)) -le 1 ] || {
		echo "... the guest's clock says $clock"
		bad=1
	}
}

# The VMCS: reason, RIP, length, interruptibility; RIP written.  To the VMM
# also: the qualification, RIP again (has the VMM moved it?), RFLAGS.  Of MSRs
# KERNEL_GS_BASE alone.
walk x86_64 inkernel vmread=4 vmwrite=1 rdmsr=0 wrmsr=0 dr=0 lgdt=0
walk x86_64 user vmread=7 vmwrite=1 rdmsr=1 wrmsr=0 dr=1 lgdt=1
walk arm64 inkernel mrs=17 msr=14 daif=3 isb=3
walk arm64 user mrs=69 msr=59 daif=12 isb=4
exit $bad
