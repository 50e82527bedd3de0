# Init scripts of a family, driven with real processes in each shell, and what must come of it.
#
# A directory has the scripts, SCRIPT, and beside each SCRIPT.expected: for each action in turn what the script prints, its status, and
# what is there afterwards.  A script says in comments what it wants:
#     # drive: ACTION...               what it is asked, in turn
#     # daemon: PATH                   the example daemon is there, under that name
#     # foreground: PATH               a program that runs until it is ended, and stays with its caller
#     # file PATH: TEXT                a line of that file
#     # script PATH: TEXT              a line of that script
#     # leaves: PATH                   what it makes itself, and does not remove
#     # not in: SHELL, WHY             what the script itself says is not understood there
# In what is expected pids are N, "new" is what was not there before the action, and control characters are as cat -v has them; @
# marks a blank at the end of a line, @- that there is no end of the line.
# RECORD=DIR puts there what comes of each script, in bash.

# want SCRIPT KEY: the values of a comment
want() { sed -n "s/^# $2: //p" "$1"; }

furnish() { # SCRIPT
	local key path text
	mapfile -t MADE < <(want "$1" leaves)
	for path in $(want "$1" daemon); do mkdir -p "${path%/*}"; cp "$EXAMPLED" "$path"; MADE+=("$path"); done
	for path in $(want "$1" foreground); do mkdir -p "${path%/*}"; cp "$(command -v sleep)" "$path"; MADE+=("$path"); done
	while read -r _ key path text; do
		path=${path%:}
		mkdir -p "${path%/*}"
		[ "$key" = file ] || [ -e "$path" ] || { printf '#!/bin/sh\n' >"$path"; chmod 755 "$path"; }
		printf '%s\n' "$text" >>"$path"
		MADE+=("$path")
	done < <(grep -E '^# (file|script) ' "$1")
}

# the user of a process, without a program
user_of() { # PID: sets USER_NAME
	local key uid line
	while read -r key uid _; do [ "$key" != Uid: ] || break; done <"/proc/$1/status"
	if [ -z "${NAME_OF[$uid]:-}" ]; then
		while IFS=: read -r line _ key _; do [ "$key" != "$uid" ] || NAME_OF[$uid]=$line; done </etc/passwd
	fi
	USER_NAME=${NAME_OF[$uid]}
}

