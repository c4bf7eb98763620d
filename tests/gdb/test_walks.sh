#!/bin/sh
# test_walks.sh [WALK...] - the walks across the world switch look as they are
# printed in the book (tests/gdb/expected).  `make gdb-walks' records them anew.
# Without words: all but those with Linux on Bochs, which take minutes.
set -eu
tests/need gdb-multiarch bochs-bin qemu-system-aarch64
mkdir -p build/tests/gdb
if [ $# = 0 ]; then
	for walk in tests/gdb/walks/*.gdb; do
		name=$(basename "$walk" .gdb)
		case $name in x86-linux-*) ;; *) set -- "$@" "$name" ;; esac
	done
fi

# linux ARCH: is there the guest Linux, or can it be made?
linux() {
	make -s "build/linux/$1/VERSION" >build/tests/gdb/linux 2>&1 &&
		make -s image "ARCH=$1" >build/tests/gdb/linux 2>&1
}

failed=0
for name; do
	case $name in
	arm64-linux-*) linux arm64 ;;
	x86-linux-*) linux x86_64 ;;
	esac || { echo "tell: no $name: $(tail -n 1 build/tests/gdb/linux)"; continue; }
	out=build/tests/gdb/$name
	tests/gdb/transcript "$name" >"$out.txt"
	tests/gdb/transcript --mask <"$out.txt" >"$out.masked"
	tests/gdb/transcript --mask <"tests/gdb/expected/$name.txt" |
		diff -u - "$out.masked" || failed=1
done
[ $failed = 0 ] || echo "\`make gdb-walks' records the walks anew"
exit $failed
