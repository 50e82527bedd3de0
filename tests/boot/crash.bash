# What happens to the links when a change is killed, or the disk is full, at each system call in turn.
# crash_every BEFORE COMMAND...: BEFORE is the tree ROOT as it was; COMMAND changes it.  Fails, telling where, if
#   - a link that is there before and after is missing in between, in any runlevel;
#   - after the next run of anything the tree is neither the old nor the new one;
#   - the status is 0 and the tree is not the new one, or the next run of COMMAND does not end with the new one.
# IDLE is a command that changes nothing by itself.

# names of services with a link, by level
services_of() { (cd "$ROOT/etc" && find . -type l -path './rc*.d/[SK]??*' -printf '%h %f\n' | sed 's/ [SK]../ /' | LC_ALL=C sort -u); }

put_back() { rm -rf "$ROOT" && cp -a "$1" "$ROOT"; }

# each system call of the command as "name count": what strace can hit
calls_of() {
	strace -f -qq -o "$BATS_TEST_TMPDIR/trace" "$@" >/dev/null 2>&1 </dev/null || return 1
	sed -n 's/^[0-9]* *\([a-z0-9_]*\)(.*/\1/p' "$BATS_TEST_TMPDIR/trace" | sort | uniq -c | awk '{ print $2, $1 }'
}

judge() { # WHERE STATUS COMMAND...
	local where=$1 status=$2 now
	shift 2
	services_of >"$BATS_TEST_TMPDIR/now"
	if ! comm -23 "$BATS_TEST_TMPDIR/both" "$BATS_TEST_TMPDIR/now" | cmp -s - /dev/null; then
		echo "$where: lost: $(comm -23 "$BATS_TEST_TMPDIR/both" "$BATS_TEST_TMPDIR/now" | tr '\n' ' ')" >&2
		return 1
	fi
	if [ "$status" = 0 ] && [ "$(tree_of)" != "$new" ]; then
		echo "$where: status 0, but the tree is not the new one" >&2
		return 1
	fi
	"${IDLE[@]}" >/dev/null 2>&1 || { echo "$where: the next run fails" >&2; return 1; }
	now=$(tree_of)
	if [ "$now" != "$old" ] && [ "$now" != "$new" ]; then
		echo "$where: after the next run the tree is neither old nor new" >&2
		diff <(echo "$old") <(echo "$now") >&2 || :
		return 1
	fi
	"$@" >/dev/null 2>&1 || { echo "$where: the same command fails later" >&2; return 1; }
	[ "$(tree_of)" = "$new" ] || { echo "$where: the same command does not lead to the new tree later" >&2; return 1; }
}

crash_every() {
	local before=$1 name count n how status old new tried=0 bad=0
	shift
	put_back "$before"
	old=$(tree_of)
	services_of >"$BATS_TEST_TMPDIR/a"
	calls_of "$@" >"$BATS_TEST_TMPDIR/calls"
	new=$(tree_of)
	services_of >"$BATS_TEST_TMPDIR/b"
	comm -12 "$BATS_TEST_TMPDIR/a" "$BATS_TEST_TMPDIR/b" >"$BATS_TEST_TMPDIR/both"
	[ "$old" != "$new" ]
	while read -r name count; do
		for ((n = 1; n <= count; n++)); do
			for how in signal=KILL error=ENOSPC error=ENOSPC+; do
				case $name:$how in
				execve:* | exit_group:*) continue ;;
				esac
				put_back "$before"
				status=0
				# in a shell of its own, which tells nobody that it was killed
				(strace -f -qq -o /dev/null -e "inject=$name:${how%+}:when=$n${how##*[A-Z]}" "$@" </dev/null; exit $?) \
					>/dev/null 2>&1 || status=$?
				judge "$how at $name $n: $*" "$status" "$@" || bad=$((bad + 1))
				tried=$((tried + 1))
			done
		done
	done <"$BATS_TEST_TMPDIR/calls"
	echo "# $tried crashes of: $*, $bad bad" >&3
	[ "$bad" = 0 ] && [ "$tried" -gt 100 ]
}