# sets NOW: processes, with their user, and files; FOUND: their pids.  Those in PIDS were there before; those in MINE are nobody's concern.
surroundings() {
	local dir pid words f line list=()
	FOUND=
	for dir in /proc/[0-9]*; do
		pid=${dir#/proc/}
		case " $MINE $BASHPID " in *" $pid "*) continue ;; esac
		alive "$pid" || continue
		{ mapfile -t -d '' words <"$dir/cmdline"; } 2>/dev/null || continue
		# a shell may leave one of its own behind for what it runs in the background
		case ${words[*]} in '' | *' /etc/init.d/'*) continue ;; esac
		{ user_of "$pid"; } 2>/dev/null || continue
		FOUND+=" $pid"
		line="process: $USER_NAME ${words[*]}"
		case " $PIDS " in *" $pid "*) ;; *) line+=" (new)" ;; esac
		list+=("$line")
	done
	while IFS= read -r f; do list+=("file: $f"); done < <(find /run/ -mindepth 1 ! -type d ! -path '/run/initwright/*' ! -name '*.tmp' 2>/dev/null)
	for f in /run/*.state; do
		{ read -r line <"$f"; } 2>/dev/null || continue
		# the pid comes first
		list+=("state: ${line#* }")
	done
	NOW=
	[ "${#list[@]}" = 0 ] || NOW=$(printf '%s\n' "${list[@]}" | LC_ALL=C sort)
}

settled() { # WANTED
	surroundings
	[ "$NOW" = "$1" ]
}
# without something to wait for: until nothing has changed for 0.3 s
settle() {
	local before='' same=0 i
	for ((i = 0; i < 50 && same < 3; i++)); do
		surroundings
		if [ "$NOW" = "$before" ]; then same=$((same + 1)); else same=0; fi
		before=$NOW
		read -r -t 0.1 <> <(:) || :
	done
}

# act SHELL SCRIPT ACTION: sets SAID, what it prints and its status
act() {
	local status=0 line lines
	env -i PATH=/usr/lib/initwright:/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb ECHO_STYLE=BSD timeout 30 $1 "$2" "$3" \
		</dev/null >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- 4>&- || status=$?
	SAID=
	if [ -s "$BATS_TEST_TMPDIR/out" ]; then
		SAID=$(cat -v "$BATS_TEST_TMPDIR/out"; echo x)
		SAID=${SAID%x}
		case $SAID in *$'\n') ;; *) SAID+=@-$'\n' ;; esac
		SAID=${SAID//' '$'\n'/' @'$'\n'}
	fi
	if [ -s "$BATS_TEST_TMPDIR/err" ]; then
		mapfile -t lines < <(cat -v "$BATS_TEST_TMPDIR/err")
		for line in "${lines[@]}"; do SAID+="stderr: $line"$'\n'; done
	fi
	while [[ $SAID =~ \(pid[\ N]*[0-9]+ ]]; do SAID=${SAID/"${BASH_REMATCH[0]}"/"${BASH_REMATCH[0]%%[0-9]*}N"}; done
	SAID+="-- $status"
}

# read_expected FILE: fills SAYS and THERE, a text for each action
read_expected() {
	local line n=0 part=
	SAYS=() THERE=()
	while IFS= read -r line; do
		case $part:$line in
		*:'== '*) n=$((n + 1)) part=says SAYS[n]='' THERE[n]='' ;;
		says:'-- '*) SAYS[n]+=$line part=there ;;
		says:*) SAYS[n]+=$line$'\n' ;;
		*) THERE[n]+=${THERE[n]:+$'\n'}$line ;;
		esac
	done <"$1"
}

# drive SHELL SCRIPT EXPECTED: fails with the first difference; with EXPECTED "" prints the transcript
drive() {
	local shell=$1 script=/etc/init.d/${2##*/} action n=0 bad=0
	local -A NAME_OF=()
	furnish "$2"
	# $"TEXT" is bash's alone, and what it makes of it here is "TEXT"
	case $shell in bash*) cp "$2" "$script" ;; *) sed 's/\$"/"/g' "$2" >"$script" ;; esac
	# a script that calls itself does so in the same shell
	[[ $shell == *' '* ]] && sed -i "1s,.*,#!/usr/bin/env -S $shell," "$script" || sed -i "1s,.*,#!$(command -v "$shell")," "$script"
	chmod 755 "$script"
	MINE=
	for n in /proc/[0-9]*; do MINE+=" ${n#/proc/}"; done
	[ -z "$3" ] || read_expected "$3"
	PIDS='' n=0
	for action in $(want "$2" drive); do
		n=$((n + 1))
		act "$shell" "$script" "$action"
		if [ -z "$3" ]; then
			settle
			printf '== %s\n%s\n' "$action" "$SAID"
			[ -z "$NOW" ] || echo "$NOW"
		elif [ "$SAID" != "${SAYS[n]}" ]; then
			echo "$shell ${2##*/} $action:"
			diff <(echo "${SAYS[n]}") <(echo "$SAID") || :
			bad=1
		elif ! wait_for settled "${THERE[n]}" 2>/dev/null; then
			echo "$shell ${2##*/} $action, afterwards:"
			diff <(echo "${THERE[n]}") <(echo "$NOW") || :
			bad=1
		fi
		[ "$bad" = 0 ] || break
		PIDS=$FOUND
	done
	surroundings
	for n in $FOUND; do kill -KILL "$n" 2>/dev/null || :; done
	for n in $FOUND; do wait_for gone "$n"; done
	find /run/ -mindepth 1 ! -type d ! -path '/run/initwright/*' -delete
	rm -rf "${MADE[@]}" "$script"
	return "$bad"
}

# drive_in SHELL DIRECTORY: all its scripts; prints what differs
drive_in() {
	local script bad=0 ran=0
	for script in "$2"/*; do
		[ "${script%.expected}" = "$script" ] || continue
		[ -z "${ONLY:-}" ] || [ "${script##*/}" = "$ONLY" ] || continue
		case $(want "$script" 'not in') in "$1,"*) continue ;; esac
		if [ -n "${RECORD:-}" ]; then
			[ "$1" != bash ] || drive "$1" "$script" "" >"$RECORD/${script##*/}.expected"
			continue
		fi
		ran=$((ran + 1))
		drive "$1" "$script" "$script.expected" || bad=$((bad + 1))
	done
	[ -z "${RECORD:-}" ] || return 0
	echo "$1: $ran scripts, $bad differ"
	[ "$bad" = 0 ] && { [ -n "${ONLY:-}" ] || [ "$ran" -ge 14 ]; }
}

# family_libraries: our commands and both families' libraries, where their scripts look
family_libraries() {
	local name
	mkdir -p /usr/lib/initwright /etc/rc.d/init.d /etc/init.d /var/lock/subsys
	cp -r "$TOP/lib" "$BIN/initwright" /usr/lib/initwright/
	for name in $("$BIN/initwright" --list); do ln -sf initwright "/usr/lib/initwright/$name"; done
	ln -sf /usr/lib/initwright/lib/rhel/functions /etc/rc.d/init.d/functions
	ln -sf /usr/lib/initwright/lib/rhel/functions /etc/init.d/functions
	ln -sf /usr/lib/initwright/lib/suse/rc.status /etc/rc.status
}

# in_shell SHELL FAMILY
in_shell() {
	command -v "${1%% *}" >/dev/null || skip "there is no $1"
	drive_in "$1" "$TOP/tests/lib/$2-scripts"
}
