#!/bin/sh
# test_nested.sh - BACKEND=kvm for real: stages 01 to 03 under Linux's KVM, which
# runs in Bochs; and a table of what that VMX says otherwise than Bochs's own.
set -eu
out=build/nested
set -- 01/2 '02 all' 03/2	# as tools/nested/build has them

[ "$(uname -m)" = x86_64 ] || {
	echo "needs an x86-64 machine: its QEMU goes into the nested Linux"
	exit 77
}
mkdir -p $out
rm -f $out/*.txt
status=0
tools/nested/build $out/stages.iso "$@" || status=$?
case $status in
0) ;;
3) echo "Debian's kernel is out of reach; make test-slow needs the network once"
   exit 77 ;;
*) exit 1 ;;
esac
tools/nested/boot $out/stages.iso >$out/console.txt || status=$?
cat $out/console.txt
[ $status = 0 ] || exit 1

# The console of run $1, from "begin" to "end", without emu's own words.
section() {
	sed -n "/^nested: begin $1\$/,/^nested: end $1,/p" $out/console.txt |
		grep -v -e '^nested:' -e '^emu:'
}

echo "VMX in Bochs 2.7; and in the KVM of $(sed -n \
	's/^nested: \(Linux [^ ]*\).*/\1/p' $out/console.txt) on it" \
	>$out/differences.txt
for run; do
	stage=${run%%[/ ]*}
	words=${run#"${run%% *}"}
	cpus=1
	case $run in */*) cpus=${run#*/} cpus=${cpus%% *} ;; esac
	name=$stage${words:+-${words# }}
	section "$name" >"$out/$name-kvm.txt"
	grep -qx "stage $stage: ok" "$out/$name-kvm.txt"
	grep -q '^below: .* KVMKVMKVM$' "$out/$name-kvm.txt"

	# shellcheck disable=SC2086 # several words
	build/tools/emu --backend bochs --timeout 120 --cpus "$cpus" \
		"build/x86_64/stage-$stage.elf" $words >"$out/$name-bochs.txt"
	{
		printf '\n%-54s  %-18s  %s\n' "stage $name" Bochs KVM
		tools/nested/differences "$out/$name-bochs.txt" \
			"$out/$name-kvm.txt"
	} >>$out/differences.txt
done
grep -q '^  IA32_VMX_BASIC ' $out/differences.txt
sed 's/^/tell: /' $out/differences.txt

# The book has the recorded table.  Its third part, costs and counts, may vary;
# the rest only with the kernel.
known=tests/slow/nested-differences.txt
for table in "$known" $out/differences.txt; do
	sed '/^stage 03/,$d' "$table" >$out/"${table##*/}".cut
done
diff $out/nested-differences.txt.cut $out/differences.txt.cut >$out/diff && exit 0
if [ "$(head -n 1 $known)" = "$(head -n 1 $out/differences.txt)" ]; then
	echo "not what $known says of the same kernel:"
	cat $out/diff
	exit 1
fi
echo "tell: not what $known says of another kernel:"
sed 's/^/tell: /' $out/diff
