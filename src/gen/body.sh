# shellcheck shell=sh
# shellcheck disable=SC2034,SC2153,SC2154,SC2317
# (variables and functions that the rest of the script has)
# What every generated script has in common.  gen/script.c puts the parts that a service needs, from one "#:" to the next, behind the
# settings and before the functions that it writes itself (environment, limits, directories, conditions, a function for each list of commands).
#: base
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
export PATH LC_ALL
umask 022

RUN=/run
[ -d /run ] || RUN=/var/run
case $PIDFILE in /run/*) PIDFILE=$RUN${PIDFILE#/run} ;; esac
RECORD=$RUN/initgen/$NAME

complain() { printf '%s: %s\n' "$NAME" "$*" >&2; }

# stat_of PID: what the kernel says of a process that lives
stat_of() {
	case $1 in '' | *[!0-9]*) return 1 ;; esac
	line=
	{ while IFS= read -r part; do line="$line $part"; done <"/proc/$1/stat"; } 2>/dev/null || return 1
	# shellcheck disable=SC2086
	set -- ${line##*) }
	[ $# -ge 20 ] || return 1
	session=$4 niceness=${17} began=${20}
	case $1 in Z | X) return 1 ;; esac
}
stat_of "$$"
own_session=$session own_niceness=$niceness own_start=$began

nap() { sleep 0.1 2>/dev/null || sleep 1; }

# wait_for SECONDS COMMAND...: until it succeeds; without a number for ever
wait_for() {
	IFS=' .' read -r now _ </proc/uptime
	end=${1:+$((now + $1))}
	shift
	until "$@"; do
		IFS=' .' read -r now _ </proc/uptime
		[ -z "$end" ] || [ "$now" -lt "$end" ] || return 1
		nap
	done
}

# The record: the main process, when it began, and its session if that is its own.  A pid alone could be another process by now.
remember() {
	[ "$1" != exited ] || { began=0 session=0; }
	[ "$1" = exited ] || stat_of "$1" || return 1
	[ "$session" != "$own_session" ] || session=0
	rm -f "$RECORD.new"
	printf '%s\nbegan=%s\nsession=%s\n' "$1" "$began" "$session" >"$RECORD.new" && mv -f "$RECORD.new" "$RECORD"
}

same_process() { stat_of "$pid" && [ "$began" = "$main_began" ]; }
gone() { ! same_process; }

# running: sets pid, main_began and main_session
running() {
	pid='' main_began='' main_session=0
	[ -r "$RECORD" ] || return 1
	{ read -r pid; read -r main_began; read -r main_session; } <"$RECORD" || return 1
	main_began=${main_began#began=} main_session=${main_session#session=}
	[ "$pid" != exited ] || return 0
	same_process || replaced
}

# a daemon may put another process in its place, and say so in its pid file
replaced() {
	[ -n "$PIDFILE" ] && [ -r "$PIDFILE" ] && [ "$main_session" != 0 ] || return 1
	read -r pid <"$PIDFILE" || :
	stat_of "$pid" && [ "$session" = "$main_session" ] || return 1
	main_began=$began
}

# --- the environment of the service: variables env_NAME, and their names ---

variables=''
setenv() {
	eval "env_$1=\$2"
	case " $variables " in *" $1 "*) ;; *) variables="$variables $1" ;; esac
}

unsetenv() {
	kept=''
	for v in $variables; do [ "$v" = "$1" ] || kept="$kept $v"; done
	variables=$kept
	unset "env_$1"
}

language() {
	setenv LANG C.UTF-8
	for f in /etc/locale.conf /etc/default/locale; do
		[ -r "$f" ] || continue
		while IFS='=' read -r key value || [ -n "$key" ]; do
			case $key in *[!A-Z_]*) continue ;; LANG | LANGUAGE | LC_*) ;; *) continue ;; esac
			value=${value#[\"\']}
			setenv "$key" "${value%[\"\']}"
		done <"$f"
	done
}

# find_account USER: sets user, uid, gid, home and shell
find_account() {
	while IFS=: read -r user _ uid gid _ home shell; do
		case $1 in "$user" | "$uid") return 0 ;; esac
	done <<-END
	$(getent passwd "$1" 2>/dev/null || cat /etc/passwd)
	END
	return 1
}

make_environment() {
	language
	setenv PATH "$PATH"
	if [ -n "$RUN_AS" ]; then
		{ find_account "$RUN_AS" && [ -n "$gid" ]; } || { complain "there is no user $RUN_AS"; return 6; }
		setenv LOGNAME "$user"
		setenv USER "$user"
		case $home in /*[!/]*) setenv HOME "$home" ;; esac
		case $shell in */nologin | */false | */true) ;; /*) setenv SHELL "$shell" ;; esac
	fi
	[ -z "$PIDFILE" ] || setenv PIDFILE "$PIDFILE"
	environment
}

# --- running a program as the service does; all of these are called in a subshell that ends with them ---

# limit FLAGS SOFT HARD: as far as the host lets us; shells do not agree on the letters
limit() {
	for flag in $1; do
		set_limit -S "-$flag" "$2" || :
		set_limit -H "-$flag" "$3" || :
		set_limit -S "-$flag" "$2" || set_limit -S "-$flag" "$(set_limit -H "-$flag")" || continue
		return 0
	done
}
setter='ulimit'
set_limit() { "$setter" "$@" 2>/dev/null; }

# a shell lets what it starts in the background ignore INT and QUIT; some can tell env to undo that, bash need not do it
background() {
	unignore='' jobs=''
	eval 'bash=${BASH_VERSION-}'
	if env --default-signal=INT,QUIT true 2>/dev/null; then
		unignore=--default-signal=INT,QUIT
	elif [ -n "$bash" ]; then
		jobs=yes
		set -m
	fi
}

# setsid forks where it leads a group of processes: then the one behind it says its pid
lead_session() {
	if [ -n "$jobs" ] && [ -z "$report" ]; then
		report=yes
		# shellcheck disable=SC2016
		set -- sh -c 'echo $$ >&3; exec "$@" 3>&-' sh "$@"
	fi
	[ -n "$report" ] || exec 3>&-
	exec setsid "$@"
}

with_environment() {
	[ -z "$NICE" ] || [ "$NICE" = "$own_niceness" ] || set -- "$(command -v nice)" -n "$((NICE - own_niceness))" "$@"
	for v in $variables; do eval "set -- \"$v=\$env_$v\" \"\$@\""; done
	# shellcheck disable=SC2086
	set -- env $unignore -i "$@"
	! $own || ! command -v setsid >/dev/null 2>&1 || lead_session "$@"
	[ -n "$report" ] || exec 3>&-
	exec "$@"
}

enter_directory() {
	case $WORKDIR in
	'~') cd "${home:-/root}" || return ;;
	-*) cd "${WORKDIR#-}" 2>/dev/null || cd / || return ;;
	*) cd "$WORKDIR" || return ;;
	esac
}

# in_context user|root PROGRAM ARG...
in_context() {
	as=$1
	shift
	case $1 in */*) ;; *)
		program=$(command -v "$1") || { complain "there is no program $1"; exit 127; }
		shift
		set -- "$program" "$@"
	esac
	limits
	umask "$UMASK"
	enter_directory || exit 200
	[ -z "$OOM" ] || { echo "$OOM" >/proc/self/oom_score_adj; } 2>/dev/null || :
	[ -n "$SIGPIPE" ] || trap '' PIPE
	if [ "$as" = user ] && [ -n "$RUN_AS$GROUP" ]; then
		switch_user "$@"
	else
		with_environment "$@"
	fi
}

