#!/bin/sh
# test_includes_and_copies.sh - an include of a later stage and a copied
# function each fail the build: shown on a copy of the tree.
set -eu
mkdir -p build/tests
tree=$(mktemp -d build/tests/tree-XXXXXX)
trap 'rm -rf "$tree"' EXIT
trap 'exit 130' INT TERM HUP
tar cf - --exclude=build --exclude=.git . | tar xf - -C "$tree"
image=build/x86_64/stage-01.elf

build() {
	make -C "$tree" -j2 --no-print-directory $image >"$tree/out" 2>&1
}
fails_with() { # TEXT WHAT: the build fails, and says TEXT
	if build; then
		echo "the build went on in spite of $2"
		exit 1
	fi
	if ! grep -q "$1" "$tree/out"; then
		echo "the build failed on $2, but not with: $1"
		cat "$tree/out"
		exit 1
	fi
	echo "$2: $(grep "$1" "$tree/out")"
}

build || { cat "$tree/out"; exit 1; }
file=$tree/stages/01-vmxon/main.c
cp "$file" "$tree/saved"

printf '#include "02-vmcs/vmcs_fields.h"\n' >>"$file"
fails_with 'of a later stage' 'an include of a later stage'
cp "$tree/saved" "$file"

# A name that lib/ has already.
printf 'size_t strnlen(const char *s, size_t max);\n' >>"$file"
printf 'size_t strnlen(const char *s, size_t max)\n{\n\treturn *s + max;\n}\n' \
	>>"$file"
fails_with 'a function has one home' 'a second definition'
cp "$tree/saved" "$file"

# A body that lib/ has already, under another name.
mkdir -p "$tree/stages/02-vmcs"
sed -n '/^int memcmp/,/^}/p' "$tree/lib/string.c" |
	sed 's/memcmp/compare/' >"$tree/stages/02-vmcs/copied.c"
fails_with 'is a copy of memcmp' 'a copied body'
rm "$tree/stages/02-vmcs/copied.c"

build || { cat "$tree/out"; exit 1; }
