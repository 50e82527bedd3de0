# What leads to a script and what does not; tests/cmd/initorder.bats has the other faults.
# variants: dyn asan
load ../harness/lib
load tree

@test "links may be written in several ways" {
	debian_tree
	script web "Default-Start: 2 3 4 5" "Default-Stop:"
	mkdir -p "$ROOT"/etc/rc{2,3,4,5}.d
	ln -s ../init.d/web "$ROOT/etc/rc2.d/S01web"
	ln -s /etc/init.d/web "$ROOT/etc/rc3.d/S01web"
	ln -s ../init.d/other "$ROOT/etc/rc4.d/S01web"
	ln -s ../xinit.d/web "$ROOT/etc/rc5.d/S01web"
	expect 1 initorder --root "$ROOT" verify
	same $'foreign: rc4.d/S01web leads to ../init.d/other\nforeign: rc5.d/S01web leads to ../xinit.d/web' "$output"
}
