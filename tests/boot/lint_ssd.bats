# What initlint says about calls of start-stop-daemon.
load ../harness/lib
load lint

# call WANT ARGUMENT...: a script that calls it so, in line 10
call() {
	local want=$1
	shift
	body "$want" <<<"start-stop-daemon $*"
}

@test "letters that mean something else elsewhere" {
	call "10:31 ssd-dialect" '-S -x /x -u nobody'
	call "10:31 ssd-dialect" '-S -x /x -a /y'
	call "10:28 ssd-dialect" '-S -x /x -t'
	call "10:31 ssd-dialect" '-S -x /x -P fifo'
	call "" '-K -x /x -u nobody -t'
	call "" '-S -x /x -a /x'
	call "" '-S -x "$D" -a "$D"'
	call "10:38 ssd-dialect" '-S -u nobody -x /x -t'
	call "" '-S -x /x -c nobody -- -u y -t'
}

@test "options that there are not" {
	call "10:26 ssd-option" '--stop --pid_file x -x /x -R 5'
	call "10:26 ssd-option" '--stop --foo=$x -x /x -R 5'
	call "" '--stop --retr 5 -x /x $MORE --"$x" --$y -- --foo'
	call "" '--start --exec /x --stdout /y --scheduler-pr 5'
}

@test "names and programs that never match" {
	call "10:35 ssd-name" '-S -x /x --name abcdefghijklmnop'
	call "" '-S -x /x --name abcdefghijklmno'
	call "10:27 ssd-relative" '--start --exec=demo'
	call "10:34 ssd-relative" '--start --exec demo'
	body "11:31 ssd-name" <<<$'N=much-too-long-a-name\n/sbin/start-stop-daemon -S -n $N -x /x'
}

@test "pidfiles" {
	call "10:29 pidfile-alone" '--stop -p /run/x --signal 1'
	call "" '--stop -p /run/x -s 1 -x /x'
	call "" '--stop -p /run/x -s 1 $STOP_ARGS'
	call "10:1 pidfile-left" '-Sbm -p /run/x -x /x'
	body "" <<<$'P=/run/x\nstart-stop-daemon -Sbmp $P -x /x\nrm -f "$P"'
	body "" <<<$'start-stop-daemon -Sbm -p /run/x -x /x\nstart-stop-daemon -K -x /x --remove-pidfile -p /run/x -s 1'
	body "10:1 ssd-foreground" <<<$'start-stop-daemon -Sm -p /run/x -x /x\nrm /run/x'
	body "" <<<$'start-stop-daemon -Sm -p /run/x -x /x &\nrm /run/x'
}

@test "a stop that does not wait" {
	local tail=$'case $1 in restart) ;; esac'
	body "10:1 ssd-no-retry" <<<"start-stop-daemon --stop -x /x
$tail"
	body "" <<<"start-stop-daemon --stop -x /x -R 5
$tail"
	body "" <<<"start-stop-daemon --stop -x /x; sleep 1
$tail"
	body "" <<<"start-stop-daemon --stop -x /x"
}

@test "signals" {
	call "10:35 ssd-signal" '--stop --signal SIGHUP -x /x'
	same "start-stop-daemon --stop --signal HUP -x /x" "$(fixed | tail -n 1)"
	call "" '--stop --signal HUP -x /x'
}
