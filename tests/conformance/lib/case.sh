#!/bin/sh
# case.sh FILE: play one case in the sandbox.  Prints what differs, one "- " line for each; exit status 0 when nothing does.
# In the environment: SSD the command under test, PROGRAM its path, DIALECT, H the helpers, D the directory of this case, W the work directory.
set -uf
umask 022

# shellcheck disable=SC2034
S=' '	# for the table: a blank at the end of a cell

caller=${OLD_KERNEL:+-x} caller_script='' ran=no failures=0
want_code=0 out_rule=exact err_rule=exact

fail()
{
	printf -- '- %s\n' "$*"
	failures=$((failures + 1))
}

fatal()
{
	echo "- the case is wrong: $*"
	exit 2
}

# until_true COMMAND...: wait until it succeeds, three seconds at most.
until_true()
{
	tries=0
	until "$@"; do
		tries=$((tries + 1))
		[ "$tries" -lt 600 ] || return 1
		"$H/probe" nap 5
	done
}

path()
{
	case $1 in /*) file=$1 ;; *) file=$D/$1 ;; esac
}

pid_of()
{
	eval "pid=\${PID_$1:-}"
	[ -n "$pid" ] || fatal "no process named $1"
}

# --- given ---

given_program()
{
	path "$1"
	cp "$H/actor" "$file.tmp$$" && mv "$file.tmp$$" "$file"
}

given_running()
{
	[ -e "$D/$1" ] || given_program "$1"
	name=$1
	shift
	pid=$("$D/$name" --detach --tell "$@") || fatal "cannot start $name"
	eval "PID_$name=$pid"
}

given_running_as()
{
	ids=$1 name=$2
	shift 2
	[ -e "$D/$name" ] || given_program "$name"
	mkdir -p "$D/.as"
	"$H/probe" run -u "$ids" "$D/.as" "$D/$name" --detach --tell "$@"
	read -r pid <"$D/.as/out" || fatal "cannot start $name as $ids"
	eval "PID_$name=$pid"
}

given_script()
{
	[ -e "$D/interp" ] || given_program interp
	printf '#!%s\n' "$D/interp" >"$D/$1"
	chmod 755 "$D/$1"
}

given_jail()
{
	mkdir -p "$D/$1/log" "$D/$1/run" "$D/$1/dev"
	chmod 1777 "$D/$1/log"
	: >"$D/$1/dev/null"
	mount --bind /dev/null "$D/$1/dev/null" || fatal "mount"
	cp "$H/actor" "$D/$1/$2"
}

given_zombie()
{
	[ -e "$D/$1" ] || given_program "$1"
	pid=$("$H/probe" zombie "$D/$1") || fatal "no zombie"
	eval "PID_$1=$pid"
}

given_unreaped()
{
	[ -e "$D/$1" ] || given_program "$1"
	name=$1
	shift
	pid=$("$H/probe" keep "$D/$name" "$@") || fatal "cannot start $name"
	eval "PID_$name=$pid"
	until_true answers "$pid" || fatal "$name has not started"
}

answers() { [ -e "$D/log/$name.$1" ]; }

given_heir()
{
	pid_of "$1"
	[ -e "$D/$2" ] || given_program "$2"
	"$H/probe" heir "$pid" "$D/$2"
	eval "PID_$2=$pid"
}

given_process_at()
{
	[ -e "$D/$2" ] || given_program "$2"
	"$H/probe" at "$1" "$D/$2"
	until_true state_file "$2" || fatal "cannot start $2 as process $1"
	eval "PID_$2=$1"
}

given_pidfile()
{
	path "$1"
	shift
	printf '%s\n' "$*" >"$file"
}

given_text() { path "$1"; printf '%b' "$2" >"$file"; }
given_mode() { path "$1"; chmod "$2" "$file"; }
given_owner() { path "$1"; chown "$2" "$file"; }
given_dir() { path "$1"; mkdir -p "$file" && chmod "${2:-755}" "$file"; }
given_link() { path "$1"; ln -s "$2" "$file"; }
given_hardlink() { ln "$D/$2" "$D/$1"; }
given_replaced() { given_program "$1"; }
given_deleted() { rm "$D/$1"; }
given_readonly() { mkdir -p "$D/$1"; mount -t tmpfs -o ro none "$D/$1" || fatal "mount"; }
given_full() { mkdir -p "$D/$1"; mount -t tmpfs -o size=16k none "$D/$1" || fatal "mount"; "$H/probe" fill "$D/$1/filler"; }

given_env()
{
	# shellcheck disable=SC2163
	export "$@"
}

given_sh() { set +f; eval "$*" || fatal "given sh $*"; set -f; }

given_caller()
{
	what=$1
	shift
	case $what in
	user) caller="$caller -u $1" ;;
	umask) caller="$caller -m $1" ;;
	ignores) for s in "$@"; do caller="$caller -i $s"; done ;;
	blocks) for s in "$@"; do caller="$caller -b $s"; done ;;
	fd) for f in "$@"; do caller="$caller -f $f"; done ;;
	oom) caller="$caller -o $1" ;;
	in) path "$1"; caller="$caller -C $file" ;;
	terminal) caller="$caller -t" ;;
	nofile) caller="$caller -l $1" ;;
	nproc) caller="$caller -p $1" ;;
	nice) caller="$caller -N $1" ;;
	closed) caller="$caller -c" ;;
	old-kernel) caller="$caller -x" ;;
	copies) caller="$caller -n $1" ;;
	deadline) caller="$caller -k $1" ;;
	script)
		caller_script=$D/$1
		# shellcheck disable=SC2016
		printf '#!/bin/sh\n"$@"\nexit $?\n' >"$caller_script"
		chmod 755 "$caller_script" ;;
	*) fatal "given caller $what" ;;
	esac
}

# --- the command ---

run_it()
{
	check_output
	want_code=0 out_rule=exact err_rule=exact
	mkdir -p "$D/.run"
	: >"$D/.want.out"
	: >"$D/.want.err"
	said="$*"
	# shellcheck disable=SC2086
	"$H/probe" run $caller "$D/.run" $caller_script $SSD "$@" || fatal "probe run"
	codes='' ms='' caller_sid=''
	while read -r key value; do
		case $key in
		code) codes="$codes $value" ;;
		ms) ms=$value ;;
		sid) caller_sid=$value ;;
		esac
	done <"$D/.run/result"
	codes=${codes# }
	case $codes in *' '*) codes=$(echo "$codes" | tr ' ' '\n' | sort | tr '\n' ' '); codes=${codes% } ;; esac
	ran=yes
	"$H/probe" settle "$PROGRAM" 1500 || :
}

want()
{
	printf '%s\t%s\n' "$2" "$3" >>"$D/.want.$1"
}

# check_stream out|err RULE
check_stream()
{
	case $2 in
	any) return ;;
	has)
		while IFS='	' read -r _ text; do
			grep -Eq -e "$text" "$D/.run/$1" || fail "std$1 has no line that matches: $text"
		done <"$D/.want.$1" ;;
	exact) awk -F '\t' -v want="$D/.want.$1" -f "${0%/*}/compare.awk" "$D/.run/$1" >"$D/.diff" || fail "std$1 differs: $(cat "$D/.diff")" ;;
	esac
}

check_output()
{
	[ "$ran" = yes ] || return 0
	before=$failures
	[ "$codes" = "$want_code" ] || fail "exit code $codes, not $want_code"
	check_stream out "$out_rule"
	check_stream err "$err_rule"
	ran=checked
	[ "$before" -eq "$failures" ] || {
		echo "  arguments: $said"
		sed 's/^/  stdout: /' "$D/.run/out"
		sed 's/^/  stderr: /' "$D/.run/err"
	}
}

# --- then ---

alive()
{
	[ -r "/proc/$1/status" ] || return 1
	while read -r key value _; do
		[ "$key" != State: ] || break
	done 2>/dev/null <"/proc/$1/status" || return 1
	case $value in Z | X) return 1 ;; esac
}

dead() { ! alive "$1"; }

then_running() { for n in "$@"; do pid_of "$n"; alive "$pid" || fail "$n ($pid) is not running"; done; }
then_gone() { for n in "$@"; do pid_of "$n"; dead "$pid" || fail "$n ($pid) is still running"; done; }
then_ends() { for n in "$@"; do pid_of "$n"; until_true dead "$pid" || fail "$n ($pid) does not end"; done; }

# An actor notes signals in the order of their numbers: when it has noted WINCH, it has noted what was sent before.
signals_of()
{
	pid_of "$1"
	if alive "$pid" && "$H/probe" poke "$pid"; then
		until_true noted_or_dead "$pid" || fail "$1 ($pid) does not answer"
	fi
	got=
	! signal_log "$pid" || while read -r sig _; do
		[ "$sig" = WINCH ] || got="$got $sig"
	done <"$log"
	got=${got# }
}

signal_log()
{
	set +f
	for f in "$D/log/"*".$1.sig"; do
		log=$f		# yash keeps the loop's own variable to itself
	done
	set -f
	[ -e "$log" ]
}

noted_or_dead() { { signal_log "$1" && grep -q WINCH "$log"; } || dead "$1"; }

then_got()
{
	signals_of "$1"
	name=$1
	shift
	[ "$got" = "$*" ] || fail "$name got the signals ($got), not ($*)"
}

then_unharmed()
{
	for n in "$@"; do
		signals_of "$n"
		[ -z "$got" ] || fail "$n got the signals ($got)"
		alive "$pid" || fail "$n ($pid) is not running"
	done
}

count_is()
{
	count=$("$H/probe" list "$D/$1" | wc -l)
	[ "$((count))" -eq "$2" ]
}

then_processes() { until_true count_is "$1" "$2" || fail "$count processes execute $1, not $2"; }

then_pidfile()
{
	path "$1"
	content=
	[ -r "$file" ] && IFS= read -r content <"$file"
	case $2 in
	of)
		until_true state_file "$3"
		running=$("$H/probe" list "$D/$3")
		[ "$content" = "${running:-none}" ] || fail "$1 holds ($content), $3 runs as ($running)" ;;
	*) [ "$content" = "$2" ] || fail "$1 holds ($content), not $2" ;;
	esac
}

then_text() { path "$1"; printf '%b' "$2" | cmp -s - "$file" || fail "$1 holds ($(cat "$file" 2>&1)), not ($2)"; }
then_matches() { path "$1"; until_true grep -Eqs -e "$2" "$file" || fail "$1 has no line that matches $2"; }
is_there() { [ -e "$file" ] || [ -L "$file" ]; }
then_absent() { for f in "$@"; do path "$f"; ! is_there || fail "$f is there"; done; }
then_present() { for f in "$@"; do path "$f"; is_there || fail "$f is not there"; done; }
then_empty_dir() { path "$1"; [ -z "$(ls -A "$file")" ] || fail "$1 holds $(ls -A "$file")"; }

then_mode()
{
	path "$1"
	# shellcheck disable=SC2046
	set -- "$2" $("$H/probe" stat "$file")
	[ "$1" = "$2" ] || fail "$file has mode $2, not $1"
}

then_owner()
{
	path "$1"
	# shellcheck disable=SC2046
	set -- "$2" $("$H/probe" stat "$file")
	[ "$1" = "$3:$4" ] || fail "$file belongs to $3:$4, not $1"
}

# state_file NAME: the newest state of a process NAME that the case did not start itself, or else of the one that it did.
state_file()
{
	set +f
	state='' own=''
	eval "own=\${PID_$1:-}"
	for f in "$D/log/$1".[0-9]* "$D"/*/log/"$1".[0-9]*; do
		case $f in *.sig | *.new | *"*"*) continue ;; esac
		[ "${state:+old}:${f##*.}" = "old:$own" ] || state=$f
	done
	set -f
	[ -n "$state" ]
}

