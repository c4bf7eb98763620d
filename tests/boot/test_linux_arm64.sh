#!/bin/sh
# test_linux_arm64.sh - Debian's Linux in stage 05: two CPUs, of which one goes
# off and on again; two guests side by side.  (test_run_guest.sh has one CPU.)
set -eu
run=tests/boot/linux-run
up='guest up: Linux .*-cloud-arm64 arm64,'
down='\[.*\] reboot: Power down'
CPUS=2 APPEND='ws.hotplug ws.load=3' $run arm64-2 arm64 \
	"$up 2 cpus" 'self-test: ok' 'hotplug: ok' 'load: round [0-9]+' 'load: ok' "$down"
book/tools/transcript --shown linux-arm64 build/tests/linux/arm64-2.txt
VMS=2 CPUS=1 MEM=128 APPEND=quiet $run arm64-vms arm64 ".*$up 1 cpus" ".*$up 1 cpus" \
	'.*the guest powered off' '.*the guest powered off'
ORDER=any book/tools/transcript --shown linux-two build/tests/linux/arm64-vms.txt
