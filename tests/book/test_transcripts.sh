#!/bin/sh
# test_transcripts.sh - the book's transcripts are what one sees.
# `make book-record` records them anew, when a stage was changed on purpose.
set -eu
mkdir -p build/tests/book
failed=0
# Counts of instructions are the same in each run, to one per cent on QEMU.
figures() {
	sed -nE 's/\r//
		s/^round-trip ([a-z]+) ([0-9]+)$/\1 \2/p
		s/^bench ([a-z0-9_]+) .*ours=([0-9]+) .*/\1 \2/p
		s/.*round trip takes ([0-9]+) instructions.*/round-trip \1/p' "$1"
}
for name in $(book/tools/transcript --list); do
	out=build/tests/book/$name
	book/tools/transcript "$name" >"$out.txt"
	book/tools/transcript --mask <"$out.txt" >"$out.masked"
	book/tools/transcript --mask <"book/transcripts/$name.txt" >"$out.book"
	diff -u "$out.book" "$out.masked" || failed=1
	figures "$out.txt" >"$out.figures"
	figures "book/transcripts/$name.txt" |
		paste - "$out.figures" | awk -v name="$name" '
		$2 > 1.02 * $4 || $4 > 1.02 * $2 {
			print name ": the book says " $1 " " $2 ", the run " $4
			wrong = 1
		}
		END { exit wrong }' || failed=1
done
for file in book/transcripts/*.txt; do
	name=$(basename "$file" .txt)
	{ book/tools/transcript --list; book/tools/transcript --linux; } | grep -qx "$name" || {
		echo "$file is not in book/transcripts.list"
		failed=1
	}
done
exit $failed