then_has()
{
	until_true state_file "$1" || { fail "$1 has never run"; return; }
	name=$1
	shift
	grep -Fxq -e "$*" "$state" || fail "$name was not born with ($*) but ($(grep "^$1 " "$state" | tr '\n' ';'))"
}

then_has_match()
{
	until_true state_file "$1" || { fail "$1 has never run"; return; }
	grep -Exq -e "$2" "$state" || fail "$1 was not born with $2 but ($(grep "^${2%% *} " "$state" | tr '\n' ';'))"
}

then_lacks()
{
	until_true state_file "$1" || { fail "$1 has never run"; return; }
	! grep -Exq -e "$2" "$state" || fail "$1 was born with ($(grep -Ex -e "$2" "$state" | tr '\n' ';'))"
}

then_new_session()
{
	until_true state_file "$1" || { fail "$1 has never run"; return; }
	! grep -Fxq "sid $caller_sid" "$state" || fail "$1 is in the caller's session"
}

then_took()
{
	case $1 in
	under) [ "$ms" -lt "$2" ] || fail "took $ms ms, not under $2" ;;
	over) [ "$ms" -gt "$2" ] || fail "took $ms ms, not over $2" ;;
	esac
}

then_sh() { set +f; eval "$*" || fail "not so: $*"; set -f; }

