# Chains and pictures; tests/cmd/initorder.bats has the questions.
# variants: dyn asan
load ../harness/lib
load tree

setup() { debian_tree; }

@test "a chain through \$all, and names that XML reads as its own" {
	script 'a&b'
	script last 'Required-Start: $all'
	expect 0 update 'a&b' defaults
	expect 0 update last defaults
	expect 0 initorder --root "$ROOT" why 'a&b' before last
	same '$all must start after a&b (/etc/init.d/a&b: $all)
last must start after all others (/etc/init.d/last: $all)' "$output"
	expect 0 initorder --root "$ROOT" graph --svg
	has "$output" '>S01 a&#38;b</text>'
	[[ $output != *'a&b'* ]]
	expect 0 initorder --root "$ROOT" graph --dot
	has "$output" '"a&b" -> "$all'
}

@test "an edge that was given up is red" {
	script la "Should-Start: lb"
	script lb "Required-Start: la"
	expect 0 update la defaults
	expect 0 update lb defaults
	expect 0 initorder --root "$ROOT" graph --dot
	has "$output" '"lb" -> "la" [color=red];'
	has "$output" '"la" -> "lb";'
}
