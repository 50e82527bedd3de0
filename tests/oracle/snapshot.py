#!/usr/bin/python3
"""What processes look like from outside, as JSON: snapshot.py INIT PID..., the PIDs as the pid namespace of process INIT numbers them.
With --compare A B: how two such snapshots differ."""
import ctypes
import json
import os
import re
import sys

import filters


def read(path):
    try:
        with open(path, 'rb') as f:
            return f.read().decode('utf-8', 'replace')
    except OSError:
        return ''


def link(path):
    try:
        return os.readlink(path)
    except OSError:
        return ''


def mounts(pid):
    """The mounts that a path leads to."""
    rows = [line.split(' - ') for line in read(f'/proc/{pid}/mountinfo').splitlines()]
    rows = [(left.split(), right.split()) for left, right in rows]
    ids = {left[0] for left, _ in rows}
    top = [left[0] for left, _ in rows if left[1] not in ids or left[0] == left[1]][-1]

    def reached(path):
        at = top
        parts = [p for p in path.split('/') if p]
        for i in range(len(parts) + 1):
            here = '/' + '/'.join(parts[:i])
            on = at
            while on:
                at = on
                on = next((left[0] for left, _ in reversed(rows) if left[1] == at and left[4] == here and left[0] != at), None)
        return at

    return [' '.join([left[4], left[5], right[0]]) for left, right in rows if reached(left[4]) == left[0]]


def outer(init, inner):
    """Our number for a process of INIT's pid namespace."""
    space = link(f'/proc/{init}/ns/pid')
    for pid in filter(str.isdigit, os.listdir('/proc')):
        status = read(f'/proc/{pid}/status')
        if 'NSpid:' in status and status.split('NSpid:')[1].split('\n')[0].split()[-1] == inner and link(f'/proc/{pid}/ns/pid') == space:
            return pid
    return None


def family(pid):
    """Who the descendants are, each kind once: program, user, group, capabilities."""
    parent = {p: read(f'/proc/{p}/stat').rsplit(')', 1)[-1].split()[1:2] for p in filter(str.isdigit, os.listdir('/proc'))}
    found = {pid}
    while True:
        more = {p for p, of in parent.items() if of and of[0] in found} - found
        if not more:
            break
        found |= more
    kinds = set()
    for p in found - {pid}:
        status = dict(line.split(':', 1) for line in read(f'/proc/{p}/status').splitlines() if ':' in line)
        kinds.add(' '.join([link(f'/proc/{p}/exe')] + [' '.join(status.get(k, '').split()) for k in ('Uid', 'Gid', 'CapEff')]))
    return sorted(kinds)


def group(pid):
    """Whose its control group is, what controllers it has, and the slices that it lies in, but for that of all services
    and those, without a limit, that systemd makes of itself for a template's instances."""
    top = next((m.split()[1] for m in read('/proc/mounts').splitlines() if m.split()[2] == 'cgroup2'), None)
    path = next((line[3:] for line in read(f'/proc/{pid}/cgroup').splitlines() if line.startswith('0::')), '')
    if not top or not path:
        return None
    owners = {}
    for name in ('.', 'cgroup.procs', 'cgroup.subtree_control', 'cgroup.threads', 'cgroup.type', 'cgroup.freeze', 'cgroup.max.descendants'):
        try:
            st = os.stat(f'{top}{path}/{name}')
            owners[name] = f'{st.st_uid}:{st.st_gid} {st.st_mode & 0o7777:o}'
        except OSError:
            owners[name] = None
    return {'owners': owners, 'controllers': read(f'{top}{path}/cgroup.controllers').split(),
            'slices': [d for d in path.split('/') if d.endswith('.slice') and d != 'system.slice' and
                       not (d.startswith('system-') and '@' in path)]}


# of the environment: what each start has anew, the sockets (sockets.py), and what is a path of the manager's own
ANEW = ('INVOCATION_ID', 'JOURNAL_STREAM', 'SYSTEMD_EXEC_PID', 'WATCHDOG_PID', 'LISTEN_PID', 'MAINPID', 'MONITOR_UNIT', 'MONITOR_SERVICE_RESULT', 'LISTEN_FDS', 'LISTEN_FDNAMES',
        'HAPROXY_PROCESSES')
OWN_PATH = ('NOTIFY_SOCKET', 'CREDENTIALS_DIRECTORY')


def environment(pid):
    pairs = dict(v.split('=', 1) for v in read(f'/proc/{pid}/environ').split('\0') if '=' in v)
    return {k: '(a path)' if k in OWN_PATH else v for k, v in pairs.items() if k not in ANEW}


def directories(pid, env):
    """Who owns what the environment names as the service's directories."""
    found = {}
    for key in ('RUNTIME', 'STATE', 'CACHE', 'LOGS', 'CONFIGURATION'):
        for path in filter(None, env.get(key + '_DIRECTORY', '').split(':')):
            try:
                st = os.stat(f'/proc/{pid}/root{path}')
                # a new directory for configuration is given to the user by systemd 252, against its own manual
                owner = '' if key == 'CONFIGURATION' else f'{st.st_uid}:{st.st_gid} '
                found[path] = f'{owner}{st.st_mode & 0o7777:o}'
            except OSError:
                found[path] = 'missing'
    return found


