#!/bin/sh
# test_debug.sh - two runs of tools/debug at once do not get each other's disc
# or script: one that was to stop at the first entry once began at the reset,
# because the other had written its script between our writing and reading.
# A blank in the tree's name is no end of the name, nor is a quote; nothing is
# left in the tree; a Python script that fails is told by the exit status.  A GDB that ends does not let
# the machine run on; one that is killed takes its QEMU along, which would run
# on for ever.
set -eu
tests/need gdb-multiarch qemu-system-aarch64
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM HUP
gdb=$(command -v gdb-multiarch)
image=build/arm64/stage-04.elf

# A GDB that, before it reads its script, lets another run write one.
cat >"$dir/gdb-multiarch" <<END
#!/bin/sh
case "\$*" in
*' -x '*) ;;
*) exec $gdb "\$@" ;;
esac
[ -z "\${SECOND:-}" ] || exit 0
SECOND=1 tools/debug --start --batch /dev/null $image other
while [ "\$1" != -x ]; do shift; done
cat "\$2" >"$dir/script"
END
chmod +x "$dir/gdb-multiarch"
PATH=$dir:$PATH tools/debug --batch /dev/null $image mine
grep -q "boundary.start" "$dir/script" || { echo "no start"; exit 1; }
grep -q "'-append' 'mine'" "$dir/script"

# A reader has not told Python to leave no __pycache__ behind.
unset PYTHONDONTWRITEBYTECODE

# --- blanks and quotes in a name; a script that fails --------------------------------
tree="$dir/a reader's |& tree"
ln -s "$PWD" "$tree"
printf '%s\n' 'until-exit' world ws >"$dir/walk"
for blank in "$image" build/x86_64/stage-03.elf; do
	case $blank in *x86_64*) tests/need bochs-bin ;; esac
	"$tree/tools/debug" --batch "$dir/walk" "$tree/$blank" >"$dir/out" 2>&1 || :
	grep -q '^host: ' "$dir/out" || { cat "$dir/out"; exit 1; }
done
if find tools -name __pycache__ | grep .; then
	echo "GDB's Python left that beside the sources"
	exit 1
fi
echo 'none_such()' >"$dir/fails"
status=0
tools/debug --python "$dir/fails" $image >"$dir/out" 2>&1 || status=$?
[ $status = 1 ] || { echo "a script that failed: status $status"; exit 1; }

# --- a GDB that ends: the machine does not run on ---------------------------------------
# shellcheck disable=SC2016 # that shell's process number, which debug keeps
sh -c 'echo $$ >"$0"; exec tools/debug --batch "$1" "$2"' \
	"$dir/pid" "$dir/walk" $image >"$dir/out" 2>&1
if grep 'stage 04: ok' "build/gdb/stage-04.$(cat "$dir/pid")/stage-04.console"; then
	echo "GDB ended, and its machine ran on"
	exit 1
fi

# --- a GDB that is killed -----------------------------------------------------------
# GDB starts both its stub and its `shell` by $SHELL: some shells become the last
# command they run (bash), some stay its parent (dash).
# shellcheck disable=SC2016 # GDB's shell is to ask for its parent
echo 'shell cat /proc/$PPID/task/$PPID/children >'"$dir/children"'; kill -9 $PPID' \
	>"$dir/die"

# state PID - the letter of its state; none: it is gone.  A zombie (Z) is dead as
# well: the init that should collect it is slow in some containers, idle in others.
state() {
	sed -n 's/^State:[[:space:]]*\(.\).*/\1/p' "/proc/$1/status" 2>/dev/null || true
}

dies() {
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		case $(state "$1") in ''|Z) return 0 ;; esac
		sleep 1
	done
	return 1
}

for shell in /bin/sh /bin/bash; do
	SHELL=$shell tools/debug --batch "$dir/die" $image >"$dir/out" 2>&1 || true
	read -r qemu _ <"$dir/children" || [ "$qemu" ] # GDB's oldest child
	dies "$qemu" && continue
	echo "GDB was killed, and its child runs on ($shell; state $(state "$qemu")):"
	tr '\0' ' ' <"/proc/$qemu/cmdline"
	kill -9 -- "-$qemu" # GDB made it a session of its own
	exit 1
done
