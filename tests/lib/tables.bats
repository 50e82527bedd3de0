# variants: dyn static
# The function libraries, case by case in every shell, and the originals where the host has them: the cases are in table/.
load ../harness/lib
load table

ours=/usr/lib/initwright/lib

setup_file() {
	in_throwaway || return 0
	mkdir -p /usr/lib/initwright
	cp -r "$TOP/lib" "$BIN/initwright" /usr/lib/initwright/
	for name in $("$BIN/initwright" --list); do ln -sf initwright "/usr/lib/initwright/$name"; done
	make_scene
}
teardown_file() { ! in_throwaway || end_scene; }
setup() { require_throwaway; }

# in_every_shell TABLE LIBRARY
in_every_shell() {
	local shell bad=0 ran=0
	read_table "$TOP/tests/lib/table/$1"
	for shell in "${SHELLS[@]}"; do
		command -v "${shell%% *}" >/dev/null || continue
		ran=$((ran + 1))
		run_table "$shell" "$ours/$2" ours || bad=1
	done
	[ "$bad" = 0 ] && [ "$ran" -ge 2 ]
}

# beside TABLE LIBRARY: the original, in the shell that it is written for
beside() {
	[ -r "$2" ] || skip "there is no $2"
	[ "$(readlink -f /bin/sh)" = "$(readlink -f "$(command -v dash)")" ] || skip "sh is not dash"
	read_table "$TOP/tests/lib/table/$1"
	run_table dash "$2" stock
}

@test "LSB functions in every shell" { in_every_shell lsb.cases lsb/init-functions; }
@test "LSB functions, the original" { beside lsb.cases /lib/lsb/init-functions; }

@test "vars.sh in every shell" { PRELUDE='' in_every_shell vars.cases init/vars.sh; }
@test "vars.sh, the original" { PRELUDE='' beside vars.cases /lib/init/vars.sh; }

@test "init-d-script in every shell" { PRELUDE='' in_every_shell init-d-script.cases init/init-d-script; }
@test "init-d-script, the original" { PRELUDE='' beside init-d-script.cases /lib/init/init-d-script; }

@test "Red Hat's functions in every shell" { in_every_shell rhel.cases rhel/functions; }

@test "SUSE's rc.status in every shell" { in_every_shell suse.cases suse/rc.status; }

@test "OpenEmbedded's functions in every shell" { in_every_shell oe.cases oe/functions; }

# posh takes "$@" and "$*" for unset where there are no arguments
@test "set -u, in the shell that is quickest and in the one that finds most" {
	local pair shell bad=0
	local PRELUDE="set -u
$PRELUDE"
	for pair in lsb:lsb/init-functions rhel:rhel/functions suse:suse/rc.status oe:oe/functions; do
		read_table "$TOP/tests/lib/table/${pair%%:*}.cases"
		for shell in dash posh; do
			! command -v "$shell" >/dev/null || run_table "$shell" "$ours/${pair#*:}" ours || bad=1
		done
	done
	[ "$bad" = 0 ]
}

@test "a table with a wrong line fails" {
	printf '%s\n' '== x' 'echo y' '-- 0' 'z' >"$BATS_TEST_TMPDIR/t"
	read_table "$BATS_TEST_TMPDIR/t"
	expect 1 run_table dash "$ours/lsb/init-functions" ours
	has "$output" "1 cases, 1 differ"
}
