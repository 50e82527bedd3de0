# variants: dyn
# initgen --install and --uninstall are killed, or find the disk full, at every system call that changes something: what is left is whole or nothing, and
# a second run mends it.
load ../harness/lib

CHANGES=write,pwrite64,openat,mkdir,mkdirat,rename,renameat,renameat2,symlink,symlinkat,link,linkat,unlink,unlinkat,rmdir,fchmod,fchmodat,fchown,ftruncate,fsync,fdatasync,close
# those that a full disk fails; all is undone with calls that it does not
GROWS=write,pwrite64,mkdir,mkdirat,rename,renameat,renameat2,symlink,symlinkat,link,linkat,fsync,fdatasync

setup() {
	command -v strace >/dev/null || skip "no strace"
	R=$BATS_TEST_TMPDIR/root
	printf '%s\n' '[Service]' 'ExecStart=/bin/sleep 1000' 'EnvironmentFile=-/etc/default/food' 'StateDirectory=food' '[Install]' 'WantedBy=multi-user.target' \
		>"$BATS_TEST_TMPDIR/food.service"
	INSTALL=(initgen -q -r "$R" --install "$BATS_TEST_TMPDIR/food.service") UNINSTALL=(initgen -r "$R" --uninstall food)
	fresh
	state >"$BATS_TEST_TMPDIR/nothing"
	expect 0 "${INSTALL[@]}"
	state >"$BATS_TEST_TMPDIR/whole"
	[ -x "$R/etc/init.d/food" ] && [ -d "$R/var/lib/food" ] && [ -e "$R/etc/default/food" ]
	WHOLE=$(<"$R/etc/init.d/food")
}

fresh() {
	rm -rf "$R"
	mkdir -p "$R"/etc/{init.d,default} "$R"/etc/rc{0,1,2,3,4,5,6,S}.d "$R/var/lib"
}

# all that is there, but for the notes that ordering keeps
state() {
	cd "$R"
	find . ! -name '.depend.*' ! -name '.initwright.defaults' ! -name '.initwright.lock' -printf '%y %p %l %m\n' | sort
	[ ! -e etc/init.d/food ] || cat etc/init.d/food
}

is() { state | cmp - "$BATS_TEST_TMPDIR/$1" || { state | diff -u "$BATS_TEST_TMPDIR/$1" - >&2; return 1; }; }
whole_script_or_none() { [ ! -e "$R/etc/init.d/food" ] || same "$WHOLE" "$(<"$R/etc/init.d/food")"; }

# fault CALLS HOW NUMBER COMMAND...: sets $got
fault() {
	got=0
	strace -f -qq -o "$BATS_TEST_TMPDIR/trace" -e "trace=$1" -e "inject=$1:$2:when=$3" "${@:4}" >/dev/null 2>&1 3>&- || got=$?
}

@test "--install is killed: the script is whole or not there, and a second run installs it" {
	local n=0 got=137
	while [ $got = 137 ]; do
		n=$((n + 1))
		fresh
		fault $CHANGES signal=KILL $n "${INSTALL[@]}" 2>/dev/null
		whole_script_or_none
		expect 0 "${INSTALL[@]}"
		is whole
	done
	same 0 $got
	[ $n -gt 20 ]
}

@test "--uninstall is killed: a second run removes the rest" {
	local n=0 got=137
	while [ $got = 137 ]; do
		n=$((n + 1))
		fresh
		"${INSTALL[@]}" 3>&-
		fault $CHANGES signal=KILL $n "${UNINSTALL[@]}" 2>/dev/null
		whole_script_or_none
		[ ! -e "$R/etc/init.d/food" ] || expect 0 "${UNINSTALL[@]}"
		is nothing
	done
	same 0 $got
	[ $n -gt 20 ]
}

@test "--install finds the disk full: all is as it was before" {
	local call n got failures=0
	for call in ${GROWS//,/ }; do
		for ((n = 1; ; n++)); do
			fresh
			fault "$call" error=ENOSPC $n "${INSTALL[@]}"
			grep -q INJECTED "$BATS_TEST_TMPDIR/trace" || break
			if [ $got = 0 ]; then
				[ -x "$R/etc/init.d/food" ] || { cat "$BATS_TEST_TMPDIR/trace" >&2; return 1; }
			else
				same 1 $got
				failures=$((failures + 1))
				is nothing || { cat "$BATS_TEST_TMPDIR/trace" >&2; return 1; }
			fi
		done
	done
	[ $failures -gt 10 ]
}