# command user|root yes|no PROGRAM ARG...: of ExecStartPre= and kin; "no": its failure does not count
run_command() {
	as=$1 counts=$2
	shift 2
	( own=false; command_streams; in_context "$as" "$@" ) || [ "$counts" = no ]
}

# --- standard output ---

open_log() {
	command -v logger >/dev/null 2>&1 && command -v mkfifo >/dev/null 2>&1 || return 1
	fifo=$RECORD.log
	rm -f "$fifo"
	mkfifo -m 600 "$fifo" || return 1
	if command -v setsid >/dev/null 2>&1; then set -- setsid; else set --; fi
	# no child of the service
	( "$@" logger -t "$IDENT" -p "$PRIORITY" <"$fifo" >/dev/null 2>&1 3>&- & )
	exec >"$fifo"
	rm -f "$fifo"
}

# open_output KIND:PATH
open_output() {
	case $1 in
	log) open_log 2>/dev/null || exec >/dev/null ;;
	null) exec >/dev/null ;;
	inherit) return ;;
	append:*) exec >>"${1#*:}" ;;
	truncate:*) exec >"${1#*:}" ;;
	file:*) exec 1<>"${1#*:}" ;;
	esac || exit 209
}

open_streams() {
	exec </dev/null
	case $ERR in
	inherit) open_output "$OUT" && exec 2>&1 ;;
	*)
		open_output "$ERR" && exec 2>&1
		open_output "$OUT"
	esac
}

