#!/bin/sh
# test_twins.sh - little random guests end on our KVM as they ended on Linux's:
# the same exits, registers and memory (x86).
set -eu
tests/need bochs-bin
out=build/tests/twins
mkdir -p $out
build/tools/emu --timeout 200 --initrd build/x86_64/ramfs.cpio \
	build/x86_64/stage-05.elf /bin/twins 400 >$out/console 2>$out/messages || {
	tail -n 20 $out/console $out/messages
	exit 1
}
sed -n '/^0 /,/^399 /p' $out/console >$out/ours
diff tests/boot/expected/twins-x86_64.txt $out/ours >$out/diff || {
	echo "< Linux's KVM   > ours"
	head -n 20 $out/diff
	exit 1
}
