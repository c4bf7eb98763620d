#!/bin/sh
# test_style.sh - what the compiler does not check of HACKING.md's style:
# lengths, leftovers, numbers as displacements, assembly out of its place.
set -eu
cd "${1:-.}"
code=$(ls -d lib stages guests 2>/dev/null) || true	# guests/ comes later
# shellcheck disable=SC2086 # lists
{
sources=$(find $code tools tests \
	\( -name '*.[chS]' -o -name '*.sh' -o -name '*.mk' \))
stage_c=$(find $code -name '*.[ch]')
stage_asm=$(find $code -name '*.S')
}

# Files of 500 lines at most, functions of 60 (their braces not counted).
# shellcheck disable=SC2086 # lists
check() {
wc -l $sources | awk '$2 != "total" && $1 > 500 {
	printf "%s:%d: %d lines, 500 at most\n", $2, $1, $1 }'
awk -f tests/tree/functions.awk $(find $code tools tests -name '*.[ch]') | awk '$4 > 60 {
	printf "%s:%d: %s() has %d lines, 60 at most\n", $1, $2, $3, $4 }'

# Nothing is left for later in a comment.
later='TO''DO|FIX''ME|X''XX'
grep -nEw "$later" $sources /dev/null | sed 's/$/   <- finish it/'

# Assembly: an offset has a name.  [sp, #-16]! and [sp], #16 are push and pop;
# symbol + 4(%rip) is a place in an array.
[ -z "$stage_asm" ] || awk '
	{ line = $0; sub(/\/\*.*$/, "", line); sub(/\/\/.*$/, "", line) }
	{ gsub(/[A-Za-z_.][A-Za-z_0-9.]* *[-+] *[0-9]+\(%rip\)/, "", line) }
	line ~ /[ \t]lea[lq]? / { next }	# arithmetic
	line ~ /(^|[ \t,(])-?(0x)?[0-9][-+*0-9xa-f ()]*\(%/ ||
	(line ~ /\[[a-z0-9]+, *#?-?[0-9]/ && line !~ /\[sp, *#-[0-9]+\]!/) {
		printf "%s:%d: a number as displacement: %s\n", FILENAME, FNR,
		       $0
	}' $stage_asm

# Assembly in C: only in *insn.h, and this_cpu() in cpu.h.
grep -nEw 'asm|__asm__' $(echo "$stage_c" | tr ' ' '\n' |
	grep -vE '(insn|/cpu)\.h$') /dev/null |
	grep -vE ':[0-9]+:([ \t]*(/?\*|//)|#include <asm/)' |
	sed 's/$/   <- asm belongs into an *_insn.h/'
}
found=$(check)
[ -z "$found" ] && exit 0
echo "$found"
exit 1
