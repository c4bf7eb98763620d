#!/bin/sh
# test_vmm_on_linux.sh - the VMM on Linux's KVM (arm64): a Linux guest with two
# CPUs and a shell that takes what is typed, saved, restored, switched off; and
# what the VMM says to bad input.
set -eu
tests/need qemu-system-aarch64
out=build/tests/vmm-on-linux
debs=build/debs/arm64/nested
mkdir -p $out
tools/fetch-debs --with-deps='linux-image-*' arm64 $debs \
	linux-image-cloud-arm64 busybox-static >$out/debs 2>&1 || {
	tail -n 1 $out/debs
	exit 77
}
cat >$out/init <<'END'
#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t devtmpfs dev /dev
echo "guest up: $(uname -m), $(nproc) cpus"
exec setsid cttyhack sh
END
chmod +x $out/init
tools/nested/mkinitramfs $out/initrd.cpio init=$out/init \
	bin/busybox=$debs/bin/busybox proc= dev= sys= tmp= >$out/debs
cat >$out/job <<'END'
#!/bin/busybox sh
up() { until grep -q "guest up" "$1"; do sleep 0.1; done; sleep 0.3; }
(up /tmp/1; echo 'x=forty-two; (while sleep 0.2; do echo tick; done) &'
 sleep 1; printf '\001s'; sleep 1) |
	vmm --cpus 2 --save /tmp/saved --kernel /Image --initrd /initrd \
	--append "console=ttyS0 quiet panic=-1" | tee /tmp/1
(sleep 1; echo 'echo x is $x, $(nproc) cpus; kill %1; poweroff -f'; sleep 2) |
	vmm --restore /tmp/saved
says() { words=$1; shift; vmm "$@" >/tmp/said 2>&1; echo "$? $(cat /tmp/said | head -n 1)" | grep -E "$words" || { echo "FAILED: $* said"; cat /tmp/said; }; }
says "^1 vmm: /none: cannot be opened: no such file" --kernel /none
says "^1 vmm: /job: neither an arm64 Image nor an ELF" --kernel /job
says "^1 vmm: /tmp/empty: the file is empty" --kernel /tmp/empty
says "^1 vmm: /job: not a machine that this VMM saved" --restore /job
says "^1 vmm: /bin/busybox: not a small guest" --guest /bin/busybox
says "^1 vmm: /Image: needs memory up to" --mem 16 --kernel /Image
says "^2 vmm: --mem x: a number from" --mem x --kernel /Image
says "^2 vmm: --cpus: it needs a value" --kernel /Image --cpus
says "^2 vmm: --none: unknown option" --none
says "^2 vmm: nothing to run" --mem 64
says "^0 usage: vmm" --help
END
sed -i '2a : >/tmp/empty' $out/job
LIMIT=400 CPUS=2 tools/nested/vmm arm64 $out/job \
	Image="$(ls $debs/boot/vmlinuz-*)" initrd=$out/initrd.cpio >$out/console 2>&1 || {
	tail -n 40 $out/console
	exit 1
}
for line in 'guest up: aarch64, 2 cpus' 'tick' 'vmm: saved to /tmp/saved' \
	'vmm: restored from /tmp/saved' 'x is forty-two, 2 cpus' \
	'vmm: the guest powered off' '0 usage: vmm'; do
	grep -q "^$line" $out/console || {
		tail -n 60 $out/console
		echo "there is no line \"$line\""
		exit 1
	}
done
! grep -A 5 FAILED $out/console
