#!/bin/sh
# test_ledger.sh - the register ledgers are whole, and the recorded results of
# `make mutate` (stages/NN-*/mutants.tsv) are those of today's sources.
#
# This is quick: it runs no mutant.  When it fails because the switch has
# changed: make mutate STAGE=NN, and copy build/mutants-NN.tsv there.
set -eu
bad=0
say() {
	echo "$*"
	bad=1
}
dir=$(mktemp -d "${TMPDIR:-/tmp}/ledger-XXXXXX")
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM HUP

for table in stages/*/registers.def; do
	stage=$(echo "$table" | sed 's,stages/\(..\).*,\1,')
	tools/ledger --recorded "$stage" >"$dir/ledger" ||
		say "the ledger of stage $stage is broken"
	grep 'nobody noticed' "$dir/ledger" && say "... in stage $stage"
	# What our own code saves must say what was seen without that line.
	grep '| |$\||  |$' "$dir/ledger" | grep '| assembly,\|| C, ' &&
		say "... were not tried in stage $stage"
done

for stage in $(find stages -name mutate.list | sed 's,stages/\(..\).*,\1,' | sort -u); do
	record=$(echo stages/"$stage"-*)/mutants.tsv
	[ -f "$record" ] || {
		say "stage $stage has no $record"
		continue
	}
	grep '	survived	' "$record" && say "... in $record"
	tools/mutate --list "$stage" | cut -f1,5 | sort -u >"$dir/today"
	cut -f1,3 "$record" | sort -u >"$dir/recorded"
	if ! diff "$dir/recorded" "$dir/today" >"$dir/diff"; then
		say "stage $stage: the sources have changed since make mutate:"
		sed -n '/^[<>]/p' "$dir/diff" | head -n 10
	fi
done
exit $bad
