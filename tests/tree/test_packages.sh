#!/bin/sh
# test_packages.sh - emu and tools/packages name the same packages.
set -eu
bad=0
sed -n 's/^\t{ "\([^"]*\)", "\([^"]*\)" },$/\1 \2/p' tools/emu/process.c | {
	while read -r program package; do
		awk -v p="$program" -v k="$package" '
			$3 == k && $4 == p { found = 1 }
			END { exit !found }' tools/packages || {
			echo "tools/packages has no $program in $package"
			bad=1
		}
	done
	exit $bad
}
