# functions.awk - the functions of our C sources, one line each:
#   FILE LINE NAME LINES BODY
# BODY is the text between the braces without comments and blanks, "-" if it
# is short.  It relies on the layout that clang-format keeps: a function's
# braces stand alone in the first column.

function name_of(signature) {
	sub(/^.*__attribute__\(\(.*\)\)/, "", signature)
	if (!match(signature, /[A-Za-z_][A-Za-z_0-9]*\(/))
		return ""
	return substr(signature, RSTART, RLENGTH - 1)
}

FNR == 1 { inside = comment = 0; signature = "" }

{ line = $0 }

comment {
	if (!sub(/^.*\*\//, "", line))
		next
	comment = 0
}

{
	gsub(/\/\*([^*]|\*[^\/])*\*\//, "", line)
	sub(/\/\/.*$/, "", line)
	if (sub(/\/\*.*$/, "", line))
		comment = 1
}

line ~ /^\{[ \t]*$/ && signature ~ /\(/ {
	inside = FNR
	name = name_of(signature)
	body = ""
	next
}

inside && line ~ /^\}/ {
	lines = FNR - inside - 1
	statements = gsub(/;/, ";", body)
	print FILENAME, inside, name, lines, statements < 3 ? "-" : body
	inside = 0
	signature = ""
	next
}

inside {
	gsub(/[ \t]/, "", line)
	body = body line
	next
}

line ~ /^#/ || line ~ /^[ \t]*$/ || line ~ /[;}][ \t]*$/ { signature = ""; next }

{ signature = signature " " line }
