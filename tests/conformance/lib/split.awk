# Cut the table into one file a case, in dir; print "ID ABOUT" for each case that applies to the dialect.
# A case with `row` lines is a template: one case for each row, %0 being its first cell, %1 the next, and so on.

function complain(text)
{
	printf "%s:%d: %s\n", FILENAME, FNR, text > "/dev/stderr"
	failed = 1
}

function put(text, from, to,    at, done)
{
	done = ""
	while ((at = index(text, from)) > 0) {
		done = done substr(text, 1, at - 1) to
		text = substr(text, at + length(from))
	}
	return done text
}

function fill(text, row,    i, n, cell)
{
	n = split(row, cell, / *\|( +|$)/)
	for (i = n > 9 ? n : 9; i >= 1; i--)
		text = put(text, "%" (i - 1), cell[i])
	return text
}

function emit(id, row,    i, file, text)
{
	if (id in seen)
		complain("case " id " stands twice")
	seen[id] = 1
	file = dir "/" id
	for (i = 1; i <= nline; i++) {
		text = row == "" ? line[i] : fill(line[i], row)
		print text > file
	}
	close(file)
	print id, row == "" ? about : fill(about, row)
}

function flush_case(    i, cell)
{
	if (id != "" && applies != "" && (applies == "all" || index(" " applies " ", " " dialect " "))) {
		for (i = 1; i <= nrow; i++) {
			split(rows[i], cell, / *\|( +|$)/)
			emit(put(id, "%0", cell[1]), rows[i])
		}
		if (nrow == 0)
			emit(id, "")
	}
	if (id != "" && applies == "")
		complain("case " id " has no `for`")
	id = applies = about = ""
	nline = nrow = 0
}

/^case / { flush_case(); id = $2; next }
/^for / { applies = substr($0, 5); next }
/^about / { about = substr($0, 7); next }
/^row / { sub(/^row +/, ""); sub(/ +$/, ""); rows[++nrow] = $0; next }
/^#/ || /^$/ { next }
id == "" { complain("a line outside a case"); next }
{ line[++nline] = $0 }
END { flush_case(); exit failed }
