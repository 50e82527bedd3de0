# variants: dyn
# The scripts for the target suse, with bash as sh and an rc.status that has of SUSE's what they use.
load target
TARGET=suse
RUNNER="bash --posix"

setup_file() {
	in_throwaway || return 0
	cat >/etc/rc.status <<-'END'
		_todo=$1
		rc_reset() { _all=0; }
		rc_status() {
			local code=$?
			[ "$code" = 0 ] || _all=$code
			case $_todo:$code in
			status:0) echo "..running" ;;
			status:3) echo "..unused" ;;
			status:*) echo "..dead" ;;
			*:0) echo "..done" ;;
			*) echo "..failed" >&2 ;;
			esac
			return "$code"
		}
	END
	install_daemons
	rm -f /sbin/start-stop-daemon
}

@test "linters and five shells have nothing to say" { is_tidy; }

@test "SUSE's words and codes" {
	require_throwaway
	make_script fake --exec '/bin/sleep 1000' --user daemon --description 'a fake'
	init 3 status
	same "Checking for a fake ..unused" "$output"
	init 0 start
	same "Starting a fake ..done" "$output"
	main_pid
	same "Checking for a fake ..running" "$output"
	kill -KILL "$PID"
	wait_for gone "$PID"
	init 1 status
	init 0 stop
	make_script bad --exec /bin/false
	init 1 start
	has "$stderr" "..failed"
}

@test "redis-server" {
	daemon redis-server /usr/bin/redis-check-rdb
	redis_is_as_its_unit_says
}
