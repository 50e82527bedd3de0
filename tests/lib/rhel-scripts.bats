# variants: dyn static
# Thirty init scripts in the manner of Red Hat's, each with an idiom of its own, with real processes.  What must come of them was written
# down from what is known of the original library, which no package brings: see drives.bash.  Other shells: systems/scripts-shells.bats.
load ../harness/lib
load drives

setup_file() { ! in_throwaway || family_libraries; }
setup() { require_throwaway; }

@test "Red Hat's scripts in dash" { in_shell dash rhel; }
@test "Red Hat's scripts in bash" { in_shell bash rhel; }
