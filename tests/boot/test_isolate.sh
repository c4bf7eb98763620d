#!/bin/sh
# test_isolate.sh - random ioctls and a process that treats its host badly, on
# our host: it lives, and has all pages back.
set -eu
tests/need bochs-bin qemu-system-aarch64
for arch in arm64 x86_64; do
	out=build/tests/isolate-$arch.txt
	build/tools/emu --timeout 300 --initrd build/$arch/ramfs.cpio \
		--cpus 2 build/$arch/stage-05.elf \
		.pages /bin/fuzz 30000 1 \; /bin/fuzz 30000 2 \; /bin/isolate \
		>"$out" 2>&1 || {
		tail -n 30 "$out"
		exit 1
	}
	for line in 'fuzz: 30000 calls, seed 2' 'isolate: 0 failed' \
		'pages: ([0-9]+) free before, \1 after'; do
		grep -qE "^$line" "$out" || {
			tail -n 30 "$out"
			echo "$arch: no line \"$line\""
			exit 1
		}
	done
done
