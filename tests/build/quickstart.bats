# variants: dyn
# The first command of the README, as a user who is not root runs it.
load ../harness/lib

setup() {
	require_throwaway
	copy=/tmp/quickstart-copy
	# what is built already is taken as it is
	mkdir -p "$copy/build"
	tar -C "$TOP" --exclude=./build --exclude=./.git -cf - . | tar -C "$copy" -xf -
	cp -a "$TOP/build/bin" "$TOP/build/harness" "$copy/build/"
}

teardown() {
	rm -rf /tmp/quickstart-copy
}

@test "quickstart without root" {
	chown -R nobody "$copy"
	run su nobody -s /bin/sh -c "cd $copy && exec ./quickstart"
	[ "$status" = 0 ] || { echo "$output"; false; }
	[[ ${lines[-1]} = "quickstart: PASSED: exampled went the whole way in a scratch directory"* ]]
	[[ $output = *"comes back by itself"* ]]
}
