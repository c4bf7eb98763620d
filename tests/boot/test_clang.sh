#!/bin/sh
# test_clang.sh - clang builds every stage without a warning, and each one of
# those runs to its end.
set -eu
tests/need clang ld.lld
make -s -j"$(nproc)" --no-print-directory B=build/clang TOOLCHAIN=clang all
for image in build/clang/*/stage-*.elf; do
	log=build/clang/${image##*/}.log
	files=${image%/*}/ramfs.cpio	# of stage 05
	case $image in *-05.elf) ;; *) files= ;; esac
	if build/tools/emu --cpus 2 --timeout 120 ${files:+--initrd "$files"} "$image" >"$log" 2>&1; then
		echo "$image: ok"
	else
		echo "$image: exit status $?"
		tail -n 20 "$log"
		exit 1
	fi
done
