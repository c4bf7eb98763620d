"""vmcs.py - fields of the current VMCS."""
import gdb

from lib import machine, x86
from lib.machine import WsError

GROUPS = ['control', 'read_only', 'guest', 'host']


class Vmcs(machine.Command):
    """vmcs [NAME|GROUP]: fields of the current VMCS, by name, decoded.

NAME is a part of a field's name: `vmcs GUEST_RIP', `vmcs rip'.
GROUP is control, guest, host or exit; without an argument, all fields that
are not zero.  On Bochs the fields are read from the VMCS region in memory;
elsewhere by calling vmcs_read_any(), so only while the host is stopped."""

    def __init__(self):
        super().__init__('vmcs', gdb.COMMAND_DATA)

    def complete(self, text, word):
        return [f.name for f in x86.fields()
                if f.name.startswith(word.upper())]

    def run(self, arg):
        x86.need_vmcs()
        wanted, zeros = select(arg.strip())
        values = x86.vmcs_all(wanted)
        for f, value in zip(wanted, values):
            if value is None or (not value and not zeros):
                continue
            words = x86.value_words(f, value) or f.words
            gdb.write('%-34s 0x%-16x %s\n' % (f.name, value, words))


def select(arg):
    """(fields, show zeros as well?)"""
    if not arg:
        return x86.fields(), False
    kind = {'exit': 'READ_ONLY'}.get(arg.lower(), arg.upper())
    if kind.lower() in GROUPS:
        return [f for f in x86.fields() if f.kind == kind], False
    exact = [f for f in x86.fields() if f.name == arg.upper()]
    found = exact or [f for f in x86.fields() if arg.upper() in f.name]
    if not found:
        raise WsError('no VMCS field has %s in its name' % arg)
    return found, True


Vmcs()
