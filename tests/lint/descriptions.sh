#!/bin/sh
# The native descriptions in init.d/: each is a script as initgen would make it, and svrun does all that it says.
# shellcheck source=tests/harness/tap.sh
. "${0%/*}/../harness/tap.sh"

bin=${BIN:-$tree/build/bin}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

descriptions() { for f in $(files 'init.d/*'); do case ${f##*/} in *.*) ;; *) echo "$f" ;; esac; done; }

are_scripts() {
	for f in $(descriptions); do
		[ -x "$f" ] || echo "$f: not executable"
		[ "$(head -n 1 "$f")" = '#!/usr/lib/initwright/svrun' ] || echo "$f: its first line does not name svrun"
	done
}

# the head of what initgen makes of the unit that is in the script
have_their_headers() {
	for f in $(descriptions); do
		sed -n '/^\[Unit\]/,$p' "$f" >"$work/${f##*/}.service"
		"$bin/initgen" -q -n "${f##*/}" "$work/${f##*/}.service" >"$work/made" || { echo "$f: initgen refuses it"; continue; }
		for t in made head; do
			case $t in made) from=$work/made ;; *) from=$f ;; esac
			sed -n '1,/^# description:/p' "$from" >"$work/$t.head"
		done
		cmp -s "$work/made.head" "$work/head.head" || { echo "$f: its head is not that of its unit:"; diff "$work/head.head" "$work/made.head"; }
		grep -q '^### END INIT INFO' "$work/head.head" || echo "$f: no LSB header"
	done
}

say_what_they_are() {
	for f in $(descriptions); do
		for k in Description Documentation Type ExecStart WantedBy; do
			grep -q "^$k=." "$f" || echo "$f: no $k="
		done
		awk -v f="$f" 'length > 180 { print f ":" NR ": " length " characters" }' "$f"
	done
}

are_honoured() {
	for f in $(descriptions); do
		sed -n '/^\[Unit\]/,$p' "$f" >"$work/${f##*/}.service"
	done
	"$bin/initgen" --check "$work"/*.service | grep -E ': (not|partly|unusable)(:|$)' || :
}

check "descriptions are scripts for svrun" are_scripts
check "their heads are as initgen makes them" have_their_headers
check "they say what they are, what is run, and when" say_what_they_are
check "svrun does all that they say" are_honoured
finish
