#!/bin/sh
# test_trace.sh - `make trace' writes a whole round trip, and each line follows
# from the one before.
set -eu
tests/need gdb-multiarch bochs-bin qemu-system-aarch64
mkdir -p build/trace build/tests/gdb
for image in x86_64/stage-03 arm64/stage-04; do
	TRACE_FILE=build/tests/gdb/${image#*/}.jsonl
	export TRACE_FILE
	timeout -k 10 600 tools/debug --backend bochs --start \
		--python tools/gdb/trace.py build/$image.elf demo \
		>build/tests/gdb/trace.txt 2>&1 </dev/null ||
		{ tail -n 20 build/tests/gdb/trace.txt; exit 1; }
	gdb-multiarch -nx -batch -x tests/gdb/check_trace.py
done
