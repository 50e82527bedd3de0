# shellcheck shell=sh
# Takes names over for initwright and gives them back.  There is no moment without a file of that name, and whatever is killed
# half way is completed by the next call: what the distribution has is linked to NAME.distrib, then our link is renamed over the
# name; back, NAME.distrib is renamed over our link.  The links are in no list of dpkg's, which would remove them before
# any script of ours could put something in their place: and dpkg does not run without a start-stop-daemon.

# NAME TARGET: what is taken over, and what it then is.  Where /sbin and /lib are links into /usr, a name is diverted both ways
# that its package may call it.
names() {
	grep ^/ /usr/share/initwright-compat/names
	[ ! -L /sbin ] || sed -n -e '/^\/sbin\//s/^/\/usr/p' -e '/^\/lib\//s/^/\/usr/p' /usr/share/initwright-compat/names
}

divert() { dpkg-divert --quiet --package initwright-compat --no-rename "$@"; }
# what cannot be asked is an error: to take it for nothing would leave links into a package that is gone
diverted() {
	list=$(LC_ALL=C dpkg-divert --list) || return
	printf '%s\n' "$list" | sed -n 's/^diversion of \(.*\) to .* by initwright-compat$/\1/p'
}
there() { [ -e "$1" ] || [ -L "$1" ]; }
# is it a link of ours?
ours() {
	case $(readlink "$1") in
	/usr/lib/initwright/* | /usr/share/man/man8/*.8initwright.gz) ;;
	*) return 1 ;;
	esac
}

inode() { stat -c %d:%i "$1"; }
# is NAME the distribution's, and newer than what lies aside?  dpkg writes to NAME.distrib, but to NAME by a path that was not a second
# name of the same file when we diverted it; and who was killed between diversion and link left an old NAME
newer() { # NAME
	there "$1" && ! ours "$1" && [ -n "$(find "$1" -newercc "$1.distrib")" ]
}

# NAME.distrib is what NAME is, in one step
aside() { # NAME
	rm -f "$1.initwright"
	ln -P "$1" "$1.initwright" 2>/dev/null || cp -a "$1" "$1.initwright"
	mv -fT "$1.initwright" "$1.distrib"
}

had() { printf '%s\n' "$had" | grep -qxF "$1"; }

take() { # NAME TARGET
	if ! had "$1"; then
		# the other name of the same file may have been diverted a moment ago
		if there "$1.distrib" && ! ours "$1"; then
			echo "initwright-compat: unable to divert $1: $1.distrib is in the way" >&2
			return 1
		fi
		divert --divert "$1.distrib" --add "$1"
	fi
	ours "$1" || {
		if there "$1" && { ! there "$1.distrib" || newer "$1"; }; then aside "$1"; fi
		mkdir -p "${1%/*}"
		ln -sfn "$2" "$1.initwright"
		mv -fT "$1.initwright" "$1"
	}
}

give_back() { # NAME
	if there "$1.distrib"; then
		# two names of one file: it was not ours yet, and mv would refuse
		if newer "$1" || { there "$1" && [ "$(inode "$1")" = "$(inode "$1.distrib")" ]; }; then
			rm -f "$1.distrib"
		else
			mv -fT "$1.distrib" "$1"
		fi
	elif ours "$1"; then
		rm -f "$1"
	fi
	rm -f "$1.initwright"
	divert --remove "$1"
}

# a row whose target this version has not is left out, and given back
take_all() {
	had=$(diverted)
	rows=$(names)
	printf '%s\n' "$rows" | while read -r name target; do
		if there "$target"; then
			take "$name" "$target"
		elif had "$name"; then
			give_back "$name"
		fi
	done
	# what another version took, and this one does not
	printf '%s\n' "$had" | while read -r name; do
		[ -z "$name" ] || printf '%s\n' "$rows" | grep -q "^$name " || give_back "$name"
	done
}

give_back_all() {
	had=$(diverted)
	printf '%s\n' "$had" | while read -r name; do
		[ -z "$name" ] || give_back "$name"
	done
}
