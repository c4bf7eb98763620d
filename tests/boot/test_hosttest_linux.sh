#!/bin/sh
# test_hosttest_linux.sh - hosttest's binary on the Linux of this machine: what
# it asks of our host is what Linux does.  (Not "limits": Linux's are others.)
set -eu
program=build/$(uname -m | sed 's/aarch64/arm64/')/user/hosttest
make -s --no-print-directory "$program"
for part in files memory threads signals processes time; do
	timeout 120 "$program" "$part"
done
rm -f /tmp/hosttest
