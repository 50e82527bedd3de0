# variants: dyn
# The init scripts of tests/lib/rhel-scripts and tests/lib/suse-scripts in the shells in which `make check` does not run them.
load ../harness/lib
load ../lib/drives

setup_file() { ! in_throwaway || family_libraries; }
setup() { require_throwaway; }

@test "Red Hat's scripts in bash --posix" { in_shell "bash --posix" rhel; }
@test "SUSE's scripts in bash --posix" { in_shell "bash --posix" suse; }
@test "Red Hat's scripts in busybox ash" { in_shell "busybox ash" rhel; }
@test "SUSE's scripts in busybox ash" { in_shell "busybox ash" suse; }
@test "Red Hat's scripts in mksh" { in_shell "mksh" rhel; }
@test "SUSE's scripts in mksh" { in_shell "mksh" suse; }
@test "Red Hat's scripts in yash" { in_shell "yash" rhel; }
@test "SUSE's scripts in yash" { in_shell "yash" suse; }
@test "Red Hat's scripts in posh" { in_shell "posh" rhel; }
@test "SUSE's scripts in posh" { in_shell "posh" suse; }
@test "Red Hat's scripts in ksh93" { in_shell "ksh93" rhel; }
@test "SUSE's scripts in ksh93" { in_shell "ksh93" suse; }
