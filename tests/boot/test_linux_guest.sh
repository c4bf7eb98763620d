#!/bin/sh
# test_linux_guest.sh - the Linux that stage 05 runs as a guest, here on QEMU's
# bare machines: what fails here is not our KVM's fault.
set -eu
tests/need qemu-system-x86_64 qemu-system-aarch64
out=build/tests/linux_guest.txt

boot() { # ARCH CONSOLE PROGRAM [OPTION]...
	dir=build/linux/$1 console=$2
	make -s "$dir/VERSION" >"$out" 2>&1 || { tail -n 1 "$out"; exit 77; }
	kernel=$dir/Image
	[ -e "$kernel" ] || kernel=$dir/bzImage
	shift 2
	timeout 300 "$@" -smp 2 -m 256 -nodefaults -display none -no-reboot \
		-serial stdio -kernel "$kernel" -initrd "$dir/initrd.cpio" \
		-append "console=$console ws.auto ws.hotplug ws.load=2" \
		</dev/null 2>/dev/null | tr -d '\r' >"$out"
	for line in "guest up: Linux .* ${dir##*/}, 2 cpus" 'self-test: ok' \
		'hotplug: ok' 'load: ok' '.*reboot: Power down'; do
		grep -qx "$line" "$out" || {
			tail -n 20 "$out"
			echo "$dir: no line \"$line\""
			exit 1
		}
	done
}

boot arm64 ttyAMA0 qemu-system-aarch64 -M virt,gic-version=3 -cpu neoverse-n1
boot x86_64 ttyS0 qemu-system-x86_64 -accel tcg
readelf -h build/linux/x86_64/vmlinux | grep -q 'Entry point.*0x1000000'
