#!/bin/sh
# test_twins_x86.sh - 2,000 little random guests end on our KVM as they do on
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
build/tools/emu --timeout 400 --initrd build/x86_64/ramfs.cpio \
	build/x86_64/stage-05.elf /bin/twins 2000 >$out/console 2>$out/messages || {
	tail -n 20 $out/console $out/messages
	exit 1
}
printf '#!/bin/busybox sh\ntwins 2000\n' >$out/job
LIMIT=500 tools/nested/vmm x86_64 $out/job >$out/linux.console 2>&1 || {
	tail -n 20 $out/linux.console
	exit 1
}
for kvm in '' linux.; do
	tr -d '\r' <"$out/${kvm}console" |
		sed -n '/^0 /,/^twins: the end/p' >"$out/${kvm}lines"
done
diff $out/linux.lines $out/lines >$out/diff || {
	echo "< Linux's KVM   > ours"
	head -n 40 $out/diff
	exit 1
}
head -n 400 $out/lines | diff tests/boot/expected/twins-x86_64.txt -
echo 'tell: 2000 guests ended alike on both KVMs'
