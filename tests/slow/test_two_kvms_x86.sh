#!/bin/sh
# test_two_kvms_x86.sh - one VMM binary, two KVMs (x86, both in Bochs): the same
# exits, the same answers to the table of calls.
set -eu
tests/need bochs-bin
out=build/tests/two-kvms-x86
mkdir -p $out
tools/fetch-debs --with-deps='linux-image-*' amd64 build/debs/amd64 \
	linux-image-cloud-amd64 busybox-static >$out/debs 2>&1 || {
	tail -n 1 $out/debs
	exit 77
}
LIMIT=900 tests/boot/two-kvms x86_64 $out
printf '#!/bin/busybox sh\nabi\n' >$out/job
LIMIT=900 tools/nested/vmm x86_64 $out/job >$out/abi.log 2>&1
sed -n '/^open /,/^abi: the end/p' $out/abi.log |
	diff tests/boot/expected/abi-x86_64.txt -
