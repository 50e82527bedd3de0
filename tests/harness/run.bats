# variants: dyn
# The runner must fail when a test fails, dies, runs out of time or is not there: seen here for each.
load lib

fresh() { # the runner as a shell would start it, without this bats in its environment
	env -i PATH="$PATH" TMPDIR="$BATS_TEST_TMPDIR" "$TOP/tests/run" -t 20 "$@"
}

script() { # NAME TEXT: a program in the test's directory
	printf '#!/bin/sh\n%s\n' "$2" >"$BATS_TEST_TMPDIR/$1"
	chmod +x "$BATS_TEST_TMPDIR/$1"
}

last() { echo "${output##*$'\n'}"; }

setup() { cd "$BATS_TEST_TMPDIR"; }

@test "what passes is counted, and skips apart" {
	printf '@test "a" { true; }\n@test "b" { skip no; }\n' >good.bats
	script good 'echo 1..2; echo ok 1 - x; echo ok 2 - y'
	expect 0 fresh "$PWD/good.bats" "$PWD/good"
	same "3 passed, 0 failed, 1 skipped" "$(last)"
}

@test "a failing bats test fails the run and shows its output" {
	printf '@test "a" { true; }\n@test "b" { echo telltale; false; }\n' >bad.bats
	expect 1 fresh "$PWD/bad.bats"
	same "1 passed, 1 failed" "$(last)"
	has "$output" telltale
}

@test "a bats file that cannot be read fails the run" {
	printf '@test "a" { true; \n' >broken.bats
	expect 1 fresh "$PWD/broken.bats"
}

@test "a failing unit test fails the run" {
	script bad 'echo 1..2; echo ok 1 - x; echo not ok 2 - y; exit 1'
	expect 1 fresh "$PWD/bad"
	same "1 passed, 1 failed" "$(last)"
}

@test "a program that dies after its tests fails the run" {
	script dies 'echo 1..1; echo ok 1 - x; kill -SEGV $$'
	expect 1 fresh "$PWD/dies"
	same "1 passed, 1 failed" "$(last)"
}

@test "a program that ends before its plan is done fails the run" {
	script short 'echo 1..3; echo ok 1 - x'
	expect 1 fresh "$PWD/short"
}

@test "a program that runs out of time fails the run" {
	script slow 'echo 1..1; sleep 60; echo ok 1 - x'
	expect 1 env -i PATH="$PATH" TMPDIR="$PWD" "$TOP/tests/run" -t 1 "$PWD/slow"
	has "$output" "out of time"
}

@test "nothing to run is no success" {
	expect 1 fresh
	same "0 passed, 0 failed" "$(last)"
	script empty 'echo 1..0'
	expect 1 fresh "$PWD/empty"
	expect 2 fresh "$PWD/not-there"
}

@test "each variant gets its own commands, and a file may choose" {
	printf '# variants: dyn asan\n@test "a" { echo "$BIN" | grep -q build; }\n' >v.bats
	expect 0 fresh -v "dyn asan static" "$PWD/v.bats"
	same "2 passed, 0 failed" "$(last)"
}

@test "what the tree was built with is not for what tests build" {
	script env 'echo 1..1; [ -z "$(env | grep -E "^(CFLAGS|LDFLAGS|MAKEFLAGS)=")" ] || printf "not "; echo ok 1'
	expect 0 env CFLAGS=-O2 LDFLAGS=-s MAKEFLAGS=k "$TOP/tests/run" "$PWD/env"
}

@test "what a program in the background said to the sanitizers fails the run" {
	require_throwaway
	printf '# variants: asan\n@test "a" { echo "ERROR: AddressSanitizer" >/tmp/sanitizer/report.1; }\n' >s.bats
	expect 1 fresh -v asan "$PWD/s.bats"
	case $output in *"no throw-away root"*) skip "no throw-away root within this one" ;; esac
	same "1 passed, 1 failed" "$(last)"
	has "$output" "ERROR: AddressSanitizer"
}
