#!/bin/sh
# test_transcripts.sh - the book's transcripts are what one sees.
# `make book-record` records them anew, when a stage was changed on purpose.
set -eu
mkdir -p build/tests/book
failed=0
for name in $(book/tools/transcript --list); do
	out=build/tests/book/$name
	book/tools/transcript "$name" >"$out.txt"
	book/tools/transcript --mask <"$out.txt" >"$out.masked"
	book/tools/transcript --mask <"book/transcripts/$name.txt" >"$out.book"
	diff -u "$out.book" "$out.masked" || failed=1
done
for file in book/transcripts/*.txt; do
	name=$(basename "$file" .txt)
	book/tools/transcript --list | grep -qx "$name" || {
		echo "$file is not in book/transcripts.list"
		failed=1
	}
done
exit $failed
