# What initlint says about constructs that not every sh has: each line of a table is a script's line 10.
load ../harness/lib
load lint

@test "what only bash has" {
	local where line
	while IFS='|' read -r where line; do
		body "10:$where" <<<"$line" || { echo "in: $line" >&2; return 1; }
	done <<'X'
1 bashism|source /x
1 bashism|let x=1
1 bashism|declare x
1 bashism|[[ a ]]
1 bashism|((x++))
5 bashism|[ a == b ]
8 bashism|test a =~ b
6 bashism|echo -e x
6 bashism|echo -en x
6 bashism|read -t 5 x
8 bashism|printf -v x y
8 bashism|export -f x
7 bashism|local -i x
6 bashism|exec -a x y
8 bashism|set -o pipefail
8 bashism|trap x SIGTERM
8 bashism|trap x ERR
7 bashism|kill -SIGHUP 1
9 bashism|kill -s SIGHUP 1
6 bashism|echo $"x"
6 bashism|echo $'x'
6 bashism|echo ${x//a/b}
7 bashism|echo "${x:1:2}"
6 bashism|echo ${x^^}
6 bashism|echo ${!x}
6 bashism|echo ${x[1]}
6 bashism|echo $[1+2]
6 bashism|echo $RANDOM
6 bashism|echo ${UID}
6 bashism|echo {a,b}
7 bashism|echo x{1..3}
1 bashism|x=(a b)
1 bashism|x+=y
1 bashism|x[1]=y
3 bashism|x &> y
3 bashism|x >& y
3 bashism|x &>> y
3 bashism|x <<< y
3 bashism|x <(y)
3 bashism|x |& y
1 bashism|select x in a; do :; done
1 bashism|function x() { :; }
1 function-name|x-y() { :; }
8 bashism|x "$(a &> b)"
8 bashism|x=$(for y in a; do let z=1; done)
1 bashism|read
1 bashism|while read -r; do :; done
1 bashism|builtin echo x
1 bashism|caller 0
8 bashism|printf '%q' x
3 bashism|[ -a /x ]
5 bashism|[ ! -a /x ]
6 bashism|test -v x
6 bashism|exit -1
8 bashism|return -1
6 bashism|exec {fd}<x
6 bashism|exec -c x
10 bashism|echo $((n++))
8 bashism|x=$((--n))
9 bashism|x="$((2**n))"
7 bashism|echo "${@:2}"
6 bashism|echo ${*//a/b}
6 bashism|echo $HOSTNAME
9 bashism|echo ${x#[^a]}
11 bashism|case x in [^a]*) ;; esac
5 bashism|x=$(<y)
7 bashism|echo `<y`
4 bashism|x </dev/tcp/a/1
6 bashism|echo @(a|b)
7 bashism|echo x+(a)
X
}

@test "what every sh has is left alone" {
	body '' <<'X'
set -e
[ "$1" = b ] && echo -n "x == y" '[[ $"x" ]]' "{a,b}" $((1 + (2)))
x=${y:-$z} z=${#y} w=${x%%.*} v="${x:+-p "$x"}"
kill -TERM 1; trap 'exit 1' TERM EXIT; read -r line; printf '%s\n' -v
a >x 2>&1 <&3 >&"$fd" 4>&-
find / -name '*.{a,b}' -exec rm {} \;
cat <<END
[[ $RANDOM ]] let source ${x//y/z}
END
# source let [[
while read -r x y; do :; done; read x </y; f() { local -; return "$1"; }
x=$(<y cat) z=$((a - -b + +c)) y=${HOSTNAME:-$(hostname)} w=${EUID-0} v=$((a * b))
[ -n "$BASH_VERSION" ] && [ a -a b ] && [ "$1" -a -e /y ] && printf '%s%%q' x
case x in [!^]) ;; esac
tr -d [^a] <x | sed s/[^a]//
exit "$r"
echo $$"x" $#"y" $$'z'; ((a; b) | c); if !(a); then b; fi; source() { :; }
source /x y
UID=$(id -u)
echo "$UID" `echo \`a\``
export A=1; local b; { c; }
X
}

@test "bash scripts may use bash" {
	printf '#!/bin/bash\n%s\n[[ $RANDOM ]] &> x\n' "$HEADER" | finds ""
}

@test "fixes" {
	body $'10:1 bashism\n11:1 bashism\n12:6 bashism\n13:3 bashism\n14:7 bashism\n15:18 bashism\n16:8 bashism\n17:3 bashism\n18:5 bashism\n19:11 bashism' <<'X'
source x
function f() { :; }
echo $"text"
a &> b
kill -SIGTERM 1
[ a = b ] && [ c == d ]
trap x SIGINT
a |& b
x=$(<y)
case x in [^a]) ;; esac
X
	same '. x
f() { :; }
echo "text"
a >b 2>&1
kill -TERM 1
[ a = b ] && [ c = d ]
trap x INT
a 2>&1 | b
x=$(cat <y)
case x in [!a]) ;; esac' "$(fixed | tail -n +10)"
}
