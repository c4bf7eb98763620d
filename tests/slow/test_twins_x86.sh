#!/bin/sh
# test_twins_x86.sh - more little random guests end on our KVM as they do on
# Linux's, both in Bochs.
set -eu
tests/need bochs-bin
out=build/tests/twins-x86
mkdir -p $out
tools/fetch-debs --with-deps='linux-image-*' amd64 build/debs/amd64 \
	linux-image-cloud-amd64 busybox-static >$out/debs 2>&1 || {
	tail -n 1 $out/debs
	exit 77
}
lines() {
	tr -d '\r' | sed -n '/^[0-9][0-9]* [a-z]/,/^twins: the end/p'
}

# on_linux FIRST: Linux's KVM hangs in Bochs now and then, at another guest each
# time (as with the guest `spin'): another try.
on_linux() {
	printf '#!/bin/busybox sh\ntwins 400 %s\n' "$1" >$out/job
	for _ in 1 2 3; do
		LIMIT=240 tools/nested/vmm x86_64 $out/job >$out/linux.console 2>&1 || continue
		lines <$out/linux.console >$out/linux
		return 0
	done
	tail -n 20 $out/linux.console
	return 1
}

for first in 0 400 800 1200; do
	build/tools/emu --timeout 300 --initrd build/x86_64/ramfs.cpio \
		build/x86_64/stage-05.elf /bin/twins 400 $first \
		>$out/console 2>$out/messages || {
		tail -n 20 $out/console $out/messages
		exit 1
	}
	lines <$out/console >$out/ours
	on_linux $first
	diff $out/linux $out/ours >$out/diff || {
		echo "from $first: < Linux's KVM   > ours"
		head -n 40 $out/diff
		exit 1
	}
	[ $first != 0 ] || diff tests/boot/expected/twins-x86_64.txt $out/linux
done
echo 'tell: 1600 guests ended alike on both KVMs'
