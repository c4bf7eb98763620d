#!/bin/sh
# test_save.sh - a Linux guest on our own host (arm64, two CPUs) is saved by
# Ctrl-A s in the middle of its work; another VMM goes on from the file.
set -eu
out=build/tests/save
mkdir -p $out
tests/need qemu-system-aarch64
make -s build/linux/arm64/VERSION >$out/make 2>&1 || {
	tail -n 1 $out/make
	exit 77
}
make -s image ARCH=arm64 >$out/make 2>&1 || {
	tail -n 5 $out/make
	exit 1
}

# After the line $1 of the console: the escape key, and s.
press() {
	until [ -e $out/end ] || grep -q "$1" $out/console; do sleep 0.1; done
	printf '\001s'
	until [ -e $out/end ]; do sleep 0.2; done
}

# saved WHEN CPUS: save at the line WHEN, go on.
saved() {
	rm -f $out/end
	: >$out/console
	press "$1" | {
		build/tools/emu --cpus "$2" --mem 640 --timeout 240 \
			--initrd build/arm64/ramfs-linux.cpio \
			build/arm64/stage-05.elf /bin/vmm --mem 128 --cpus "$2" \
			--kernel /linux/kernel --initrd /linux/initrd \
			--append console=ttyS0 --append panic=-1 \
			--append ws.auto --append ws.load=3 --save /saved \; \
			/bin/vmm --restore /saved >$out/console 2>&1 || true
		: >$out/end
	}
	tests/boot/lines-in-order $out/console "$1" 'vmm: saved to /saved: [0-9]+ pages' \
		'vmm: restored from /saved' 'self-test: ok' 'load: ok' \
		'reboot: Power down' '^stage 05: ok'
}

saved 'Run /init as init process' 1
saved 'guest up: Linux' 2
echo "tell: $(grep -a -o 'saved to.*' $out/console | tr -d '\r')"