def io_priority(pid):
    n = ctypes.CDLL(None).syscall(252, 1, int(pid))
    return f'{n >> 13}/{n & 0x1fff}'


def scheduling(pid, status):
    fields = read(f'/proc/{pid}/stat').rsplit(')', 1)[-1].split()
    return {
        'policy': os.sched_getscheduler(int(pid)), 'priority': os.sched_getparam(int(pid)).sched_priority, 'cpus': sorted(os.sched_getaffinity(int(pid))),
        'io': io_priority(pid), 'timer slack': read(f'/proc/{pid}/timerslack_ns').strip(), 'memory nodes': status.get('Mems_allowed_list'),
        'leads its session': fields[2] == fields[3] == pid and fields[4] == '0',
    }


def hidden(pid, status):
    """What else is inherited through execve(2)."""
    return {
        'ignored': status.get('SigIgn'), 'blocked': status.get('SigBlk'), 'core filter': read(f'/proc/{pid}/coredump_filter').strip(),
        'personality': read(f'/proc/{pid}/personality').strip(), 'label': read(f'/proc/{pid}/attr/current').strip(),
        'speculation': [status.get(k) for k in ('Speculation_Store_Bypass', 'SpeculationIndirectBranch')], 'thp': status.get('THP_enabled'),
        'users': [read(f'/proc/{pid}/{f}').split() for f in ('uid_map', 'gid_map', 'setgroups')],
        'descriptors': sorted(fd for fd in os.listdir(f'/proc/{pid}/fd') if int(fd) > 2),
    }


def snapshot(init, pid):
    status = dict(line.split(':', 1) for line in read(f'/proc/{pid}/status').splitlines() if ':' in line)
    status = {k: v.strip() for k, v in status.items()}
    spaces = {n: link(f'/proc/{pid}/ns/{n}') != link(f'/proc/{init}/ns/{n}') for n in ('mnt', 'net', 'pid', 'ipc', 'uts', 'user', 'cgroup')}
    env = environment(pid)
    return {
        'exe': link(f'/proc/{pid}/exe'), 'argv': read(f'/proc/{pid}/cmdline').split('\0')[:-1],
        'uid': status.get('Uid', '').split(), 'gid': status.get('Gid', '').split(), 'groups': sorted(status.get('Groups', '').split()),
        'caps': {k: status.get(k) for k in ('CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb')},
        'no_new_privs': status.get('NoNewPrivs'), 'seccomp': status.get('Seccomp'), 'umask': status.get('Umask'),
        'limits': {line[:26].strip(): line[26:].split()[:2] for line in read(f'/proc/{pid}/limits').splitlines()[1:]},
        'namespaces': spaces, 'mounts': mounts(pid) if spaces['mnt'] else None,
        'cwd': link(f'/proc/{pid}/cwd'), 'nice': read(f'/proc/{pid}/stat').rsplit(')', 1)[-1].split()[16],
        'oom_score_adj': read(f'/proc/{pid}/oom_score_adj').strip(), 'filter': filters.behaviour(int(pid)), 'children': family(pid),
        'group': group(pid), 'environment': env, 'directories': directories(pid, env), 'scheduling': scheduling(pid, status), 'hidden': hidden(pid, status),
    }


def normal(snap):
    """What is systemd's own, or ours, and says nothing about the service."""
    own = ('/run/systemd', '/run/credentials', '/run/initwright', '/sys/fs/cgroup/')
    # a daemon opens what it likes
    if snap['argv'] != ['/bin/sleep', 'infinity']:
        del snap['hidden']['descriptors']
    if snap['mounts']:
        snap['mounts'] = sorted(re.sub(r'^/proc/\d+', '/proc/PID', m) for m in snap['mounts'] if not m.startswith(own))
    return snap


def flat(value, name=''):
    if isinstance(value, dict):
        for k, v in value.items():
            yield from flat(v, f'{name}.{k}' if name else k)
    elif name == 'mounts' and value:
        for m in value:
            yield f'mount {m}'
    elif name == 'filter':
        for line in value:
            yield f'filter {line}'
    else:
        yield f'{name} {value}'


def main_process(snaps):
    return normal(snaps[0]) if snaps else None


def compare(a, b):
    with open(a) as f, open(b) as g:
        one, two = main_process(json.load(f)), main_process(json.load(g))
    if not one or not two:
        print('no process under ' + ('systemd' if not one else 'svrun'))
        return 1
    left, right = set(flat(one)), set(flat(two))
    for line in sorted(left - right):
        print('- ' + line)
    for line in sorted(right - left):
        print('+ ' + line)
    return 1 if left != right else 0


def main():
    if sys.argv[1] == '--compare':
        sys.exit(compare(sys.argv[2], sys.argv[3]))
    found = [p for p in (outer(sys.argv[1], i) for i in sys.argv[2:]) if p]
    json.dump([snapshot(sys.argv[1], p) for p in found], sys.stdout, indent=1)
    print()


if __name__ == '__main__':
    main()
