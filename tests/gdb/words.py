"""words.py - what GDB's commands say to words that do not fit.

Run by test_words.sh in stage 05 on arm64, stopped before the first entry.
"""
import gdb

from lib import machine


def check(good, what):
    gdb.write('%s - %s\n' % ('ok' if good else 'not ok', what))


def says(command, wanted):
    """It fails with these words, or prints them."""
    try:
        said = gdb.execute(command, to_string=True)
    except gdb.error as e:
        said = str(e)
    check(wanted in said, '%s: %s' % (command, said.strip()))


# What one would try, each answered by how it is meant.
for command in 'until-exit 3', 'until-entry x', 'world x', 'exit now', \
        'vcpu 1', 'ledger all', 'walk', 's2', 'ept', 'break-guest', \
        'break-host':
    says(command, 'usage: %s' % command.split()[0])
says('ws x', 'No symbol "x"')
says('ws 0', 'a number from 1 on')
says('vmcs', 'for x86 only')
says('walk nosuch', 'No symbol "nosuch"')
says('guest-symbols /nosuch', 'No such file')
says('run', '`continue\' lets it go on')
says('starti', '`continue\' lets it go on')
check(machine.running(), 'the machine is still there')

# A label and a function mean their addresses.
says('walk guest_eret', 'PA 0x')
says('walk vcpu_run', 'PA 0x')

# An exit is the guest's: the VMM's system calls come to EL2 as well.
says('exit', 'has not left yet')
gdb.execute('until-exit', to_string=True)
says('exit', 'IABT_LOW')
gdb.execute('tbreak loaded_ioctl')
gdb.execute('continue', to_string=True)
says('exit', 'DABT_LOW')

# Of the many guests' functions that of the one that runs.
gdb.execute('until-entry', to_string=True)
machine.stepi()
says('world', 'running demo')
says('break-guest guest_main', 'guests/05-full/demo.c')
says('walk guest_main', 'IPA 0x40080')
gdb.execute('kill')
gdb.execute('quit 0')
