#!/bin/sh
# test_walks.sh - the walks across the world switch look as they are printed in
# the book (tests/gdb/expected).  `make gdb-walks' records them anew.
set -eu
for program in gdb-multiarch bochs-bin qemu-system-aarch64; do
	if ! command -v $program >/dev/null; then
		echo "$program is missing (make setup)"
		exit 77
	fi
done
mkdir -p build/tests/gdb
failed=0
for walk in tests/gdb/walks/*.gdb; do
	name=$(basename "$walk" .gdb)
	out=build/tests/gdb/$name
	tests/gdb/transcript "$name" >"$out.txt"
	tests/gdb/transcript --mask <"$out.txt" >"$out.masked"
	tests/gdb/transcript --mask <"tests/gdb/expected/$name.txt" |
		diff -u - "$out.masked" || failed=1
done
[ $failed = 0 ] || echo "\`make gdb-walks' records the walks anew"
exit $failed