# What a command says is for who runs the script, unless the unit sends it elsewhere.
command_streams() {
	exec </dev/null 4>&1
	case $ERR in
	log | inherit) ;;
	*) open_output "$ERR" && exec 2>&1 >&4 ;;
	esac
	case $OUT in
	log | inherit) ;;
	*)
		open_output "$OUT"
		[ "$ERR" != inherit ] || exec 2>&1
	esac
	exec 4>&-
}

# --- start ---

# launch user|root PROGRAM ARG...
launch() {
	case $TYPE in
	oneshot)
		as=$1
		shift
		run_command "$as" yes "$@" ;;
	forking) ( own=true; open_streams; in_context "$@" ) && find_main ;;
	*) launch_background "$@" ;;
	esac
}

launch_background() {
	background
	( own=true; open_streams; in_context "$@" ) 3>"$RECORD.pid" &
	pid=$!
	[ -z "$jobs" ] || set +m
	nap
	nap
	if [ -s "$RECORD.pid" ]; then read -r pid <"$RECORD.pid"; fi
	rm -f "$RECORD.pid"
	remember "$pid" || { complain "the program ended at once"; return 1; }
}

# check_condition user|root PROGRAM ARG...: ExecCondition=
check_condition() {
	code=0
	( own=false; in_context "$@" </dev/null ) || code=$?
	case $code in
	0) ;;
	255) return 1 ;;
	*) skipped=yes ;;
	esac
}

pid_is_written() {
	[ -r "$PIDFILE" ] || return 1
	read -r pid <"$PIDFILE" || :
	stat_of "$pid" && [ "$began" -ge "$own_start" ]
}

find_main() {
	if [ -n "$PIDFILE" ]; then
		wait_for "$TIMEOUT_START" pid_is_written || { complain "$PIDFILE names no process"; return 1; }
	else
		wait_for 5 guess_main || { complain "the daemon is not there"; return 1; }
	fi
	remember "$pid"
}

