#!/bin/sh
# test_abi.sh - our KVM answers each call of the table as Linux's does, on both
# architectures.
set -eu
tests/need bochs-bin qemu-system-aarch64
failed=0
for arch in arm64 x86_64; do
	tests/boot/abi-ours $arch build/tests/abi/$arch || failed=1
done
exit $failed
