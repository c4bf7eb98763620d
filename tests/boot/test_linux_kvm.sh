#!/bin/sh
# test_linux_kvm.sh - the same VMM, the same guest, on Linux's own KVM (arm64).
set -eu
tests/need qemu-system-aarch64
out=build/tests/linux
mkdir -p $out
make -s build/linux/arm64/VERSION >$out/kvm.txt 2>&1 || { tail -n 1 $out/kvm.txt; exit 77; }
cat >$out/kvm-job <<'END'
vmm --kernel /linux/kernel --initrd /linux/initrd --append console=ttyS0 --append ws.auto 2>&1
END
tools/nested/vmm arm64 $out/kvm-job linux/kernel=build/linux/arm64/Image \
	linux/initrd=build/linux/arm64/initrd.cpio >$out/kvm.txt 2>&1 ||
	{ tail -n 10 $out/kvm.txt; exit 1; }
for line in 'guest up: Linux .*-cloud-arm64 arm64, 1 cpus' 'self-test: ok' \
	'vmm: the guest powered off'; do
	tr -d '\r' <$out/kvm.txt | grep -xE "$line" >/dev/null ||
		{ tail -n 10 $out/kvm.txt; echo "no line \"$line\""; exit 1; }
done
