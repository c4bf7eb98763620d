"""check_trace.py - is a trace whole, and is it right?

gdb -batch -x check_trace.py, TRACE_FILE in the environment.  The registers of
the first line plus all changes must tell every pc, and each world must be
entered and left as a round trip is.
"""
import json
import os

import gdb


def fail(text):
    gdb.write('%s: %s\n' % (os.environ['TRACE_FILE'], text))
    gdb.execute('quit 1')


def follow(rows, registers):
    """Replay the changes; each old value must be the one known by then."""
    pc, state = registers['pc'], dict(registers)
    for n, row in enumerate(rows, 1):
        if row['step'] != n or row['pc'] != pc:
            fail('step %d: pc %s, expected %s' % (n, row['pc'], pc))
        for name, (old, new) in row['changed'].items():
            if state.get(name) not in (old, None):
                fail('step %d: %s was %s, the step says %s' % (
                    n, name, state[name], old))
            state[name] = new
        pc = row['next']


def main():
    with open(os.environ['TRACE_FILE']) as f:
        first, *rows = [json.loads(line) for line in f]
    follow(rows, first['registers'])
    worlds = [r['world'] for r in rows]
    turns = [a for a, b in zip(worlds, worlds[1:]) if a != b]
    if turns != ['host', 'guest'] or worlds[-1] != 'host':
        fail('not host, guest, host: %s' % turns)
    # It ends with the second entry, which is not a third world's row.
    if 'reason' not in rows[-1]:
        fail('the last step does not enter the guest')
    for row in rows:
        for key in ('text', 'mode'):
            if not row[key]:
                fail('step %d has no %s' % (row['step'], key))
        if row['world'] == 'host' and not (row['symbol'] and row['file']):
            fail('step %d: no symbol or line at %s' % (row['step'],
                                                       row['pc']))
    gdb.write('%s: %d steps, whole and right\n' % (
        os.environ['TRACE_FILE'], len(rows)))


main()
