# variants: dyn
# The packages of rpm/, in a tree that is laid out as RHEL 6: built, looked at by rpmlint, installed with their scripts run, upgraded and
# downgraded under running services, and removed without a trace.
load ../harness/lib
load rpm

@test "rpmlint has nothing to say" {
	command -v rpmlint >/dev/null || skip "no rpmlint"
	expect 0 rpmlint -c "$TOP/rpm/rpmlint.toml" "$RPM"/SRPMS/*-1.src.rpm "$RPM"/RPMS/*/initwright*-1.*.rpm "$RPM/SPECS/initwright.spec"
	has "$output" "0 errors, 0 warnings"
}

@test "installed and removed without a trace" {
	tree >before
	in_tree -i $(ours 1 initwright initwright-common initwright-static initwright-compat initwright-example)
	expect 0 at /usr/sbin/svrun --version
	same /usr/lib/initwright/static/initwright "$(at readlink -f /usr/sbin/svrun)"
	[ -L "$(echo "$R"/etc/rc.d/rc3.d/S*exampled)" ]
	[ -L "$(echo "$R"/etc/rc.d/rc0.d/K*exampled)" ]
	in_tree -V initwright initwright-common initwright-static initwright-compat initwright-example
	in_tree -e initwright initwright-common initwright-static initwright-compat initwright-example
	unchanged
	same initscripts "$(rpm --root "$R" -qa --qf '%{NAME}\n')"
}

@test "the static program takes the other's place, and gives it back; nothing is in both packages" {
	same "" "$(rpm -qp --qf '[%{FILENAMES} %{FILEFLAGS:fflags}\n]' $(ours 1 initwright initwright-static initwright-common initwright-compat initwright-example) |
		grep -v -e /usr/share/doc -e 'g$' -e '^/usr/lib/initwright ' | sort | uniq -d)"
	tree >before
	in_tree -i $(ours 1 initwright-static initwright-common initwright-compat initwright-example)
	expect 0 at /sbin/service exampled start
	MAIN=$(main)
	same /usr/lib/initwright/static/initwright "$(at readlink -f /sbin/service)"
	in_tree -i $(ours 1 initwright)
	same /usr/lib/initwright/static/initwright "$(at readlink -f /sbin/service)"
	same "$MAIN" "$(main)"
	expect 0 at update-alternatives --set initwright /usr/lib/initwright/dynamic/initwright
	same /usr/lib/initwright/dynamic/initwright "$(at readlink -f /sbin/service)"
	same "$MAIN" "$(main)"
	in_tree -e initwright
	lacks_warning
	same /usr/lib/initwright/static/initwright "$(at readlink -f /sbin/service)"
	in_tree -i $(ours 1 initwright)
	in_tree -e initwright-static
	lacks_warning
	same /usr/lib/initwright/dynamic/initwright "$(at readlink -f /sbin/service)"
	same "$MAIN" "$(main)"
	in_tree -U $(ours 2 initwright initwright-common)
	same /usr/lib/initwright/dynamic/initwright "$(at readlink -f /sbin/service)"
	in_tree -e initwright initwright-common initwright-compat initwright-example
	wait_for none_of svkeeper
	unchanged
}
lacks_warning() { if grep 'is run by initwright' "$BATS_TEST_TMPDIR/said"; then return 1; fi; }

@test "each name is on the PATH or named with whose it is, and has its page and completion" {
	in_tree -i $(ours 1 initwright initwright-common)
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
	tree >before
	in_tree -i $(ours 1 initwright initwright-common initwright-compat initwright-example)
	expect 0 at /sbin/service exampled start
	MAIN=$(main)
	alive "$MAIN"
	in_tree -U $(ours 2 initwright initwright-common initwright-compat initwright-example)
	same "$MAIN" "$(main)"
	[ -L "$(echo "$R"/etc/rc.d/rc3.d/S*exampled)" ]
	in_tree -U --oldpackage $(ours 1 initwright initwright-common initwright-compat initwright-example)
	same "$MAIN" "$(main)"
	in_tree -e initwright-compat
	expect 0 at /sbin/service exampled status
	in_tree -e --nodeps initwright initwright-common
	has "$(cat "$BATS_TEST_TMPDIR/said")" "exampled is run by initwright"
	alive "$MAIN"
	in_tree -i $(ours 1 initwright initwright-common)
	same "$MAIN" "$(main)"
	# its own package stops it
	in_tree -e initwright-example
	wait_for gone "$MAIN"
	wait_for none_of svkeeper
	! compgen -G "$R/etc/rc.d/rc?.d/*exampled"
	in_tree -e initwright initwright-common
	[ ! -e "$R/run/initwright" ]
	unchanged
}

@test "what runs when the last package goes takes everything with it at its end" {
	in_tree -i $(ours 1 initwright initwright-common initwright-example)
	expect 0 at /sbin/service exampled start
	MAIN=$(main)
	: >"$R/run/initwright/.boot"
	in_tree -e --nodeps initwright initwright-common
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
	in_tree -U "$(base 2)"
	in_tree -U --oldpackage "$(base 1)"
	tree >before
	in_tree -i $(ours 1 initwright initwright-common initwright-compat)
	for name in /sbin/service /sbin/chkconfig /usr/sbin/start-stop-daemon; do
		expect 0 at $name --version
		has "$output" initwright
	done
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
	in_tree -U $(ours 2 initwright initwright-common initwright-compat)
	expect 0 at /sbin/chkconfig --version
	has "$output" initwright
	in_tree -U --oldpackage $(ours 1 initwright initwright-common initwright-compat)
	in_tree -e initwright-compat initwright initwright-common
	unchanged
	in_tree -V initscripts
}

@test "compat: what goes while its names are ours does not come back, and what comes goes aside" {
	in_tree -i $(ours 1 initwright initwright-common initwright-compat)
	in_tree -e --nodeps initscripts
	for name in /sbin/service /sbin/chkconfig; do
		[ ! -e "$R$name.distrib" ]
		expect 0 at $name --version
		has "$output" initwright
	done
	in_tree -i "$(base 2)"
	grep -q '^# base 2' "$R/sbin/service.distrib"
	expect 0 at /sbin/service --version
	has "$output" initwright
	in_tree -e --nodeps initscripts
	in_tree -e initwright-compat initwright initwright-common
	for name in sbin/service sbin/chkconfig etc/rc.d/init.d/functions usr/sbin/start-stop-daemon; do
		[ ! -e "$R/$name" ] && [ ! -L "$R/$name" ] && [ ! -e "$R/$name.distrib" ]
	done
	same "" "$(ls "$R/etc/alternatives")"
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
