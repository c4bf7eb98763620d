#!/bin/sh
# test_two_kvms.sh - one VMM binary, two KVMs (arm64): the same exits.
set -eu
tests/need qemu-system-aarch64
tools/fetch-debs --with-deps='linux-image-*' arm64 build/debs/arm64/nested \
	linux-image-cloud-arm64 busybox-static >build/tests/two-kvms.debs 2>&1 || {
	tail -n 1 build/tests/two-kvms.debs
	exit 77
}
tests/boot/two-kvms arm64 build/tests/two-kvms
