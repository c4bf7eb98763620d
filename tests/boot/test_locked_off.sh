#!/bin/sh
# test_locked_off.sh - a machine whose firmware has locked VMX off.
#
# Bochs's firmware never does that, so its debugger plays firmware: when the
# kernel starts, IA32_FEATURE_CONTROL gets 1 (locked, VMX off).
set -eu
tests/need bochs-bin grub-mkrescue
image=build/x86_64/stage-01.elf
mkdir -p build/run
dir=$(mktemp -d "$PWD/build/run/locked-XXXXXX")
trap 'kill $! 2>/dev/null || :; rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM HUP

build/tools/emu --iso "$dir/stage.iso" "$image"
build/tools/emu --print-command "$image" 2>/dev/null |
	sed -e '/^# bochsrc/d' -e "/^'env'/d" -e 's/^panic:.*/panic: action=report/' \
		-e 's/^com1:.*/com1: enabled=1, mode=file, dev=console/' >"$dir/bochsrc"
mkdir "$dir/state"
echo 'cpu0 = { MSR = { ia32_feature_ctrl = 0x1 } }' |
	sed 's/{ /{\n/g; s/ }/\n}/g' >"$dir/state/cpu0"

# The firmware's memory test runs into the first breakpoint, too.
entry=$(readelf -h "$image" | sed -n 's/.*Entry point address: *//p')
cat >"$dir/commands" <<END
pb $entry
c
c
restore "cpu0" "$dir/state"
c
c
END
(cd "$dir" && SDL_VIDEODRIVER=dummy SDL_AUDIODRIVER=dummy TERM=dumb \
	exec timeout 120 bochs-bin -q -f bochsrc <commands >log 2>&1) &
wait $! || true

if grep -q '^stage 01: FAILED: the firmware locked VMX off' "$dir/console"; then
	tail -n 1 "$dir/console"
	exit 0
fi
echo "no such sentence; the console's end:"
tail -n 5 "$dir/console"
exit 1
