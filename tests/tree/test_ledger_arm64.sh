#!/bin/sh
# test_ledger_arm64.sh - the register ledger of stage 04 is complete, and what
# it points at is there.
set -eu
stage=stages/04-arm64-el2
work=$(mktemp)
trap 'rm -f "$work"' EXIT
trap 'exit 130' INT TERM HUP

# Every register of sysregs.def that is switched has a row.
names=$(sed -n -e 's/^EL12(\([A-Z0-9_]*\),.*/\1_EL1/p' \
	-e 's/^EL02(\([A-Z0-9_]*\),.*/\1_EL0/p' \
	-e 's/^SAME(\([A-Z0-9_]*\),.*/\1/p' $stage/sysregs.def)
[ -n "$names" ] || echo "no registers found in $stage/sysregs.def" >>"$work"
for name in $names; do
	grep -q "^REG($name," $stage/registers.def ||
		echo "$name has no row in $stage/registers.def" >>"$work"
done

# Every row points at a text that is there.
sed -n 's/^REG([^"]*"\([^"]*\)", "\([^"]*\)", .*/\1	\2/p' $stage/registers.def |
	while IFS='	' read -r file key; do
		[ -z "$file" ] || grep -qF -- "$key" "$stage/$file" ||
			echo "$stage/$file has no \"$key\"" >>"$work"
	done
cat "$work"
[ ! -s "$work" ]
