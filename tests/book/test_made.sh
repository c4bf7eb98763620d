#!/bin/sh
# test_made.sh - website, EPUB and PDF are made; the pages ask no server, every
# link leads somewhere, the EPUB is sound, the PDF has its pages.
set -eu
HOW='tools/setup book' tests/need pandoc weasyprint
unset MAKEFLAGS MAKELEVEL MFLAGS
mkdir -p build/book
flock build/book/lock make -s book
html=build/book/html
failed=0
fail() {
	echo "$*"
	failed=1
}

# Nothing is fetched from elsewhere: links may go there, resources not.
if grep -rnE '(src|href)="(https?:)?//' $html --include='*.html' | grep -v '<a [^>]*href="https'; then
	fail "a page loads something from elsewhere"
fi
! grep -nE 'url\(|@import|https?://' $html/*.css || fail "a style sheet loads something"

# Each link: "page href"; the page exists, and has the identifier.
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM HUP
for page in "$html"/*.html; do
	name=${page##*/}
	tr '\n' ' ' <"$page" >"$tmp/page"	# Pandoc breaks lines within a tag
	grep -oE ' id="[^"]*"' "$tmp/page" | sed "s|^ id=\"\(.*\)\"|$name#\1|" >>"$tmp/ids"
	echo "$name" >>"$tmp/ids"
	grep -oE '<a [^>]*href="[^"]*"' "$tmp/page" | sed 's/.*href="//; s/"$//' |
		grep -vE '^(https?:|step\.html#)' |
		sed "s|^#|$name#|" >>"$tmp/links" || true
	sort "$tmp/ids" | grep "^$name#" | uniq -d >"$tmp/double"
	[ ! -s "$tmp/double" ] || fail "twice: $(head -n 3 "$tmp/double" | tr '\n' ' ')"
done
sort -u "$tmp/links" | grep -v '^src/' | sort -u >"$tmp/want"
sort -u "$tmp/ids" | comm -23 "$tmp/want" - >"$tmp/dead"
[ ! -s "$tmp/dead" ] || fail "dead links: $(head -n 5 "$tmp/dead" | tr '\n' ' ')"
grep '^src/' "$tmp/links" | sort -u | while IFS='#' read -r file line; do
	[ -f "$html/$file" ] || echo "no $file"
	[ -z "$line" ] || grep -q "id=\"$line\"" "$html/$file" || echo "$file has no $line"
done >"$tmp/sources"
[ ! -s "$tmp/sources" ] || fail "$(head -n 5 "$tmp/sources")"

pages=$(tr -d '\0' <build/book/world-switch.pdf | grep -ac '/Type /Page$\|/Type /Page ' || true)
[ -s build/book/world-switch.pdf ] || fail "no PDF"
if command -v pdfinfo >/dev/null; then
	pages=$(pdfinfo build/book/world-switch.pdf | sed -n 's/^Pages: *//p')
	[ "$pages" -gt 50 ] || fail "the PDF has $pages pages"
fi
if [ -e /usr/share/java/epubcheck.jar ] && command -v java >/dev/null; then
	java -jar /usr/share/java/epubcheck.jar -q build/book/world-switch.epub ||
		fail "epubcheck does not like the EPUB"
else
	echo "tell: the EPUB was not checked, epubcheck is missing"
fi
exit $failed
