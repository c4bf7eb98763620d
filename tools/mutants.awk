# mutants.awk - the lines of one source that `make mutate` deletes in turn.
#
# usage: awk -v file=PATH [-v anchor=NAME] [-v words=1] -f mutants.awk PATH
#
# Out, by tabs: PATH, first line, last line, what, the text.  "what" is
#   line    delete these lines (assembly, rows of tables)
#   stmt    put an empty statement there (C)
#   word:W  put 0 in the place of the word W (controls: flags joined by |)
#   unseen:WHY  not to be tried: a comment says why nothing here can notice

function emit(what, text) {
	gsub(/[ \t]+/, " ", text)
	sub(/^ /, "", text)
	printf "%s\t%d\t%d\t%s\t%s\n", file, first, FNR, what, text
}

# The code of a line, without comments; sets `why` from one that excuses it.
function code_of(line) {
	why = ""
	if (match(line, /not observable here: [^*]*/))
		why = substr(line, RSTART + 21, RLENGTH - 21)
	sub(/ $/, "", why)
	if (in_comment) {
		if (!sub(/^.*\*\//, "", line))
			return ""
		in_comment = 0
	}
	gsub(/\/\*([^*]|\*[^\/])*\*\//, "", line)
	if (sub(/\/\*.*$/, "", line))
		in_comment = 1
	sub(/\/\/.*$/, "", line)
	sub(/[ \t]+$/, "", line)
	return line
}

BEGIN {
	is_asm = file ~ /\.S$/
	is_table = file ~ /\.def$/
	active = anchor == ""
}

anchor != "" && $0 ~ "anchor: " anchor "([ *]|$)" { active = 1; found = 1 }
anchor != "" && $0 ~ "end: " anchor "([ *]|$)" { active = 0 }

{
	code = code_of($0)
	if (active && why != "")
		excuse = why
}

!active || code ~ /^[ \t]*$/ || code ~ /^[ \t]*#/ { next }

words {
	while (match(code, /(PIN|PROC2?|EXIT|ENTRY)_[A-Z0-9_]+/)) {
		w = substr(code, RSTART, RLENGTH)
		code = substr(code, RSTART + RLENGTH)
		first = FNR
		if (w !~ /^(PIN_BASED|(EXIT|ENTRY)_CONTROLS$)/)
			emit(excuse != "" ? "unseen:" excuse : "word:" w, w)
	}
	excuse = ""
	next
}

is_asm {
	first = FNR
	sub(/^[ \t]*[A-Za-z_0-9.$]+:/, "", code)	# a label before it
	if (code ~ /^[ \t]*$/ || code ~ /^[ \t]*\./ || code ~ /^[^ \t]/)
		next
	# macro arguments, continued lines and assignments are not instructions
	if (code ~ /=/ && code !~ /[(\[]/)
		next
	emit(excuse != "" ? "unseen:" excuse : "line", code)
	excuse = ""
	next
}

is_table {
	first = FNR
	if (code ~ /^[A-Z_]+\(/)
		emit("line", code)
	next
}

# C: a row of a table, or a statement, perhaps over several lines.
text == "" { first = FNR }
{ text = text code }
code ~ /[{}:][ \t]*$/ || code ~ /^[ \t]*(if|for|while|else|switch) ?.*\)[ \t]*$/ ||
code ~ /^[a-z]/ || code ~ /^[ \t]*else$/ {
	text = ""
	next
}
code ~ /\},$/ { emit(excuse != "" ? "unseen:" excuse : "line", text) ; text = excuse = ""; next }
code ~ /;$/ {
	if (text !~ /^[ \t]*(struct|u64|u32|u8|u16|int|bool|const|static|return|enum|unsigned|\(void\)|break|goto)/)
		emit(excuse != "" ? "unseen:" excuse : "stmt", text)
	text = excuse = ""
}

END {
	if (anchor != "" && !found) {
		printf "mutants: %s has no anchor %s\n", file, anchor > "/dev/stderr"
		exit 1
	}
}