do_start() {
	if running; then return 0; fi
	[ "$(id -u)" = 0 ] || { complain "only root can start it"; return 4; }
	rm -f "$RECORD"
	make_environment || return
	conditions || return
	[ -z "$skipped" ] || return 0
	case $PROGRAM in /*) [ -x "$PROGRAM" ] || { complain "$PROGRAM is not installed"; return 5; } ;; esac
	# another script may make it at the same time
	mkdir -m 755 "$RUN/initgen" 2>/dev/null || [ -d "$RUN/initgen" ] || { complain "unable to make $RUN/initgen"; return 1; }
	directories && run_condition || return
	[ -z "$skipped" ] || return 0
	if run_start_pre && run_start && started; then return 0; fi
	do_kill
	clean_up
	return 1
}

started() {
	if [ "$TYPE" = oneshot ] && [ -n "$REMAIN" ]; then remember exited; fi
	if running; then setenv MAINPID "$pid"; fi
	run_start_post || return
	# not ":", whose failure would end a POSIX shell with the service running
	[ -z "$LOCK" ] || { true >"$LOCK"; } 2>/dev/null || complain "unable to make $LOCK"
}

# --- stop ---

rest_of_session() {
	rest=''
	[ "$main_session" -gt 1 ] || return 1
	for dir in /proc/[0-9]*; do
		if stat_of "${dir#/proc/}" && [ "$session" = "$main_session" ] && [ "${dir#/proc/}" != "$pid" ]; then
			rest="$rest ${dir#/proc/}"
		fi
	done
	[ -n "$rest" ]
}
no_rest() { ! rest_of_session; }

signal_rest() {
	# shellcheck disable=SC2086
	if rest_of_session; then kill -s "$1" $rest 2>/dev/null; fi
	return 0
}

# the main process: the signal, time to end, then KILL
end_main() {
	kill -s "$KILL_SIGNAL" "$pid" 2>/dev/null
	kill -s CONT "$pid" 2>/dev/null
	[ -z "$SEND_HUP" ] || kill -s HUP "$pid" 2>/dev/null
	wait_for "$TIMEOUT_STOP" gone || kill_main
}

kill_main() {
	[ -n "$SEND_KILL" ] || return 1
	kill -s "$FINAL_SIGNAL" "$pid" 2>/dev/null
	wait_for "${TIMEOUT_STOP:-90}" gone
}

# what is left of the service; its main process is not always there any more
do_kill() {
	running && [ "$pid" != exited ] || return 0
	case $KILL_MODE in
	none) return 0 ;;
	control-group) signal_rest "$KILL_SIGNAL" ;;
	esac
	stop_main || return 1
	case $KILL_MODE in
	process) return 0 ;;
	control-group) wait_for "$TIMEOUT_STOP" no_rest && return 0 ;;
	esac
	[ -z "$SEND_KILL" ] || signal_rest "$FINAL_SIGNAL"
	wait_for 5 no_rest
}

clean_up() {
	run_stop_post
	[ -z "$PIDFILE" ] || rm -f "$PIDFILE"
	rm -f "$RECORD" "$RECORD.log" "$RECORD.pid"
	[ -z "$LOCK" ] || rm -f "$LOCK"
	[ "$PRESERVE$restarting" = restartyes ] || remove_directories
}

do_stop() {
	if ! running && [ ! -e "$RECORD" ]; then
		[ -z "$LOCK" ] || rm -f "$LOCK"
		return 0
	fi
	[ "$(id -u)" = 0 ] || { complain "only root can stop it"; return 4; }
	make_environment || :
	if running; then
		[ "$pid" = exited ] || setenv MAINPID "$pid"
		run_stop
	fi
	do_kill || { complain "it does not end"; return 1; }
	clean_up
}

# --- the rest ---

do_status() {
	if running; then return 0; fi
	[ ! -e "$RECORD" ] || return 1
	[ -z "$LOCK" ] || [ ! -e "$LOCK" ] || return 2
	return 3
}

status_text() {
	case $1 in
	0) if [ "$pid" = exited ]; then echo "is active"; else echo "is running, pid $pid"; fi ;;
	1) echo "is dead, and its record exists" ;;
	2) echo "is dead, and its lock exists" ;;
	*) echo "is not running" ;;
	esac
}

do_reload() {
	[ -n "$RELOAD" ] || return 3
	running || return 7
	[ "$(id -u)" = 0 ] || { complain "only root can reload it"; return 4; }
	make_environment || return
	[ "$pid" = exited ] || setenv MAINPID "$pid"
	run_reload
}

do_restart() {
	restarting=yes
	do_stop && do_start
}

# perform BEGINNING FUNCTION: with the words around it
perform() {
	say_begin "$1"
	code=0
	"$2" || code=$?
	say_end "$code"
	return "$code"
}

main() {
	restarting='' skipped='' home='' report='' unignore='' jobs=''
	case ${1-} in
	start) if running; then say_note "is already running"; else perform Starting do_start; fi ;;
	stop) if running || [ -e "$RECORD" ]; then perform Stopping do_stop; else do_stop && say_note "is not running"; fi ;;
	restart) perform Restarting do_restart ;;
	try-restart | condrestart) if running; then perform Restarting do_restart; else say_note "is not running"; fi ;;
	reload) if [ -n "$RELOAD" ]; then perform Reloading do_reload; else complain "it cannot reload"; return 3; fi ;;
	force-reload) if [ -n "$RELOAD" ] && running; then perform Reloading do_reload; else perform Restarting do_restart; fi ;;
	status) code=0; do_status || code=$?; say_status "$code"; return "$code" ;;
	*)
		printf '%s\nUsage: %s {start|stop|restart|try-restart|reload|force-reload|status}\n' "$DESC" "$0" >&2
		if [ -n "${1-}" ]; then return 3; fi
		return 2
	esac
}
#: guess
# guess_main: the process that began after us, runs our program, and is no child of another such
guess_main() {
	exe=$(readlink -f "$PROGRAM") pid='' found=''
	for dir in /proc/[0-9]*; do
		stat_of "${dir#/proc/}" || continue
		[ "$began" -ge "$own_start" ] || continue
		[ "$(readlink "$dir/exe" 2>/dev/null)" = "$exe" ] || continue
		parent=${line##*) ?}
		parent=${parent# }
		found="$found ${dir#/proc/}:${parent%% *}"
	done
	for f in $found; do
		case $found in *" ${f#*:}:"*) ;; *) pid=${f%:*} ;; esac
	done
	[ -n "$pid" ]
}
#: no-guess
guess_main() { return 1; }
#: words
# add_word: to $words, in single quotes for eval
add_word() {
	quoted=''
	while :; do
		case $word in
		*\'*) quoted=$quoted${word%%\'*}"'\\''" word=${word#*\'} ;;
		*) break ;;
		esac
	done
	words="$words '$quoted$word'" word=''
}

# split TEXT: $words are its words; blanks separate, quotes join, a backslash takes the next character as it is
split() {
	left=$1 words='' word='' quote='' some=''
	while [ -n "$left" ]; do
		char=${left%"${left#?}"} left=${left#?}
		case $quote$char in
		[\ '	'] | '
') [ -z "$some" ] || add_word; some=''; continue ;;
		\\ | [\"\']\\) word=$word${left%"${left#?}"} left=${left#?} ;;
		\" | \') quote=$char ;;
		\"\" | \'\') quote='' ;;
		*) word=$word$char ;;
		esac
		some=yes
	done
	[ -z "$some" ] || add_word
}
#: envfile
# Environment files are read in systemd's grammar: they are no shell code.  Nothing in them is run or expanded.
# read_environment yes|no PATTERN: "no": it may be missing
read_environment() {
	# shellcheck disable=SC2086
	set -- "$1" $2
	needed=$1 cr=$(printf '\r')
	shift
	for f; do
		if [ -f "$f" ] && [ -r "$f" ]; then
			state=start key='' value='' held='' last=''
			while IFS= read -r line || { [ -z "$last" ] && [ -n "$line" ] && last=yes; }; do read_line "${line%"$cr"}"; done <"$f"
			[ "$state" = start ] || [ "$state" = comment ] || end_value
		elif [ "$needed" = yes ]; then
			complain "unable to read $f"
			return 6
		fi
	done
}

end_value() {
	state=start
	key=${key%"${key##*[! 	]}"}
	case $key in '' | [0-9]* | *[!A-Za-z0-9_]*) ;; *) setenv "$key" "$value" ;; esac
	key='' value='' held=''
}

# the start of a line: blank, a comment, or a name with its "="
read_line() {
	left=$1
	case $state in
	comment)
		case $left in *\\) ;; *) state=start ;; esac
		return ;;
	start)
		left=${left#"${left%%[! 	]*}"}
		case $left in
		'' ) return ;;
		[#\;]*) case $left in *\\) state=comment ;; esac; return ;;
		*=*) key=${left%%=*} left=${left#*=} state=before ;;
		*) return ;;
		esac ;;
	esac
	read_value
}

# the characters of a value; held: blanks that only count when something follows them
read_value() {
	joined=''
	while [ -n "$left" ]; do
		char=${left%"${left#?}"} left=${left#?}
		case $state:$char in
		single:\' | double:\") state=before ;;
		single:* ) value=$value$char ;;
		double:\\) read_escape ;;
		double:*) value=$value$char ;;
		before:\") state=double ;;
		before:\') state=single ;;
		before:[\ \	]) ;;
		*:\\)
			value=$value$held held='' state=value
			[ -n "$left" ] || return
			value=$value${left%"${left#?}"} left=${left#?} ;;
		value:[\ \	]) held=$held$char ;;
		*) value=$value$held$char held='' state=value ;;
		esac
	done
	case $state in
	single | double) [ -n "$joined$last" ] || value="$value
" ;;
	*) end_value ;;
	esac
}

# a backslash in double quotes; at the end of a line it joins the next one
read_escape() {
	char=${left%"${left#?}"} left=${left#?}
	case $char in
	'') joined=yes ;;
	[\"\\\`\$]) value=$value$char ;;
	*) value=$value\\$char ;;
	esac
}
#: directories
# make_directory BASE NAME MODE [OWNER]: no link is followed
make_directory() {
	path=$1 left=$2/ owner=0:${GROUP:-0}
	[ -z "$RUN_AS" ] || owner=$uid:${GROUP:-$gid}
	owner=${4:-$owner}
	while [ -n "$left" ]; do
		path=$path/${left%%/*} left=${left#*/}
		[ ! -L "$path" ] || { complain "$path is a symbolic link"; return 1; }
		[ -d "$path" ] || mkdir -m 755 "$path" || return 1
	done
	chown "$owner" "$path" && chmod "$3" "$path"
}
#: conditions
skip() {
	skipped=yes
	complain "not started: $1"
}

