# Compare what was written (the input) with the wanted lines: file `want`, "=TAB text" exactly, "~TAB text" as an extended expression.
function wanted(    n)
{
	if ((getline row < want) <= 0)
		return 0
	kind = substr(row, 1, 1)
	text = substr(row, 3)
	return 1
}
{
	got = $0
	if (!wanted()) {
		print "(" got ") is not expected"
		bad = 1
		exit
	}
	if (kind == "=" ? got != text : got !~ ("^(" text ")$")) {
		print "(" got "), not (" text ")"
		bad = 1
		exit
	}
}
END {
	if (!bad && wanted()) {
		print "(" text ") is missing"
		bad = 1
	}
	exit bad
}
