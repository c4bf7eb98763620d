#!/bin/sh
# test_canaries.sh - on two CPUs four guests keep all their registers, over
# 100,000 exits each: interrupted, moved at random, while VMIDs roll over.
set -eu
out=build/tests/canaries
mkdir -p $out

# check FILE: four canaries lived, with enough exits; tags rolled over; no page
# is lost.
check() {
	tr -d '\r' <"$1" | awk '
		/^vmm: the guest ended with status 0$/ { alive++ }
		/vCPU 0: [0-9]+ entries/ { if ($3 >= 100000) busy++; exits += $3 }
		/^vmids: / { rollovers = $5 }
		/^pages: / { same = $2 == $5 }
		END {
			printf "%d canaries, %d exits, %d rollovers\n", alive, exits, rollovers
			exit !(alive == 4 && busy == 4 && rollovers > 1000 && same)
		}'
}

ran=
for arch in arm64 x86_64; do
	emulator=qemu-system-aarch64 vmids=3 rounds=130000
	[ $arch = arm64 ] || emulator=bochs-bin vmids=2 rounds=100000
	command -v $emulator >/dev/null || continue
	guest="/bin/vmm --stat --guest /guests/canary --append $rounds"
	# shellcheck disable=SC2086 # words
	build/tools/emu --timeout 1200 --cpus 2 --initrd build/$arch/ramfs.cpio \
		build/$arch/stage-05.elf .pages .ticks=1000 .migrate .vmids=$vmids \
		$guest \& $guest \& $guest \& $guest >$out/$arch 2>&1 </dev/null &&
		said=$(check $out/$arch) || {
		tail -n 20 $out/$arch
		echo "$arch: ${said-}"
		exit 1
	}
	ran="$ran${ran:+; }$arch: $said"
done
[ -n "$ran" ] || { echo "no emulator (make setup)"; exit 77; }
echo "tell: $ran"
