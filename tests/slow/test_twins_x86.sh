#!/bin/sh
# test_twins_x86.sh - thousands of little random guests end on our KVM as they do
# on Linux's, both in Bochs; and what is recorded of Linux's is still so.
set -eu
tests/need bochs-bin
out=build/tests/twins-x86
count=3000
mkdir -p $out
tools/fetch-debs --with-deps='linux-image-*' amd64 build/debs/amd64 \
	linux-image-cloud-amd64 busybox-static >$out/debs 2>&1 || {
	tail -n 1 $out/debs
	exit 77
}
build/tools/emu --timeout 900 --initrd build/x86_64/ramfs.cpio \
	build/x86_64/stage-05.elf /bin/twins $count >$out/console 2>$out/messages || {
	tail -n 20 $out/console $out/messages
	exit 1
}
printf '#!/bin/busybox sh\ntwins %s\n' $count >$out/job
LIMIT=1800 tools/nested/vmm x86_64 $out/job >$out/linux.console 2>&1
for kvm in '' linux.; do
	sed -n '/^0 /,/^twins: the end/p' "$out/${kvm}console" | tr -d '\r' >"$out/${kvm}lines"
done
diff $out/linux.lines $out/lines >$out/diff || {
	echo "< Linux's KVM   > ours"
	head -n 40 $out/diff
	exit 1
}
sed '$d' tests/boot/expected/twins-x86_64.txt >$out/recorded
head -n "$(wc -l <$out/recorded)" $out/linux.lines | diff $out/recorded -
echo "tell: $count guests ended alike on both KVMs"
