#!/bin/sh
# Every page is clean mdoc and names the options that its command has, and no other.
# shellcheck source=tests/harness/tap.sh
. "${0%/*}/../harness/tap.sh"

bin=${BIN:-$tree/build/bin}/initwright

pages_are_clean() {
	for p in $(files 'src/cmd/*.8' 'src/*.5' 'src/*.7'); do
		mandoc -T lint -W warning "$p" || :
	done
}

# the options that an mdoc page names: "Fl x" is -x, "Fl -long" and "Fl Fl long" are --long
named() { # PAGE
	awk '
		/^\.\\"/ { next }
		/^\./ {
			for (i = 1; i <= NF; i++) {
				word = $i
				sub(/^\./, "", word)
				if (word != "Fl") continue
				dashes = 1
				while ($(i + 1) == "Fl") { dashes = 2; i++ }
				word = $(i + 1)
				if (word ~ /^\\?-/) { dashes = 2; sub(/^\\?-/, "", word) }
				gsub(/\\-/, "-", word)
				gsub(/\\&/, "", word)
				sub(/=.*/, "", word)
				if (word == "" || word ~ /^(Ar|Oo|Oc|Op|Ns|Xo|Xc|Pq|,)$/) continue
				if (dashes == 2) print "--" word
				else for (k = 1; k <= length(word); k++) print "-" substr(word, k, 1)
			}
		}' "$1" | sort -u
}

# the options that a command has by its own word
has() { # COMMAND
	"$bin" --options "$1" | awk -F '\t' '{ if ($1 != "-") print "-" $1; if ($2 != "-") print "--" $2 }'
	printf '%s\n' --help --version
}

# the names to ask for: pages are called as the files of the commands are
options_agree() {
	[ -x "$bin" ] || { echo "$bin is not built"; return; }
	for p in $(files 'src/cmd/*.8'); do
		c=${p##*/} c=${c%.8}
		"$bin" --options "$c" >/dev/null || { echo "$p: there is no command $c"; continue; }
		has "$c" | sort -u >"$scratch/has"
		named "$p" >"$scratch/named"
		comm -23 "$scratch/has" "$scratch/named" | sed "s,^,$p: does not name ,"
		comm -13 "$scratch/has" "$scratch/named" | sed "s,^,$p: names what $c does not have: ,"
	done
}

names_agree() {
	for p in $(files 'src/cmd/*.8'); do
		c=${p##*/} c=${c%.8}
		grep -q "^\.Nm $c" "$p" || echo "$p: has no .Nm $c"
		[ "$(sed -n 's/^\.Dt //p' "$p")" = "$(echo "$c" | tr '[:lower:]' '[:upper:]') 8" ] || echo "$p: .Dt is not the command's name and 8"
	done
}

# the page over all names each command, as a page or as a name, and no page that is not there
overview_is_whole() {
	tr ' ' '\n' <src/initwright.7 >"$scratch/words"
	for n in $("$bin" --list); do
		grep -qxF -- "$n" "$scratch/words" || echo "src/initwright.7: does not name $n"
	done
	sed -n 's/^\.\(It \)*Xr //p' src/initwright.7 | sed 's/ , /\n/g; s/ [.,]$//' | grep ' 8$' | while read -r n _; do
		[ "$n" = init ] || [ -e "src/cmd/$n.8" ] || echo "src/initwright.7: there is no $n(8)"
	done
}

scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
check "pages pass mandoc -T lint" pages_are_clean
check "pages are called as their commands" names_agree
check "pages name each option, and no other" options_agree
check "the page over all names each command" overview_is_whole
finish
