# Tables of cases for the function libraries, run in every shell.  A case in a table:
#     == what it is about
#     shell code, run after the library was sourced
#     -- 0
#     what it prints, standard output and error together
#     -- stock 1 why the original differs
#     what the original prints
# The last part is there only where the original differs, and a case that is "(ours)" is not put before it.  Code may use: $LIB the
# library, $SH the shell, D a directory of its own, LIVE the pid of a live process of $D/demo, DEAD a pid that nobody has, ZOMBIE one of a
# zombie.  In what is printed, @D @LIVE @ZOMBIE stand for those, and @- for no newline.

PRELUDE='. "$LIB"
'
# spawn NAME: a process of that name, KID, that is nobody's job; ended: waits for its end
SPAWN='spawn() {
	cp "$D/demo" "$1"
	KID=$(sh -c "./$1 100 >/dev/null 2>&1 & echo \$!")
	until read -r comm </proc/$KID/comm && [ "$comm" = "$1" ]; do :; done
}
ended() {
	while [ -e "/proc/$KID" ]; do :; done
	echo ended
}
'
SHELLS=(dash bash "bash --posix" "busybox ash" mksh yash posh ksh93)

# read_table FILE: fills NAMES CODES STATUSES OUTPUTS STOCKS STOCKOUT
read_table() {
	local line part=code n=-1
	NAMES=() CODES=() STATUSES=() OUTPUTS=() STOCKS=() STOCKOUT=()
	while IFS= read -r line; do
		case $line in
		'== '*) n=$((n + 1)) NAMES[n]=${line#== } CODES[n]='' STATUSES[n]='' OUTPUTS[n]='' STOCKS[n]='' STOCKOUT[n]='' part=code ;;
		'-- stock '*) line=${line#-- stock } STOCKS[n]=${line%% *} part=stock ;;
		'-- '*) STATUSES[n]=${line#-- } part=out ;;
		*)
			[ "$n" -ge 0 ] || continue
			case $part in
			code) CODES[n]+=$line$'\n' ;;
			out) OUTPUTS[n]+=$line$'\n' ;;
			stock) STOCKOUT[n]+=$line$'\n' ;;
			esac ;;
		esac
	done <"$1"
}

# named PID NAME: has it become that program?
named() {
	local comm
	{ read -r comm <"/proc/$1/comm"; } 2>/dev/null && [ "$comm" = "$2" ]
}

# the scene that all cases share
make_scene() {
	D=$BATS_FILE_TMPDIR/d
	mkdir -p "$D"
	cp "$(command -v sleep)" "$D/demo"
	"$D/demo" 1000 3>&- & LIVE=$!
	# the child ends when its parent has become a program that waits for nobody
	bash -c 'sh -c "until read -r c </proc/$$/comm && [ \"\$c\" = sleep ]; do :; done" & echo $! >"$1"; exec sleep 1000' \
		- "$D/zombie" 3>&- & KEEPER=$!
	wait_for test -s "$D/zombie"
	ZOMBIE=$(<"$D/zombie")
	is_zombie() { grep -q '^State:.Z' "/proc/$ZOMBIE/status"; }
	wait_for is_zombie
	wait_for named "$LIVE" demo
	DEAD=$(cat /proc/sys/kernel/pid_max)
	DEAD=$((DEAD - 1))
	export D LIVE ZOMBIE DEAD KEEPER
}

end_scene() { kill "$LIVE" "$KEEPER"; }

# run_case NUMBER: sets GOT and CODE; SH and LIB are set
run_case() {
	local dir=$D/case
	rm -rf "$dir" /run/demo.pid
	mkdir "$dir"
	printf '%s' "$PRELUDE" >"$D/script"
	case ${CODES[$1]} in *spawn*) printf '%s' "$SPAWN" >>"$D/script" ;; esac
	printf '%s' "${CODES[$1]}" >>"$D/script"
	CODE=0
	GOT=$(cd "$dir" && env -i PATH="$PATH" TERM=dumb D="$D" LIVE="$LIVE" DEAD="$DEAD" ZOMBIE="$ZOMBIE" LIB="$LIB" SH="$SH" \
		timeout 5 $SH "$D/script" a1 a2 </dev/null 2>&1 3>&-; echo "=$?") || :
	CODE=${GOT##*=}
	GOT=${GOT%=*}
}

# run_table SHELL LIBRARY ours|stock: prints every difference; fails when there is one, or when nothing was run
run_table() {
	local i status out bad=0 ran=0
	SH=$1 LIB=$2
	for i in "${!NAMES[@]}"; do
		[ -z "${ONLY:-}" ] || [[ ${NAMES[i]} == *"$ONLY"* ]] || continue
		status=${STATUSES[i]} out=${OUTPUTS[i]}
		if [ "$3" = stock ]; then
			[[ ${NAMES[i]} != *'(ours)'* ]] || continue
			[ -z "${STOCKS[i]}" ] || { status=${STOCKS[i]} out=${STOCKOUT[i]}; }
		fi
		run_case "$i"
		ran=$((ran + 1))
		out=${out//@-$'\n'/} out=${out//@LIVE/$LIVE} out=${out//@ZOMBIE/$ZOMBIE} out=${out//@D/$D}
		if [ "$CODE" != "$status" ] || [ "$GOT" != "$out" ]; then
			bad=$((bad + 1))
			printf '%s: %s: status %s, not %s\n' "$SH" "${NAMES[i]}" "$CODE" "$status"
			diff <(printf '%s' "$out") <(printf '%s' "$GOT") || :
		fi
	done
	echo "$SH $3: $ran cases, $bad differ"
	[ "$bad" = 0 ] && [ "$ran" -gt 0 ]
}
