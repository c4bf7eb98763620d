#!/bin/sh
# test_book.sh - the book's chapters fit the sources; and what does not fit is
# told, each with its file and line.
set -eu
HOW='tools/setup book' tests/need pandoc
top=$PWD
check() {
	mkdir -p build/book
	pandoc -f markdown -t plain -L "$top/book/filters/make.lua" \
		-M target=check -o build/book/none book/book.list 2>&1
}
check

# --- a book full of mistakes --------------------------------------------------
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM HUP
cd "$tmp"
for part in stages lib guests tests tools; do ln -s "$top/$part" $part; done
mkdir -p book/figures book/transcripts
cp -r "$top/book/styles" "$top/book/step" "$top/book/traces" book
cp "$top/book/rosetta.def" book
printf '01-wrong.md\nno-such.md\n' >book/book.list
cat >book/01-wrong.md <<'END'
# Wrong {#ch:wrong}

## Once {#sec:twice}

## Again {#sec:twice}

A dead [](#sec:nowhere), a step [Z9]{.rosetta}, a word [nothing]{.gloss},
[walk](step:x86/A99), [no_such_name]{.src file="lib/print.h"}.

```{.listing file="stages/03-entry-exit/vmenter.S" anchor="no-such-anchor"}
```

```{.listing file="lib/no-such-file.h"}
```

```{.listing file="stages/03-entry-exit/vmenter.S" anchor="exit"}
no such line => a callout
```

```{.transcript file="missing.txt"}
```

![A picture](figures/missing.fig)

```{.table def="stages/03-entry-exit/registers.def" only="NO_SUCH"}
```

```{.sh}
make nothing
```

```{.strange}
```

[other page](page.html)
END
check >told && { echo "a book full of mistakes was accepted"; exit 1; }
failed=0
expect() {
	grep -qF -- "$1" told || { echo "nothing told: $1"; failed=1; }
}
expect 'book/book.list:1: what is in 01-wrong.md?'
expect 'book/book.list:2: there is no book/no-such.md'
expect 'book/01-wrong.md:3,5: #sec:twice is defined'
expect 'book/01-wrong.md:7: nothing is named #sec:nowhere'
expect 'book/01-wrong.md:7: book/rosetta.def has no step Z9'
expect 'book/01-wrong.md:7: the glossary has no "nothing"'
expect 'book/01-wrong.md:8: the trace of x86 never comes to A99'
expect 'book/01-wrong.md:8: lib/print.h has no "no_such_name"'
expect 'book/01-wrong.md:10: stages/03-entry-exit/vmenter.S: there is no anchor "no-such-anchor"'
expect 'book/01-wrong.md:13: there is no lib/no-such-file.h'
expect 'book/01-wrong.md:17: callout "no such line": no shown line'
expect 'book/01-wrong.md:20: there is no book/transcripts/missing.txt'
expect 'book/01-wrong.md:23: there is no figure book/figures/missing.fig'
expect 'book/01-wrong.md:25: stages/03-entry-exit/registers.def has no row "NO_SUCH"'
expect 'book/01-wrong.md:29: a shell block is {.sh .run} or'
expect 'book/01-wrong.md:32: a block of an unknown kind "strange"'
expect 'book/01-wrong.md:35: a link goes to #name'
[ $failed = 0 ] || cat told
exit $failed
