#!/usr/bin/python3
"""Units out of many, to be started with a probe in the place of their programs.
   sample.py choose SEED <REPORT        of initgen --check --json: the paths of those that are honoured as a whole, in a random order that the seed decides
   sample.py scene UNIT... >SCRIPT      a shell script that makes a place where each can be started: the unit with a drop-in, users, files"""
import json
import os
import random
import re
import sys

# what a unit names that must be there
PATHS = ('ReadWritePaths', 'ReadOnlyPaths', 'InaccessiblePaths', 'ReadWriteDirectories', 'ReadOnlyDirectories', 'InaccessibleDirectories',
         'BindPaths', 'BindReadOnlyPaths', 'WorkingDirectory')
COMMANDS = ('ExecCondition', 'ExecStartPre', 'ExecStartPost', 'ExecReload', 'ExecStop', 'ExecStopPost')
PROBE = f'''[Unit]
ConditionPathExists=
AssertPathExists=
[Service]
{''.join(c + '=' + chr(10) for c in COMMANDS)}ExecStart=
ExecStart=/bin/sleep infinity
Type=exec
PIDFile=
StandardInput=null
Restart=no
'''


def choose(seed):
    units = json.load(sys.stdin)['units']
    whole = sorted(u['path'] for u in units if 'error' not in u and all(line['grade'] in ('honoured', 'note') for line in u['lines']))
    random.Random(seed).shuffle(whole)
    print('\n'.join(whole))


def name_of(path):
    return re.sub(r'@\.service$', '@one.service', os.path.basename(path))


def settings(text):
    text = re.sub(r'\\\n', ' ', text)
    return re.findall(r'^\s*([A-Za-z]+)\s*=\s*(.*?)\s*$', text, re.M)


def files(key, value):
    """What must be made for that line: shell commands."""
    if key in ('User', 'Group', 'SupplementaryGroups'):
        for name in value.split():
            if re.fullmatch(r'[a-z_][a-z0-9_-]*', name, re.I):
                yield f'getent group {name} >/dev/null || groupadd -r {name}'
                if key == 'User':
                    yield f'getent passwd {name} >/dev/null || useradd -r -d /nonexistent -g {name} {name}'
    elif key in PATHS:
        for word in value.split():
            path = word.lstrip('+').split(':')[0]
            if path.startswith('/') and '%' not in path:
                yield f'[ -e {path} ] || mkdir -p {path}'
    elif key == 'EnvironmentFile' and value.startswith('/') and '%' not in value:
        yield f'[ -e {value} ] || {{ mkdir -p {os.path.dirname(value)}; echo FROM_FILE=yes >{value}; }}'


def scene(paths):
    print('exec 2>&1')
    for path in paths:
        with open(path, encoding='utf-8') as f:
            text = re.sub(r'^(Requires|Requisite|BindsTo)\s*=.*$', '', f.read(), flags=re.M)
        to = '/etc/systemd/system/' + os.path.basename(path)
        print(f"mkdir -p {to}.d\ncat >{to} <<'END-OF-UNIT'\n{text}\nEND-OF-UNIT\ncat >{to}.d/probe.conf <<'END-OF-UNIT'\n{PROBE}END-OF-UNIT")
        dynamic = re.search(r'^DynamicUser\s*=\s*(yes|true|1|on)\s*$', text, re.M)
        for key, value in settings(text):
            for line in files(key, value) if not dynamic or key not in ('User', 'Group') else ():
                print(line)


if __name__ == '__main__':
    if sys.argv[1] == 'choose':
        choose(int(sys.argv[2]))
    elif sys.argv[1] == 'scene':
        scene(sys.argv[2:])
    else:
        print(name_of(sys.argv[2]))
