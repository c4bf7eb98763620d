#!/bin/sh
# test_debs.sh - fetch-debs and mkinitramfs tell what is wrong, in one sentence.
set -eu
dir=$(mktemp -d build/tests/debs-XXXXXX)
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM HUP
cp -r tools "$dir/tools"
fetch=$dir/tools/fetch-debs pack=$dir/tools/nested/mkinitramfs

# expect STATUS WORDS COMMAND...: it ends so, and says this.
expect() {
	want=$1 words=$2 is=0
	shift 2
	"$@" >"$dir/said" 2>&1 || is=$?
	if [ $is != "$want" ] || ! grep -q -e "$words" "$dir/said"; then
		echo "$*: status $is, not $want; it said, but should \"$words\":"
		cat "$dir/said"
		exit 1
	fi
}

expect 2 '^usage: tools/fetch-debs' "$fetch"
expect 2 '^usage: tools/fetch-debs' "$fetch" --nonsense arm64 "$dir/out" hello
mkdir "$dir/bin"
for tool in dirname sh; do
	ln -s "$(command -v $tool)" "$dir/bin/$tool"
done
expect 1 'apt-get is missing' env PATH="$PWD/$dir/bin" \
	sh "$fetch" arm64 "$dir/out" hello
if command -v apt-get >/dev/null; then
	mkdir "$dir/full"
	printf '#!/bin/sh\nprintf "df\\nbuild 9 4 5 44%%%% /\\n"\n' >"$dir/full/df"
	chmod +x "$dir/full/df"
	expect 1 'build/ has 5 MiB free; .* want 300' \
		env PATH="$PWD/$dir/full:$PATH" "$fetch" arm64 "$dir/out" hello
	# Nobody listens there: like a machine without a network.
	for scheme in http https; do
		echo "Acquire::$scheme::Proxy \"http://127.0.0.1:9\";"
	done >"$dir/offline"
	expect 1 '^fetch-debs: no package lists: are the servers' \
		env APT_CONFIG="$dir/offline" "$fetch" arm64 "$dir/out" hello
fi

expect 2 '^usage: tools/nested/mkinitramfs' "$pack"
expect 1 'must end in .cpio or' "$pack" "$dir/x.zip" a=Makefile
tests/need cpio
expect 1 '^mkinitramfs: no-such-file: there is no such file' \
	"$pack" "$dir/x.cpio" a=no-such-file
expect 0 'CPIO' "$pack" "$dir/x.cpio.gz" \
	dev= etc/makefile=Makefile bin/sh=/bin/sh src=lib
gunzip <"$dir/x.cpio.gz" | cpio --quiet -t >"$dir/list"
for name in dev etc/makefile bin/sh src/print.c; do
	grep -qx $name "$dir/list"
done
grep -q '/libc\.so' "$dir/list"		# what /bin/sh needs came along
