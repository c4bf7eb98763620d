"""round_trip.py - walk one round trip of the guest `bench', instruction by
instruction, and count what it consists of.

Run by tools/round-trip.  The round trip begins and ends where the guest's exit
is answered: in a handler of KVM, or in the VMM's device.  Prints

    round-trip ARCH NAME instructions=N KIND=N KIND=N...

and, if asked, one line `N SYMBOL' for each function on the way.

environment: ROUND_TRIP  inkernel or user; VMM  the VMM's ELF file
             FUNCTIONS   not empty: the functions, too
"""
import collections
import os
import re

import gdb

from lib import insn, machine, symbols

# Where a round trip begins: a function, and what its argument must be there.
PLACE = {
    'x86': {'inkernel': ('handle_guest_cpuid', None),
            'user': ('testdev_write', '$rsi == 8')},
    'arm64': {'inkernel': ('kvm_handle_hvc', None),
              'user': ('testdev_write', '$x1 == 8')},
}
# What costs more than an instruction on a real CPU, where the host executes it.
KINDS = {
    'x86': [('vmread', 'vmread '), ('vmwrite', 'vmwrite '),
            ('rdmsr', 'rdmsr'), ('wrmsr', 'wrmsr'), ('cr', 'mov .*%cr'),
            ('dr', 'mov .*%(db|dr)[0-7]'), ('fx', 'fx(save|rstor)'),
            ('lgdt', 'lgdt'), ('lidt', 'lidt'), ('locked', r'lock |xchg .*\(')],
    'arm64': [('mrs', 'mrs '), ('msr', 'msr (?!daif(set|clr))'),
              ('daif', 'msr daif(set|clr)'), ('isb', 'isb'), ('dsb', 'dsb')],
}
SETTLE = 20     # round trips before: all is mapped, and as it will always be
LIMIT = 20000


def go_to(name, condition):
    """Run there; over pages that are touched for the first time."""
    point = gdb.Breakpoint(name, internal=True)
    point.silent = True
    if condition:
        point.condition = condition
    point.ignore_count = SETTLE
    gdb.execute('continue', to_string=True)
    point.delete()


def function_at(pc):
    """Of the host, or else of the VMM, whose file is not GDB's first."""
    name = symbols.name_at(pc, False) or symbols.name_at(pc, True)
    return name.split(' + ')[0] or '0x%x' % pc


def walk(start):
    """(instructions, by kind, by function) until start is reached again."""
    kinds, functions, steps = collections.Counter(), collections.Counter(), 0
    patterns = [(k, re.compile(p)) for k, p in KINDS[machine.arch()]]
    pc = start
    while steps < LIMIT and (pc != start or not steps):
        text, guest = insn.at(pc)[0], machine.in_guest()
        functions['the guest' if guest else function_at(pc)] += 1
        kinds.update(k for k, p in patterns if not guest and p.match(text))
        machine.stepi()
        pc, steps = machine.reg('pc'), steps + 1
    if steps == LIMIT:
        raise gdb.GdbError('no end after %d instructions' % LIMIT)
    return steps, kinds, functions


def main():
    what, arch = os.environ['ROUND_TRIP'], machine.arch()
    gdb.execute('add-symbol-file ' + os.environ['VMM'], to_string=True)
    go_to(*PLACE[arch][what])
    steps, kinds, functions = walk(machine.reg('pc'))
    gdb.write('round-trip %s %s instructions=%d %s\n' % (
        {'x86': 'x86_64'}.get(arch, arch), what, steps,
        ' '.join('%s=%d' % (k, kinds[k]) for k, _ in KINDS[arch])))
    if os.environ.get('FUNCTIONS'):
        for name, n in functions.most_common():
            gdb.write('%6d %s\n' % (n, name))
    gdb.execute('kill' if arch == 'x86' else 'disconnect')
    gdb.execute('quit 0')


gdb.execute('set suppress-cli-notifications on')
try:
    main()
except (gdb.GdbError, gdb.error) as e:
    gdb.write('round-trip: %s\n' % e)
    gdb.execute('quit 1')
