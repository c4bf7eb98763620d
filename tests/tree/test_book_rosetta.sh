#!/bin/sh
# test_book_rosetta.sh - every step of the Rosetta tables is in the sources and
# explained in the book.
set -euf
failed=0
fail() {
	echo "$*"
	failed=1
}

# "A1<TAB>stages/.../vmenter.S<TAB>vmx_enter" for each row
rows=$(mktemp)
trap 'rm -f "$rows"' EXIT
trap 'exit 130' INT TERM HUP
awk '
	/^STEP\(/ {
		line = $0
		sub(/^STEP\(/, "", line)
		step = line; sub(/,.*/, "", step)
		n = split(line, part, "\"")
		print step "\t" part[6] "\t" part[4]
	}' book/rosetta.def >"$rows"

# Each step names a function of KVM, and none twice if 6.1 has the same names.
awk -F'"' '
	/^STEP\([A-C]/ {
		step = $1; sub(/^STEP\(/, "", step); sub(/,.*/, "", step)
		old = $2; sub(/; 6\.1: .*/, "", old)
		new = $2; if (!sub(/^.*; 6\.1: /, "", new)) new = old
		if (new !~ /[a-z]_[a-z]/) print step ": no function of KVM"
		if (new == old && old != $2) print step ": 6.1 has the same names"
	}' book/rosetta.def >"$rows.kvm"
[ ! -s "$rows.kvm" ] || fail "book/rosetta.def: $(cat "$rows.kvm")"
rm -f "$rows.kvm"

number=1
for family in A:14 B:22 C:14 Q:5; do
	number=1
	while [ $number -le "${family#*:}" ]; do
		step=${family%:*}$number
		[ "$(grep -c "^$step	" "$rows")" = 1 ] ||
			fail "book/rosetta.def: step $step must be there once"
		number=$((number + 1))
	done
done

# The row's text stands in its file; the number stands in the sources there.
while IFS='	' read -r step file text; do
	if [ ! -f "$file" ]; then
		fail "$step: there is no $file"
		continue
	fi
	grep -qF -- "$text" "$file" || fail "$step: $file has no \"$text\""
	case $step in Q*) continue ;; esac
	grep -rqwE "$step" "$(dirname "$file")" ||
		grep -rqE "${step%%[0-9]*}[0-9]+ ?(to|-) ?${step%%[0-9]*}[0-9]+" "$(dirname "$file")" ||
		fail "$step: no source in $(dirname "$file") names it"
done <"$rows"

# Explained: a mark [A4]{.rosetta} in a chapter.
chapters=$(sed -n 's|^\([^# ]*\.md\).*|book/\1|p' book/book.list)
case $chapters in
*book/05-*) waits='-' ;;
*)	waits='B* Q5'	# no chapter of stage 05 is there yet
	echo "tell: B1 to B22 and Q5 wait for the chapters of stage 05" ;;
esac
while IFS='	' read -r step _; do
	for wait in $waits; do
		# shellcheck disable=SC2254 # a pattern
		case $step in $wait) continue 2 ;; esac
	done
	# shellcheck disable=SC2086 # a list
	grep -qE "\[$step\]\{\.rosetta\}" $chapters && continue
	fail "$step: no chapter explains it ([$step]{.rosetta})"
done <"$rows"
exit $failed
