#!/bin/sh
# test_multiboot.sh - a multiboot kernel as a guest of stage 05: our stage 01,
# which finds itself below a hypervisor and without VMX.
set -eu
tests/need bochs-bin
out=build/tests/multiboot
mkdir -p $out
tools/nested/mkinitramfs $out/ramfs.cpio bin/vmm=build/x86_64/user/vmm \
	kernel=build/x86_64/stage-01.elf >$out/log
build/tools/emu --timeout 120 --initrd $out/ramfs.cpio build/x86_64/stage-05.elf \
	/bin/vmm --expect 124 --limit 1500 --kernel /kernel >$out/console 2>&1 || {
	cat $out/console
	exit 1
}
grep -q '^stage 01: FAILED: this CPU has no VMX' $out/console || {
	cat $out/console
	exit 1
}
