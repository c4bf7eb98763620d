#!/bin/sh
# test_exit_stat.sh - tools/exit-stat boots Linux and draws a bar for each count.
set -eu
tests/need qemu-system-aarch64
mkdir -p build/tests
make -s build/linux/arm64/VERSION >build/tests/exit-stat 2>&1 || {
	tail -n 1 build/tests/exit-stat
	exit 77
}
make -s image ARCH=arm64 >build/tests/exit-stat 2>&1
tools/exit-stat arm64 >build/tests/exit-stat
book/tools/transcript --shown linux-exits-arm64 build/tests/exit-stat
rows=$(tr -d '\r' <build/exits-arm64.txt | grep -c ' ticks .* each$')
bars=$(grep -c '^<rect x=' build/exits-arm64.svg)
if [ "$rows" -lt 4 ] || [ "$bars" != $((2 * rows)) ]; then
	echo "$rows reasons in exits-arm64.txt, $bars bars in exits-arm64.svg"
	exit 1
fi
grep -q '^  data abort' build/exits-arm64.txt
grep -q '>data abort' build/exits-arm64.svg
tail -n 1 build/exits-arm64.svg | grep -qx '</svg>'

# Of the run on Bochs, the book has the figure and this count.
command -v bochs-bin >/dev/null || { echo "tell: no Bochs, so not on x86"; exit; }
make -s image ARCH=x86_64 >build/tests/exit-stat 2>&1
tools/exit-stat x86_64 >build/tests/exit-stat
told=$(awk '$1 == "IO" { print $2 }' book/transcripts/linux-exits-x86.txt)
now=$(awk '$1 == "IO" { print $2 }' build/tests/exit-stat)
if [ $((now > told ? now - told : told - now)) -gt $((told / 50)) ]; then
	echo "$now exits for I/O on x86, the book has $told (make book-linux)"
	exit 1
fi
