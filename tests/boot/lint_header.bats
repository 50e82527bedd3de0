# What initlint says about headers.
load ../harness/lib
load lint

# header WANT SED: the good header, changed
header() { printf '#!/bin/sh\n%s\n' "$(sed "$2" <<<"$HEADER")" | finds "$1"; }

@test "no header, and one that does not end" {
	finds "- no-header" <<<'#!/bin/sh'
	header "2:1 header-end" '$d'
	finds "" <<<$'#!/bin/sh\n# chkconfig: 345 50 50'
}

@test "keys: missing, twice, unknown, in another case" {
	header "2:1 key-missing" '/Default-Stop/d'
	header "4:3 key-twice" '2p'
	header "3:3 key-unknown" '1a\# Requires-Start: x'
	header "7:3 key-case" 's/Default-Stop/Default-stop/'
	same "# Default-Stop:      0 1 6" "$(fixed | sed -n 7p)"
	header "" '1a\# X-My-Own: x'
	header "" '1a\# Description: one\n#    Two: more'
}

@test "lines that are no keys, levels that there are not" {
	header "3:1 header-syntax" '1a\PATH=/bin'
	header "6:22 header-syntax" 's/2 3 4 5/2345/'
	header "6:28 header-syntax" 's/2 3 4 5/2 3 4 9/'
}

@test "facilities" {
	header $'4:22 facility-unknown\n5:22 facility-unknown' 's/\$remote_fs/$remotefs/'
	same '# Required-Start:    $remote_fs' "$(fixed | sed -n 4p)"
	header "4:22 facility-unknown" '/Start:/s/\$remote_fs/$corosync/'
	header "" '1a\# Should-Start: $x-display-manager'
	header "3:17 facility-unknown" '1a\# Should-Start: $networking'
	header "3:22 provides-facility" '/Provides/s/demo/$demo/'
	header "4:22 needs-itself" '3s/\$remote_fs/demo/'
}

@test "facilities of the tree" {
	local root=$BATS_TEST_TMPDIR/root
	mkdir -p "$root/etc/init.d"
	echo '$corosync corosync' >"$root/etc/insserv.conf"
	printf '#!/bin/sh\n%s\n' "${HEADER//\$remote_fs/\$corosync}" >"$root/etc/init.d/demo"
	chmod 755 "$root/etc/init.d/demo"
	expect 0 initlint --root "$root"
	expect 0 initlint --root "$root" demo
	rm "$root/etc/insserv.conf"
	expect 1 initlint -s --root "$root" demo
	has "$output" "facility-unknown"
}

@test "runlevels that contradict" {
	header "- level-both" '/Default-Stop/s/0 1 6/0 1 5 6/'
	header "- level-contradiction" '1i\# chkconfig: 345 20 80'
	header "" '1i\# chkconfig: 2345 20 80'
	# what has no S cannot say it
	header "" '1i\# chkconfig: 12345 20 80
s/2 3 4 5/S/'
}
