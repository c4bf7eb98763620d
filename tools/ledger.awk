# ledger.awk - see tools/ledger.

BEGIN {
	FS = "\t"
	while ((getline line < seen) > 0) {
		split(line, f, "\t")
		n++
		file[n] = f[1]; at[n] = f[2]; text[n] = f[3]
		verdict[n] = f[4]; how[n] = f[5]
	}
	who["VMCS"] = "the CPU, by a VMCS field"
	who["ASM"] = "assembly, each entry and exit"
	who["SWITCH"] = "C, at load and put"
	who["HARDWARE"] = "the CPU"
	who["ENTRY"] = "assembly, each entry and exit"
	who["RUN"] = "C, each run of the switch"
	who["LOAD"] = "C, at load and put"
	who["TRAPPED"] = "trapped"
	who["HIDDEN"] = "hidden from the guest"
	who["SHARED"] = "nobody"
	print "| register | class | who | where | why | without it |"
	print "|---|---|---|---|---|---|"
}

# The fields of REG(a, b, c, "d", "e", "f"); commas inside quotes are text.
function fields(line,	i, c, quoted, k) {
	sub(/^REG\(/, "", line)
	sub(/\)[ \t]*$/, "", line)
	k = 1
	field[1] = field[2] = field[3] = field[4] = field[5] = field[6] = ""
	for (i = 1; i <= length(line); i++) {
		c = substr(line, i, 1)
		if (c == "\"")
			quoted = !quoted
		else if (c == "," && !quoted)
			k++
		else if (c != " " || quoted)
			field[k] = field[k] c
	}
	return k
}

# First line of a file in which the key stands outside of comments.
function line_of(path, key,	l, i, found) {
	i = found = 0
	while ((getline l < path) > 0) {
		i++
		if (index(l, key) && l !~ /^[ \t]*(\*|\/\*|#)/) {
			found = i
			break
		}
	}
	close(path)
	return found
}

# What was seen when a line with that key was deleted.  A canary's sentence says
# more than a crash does.
function observed(path, key,	i, out) {
	for (i = 1; i <= n; i++) {
		if (file[i] != path || !index(text[i], key))
			continue
		if (verdict[i] == "survived")
			return "**nobody noticed**"
		if (out == "" || (out !~ /canary/ && how[i] ~ /canary/))
			out = verdict[i] == "unseen" ? "not observable here: " how[i] : how[i]
	}
	return out
}

/^REG\(/ {
	if (fields($0) != 6) {
		printf "ledger: %s:%d: a row needs six fields\n", FILENAME, FNR > "/dev/stderr"
		failed = 1
		next
	}
	where = without = ""
	if (field[4] != "") {
		path = dir "/" field[4]
		line = line_of(path, field[5])
		if (!line) {
			printf "ledger: %s:%d: %s has no line with '%s'\n", FILENAME, FNR,
			       path, field[5] > "/dev/stderr"
			failed = 1
		}
		where = path ":" line
		without = observed(path, field[5])
	}
	gsub(/\|/, "\\|", without)
	printf "| %s | %s | %s | %s | %s | %s |\n", field[1], field[2],
	       (field[3] in who) ? who[field[3]] : field[3], where, field[6], without
}

END { exit failed }
