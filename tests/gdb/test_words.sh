#!/bin/sh
# test_words.sh - the commands of tools/gdb answer what does not fit with how
# they are meant; `exit' is the guest's; `run' does not lose the machine.  And
# tools/debug ends where emu refuses its words, instead of in a GDB without one.
set -eu
tests/need gdb-multiarch qemu-system-aarch64
mkdir -p build/tests/gdb
out=build/tests/gdb/words.txt
timeout -k 10 300 tools/debug --initrd build/arm64/ramfs.cpio \
	--python tests/gdb/words.py build/arm64/stage-05.elf >"$out" 2>&1 || true
! grep '^not ok' "$out" || exit 1
[ "$(grep -c '^ok - ' "$out")" = 27 ] || { tail -n 20 "$out"; exit 1; }

for image in build/arm64/stage-04.elf build/x86_64/stage-03.elf; do
	for words in '--backend nosuch' '--cpus 99' '--cpus x'; do
		status=0
		# shellcheck disable=SC2086 # an option and its value
		tools/debug $words --batch /dev/null $image >"$out" 2>&1 || status=$?
		[ $status = 2 ] && [ "$(wc -l <"$out")" = 1 ] && grep -q '^emu: ' "$out" ||
			{ echo "$image $words: status $status"; cat "$out"; exit 1; }
	done
done

# Visual Studio Code's file: JSON, with paths that are there.
tools/vscode-launch build/arm64/stage-05.elf 1234 'make gdb-server' build/arm64/guests05 \
	nosuch >build/tests/gdb/launch.json
gdb-multiarch -nx -q -batch -ex 'python
import json, os
text = open("build/tests/gdb/launch.json").read()
here = json.loads(text.replace("${workspaceFolder}", os.getcwd()))
one = here["configurations"][0]
words = [one["program"]]
for command in one["setupCommands"]:
    words += gdb.string_to_argv(command["text"])[1:]
print(len(words), "nothing" if all(map(os.path.exists, words)) else words)
' | grep -qx '3 nothing'
