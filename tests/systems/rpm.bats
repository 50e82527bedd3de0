# variants: dyn
# The packages of rpm/, in a tree that is laid out as RHEL 6: built, looked at by rpmlint, installed with their scripts run, upgraded and
# downgraded under running services, and removed without a trace.
load ../harness/lib

build_rpm() { # RELEASE
	sed "s/^Release: .*/Release: $1/" "$TOP/rpm/initwright.spec" >"$RPM/SPECS/initwright.spec"
	rpmbuild -ba --nodeps --define "_topdir $RPM" --define 'check_target harness' --define '_initddir /etc/rc.d/init.d' \
		--define "_smp_mflags -j$(nproc)" "$RPM/SPECS/initwright.spec" >"$RPM/log" 2>&1 3>&- || { tail -n 20 "$RPM/log" >&2; return 1; }
}

# what RHEL has under these names: files of a package initscripts, and /bin/sh and the rest provided
build_base() { # RELEASE
	local root=$RPM/base
	mkdir -p "$root"
	printf '#!/bin/sh\n# base %s\nexec /usr/lib/initwright/chkconfig "$@"\n' "$1" >"$root/chkconfig"
	printf '#!/bin/sh\n# base %s\nname=$1\nshift\nexec /etc/init.d/$name "$@"\n' "$1" >"$root/service"
	printf '# base %s\nbase_functions=%s\n' "$1" "$1" >"$root/functions"
	cat >"$RPM/SPECS/base.spec" <<-SPEC
		Name: initscripts
		Version: 9.03
		Release: $1
		Summary: What the tests take for RHEL
		License: ISC
		BuildArch: noarch
		Provides: chkconfig /sbin/chkconfig /bin/sh /usr/sbin/update-alternatives
		$(rpm -qp --requires "$RPM"/RPMS/*/initwright*.rpm 2>/dev/null | grep -E '^(libc|rtld)' | sort -u | sed 's/^/Provides: /')
		%description
		As above.
		%install
		install -D -m 755 $root/chkconfig %{buildroot}/sbin/chkconfig
		install -D -m 755 $root/service %{buildroot}/sbin/service
		install -D -m 644 $root/functions %{buildroot}/etc/rc.d/init.d/functions
		%files
		/sbin/chkconfig
		/sbin/service
		/etc/rc.d/init.d/functions
	SPEC
	rpmbuild -bb --define "_topdir $RPM" "$RPM/SPECS/base.spec" >"$RPM/log" 2>&1 3>&- || { tail -n 20 "$RPM/log" >&2; return 1; }
}

setup_file() {
	in_throwaway || return 0
	command -v rpmbuild >/dev/null || return 0
	RPM=$BATS_FILE_TMPDIR/rpm
	mkdir -p "$RPM"/{SOURCES,SPECS}
	tar -C "$TOP" --exclude=./build --exclude=./.git --transform "s,^\.,initwright-0.1.0," -czf "$RPM/SOURCES/initwright-0.1.0.tar.gz" .
	unset MAKEFLAGS MAKELEVEL
	build_rpm 1
	build_rpm 2
	build_base 1
	build_base 2
	export RPM
}

# the tree: not merged into /usr, /etc/init.d and /etc/rcN.d links, programs and their libraries from here
rhel() {
	local n b lib
	mkdir -p "$R"/{etc/rc.d/init.d,etc/sysconfig,etc/alternatives,bin,sbin,usr/bin,usr/sbin,lib,lib64,usr/lib,var/run,var/lock/subsys,var/lib/rpm} \
		"$R"/{var/lib/dpkg/alternatives,var/log,var/tmp,tmp,proc,dev,run,usr/share/doc,usr/share/man/man{1,5,7,8}}
	ln -s rc.d/init.d "$R/etc/init.d"
	for n in 0 1 2 3 4 5 6; do
		mkdir "$R/etc/rc.d/rc$n.d"
		ln -s "rc.d/rc$n.d" "$R/etc/rc$n.d"
	done
	cp "$(command -v bash)" "$R/bin/bash"
	ln -s bash "$R/bin/sh"
	for b in cat ls ln mv cp rm mkdir head tr rmdir readlink basename dirname sleep touch stat; do cp "$(command -v $b)" "$R/bin/"; done
	for b in grep sed umount find id; do cp "$(command -v $b)" "$R/usr/bin/"; done
	cp "$(command -v update-alternatives)" "$R/usr/sbin/"
	for b in "$R"/bin/* "$R"/usr/bin/* "$R"/usr/sbin/*; do ldd "$b"; done 2>/dev/null | grep -o '/lib[^ ]*' | sort -u | while read -r lib; do
		mkdir -p "$R${lib%/*}"
		cp -L "$lib" "$R$lib"
	done
	echo 'root:x:0:0::/root:/bin/sh' >"$R/etc/passwd"
	echo 'daemon:x:1:1::/:/bin/sh' >>"$R/etc/passwd"
	printf 'root:x:0:\ndaemon:x:1:\n' >"$R/etc/group"
	: >"$R/dev/null"
	mount --bind /dev/null "$R/dev/null"
	mount -t proc proc "$R/proc"
	mount -t tmpfs run "$R/run"
}

setup() {
	require_throwaway
	[ -n "${RPM:-}" ] || skip "no rpmbuild"
	cd "$BATS_TEST_TMPDIR"
	R=$BATS_TEST_TMPDIR/rhel
	rhel
	in_tree -i "$(base 1)"
}

teardown() {
	in_throwaway && [ -n "${R:-}" ] || return 0
	pkill -KILL svkeeper || :
	pkill -KILL exampled || :
	umount "$R/proc" "$R/run" "$R/dev/null" || :
}

# rpm, in the tree; what scripts say is in $BATS_TEST_TMPDIR/said
in_tree() { rpm --root "$R" "$@" >"$BATS_TEST_TMPDIR/said" 2>&1 3>&- && ! grep -i 'scriptlet failed' "$BATS_TEST_TMPDIR/said" || { cat "$BATS_TEST_TMPDIR/said" >&2; return 1; }; }
base() { echo "$RPM"/RPMS/noarch/initscripts-9.03-"$1".noarch.rpm; }
ours() { # RELEASE PACKAGE...: their files
	local release=$1 p
	shift
	for p; do ls "$RPM"/RPMS/*/"$p-0.1.0-$release".*.rpm; done
}
at() { chroot "$R" "$@" 3>&-; }
tree() {
	find "$R" -xdev \( -path "$R/var/lib/rpm" -o -path "$R/root" -o -path "$R/var/log" -o -path "$R/tmp" \) -prune -o ! -type d -printf '%P %y %m %u %g %s %T@ %l\n' -o -printf '%P %m\n' | sort
	sha256sum "$R"/sbin/* "$R"/etc/rc.d/init.d/*
}
main() { at /etc/init.d/exampled status | sed -n 's/.*pid \([0-9]*\).*/\1/p'; }

@test "rpmlint has nothing to say" {
	command -v rpmlint >/dev/null || skip "no rpmlint"
	expect 0 rpmlint -c "$TOP/rpm/rpmlint.toml" "$RPM"/SRPMS/*-1.src.rpm "$RPM"/RPMS/*/initwright*-1.*.rpm "$RPM/SPECS/initwright.spec"
	has "$output" "0 errors, 0 warnings"
}

@test "installed and removed without a trace" {
	tree >before
	in_tree -i $(ours 1 initwright initwright-static initwright-compat initwright-example)
	expect 0 at /usr/sbin/svrun --version
	expect 0 at /usr/lib/initwright/static/svrun --version
	[ -L "$(echo "$R"/etc/rc.d/rc3.d/S*exampled)" ]
	[ -L "$(echo "$R"/etc/rc.d/rc0.d/K*exampled)" ]
	in_tree -V initwright initwright-static initwright-compat initwright-example
	in_tree -e initwright initwright-static initwright-compat initwright-example
	tree >after
	cmp before after || { diff before after; false; } >&2
	same initscripts "$(rpm --root "$R" -qa --qf '%{NAME}\n')"
}

@test "each name is on the PATH or named with whose it is, and has its page and completion" {
	in_tree -i $(ours 1 initwright)
	for name in $(at /usr/lib/initwright/initwright --list); do
		share=$R/usr/share bash=bash-completion/completions zsh=zsh/vendor-completions fish=fish/vendor_completions.d
		if grep -qE "^$name [A-Za-z]" "$TOP/rpm/aside"; then
			[ ! -e "$R/usr/sbin/$name" ]
			page=$name.8initwright.gz share=$R/usr/lib/initwright/completion bash=bash zsh=zsh fish=fish
		else
			expect 0 at "/usr/sbin/$name" --version
			page=$name.8.gz
		fi
		zcat "$R/usr/share/man/man8/$page" | grep -q "$name"
		grep -qs " $name\$" "$share/$bash/$name" "$share/$bash/$name.bash"
		grep -q "^#compdef $name\$" "$share/$zsh/_$name"
		grep -q "^complete -c $name " "$share/$fish/$name.fish"
	done
	same "" "$(sed -n 's/^\([^# ]*\) .*/\1/p' "$TOP/rpm/aside" | sort | comm -23 - <(at /usr/lib/initwright/initwright --list | sort))"
}

@test "a service runs on through upgrade, downgrade and the removal of all but itself" {
	in_tree -i $(ours 1 initwright initwright-compat initwright-example)
	expect 0 at /sbin/service exampled start
	MAIN=$(main)
	alive "$MAIN"
	in_tree -U $(ours 2 initwright initwright-compat initwright-example)
	same "$MAIN" "$(main)"
	[ -L "$(echo "$R"/etc/rc.d/rc3.d/S*exampled)" ]
	in_tree -U --oldpackage $(ours 1 initwright initwright-compat initwright-example)
	same "$MAIN" "$(main)"
	in_tree -e initwright-compat
	expect 0 at /sbin/service exampled status
	in_tree -e --nodeps initwright
	has "$(cat "$BATS_TEST_TMPDIR/said")" "exampled is run by initwright"
	alive "$MAIN"
	in_tree -i $(ours 1 initwright)
	same "$MAIN" "$(main)"
	# its own package stops it
	in_tree -e initwright-example
	wait_for gone "$MAIN"
	wait_for none_of svkeeper
	! compgen -G "$R/etc/rc.d/rc?.d/*exampled"
	in_tree -e initwright
	[ ! -e "$R/run/initwright" ]
}

@test "what runs when the last package goes takes everything with it at its end" {
	in_tree -i $(ours 1 initwright initwright-example)
	expect 0 at /sbin/service exampled start
	MAIN=$(main)
	: >"$R/run/initwright/.boot"
	in_tree -e --nodeps initwright
	in_tree -e --noscripts initwright-example
	alive "$MAIN"
	[ -e "$R/run/initwright/exampled/record" ]
	kill -TERM "$(pids_of svkeeper)"
	wait_for gone "$MAIN"
	wait_for none_of svkeeper
	[ ! -e "$R/run/initwright" ]
	rm -f "$R"/etc/rc.d/rc?.d/*exampled
}

@test "compat: alternatives, upgrades of the distribution's, and back" {
	in_tree -i $(ours 1 initwright)
	tree >before
	in_tree -i $(ours 1 initwright-compat)
	expect 0 at /sbin/service --version
	has "$output" initwright
	expect 0 at /sbin/chkconfig --version
	has "$output" initwright
	expect 0 at /usr/sbin/start-stop-daemon --version
	same /usr/lib/initwright/lib/rhel/functions "$(at readlink -f /etc/rc.d/init.d/functions)"
	# the administrator may want the old one
	expect 0 at update-alternatives --set service /sbin/service.distrib
	has "$(at cat /sbin/service)" "# base 1"
	expect 0 at update-alternatives --auto service
	# a new version of the distribution's goes aside
	in_tree -U "$(base 2)"
	expect 0 at /sbin/service --version
	has "$output" initwright
	grep -q '^# base 2' "$R/sbin/service.distrib"
	in_tree -U --oldpackage "$(base 1)"
	grep -q '^# base 1' "$R/sbin/service.distrib"
	in_tree -U $(ours 2 initwright initwright-compat)
	expect 0 at /sbin/chkconfig --version
	has "$output" initwright
	in_tree -U --oldpackage $(ours 1 initwright)
	in_tree -e initwright-compat
	tree >after
	cmp <(grep -v usr/lib/initwright before) <(grep -v usr/lib/initwright after) || { diff before after; false; } >&2
	in_tree -V initscripts
}

@test "two builds are the same, byte for byte" {
	export SOURCE_DATE_EPOCH=1700000000
	reproducible() {
		rpmbuild -bb --nodeps --define "_topdir $RPM" --define 'check_target harness' --define '_initddir /etc/rc.d/init.d' \
			--define 'use_source_date_epoch_as_buildtime 1' --define 'clamp_mtime_to_source_date_epoch 1' --define '_buildhost here' \
			"$RPM/SPECS/initwright.spec" >"$RPM/log" 2>&1 3>&-
		sha256sum "$RPM"/RPMS/*/initwright*-2.*.rpm
	}
	same "$(reproducible)" "$(reproducible)"
}
