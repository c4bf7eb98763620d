#!/bin/sh
# test_linux_x86.sh - Debian's Linux in stage 05 on Bochs: two CPUs.
set -eu
CPUS=2 tests/boot/linux-run x86-2 x86_64 \
	'guest up: Linux .*-cloud-amd64 x86_64, 2 cpus' 'self-test: ok' \
	'\[.*\] reboot: Power down' 'vmm: the guest powered off'
book/tools/transcript --shown linux-x86 build/tests/linux/x86-2.txt