# --- the interpreter ---

applies()
{
	case $1 in
	!*) case ,${1#!}, in *,"$DIALECT",*) return 1 ;; esac ;;
	*) case ,$1, in *,"$DIALECT",*) ;; *) return 1 ;; esac ;;
	esac
}

verb_line()
{
	kind=$1
	case $2 in
	"sh "*) "${kind}_sh" "${2#sh }" ;;
	*)
		eval "set -- $2"
		verb=$1
		shift
		case $verb in *-*) verb=${verb%%-*}_${verb#*-} ;; esac
		command -v "${kind}_$verb" >/dev/null || fatal "$kind $verb: no such verb"
		"${kind}_$verb" "$@" ;;
	esac
}

play_line()
{
	key=${1%%[ 	]*} rest=
	case $1 in *' '*) rest=${1#* } ;; esac
	case $key in *@*) applies "${key#*@}" || return 0; key=${key%%@*} ;; esac
	case $key in
	given) verb_line given "$rest" ;;
	args) eval "run_it $rest" ;;
	code) eval "set -- $rest"; want_code=$* ;;
	out | err) eval "want $key = \"$rest\"" ;;
	out~ | err~) eval "want ${key%?} '~' \"$rest\"" ;;
	out-has | err-has) eval "want ${key%-*} '~' \"$rest\""; eval "${key%-*}_rule=has" ;;
	out-any | err-any) eval "${key%-*}_rule=any" ;;
	"then") check_output; verb_line 'then' "$rest" ;;
	*) fatal "$key: no such word" ;;
	esac
}

IFS='
'
# shellcheck disable=SC2046
set -- $(cat "$1")
IFS=' 	
'
for table_line do
	play_line "$table_line"
done
check_output
[ "$ran" != no ] || fatal "no args line"
[ "$failures" -eq 0 ]
