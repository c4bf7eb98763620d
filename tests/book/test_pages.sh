#!/bin/sh
# test_pages.sh - the pages in a browser: nothing hangs over the edge of a phone,
# the search finds, the stepping view steps.
set -eu
HOW='tools/setup book' tests/need pandoc chromium
unset MAKEFLAGS MAKELEVEL MFLAGS
mkdir -p build/book
flock build/book/lock make -s build/book/html/index.html
html=$PWD/build/book/html
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM HUP

# A page of ours in a frame as wide as a phone, and a script that looks at it.
cp tests/book/pages.js "$tmp/pages.js"
{
	echo '<!DOCTYPE html><meta charset="utf-8"><pre id="told">running</pre>'
	echo '<script>window.PAGES = ['
	for page in "$html"/*.html; do echo "'file://$page',"; done
	echo ']; </script><script src="pages.js"></script>'
} >"$tmp/test.html"
timeout 300 chromium --headless=new --no-sandbox --disable-gpu \
	--allow-file-access-from-files --user-data-dir="$tmp/profile" \
	--virtual-time-budget=200000 --dump-dom "file://$tmp/test.html" \
	>"$tmp/dom" 2>"$tmp/log" || { tail -n 5 "$tmp/log"; exit 1; }
sed -n '/<pre id="told">/,/<\/pre>/p' "$tmp/dom" | sed 's/<[^>]*>//g' >"$tmp/told"
cat "$tmp/told"
grep -q '^all is well' "$tmp/told"
