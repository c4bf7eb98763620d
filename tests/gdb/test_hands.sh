#!/bin/sh
# test_hands.sh - bochs-gdb under the hands of GDB: thousands of steps and
# breakpoint hits, Ctrl-C in a busy guest, watchpoints; and the trace is whole.
set -eu
tests/need gdb-multiarch bochs-bin
mkdir -p build/tests/gdb build/trace
out=build/tests/gdb/hands.txt
timeout -k 10 900 tools/debug --backend bochs --python tests/gdb/hands.py \
	build/x86_64/stage-03.elf demo >"$out" 2>&1 || true
grep -E '^(not )?ok - ' "$out" || { tail -n 20 "$out"; exit 1; }
[ "$(grep -c '^ok - ' "$out")" = 5 ]
