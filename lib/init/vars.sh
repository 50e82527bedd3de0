# shellcheck shell=sh
# /lib/init/vars.sh: the settings of /etc/default/rcS, with what they are when that does not say.
# shellcheck disable=SC2034
TMPTIME=0 SULOGIN=no DELAYLOGIN=no UTC=yes VERBOSE=no FSCKFIX=no

# shellcheck disable=SC1091
if [ -f /etc/default/rcS ]; then . /etc/default/rcS; fi
unset EDITMOTD RAMRUN RAMLOCK

# the kernel's command line: noswap, and quiet while the system comes up or goes down
_iw_line=
if [ -r /proc/cmdline ]; then IFS= read -r _iw_line </proc/cmdline || :; fi
# shellcheck disable=SC2034
case " $_iw_line " in *[\ \	]noswap[\ \	]*) NOSWAP=yes ;; esac
case " $_iw_line " in *[\ \	]quiet[\ \	]*) [ -z "${RUNLEVEL:-}" ] || [ -z "${PREVLEVEL:-}" ] || VERBOSE=no ;; esac
unset _iw_line
[ -z "${INIT_VERBOSE:-}" ] || VERBOSE=$INIT_VERBOSE
