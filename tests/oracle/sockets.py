#!/usr/bin/python3
"""The sockets that a process was started with: sockets.py INIT PID, the PID as the pid namespace of process INIT numbers it.  A line for what its environment
says of them, and one for each descriptor that is no plain file: what it is, where it is bound, its flags and options, and the file that stands for it."""
import ctypes
import fcntl
import os
import socket
import stat
import struct
import sys

import snapshot

PIDFD_GETFD = 438
OPTIONS = [('SO_KEEPALIVE', 1, 9), ('SO_PASSCRED', 1, 16), ('SO_BROADCAST', 1, 6), ('SO_RCVBUF', 1, 8), ('SO_SNDBUF', 1, 7), ('SO_PRIORITY', 1, 12),
           ('SO_MARK', 1, 36), ('SO_REUSEPORT', 1, 15), ('SO_REUSEADDR', 1, 2), ('SO_TIMESTAMPNS', 1, 35), ('SO_TIMESTAMP', 1, 29), ('SO_ACCEPTCONN', 1, 30),
           ('IP_TOS', 0, 1), ('IP_TTL', 0, 2), ('IP_FREEBIND', 0, 15), ('IP_PKTINFO', 0, 8), ('IPV6_V6ONLY', 41, 26), ('IPV6_HOPS', 41, 16),
           ('IPV6_FREEBIND', 41, 78), ('IPV6_PKTINFO', 41, 49), ('TCP_NODELAY', 6, 1), ('TCP_KEEPIDLE', 6, 4), ('SO_PASSSEC', 1, 34)]


def options(s):
    said = []
    for name, level, number in OPTIONS:
        try:
            said.append('%s=%d' % (name, struct.unpack('i', s.getsockopt(level, number, 4))[0]))
        except OSError:
            pass
    return ' '.join(said)


def node(pid, path):
    try:
        st = os.lstat(f'/proc/{pid}/root{path}')
    except OSError:
        return ''
    return ' node %o %d %d' % (st.st_mode, st.st_uid, st.st_gid)


def folder(pid, path):
    st = os.lstat(f'/proc/{pid}/root{os.path.dirname(path)}')
    return ' in %o %d' % (st.st_mode, st.st_uid)


def describe(pid, fd):
    st = os.fstat(fd)
    flags = fcntl.fcntl(fd, fcntl.F_GETFL)
    flags = ('nonblock ' if flags & os.O_NONBLOCK else '') + ('', 'w ', 'rw ')[flags & os.O_ACCMODE]
    if not stat.S_ISSOCK(st.st_mode):
        path = os.readlink(f'/proc/self/fd/{fd}')
        extra = ' pipe %d' % fcntl.fcntl(fd, 1032) if stat.S_ISFIFO(st.st_mode) else ''
        return f'file {path} {flags}{extra}{node(pid, path)}'
    s = socket.socket(fileno=os.dup(fd))
    name = s.getsockname()
    if s.family == socket.AF_NETLINK:
        name = (s.proto, name[1])
    text = f'socket {s.family!s} {s.type & 15} {name!r} {flags}{options(s)}'
    if s.family == socket.AF_UNIX and isinstance(name, str) and name.startswith('/'):
        text += node(pid, name) + folder(pid, name)
    s.close()
    return text


def main(init, inner):
    libc = ctypes.CDLL(None, use_errno=True)
    pid = snapshot.outer(init, inner)
    env = dict(e.split('=', 1) for e in snapshot.read(f'/proc/{pid}/environ').split('\0') if '=' in e)
    for key in ('LISTEN_FDS', 'REMOTE_ADDR'):
        print(key, env.get(key))
    names = env.get('LISTEN_FDNAMES', '').split(':')
    print('LISTEN_PID', 'own' if env.get('LISTEN_PID') == inner else "another's" if 'LISTEN_PID' in env else None)
    pidfd = os.pidfd_open(int(pid))
    said = []
    top = 3 + int(env.get('LISTEN_FDS', 0))
    for n in range(top):
        fd = libc.syscall(PIDFD_GETFD, pidfd, n, 0)
        if fd < 0:
            said.append(f'{n} closed')
            continue
        # the log is a socket of one, and a pipe of the other
        if n > 2 or (stat.S_ISSOCK(os.fstat(fd).st_mode) and 'journal' not in os.readlink(f'/proc/self/fd/{fd}')):
            what = describe(pid, fd)
            if n > 2 or "''" not in what:
                # between units there is no order
                said.append(f'{n} {what}' if n < 3 else f'{names[n - 3]} {names[:n - 3].count(names[n - 3])} {what}')
        os.close(fd)
    print('\n'.join(sorted(said)))


if __name__ == '__main__':
    main(sys.argv[1], sys.argv[2])
