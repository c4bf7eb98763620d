#!/bin/sh
# test_fuzz.sh - a million random calls into our KVM on each architecture end,
# and leave no page behind.
set -eu
out=build/tests/fuzz
mkdir -p $out
ran=
for arch in arm64 x86_64; do
	emulator=qemu-system-aarch64
	[ $arch = arm64 ] || emulator=bochs-bin
	command -v $emulator >/dev/null || continue
	ran="$ran $arch"
	build/tools/emu --timeout 1200 --initrd build/$arch/ramfs.cpio \
		build/$arch/stage-05.elf .pages /bin/fuzz 1000000 7 >$out/$arch 2>&1 || {
		tail -n 20 $out/$arch
		exit 1
	}
	grep -q '^fuzz: 1000000 calls' $out/$arch || {
		echo "$arch: no report: $(tail -n 3 $out/$arch)"
		exit 1
	}
	pages=$(tr -d '\r' <$out/$arch | grep '^pages:') || pages=none
	echo "$pages" | awk '$2 != $5 { exit 1 }' || {
		echo "$arch: $pages"
		exit 1
	}
done
[ -n "$ran" ] || { echo "no emulator (make setup)"; exit 77; }
echo "tell: a million calls each:$ran"
