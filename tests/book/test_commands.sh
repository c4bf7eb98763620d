#!/bin/sh
# test_commands.sh - every command that the book tells its reader to type does
# what the book says.
set -eu
HOW='tools/setup book' tests/need pandoc
unset MAKEFLAGS MAKELEVEL MFLAGS
mkdir -p build/tests/book build/book
list=build/tests/book/commands
pandoc -f markdown -t plain -L book/filters/make.lua -M target=commands \
	-o build/book/none book/book.list >$list
[ -s $list ] || { echo "the book has no commands"; exit 1; }
failed=0 ran=''
while IFS='	' read -r place status expect command; do
	grep -qE "^[^#]*[[:space:]]$(printf %s "$command" | sed 's/[][\.*^$+?(){}|/]/\\&/g')\$" \
		book/transcripts.list && continue	# test_transcripts runs it
	case $ran in *"|$command|"*) continue ;; esac
	ran="$ran|$command|"
	got=0
	timeout 900 sh -c "$command" >build/tests/book/out 2>&1 </dev/null || got=$?
	if [ "$got" != "$status" ]; then
		echo "$place: $command: exit status $got, the book says $status"
		tail -n 15 build/tests/book/out
		failed=1
	elif [ "$expect" != - ] && ! grep -qF -- "$expect" build/tests/book/out; then
		echo "$place: $command: did not print \"$expect\""
		tail -n 15 build/tests/book/out
		failed=1
	fi
done <$list
exit $failed
