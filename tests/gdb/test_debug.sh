#!/bin/sh
# test_debug.sh - two runs of tools/debug at once do not get each other's disc
# or script: one that was to stop at the first entry once began at the reset,
# because the other had written its script between our writing and reading.
set -eu
for program in gdb-multiarch qemu-system-aarch64; do
	if ! command -v $program >/dev/null; then
		echo "$program is missing (make setup)"
		exit 77
	fi
done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
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
