# What the tests of the rpm packages share: they are built once a file, and installed in a tree that is laid out as RHEL 6.

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
	setfattr -n trusted.mark -v theirs "$R/sbin/service"
}

teardown() {
	in_throwaway && [ -n "${R:-}" ] || return 0
	pkill -KILL svkeeper || :
	pkill -KILL exampled || :
	umount -Rl "$R/proc" "$R/run" "$R/dev/null" || :
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
# all of the tree but rpm's own notes, logs and scripts: kind, mode, owner, size, time, links, attributes and contents
tree() {
	(
		cd "$R"
		find . -xdev \( -path ./var/lib/rpm -o -path ./root -o -path ./var/log -o -path ./tmp -o -path ./killers -o -path ./run -o -path ./var/tmp \) -prune \
			-o ! -type d -printf '%p %y %m %u %g %s %T@ %n %l\n' -o -printf '%p %m %u %g\n' | sort
		find etc usr bin sbin lib var -xdev -type f ! -path 'var/lib/rpm/*' ! -path 'var/log/*' ! -path 'var/tmp/*' -exec sha256sum {} + | sort -k 2
		getfattr -Rhd -m - etc usr bin sbin lib 2>/dev/null || :
	)
}
unchanged() { tree >after && cmp before after || { diff before after; false; } >&2; }
main() { at /etc/init.d/exampled status | sed -n 's/.*pid \([0-9]*\).*/\1/p'; }