has_file() { for f in $1; do [ ! -e "$f" ] && [ ! -L "$f" ] || return 0; done; return 1; }
has_entry() {
	[ -d "$1" ] || return 1
	for f in "$1"/* "$1"/.[!.]* "$1"/..?*; do [ ! -e "$f" ] && [ ! -L "$f" ] || return 0; done
	return 1
}
is_mounted() {
	while read -r _ _ _ _ place _; do [ "$place" != "$1" ] || return 0; done </proc/self/mountinfo
	return 1
}
#: switch
# switch_account PROGRAM ARG...: by what Red Hat's, SUSE's and other hosts have
switch_account() {
	find_account "${RUN_AS:-root}" || exit 217
	case $(setpriv --help 2>&1) in
	*--init-groups*)
		with_environment "$(command -v setpriv)" --reuid "$uid" --regid "${GROUP:-$gid}" --init-groups -- "$@" ;;
	esac
	report=yes
	# shellcheck disable=SC2016
	say='{ echo $$ >&3; } 2>/dev/null; exec "$0" "$@" 3>&-'
	if [ -n "$GROUP" ]; then
		with_environment "$(command -v runuser)" -s /bin/sh -g "$GROUP" -c "$say" -- "$user" "$@"
	fi
	with_environment "$(command -v runuser || command -v su)" -s /bin/sh -c "$say" -- "$user" "$@"
}
